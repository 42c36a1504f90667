"""Which times can be booked, and why a day has none, by examples. `test_slots_model.py` compares all of it with a
model, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from chalicelib.booking.rules import Area, Entry, Interval, SpecialDays, slots
from chalicelib.booking.rules.day import minute
from chalicelib.booking.rules.slots import DaySlots, Why
from tests.booking.offers import a_service, an_offer, on_day, open_daily, open_from, open_weekdays
from tests.effort import calls

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 28)
MOWING = a_service()


def at(day: date, clock: str, zone: ZoneInfo = DENVER) -> datetime:
    hours, minutes = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=zone)


def taken(day: date, since: str, until: str, id: str = "one", kind: str = "booking", crews: int = 1) -> Entry:
    busy = Interval(minute(at(day, since)), minute(at(day, until)))
    return Entry(id, kind, busy, busy.start, busy.end, crews=crews)  # type: ignore[arg-type]


def told(found: DaySlots, zone: ZoneInfo = DENVER) -> list[str]:
    """When they start, on the company's clock."""
    return [f"{one.starts_at.astimezone(zone):%H:%M}" for one in found.slots]


def test_a_day_from_opening_to_closing() -> None:
    found = on_day(an_offer(step=60), MOWING, TUESDAY, DENVER, (), NOW)
    assert told(found) == ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
    assert (found.day, found.why, found.name) == (TUESDAY, None, "")
    first = found.slots[0]
    assert first.ends_at - first.starts_at == timedelta(hours=1)
    assert {one.starts_at.tzinfo for one in found.slots} == {UTC}


def test_the_job_ends_by_closing_and_its_buffers_need_not() -> None:
    service = a_service(minutes=90, before=45, after=120)
    found = on_day(an_offer(step=30), service, TUESDAY, DENVER, (), NOW)
    assert (told(found)[0], told(found)[-1]) == ("08:00", "15:30")


def test_several_spans_a_day_begin_anew() -> None:
    offer = an_offer(hours=(open_from(8.25, 10, 13, 15),) * 7, step=60)
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, (), NOW)) == ["08:15", "13:00", "14:00"]


def test_spans_that_touch_are_one() -> None:
    offer = an_offer(hours=(open_from(8, 10, 10, 12),) * 7, step=90)
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, (), NOW)) == ["08:00", "09:30", "11:00"]


def test_buffers_of_two_jobs_add_up() -> None:
    service = a_service(minutes=60, before=30, after=15)
    # A job from 10 to 11 that has the same buffers.
    found = on_day(an_offer(crews=1, step=15), service, TUESDAY, DENVER, [taken(TUESDAY, "9:30", "11:15")], NOW)
    # One before it ends its own quarter of an hour before 9:30; one after it begins half an hour after 11:15.
    assert [one for one in told(found) if "08" < one < "12"] == ["08:00", "08:15", "11:45"]


def test_as_many_at_once_as_there_are_crews() -> None:
    two = [taken(TUESDAY, "8:00", "12:00", "a"), taken(TUESDAY, "10:00", "17:00", "b")]
    offer = an_offer(crews=2, step=60)
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, two, NOW)) == [
        "08:00", "09:00", "12:00", "13:00", "14:00", "15:00", "16:00",
    ]  # fmt: skip
    assert on_day(an_offer(crews=1), MOWING, TUESDAY, DENVER, two, NOW).why == "full"
    assert len(on_day(an_offer(crews=3, step=60), MOWING, TUESDAY, DENVER, two, NOW).slots) == 9


def test_blocked_time_takes_some_crews_or_all() -> None:
    offer = an_offer(crews=2, step=60)
    every = taken(TUESDAY, "9:00", "16:00", kind="block", crews=0)
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, [every], NOW)) == ["08:00", "16:00"]
    one = taken(TUESDAY, "9:00", "16:00", kind="block", crews=1)
    assert len(on_day(offer, MOWING, TUESDAY, DENVER, [one], NOW).slots) == 9
    too_many = [one, taken(TUESDAY, "9:00", "16:00", "other", kind="block", crews=5)]
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, too_many, NOW)) == ["08:00", "16:00"]


