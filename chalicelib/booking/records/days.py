"""The calendar's days: `day#2026-11-23` has all that touches this UTC day, as one value with a version.

Whoever writes a day has read it, and writes it on condition that nobody has since: so no two can take the last place.
A day that becomes empty stays, since its version must go on counting.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.booking.rules.day import Entry, Interval

PREFIX = "day#"
# Days of one look.
PAGE = 100


class DayRow(TenantsRow):
    entries = UnicodeAttribute()
    version = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Day:
    """What touches one UTC day, as it was read. Version 0: nothing was ever there."""

    day: date
    entries: tuple[Entry, ...] = ()
    version: int = 0


def day_key(store: Store, day: date) -> Key:
    return store.company_key(_item(day))


def to_day(day: date, item: Item | None) -> Day:
    return Day(day, _entries(item), item["version"]) if item else Day(day)


def to_days(days: Sequence[date], items: Sequence[Item | None]) -> tuple[Day, ...]:
    """These days, each as its item says."""
    return tuple(to_day(day, item) for day, item in zip(days, items, strict=True))


def change_day(store: Store, before: Day, entries: Iterable[Entry]) -> Write:
    """What touches the day from now on; fails ("day") if anybody has changed it since `before` was read."""
    spelled = json.dumps([_written(one) for one in entries], ensure_ascii=False, separators=(",", ":"))
    row = DayRow(store.tenant, _item(before.day), entries=spelled, version=before.version + 1)
    return put(row, "day", DayRow.version == before.version) if before.version else create(row, "day")


def between(store: Store, first: date, last: date) -> list[Entry]:
    """All that touches these UTC days, both included, each once, by time. One Query, as it is now."""
    found: dict[str, Entry] = {}
    after: dict[str, str] | None = None
    while True:
        page = store.query(
            "tenants", store.tenant, between=(_item(first), _item(last)), limit=PAGE, after=after, newest_first=False,
            consistent=True,
        )  # fmt: skip
        found |= {one.id: one for item in page.items for one in _entries(item)}
        after = page.last
        if after is None:
            return sorted(found.values(), key=lambda one: (one.busy.start, one.id))


def _item(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}"


def _entries(item: Item) -> tuple[Entry, ...]:
    return tuple(_read(*one) for one in json.loads(item["entries"]))


def _written(one: Entry) -> list[Any]:
    return [
        one.id, one.kind, one.busy.start, one.busy.end, one.start, one.end, one.title, one.who, one.customer,
        one.status, one.crews, one.outside,
    ]  # fmt: skip


def _read(
    id: str, kind: Any, since: int, until: int, start: int, end: int, title: str, who: str, customer: str, status: str,
    crews: int, outside: bool,
) -> Entry:  # fmt: skip
    return Entry(
        id, kind, Interval(since, until), start, end, title, who, customer, status, crews, outside
    )  # fmt: skip
