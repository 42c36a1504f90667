"""What fills the calendar, and which times it leaves: looked up in few calls, at any size."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.booking.actions import calendar, finding, reading
from chalicelib.booking.rules import Offer
from chalicelib.errors import Conflict, Invalid, NotFound
from tests.billing.wire import Wire
from tests.booking.booker import HOUR, WEDNESDAY, Diary
from tests.booking.offers import a_service, open_from
from tests.builders import Company, Person
from tests.conftest import Clock

TODAY = date(2026, 11, 23)


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(crews=1)
    return made


def times(found: finding.Found) -> list[list[str]]:
    return [[f"{one.starts_at.astimezone(WEDNESDAY.tzinfo):%H:%M}" for one in day.slots] for day in found.days]


def test_bookings_and_blocked_time_by_time(diary: Diary, dana: Person) -> None:
    late = diary.books(WEDNESDAY + 5 * HOUR)
    block = diary.blocks(WEDNESDAY + 2 * HOUR, 1).block
    first = diary.books(customer=dana)
    assert [one.id for one in diary.entries] == [first.id, block.id, late.id]
    shown = diary.entries[0]
    assert (shown.title, shown.who, shown.customer, shown.status) == ("Lawn mowing", "Nora Beck", dana.id, "confirmed")


def test_what_touches_the_time_is_there_once_also_over_midnight(diary: Diary) -> None:
    diary.offers(a_service(before=30, after=600), crews=1)
    one = diary.books(WEDNESDAY.replace(hour=16))
    store, at = diary.company.store, one.starts_at
    for since, until, there in (
        (at - HOUR, at + HOUR, True), (at + 3 * HOUR, at + 30 * HOUR, True), (at - 9 * HOUR, at - HOUR / 2, False),
        (at - 9 * HOUR, at - HOUR / 2 + timedelta(minutes=1), True), (at + 11 * HOUR, at + 20 * HOUR, False),
        (at - timedelta(days=20), at + timedelta(days=20), True),
    ):  # fmt: skip
        assert [it.id for it in calendar.between(store, since, until)] == ([one.id] if there else [])


@pytest.mark.parametrize("days", [0, -1, 43])
def test_six_weeks_are_shown_at_the_most(diary: Diary, days: int) -> None:
    with pytest.raises(Invalid) as why:
        calendar.between(diary.company.store, WEDNESDAY, WEDNESDAY + timedelta(days=days))
    assert why.value.field == "until"


def test_a_months_calendar_is_one_call(diary: Diary, wire: Wire) -> None:
    for day in range(0, 28, 7):
        diary.books(WEDNESDAY + timedelta(days=day))
    wire.calls.clear()
    found = calendar.between(diary.company.store, WEDNESDAY, WEDNESDAY + timedelta(days=42))
    assert len(found) == 4 and [one.what for one in wire.calls] == ["dynamodb Query"]


def test_a_week_of_times_is_two_calls(diary: Diary, wire: Wire, clock: Clock) -> None:
    diary.books()
    us, store = diary.us, diary.company.store
    wire.calls.clear()
    found = finding.look(store, us, "lawn-mowing", TODAY, 7, clock.time)
    assert [one.what for one in wire.calls] == ["dynamodb BatchGetItem", "dynamodb Query"]
    assert [day.why for day in found.days] == ["notice", None, None, None, None, "closed", "closed"]
    assert times(found)[2] == ["08:00", *times(found)[1][4:]], "all but those that touch nine to ten"


def test_a_booking_that_is_to_be_moved_is_not_in_its_own_way(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    other = diary.books(WEDNESDAY + 3 * HOUR)
    diary.offers(a_service(minutes=600, on=False), a_service("hedges"), crews=1)
    found = finding.look_again(diary.company.store, diary.us, one, date(2026, 11, 25), 1, clock.time)
    (free,) = times(found)
    assert "09:00" in free and "09:30" in free and found.service.minutes == 60
    assert f"{other.starts_at.astimezone(WEDNESDAY.tzinfo):%H:%M}" not in free


def test_what_is_found_can_be_booked_and_nothing_else(diary: Diary, clock: Clock) -> None:
    diary.offers(a_service(minutes=50, before=20, after=10), crews=1, hours=(open_from(8, 10, 11.5, 14),) * 7)
    diary.blocks(WEDNESDAY.replace(hour=12), 0.5)
    (day,) = finding.look(diary.company.store, diary.us, "lawn-mowing", date(2026, 11, 25), 1, clock.time).days
    start = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    offered = {one.starts_at for one in day.slots}
    for minutes in range(0, 24 * 60, 15):
        at, booked = start + timedelta(minutes=minutes), None
        with suppress(Conflict):
            booked = diary.books(at)
        assert (booked is not None) is (at in offered), at
        if booked:
            diary.calls_off(booked)
    assert offered


def test_the_next_days_that_have_a_time(diary: Diary, wire: Wire, clock: Clock) -> None:
    for day in (2, 3):
        diary.blocks(WEDNESDAY.replace(hour=1) + timedelta(days=day - 2), 24)
    us, store, offer, service = diary.us, diary.company.store, diary.offer, diary.offer.services[0]
    wire.calls.clear()
    found = finding.free_after(store, us, offer, service, TODAY, clock.time)
    assert [one.day.day for one in found] == [24, 27, 30] and len(wire.calls) == 1
    assert finding.free_after(store, us, offer, service, date(2027, 11, 1), clock.time) == []
    assert finding.free_after(store, us, offer, service, date(1990, 11, 1), clock.time) == found
    closed = Offer(on=True, services=offer.services)
    assert finding.free_after(store, us, closed, service, TODAY, clock.time) == []


def test_what_is_not_offered_is_not_looked_up(diary: Diary, clock: Clock) -> None:
    store, us = diary.company.store, diary.us
    with pytest.raises(NotFound):
        finding.look(store, us, "nothing", TODAY, 7, clock.time)
    diary.offers(a_service(on=False), a_service("hedges"))
    with pytest.raises(Conflict) as why:
        finding.look(store, us, "lawn-mowing", TODAY, 7, clock.time)
    assert why.value.kind == "service-off"
    diary.offers(on=False)
    with pytest.raises(NotFound):
        finding.look(store, us, "hedges", TODAY, 7, clock.time)


def test_requests_by_pages_the_soonest_first(diary: Diary) -> None:
    diary.offers(crews=9, confirming="request")
    made = [diary.books(WEDNESDAY + timedelta(days=7 * day)).id for day in (3, 1, 0, 4, 2)]
    found, last = reading.requests(diary.company.store, 3)
    more, end = reading.requests(diary.company.store, 3, last)
    assert [one.id for one in (*found, *more)] == [made[2], made[1], made[4], made[0], made[3]] and end is None
    with pytest.raises(NotFound):
        reading.one(diary.company.store, "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6")
