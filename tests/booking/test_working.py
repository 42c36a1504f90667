"""What the office does with bookings, and that the visits of bookings can't part from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.booking.rules.changing import allowed
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.visits.actions import reading as visits
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import first_page, stands

MONDAY = WEDNESDAY + timedelta(days=5)


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(crews=1, confirming="request")
    return made


def refused(kind: str, does: object, *given: object, **more: object) -> None:
    with pytest.raises(Conflict) as why:
        does(*given, **more)  # type: ignore[operator]
    assert why.value.kind == kind


def test_a_request_is_confirmed_once(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    done = diary.confirms(one, "Please tie up the dog.")
    assert (done.status, done.note, done.happened[-1].name) == ("confirmed", "Please tie up the dog.", "Rosa")
    assert diary.confirms(one) == done and diary.requests == []
    assert first_page(dana) == (one.id, None)
    assert diary.trail() == [("booking.confirm", one.id)]
    assert diary.mails(one, to_company=False) == ["booking_requested", "booking_confirmed"]
    check(diary)


def test_a_request_is_declined_and_its_place_is_free(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    gone = diary.declines(one, "We have no ladder so long.")
    assert gone.status == "declined" and diary.entries == [] == diary.requests
    assert diary.declines(one) == gone
    for does in (diary.confirms, diary.calls_off, diary.cancels):
        refused("booking-settled", does, gone)
    refused("booking-settled", diary.proposes, gone, MONDAY)
    refused("booking-settled", diary.shifts, gone, MONDAY)
    assert diary.trail() == [("booking.decline", one.id)]
    check(diary)


def test_another_time_is_proposed_and_only_that_is_held(diary: Diary) -> None:
    one = diary.books()
    offered = diary.proposes(one, MONDAY, "Would this do?")
    assert offered.status == "proposed" and diary.proposes(one, MONDAY) == offered
    diary.books(WEDNESDAY)
    refused("slot-taken", diary.books, MONDAY)
    again = diary.proposes(one, MONDAY + HOUR)
    assert (again.status, again.sequence) == ("proposed", 2)
    check(diary)
    assert diary.confirms(again).status == "confirmed", "they said yes by telephone"
    assert [action for action, _ in diary.trail()] == ["booking.confirm", "booking.propose", "booking.propose"]
    check(diary)


def test_what_can_not_be_proposed(diary: Diary) -> None:
    one, other = diary.books(), diary.books(MONDAY)
    refused("same-time", diary.proposes, one, WEDNESDAY)
    refused("slot-taken", diary.proposes, one, MONDAY + HOUR / 2)
    refused("slot-past", diary.proposes, one, WEDNESDAY - timedelta(days=9))
    refused("slot-horizon", diary.proposes, one, WEDNESDAY.replace(year=9999))
    refused("not-requested", diary.proposes, diary.confirms(other), MONDAY + 3 * HOUR)
    refused("not-requested", diary.declines, other)
    with pytest.raises(Invalid):
        diary.proposes(one, MONDAY + 3 * HOUR, "a" * 1001)
    check(diary)


def test_a_confirmed_booking_is_moved_at_any_hour_but_never_beyond_room(diary: Diary, dana: Person) -> None:
    one = diary.confirms(diary.books(customer=dana))
    night = MONDAY.replace(hour=23, minute=5)
    moved = diary.shifts(one, night, "Our van broke down.")
    assert (moved.status, moved.note) == ("confirmed", "Our van broke down.") and diary.shifts(one, night) == moved
    assert visits.one(diary.company.store, dana.id, one.id).visit.starts_at == moved.starts_at
    diary.books()
    refused("slot-taken", diary.shifts, one, WEDNESDAY)
    refused("not-confirmed", diary.shifts, diary.books(MONDAY), MONDAY + HOUR)
    assert diary.mails(one, to_company=False)[-1] == "booking_moved"
    check(diary)


def test_a_booking_is_called_off_at_any_time(diary: Diary, dana: Person, clock: Clock) -> None:
    one = diary.confirms(diary.books(customer=dana))
    clock.time = one.starts_at + HOUR / 2
    gone = diary.calls_off(one)
    assert gone.status == "cancelled" == visits.one(diary.company.store, dana.id, one.id).visit.status
    assert diary.calls_off(one) == gone
    check(diary)


def test_a_request_whose_time_has_come_is_not_confirmed_any_more(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    clock.time = one.starts_at + timedelta(minutes=1)
    refused("slot-past", diary.confirms, one)
    assert diary.proposes(one, MONDAY).status == "proposed"


def test_a_booking_is_given_to_a_customer(diary: Diary, dana: Person) -> None:
    one = diary.books()
    mine = diary.attaches(one, dana)
    assert mine.customer == dana.id and diary.attaches(one, dana) == mine
    assert diary.trail() == [("booking.attach", one.id)]
    with pytest.raises(NotFound):
        visits.one(diary.company.store, dana.id, one.id)
    diary.confirms(mine)
    assert first_page(dana) == (one.id, None)
    other = diary.company.customer("Ray Ortiz", email="ray@example.com", password=None)
    refused("booking-claimed", diary.attaches, one, other)
    with pytest.raises(NotFound):
        diary.attaches(diary.books(MONDAY), Person(diary.company, "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6"))
    check(diary)


def test_what_staff_can_do_is_what_works(diary: Diary, dana: Person, clock: Clock) -> None:
    verbs = {
        "confirm": diary.confirms, "decline": diary.declines, "cancel": diary.calls_off,
        "propose": lambda one: diary.proposes(one, MONDAY + 4 * HOUR),
        "move": lambda one: diary.shifts(one, MONDAY + 4 * HOUR),
        "attach": lambda one: diary.attaches(one, dana),
    }  # fmt: skip

    states = ("requested", "confirmed", "proposed", "declined", "cancelled", "done")
    for state in states:
        done = state == "done"
        for verb, does in verbs.items():
            clock.forward(seconds=1)
            at = WEDNESDAY + timedelta(days=14)
            one = diary.enters(at, customer=dana if done else None, confirmed=False)
            if state in ("confirmed", "done"):
                one = diary.confirms(one)
            if state == "proposed":
                one = diary.proposes(one, MONDAY)
            if state == "declined":
                one = diary.declines(one)
            if state == "cancelled":
                one = diary.calls_off(one)
            if done:
                diary.completes(one)
            can = verb in allowed(one, clock.time, done)
            try:
                worked = does(one) != one
            except Conflict:
                worked = False
            assert worked is can, (state, verb)
            if done:
                diary.completes(one, "scheduled")
            now = diary.now(one)
            if now.open:
                diary.calls_off(now)


# The visit of a booking


def test_its_visit_is_moved_and_canceled_in_the_calendar_only(diary: Diary, dana: Person, owner: Client) -> None:
    one = diary.confirms(diary.books(customer=dana))
    made = owner.get(f"/visits/{dana.id}-{one.id}").json
    for status in ("cancelled",):
        answer = stands(owner, made, status)
        assert (answer.status, answer.json["type"]) == (409, "urn:porchlight:problem:visit-booked")
    sent = {name: made[name] for name in ("title", "starts_at", "ends_at", "technician", "status")}
    for odd in ({"starts_at": "2026-11-25T15:00:00Z"}, {"ends_at": "2026-11-25T18:00:00Z"}, {"status": "cancelled"}):
        answer = owner.put(f"/visits/{made['id']}", {"customer": dana.id, **sent, **odd})
        assert (answer.status, answer.json["type"]) == (409, "urn:porchlight:problem:visit-booked")
    answer = owner.put(f"/visits/{made['id']}", {"customer": dana.id, **sent, "technician": "Ana Bell"})
    assert answer.status == 200 and answer.json["technician"] == "Ana Bell"
    diary.shifts(one, MONDAY)
    after = visits.one(diary.company.store, dana.id, one.id).visit
    assert (after.technician, after.starts_at) == ("Ana Bell", diary.now(one).starts_at)
    diary.calls_off(one)
    assert stands(owner, made, "scheduled").status == 409
    check(diary)


def test_its_visit_goes_its_way_until_it_is_complete(diary: Diary, dana: Person, owner: Client) -> None:
    one = diary.confirms(diary.books(customer=dana))
    made = owner.get(f"/visits/{dana.id}-{one.id}").json
    for status in ("on_the_way", "scheduled", "on_the_way", "complete"):
        assert stands(owner, made, status).status == 200
    assert first_page(dana) == (None, one.id)
    refused("booking-done", diary.shifts, one, MONDAY)
    assert stands(owner, made, "scheduled").status == 200
    assert diary.shifts(one, MONDAY).starts_at == MONDAY
    assert stands(owner, made, "on_the_way").status == 200
    moved = diary.shifts(one, MONDAY + HOUR)
    assert visits.one(diary.company.store, dana.id, one.id).visit.status == "scheduled", "the van turns around"
    assert diary.now(one) == moved
    check(diary)


def test_a_visit_that_nobody_booked_is_kept_as_ever(diary: Diary, dana: Person, owner: Client) -> None:
    sent = {"customer": dana.id, "title": "Pest control", "starts_at": "2026-12-01T16:00:00Z",
            "ends_at": "2026-12-01T18:00:00Z"}  # fmt: skip
    made = owner.post("/visits", sent).json
    assert stands(owner, made, "cancelled").status == 200
    found = visits.one(diary.company.store, dana.id, made["id"].partition("-")[2]).visit
    assert found == replace(found, booked=False)
