"""Which times can be booked, and why a day has none. Pure: the calendar and the time it is are arguments.

Hours are those of the company's clock, and all that is counted is counted in minutes that pass. So where the clock
springs forward a day has fewer slots, where it falls back more, and none is offered that there is not, or twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.booking.rules.booking import busy_with
from chalicelib.booking.rules.day import EPOCH, MINUTE, Entry, Interval, instant, minute
from chalicelib.booking.rules.offer import DAY, Offer, Service, Span, SpecialDays
from chalicelib.errors import N_, Conflict

# So far ahead staff may book.
FAR = timedelta(days=2 * 366)
# closed: nobody works then. short: they do, but at no time of the day for so long. past: it is over. notice: too soon.
# horizon: too far ahead. full: all is taken.
Why = Literal["closed", "short", "past", "notice", "horizon", "full"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked: the job's, without its buffers. Aware, UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DaySlots:
    """The slots of a day, and `why` there are none. `name` is the special day's: 'Thanksgiving'."""

    day: date
    slots: tuple[Slot, ...]
    why: Why | None
    name: str


def spans_on(offer: Offer, day: date, zone: ZoneInfo) -> tuple[Interval, ...]:
    """When somebody works on a day of the company's, in its order; what touches is one.

    An hour that the clock leaves out stands for the first moment after it. Of one that comes twice, the earlier is when
    we open, the later when we close.
    """
    special = special_on(offer, day)
    hours = special.hours if special else offer.hours[day.weekday()]
    found: list[Interval] = []
    for one in sorted(_interval(span, day, zone) for span in hours):
        if found and one[0] <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, one[1]))
        elif one[0] < one[1]:
            found.append(Interval(*one))
    return tuple(found)


def _interval(span: Span, day: date, zone: ZoneInfo) -> tuple[int, int]:
    # Midnight is when the next day begins, also where that hour comes twice.
    return _moment(day, span.opens, zone, 0), _moment(day, span.closes, zone, 0 if span.closes == DAY else 1)


def special_on(offer: Offer, day: date) -> SpecialDays | None:
    """The special days that a day is one of; None for none."""
    return next((one for one in offer.special if one.since <= day <= one.until), None)


