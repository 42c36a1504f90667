"""Phone numbers whose owners answered STOP: they get no SMS of any company, since one number sends for all.

`stopped#<hash of the number>` in the tenants table. The row stays when START takes it back, with the time of it: SNS
brings its notifications in any order, and an old STOP must not undo a START. The hash keeps this from being a list of
numbers; it is no secret.
"""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, put
from chalicelib.aws.store import Item, Key
from chalicelib.tokens import fingerprint

_ITEM = "sms"


class StopRow(TenantsRow):
    stopped = BooleanAttribute()
    at = UnicodeAttribute()


def stop_key(number: str) -> Key:
    return Key("tenants", _partition(number), _ITEM)


def stopped(item: Item | None) -> bool:
    return item is not None and bool(item["stopped"])


def answer(number: str, stop: bool, at: str) -> Write:
    """Its owner answered STOP, or START, at this time (UTC, ISO 8601). Fails if something later is known."""
    row = StopRow(_partition(number), _ITEM, stopped=stop, at=at)
    return put(row, "stop", StopRow.at.does_not_exist() | (StopRow.at < at))


def _partition(number: str) -> str:
    return f"stopped#{fingerprint(number)}"
