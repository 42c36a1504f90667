"""What customers do with a booking: move, cancel, answer a proposal, take it into their account; and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.booking.actions import changing
from chalicelib.booking.rules import glance
from chalicelib.booking.rules.booking import MOST_HAPPENED
from chalicelib.booking.rules.changing import MOST_NOTE, changeable
from chalicelib.errors import Conflict, Invalid, NotFound, TooMany
from chalicelib.leads.records import leads
from chalicelib.visits.actions import reading as visits
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.booking.offers import a_service
from tests.builders import Company, Person
from tests.conftest import Clock

MONDAY = WEDNESDAY + timedelta(days=5)


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(crews=1)
    return made


def refused(kind: str, does: object, *given: object, **more: object) -> None:
    with pytest.raises(Conflict) as why:
        does(*given, **more)  # type: ignore[operator]
    assert why.value.kind == kind


def test_a_booking_is_moved_and_its_old_place_is_free(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    moved = diary.moves(one, MONDAY)
    assert (moved.status, moved.version, moved.sequence) == ("confirmed", 1, 1)
    assert [entry.start for entry in diary.entries] == [moved.entry.start]
    visit = visits.one(diary.company.store, dana.id, one.id).visit
    assert (visit.status, visit.starts_at) == ("scheduled", moved.starts_at)
    diary.books(WEDNESDAY)
    check(diary)
    assert diary.mails(one) == ["booking_company", "booking_confirmed", "booking_changed_company", "booking_moved"]


def test_it_may_move_by_half_its_length_where_it_stands_itself(diary: Diary) -> None:
    diary.offers(a_service(minutes=120, before=30), crews=1)
    one = diary.moves(diary.books(), WEDNESDAY + HOUR)
    check(diary)
    diary.moves(one, WEDNESDAY + HOUR / 2)
    check(diary)


def test_the_time_it_has_changes_nothing(diary: Diary) -> None:
    one = diary.books()
    assert diary.moves(one, WEDNESDAY) == one == diary.now(one)
    moved = diary.moves(one, MONDAY)
    assert diary.moves(one, MONDAY) == moved, "a second click knows the old version"
    assert len(diary.mails(one)) == 4


def test_a_move_that_the_company_must_confirm_is_a_request_again(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    diary.offers(crews=1, confirming="request")
    moved = diary.moves(one, MONDAY)
    assert moved.status == "requested" and diary.requests == [one.id]
    assert visits.one(diary.company.store, dana.id, one.id).visit.status == "cancelled"
    check(diary)
    diary.confirms(moved)
    visit = visits.one(diary.company.store, dana.id, one.id).visit
    assert (visit.status, visit.starts_at) == ("scheduled", moved.starts_at)
    check(diary)


def test_a_taken_place_is_refused_and_the_old_one_kept(diary: Diary) -> None:
    diary.books(MONDAY)
    one = diary.books()
    refused("slot-taken", diary.moves, one, MONDAY)
    assert diary.now(one) == one
    check(diary)


@pytest.mark.parametrize(("to", "kind"), [
    (WEDNESDAY.replace(hour=6), "slot-closed"), (WEDNESDAY + timedelta(minutes=3), "slot-step"),
    (WEDNESDAY - timedelta(days=2), "slot-past"), (WEDNESDAY + timedelta(days=400), "slot-horizon"),
    (WEDNESDAY + timedelta(days=4000), "slot-horizon"), (WEDNESDAY - timedelta(days=1, hours=2), "slot-notice"),
])  # fmt: skip
def test_only_what_is_offered_can_be_had(diary: Diary, to: object, kind: str) -> None:
    diary.offers(crews=1, notice=30)
    refused(kind, diary.moves, diary.books(), to)


def test_it_moves_by_what_it_was_made_with(diary: Diary) -> None:
    one = diary.books()
    diary.offers(a_service(on=False, minutes=600), a_service("hedges"), crews=1)
    moved = diary.moves(one, MONDAY)
    assert moved.minutes == 60
    check(diary)


def test_the_cut_off_is_the_one_it_was_made_with(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    diary.offers(crews=1, cutoff=40, notice=0)
    clock.time = one.starts_at - timedelta(hours=24)
    assert changeable(one, clock.time)
    one = diary.moves(one, WEDNESDAY + HOUR)
    clock.time = one.starts_at - timedelta(hours=24) + timedelta(seconds=1)
    assert not changeable(one, clock.time)
    refused("booking-closed", diary.moves, one, MONDAY)
    refused("booking-closed", diary.cancels, one)
    assert diary.calls_off(one).status == "cancelled", "the office may"


def test_a_booking_is_canceled_once(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    gone = diary.cancels(one, "  We are away.  ")
    assert (gone.status, gone.happened[-1].note, gone.note) == ("cancelled", "We are away.", "")
    assert diary.entries == [] and glance.read(dana.now.glances.bookings).bookings == ()
    assert visits.one(diary.company.store, dana.id, one.id).visit.status == "cancelled"
    assert diary.cancels(one) == gone and diary.cancels(gone) == gone
    assert diary.mails(one, to_company=False) == ["booking_confirmed", "booking_cancelled"]
    refused("booking-settled", diary.moves, gone, MONDAY)
    check(diary)


def test_a_note_is_no_novel(diary: Diary) -> None:
    with pytest.raises(Invalid) as why:
        diary.cancels(diary.books(), "a" * (MOST_NOTE + 1))
    assert why.value.field == "note"


def test_a_decision_is_about_what_was_seen(diary: Diary) -> None:
    one = diary.books()
    diary.shifts(one, MONDAY)
    refused("booking-moved", diary.moves, one, MONDAY + HOUR)
    refused("booking-moved", diary.cancels, one)
    assert diary.cancels(diary.now(one)).status == "cancelled"


def test_what_is_done_stays_done(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    diary.completes(one)
    refused("booking-done", diary.moves, one, MONDAY)
    refused("booking-done", diary.cancels, one)
    refused("booking-done", diary.shifts, one, MONDAY)
    check(diary)


def test_the_office_frees_the_place_of_a_job_that_was_done_early(diary: Diary, dana: Person) -> None:
    one = diary.books(customer=dana)
    diary.completes(one)
    assert diary.calls_off(one).status == "cancelled" and diary.entries == []
    visit = visits.one(diary.company.store, dana.id, one.id).visit
    assert visit.status == "complete" and not visit.booked, "it is a visit like any other"
    diary.completes(one, "scheduled")
    diary.books(customer=dana)
    check(diary)


def test_an_answer_is_to_the_time_that_was_seen(diary: Diary) -> None:
    diary.offers(confirming="request")
    seen = diary.proposes(diary.books(), MONDAY)
    late = diary.confirms(diary.proposes(seen, MONDAY + HOUR))
    refused("booking-moved", diary.takes, seen)
    assert diary.now(seen) == late
    taken = diary.takes(diary.proposes(diary.books(), MONDAY))
    assert diary.takes(replace(taken, version=taken.version - 1)) == taken, "sent twice"
    check(diary)


def test_a_proposal_is_taken(diary: Diary, dana: Person) -> None:
    diary.offers(crews=1, confirming="request")
    one = diary.proposes(diary.books(customer=dana), MONDAY)
    taken = diary.takes(one)
    assert (taken.status, taken.starts_at) == ("confirmed", one.starts_at)
    assert diary.takes(one) == taken, "a second click"
    assert diary.moves(one, MONDAY) == taken
    refused("booking-moved", diary.lets_go, one)
    check(diary)


def test_a_proposal_is_let_go_and_its_place_is_free(diary: Diary) -> None:
    diary.offers(crews=1, confirming="request")
    one = diary.proposes(diary.books(), MONDAY)
    gone = diary.lets_go(one)
    assert gone.status == "cancelled" and diary.entries == [] and diary.lets_go(one) == gone
    refused("booking-settled", diary.takes, one)
    check(diary)


def test_to_choose_the_proposed_time_is_to_take_it(diary: Diary) -> None:
    diary.offers(crews=1, confirming="request")
    one = diary.proposes(diary.books(), MONDAY)
    assert diary.moves(one, MONDAY).status == "confirmed"
    check(diary)


def test_another_time_than_the_proposed_is_a_request(diary: Diary) -> None:
    diary.offers(crews=1, confirming="request")
    one = diary.moves(diary.proposes(diary.books(), MONDAY), MONDAY + HOUR)
    assert one.status == "requested" and diary.requests == [one.id]
    check(diary)


def test_a_proposal_can_be_answered_after_the_cut_off_but_not_after_its_time(diary: Diary, clock: Clock) -> None:
    diary.offers(crews=1, confirming="request")
    one, late = diary.proposes(diary.books(), MONDAY), diary.proposes(diary.books(), MONDAY + HOUR)
    clock.time = one.starts_at
    assert diary.takes(one).status == "confirmed"
    clock.time = late.starts_at + timedelta(seconds=1)
    refused("slot-past", diary.takes, late)
    assert diary.lets_go(late).status == "cancelled"
    check(diary)


def test_nothing_is_answered_that_was_not_proposed(diary: Diary) -> None:
    diary.offers(crews=1, confirming="request")
    one = diary.books()
    refused("not-proposed", diary.takes, one)
    refused("not-proposed", diary.lets_go, one)


def test_whoever_proves_who_they_are_has_it_in_their_account(diary: Diary, dana: Person) -> None:
    one = diary.books()
    mine = diary.claims(one, dana)
    assert mine.customer == dana.id and mine.sequence == one.sequence
    assert diary.claims(one, dana) == mine
    lead = leads.lead(diary.company.store, one.id)
    assert lead and lead.customer == dana.id
    assert visits.one(diary.company.store, dana.id, one.id).visit.status == "scheduled"
    assert [entry.customer for entry in diary.entries] == [dana.id]
    check(diary)
    other = diary.company.customer("Ray Ortiz", email="ray@example.com", password=None)
    refused("booking-claimed", diary.claims, one, other)
    diary.cancels(mine)
    assert diary.mails(one, to_company=False) == ["booking_confirmed", "booking_cancelled"]
    check(diary)


def test_what_is_over_can_be_claimed_too(diary: Diary, dana: Person) -> None:
    one = diary.books()
    diary.cancels(one)
    assert diary.claims(one, dana).customer == dana.id
    check(diary)


def test_of_nobodys_nothing_is_there(diary: Diary, dana: Person, bluewave: Company) -> None:
    one, theirs = diary.books(), Diary(bluewave)
    theirs.offers()
    for does in (theirs.cancels, theirs.takes, theirs.confirms, theirs.now):
        with pytest.raises(NotFound):
            does(one)
    with pytest.raises(NotFound):
        diary.claims(one, Person(bluewave, bluewave.customer().id))
    for id in ("", "x", "a#b", "ü" * 2000):
        with pytest.raises(NotFound):
            changing.cancel(diary.services, diary.store, diary.us, id, "", 0)


def test_what_is_nobodys_is_changed_five_times_a_day(diary: Diary) -> None:
    one = diary.books(MONDAY)
    for number in range(changing.MOST_OF_A_VISITOR):
        one = diary.moves(one, MONDAY + HOUR * (1 if number % 2 == 0 else 0))
    with pytest.raises(TooMany):
        diary.moves(one, MONDAY)


def test_a_booking_is_changed_twenty_times_a_day(diary: Diary, dana: Person, clock: Clock) -> None:
    one = diary.books(MONDAY, customer=dana)
    for number in range(changing.MOST_CHANGES):
        one = diary.moves(one, MONDAY + HOUR * (1 if number % 2 == 0 else 0))
    with pytest.raises(TooMany):
        diary.moves(one, MONDAY + HOUR)
    assert diary.shifts(one, MONDAY + HOUR).version == one.version + 1, "the office may"
    clock.forward(days=1)
    diary.moves(diary.now(one), MONDAY)


def test_how_it_began_is_remembered_however_often_it_changes(diary: Diary) -> None:
    one = diary.books(MONDAY)
    for number in range(MOST_HAPPENED + 5):
        one = diary.shifts(one, MONDAY + HOUR * (1 if number % 2 == 0 else 0))
    assert len(one.happened) == MOST_HAPPENED and one.happened[0].by == "customer"
    assert one.happened[-1].starts_at == one.starts_at.isoformat(timespec="minutes")
