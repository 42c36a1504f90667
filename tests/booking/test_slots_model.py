"""Slots beside a model that looks at each minute by itself: whatever the hours, the calendar and the clock, the slots
are those that the model has, and no others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.booking.rules import Entry, Interval, Offer, Service, Span, slots
from chalicelib.booking.rules.day import has_room, instant, minute
from chalicelib.booking.rules.offer import DAY, STEPS
from tests.billing.till import THOROUGH
from tests.booking.offers import a_service, an_offer, on_day

# A day on which the clock changes, in each of these: by an hour, by half of one, at midnight, at one in the morning.
CHANGES = {
    "America/New_York": (date(2027, 3, 14), date(2026, 11, 1)),
    "America/Denver": (date(2027, 3, 14), date(2026, 11, 1)),
    "Europe/Berlin": (date(2027, 3, 28), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2027, 4, 4)),
    "America/Santiago": (date(2026, 9, 6), date(2027, 4, 3)),
    "Asia/Beirut": (date(2027, 3, 28), date(2026, 10, 24)),
    "America/Havana": (date(2027, 3, 14), date(2026, 11, 1)),
    "Asia/Kathmandu": (date(2026, 11, 24), date(2026, 11, 25)),
}
MINUTE = timedelta(minutes=1)


@cache
def clock(zone: str, day: date) -> list[tuple[int, int]]:
    """Each minute of a day of this zone, and what its clock shows then."""
    start = minute(datetime(day.year, day.month, day.day, tzinfo=UTC)) - 30 * 60
    shown = ((one, instant(one).astimezone(ZoneInfo(zone))) for one in range(start, start + 84 * 60))
    return [(one, local.hour * 60 + local.minute) for one, local in shown if local.date() == day]


def worked(zone: str, day: date, spans: tuple[Span, ...]) -> set[int]:
    """The minutes in which somebody works."""
    minutes, found = clock(zone, day), set[int]()
    for span in spans:
        since = [one for one, shown in minutes if shown >= span.opens]
        closes = [one for one, shown in minutes if shown == span.closes]
        until = closes or [one + 1 for one, shown in minutes if shown < span.closes]
        if since and until:
            found |= set(range(since[0], until[-1]))
    return found


def modelled(offer: Offer, service: Service, day: date, zone: str, entries: list[Entry], now: datetime) -> list[int]:
    open_minutes = worked(zone, day, offer.hours[day.weekday()])
    today = now.astimezone(ZoneInfo(zone)).date()
    if not today <= day <= today + timedelta(days=offer.horizon):
        return []
    found = []
    since = -1
    for one in sorted(open_minutes):
        since = one if one - 1 not in open_minutes else since
        job = range(one, one + service.minutes)
        busy = range(one - service.before, one + service.minutes + service.after)
        if (
            (one - since) % offer.step == 0
            and open_minutes.issuperset(job)
            and instant(one) >= now + timedelta(hours=offer.notice)
            and all(beside(entries, moment, offer.crews) < offer.crews for moment in busy)
        ):
            found.append(one)
    return found


def beside(entries: list[Entry], moment: int, crews: int) -> int:
    """How many crews are out at a minute."""
    out = [one for one in entries if one.busy.start <= moment < one.busy.end]
    return sum(1 if one.kind == "booking" else one.crews or crews for one in out)


@st.composite
def spans(draw: Any) -> tuple[Span, ...]:
    """What a day may have: up to three spans that do not overlap, whole, broken, or touching."""
    few = draw(st.integers(0, 3))
    unit = draw(st.sampled_from((1, 15, 30, 60)))
    edges = sorted(draw(st.lists(st.integers(0, DAY // unit), min_size=2 * few, max_size=2 * few)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(opens * unit, closes * unit) for opens, closes in pairs if opens < closes)


@st.composite
def scenes(draw: Any) -> tuple[Offer, Service, date, str, list[Entry], datetime]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    day = draw(st.sampled_from(CHANGES[zone])) + timedelta(days=draw(st.integers(-1, 1)))
    noon = minute(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)))
    service = a_service(
        minutes=draw(st.one_of(st.sampled_from((30, 60, 120)), st.integers(5, DAY))),
        before=draw(st.sampled_from((0, 0, 15, 45, 720))), after=draw(st.sampled_from((0, 0, 10, 60, 720))),
    )  # fmt: skip
    crews = draw(st.integers(1, 4))
    offer = an_offer(
        service, hours=(draw(spans()),) * 7, step=draw(st.sampled_from(STEPS)), crews=crews,
        notice=draw(st.sampled_from((0, 1, 12, 24, 72))), horizon=draw(st.sampled_from((1, 2, 60))),
    )  # fmt: skip
    entries = []
    for number in range(draw(st.integers(0, 8))):
        start = noon + draw(st.integers(-1000, 1000))
        busy = Interval(start, start + draw(st.integers(5, 600)))
        kind = draw(st.sampled_from(("booking", "booking", "block")))
        many = draw(st.integers(0, 5)) if kind == "block" else 1
        entries.append(Entry(str(number), kind, busy, busy.start, busy.end, crews=many))
    now = instant(noon) - timedelta(hours=draw(st.integers(-20, 90)), seconds=draw(st.sampled_from((0, 0, 1, 59))))
    return offer, service, day, zone, entries, now


@settings(max_examples=3000 if THOROUGH else 250)
@given(scenes())
def test_the_slots_are_those_of_the_model(scene: tuple[Offer, Service, date, str, list[Entry], datetime]) -> None:
    offer, service, day, zone, entries, now = scene
    found = on_day(offer, service, day, ZoneInfo(zone), entries, now)
    starts = [minute(one.starts_at) for one in found.slots]
    assert starts == modelled(offer, service, day, zone, entries, now)
    assert (found.why is None) == bool(starts)
    for one in found.slots:
        assert one.starts_at.astimezone(ZoneInfo(zone)).date() == day
        busy = Interval(minute(one.starts_at) - service.before, minute(one.starts_at) + service.minutes + service.after)
        assert has_room(entries, busy, offer.crews)


@settings(max_examples=1500 if THOROUGH else 120)
@given(scenes(), st.integers(-40, 1500))
def test_a_time_can_be_booked_if_it_is_among_them(
    scene: tuple[Offer, Service, date, str, list[Entry], datetime], minutes: int
) -> None:
    offer, service, day, zone, entries, now = scene
    found = on_day(offer, service, day, ZoneInfo(zone), entries, now)
    offered = {one.starts_at for one in found.slots}
    first = instant(clock(zone, day)[0][0])
    tried = offered | {first + minutes * MINUTE, first + minutes // offer.step * offer.step * MINUTE}
    for at in tried:
        if at.astimezone(ZoneInfo(zone)).date() == day:
            why = slots.why_not(offer, service, at, ZoneInfo(zone), entries, now)
            assert (why is None) == (at in offered), (at, why)


@settings(max_examples=1500 if THOROUGH else 120)
@given(scenes())
def test_what_is_booked_one_after_the_other_never_exceeds_the_crews(
    scene: tuple[Offer, Service, date, str, list[Entry], datetime],
) -> None:
    offer, service, day, zone, _, now = scene
    entries: list[Entry] = []
    while found := on_day(offer, service, day, ZoneInfo(zone), entries, now).slots:
        start = minute(found[len(entries) * 7 % len(found)].starts_at)
        busy = Interval(start - service.before, start + service.minutes + service.after)
        entries.append(Entry(str(len(entries)), "booking", busy, start, start + service.minutes))
        if len(entries) > 40:
            break
    moments = {one.busy.start for one in entries}
    assert all(beside(entries, moment, offer.crews) <= offer.crews for moment in moments)


@settings(max_examples=200)
@given(spans(), st.sampled_from(sorted(CHANGES)), st.integers(0, 1), st.integers(-1, 1))
@example((Span(0, DAY),), "America/New_York", 0, 0)
@example((Span(150, 240),), "America/New_York", 0, 0)
@example((Span(90, 120),), "America/New_York", 1, 0)
def test_the_hours_of_a_day_are_those_of_the_model(hours: tuple[Span, ...], zone: str, which: int, off: int) -> None:
    day = CHANGES[zone][which] + timedelta(days=off)
    found = slots.spans_on(an_offer(hours=(hours,) * 7), day, ZoneInfo(zone))
    minutes = [one for span in found for one in range(span.start, span.end)]
    assert minutes == sorted(worked(zone, day, hours))
