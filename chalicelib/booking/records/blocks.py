"""Blocked time, one row each: `block#<ULID>`. What of it touches a day lies with that day: see `days.py`."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.booking.rules.day import Entry, Interval


class BlockRow(TenantsRow):
    """From `since` to `until`: minutes since 1970."""

    since = NumberAttribute()
    until = NumberAttribute()
    title = UnicodeAttribute()
    crews = NumberAttribute()


def block_key(store: Store, id: str) -> Key:
    return store.company_key(_item(id))


def new_block(store: Store, block: Entry) -> Write:
    """Fails ("block") where it was made before."""
    row = BlockRow(
        store.tenant, _item(block.id), since=block.start, until=block.end, title=block.title, crews=block.crews
    )  # fmt: skip
    return create(row, "block")


def no_block(store: Store, id: str) -> Write:
    """It goes; fails ("block") where it is gone already."""
    return Write("block", "delete", BlockRow(store.tenant, _item(id)), BlockRow.tenant.exists())


def to_block(item: Item) -> Entry:
    id, since, until = item["item"].removeprefix("block#"), item["since"], item["until"]
    return Entry(id, "block", Interval(since, until), since, until, item["title"], crews=item["crews"])


def _item(id: str) -> str:
    return f"block#{id}"