def test_what_is_moved_is_not_in_its_own_way() -> None:
    offer, mine = an_offer(crews=1, step=60), taken(TUESDAY, "8:00", "17:00", "mine")
    assert on_day(offer, MOWING, TUESDAY, DENVER, [mine], NOW).why == "full"
    assert len(on_day(offer, MOWING, TUESDAY, DENVER, [mine], NOW, besides="mine").slots) == 9


def test_an_entry_of_two_utc_days_counts_once() -> None:
    one = taken(TUESDAY, "8:00", "17:00")
    assert on_day(an_offer(crews=2), MOWING, TUESDAY, DENVER, [one, one], NOW).why is None


def test_notice_is_counted_to_the_minute() -> None:
    offer = an_offer(notice=20, step=15)
    # Monday noon and twenty hours: Tuesday at 8; a second later it is past that.
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, (), NOW))[0] == "08:00"
    later = NOW + timedelta(seconds=1)
    assert told(on_day(offer, MOWING, TUESDAY, DENVER, (), later))[0] == "08:15"
    assert slots.why_not(offer, MOWING, at(TUESDAY, "8:00"), DENVER, (), later) == "notice"


def test_the_last_day_is_the_company_s_today_and_the_horizon() -> None:
    # In the evening it is tomorrow already in UTC, and in Denver still Monday.
    evening = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    offer = an_offer(horizon=2, notice=0)
    found = slots.days_slots(offer, MOWING, MONDAY, 5, DENVER, (), evening)
    assert [one.why for one in found] == ["past", None, None, "horizon", "horizon"]
    assert [one.day for one in found] == [MONDAY + timedelta(days=ahead) for ahead in range(5)]


@pytest.mark.parametrize(
    ("offer", "day", "why"),
    [
        (an_offer(), SATURDAY, "closed"),
        (an_offer(), MONDAY - timedelta(days=1), "past"),
        (an_offer(notice=0, hours=open_weekdays(8, 12)), MONDAY, "past"),
        (an_offer(notice=5), MONDAY, "notice"),
        (an_offer(notice=48), TUESDAY, "notice"),
        (an_offer(), MONDAY + timedelta(days=61), "horizon"),
        (an_offer(hours=open_weekdays(8, 8.75)), TUESDAY, "short"),
        (an_offer(hours=(open_from(8, 8.5, 9, 9.5),) * 7), TUESDAY, "short"),
        (an_offer(hours=((),) * 7), TUESDAY, "closed"),
    ],
)
def test_why_a_day_is_empty(offer: slots.Offer, day: date, why: str) -> None:
    found = on_day(offer, MOWING, day, DENVER, (), NOW)
    assert (found.slots, found.why) == ((), why)


