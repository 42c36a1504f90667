"""Days to choose from as pages show them: a week as a strip, the times of one day, and where there are others if it has
none. Who asks says how days are found, and where days and times lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.actions.finding import NEXT_FREE, Found
from chalicelib.booking.rules.slots import DaySlots, Why, first_free
from chalicelib.errors import N_
from chalicelib.web.access import Guest

WEEK = 7
# From these hours on it is afternoon, and evening.
NOON, EVENING = 12, 17
# No horizon is farther.
BEYOND = timedelta(days=800)
# To whom nothing is lost by it; others are told that too.
TAKEN = N_("That time is taken by now. Please choose another.")


@dataclass(frozen=True, slots=True)
class Looking:
    """How to find them: `week` finds the seven days from a day on, `after` the next free days from a day on."""

    week: Callable[[date], Found]
    after: Callable[[Found, date], list[DaySlots]]


@dataclass(frozen=True, slots=True)
class Links:
    """Where a day, a week and a time lead, below the portal's address."""

    day: Callable[[date], str]
    week: Callable[[date], str]
    time: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of the strip; `free` is how many times it has."""

    day: date
    free: int
    chosen: bool
    link: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time to choose: somebody arrives from `starts_at` to `until`."""

    starts_at: datetime
    until: datetime
    link: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What `parts/book_times.html` shows. `day` is the one that is open, None where the week has nothing free and none
    was asked for; `why` it has no times, `name` what the special day is called; `times` are by 'morning', 'afternoon'
    and 'evening'. `others` are where there are times instead. `last` is the last day that can be booked; `window` is in
    minutes; `earlier` and `later` are '' for none."""

    strip: tuple[StripDay, ...]
    earlier: str
    later: str
    day: date | None
    why: Why | None
    name: str
    times: dict[str, list[Time]]
    others: list[tuple[date, str]]
    last: date
    window: int

    @property
    def ends(self) -> tuple[datetime, ...]:
        """The first and the last of its times, by which to say whose clock they are on."""
        times = [one.starts_at for part in self.times.values() for one in part]
        return (times[0], times[-1]) if times else ()


@dataclass(frozen=True, slots=True)
class Choosing:
    """A week of days that was found, and the one of them that is open."""

    found: Found
    chosen: DaySlots | None
    others: list[DaySlots]


def asked(text: str, first: date) -> date | None:
    """A day as our links name it, not before `first`; None for anything else. What is nobody's year is no later than
    what lies beyond every horizon."""
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return min(found, first + BEYOND) if found >= first else None


def look_for(looking: Looking, first: date, day: date | None, week: date | None) -> Choosing:
    """The week of the day, or the week, that is asked for; else the first with a time. `first` is today: all weeks
    begin as many whole weeks after it."""
    wanted = day or week
    found = looking.week(_week_of(wanted or first, first))
    if day is not None:
        chosen: DaySlots | None = next(one for one in found.days if one.day == day)
    else:
        chosen = first_free(found.days)
    if chosen is None and wanted is None:
        ahead = looking.after(found, first + timedelta(days=WEEK))
        if ahead:
            found = looking.week(_week_of(ahead[0].day, first))
            chosen = first_free(found.days)
    return Choosing(found, chosen, [] if chosen and chosen.slots else _others(looking, found, chosen, first))


def _week_of(day: date, first: date) -> date:
    return first + (day - first) // timedelta(days=WEEK) * timedelta(days=WEEK)


def _others(looking: Looking, found: Found, chosen: DaySlots | None, first: date) -> list[DaySlots]:
    """The next few days that have something, or the first of all where nothing comes after."""
    end = found.days[-1].day
    soon = [one for one in found.days if chosen and one.day > chosen.day and one.slots][:NEXT_FREE]
    if len(soon) < NEXT_FREE:
        soon = [*soon, *looking.after(found, end + timedelta(days=1))][:NEXT_FREE]
    return soon or looking.after(found, first)


def without(at: datetime, days: list[DaySlots]) -> list[DaySlots]:
    """These days without one time: it is theirs who are asked."""
    return [_less(one, at) if any(slot.starts_at == at for slot in one.slots) else one for one in days]


def _less(day: DaySlots, at: datetime) -> DaySlots:
    slots = tuple(one for one in day.slots if one.starts_at != at)
    return replace(day, slots=slots, why=None if slots else "full")


def calendar(choosing: Choosing, first: date, window: int, zone: ZoneInfo, links: Links) -> Calendar:
    """As the page shows it. `window` is the arrival window in minutes."""
    found, chosen = choosing.found, choosing.chosen
    since, week = found.days[0].day, timedelta(days=WEEK)
    last = first + timedelta(days=found.offer.horizon)
    return Calendar(
        tuple(StripDay(one.day, len(one.slots), one is chosen, links.day(one.day)) for one in found.days),
        links.week(since - week) if since > first else "",
        links.week(since + week) if since + week <= last else "",
        chosen.day if chosen else None,
        chosen.why if chosen else None,
        chosen.name if chosen else "",
        _parts(chosen, timedelta(minutes=window), zone, links),
        [(one.day, links.day(one.day)) for one in choosing.others],
        last,
        window,
    )


def _parts(chosen: DaySlots | None, window: timedelta, zone: ZoneInfo, links: Links) -> dict[str, list[Time]]:
    parts: dict[str, list[Time]] = {}
    for slot in chosen.slots if chosen else ():
        hour = slot.starts_at.astimezone(zone).hour
        part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
        made = Time(slot.starts_at, slot.starts_at + window, links.time(slot.starts_at))
        parts.setdefault(part, []).append(made)
    return parts


def is_free(found: Found, at: datetime) -> bool:
    """Whether a time is among those that were found."""
    return any(slot.starts_at == at for one in found.days for slot in one.slots)


def day_of(caller: Guest, at: datetime) -> date:
    """The day it is then where the company is."""
    return at.astimezone(ZoneInfo(caller.company.time_zone)).date()
