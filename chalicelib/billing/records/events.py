"""Stripe's webhook events that were filed: each has its effect, and is answered for, once."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from chalicelib.aws.rows import TokensRow, Write, change, put
from chalicelib.aws.store import Item, Key, Store


class EventRow(TokensRow):
    """`done` once its effect stands."""

    done = NumberAttribute()


def event_key(store: Store, event: str) -> Key:
    return store.token_key("event", event)


def file_event(store: Store, event: str, expires: int) -> Write:
    return put(EventRow(store.token("event", event), done=0, expires=expires), "event")


def finish_event(store: Store, event: str) -> Write:
    return change(EventRow(store.token("event", event)), "event", done=1)


def is_done(item: Item | None) -> bool:
    """Whether the event in this row needs nothing any more."""
    return bool(item and item["done"])
