"""The pages of estimates as a browser meets them: what is shown, to whom, and what is not."""

from __future__ import annotations

import re

import pytest

from chalicelib.billing.rules import Line
from chalicelib.customers.actions import link as links
from sandbox.world import World
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.estimates.offers import Offer, offer
from tests.web.switching import switch

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PATHS = ("", "/acceptance", "/refusal", "/changes", "/pdf")


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    """Signed in."""
    made = evergreen.customer()
    assert browser.sign_in("evergreen").status == 200
    return made


def without_ids(page: Page) -> str:
    return re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "ID", page.html)


def signed_in_anew(browser: Browser, login: str = "dana@example.com") -> None:
    """After so long that the session is over, or as somebody else."""
    browser.jar.clear()
    browser.sign_in("evergreen", login)


# The list


def test_the_list_says_of_each_how_it_stands(dana: Person, browser: Browser, clock: Clock) -> None:
    old = offer(dana, 18_950, title="Sprinkler repair", good_for=2)
    clock.forward(days=4)
    won, lost = offer(dana, title="Mosquito plan"), offer(dana, title="Wasp nest")
    won.accepted()
    lost.marked("lost")
    offer(dana, title="Rodent guard", number="R-7")
    offer(dana, title="A secret plan", issued=False)
    signed_in_anew(browser)
    page = browser.get("/evergreen/estimates")
    found = re.findall(r'<li><a class="row.*?</li>', page.html, re.S)
    rows = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]
    assert [row.split(" Estimate")[0] for row in rows] == [
        "Rodent guard $1,200.00", "Wasp nest $1,200.00", "Mosquito plan $1,200.00", "Sprinkler repair $189.50",
    ]  # fmt: skip
    ends = ("Waiting for you", "Declined", "Accepted", "Expired")
    assert [end for row, end in zip(rows, ends, strict=True) if row.endswith(end)] == list(ends)
    assert "Estimate R-7" in rows[0] and "Good until Dec 9" in rows[0] and "Good until" not in rows[3]
    assert "A secret plan" not in page.text and old.path in page.links


def test_no_estimates_yet_says_what_will_be_here(dana: Person, browser: Browser) -> None:
    page = browser.get("/evergreen/estimates")
    assert page.status == 200 and "No estimates yet" in page.text and not page.html.count('<ul class="rows"')


def test_more_than_a_page_is_paged_and_costs_the_same(dana: Person, browser: Browser, wire: Wire, world: World) -> None:
    offer(dana, number="first")
    wire.calls.clear()
    browser.get("/evergreen/estimates")
    calls = [call.what for call in wire.calls]
    assert calls == ["dynamodb BatchGetItem", "dynamodb Query"]
    for one in range(22):
        offer(dana, number=f"later-{one}")
    wire.calls.clear()
    page = browser.get("/evergreen/estimates")
    assert [call.what for call in wire.calls] == calls
    assert "Estimate first" not in page.text and "Estimate later-21" in page.text and "Newest" not in page.text
    older = browser.get(next(one for one in page.links if "cursor=" in one))
    assert "Estimate first" in older.text and "Estimate later-21" not in older.text and "Newest" in older.text


def test_a_cursor_of_anothers_list_is_none(dana: Person, evergreen: Company, browser: Browser) -> None:
    for one in range(21):
        offer(dana, number=f"mine-{one}")
    cursor = next(one for one in browser.get("/evergreen/estimates").links if "cursor=" in one)
    evergreen.customer("Lee Park", email="lee@example.com")
    signed_in_anew(browser, "lee@example.com")
    assert browser.get(cursor).status == 422


# The sheet


def test_the_sheet_shows_all_of_the_offer_and_what_can_be_done(dana: Person, browser: Browser) -> None:
    lines = (Line("Winter fertilizer", "3", 18_000, 54_000), Line("Inspection", "1", 6_000, 6_000))
    one = offer(dana, lines=lines, tax=4_200, tax_name="Sales tax", notes="We start at the back.", number="E 7/2")
    page = browser.get(one.path)
    for words in (
        "Estimate E 7/2", "Fall cleanup", "$642.00", "Waiting for you", "Good until Saturday, December 5",
        "Winter fertilizer 3 × $180.00 $540.00", "Inspection $60.00", "Subtotal $600.00", "Sales tax $42.00",
        "Total $642.00", "We start at the back.", "1. We come on a dry day.", "Accept for $642.00",
    ):  # fmt: skip
        assert words in page.text, words
    assert {f"{one.path}/{way}" for way in ("acceptance", "refusal", "changes", "pdf")} <= set(page.links)


