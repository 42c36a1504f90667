"""Cursors of paged lists: opaque and signed, and good only for the list they were made for.

DynamoDB would follow a forged start key into another partition's items if its query allowed it; the signature binds the
key to its list, and the partition is taken from the caller, never from the cursor.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping

from chalicelib.errors import N_, Invalid

_MAC = 12


def write(key: bytes, scope: str, last: Mapping[str, str] | None) -> str | None:
    """The cursor of the page after `last`; None at the end. `scope` names the list: tenant, customer, filter."""
    if last is None:
        return None
    body = json.dumps(last, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(key, scope, body) + body).rstrip(b"=").decode()


def read(key: bytes, scope: str, cursor: str) -> dict[str, str] | None:
    """Where the page begins; None for no cursor. Invalid for one that is not of this list."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    body = raw[_MAC:]
    if len(raw) <= _MAC or not hmac.compare_digest(raw[:_MAC], _mac(key, scope, body)):
        raise Invalid("cursor", N_("This page of the list can't be found. Start again from the first page."))
    last: dict[str, str] = json.loads(body)
    return last


def _mac(key: bytes, scope: str, body: bytes) -> bytes:
    return hmac.digest(key, b"cursor\x1f" + scope.encode() + b"\x1f" + body, "sha256")[:_MAC]
