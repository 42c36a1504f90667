"""Block time: nobody can book then, or fewer. What is booked stays as it is, and is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws.store import ConditionFailed, Contended, Store
from chalicelib.booking.actions import keeping
from chalicelib.booking.records import blocks, days
from chalicelib.booking.records.days import Day
from chalicelib.booking.rules.checking import CREWS
from chalicelib.booking.rules.day import Entry, Interval, instant, minute, utc_days
from chalicelib.booking.rules.slots import FAR
from chalicelib.errors import Conflict, Invalid, NotFound, Unavailable
from chalicelib.plain_words import one_line
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import changes

# Each day is an item of the transaction.
LONGEST = timedelta(days=60)
LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Blocked:
    """Blocked time, and what is booked in it all the same."""

    block: Entry
    bookings: list[Entry]


def block(
    services: Services, store: Store, id: str, since: datetime, until: datetime, title: str, crews: int, *,
    trail: Note,
) -> Blocked:  # fmt: skip
    """Keep `crews` from being booked in this time, 0 for all. The same id again is the same blocked time. Invalid names
    what can't be."""
    made = _made(services, id, since, until, title, crews)
    for attempt in range(keeping.TRIES):
        found, touched = _read(store, id, made.busy)
        if found is not None:
            return Blocked(found, _bookings(_days(store, found.busy), found.busy))
        if any(len(one.entries) >= keeping.MOST_A_DAY for one in touched):
            raise Conflict("There is too much on one of these days already. Block less.", kind="day-full")
        changed = [days.change_day(store, one, [*one.entries, made]) for one in touched]
        try:
            store.transact(blocks.new_block(store, made), *changed, trail("block.create", id, changes({}, _told(made))))
        except (ConditionFailed, Contended):
            keeping.pause(services, attempt)
            continue
        return Blocked(made, _bookings(touched, made.busy))
    raise Unavailable()


def unblock(services: Services, store: Store, id: str, *, trail: Note) -> None:
    """The time can be booked again. NotFound: there is no such blocked time."""
    tried = False
    for attempt in range(keeping.TRIES):
        (item,) = store.get(blocks.block_key(store, id))
        if item is None:
            if tried:
                # It was us, and the answer was lost; or another of the team.
                return
            raise NotFound()
        block, tried = blocks.to_block(item), True
        changed = [
            days.change_day(store, one, [each for each in one.entries if each.id != id])
            for one in _days(store, block.busy)
        ]
        try:
            store.transact(blocks.no_block(store, id), *changed, trail("block.delete", id, changes(_told(block), {})))
        except (ConditionFailed, Contended):
            keeping.pause(services, attempt)
            continue
        return
    raise Unavailable()


def _made(services: Services, id: str, since: datetime, until: datetime, title: str, crews: int) -> Entry:
    now = services.now()
    if not now - FAR <= since <= now + FAR:
        raise Invalid("since", "Use a time within two years.")
    if until <= since:
        raise Invalid("until", "The end must be after the start.")
    if until - since > LONGEST:
        raise Invalid("until", "Block 60 days at the most. For longer, close these days in the settings.")
    if not 0 <= crews <= CREWS[1]:
        raise Invalid("crews", "Say how many crews are kept from being booked, or 0 for all.")
    says = one_line(title)
    if len(says) > LONGEST_TITLE:
        raise Invalid("title", "Make this shorter: 100 characters at the most.")
    start, end = minute(since), max(minute(until), minute(since) + 1)
    return Entry(id, "block", Interval(start, end), start, end, says, crews=crews)


def _read(store: Store, id: str, busy: Interval) -> tuple[Entry | None, Sequence[Day]]:
    """The blocked time of this id, if it is there, and the days that these minutes touch. One read."""
    touched = utc_days(busy)
    item, *found = store.get(blocks.block_key(store, id), *(days.day_key(store, day) for day in touched))
    return blocks.to_block(item) if item else None, days.to_days(touched, found)


def _days(store: Store, busy: Interval) -> Sequence[Day]:
    touched = utc_days(busy)
    return days.to_days(touched, store.get(*(days.day_key(store, day) for day in touched)))


def _bookings(touched: Sequence[Day], busy: Interval) -> list[Entry]:
    """What is booked then, by time."""
    found = {one.id: one for day in touched for one in day.entries if one.kind == "booking" and one.busy.overlaps(busy)}
    return sorted(found.values(), key=lambda one: (one.start, one.id))


def _told(block: Entry) -> dict[str, object]:
    """As the audit trail tells of it."""
    return {
        "since": instant(block.start).isoformat(), "until": instant(block.end).isoformat(), "title": block.title,
        "crews": block.crews,
    }  # fmt: skip
