"""What is offered changes while somebody is on the way to a booking: nothing they typed is lost by it."""

from __future__ import annotations

import pytest

from chalicelib.booking.rules import Question, Service
from tests.booking.offers import a_service, offering
from tests.booking.walking import (
    NORA,
    at_details,
    at_review,
    booked,
    confirms,
    details_form,
    link,
    path,
    token,
    wrong_fields,
)
from tests.browser import Browser, Page
from tests.builders import Company
from tests.conftest import Clock

PETS = Question("pets", "Do you have pets?", True)
LAWN, WASPS = a_service(questions=(PETS,)), a_service("wasps", "Wasp nest removal")
SENT = {**NORA, "answer-pets": "Two cats", "notes": "The gate code is 4711."}
# The company takes lawn mowing away: for good, or for now.
TAKEN_AWAY = {"deleted": (WASPS,), "switched off": (a_service(questions=(PETS,), on=False), WASPS)}
pytestmark = pytest.mark.parametrize("left", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())


def chooses_wasps(browser: Browser, page: Page) -> Page:
    """From the list of what is offered to the details of the other service."""
    assert path(page) == "/book" and page.status == 200 and "isn’t offered online at the moment" in page.text
    return browser.get(link(browser.get(link(page, "Wasp nest")), "9:00 AM"))


def test_what_was_typed_goes_along_to_another_service(
    evergreen: Company, browser: Browser, clock: Clock, left: tuple[Service, ...]
) -> None:
    offering(evergreen, LAWN, WASPS)
    form = details_form(at_details(browser))
    clock.forward(minutes=1)
    offering(evergreen, *left)
    page = chooses_wasps(browser, browser.post(form.action, {**form.fields, **SENT}))
    shown = details_form(page)
    assert shown.fields["name"] == "Nora Beck" and "The gate code is 4711." in page.text
    assert "Two cats" not in page.text
    browser.post(shown.action, shown.fields)
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and (booking.title, booking.who.name, booking.answers, booking.id) == (
        "Wasp nest removal", "Nora Beck", (), form.fields["form"][:26],
    )  # fmt: skip


def test_what_was_not_looked_through_is_before_it_is_booked(
    evergreen: Company, browser: Browser, clock: Clock, left: tuple[Service, ...]
) -> None:
    """The service comes back: its questions were not answered, and half a name is none."""
    offering(evergreen, LAWN, WASPS)
    form = details_form(at_details(browser))
    offering(evergreen, *left)
    gone = browser.post(form.action, {**form.fields, "notes": "The gate code is 4711."})
    assert path(browser.get(f"/evergreen/book/review/{token(gone)}")) == "/book"
    offering(evergreen, LAWN, WASPS)
    page = browser.get(link(browser.get(link(browser.get(gone.url), "Lawn mowing")), "9:00 AM"))
    form = details_form(page)
    assert "The gate code is 4711." in page.text
    assert wrong_fields(browser.post(form.action, form.fields)) == ["name", "email", "street", "town", "answer-pets"]


def test_every_page_of_the_way_leads_to_what_is_offered(
    evergreen: Company, browser: Browser, clock: Clock, left: tuple[Service, ...]
) -> None:
    offering(evergreen, LAWN, WASPS)
    review = at_review(browser, clock, **{"answer-pets": "Two cats"})
    form, draft = review.form(token(review)), token(review)
    offering(evergreen, *left)
    for page in (
        browser.get(review.url), browser.post(form.action, form.fields),
        browser.get(f"/evergreen/book/lawn-mowing?draft={draft}"),
        browser.get(f"/evergreen/book/lawn-mowing/20261124T1600Z?draft={draft}"),
    ):  # fmt: skip
        assert details_form(chooses_wasps(browser, page)).fields["name"] == "Nora Beck"


def test_a_booked_form_leads_to_its_booking_all_the_same(
    evergreen: Company, browser: Browser, clock: Clock, left: tuple[Service, ...]
) -> None:
    offering(evergreen, LAWN, WASPS)
    details = details_form(at_details(browser))
    clock.forward(minutes=1)
    browser.post(details.action, {**details.fields, **SENT})
    confirms(browser)
    offering(evergreen, *left)
    assert path(browser.post(details.action, {**details.fields, **SENT})).startswith("/book/done/")


def test_who_signs_in_meanwhile_still_has_it(evergreen: Company, browser: Browser, left: tuple[Service, ...]) -> None:
    offering(evergreen, LAWN, WASPS)
    form = details_form(at_details(browser))
    offering(evergreen, *left)
    gone = browser.post(form.action, {**form.fields, "notes": "The gate code is 4711."})
    evergreen.customer()
    browser.sign_in("evergreen")
    assert path(browser.get(f"/evergreen/book/review/{token(gone)}")) == "/book"
    assert "The gate code is 4711." in chooses_wasps(browser, browser.get(gone.url)).text
