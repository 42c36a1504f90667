"""What waits for a customer beside what is owed, in the order they need it: said from what is kept with them, so that
the first page reads nothing more for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.customers.records.profile import change_glance
from chalicelib.documents.rules import glance as documents
from chalicelib.estimates.rules import waiting
from chalicelib.estimates.rules.waiting import Waiting, WaitingEstimate
from chalicelib.tenants.records.company import change_documents_glance
from chalicelib.visits.rules import glance as visits
from chalicelib.visits.rules import review
from chalicelib.visits.rules.glance import Asking, LastVisit, NextVisit
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.web.switching import switch

NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RENOVATION = WaitingEstimate("E4", "217", "Lawn renovation", 124_000, date(2026, 12, 23))
LAST = LastVisit("V1", "Fall lawn aeration", "2026-11-20T17:00:00+00:00", "Marcus Bell")
NEXT = NextVisit("V2", "Quarterly pest control", "scheduled", "2026-11-30T15:00:00+00:00", "2026-11-30T17:00:00+00:00")
ASKED = Asking("2026-11-20T17:00:00+00:00")
DAY = timedelta(days=1)


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    made = evergreen.customer()
    browser.sign_in("evergreen")
    return made


def keep(person: Person, feature: Any, after: str) -> None:
    person.company.store.write(change_glance(person.company.store, person.now, feature, after))


def estimates(person: Person, *waits: WaitingEstimate, more: bool = False) -> None:
    before = waiting.read(person.now.glances.estimates)
    keep(person, "estimates", waiting.write(Waiting(before.version + 1, waits, more)))


def visited(person: Person, **parts: Any) -> None:
    before = visits.read(person.now.glances.visits)
    keep(person, "visits", visits.write(replace(before, version=before.version + 1, **parts)))


def shared(person: Person, *since: datetime, until: str = "", seen_at: str = "") -> None:
    marks = tuple(documents.Mark(f"D{number}", at.isoformat(), until) for number, at in enumerate(since))
    before = documents.read(person.now.glances.documents)
    keep(person, "documents", documents.write(documents.Glance(before.version + 1, seen_at, marks)))


def home(browser: Browser) -> Page:
    return browser.get("/evergreen")


def stars(page: Page) -> list[str]:
    return [one for one in page.links if "stars=" in one]


# Nothing, and everything


def test_where_nothing_waits_nothing_is_said(dana: Person, browser: Browser) -> None:
    page = home(browser)
    assert "For you" not in page.text and not stars(page) and "/evergreen/review" not in page.links


def test_all_of_it_stands_in_the_order_of_what_is_needed(dana: Person, browser: Browser) -> None:
    dana.invoice(12_000)
    estimates(dana, RENOVATION)
    visited(dana, last=LAST, next=NEXT, asking=ASKED)
    shared(dana, NOON - DAY, NOON - DAY)
    text = home(browser).text
    words = ["Pay $120.00", "Lawn renovation", "How was our visit?", "2 new documents", "Next visit", "Latest invoices"]
    assert [text.index(one) for one in words] == sorted(text.index(one) for one in words)


def test_all_of_it_costs_no_read_of_its_own(dana: Person, browser: Browser, world: World) -> None:
    estimates(dana, RENOVATION, replace(RENOVATION, id="E3"))
    visited(dana, last=LAST, next=NEXT, later=(NEXT,) * 2, asking=ASKED)
    shared(dana, *[NOON - DAY] * 20)
    with on_the_wire(world) as wire:
        assert "Lawn renovation" in home(browser).text
        assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem", "dynamodb Query"]


# Estimates


def test_an_estimate_that_waits_is_named_with_its_amount_and_its_last_day(dana: Person, browser: Browser) -> None:
    estimates(dana, RENOVATION)
    page = home(browser)
    for words in ("Lawn renovation", "$1,240.00", "Estimate 217", "Good until Wednesday, December 23", "Look at it"):
        assert words in page.text
    assert "/evergreen/estimates/E4" in page.links


def test_several_are_counted_and_three_of_them_named(dana: Person, browser: Browser) -> None:
    estimates(dana, *(replace(RENOVATION, id=f"E{n}", title=f"Garden {n}") for n in (4, 3, 2, 1)))
    page = home(browser)
    assert "4 estimates are waiting for your answer" in page.text and "All estimates" in page.text
    assert [f"Garden {n}" in page.text for n in (4, 3, 2, 1)] == [True, True, True, False]
    estimates(dana, RENOVATION, replace(RENOVATION, id="E3"))
    page = home(browser)
    assert "2 estimates are waiting" in page.text and "All estimates" not in page.text


def test_where_not_all_are_kept_none_are_counted(dana: Person, browser: Browser) -> None:
    estimates(dana, RENOVATION, more=True)
    page = home(browser)
    assert "Estimates are waiting for your answer" in page.text and "All estimates" in page.text
    assert "1 estimate" not in page.text


def test_one_that_has_expired_is_gone_the_day_after_where_the_company_is(
    dana: Person, browser: Browser, clock: Clock
) -> None:
    estimates(dana, replace(RENOVATION, expires_on=TODAY))
    clock.forward(hours=11)  # Already tomorrow in London, and still today in Denver.
    assert "Lawn renovation" in home(browser).text
    clock.forward(hours=2)
    browser.sign_in("evergreen")
    assert "Lawn renovation" not in home(browser).text and "For you" not in home(browser).text


def test_one_without_a_last_day_waits_on(dana: Person, browser: Browser) -> None:
    estimates(dana, replace(RENOVATION, expires_on=None, title=""))
    page = home(browser)
    assert "Estimate 217" in page.text and "Good until" not in page.text


# The visit to rate, and the question after it


def test_the_last_visit_is_rated_by_one_of_five_links(dana: Person, browser: Browser) -> None:
    visited(dana, last=LAST)
    page = home(browser)
    assert "How was our visit?" in page.text and "with Marcus Bell" in page.text
    assert stars(page) == [f"/evergreen/visits/V1/rating?stars={number}" for number in range(1, 6)]
    assert "4 of 5 stars" in page.text


def test_a_visit_that_is_rated_is_not_asked_about(dana: Person, browser: Browser) -> None:
    visited(dana, last=replace(LAST, stars=4, rated_at="2026-11-21T10:00:00+00:00"))
    assert "How was our visit?" not in home(browser).text


def test_nobody_is_asked_about_a_visit_for_ever(dana: Person, browser: Browser, clock: Clock) -> None:
    visited(dana, last=LAST)
    clock.forward(days=review.ASKED_FOR.days - 4)
    browser.sign_in("evergreen")
    assert "How was our visit?" in home(browser).text
    clock.forward(days=2)
    browser.sign_in("evergreen")
    assert "How was our visit?" not in home(browser).text


@pytest.mark.parametrize(
    ("last", "asking", "asked"),
    [
        (LAST, ASKED, False),
        (replace(LAST, stars=5), ASKED, True),
        (replace(LAST, stars=1), ASKED, True),
        (None, ASKED, True),
        (None, Asking(), False),
        (None, replace(ASKED, answered_at="2026-11-21T10:00:00+00:00"), False),
        (None, replace(ASKED, put_off_at="2026-11-21T10:00:00+00:00"), False),
        (None, Asking("2026-10-01T10:00:00+00:00"), False),
    ],
)
def test_they_are_asked_for_a_recommendation_when_nothing_is_to_be_rated(
    dana: Person, browser: Browser, last: LastVisit | None, asking: Asking, asked: bool
) -> None:
    """Also who gave one star: the question is the same for everybody."""
    visited(dana, last=last, asking=asking)
    page = home(browser)
    assert ("Would you recommend us?" in page.text) == ("/evergreen/review" in page.links) == asked
    assert ("/evergreen/review/later" in [one.action for one in page.forms]) == asked


# Documents


def test_new_documents_are_counted(dana: Person, browser: Browser) -> None:
    shared(dana, NOON - DAY)
    assert "1 new document" in home(browser).text and "1 new documents" not in home(browser).text
    shared(dana, NOON - 3 * DAY, NOON - DAY, NOON, seen_at=(NOON - 2 * DAY).isoformat())
    assert "2 new documents" in home(browser).text and "/evergreen/documents" in home(browser).links


def test_those_for_everybody_count_too(evergreen: Company, dana: Person, browser: Browser, clock: Clock) -> None:
    marks = (documents.Mark("D2", (NOON + DAY).isoformat(), ""), documents.Mark("D1", (NOON - DAY).isoformat(), ""))
    after = documents.write(documents.Glance(1, "", marks))
    evergreen.store.write(change_documents_glance(evergreen.store, evergreen.company, after))
    assert "new document" not in home(browser).text, "one is older than this customer, the other is not shown yet"
    clock.forward(days=2)
    browser.sign_in("evergreen")
    assert "1 new document" in home(browser).text


def test_one_that_is_over_is_not_new(dana: Person, browser: Browser) -> None:
    shared(dana, NOON - DAY, until=(NOON - timedelta(hours=1)).isoformat())
    assert "new document" not in home(browser).text


def test_of_very_many_no_number_is_said(dana: Person, browser: Browser) -> None:
    shared(dana, *[NOON - DAY] * documents.KEPT)
    assert "Many new documents" in home(browser).text


# The next visit


def test_the_next_visit_is_said_with_its_arrival_window(dana: Person, browser: Browser) -> None:
    visited(dana, next=NEXT)
    page = home(browser)
    assert "Monday, November 30, between 8 and 10 AM" in page.text and "Next visit: Quarterly pest control" in page.text
    assert "/evergreen/visits/V2" in page.links


def test_whoever_is_on_the_way_comes_before_everything_else(dana: Person, browser: Browser) -> None:
    estimates(dana, RENOVATION)
    times = {"starts_at": "2026-11-23T19:00:00+00:00", "ends_at": "2026-11-23T21:00:00+00:00"}
    coming = replace(NEXT, status="on_the_way", **times)
    visited(dana, next=replace(coming, technician="Marcus Bell"))
    text = home(browser).text
    assert "Today, between 12 and 2 PM" in text
    assert text.index("Marcus Bell is on the way") < text.index("Lawn renovation")
    visited(dana, next=coming)
    assert "on the way to you" in home(browser).text


def test_a_visit_whose_time_has_passed_gives_way_to_the_one_after_it(
    dana: Person, browser: Browser, clock: Clock
) -> None:
    after = replace(NEXT, id="V3", starts_at="2027-02-01T16:00:00+00:00", ends_at="2027-02-01T16:00:00+00:00")
    visited(dana, next=NEXT, later=(after,))
    clock.forward(days=9)
    browser.sign_in("evergreen")
    page = home(browser)
    assert "/evergreen/visits/V3" in page.links and "/evergreen/visits/V2" not in page.links
    assert "at 9 AM" in page.text


# Permissions


@pytest.mark.parametrize("permission", ["estimates", "documents"])
def test_what_the_company_hides_is_not_there(
    evergreen: Company, dana: Person, browser: Browser, permission: str
) -> None:
    estimates(dana, RENOVATION)
    shared(dana, NOON - DAY)
    owner, word = evergreen.admin(), permission.removesuffix("s")
    leads = [one for one in home(browser).links if f"/{permission}" in one]
    assert len(leads) == 2, "the menu's and the card's"
    switch(owner, permissions={permission: False})
    page = home(browser)
    assert not [one for one in page.links if f"/{permission}" in one] and word not in page.text.lower()
    assert ("Lawn renovation" in page.text) == (permission == "documents")
    switch(owner, permissions={permission: True})
    assert [one for one in home(browser).links if f"/{permission}" in one] == leads


def test_the_menu_has_seven_places_and_marks_the_one_it_is_at(dana: Person, browser: Browser) -> None:
    html = home(browser).html
    nav = html.partition("<nav")[2].partition("</nav>")[0]
    places = ("", "/invoices", "/estimates", "/visits", "/documents", "/payments", "/wallet")
    assert [f'href="/evergreen{one}"' in nav for one in places] == [True] * 7 and nav.count("<li>") == 7
    assert nav.count("aria-current") == 1
    elsewhere = browser.get("/evergreen/payments").html.partition("<nav")[2].partition("</nav>")[0]
    assert 'href="/evergreen/payments" aria-current="page"' in elsewhere


# What was typed


def test_titles_are_words_and_nothing_else(dana: Person, browser: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    estimates(dana, replace(RENOVATION, title=evil, number=evil))
    visited(dana, last=replace(LAST, title=evil, technician=evil), next=replace(NEXT, title=evil, technician=evil))
    page = home(browser)
    assert "<script>alert" not in page.html and page.html.count("&lt;script&gt;alert") >= 5


def test_another_company_s_customer_sees_none_of_it(evergreen: Company, bluewave: Company, browser: Browser) -> None:
    estimates(evergreen.customer(), RENOVATION)
    bluewave.customer()
    assert "Lawn renovation" not in browser.sign_in("bluewave").text
