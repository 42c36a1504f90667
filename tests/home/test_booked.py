"""What the first page, the menu and the visits' pages say of bookings: from what is kept with the customer, so that
nothing more is read for it; and no word of it while online booking is off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.booking.booker import WEDNESDAY, Diary
from tests.booking.offers import offering
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock

DAY = timedelta(days=1)
# Friday, after Thanksgiving; and the Mondays that follow.
FRIDAY, MONDAY = WEDNESDAY + 2 * DAY, WEDNESDAY + 5 * DAY


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    offering(evergreen)
    return Diary(evergreen)


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    made = evergreen.customer()
    browser.sign_in("evergreen")
    return made


def home(browser: Browser) -> Page:
    return browser.get("/evergreen")


def bookings(page: Page) -> list[str]:
    return [one.rpartition("/")[2] for one in page.links if "/evergreen/bookings/" in one]


def test_a_visit_can_be_booked_from_menu_home_and_visits(diary: Diary, dana: Person, browser: Browser) -> None:
    for path in ("", "/visits"):
        assert browser.get(f"/evergreen{path}").links.count("/evergreen/book") == 2
    assert "Need us?" in home(browser).text


def test_without_the_add_on_there_is_no_trace(diary: Diary, dana: Person, browser: Browser) -> None:
    booking = diary.books(customer=dana)
    diary.enters(FRIDAY, customer=dana, confirmed=False)
    offering(diary.company, on=False)
    for path in ("", "/visits", f"/visits/{booking.id}"):
        page = browser.get(f"/evergreen{path}")
        assert page.status == 200 and not [one for one in page.links if "/book" in one] and "Requested" not in page.text
    # What was booked takes place all the same.
    assert "Next visit: Lawn mowing" in home(browser).text


def test_a_request_says_that_it_is_one(diary: Diary, dana: Person, browser: Browser) -> None:
    offering(diary.company, confirming="request")
    booking = diary.books(customer=dana)
    page = home(browser)
    assert "Wednesday, November 25, at 9 AM Lawn mowing Requested" in page.text and bookings(page) == [booking.id]


def test_a_proposal_asks_first_of_all(diary: Diary, dana: Person, browser: Browser) -> None:
    offering(diary.company, confirming="request")
    asked, waits = diary.books(customer=dana), diary.books(FRIDAY, customer=dana)
    diary.proposes(asked, MONDAY)
    page = home(browser)
    assert "Does this time suit you? Monday, November 30, at 9 AM Lawn mowing Answer" in page.text
    assert bookings(page) == [asked.id, waits.id]


def test_the_next_visit_is_not_said_twice(diary: Diary, dana: Person, browser: Browser) -> None:
    first, second = diary.books(customer=dana), diary.books(FRIDAY, customer=dana)
    page = home(browser)
    assert page.text.count("Wednesday, November 25") == 1 and f"/evergreen/visits/{first.id}" in page.links
    assert "Friday, November 27, at 9 AM Lawn mowing Confirmed" in page.text and bookings(page) == [second.id]


def test_they_stand_in_the_order_of_their_times(diary: Diary, dana: Person, browser: Browser) -> None:
    request = diary.enters(WEDNESDAY, customer=dana, confirmed=False)
    diary.books(FRIDAY, customer=dana)
    later = diary.enters(MONDAY, customer=dana, confirmed=False)
    page = home(browser)
    days = ["Wednesday, November 25", "Next visit: Lawn mowing", "Monday, November 30"]
    assert [page.text.index(one) for one in days] == sorted(page.text.index(one) for one in days)
    assert bookings(page) == [request.id, later.id]


def test_of_many_the_next_ones_stand_there_and_every_request(diary: Diary, dana: Person, browser: Browser) -> None:
    offering(diary.company, crews=9)
    confirmed = [diary.books(FRIDAY + hour * timedelta(hours=1), customer=dana) for hour in range(5)]
    request = diary.enters(MONDAY, customer=dana, confirmed=False)
    assert bookings(home(browser)) == [confirmed[1].id, confirmed[2].id, request.id]


def test_what_is_over_is_gone(diary: Diary, dana: Person, browser: Browser, clock: Clock) -> None:
    request = diary.enters(customer=dana, confirmed=False)
    diary.cancels(diary.books(FRIDAY, customer=dana))
    diary.declines(diary.enters(MONDAY, customer=dana, confirmed=False))
    assert bookings(home(browser)) == [request.id]
    clock.forward(days=3)
    browser.sign_in("evergreen")
    assert bookings(home(browser)) == []


def test_it_costs_no_further_call(diary: Diary, dana: Person, browser: Browser, world: World) -> None:
    diary.books(customer=dana)
    diary.enters(FRIDAY, customer=dana, confirmed=False)
    with on_the_wire(world) as wire:
        home(browser)
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem", "dynamodb Query"]


def test_a_booked_visit_to_come_leads_to_moving_it(
    diary: Diary, dana: Person, browser: Browser, clock: Clock
) -> None:  # fmt: skip
    booking = diary.books(customer=dana)
    page = browser.get(f"/evergreen/visits/{booking.id}")
    assert "Move or cancel" in page.text and bookings(page) == [booking.id]
    diary.completes(booking, "on_the_way")
    assert bookings(browser.get(f"/evergreen/visits/{booking.id}")) == []


def test_a_visit_that_is_over_leads_nowhere(diary: Diary, dana: Person, browser: Browser) -> None:
    gone, done = diary.cancels(diary.books(customer=dana)), diary.books(FRIDAY, customer=dana)
    diary.completes(done)
    for one in (gone, done):
        assert bookings(browser.get(f"/evergreen/visits/{one.id}")) == []
