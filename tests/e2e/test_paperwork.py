"""Estimates, documents, visits and ratings on a phone, as customers come to them: by a mail, and by the first page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from sandbox.demo.office import ART
from sandbox.paperwork import REVIEW_LINKS
from tests.e2e import desk
from tests.e2e.conftest import Running, _start
from tests.e2e.console import OWNER, go, sign_in
from tests.e2e.office import TERMS, Office

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

LABEL = (ART / "label.pdf").read_bytes()


@pytest.fixture
def office(running: Running) -> Office:
    return Office(running)


@pytest.fixture(scope="module")
def another() -> Iterator[Running]:
    """A Porchlight in which time may pass: links of other tests would expire with it."""
    yield from _start()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def main(page: Page) -> Locator:
    return page.locator("main")


def come_in(context: BrowserContext, running: Running, subject: str, to: str, button: str) -> Page:
    """By a mail's link; what it led to is open."""
    page = desk.press(desk.mail(context, running, subject, to=to), button)
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def told_the_company(context: BrowserContext, running: Running, subject: str) -> None:
    desk.mail(context, running, subject, to=OWNER)


# Estimates


def accept(page: Page, name: str) -> None:
    page.get_by_role("link", name="Accept for $486.00").click()
    expect(heading(page)).to_contain_text("Accept estimate")
    expect(main(page)).to_contain_text(TERMS)
    page.get_by_label("I agree to these terms").check()
    page.get_by_label("Type your full name").fill(name)
    page.get_by_role("button", name="Accept for $486.00").click()
    expect(heading(page)).to_contain_text("Accepted. Thank you!")


def paper(page: Page) -> str:
    """The words on the PDF that the page's button leads to."""
    place = page.get_by_role("link", name="Signed estimate (PDF)").get_attribute("href") or ""
    answer = page.request.get(f"{page.url.partition('/evergreen')[0]}{place}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    return " ".join(one.extract_text() for one in PdfReader(BytesIO(answer.body())).pages)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_estimate_is_accepted_by_its_mail_and_its_paper_opens(
    running: Running, person: Person, office: Office, scripts: bool
) -> None:
    name, number = ("Nora Finch", "J-101") if scripts else ("Otto Finch", "J-102")
    customer, email = office.customer(name)
    estimate = office.estimate(customer, number)
    context = person(java_script_enabled=scripts)
    page = come_in(context, running, f"Estimate {number}", email, "Look at the estimate")
    expect(heading(page)).to_have_text(f"Estimate {number}")
    accept(page, name)
    expect(main(page)).to_contain_text(name)
    expect(main(page)).to_contain_text("Nothing has been charged")

    words = paper(page)
    for one in (number, name, TERMS, "$486.00", "ACCEPTED"):
        assert one in words, one
    with page.expect_response(re.compile(rf":{running.ports.files}/")) as opened:
        page.get_by_role("link", name="Signed estimate (PDF)").click()
    assert opened.value.ok
    told_the_company(context, running, f"{name} accepted estimate {number}")
    desk.mail(context, running, f"You accepted estimate {number}", to=email)
    won = office.ask("GET", f"/estimates/{estimate}")
    assert (won["status"], [one["signature"] for one in won["decisions"]]) == ("won", [name])


def test_what_is_missing_is_said_and_nothing_is_accepted(running: Running, person: Person, office: Office) -> None:
    customer, email = office.customer("Ivy Stone")
    estimate = office.estimate(customer, "J-103")
    context = person(java_script_enabled=False)
    page = come_in(context, running, "Estimate J-103", email, "Look at the estimate")
    page.get_by_role("link", name="Accept for $486.00").click()
    expect(heading(page)).to_contain_text("Accept estimate J-103")
    page.get_by_label("Type your full name").fill("?")
    page.locator("form.bill").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Accept for $486.00").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(main(page)).to_contain_text("tick the box if you agree")
    expect(page.get_by_label("Type your full name")).to_have_value("?")
    assert office.ask("GET", f"/estimates/{estimate}")["status"] == "pending"


def test_who_accepts_and_declines_in_two_tabs_is_told_how_it_stands(
    running: Running, person: Person, office: Office
) -> None:
    customer, email = office.customer("Remy Vance")
    estimate = office.estimate(customer, "J-104")
    context = person()
    first = come_in(context, running, "Estimate J-104", email, "Look at the estimate")
    second = context.new_page()
    second.goto(first.url)
    second.get_by_role("link", name="Decline").click()
    expect(heading(second)).to_have_text("Decline estimate J-104?")
    accept(first, "Remy Vance")
    second.get_by_label("What was it that didn’t suit you?").fill("Too much.")
    second.get_by_role("button", name="Decline this estimate").click()
    expect(heading(second)).to_contain_text("Accepted. Thank you!")
    assert second.url.endswith("/acceptance")
    found = office.ask("GET", f"/estimates/{estimate}")
    assert [one["kind"] for one in found["decisions"]] == ["accepted"]


