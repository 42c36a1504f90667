"""Somebody books: what is kept, who is told, and what is refused, with a word that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Contended, Store
from chalicelib.booking.actions import making
from chalicelib.booking.rules import Area, Booker, Booking, glance
from chalicelib.errors import Conflict, NotFound, PortalError, TooMany
from chalicelib.leads.records import leads
from chalicelib.messages.records import outbox
from chalicelib.visits.actions import reading as visits
from tests.billing.wire import Wire
from tests.booking.booker import HOUR, NORA, WEDNESDAY, Diary, check
from tests.booking.offers import a_service
from tests.builders import Company, Person
from tests.conftest import Clock


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers()
    return made


def refused(kind: str, does: object, *given: object, **more: object) -> PortalError:
    with pytest.raises(Conflict) as why:
        does(*given, **more)  # type: ignore[operator]
    assert why.value.kind == kind
    return why.value


def test_a_visitor_books_and_becomes_a_lead(diary: Diary) -> None:
    one = diary.books(notes="The gate is open.", answers=(("How big is it?", "A quarter acre"),))
    assert diary.now(one) == one
    assert (one.status, one.starts_at, one.minutes) == ("confirmed", WEDNESDAY.astimezone(UTC), 60)
    assert (one.customer, one.lead, one.source) == ("", one.id, "page")
    assert [(it.by, it.name, it.to) for it in one.happened] == [("customer", "Nora Beck", "confirmed")]
    lead = leads.lead(diary.company.store, one.lead)
    assert lead and (lead.source, lead.status, lead.spam, lead.customer) == ("booking", "new", False, "")
    assert (lead.wrote.name, lead.wrote.service, lead.wrote.message) == (
        "Nora Beck",
        "Lawn mowing",
        "The gate is open.",
    )
    assert lead.wrote.preferred_time == "Wednesday, November 25, 2026, 9:00 AM (MST)"
    assert diary.mails(one) == ["booking_company", "booking_confirmed"]
    check(diary)


def test_a_customers_booking_is_a_visit_and_on_the_first_page(diary: Diary, dana: Person) -> None:
    diary.offers(window=120)
    one = diary.books(customer=dana, source="portal")
    assert (one.customer, one.lead, one.arrives_until - one.starts_at) == (dana.id, "", 2 * HOUR)
    visit = visits.one(diary.company.store, dana.id, one.id).visit
    assert (visit.title, visit.status, visit.starts_at, visit.ends_at) == (
        "Lawn mowing", "scheduled", one.starts_at, one.arrives_until,
    )  # fmt: skip
    (shown,) = glance.read(dana.now.glances.bookings).bookings
    assert (shown.id, shown.title, shown.status, shown.window) == (one.id, "Lawn mowing", "confirmed", 120)
    assert leads.lead(diary.company.store, one.id) is None
    check(diary)


def test_a_request_holds_its_place_and_is_no_visit_yet(diary: Diary, dana: Person) -> None:
    diary.offers(confirming="request", crews=1)
    one = diary.books(customer=dana)
    assert one.status == "requested" and diary.requests == [one.id]
    refused("slot-taken", diary.books)
    with pytest.raises(NotFound):
        visits.one(diary.company.store, dana.id, one.id)
    assert [it.status for it in glance.read(dana.now.glances.bookings).bookings] == ["requested"]
    assert diary.mails(one, to_company=False) == ["booking_requested"]
    check(diary)


def test_what_was_offered_stays_with_the_booking(diary: Diary) -> None:
    diary.offers(a_service(minutes=90, before=30, after=15), cutoff=48, policy="Please call us.", window=60)
    one = diary.books()
    diary.offers(a_service(minutes=30), cutoff=1, policy="", window=0)
    now = diary.now(one)
    assert (now.minutes, now.before, now.after, now.window, now.cutoff) == (90, 30, 15, 60, 48)
    assert now.policy == "Please call us."


def test_the_same_form_again_is_the_same_booking(diary: Diary) -> None:
    one = diary.books(id="01KB0Q8ZJ6R3V5W7X9Y1A2C4D6")
    later = WEDNESDAY + HOUR
    assert diary.books(later, id=one.id) == one
    assert len(diary.entries) == 1 and len(diary.mails(one)) == 2
    check(diary)


def test_the_same_form_after_it_was_moved_shows_it_as_it_is(diary: Diary) -> None:
    one = diary.books()
    moved = diary.moves(one, WEDNESDAY + 2 * HOUR)
    assert diary.books(id=one.id) == moved
    canceled = diary.cancels(moved)
    assert diary.books(id=one.id) == canceled and diary.entries == []


def test_a_customers_form_shows_nobody_elses_booking(diary: Diary, dana: Person) -> None:
    one = diary.books()
    with pytest.raises(NotFound):
        diary.books(id=one.id, customer=dana)


def test_the_last_place_is_taken_once(diary: Diary) -> None:
    diary.books()
    diary.books(WEDNESDAY + HOUR / 2)
    why = refused("slot-taken", diary.books, WEDNESDAY)
    assert "nothing you typed is lost" in str(why)
    diary.books(WEDNESDAY - HOUR)
    diary.books(WEDNESDAY + HOUR)
    refused("slot-taken", diary.books, WEDNESDAY + HOUR)
    check(diary)


def test_buffers_of_two_jobs_add_up(diary: Diary) -> None:
    diary.offers(a_service(before=20, after=10), crews=1, step=5)
    diary.books(WEDNESDAY)
    refused("slot-taken", diary.books, WEDNESDAY + timedelta(minutes=85))
    diary.books(WEDNESDAY + timedelta(minutes=90))
    refused("slot-taken", diary.books, WEDNESDAY + timedelta(minutes=10))
    diary.books(WEDNESDAY + 5 * HOUR)
    refused("slot-taken", diary.books, WEDNESDAY + timedelta(minutes=215))
    diary.books(WEDNESDAY + timedelta(minutes=205))
    check(diary)


def test_a_job_over_midnight_utc_fills_both_days(diary: Diary) -> None:
    """UTC's midnight is five in the afternoon in Denver."""
    diary.offers(a_service(after=120), crews=1)
    four = WEDNESDAY.replace(hour=16)
    one = diary.books(four)
    check(diary)
    refused("slot-taken", diary.enters, four + 2 * HOUR)
    diary.calls_off(one)
    assert diary.entries == []
    assert diary.enters(four + 2 * HOUR).status == "confirmed"
    check(diary)


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (WEDNESDAY.replace(hour=7), "slot-closed"),
        (WEDNESDAY.replace(hour=16, minute=30), "slot-closed"),
        (WEDNESDAY + timedelta(days=3), "slot-closed"),
        (WEDNESDAY + timedelta(minutes=7), "slot-step"),
        (WEDNESDAY + timedelta(seconds=5), "slot-step"),
        (WEDNESDAY - timedelta(days=2) + 5 * HOUR, "slot-notice"),
        (WEDNESDAY + timedelta(days=91), "slot-horizon"),
        (WEDNESDAY - timedelta(days=3), "slot-past"),
        (datetime(1999, 1, 4, 16, tzinfo=UTC), "slot-past"),
        (datetime(1, 1, 1, tzinfo=UTC), "slot-past"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "slot-horizon"),
    ],
)
def test_a_time_that_was_never_offered_is_refused(diary: Diary, at: datetime, kind: str) -> None:
    refused(kind, diary.books, at)
    assert diary.entries == [] and diary.rows == [row for row in diary.rows if "booking-" not in row["customer"]]


