"""A booking that is being made: what was chosen and typed so far, and the token that it goes along by. Pure: key and
time are arguments.

The token is minted when its form is shown first. It is an id, whose first half is the time, and our signature for this
company; the id is the booking's, so that one form is one booking, whatever is clicked.
"""

from __future__ import annotations

import json
import re
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import tokens
from chalicelib.booking.rules.booking import Booker, Source
from chalicelib.booking.rules.details import Given, answered
from chalicelib.booking.rules.offer import Offer, Service
from chalicelib.leads.rules import forms

# What is typed is kept for so long.
LIFE = timedelta(hours=24)
KIND = "booking-draft"
_SPELLED = "%Y%m%dT%H%MZ"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was chosen and typed, tidied, and good when it was kept: but for one whose `service` is '', since that was
    taken away while they typed. `customer` is the id of who was signed in, '' for visitors; a visitor's is of the
    browser whose cookie has the fingerprint `holder`. `trap` is what the form's trap caught; `kept_at` UTC, ISO 8601.
    """

    service: str
    starts_at: datetime
    given: Given
    customer: str = ""
    source: Source = "page"
    trap: str = ""
    holder: str = ""
    kept_at: str = ""

    def is_there(self, now: datetime) -> bool:
        """Whether it still is: rows go some time after they end."""
        return now < datetime.fromisoformat(self.kept_at) + LIFE


def mint(key: bytes, tenant: str, id: str) -> str:
    """The token of a form that is shown now; `id` is a new ULID, made of the time it is."""
    return forms.sign(key, KIND, tenant, id)


def read(key: bytes, tenant: str, token: str) -> str:
    """The id in a token; '' unless we made it, for this company."""
    return forms.signed(key, KIND, tenant, token)


def reviewed(offer: Offer, service: Service, starts_at: datetime, given: Given, who: Booker) -> str:
    """A fingerprint of what the review shows, and of what is asked: what is booked must be what was looked at."""
    shown = (
        service.id, service.name, service.minutes, astuple(service.price), [astuple(one) for one in service.questions],
        offer.window, offer.policy, offer.confirming, offer.cutoff, spell_time(starts_at), astuple(who),
        answered(given, service), given.notes,
    )  # fmt: skip
    return tokens.fingerprint(json.dumps(shown))


def spell_time(at: datetime) -> str:
    """A start as addresses have it, on the world's clock: '20261124T1600Z'."""
    return at.astimezone(UTC).strftime(_SPELLED)


def read_time(spelled: str) -> datetime | None:
    """The start that an address names; None for what is none."""
    if not re.fullmatch(r"20[0-9]{6}T[0-9]{4}Z", spelled):
        return None
    try:
        return datetime.strptime(spelled, _SPELLED).replace(tzinfo=UTC)
    except ValueError:
        return None


def write(draft: Draft) -> str:
    """As it is kept: JSON, without what is empty."""
    values = {**_said(draft), "starts_at": spell_time(draft.starts_at), "given": _said(draft.given)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def to_draft(kept: str) -> Draft:
    """What `write` made."""
    raw: dict[str, Any] = json.loads(kept)
    starts_at = datetime.strptime(raw.pop("starts_at"), _SPELLED).replace(tzinfo=UTC)
    given: dict[str, Any] = raw.pop("given")
    answers = tuple((asked, said) for asked, said in given.pop("answers", ()))
    return Draft(service=raw.pop("service", ""), starts_at=starts_at, given=Given(**given, answers=answers), **raw)


def _said(value: Draft | Given) -> dict[str, Any]:
    return {one.name: found for one in fields(value) if (found := getattr(value, one.name))}