def _moment(day: date, clock: int, zone: ZoneInfo, fold: int) -> int:
    """When the company's clock shows this: the first or the second time where it does so twice."""
    local = datetime.combine(day, time(), zone) + timedelta(minutes=clock)
    early, late = (minute(local.replace(fold=one)) for one in (1, 0))
    if early >= late:
        # As ever; or twice, and then fold 0 is the earlier.
        return minute(local.replace(fold=fold))
    # Never: the clock jumps somewhere between what these two are.
    offset = instant(early).astimezone(zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if instant(middle).astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late


def days_slots(
    offer: Offer, service: Service, since: date, count: int, zone: ZoneInfo, entries: Iterable[Entry], now: datetime,
    besides: str = "",
) -> list[DaySlots]:  # fmt: skip
    """The slots of so many days. `besides` is the entry that is being moved: its place counts as free."""
    return list(each_day(offer, service, since, count, zone, entries, now, besides))


def each_day(
    offer: Offer, service: Service, since: date, count: int, zone: ZoneInfo, entries: Iterable[Entry], now: datetime,
    besides: str = "",
) -> Iterator[DaySlots]:  # fmt: skip
    """The same, each day worked out when it is asked for. All entries that touch these days must be given."""
    taken = _taken(entries, offer.crews, besides)
    for ahead in range(count):
        yield _day(offer, service, since + timedelta(days=ahead), zone, taken, now)


def first_free(days: Iterable[DaySlots]) -> DaySlots | None:
    """The first of these days that has a slot."""
    return next((one for one in days if one.slots), None)


def why_not(
    offer: Offer, service: Service, starts_at: datetime, zone: ZoneInfo, entries: Iterable[Entry], now: datetime,
    besides: str = "",
) -> Why | Literal["step"] | None:  # fmt: skip
    """Why this time can't be booked; None: it can. 'step': we work then, but offer no time that begins so."""
    if starts_at < now:
        return "past"
    # Looked at by itself first: the last of all years is over in zones of the east before it is in UTC.
    if starts_at - now > timedelta(days=offer.horizon + 2):
        return "horizon"
    day = starts_at.astimezone(zone).date()
    if day > _last(offer, zone, now):
        return "horizon"
    if starts_at < _earliest(offer, now):
        return "notice"
    start = minute(starts_at)
    end = start + service.minutes
    span = next((one for one in spans_on(offer, day, zone) if one.start <= start and end <= one.end), None)
    if span is None:
        return "closed"
    if (start - span.start) % offer.step or instant(start) != starts_at:
        return "step"
    busy = busy_with(service, starts_at)
    return None if _free(_taken(entries, offer.crews, besides), busy.start, busy.end) else "full"


def _day(
    offer: Offer, service: Service, day: date, zone: ZoneInfo, taken: Sequence[Interval], now: datetime
) -> DaySlots:
    special = special_on(offer, day)
    name = special.name if special else ""
    if why := _out_of_reach(offer, day, zone, now):
        return DaySlots(day, (), why, name)
    spans = spans_on(offer, day, zone)
    starts = [start for one in spans for start in range(one.start, one.end - service.minutes + 1, offer.step)]
    if not starts:
        return DaySlots(day, (), "short" if spans else "closed", name)
    if instant(starts[-1]) < now:
        return DaySlots(day, (), "past", name)
    # Rounded up to the minute: a start a few seconds before the notice is over is too soon.
    earliest = -(-(_earliest(offer, now) - EPOCH) // MINUTE)
    possible = [start for start in starts if start >= earliest]
    if not possible:
        return DaySlots(day, (), "notice", name)
    before, after, length = service.before, service.minutes + service.after, timedelta(minutes=service.minutes)
    free = [instant(start) for start in possible if _free(taken, start - before, start + after)]
    return DaySlots(day, tuple(Slot(at, at + length) for at in free), None if free else "full", name)


def _out_of_reach(offer: Offer, day: date, zone: ZoneInfo, now: datetime) -> Why | None:
    if day < now.astimezone(zone).date():
        return "past"
    return "horizon" if day > _last(offer, zone, now) else None


def _last(offer: Offer, zone: ZoneInfo, now: datetime) -> date:
    return now.astimezone(zone).date() + timedelta(days=offer.horizon)


def _earliest(offer: Offer, now: datetime) -> datetime:
    return now + timedelta(hours=offer.notice)


def _taken(entries: Iterable[Entry], crews: int, besides: str) -> list[Interval]:
    """When all crews are taken, in order; no two of these touch."""
    changes: dict[int, int] = {}
    # What touches two UTC days may be given twice.
    for one in {one.id: one for one in entries if one.id != besides}.values():
        many = one.takes(crews)
        changes[one.busy.start] = changes.get(one.busy.start, 0) + many
        changes[one.busy.end] = changes.get(one.busy.end, 0) - many
    moments = sorted(changes)
    found: list[Interval] = []
    since: int | None = None
    for moment, many in zip(moments, accumulate(changes[one] for one in moments), strict=True):
        if many >= crews:
            since = moment if since is None else since
        elif since is not None:
            found.append(Interval(since, moment))
            since = None
    return found


def _free(taken: Sequence[Interval], start: int, end: int) -> bool:
    # The last of them that begins before the end is the only one that can still be there at the start.
    before = bisect_right(taken, end - 1, key=_start)
    return not before or taken[before - 1].end <= start


def _start(one: Interval) -> int:
    return one.start


_REFUSALS: dict[str, str] = {
    "closed": N_("We don't work at that time. Please choose another."),
    "short": N_("Our hours on that day are too short for this. Please choose another day."),
    "past": N_("That time is over. Please choose another."),
    "notice": N_("That is too soon for us. Please choose a later time."),
    "horizon": N_("That is too far ahead for us. Please choose an earlier day."),
    "step": N_("We have no time that begins then. Please choose one of those we offer."),
    "full": N_("Somebody else has just taken that time. Please choose another: nothing you typed is lost."),
}


def refusal(why: Why | Literal["step"]) -> Conflict:
    """The word for it, to the customer: kind 'slot-taken' where all is taken, otherwise 'slot-' and why."""
    return Conflict(_REFUSALS[why], kind="slot-taken" if why == "full" else f"slot-{why}")


def must_be_thinkable(starts_at: datetime, now: datetime) -> None:
    """Conflict: it is over, or so far ahead that nobody plans for it."""
    if starts_at < now:
        raise refusal("past")
    if starts_at > now + FAR:
        raise refusal("horizon")