def test_a_service_that_was_switched_off_meanwhile_is_refused(diary: Diary) -> None:
    diary.offers(a_service(on=False), a_service("hedges"))
    refused("service-off", diary.books)
    with pytest.raises(NotFound):
        diary.books(service="never-offered")
    diary.offers(on=False)
    with pytest.raises(NotFound):
        diary.books()
    with pytest.raises(NotFound):
        diary.enters()


@pytest.mark.parametrize(("rule", "code", "outside"), [
    ("any", "99999", False), ("any", "", False), ("flagged", "80301", False), ("flagged", "99999", True),
    ("flagged", "", True), ("refused", "80301-1234", False),
])  # fmt: skip
def test_the_area_is_looked_at_as_the_company_wants_it(diary: Diary, rule: str, code: str, outside: bool) -> None:
    diary.offers(area=Area(rule, ("803*",)))  # type: ignore[arg-type]
    one = diary.books(who=replace(NORA, postal_code=code))
    assert one.outside is outside and diary.entries[0].outside is outside


@pytest.mark.parametrize("code", ["99999", "", "SW1A1AA"])
def test_outside_of_the_area_is_refused_where_the_company_wants_that(diary: Diary, dana: Person, code: str) -> None:
    diary.offers(area=Area("refused", ("803*",)))
    refused("area-refused", diary.books, who=replace(NORA, postal_code=code))
    refused("area-refused", diary.books, who=replace(NORA, postal_code=code), customer=dana)
    assert diary.enters(who=replace(NORA, postal_code=code)).outside