def test_a_declined_one_tells_the_company_why_and_can_not_be_accepted(
    running: Running, person: Person, office: Office
) -> None:
    customer, email = office.customer("Sol Reyes")
    office.estimate(customer, "J-105")
    context = person()
    first = come_in(context, running, "Estimate J-105", email, "Look at the estimate")
    second = context.new_page()
    second.goto(f"{first.url}/acceptance")
    expect(heading(second)).to_contain_text("Accept estimate J-105")
    first.get_by_role("link", name="Decline").click()
    expect(heading(first)).to_have_text("Decline estimate J-105?")
    first.get_by_label("What was it that didn’t suit you?").fill("We found the nest ourselves.")
    first.get_by_role("button", name="Decline this estimate").click()
    expect(heading(first)).to_have_text("You declined this estimate")
    told_the_company(context, running, "Sol Reyes declined estimate J-105")
    second.get_by_label("I agree to these terms").check()
    second.get_by_label("Type your full name").fill("Sol Reyes")
    second.get_by_role("button", name="Accept for $486.00").click()
    expect(heading(second)).to_have_text("You declined this estimate")
    expect(main(second)).to_contain_text("We found the nest ourselves.")


# Ratings


def test_stars_are_chosen_by_the_mail_and_sent_with_words(running: Running, person: Person, office: Office) -> None:
    customer, email = office.customer("Tess Arden")
    visit = office.visit(customer)
    page = come_in(person(), running, "is complete", email, "^4")
    expect(heading(page)).to_have_text("How was your visit?")
    expect(page.get_by_role("radio", name="4 of 5 stars")).to_be_checked()
    assert office.ask("GET", f"/visits/{visit}")["rating"] is None, "to open the page sends nothing"
    page.get_by_label("Anything you’d like to add?").fill("Friendly, and on time.")
    page.get_by_role("button", name="Send rating").click()
    expect(heading(page)).to_have_text("Thank you!")
    rating = office.ask("GET", f"/visits/{visit}")["rating"]
    assert (rating["stars"], rating["comment"]) == (4, "Friendly, and on time.")
    console = sign_in(person, running, place=f"/ratings/{visit}")
    expect(main(console)).to_contain_text("Friendly, and on time.")
    expect(main(console)).to_contain_text("Tess Arden")


def test_two_stars_tell_the_company_and_open_a_follow_up(running: Running, person: Person, office: Office) -> None:
    customer, email = office.customer("Uri Blum")
    visit = office.visit(customer)
    context = person()
    page = come_in(context, running, "is complete", email, "^2")
    expect(page.get_by_role("radio", name="2 of 5 stars")).to_be_checked()
    page.get_by_label("Anything you’d like to add?").fill("The gate stood open all day.")
    page.get_by_role("button", name="Send rating").click()
    expect(heading(page)).to_have_text("Thank you for telling us")
    told_the_company(context, running, "Uri Blum rated a visit 2 of 5 stars")
    opened = {one["id"]: one for one in office.ask("GET", "/ratings?follow_up=open")["items"]}
    assert opened[visit]["comment"] == "The gate stood open all day."

    page.get_by_role("link", name="Change it until").click()
    expect(page.get_by_role("radio", name="2 of 5 stars")).to_be_checked()
    page.get_by_role("radio", name="5 of 5 stars").check()
    page.get_by_role("button", name="Change rating").click()
    expect(heading(page)).to_have_text("Thank you!")
    assert office.ask("GET", f"/ratings/{visit}")["follow_up"] == "open", "somebody should still ask what it was"


# Would they recommend the company?


def see_review_links(page: Page) -> None:
    """The same for everybody."""
    expect(heading(page)).to_have_text("Thank you!")
    found = page.locator("section.public a")
    expect(found).to_have_text([f"Review us on {one.name}" for one in REVIEW_LINKS])
    assert [one.get_attribute("href") for one in found.all()] == [one.url for one in REVIEW_LINKS]


def say(page: Page, score: int, comment: str) -> None:
    expect(heading(page)).to_have_text("Would you recommend us?")
    page.get_by_role("radio", name=str(score), exact=True).check()
    page.get_by_label("What is the reason for your answer?").fill(comment)
    page.get_by_role("button", name="Send answer").click()


