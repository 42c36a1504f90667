"""How likely are you to recommend us? Asked, answered, put off, changed; and the same public links for everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.billing.wire import Wire
from tests.browser import Page
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import comes_between
from tests.visits.rater import answers, asking_of, at_home, report, review_of, visited
from tests.web.switching import switch

LINKS = [
    {"name": "Google", "url": "https://g.page/r/evergreen/review?a=1&b=2"},
    {"name": "Yelp", "url": "https://www.yelp.com/writeareview/biz/evergreen"},
]


def chosen(page: Page) -> list[str]:
    return re.findall(r'name="score" value="(\d+)"[^>]*\bchecked', page.html)


def public(page: Page) -> str:
    """The part of the page that leads to the public."""
    found = re.search(r'<section class="public".*?</section>', page.html, re.S)
    return found[0] if found else ""


@pytest.fixture
def linked(owner: Client) -> Client:
    """The owner of a company that has named its review pages."""
    assert owner.patch("/settings", {"reviews": {"links": LINKS}}, if_match='"0"').status == 200
    return owner


def test_an_answer_with_a_comment(dana: Person, linked: Client) -> None:
    visited(linked, dana)
    browser = at_home(dana)
    page = browser.get("/evergreen/review?score=9")
    assert "How likely are you to recommend Evergreen Pest & Lawn" in page.text and chosen(page) == ["9"]
    assert review_of(dana) is None, "the link only chooses"
    thanks = browser.submit("/review", comment="Always on time.\nAlways kind.")
    assert urlsplit(thanks.url).path == "/evergreen/review"
    assert "Thank you!" in thanks.text and "9 out of 10" in thanks.text and "Always on time." in thanks.text
    found = review_of(dana)
    assert found is not None
    assert (found.score, found.comment, found.month, found.group) == (
        9, "Always on time.\nAlways kind.", "2026-11", "promoter",
    )  # fmt: skip
    assert report(dana.company)["totals"]["reviews"] == {
        "asked": 1, "answers": 1, "response": 100, "promoters": 1, "passives": 0, "detractors": 0, "score": 100,
    }  # fmt: skip


def test_everybody_gets_the_same_public_links_whatever_they_answered(evergreen: Company, linked: Client) -> None:
    """Byte for byte, in the company's order: choosing by the answer is forbidden. Only the words around it differ."""
    parts, words = set(), set()
    for score in range(11):
        person = evergreen.customer(f"Customer {score}", email=f"c{score}@example.com", password=None)
        page = answers(person, score)
        parts.add(public(page))
        words.add(re.sub(r"\d+ out of", "", page.text.partition("Would you tell others")[0].partition("Thank you!")[2]))
    (part,) = parts
    assert re.findall(r'href="([^"]+)"', part) == [one["url"].replace("&", "&amp;") for one in LINKS]
    assert "Google" in part and part.index("Google") < part.index("Yelp")
    assert len(words) == 3


@pytest.mark.parametrize("score", [0, 6])
def test_who_would_not_recommend_them_is_thanked_and_may_write_to_the_company(
    dana: Person, owner: Client, score: int
) -> None:
    """Where they gave no reason yet, and the company has a contact form; what they have said is not asked for again."""
    page = answers(dana, score)
    written = "/evergreen/contact"
    main = page.html.partition("<main")[2].partition("</main>")[0]
    assert "Evergreen Pest & Lawn reads every answer" in page.text and f'href="{written}"' in main
    main = answers(dana, score, "Late twice.").html.partition("<main")[2].partition("</main>")[0]
    assert "reads every answer" in main and written not in main
    switch(owner, contact_form={"on": False})
    assert written not in answers(dana, score).html


@pytest.mark.parametrize("score", [7, 10])
def test_whoever_is_content_is_not_sent_to_the_contact_form(dana: Person, score: int) -> None:
    main = answers(dana, score).html.partition("<main")[2].partition("</main>")[0]
    assert "/evergreen/contact" not in main


def test_a_company_without_review_pages_only_thanks(dana: Person, owner: Client) -> None:
    page = answers(dana, 10)
    assert "Thank you!" in page.text and public(page) == "" and "Would you tell others" not in page.text


@pytest.mark.parametrize("score", ["", "-1", "11", "1.5", "ten", "07", "٧", " 7", "9" * 500])
def test_a_number_from_0_to_10_and_nothing_else(dana: Person, score: str) -> None:
    browser = at_home(dana)
    assert chosen(browser.get(f"/evergreen/review?score={score.strip() or 'x'}x")) == []
    refused = browser.submit("/review", score=score, comment="It was fine.")
    assert refused.status == 422 and "Choose a number from 0 to 10." in refused.text and "It was fine." in refused.html
    assert review_of(dana) is None


def test_a_double_click_answers_once(dana: Person) -> None:
    browser = at_home(dana)
    browser.get("/evergreen/review")
    for _ in range(3):
        browser.post("/evergreen/review", {"score": "8", "comment": "Good."})
    found = review_of(dana)
    assert found is not None and (found.score, found.version, found.changed_at) == (8, 0, "")
    assert report(dana.company)["totals"]["reviews"]["answers"] == 1


