"""What the demo has of online booking: there is something of each kind, as the product would have it; and
where it is off there is no trace of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import app as wiring
from chalicelib.aws.store import Store
from chalicelib.booking.actions import calendar, offering, reading, reminding
from chalicelib.booking.rules import Booking, checking
from chalicelib.booking.rules.day import Entry
from chalicelib.booking.rules.offer import FRESH, Offer
from chalicelib.leads.actions import report
from chalicelib.leads.rules.report import Wanted
from chalicelib.messages.records import outbox
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.records import audit
from chalicelib.visits.actions import reading as visits
from sandbox import demo, diary, people
from sandbox import world as worlds
from sandbox.demo import Demo
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.browser import Browser
from tests.sandbox.test_demo_pages import signed_in

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DENVER = ZoneInfo("America/Denver")
WEEKS = timedelta(days=21)

Filled = tuple[World, Demo]


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    world = worlds.build(clock=lambda: NOW, stripe=StripeSandbox(lambda: NOW, deliver="manual"))
    yield world, demo.fill(world)
    world.close()


@pytest.fixture(scope="module")
def store(filled: Filled) -> Store:
    return filled[1].stores[people.SLUG]


@pytest.fixture(scope="module")
def entries(store: Store) -> list[Entry]:
    return calendar.between(store, NOW - WEEKS, NOW + WEEKS)


@pytest.fixture(scope="module")
def bookings(store: Store, entries: list[Entry]) -> list[Booking]:
    return [reading.one(store, one.id) for one in entries if one.kind == "booking"]


def test_evergreen_offers_what_its_form_would_take(store: Store) -> None:
    offer = offering.read(store)
    assert offer.on and offer.ready and company_of(store).booking
    assert checking.checked(Offer(), offer, "US") == offer, "tidied already"
    assert len([one for one in offer.services if one.on]) == 6 and len(offer.services) == 7
    assert {one.price.kind for one in offer.services} == {"estimate", "exact", "from"}
    assert any(one.required for service in offer.services for one in service.questions)
    assert [len(one) for one in offer.hours] == [2, 2, 2, 2, 2, 1, 0], "a break at noon, and Saturday mornings"
    assert offer.special[0].since == date(2026, 11, 26), "Thanksgiving"


@pytest.mark.parametrize(("today", "first"), [
    (date(2026, 1, 15), "Christmas"), (date(2026, 7, 4), "Independence Day"), (date(2026, 8, 20), "Labor Day"),
    (date(2026, 12, 31), "Thanksgiving"), (date(2027, 2, 20), "Independence Day"),
])  # fmt: skip
def test_the_holidays_are_the_next_of_each(today: date, first: str) -> None:
    """Of the weeks that were booked since it opened, too."""
    found = diary.holidays(today)
    opened = today - timedelta(days=diary.OPENED)
    assert found[0].name == first
    assert len({one.name for one in found}) == len(found) == 6
    assert all(opened <= one.until and one.since < opened + timedelta(days=370) for one in found)
    assert [one.since for one in found] == sorted(one.since for one in found)


def test_the_calendar_has_weeks_behind_and_ahead(entries: list[Entry], bookings: list[Booking]) -> None:
    kinds = Counter("block" if one.kind == "block" else one.status for one in entries)
    assert kinds["requested"] == 2 and kinds["proposed"] == 1 and kinds["block"] == 1
    assert sum(one.starts_at < NOW for one in bookings) >= 6 <= sum(one.starts_at > NOW for one in bookings)
    assert {one.source for one in bookings} == {"portal", "page", "widget"}
    assert any(one.outside for one in bookings), "somebody from too far away waits for an answer"
    assert {bool(one.customer) for one in bookings} == {True, False}
    assert not any(one.suspected for one in bookings)
    beside = [[one for one in entries if one.busy.start <= each.busy.start < one.busy.end] for each in entries]
    assert max(map(len, beside)) <= 2, "as many as there are crews"


def test_it_is_as_if_it_had_gone_by(store: Store, bookings: list[Booking]) -> None:
    """Nothing happened before it was asked for, nothing in the time to come, and the trail has what the office did."""
    for one in bookings:
        times = [datetime.fromisoformat(each.at) for each in one.happened]
        assert times == sorted(times) and times[-1] <= NOW
        assert datetime.fromisoformat(one.created_at) == times[0] < one.starts_at - timedelta(hours=24)
        local = one.starts_at.astimezone(DENVER)
        assert local.weekday() < 6 and 8 <= local.hour < 17 and local.date() != date(2026, 11, 26)
    trail, _ = audit.entries(store, 1000)
    told = Counter(one.action for one in trail)
    assert told["booking_settings.change"] == 3
    assert {"booking.confirm", "booking.decline", "booking.propose", "booking.move", "block.create"} <= told.keys()
    done = {one.id for one in bookings if any(each.by == "company" for each in one.happened)}
    assert done <= {one.target for one in trail if one.action.startswith("booking.")}


def test_what_customers_booked_are_visits_of_theirs(filled: Filled, store: Store, bookings: list[Booking]) -> None:
    theirs = [one for one in bookings if one.customer]
    for one in theirs:
        if one.status == "confirmed":
            visit = visits.one(store, one.customer, one.id).visit
            assert visit.booked and visit.title == one.title
            assert visit.status == ("complete" if one.starts_at < NOW else "scheduled")
        else:
            assert one.id not in {each.id for each in visits.upcoming(store, one.customer, NOW, None, 50).visits}
    (hers,) = [one for one in theirs if one.customer == filled[1].customers["dana"].id]
    assert hers.status == "confirmed" and hers.starts_at > NOW


def test_who_was_no_customer_is_a_lead(store: Store, bookings: list[Booking]) -> None:
    by_id = {one.id: one for one in report.newest(store, Wanted(), 100)}
    visitors = [one for one in bookings if not one.customer]
    assert visitors and all(by_id[one.lead].source == "booking" for one in visitors)
    assert {by_id[one.id].status for one in visitors if one.starts_at < NOW} == {"won"}
    assert {by_id[one.id].status for one in visitors if one.starts_at > NOW} == {"new"}


def test_all_were_told_and_reminded(filled: Filled, store: Store, bookings: list[Booking]) -> None:
    for one in bookings:
        home = one.customer or f"booking-{one.id}"
        about = [row for row in outbox.log(store, home, 100).items if f"message#booking-{one.id}" in row["item"]]
        assert {(row["state"], row.get("outcome")) for row in about} == {("sent", "delivered")}
        assert all(row["summary"] and "task" not in row for row in about)
        told = {row["template"] for row in about}
        assert "booking_company" in told and told & {"booking_confirmed", "booking_requested"}
        assert ("booking_reminder" in told) == (one.starts_at < NOW + timedelta(hours=24))
        assert all(datetime.fromisoformat(row["posted_at"]) <= min(NOW, one.starts_at) for row in about)
    assert reminding.sweep(filled[0].services) == 0, "nobody is reminded of what is over"


def test_dana_sees_hers(filled: Filled) -> None:
    dana = signed_in(filled, "dana")
    page = dana.get(f"/{people.SLUG}")
    assert "Book a visit" in page.text
    assert "Rodent inspection and seal" in dana.get(f"/{people.SLUG}/visits").text
    assert dana.get(f"/{people.SLUG}/book").status == 200


def test_grace_is_asked_whether_another_time_suits_her(filled: Filled) -> None:
    assert "Does this time suit you?" in signed_in(filled, "grace").get(f"/{people.SLUG}").text


def test_the_pool_company_takes_no_bookings(filled: Filled) -> None:
    store = filled[1].stores[people.OTHER_SLUG]
    assert offering.read(store) == FRESH and not company_of(store).booking
    assert Browser(wiring.app, filled[0]).get(f"/{people.OTHER_SLUG}/book").status == 404
    assert "Book a visit" not in signed_in(filled, "dana_pools").get(f"/{people.OTHER_SLUG}").text