@pytest.mark.parametrize(("name", "score", "group"), [("Vera Holt", 9, "promoter"), ("Wim Kruse", 2, "detractor")])
def test_the_first_page_asks_and_everybody_gets_the_same_links(
    running: Running, person: Person, office: Office, name: str, score: int, group: str
) -> None:
    office.ask_for_reviews_at(REVIEW_LINKS)
    customer, email = office.customer(name)
    office.visit(customer)
    page = come_in(person(), running, "is complete", email, "^5")
    page.get_by_role("button", name="Send rating").click()
    expect(heading(page)).to_have_text("Thank you!")
    page.get_by_role("link", name="Back to your account").click()
    page.get_by_role("link", name=re.compile("Would you recommend us?")).click()
    say(page, score, f"Because of {score}.")
    see_review_links(page)
    (found,) = [one for one in office.ask("GET", f"/reviews?group={group}")["items"] if one["customer"] == customer]
    assert (found["score"], found["comment"]) == (score, f"Because of {score}.")
    page.goto(f"{running.portal}/evergreen")
    expect(page.get_by_role("link", name=re.compile("Would you recommend us?"))).to_have_count(0)


def test_a_day_after_the_visit_a_mail_asks(another: Running, person: Person) -> None:
    office = Office(another)
    customer, email = office.customer("Yara Moss")
    office.visit(customer)
    context = person()
    time = context.new_page()
    time.goto(another.desk)
    time.get_by_role("button", name="1 day").click()
    expect(time.locator("p.now b")).to_be_visible(timeout=60_000)
    page = come_in(context, another, "Would you recommend", email, "Answer the question")
    say(page, 10, "The ants are gone.")
    see_review_links(page)


# Documents


def test_a_document_is_new_opened_and_saved(running: Running, person: Person, office: Office) -> None:
    customer, email = office.customer("Zoe Pratt")
    office.document(customer, "Label of what we sprayed", "perimeter.pdf", LABEL, "application/pdf")
    page = come_in(person(), running, "A document from", email, "See the document")
    expect(heading(page)).to_have_text("Label of what we sprayed")
    page.get_by_role("link", name="All documents").click()
    expect(heading(page)).to_have_text("Documents")
    mine = page.locator("li", has_text="Label of what we sprayed")
    expect(mine.get_by_text("New", exact=True)).to_be_visible()
    expect(mine).to_contain_text("PDF, 20 KB")

    place = mine.get_by_role("link", name="View").get_attribute("href") or ""
    answer = page.request.get(f"{running.portal}{place.removeprefix(running.prefix)}")
    assert answer.url.startswith(f"http://localhost:{running.ports.files}/"), (
        "it lies on another address than the portal"
    )
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.body() == LABEL
    with page.expect_download() as saved:
        mine.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "perimeter.pdf"
    assert saved.value.path().read_bytes() == LABEL
    page.reload()
    expect(mine).to_be_visible()
    expect(page.get_by_text("New", exact=True)).to_have_count(0)


# The demo itself


def test_danas_first_page_leads_to_all_that_waits(running: Running, person: Person) -> None:
    """Whoever starts the sandbox finds something of each kind there. Of documents more may be new: other tests share
    theirs with everyone."""
    page = person().new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill("dana@example.com")
    page.get_by_label("Password", exact=True).fill("green-lawn-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")
    for link, there in (
        (re.compile("Drip irrigation"), re.compile("^Estimate E-")), ("4 of 5 stars", "How was your visit?"),
        (re.compile("Next visit"), re.compile(".")),
    ):  # fmt: skip
        page.get_by_role("link", name=link).click()
        expect(heading(page)).to_have_text(there)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        page.goto(f"{running.portal}/evergreen")
    page.goto(f"{running.portal}/evergreen/visits")
    page.get_by_role("link", name=re.compile("Quarterly pest control")).first.click()
    expect(page.locator("main img")).to_have_count(2)
    for photo in page.locator("main img").all():
        photo.scroll_into_view_if_needed()
        expect(photo).to_have_js_property("complete", True)
        assert photo.evaluate("img => img.naturalWidth") > 0


def test_the_reports_show_the_demos_year(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    go(page, running, "/ratings/reports", "Reports")
    expect(page.locator(".drawing svg")).to_have_count(4)
    for name in ("Marco Ruiz", "Tessa Boone", "Andre Okafor"):
        expect(main(page)).to_contain_text(name)