def test_what_is_suspected_is_a_request_and_nobody_is_told(diary: Diary) -> None:
    one = diary.books(suspected=("trap",))
    assert (one.status, one.suspected, diary.mails(one)) == ("requested", True, [])
    lead = leads.lead(diary.company.store, one.lead)
    assert lead and lead.spam and lead.reasons == ("trap",)
    assert diary.entries == [] and diary.requests == [one.id]
    taken = diary.confirms(one)
    assert (taken.status, taken.suspected, [entry.id for entry in diary.entries]) == ("confirmed", False, [one.id])
    assert diary.mails(one) == ["booking_confirmed"]
    gone = diary.cancels(diary.moves(taken, WEDNESDAY + timedelta(days=2)))
    assert diary.mails(gone, to_company=True) == ["booking_changed_company"] * 2, "from then on it is like any other"
    check(diary)


def test_what_is_suspected_takes_nobodys_place(diary: Diary, dana: Person) -> None:
    diary.offers(crews=1)
    robots = [diary.books(suspected=("trap",)) for _ in range(3)]
    real = diary.books(customer=dana)
    assert real.status == "confirmed"
    refused("slot-taken", diary.confirms, robots[0])
    refused("slot-taken", diary.attaches, robots[0], dana)
    diary.proposes(robots[0], WEDNESDAY + timedelta(days=5))
    refused("slot-taken", diary.books, WEDNESDAY + timedelta(days=5))
    assert diary.declines(robots[1]).status == "declined"
    diary.calls_off(real)
    assert not diary.attaches(robots[2], dana).suspected
    refused("slot-taken", diary.books)
    check(diary)


# The office


def test_staff_book_outside_of_hours_but_never_beyond_room(diary: Diary, dana: Person) -> None:
    sunday = WEDNESDAY.replace(hour=21, minute=7) + timedelta(days=4)
    one = diary.enters(sunday, customer=dana)
    assert (one.status, one.source, one.happened[0].by, one.happened[0].name) == (
        "confirmed", "staff", "company", "Rosa",
    )  # fmt: skip
    diary.enters(sunday)
    refused("slot-taken", diary.enters, sunday)
    refused("slot-past", diary.enters, WEDNESDAY - timedelta(days=3))
    refused("slot-horizon", diary.enters, WEDNESDAY.replace(year=2030))
    assert [action for action, _ in diary.trail()] == ["booking.create", "booking.create"]
    check(diary)


def test_staff_book_what_is_not_offered_online(diary: Diary) -> None:
    diary.offers(a_service(on=False), a_service("hedges"))
    assert diary.enters().title == "Lawn mowing"


def test_staff_may_leave_it_a_request_and_keep_it_quiet(diary: Diary) -> None:
    assert diary.enters(confirmed=False).status == "requested"
    quiet = diary.enters(tell=False)
    assert diary.mails(quiet) == [] and diary.enters(WEDNESDAY + HOUR).lead == ""
    diary.offers(confirming="request")
    assert diary.enters(WEDNESDAY + HOUR).status == "confirmed"


# How much is taken


def test_a_customer_has_twenty_open_bookings_at_the_most(diary: Diary, dana: Person, clock: Clock) -> None:
    diary.offers(crews=40)
    for _ in range(20):
        first = diary.books(customer=dana)
    refused("too-many-bookings", diary.books, customer=dana)
    refused("too-many-bookings", diary.enters, customer=dana)
    diary.cancels(first)
    diary.books(customer=dana)
    clock.forward(days=5)
    diary.books(WEDNESDAY + timedelta(days=7), customer=dana)
    assert len(glance.read(dana.now.glances.bookings).bookings) == 1
    check(diary)


def test_a_visitor_books_five_times_a_day(diary: Diary, clock: Clock) -> None:
    diary.offers(crews=40)
    for number in range(5):
        diary.books(who=replace(NORA, email=f"nora+{number}@example.com"))
    with pytest.raises(TooMany) as why:
        diary.books(who=replace(NORA, phone=""))
    assert "several times today" in str(why.value)
    with pytest.raises(TooMany):
        diary.books(who=replace(NORA, email=""))
    diary.books(who=Booker("Ana Bell", "ana@example.com"))
    assert diary.enters().who == NORA, "the office may"
    clock.forward(days=1)
    diary.books(WEDNESDAY + timedelta(days=5))
    check(diary)


def test_an_address_books_ten_times_an_hour(diary: Diary, dana: Person, clock: Clock) -> None:
    diary.offers(crews=40)
    for number in range(making.FROM_AN_ADDRESS):
        diary.books(who=Booker("Ana Bell", f"ana{number}@example.com"), address="2001:db8::1")
    with pytest.raises(TooMany) as why:
        diary.books(who=Booker("Ana Bell", "other@example.com"), address="2001:db8::2")
    assert "minutes" in str(why.value)
    diary.books(who=Booker("Ana Bell", "other@example.com"), address="203.0.113.9")
    clock.forward(hours=1)
    diary.books(who=Booker("Ana Bell", "another@example.com"), address="2001:db8::1")