def test_a_second_tab_changes_the_first_ones_answer_and_makes_no_other(dana: Person, wire: Wire) -> None:
    """Also when it comes in just before the first one is written."""
    comes_between(wire, "TransactWriteItems", lambda: answers(dana, 3, "Slow."))
    assert "9 out of 10" in answers(dana, 9, "Good.").text
    found = review_of(dana)
    assert found is not None and (found.score, found.comment, found.version) == (9, "Good.", 1)
    totals = report(dana.company)["totals"]["reviews"]
    assert (totals["answers"], totals["promoters"], totals["detractors"]) == (1, 1, 0)


def test_it_can_be_changed_for_seven_days(dana: Person, clock: Clock) -> None:
    assert "Change it until Monday, November 30" in answers(dana, 2, "Late.").text
    clock.forward(days=7)
    page = at_home(dana).get("/evergreen/review?change=1")
    assert chosen(page) == ["2"] and "Late." in page.html
    assert "10 out of 10" in answers(dana, 10, "They came back at once.").text
    clock.forward(seconds=1)
    browser = at_home(dana)
    late = browser.get("/evergreen/review?change=1&score=0")
    assert "10 out of 10" in late.text and "Change it" not in late.text
    late = browser.post("/evergreen/review", {"score": "0", "comment": "After all, no."})
    assert late.status == 200 and "10 out of 10" in late.text, "thanked, and left as it was"
    totals = report(dana.company)["totals"]["reviews"]
    assert (totals["answers"], totals["score"]) == (1, 100)


def test_a_changed_answer_moves_its_count_in_the_month_it_was_given(dana: Person, clock: Clock) -> None:
    clock.forward(days=6)  # Sunday, November 29
    answers(dana, 6)
    clock.forward(days=3)
    answers(dana, 7)
    months = {one["month"]: one for one in report(dana.company)["reviews"]}
    assert (months["2026-11"]["detractors"], months["2026-11"]["passives"], months["2026-11"]["score"]) == (0, 1, 0)
    assert months["2026-12"]["answers"] == 0
    answers(dana, 8)
    assert report(dana.company)["totals"]["reviews"]["passives"] == 1, "a passive stays one"


def test_a_new_answer_is_taken_after_ninety_days_asked_or_not(dana: Person, clock: Clock) -> None:
    answers(dana, 4)
    clock.forward(days=90, seconds=-1)
    browser = at_home(dana)
    assert "4 out of 10" in browser.get("/evergreen/review").text
    browser.post("/evergreen/review", {"score": "9", "comment": ""})
    found = review_of(dana)
    assert found is not None and found.score == 4
    clock.forward(seconds=1)
    assert "How likely are you" in at_home(dana).get("/evergreen/review").text
    answers(dana, 9)
    found = review_of(dana)
    assert found is not None and (found.score, found.month) == (9, "2027-02")
    assert report(dana.company)["totals"]["reviews"]["answers"] == 2


def test_not_now_leads_back_and_asks_no_more(dana: Person, owner: Client, clock: Clock) -> None:
    visited(owner, dana)
    browser = at_home(dana)
    browser.get("/evergreen/review")
    back = browser.submit("/review/later")
    assert urlsplit(back.url).path == "/evergreen" and back.status == 200
    at = asking_of(dana)
    assert at.put_off_at == clock().isoformat() and not at.answered_at
    clock.forward(hours=1)
    browser.post("/evergreen/review/later", {})
    assert asking_of(dana) == at, "a second click puts nothing off"


def test_not_now_of_somebody_who_is_not_asked_changes_nothing(dana: Person) -> None:
    browser, before = at_home(dana), dana.now
    browser.post("/evergreen/review/later", {})
    assert dana.now == before


def test_a_get_changes_nothing(dana: Person, owner: Client, wire: Wire) -> None:
    visited(owner, dana)
    browser, before = at_home(dana), dana.now
    wire.calls.clear()
    for path in ("/review", "/review?score=0", "/review?change=1"):
        browser.get(f"/evergreen{path}")
    assert {call.what for call in wire.calls} == {"dynamodb BatchGetItem"}, "one read a page, who is calling"
    assert dana.now == before


def test_how_many_calls_it_takes(dana: Person, wire: Wire) -> None:
    browser = at_home(dana)
    browser.get("/evergreen/review")
    wire.calls.clear()
    browser.post("/evergreen/review", {"score": "9", "comment": ""}, follow=False)
    made = [call.what.removeprefix("dynamodb ") for call in wire.calls]
    assert made == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    wire.calls.clear()
    browser.get("/evergreen/review")
    assert [call.what.removeprefix("dynamodb ") for call in wire.calls] == ["BatchGetItem", "Query"]


def test_answers_of_others_are_nobodys_business(dana: Person, evergreen: Company, bluewave: Company) -> None:
    lou = evergreen.customer("Lou Park", email="lou@example.com")
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    answers(lou, 0, "Never again.")
    answers(ruth, 1, "No.")
    page = at_home(dana).get("/evergreen/review")
    assert "Never again." not in page.html and "How likely" in page.text
    assert at_home(ruth).get("/evergreen/review").text.count("Sign in") >= 1
    assert report(evergreen)["totals"]["reviews"]["answers"] == report(bluewave)["totals"]["reviews"]["answers"] == 1


def test_a_visit_long_ago_does_not_keep_anybody_from_answering(dana: Person, owner: Client) -> None:
    visited(owner, dana, timedelta(days=400))
    assert not asking_of(dana).asked_at
    assert "7 out of 10" in answers(dana, 7).text