def test_an_offer_for_ever_has_no_last_day(dana: Person, browser: Browser) -> None:
    assert "Good until" not in browser.get(offer(dana, good_for=None).path).text


def test_an_expired_one_says_so_and_offers_to_ask_for_a_new_one(dana: Person, browser: Browser, clock: Clock) -> None:
    one = offer(dana, good_for=0)
    assert "Accept for" in browser.get(one.path).text, "its last day counts"
    clock.forward(hours=12)
    signed_in_anew(browser)
    page = browser.get(one.path)
    assert "Expired" in page.text and "can’t be accepted any more" in page.text and "Accept for" not in page.text
    assert "Ask for a new one" in page.text and f"{one.path}/changes" in page.links


def test_a_decided_one_says_what_was_decided_and_when(dana: Person, browser: Browser) -> None:
    won, lost = offer(dana), offer(dana)
    won.accepted("Dana B. Whitfield")
    page = browser.get(won.path)
    assert "You accepted it on Nov 23, 2026, 12:00 PM . Dana B. Whitfield" in page.text.replace("\u00a0", " ")
    assert "Accept for" not in page.text and "Decline" not in page.text.replace("Declined", "")
    lost.marked("lost", "They told me on the phone that we're too dear")
    page = browser.get(lost.path)
    assert "Evergreen Pest & Lawn marked it as declined on" in page.text
    assert "too dear" not in page.text, "what staff noted is for staff"


