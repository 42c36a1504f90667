"""A form that was shown: when, and that it was ours; and which lead it comes to be. Pure: key and time are arguments.

The token in a form is an id, whose first half is the time, and our signature for this company and this kind of form. It
lies nowhere, and it opens nothing. With what was typed it makes the id of the lead, so that one form sent twice is one
lead. Forms of bookings have such tokens too.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import astuple
from datetime import UTC, datetime

from chalicelib import tokens
from chalicelib.leads.rules.lead import Submission

KIND = "contact-form"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# How many digits of a ULID are its time; sixteen more are its own.
_TIME = 10


def mint(key: bytes, tenant: str, id: str) -> str:
    """The token of a contact form that is shown now; `id` is a new ULID, made of the time it is."""
    return sign(key, KIND, tenant, id)


def read(key: bytes, tenant: str, token: str) -> datetime | None:
    """When the contact form was shown; None unless we showed it, for this company."""
    id = signed(key, KIND, tenant, token)
    return shown_at(id) if id else None


def sign(key: bytes, kind: str, tenant: str, id: str) -> str:
    """The token of a form of this kind."""
    return f"{id}.{tokens.derive(key, kind, tenant, id)}"


def signed(key: bytes, kind: str, tenant: str, token: str) -> str:
    """The id in a token; '' unless we made it, for this kind of form and this company."""
    id = token.partition(".")[0]
    return id if token.isascii() and tokens.same(token, sign(key, kind, tenant, id)) else ""


def shown_at(id: str) -> datetime:
    """When the form of this id, one of ours, was shown first."""
    stamp = 0
    for digit in id[:_TIME]:
        stamp = stamp * 32 + _DIGITS.index(digit)
    return datetime.fromtimestamp(stamp / 1000, UTC)


def lead_id(key: bytes, tenant: str, token: str, wrote: Submission, trap: str) -> str:
    """The id of the lead that this form becomes with this in it: a ULID of the form's time. The token is ours."""
    said = json.dumps([tenant, token, *astuple(wrote), trap])
    number = int.from_bytes(hmac.digest(key, b"lead\x1f" + said.encode(), "sha256")[:10], "big")
    tail = "".join(_DIGITS[number >> shift & 31] for shift in range(75, -1, -5))
    return token[:_TIME] + tail