def test_a_flood_of_what_is_suspected_does_not_fill_the_calendar(diary: Diary) -> None:
    diary.offers(crews=60)
    for number in range(making.SUSPECTED_FOR_A_COMPANY):
        diary.books(who=Booker("Bot", f"bot{number}@example.com"), suspected=("trap",))
    with pytest.raises(TooMany):
        diary.books(who=Booker("Bot", "bot@example.com"), suspected=("trap",))
    assert diary.books().status == "confirmed"


def test_strangers_are_not_mailed_by_a_flood(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MAILS_TO_A_BOX", 1)
    diary.offers(crews=40)
    first, second = diary.books(), diary.books()
    third = diary.books(who=replace(NORA, phone=""))
    assert diary.mails(first) == ["booking_company", "booking_confirmed"]
    assert diary.mails(second) == diary.mails(third) == ["booking_company"], "made all the same, and not mailed"
    monkeypatch.setattr(making, "MAILS_OF_A_COMPANY", 1)
    fourth = diary.books(who=Booker("Ana Bell", "ana@example.com"))
    assert diary.mails(fourth) == ["booking_company"]
    check(diary)


def texts(diary: Diary, one: Booking) -> str:
    """The number that it was told to by SMS as it was made."""
    item = outbox.read(diary.company.store, f"booking-{one.id}", f"booking-{one.id}-0-told")
    return outbox.to_message(item).phone if item else ""


def test_a_telephone_is_one_in_whatever_digits_it_is_typed(diary: Diary) -> None:
    diary.offers(crews=40)
    written = ("(303) 555-0199", "+1 303.555.0199", "٣٠٣٥٥٥٠١٩٩", "303-JKL-0199", "011 1 303 555 0199")
    for number, typed in enumerate(written):
        diary.books(who=Booker("Ana Bell", f"ana{number}@example.com", typed))
    with pytest.raises(TooMany):
        diary.books(who=Booker("Ana Bell", "ana@example.com", "３０３ 555 0199"))


def test_strangers_are_texted_in_the_companys_country(diary: Diary) -> None:
    diary.offers(crews=40)
    one = diary.books(who=Booker("Ana Bell", "ana@example.com", "+44 7911 123456"))
    assert (texts(diary, one), diary.mails(one)) == ("", ["booking_company", "booking_confirmed"])
    near = diary.books(who=Booker("Lou Park", "lou@example.com", "+1 604 555 0134"))
    assert texts(diary, near) == "+1 604 555 0134"


def test_texts_to_strangers_have_a_ceiling(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "TEXTS_OF_A_COMPANY", 1)
    diary.offers(crews=40)
    first = diary.books()
    second = diary.books(who=Booker("Ana Bell", "ana@example.com", "(303) 555-0123"))
    assert texts(diary, first) and not texts(diary, second)
    assert diary.mails(second) == ["booking_company", "booking_confirmed"], "the mail goes"


def test_visitors_book_twenty_times_a_day_from_one_address(diary: Diary, clock: Clock) -> None:
    diary.offers(crews=60)
    for number in range(making.VISITORS_FROM_AN_ADDRESS):
        diary.books(who=Booker("Ana Bell", f"ana{number}@example.com"), address="203.0.113.9")
        clock.forward(minutes=7)
    clock.forward(hours=1)
    with pytest.raises(TooMany):
        diary.books(who=Booker("Ana Bell", "other@example.com"), address="203.0.113.9")


def test_whoever_is_pushed_aside_all_the_time_looks_again(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others write the same day again and again, and have taken the place meanwhile."""
    diary.offers(crews=1)
    transact, pushed = Store.transact, [0]

    def contended(self: Store, *writes: Write) -> None:
        pushed[0] += 1
        if pushed[0] == 1:
            diary.enters()
            raise Contended()
        transact(self, *writes)

    monkeypatch.setattr(Store, "transact", contended)
    refused("slot-taken", diary.books)
    pushed[0] = 0
    monkeypatch.setattr(diary, "enters", lambda: None)
    assert diary.books(WEDNESDAY + HOUR).status == "confirmed" and pushed == [2]
    check(diary)


# What it costs


def test_what_a_booking_asks_of_the_store(diary: Diary, dana: Person, wire: Wire) -> None:
    """What is offered, the day, for a customer their visits; and one write of it all."""
    services, store, us = diary.services, diary.store, diary.us
    for customer, expected in ((None, 3), (dana, 4)):
        who, wanted, id = customer.now if customer else None, making.Wanted("lawn-mowing", WEDNESDAY, NORA), diary.id()
        wire.calls.clear()
        making.make(services, store, us, id, wanted, customer=who)
        calls = [one.what for one in wire.of("dynamodb")]
        assert len(calls) == expected and calls.count("dynamodb TransactWriteItems") == 1, calls
