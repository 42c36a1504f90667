"""What fills the calendar: bookings and blocked time, and whether there is room beside them. Pure.

Instants are minutes since 1970 (UTC), so that clocks which change change nothing here. Each UTC day is one item in the
store, and what touches several days lies in each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to just before `end`."""

    start: int
    end: int

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking or blocked time, as the calendar shows it. `busy` is what it takes, its buffers too; `start` to `end`
    the job alone. A booking takes one crew; blocked time takes `crews`, 0 for all of them.

    `title` is the service, or why the time is blocked; `who` the booking's person, `customer` their id if they are one
    of the company's; `status` the booking's, '' for blocked time. `outside`: of the service area. What is suspected
    holds no place, and is no entry.
    """

    id: str
    kind: Literal["booking", "block"]
    busy: Interval
    start: int
    end: int
    title: str = ""
    who: str = ""
    customer: str = ""
    status: str = ""
    crews: int = 1
    outside: bool = False

    def takes(self, crews: int) -> int:
        """How many of so many crews it takes."""
        return (self.crews or crews) if self.kind == "block" else 1


def minute(at: datetime) -> int:
    """An instant, counted; seconds are left out."""
    return (at - EPOCH) // MINUTE


def whole(at: datetime) -> datetime:
    """The same instant in UTC, without its seconds: as what is booked or blocked begins."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def utc_days(busy: Interval) -> list[date]:
    """The UTC days it touches, first to last."""
    first, last = instant(busy.start).date(), instant(max(busy.start, busy.end - 1)).date()
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def has_room(entries: Iterable[Entry], busy: Interval, crews: int, besides: str = "") -> bool:
    """Whether one more job can take this interval: at no moment of it are all crews taken. `besides` is an entry that
    does not count: the one that is being moved."""
    beside = [one for one in entries if one.id != besides and one.busy.overlaps(busy)]
    moments = {busy.start, *(max(one.busy.start, busy.start) for one in beside)}
    return all(_taken(beside, moment, crews) < crews for moment in moments)


def _taken(entries: Iterable[Entry], moment: int, crews: int) -> int:
    return sum(one.takes(crews) for one in entries if one.busy.start <= moment < one.busy.end)