def test_special_days_go_before_the_week() -> None:
    offer = an_offer(
        step=60,
        special=(
            SpecialDays(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving"),
            SpecialDays(SATURDAY, SATURDAY, "Leaf weekend", open_from(9, 11)),
        ),
    )
    found = slots.days_slots(offer, MOWING, WEDNESDAY, 5, DENVER, (), NOW)
    assert [(one.why, one.name) for one in found] == [
        (None, ""), ("closed", "Thanksgiving"), ("closed", "Thanksgiving"), (None, "Leaf weekend"), ("closed", ""),
    ]  # fmt: skip
    assert told(found[3]) == ["09:00", "10:00"]


def test_the_first_free_day() -> None:
    # Tuesday is too soon, and Wednesday full.
    offer, full = an_offer(notice=30, crews=1), [taken(WEDNESDAY, "7:00", "18:00")]
    week = slots.days_slots(offer, MOWING, MONDAY, 7, DENVER, full, NOW)
    assert [one.why for one in week[:4]] == ["notice", "notice", "full", None]
    assert (first := slots.first_free(week)) and first.day == WEDNESDAY + timedelta(days=1)
    assert slots.first_free(slots.days_slots(offer, MOWING, SATURDAY, 2, DENVER, (), NOW)) is None


def test_days_are_worked_out_as_they_are_asked_for() -> None:
    ahead = slots.each_day(an_offer(), MOWING, MONDAY, 10**6, DENVER, (), NOW)
    assert (first := slots.first_free(ahead)) and first.day == TUESDAY


@pytest.mark.parametrize(
    ("starts_at", "why"),
    [
        (at(TUESDAY, "8:00"), None),
        (at(TUESDAY, "8:00").astimezone(ZoneInfo("Asia/Tokyo")), None),
        (at(TUESDAY, "16:00"), None),
        (at(TUESDAY, "16:30"), "closed"),
        (at(TUESDAY, "7:30"), "closed"),
        (at(SATURDAY, "9:00"), "closed"),
        (at(TUESDAY, "8:10"), "step"),
        (at(TUESDAY, "8:00") + timedelta(seconds=30), "step"),
        (at(TUESDAY, "8:00") + timedelta(microseconds=1), "step"),
        (at(MONDAY, "16:00"), "notice"),
        (NOW - timedelta(minutes=1), "past"),
        (datetime(1999, 12, 31, 16, 0, tzinfo=UTC), "past"),
        (at(date(2027, 1, 22), "16:00"), None),
        (at(date(2027, 1, 23), "8:00"), "horizon"),
        (datetime(9999, 12, 31, tzinfo=UTC), "horizon"),
        (at(WEDNESDAY, "10:00"), "full"),
        (at(WEDNESDAY, "11:00"), None),
    ],
)
def test_why_a_time_can_t_be_booked(starts_at: datetime, why: str | None) -> None:
    entries = [taken(WEDNESDAY, "10:00", "11:00", "a"), taken(WEDNESDAY, "10:00", "11:00", "b")]
    assert slots.why_not(an_offer(), MOWING, starts_at, DENVER, entries, NOW) == why


@pytest.mark.parametrize(("starts_at", "why"), [(datetime.max, "horizon"), (datetime.min, "past")])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_time(starts_at: datetime, why: str, zone: str) -> None:
    assert slots.why_not(an_offer(), MOWING, starts_at.replace(tzinfo=UTC), ZoneInfo(zone), (), NOW) == why


def test_each_refusal_has_words_of_its_own() -> None:
    words = [slots.refusal(why) for why in (*get_args(Why), "step")]
    assert len({str(one) for one in words}) == len(words)
    assert {one.kind for one in words} == {
        "slot-closed", "slot-short", "slot-past", "slot-notice", "slot-horizon", "slot-taken", "slot-step",
    }  # fmt: skip


NEW_YORK, BERLIN, HOWE = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
BEIRUT, SANTIAGO, HAVANA = ZoneInfo("Asia/Beirut"), ZoneInfo("America/Santiago"), ZoneInfo("America/Havana")


@pytest.mark.parametrize(
    ("zone", "day", "hours", "minutes"),
    [
        (NEW_YORK, date(2027, 3, 14), (0, 24), 23 * 60),
        (NEW_YORK, date(2026, 11, 1), (0, 24), 25 * 60),
        (NEW_YORK, date(2026, 11, 2), (0, 24), 24 * 60),
        (BERLIN, date(2027, 3, 28), (0, 24), 23 * 60),
        (BERLIN, date(2026, 10, 25), (0, 24), 25 * 60),
        (HOWE, date(2026, 10, 4), (0, 24), 23 * 60 + 30),
        (HOWE, date(2027, 4, 4), (0, 24), 24 * 60 + 30),
        # Midnight itself is left out, or comes twice.
        (BEIRUT, date(2027, 3, 28), (0, 24), 23 * 60),
        (BEIRUT, date(2027, 3, 27), (0, 24), 24 * 60),
        (BEIRUT, date(2026, 10, 24), (0, 24), 25 * 60),
        (SANTIAGO, date(2026, 9, 6), (0, 24), 23 * 60),
        (SANTIAGO, date(2027, 4, 3), (0, 24), 25 * 60),
        (HAVANA, date(2026, 11, 1), (0, 24), 25 * 60),
        (HAVANA, date(2026, 10, 31), (0, 24), 24 * 60),
        # To open in an hour that is left out is to open after it; to close in it, before.
        (NEW_YORK, date(2027, 3, 14), (2.5, 4), 60),
        (NEW_YORK, date(2027, 3, 14), (1, 2.5), 60),
        (NEW_YORK, date(2027, 3, 14), (2.25, 2.75), 0),
        # Of an hour that comes twice: open from the first time to the second.
        (NEW_YORK, date(2026, 11, 1), (1.5, 3), 150),
        (NEW_YORK, date(2026, 11, 1), (0, 1.5), 150),
        (HOWE, date(2027, 4, 4), (1.75, 2), 45),
    ],
)
def test_how_long_a_day_is_when_the_clock_changes(
    zone: ZoneInfo, day: date, hours: tuple[float, float], minutes: int
) -> None:
    spans = slots.spans_on(an_offer(hours=(open_from(*hours),) * 7), day, zone)
    assert sum(one.end - one.start for one in spans) == minutes
    assert len(spans) == (1 if minutes else 0)


def test_spans_of_an_hour_that_comes_twice_are_not_counted_twice() -> None:
    offer = an_offer(hours=(open_from(1, 1.25, 1.5, 3),) * 7)
    (span,) = slots.spans_on(offer, date(2026, 11, 1), NEW_YORK)
    assert span.end - span.start == 180


def test_slots_of_the_night_the_clock_springs_forward() -> None:
    now = datetime(2027, 3, 10, tzinfo=UTC)
    offer = an_offer(hours=(open_from(1, 5),) * 7, step=60, notice=0)
    found = on_day(offer, MOWING, date(2027, 3, 14), NEW_YORK, (), now)
    assert told(found, NEW_YORK) == ["01:00", "03:00", "04:00"]


def test_slots_of_the_night_the_clock_falls_back() -> None:
    now = datetime(2026, 10, 28, tzinfo=UTC)
    offer = an_offer(hours=(open_from(0, 3),) * 7, step=60, notice=0)
    found = on_day(offer, MOWING, date(2026, 11, 1), NEW_YORK, (), now)
    assert told(found, NEW_YORK) == ["00:00", "01:00", "01:00", "02:00"]
    assert [one.starts_at.hour for one in found.slots] == [4, 5, 6, 7]


def test_whoever_books_from_elsewhere_sees_the_same_instants() -> None:
    found = on_day(an_offer(step=240), MOWING, TUESDAY, DENVER, (), NOW)
    assert told(found, ZoneInfo("Asia/Tokyo")) == ["00:00", "04:00", "08:00"]
    assert found.slots[0].starts_at == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_the_area_is_no_matter_of_slots() -> None:
    assert on_day(an_offer(area=Area("refused", ("1",))), MOWING, TUESDAY, DENVER, (), NOW).slots


def test_a_week_beside_500_bookings_looks_at_each_once() -> None:
    entries = [
        Entry(f"{n}", "booking", Interval(start, start + 75), start, start + 60)
        for n in range(500)
        for start in [minute(NOW) + n * 85]
    ]
    offer = an_offer(hours=open_daily(), step=15, crews=3, notice=0)

    def week(busy: Sequence[Entry]) -> list[DaySlots]:
        return slots.days_slots(offer, MOWING, TUESDAY, 7, DENVER, busy, NOW)

    assert sum(len(one.slots) for one in week(entries)) == 7 * 93
    # A booking is looked at once, not once for every slot: those would be 300,000.
    assert calls(lambda: week(entries)) - calls(lambda: week(())) <= 5 * len(entries)
