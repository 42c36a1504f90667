"""Requests that bear an Idempotency-Key, for a day: whether they are under way, and what was answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TokensRow, Write, change
from chalicelib.aws.store import Item, Store

LIFE = timedelta(hours=24)
LEASE = timedelta(seconds=60)


class RepeatRow(TokensRow):
    """`made` is the id of what the request makes; `same` a fingerprint of the request; `lease` until when it is taken
    to be under way."""

    made = UnicodeAttribute()
    same = UnicodeAttribute()
    lease = UnicodeAttribute()
    answer = UnicodeAttribute(null=True)


def read(store: Store, name: str) -> Item | None:
    return store.get(store.token_key("repeat", name))[0]


def begin(store: Store, name: str, made: str, same: str, now: datetime) -> Write:
    """File a request; fails if one with its key was filed within a day."""
    row = RepeatRow(
        store.token("repeat", name), made=made, same=same, lease=(now + LEASE).isoformat(),
        expires=int((now + LIFE).timestamp()),
    )  # fmt: skip
    free = RepeatRow.token.does_not_exist() | (RepeatRow.expires <= int(now.timestamp()))
    return Write("repeat", "put", row, free)


def take_over(store: Store, name: str, lease: str, now: datetime) -> Write:
    """Do again what nobody is doing any more; fails if somebody else takes it over."""
    row = RepeatRow(store.token("repeat", name))
    mine = (RepeatRow.lease == lease) & RepeatRow.answer.does_not_exist()
    return change(row, "repeat", mine, lease=(now + LEASE).isoformat())


def finish(store: Store, name: str, answer: str, lease: str) -> Write:
    """What was answered; '' for what must not be kept. Whoever comes next need not wait."""
    return change(RepeatRow(store.token("repeat", name)), "repeat", answer=answer or None, lease=lease)
