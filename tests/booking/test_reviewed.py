"""What is booked is what was looked at: what has changed since, or in another tab, is shown once more first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.booking.rules import Price, Question
from chalicelib.customers import records
from tests.booking.offers import a_service, offering
from tests.booking.walking import NORA, at_review, booked, confirms, details_form, link, path, token
from tests.browser import Browser
from tests.builders import Company, Person
from tests.conftest import Clock

CHANGED = "Something of this has changed since you looked at it."


@pytest.mark.parametrize(
    ("service", "rest", "shown"),
    [
        ({"price": Price("exact", 99_900)}, {}, "$999"),
        ({"name": "Mowing"}, {}, "Mowing"),
        ({"minutes": 90}, {}, "About 1 hour 30 minutes"),
        ({}, {"policy": "You pay double."}, "You pay double."),
        ({}, {"confirming": "request"}, "Check your request"),
        ({}, {"cutoff": 2}, "you can move or cancel it online"),
        ({}, {"window": 60}, "between 9 and 10 AM"),
    ],
)  # fmt: skip
def test_what_the_company_changes_meanwhile_is_looked_at_first(
    evergreen: Company, browser: Browser, clock: Clock, service: dict[str, Any], rest: dict[str, Any], shown: str
) -> None:
    offering(evergreen, a_service(price=Price("exact", 4_500)), cutoff=24)
    review = at_review(browser, clock)
    assert shown not in review.text.replace("\xa0", " ")
    offering(evergreen, replace(a_service(price=Price("exact", 4_500)), **service), **{"cutoff": 24, **rest})
    page = confirms(browser)
    assert page.status == 409 and CHANGED in page.text and shown in page.text.replace("\xa0", " ")
    assert booked(evergreen, review) is None
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.status == ("requested" if "confirming" in rest else "confirmed")


def test_what_is_none_of_the_reviews_changes_nothing(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    at_review(browser, clock)
    offering(evergreen, a_service(words="By hand."), a_service("tree", "Tree removal"), horizon=90, crews=7)
    clock.forward(minutes=20)
    assert path(confirms(browser)).startswith("/book/done/")


def test_a_question_that_must_be_answered_by_now_is_asked(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    review = at_review(browser, clock, notes="Mind the gate.")
    offering(evergreen, a_service(questions=(Question("pets", "Do you have pets?", True),)))
    page = confirms(browser)
    assert path(page) == "/book/lawn-mowing/20261124T1600Z" and "Do you have pets?" in page.text
    assert "Mind the gate." in page.text and booked(evergreen, review) is None
    assert path(browser.get(review.url)) == "/book/lawn-mowing/20261124T1600Z"
    form = details_form(browser.get(page.url))
    browser.post(form.action, {**form.fields, "notes": "Mind the gate.", "answer-pets": "Two cats"})
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.answers == (("Do you have pets?", "Two cats"),)


def test_of_two_tabs_the_first_does_not_book_what_the_second_shows(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen, a_service(), a_service("tree", "Tree removal", 120))
    first = at_review(browser, clock)
    second = browser.get(f"/evergreen/book/tree?draft={token(first)}&day=2026-11-25")
    form = details_form(browser.get(link(second, "9:00 AM")))
    second = browser.post(form.action, {**form.fields, **NORA})
    assert token(second) == token(first)
    browser.page = first
    page = confirms(browser)
    assert page.status == 409 and "Tree removal" in page.text and booked(evergreen, first) is None
    browser.page = second
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.service == "tree"


def test_what_is_on_file_by_now_is_looked_at_too(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    offering(evergreen)
    browser.sign_in("evergreen")
    review = at_review(browser, clock)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, address='["9 New Street", "Boulder, CO"]'))
    page = confirms(browser)
    assert page.status == 409 and "9 New Street" in page.text and booked(evergreen, review) is None
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.who.address == ("9 New Street", "Boulder, CO")


def test_the_button_pressed_twice_books_once_whatever_has_changed(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen)
    review = at_review(browser, clock)
    confirms(browser)
    offering(evergreen, policy="You pay double.")
    browser.page = review
    assert path(confirms(browser)).startswith("/book/done/")


def test_what_our_form_never_sends_books_nothing(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    review = at_review(browser, clock)
    for seen in ("", "x", "é" * 3000):
        page = browser.post(review.form(token(review)).action, {"time": "", "seen": seen})
        assert page.status == 409 and CHANGED in page.text
    assert booked(evergreen, review) is None