def test_what_was_decided_before_it_was_opened_again_is_told_below(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    one.accepted()
    one.opened_again()
    page = browser.get(one.path)
    assert "Waiting for you" in page.text and "Accept for" in page.text
    assert "What was said before You accepted it Nov 23" in page.text


def test_pages_only_read(dana: Person, browser: Browser, wire: Wire) -> None:
    one = offer(dana)
    for path in PATHS[:-1]:
        wire.calls.clear()
        assert browser.get(one.path + path).status == 200
        calls = [call.what for call in wire.calls]
        assert calls == ["dynamodb BatchGetItem", "dynamodb BatchGetItem", "dynamodb Query"], path


def test_what_people_type_is_only_words(dana: Person, browser: Browser) -> None:
    evil = "<script>alert(1)</script>"
    one = offer(dana, title=evil, notes=evil, terms=evil, number="x<b>", lines=(Line(evil, "1", 1, 1),))
    for path in ("", "/acceptance", "/refusal", "/changes"):
        page = browser.get(one.path + path)
        assert "<script>alert" not in page.html and "<b>" not in page.html and "&lt;script&gt;" in page.html


# Whose it is


def hidden_ones(evergreen: Company, bluewave: Company, dana: Person) -> list[Offer]:
    """Another customer's, another company's, and a draft of one's own."""
    lee = evergreen.customer("Lee Park", email="lee@example.com", password=None)
    ray = bluewave.customer("Ray Cole", email="ray@example.com", password=None)
    return [offer(lee), offer(ray), offer(dana, issued=False)]


@pytest.mark.parametrize("path", PATHS)
def test_anothers_and_a_draft_are_as_unknown_as_nobodys(
    dana: Person, browser: Browser, evergreen: Company, bluewave: Company, path: str
) -> None:
    nobodys = browser.get(f"/evergreen/estimates/{NOBODYS}{path}")
    assert nobodys.status == 404
    for one in hidden_ones(evergreen, bluewave, dana):
        page = browser.get(f"/evergreen/estimates/{one.id}{path}")
        assert page.status == 404 and without_ids(page) == without_ids(nobodys)


@pytest.mark.parametrize("way", ["acceptance", "refusal", "changes"])
def test_anothers_and_a_draft_can_not_be_answered(
    dana: Person, browser: Browser, evergreen: Company, bluewave: Company, way: str
) -> None:
    mine = offer(dana)
    form = browser.get(f"{mine.path}/{way}").form(f"/{way}").fields
    sent = {**form, "agreed": "yes", "signature": "Dana Whitfield", "text": "Less, please"}
    for one in hidden_ones(evergreen, bluewave, dana):
        before = one.now
        assert browser.post(f"/evergreen/estimates/{one.id}/{way}", sent).status == 404
        assert one.now == before
    assert mine.estimate.status == "pending"


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_it_asks_to_sign_in_and_comes_back(evergreen: Company, browser: Browser, path: str) -> None:
    one = offer(evergreen.customer())
    answer = browser.get(one.path + path, follow=False)
    assert answer.status == 303 and f"/sign-in?next=/estimates/{one.id}{path}" in answer.headers["location"]


@pytest.mark.parametrize(
    "id", ["x", "x" * 1_200, "x" * 10_000, "%00", "%2e%2e", "ünï", "\ud800", "a#b", "estimate#1", "'", "0"]
)
def test_no_address_makes_a_mistake_of_ours(dana: Person, browser: Browser, id: str) -> None:
    for path in PATHS:
        at = f"http://localhost:8000/evergreen/estimates/{id.replace('#', '%23')}{path}"
        assert browser._once("GET", at, None, {}).status == 404
        if path not in ("", "/pdf"):
            form = {"revision": "1", "agreed": "yes", "signature": "Dana", "text": "More", "request": NOBODYS}
            own = {"sec-fetch-site": "same-origin"}
            assert browser._once("POST", at, form, own).status == 404


# Hidden by the company


@pytest.mark.parametrize("path", PATHS)
def test_hidden_estimates_have_no_address(dana: Person, browser: Browser, evergreen: Company, path: str) -> None:
    one, owner = offer(dana), evergreen.admin()
    assert browser.get(one.path + path, follow=False).status in (200, 303)
    switch(owner, permissions={"estimates": False})
    hidden = browser.get(one.path + path, follow=False)
    assert hidden.status == 404
    assert without_ids(hidden) == without_ids(browser.get(f"/evergreen/estimates/{NOBODYS}{path}", follow=False))
    assert browser.get("/evergreen/estimates").status == 404
    switch(owner, permissions={"estimates": True})
    assert browser.get(one.path + path, follow=False).status in (200, 303)
    assert browser.get("/evergreen/estimates").status == 200


def test_hidden_estimates_can_not_be_answered_by_a_form_that_is_open(
    dana: Person, browser: Browser, evergreen: Company
) -> None:
    one, owner = offer(dana), evergreen.admin()
    forms = {way: browser.get(f"{one.path}/{way}").form(f"/{way}") for way in ("acceptance", "refusal", "changes")}
    switch(owner, permissions={"estimates": False})
    for form in forms.values():
        sent = {**form.fields, "agreed": "yes", "signature": "Dana Whitfield", "text": "Less, please"}
        assert browser.post(form.action, sent).status == 404
    assert one.estimate.status == "pending" and one.now.change_requests == ()
    switch(owner, permissions={"estimates": True})
    browser.get(f"{one.path}/acceptance")
    assert "Accepted" in browser.submit("/acceptance", agreed="yes", signature="Dana Whitfield").text


def test_a_mailed_link_shows_and_accepts(evergreen: Company, browser: Browser, world: World) -> None:
    person = evergreen.customer()
    one = offer(person)
    links.send(world.services, evergreen.store, person.now, path=f"/estimates/{one.id}")
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    browser.get(found.group())
    assert browser.submit(found.group()).url.endswith(one.path)
    browser.get(f"{one.path}/acceptance")
    assert "Accepted. Thank you!" in browser.submit("/acceptance", agreed="yes", signature="Dana Whitfield").text
    assert one.estimate.status == "won"


@pytest.mark.parametrize("what", ["dynamodb BatchGetItem", "dynamodb Query"])
def test_when_the_store_does_not_answer_a_friendly_503_says_so(
    dana: Person, browser: Browser, wire: Wire, what: str
) -> None:
    one = offer(dana)
    wire.down(what, "throttled")
    page = browser.get(one.path)
    wire.heal()
    assert page.status == 503 and "Nothing was lost" in page.text
    assert browser.get(one.path).status == 200
