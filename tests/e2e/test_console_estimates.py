"""Estimates in the console, walked as staff does: written, sent, decided, re-opened, made into an invoice; and what the
settings have of them, the standard terms and the review links."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import READER, answered, go, save, sign_in, sure
from tests.e2e.test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

Person = Callable[..., "BrowserContext"]


def press(page: Page | Locator, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def main(page: Page) -> Locator:
    return page.locator("main")


def somebody(page: Page, running: Running, name: str, **contact: str) -> str:
    """A customer of the test's own; their id."""
    go(page, running, "/customers/new", "New customer")
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in contact.items():
        page.get_by_label({"email": "E-mail (optional)", "phone": "Phone (optional)"}[label]).fill(value)
    press(page, "Add customer")
    expect(heading(page)).to_have_text(name)
    return page.url.rpartition("/")[2]


def offer(
    page: Page, running: Running, customer: str, number: str, price: str = "48", deed: str = "Issue estimate"
) -> str:
    """An estimate of one line, without terms, whose page is open; its address in the console."""
    go(page, running, f"/customers/{customer}/estimates/new", "New estimate")
    page.get_by_label("Estimate number").fill(number)
    page.get_by_label("Description").fill("Wasp nest, garage")
    page.get_by_label("Unit price").fill(price)
    page.get_by_label("No terms").check()
    press(page, deed)
    expect(heading(page)).to_have_text(f"Estimate {number}")
    return page.url.partition("#")[2]


def as_customer(person: Person, running: Running, subject: str, to: str) -> Page:
    """The estimate as its customer sees it, by the link of the mail."""
    theirs = desk.press(desk.mail(person(), running, subject, to=to), "estimate")
    theirs.get_by_role("button", name=re.compile("^Continue")).click()
    expect(theirs).to_have_url(re.compile("/evergreen/estimates/"))
    return theirs


def test_it_is_sent_accepted_and_becomes_an_invoice(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Ada Brook", email="ada@example.com")
    expect(main(page)).to_contain_text("No estimates yet")
    page.get_by_role("link", name="New estimate").click()
    expect(main(page)).to_contain_text("For Ada Brook")
    page.get_by_label("Estimate number").fill("T-7001")
    page.get_by_label("What it is for").fill("Bed bugs, two rooms")
    page.get_by_label("Description").fill("Heat treatment")
    page.get_by_label("Quantity").fill("2")
    page.get_by_label("Unit price").fill("150")
    page.get_by_label("Tax (optional)", exact=True).fill("24")
    page.get_by_label("Name of the tax").fill("Sales tax 8%")
    expect(page.locator(".totals")).to_contain_text("$324.00")
    page.get_by_label("Words for this estimate").check()
    page.get_by_label("Terms of this estimate").fill("Pets stay away for four hours.")
    press(page, "Issue estimate")
    expect(heading(page)).to_have_text("Estimate T-7001")
    expect(page.locator(".pagehead")).to_contain_text("Pending")
    expect(page.locator(".sheet")).to_contain_text("Pets stay away for four hours.")

    place = page.url.partition("#")[2]
    press(page, "Send")
    expect(dialog(page)).to_contain_text("lets them accept or decline it, without a password")
    sure(page, "Send")
    expect(
        page.get_by_role("status").filter(has_text="Estimate T-7001 is on its way to ada@example.com.")
    ).to_be_visible()
    theirs = as_customer(person, running, "T-7001", "ada@example.com")
    theirs.get_by_role("link", name=re.compile("^Accept")).click()
    theirs.get_by_role("textbox").first.fill("Ada Brook")
    theirs.get_by_role("checkbox").check()
    theirs.get_by_role("button", name=re.compile("^Accept")).click()
    expect(heading(theirs)).to_be_visible()

    page.reload()
    expect(page.locator(".pagehead")).to_contain_text("Won")
    happened = page.locator("section", has=page.get_by_role("heading", name="What happened"))
    expect(happened).to_contain_text("by Ada Brook")
    expect(happened.get_by_role("definition").first).to_have_text("“Ada Brook”")
    expect(happened).to_contain_text("the terms of this estimate")
    expect(happened).to_contain_text(re.compile(r"from [\d.:a-f]+"))
    expect(happened).to_contain_text("Mozilla/5.0")
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    with answered(page, re.compile(r"\.pdf\?")) as file, page.expect_popup() as opened:
        press(page, "Accepted PDF")
    assert page.request.get(file.value.url).body().startswith(b"%PDF-")
    opened.value.close()
    with answered(page, re.compile(r"-1\.pdf\?")), page.expect_popup() as opened:
        press(happened, re.compile("^Signed PDF of "))
    opened.value.close()
    press(page, "Make an invoice")
    asked = dialog(page)
    expect(asked).to_contain_text("an invoice of $324.00")
    asked.get_by_label("Due on").fill("2020-01-01")
    press(asked, "Make the invoice")
    expect(asked.get_by_role("alert")).to_be_visible()
    expect(asked.get_by_label("Due on")).to_have_attribute("aria-invalid", "true")
    asked.get_by_label("Due on").fill("2027-01-15")
    asked.get_by_label("Invoice number").fill("T-7001-1")
    sure(page, "Make the invoice")
    expect(heading(page)).to_have_text("Invoice T-7001-1")
    expect(page.locator(".pagehead")).to_contain_text("Draft")
    expect(page.locator(".sheet")).to_contain_text("$324.00")
    page.go_back()
    expect(heading(page)).to_have_text("Estimate T-7001")
    expect(main(page)).to_contain_text("An invoice was made of it, so it can’t be re-opened.")
    expect(page.get_by_role("button", name="Make an invoice")).to_have_count(0)
    page.get_by_role("link", name="T-7001-1").click()
    expect(heading(page)).to_have_text("Invoice T-7001-1")
    # A draft that is deleted can be made again.
    press(page, "Delete draft")
    sure(page, "Delete draft")
    go(page, running, place, "Estimate T-7001")
    press(page, "Make an invoice")
    dialog(page).get_by_label("Invoice number").fill("T-7001-2")
    dialog(page).get_by_label("An issued invoice").check()
    sure(page, "Make the invoice")
    expect(heading(page)).to_have_text("Invoice T-7001-2")
    expect(page.locator(".pagehead")).to_contain_text("Due")
    go(page, running, f"/customers/{customer}", "Ada Brook")
    estimates = page.locator("section", has=page.get_by_role("heading", name="Estimates"))
    expect(estimates.get_by_role("listitem")).to_have_text([re.compile("T-7001.*Won", re.S)])


def test_what_the_customer_wants_changed_stands_in_their_words(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    place = offer(page, running, somebody(page, running, "Bo Chandler", email="bo@example.com"), "T-7002")
    press(page, "Send")
    sure(page, "Send")
    theirs = as_customer(person, running, "T-7002", "bo@example.com")
    theirs.get_by_role("link", name=re.compile("change", re.I)).click()
    theirs.get_by_role("textbox").first.fill("Could you come on a <b>Saturday</b>?")
    theirs.locator("main form button[type=submit], main form button:not([type])").first.click()
    expect(theirs.get_by_role("textbox")).to_have_count(0)
    go(page, running, "/estimates?number=T-7002", "Estimates")
    expect(page.locator(".results .rows li")).to_contain_text(["Changes asked"])
    go(page, running, place, "T-7002")
    expect(page.get_by_role("heading", name="Bo Chandler asks for changes")).to_be_visible()
    expect(page.locator(".suspicion")).to_contain_text("Could you come on a <b>Saturday</b>?")
    page.get_by_role("link", name="Edit").click()
    expect(main(page)).to_contain_text("they can accept only what it says then")
    page.get_by_label("Description").fill("Wasp nest, garage, on a Saturday")
    press(page, "Save changes")
    expect(page.locator(".pagehead")).to_contain_text("Pending")
    # Answered: it is a part of the past.
    expect(page.get_by_role("heading", name="Bo Chandler asks for changes")).to_have_count(0)
    happened = page.locator("section", has=page.get_by_role("heading", name="What happened"))
    expect(happened).to_contain_text("“Could you come on a <b>Saturday</b>?”")


def test_a_draft_is_the_company_s_own_until_it_is_issued(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Cleo Dunn")
    place = offer(page, running, customer, "T-7003", deed="Save as draft")
    expect(page.get_by_role("button", name="Send")).to_have_count(0)
    page.get_by_role("link", name="Edit").click()
    expect(heading(page)).to_have_text("Edit draft T-7003")
    expect(page.get_by_label("No terms")).to_be_checked()
    page.get_by_label("Unit price").fill("60")
    press(page, "Save draft")
    expect(page.locator(".sheet .amount")).to_have_text("$60.00")
    press(page, "Issue estimate")
    sure(page, "Issue it")
    expect(page.locator(".pagehead")).to_contain_text("Pending")
    expect(page.get_by_role("button", name="Delete draft")).to_have_count(0)
    page.get_by_role("button", name="Copy into a new estimate").click()
    expect(page.get_by_label("Description")).to_have_value("Wasp nest, garage")
    expect(page.get_by_label("Estimate number")).not_to_have_value("T-7003")
    page.get_by_label("Estimate number").fill("T-7004")
    press(page, "Save as draft")
    expect(heading(page)).to_have_text("Estimate T-7004")
    assert page.url.partition("#")[2] != place
    press(page, "Delete draft")
    sure(page, "Delete draft")
    expect(heading(page)).to_have_text("Estimates")
    go(page, running, f"/estimates?customer={customer}", "Estimates of Cleo Dunn")
    expect(page.locator(".results .rows li")).to_have_count(1)


def test_staff_mark_it_and_open_it_again(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    place = offer(page, running, somebody(page, running, "Dov Eckert"), "T-7005")
    other = page.context.new_page()
    other.goto(f"{running.portal}/console#{place}")
    expect(other.locator(".pagehead")).to_contain_text("Pending")
    press(page, "Mark as lost")
    dialog(page).get_by_label("Why").fill("Too late in the year, on the phone")
    sure(page, "Mark as lost")
    expect(page.locator(".pagehead")).to_contain_text("Lost")
    expect(main(page)).to_contain_text("Too late in the year, on the phone")
    # A tab that was left open hears why it can't, and shows what there is.
    press(other, "Mark as won")
    press(dialog(other), "Mark as won")
    expect(dialog(other).get_by_role("alert")).to_contain_text("This estimate is decided.")
    press(dialog(other), "Cancel")
    expect(other.locator(".pagehead")).to_contain_text("Lost")

    press(page, "Re-open")
    expect(dialog(page)).to_contain_text("What was decided stays on record")
    sure(page, "Re-open it")
    expect(page.locator(".pagehead")).to_contain_text("Pending")
    expect(main(page)).to_contain_text("Too late in the year, on the phone")
    press(page, "Mark as won")
    sure(page, "Mark as won")
    expect(page.locator(".pagehead")).to_contain_text("Won")
    # What was accepted before it was opened again keeps its paper.
    press(page, "Re-open")
    sure(page, "Re-open it")
    expect(page.locator(".pagehead")).to_contain_text("Pending")
    with answered(page, re.compile(r"-2\.pdf\?")), page.expect_popup() as opened:
        press(page, re.compile("^Accepted PDF of "))
    opened.value.close()
    go(page, running, "/trail", "Audit trail")
    for words in ("Re-opened an estimate", "Marked an estimate"):
        expect(main(page)).to_contain_text(words)


def test_what_somebody_else_changed_is_not_written_over_unseen(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    place = offer(page, running, somebody(page, running, "Edna Farr"), "T-7006")
    go(page, running, f"{place}/edit", "Edit estimate")
    other = page.context.new_page()
    other.goto(f"{running.portal}/console#{place}/edit")
    other.get_by_label("Unit price").fill("55")
    press(other, "Save changes")
    expect(other.locator(".sheet .amount")).to_have_text("$55.00")
    page.get_by_label("What it is for").fill("Wasps")
    press(page, "Save changes")
    expect(page.get_by_role("alert")).to_contain_text("Somebody has changed this estimate since you opened it here")
    expect(page.get_by_label("What it is for")).to_have_value("Wasps")
    press(page, "Save changes")
    expect(page.locator(".sheet .amount")).to_have_text("$48.00")
    expect(page.locator(".sheet")).to_contain_text("Wasps")
    press(page, "Mark as won")
    sure(page, "Mark as won")
    go(page, running, f"{place}/edit", "Edit estimate")
    expect(main(page)).to_contain_text("can’t be changed. Re-open it first")
    expect(main(page).locator("form")).to_have_count(0)


def test_wrong_input_is_told_at_its_field_and_stays(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Finn Gault")
    go(page, running, "/estimates/new", "New estimate")
    page.get_by_label("Words for this estimate").check()
    press(page, "Issue estimate")
    for words in ("Choose the customer this is for.", "Say what this line is for", "Write the terms, or choose"):
        expect(page.get_by_role("alert")).to_contain_text(words)
    go(page, running, f"/customers/{customer}/estimates/new", "New estimate|Leave")
    sure(page, "Leave without saving")
    expect(main(page)).to_contain_text("For Finn Gault")
    page.get_by_label("Estimate number").fill("T-7007")
    page.get_by_label("Last day to accept it").fill("2020-01-01")
    page.get_by_label("Description").fill("Moles")
    page.get_by_label("Unit price").fill("80")
    press(page, "Issue estimate")
    wrong = page.get_by_label("Last day to accept it")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("An estimate can’t expire before it is issued.")
    expect(page.get_by_label("Description")).to_have_value("Moles")
    page.get_by_role("alert").get_by_role("link").click()
    expect(wrong).to_be_focused()
    wrong.fill("")
    press(page, "Issue estimate")
    expect(page.locator(".sheet")).to_contain_text("No last day")
    go(page, running, "/estimates/01J00000000000000000000000-01J00000000000000000000000", "isn’t there any more")
    main(page).get_by_role("link", name="All estimates").click()
    expect(heading(page)).to_have_text("Estimates")


def test_estimates_are_found_by_state_and_number(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Gus Hart")
    offer(page, running, customer, "Q-88120")
    press(page, "Mark as lost")
    sure(page, "Mark as lost")
    go(page, running, "/estimates", "Estimates")
    page.get_by_label("Find by number").fill("Q-8812")
    rows = page.locator(".results .rows li")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Gus Hart")
    page.get_by_label("Find by number").fill("Q-nothing")
    expect(page.locator(".results")).to_contain_text("No estimate begins with “Q-nothing”")
    states = page.get_by_role("navigation", name="Estimates by state")
    for state in ("Draft", "Pending", "Won", "Lost", "Expired"):
        states.get_by_role("link", name=state).click()
        expect(states.get_by_role("link", name=state)).to_have_attribute("aria-current", "true")
        expect(page.locator(".results .rows li, .results .empty").first).to_be_visible()
    go(page, running, f"/estimates?customer={customer}&status=lost", "Estimates of Gus Hart")
    expect(rows).to_have_text([re.compile("Q-88120.*Lost", re.S)])


def test_an_expired_one_gets_a_later_day(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Hal Ives")
    go(page, running, f"/customers/{customer}/estimates/new", "New estimate")
    page.get_by_label("Estimate number").fill("T-7008")
    page.get_by_label("Issued on").fill("2025-03-01")
    expect(page.get_by_label("Last day to accept it")).to_have_value("2025-03-31")
    page.get_by_label("Description").fill("Ants")
    page.get_by_label("Unit price").fill("40")
    press(page, "Issue estimate")
    expect(page.locator(".pagehead")).to_contain_text("Expired")
    expect(main(page)).to_contain_text("can’t accept it any more")
    page.get_by_role("link", name="Give it a later day").click()
    page.get_by_label("Last day to accept it").fill("2099-12-31")
    press(page, "Save changes")
    expect(page.locator(".pagehead")).to_contain_text("Pending")


@pytest.mark.parametrize(
    ("part", "off", "words"),
    [
        ("portal", {"on": False}, "The portal is off, so no estimate can be sent."),
        ("permissions", {"estimates": False}, "Estimates are hidden from customers, so none can be sent."),
    ],
)
def test_where_no_link_leads_anywhere_nothing_is_sent(
    running: Running, person: Person, part: str, off: dict[str, Any], words: str
) -> None:
    page = sign_in(person, running)
    offer(page, running, somebody(page, running, "Ida Jonas", email="ida@example.com"), f"T-71{len(part)}")

    def altered(route: Route) -> None:
        answer = route.fetch()
        settings = answer.json()
        route.fulfill(response=answer, json={**settings, part: {**settings[part], **off}})

    page.route("**/settings", altered)
    page.reload()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(main(page)).to_contain_text(words)


def test_standard_terms_have_versions_and_estimates_keep_theirs(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Jo Kemper")

    def change(words: str) -> int:
        go(page, running, "/settings/terms", "Standard terms")
        page.get_by_label("Terms", exact=True).fill(words)
        press(page, "Save")
        told = page.get_by_role("status").filter(has_text="Saved as version")
        expect(told).to_be_visible()
        (version,) = re.findall(r"version (\d+)", told.inner_text())
        expect(page.locator(".pagehead")).to_contain_text(f"Version {version}")
        return int(version)

    first = change("Keep pets away for two hours.")
    press(page, "Save")
    expect(page.get_by_role("status").filter(has_text="Nothing was changed")).to_be_visible()

    def write(number: str) -> str:
        go(page, running, f"/customers/{customer}/estimates/new", "New estimate")
        page.get_by_label("Estimate number").fill(number)
        page.get_by_label("Description").fill("Ticks")
        page.get_by_label("Unit price").fill("70")
        expect(page.get_by_role("radio", name=re.compile("^Your standard terms"))).to_be_checked()
        press(page, "Issue estimate")
        expect(heading(page)).to_have_text(f"Estimate {number}")
        return page.url.partition("#")[2]

    old = write("T-7011")
    expect(page.locator(".sheet")).to_contain_text(f"Your standard terms, version {first}.")
    second = change("Keep pets away for four hours.")
    assert second == first + 1
    write("T-7012")
    expect(page.locator(".sheet")).to_contain_text("for four hours.")
    # What was issued keeps its words when something else changes, and takes the newer ones when it is told to.
    go(page, running, f"{old}/edit", "Edit estimate")
    expect(page.get_by_label("Words for this estimate")).to_be_checked()
    page.get_by_label("Unit price").fill("75")
    press(page, "Save changes")
    expect(page.locator(".sheet")).to_contain_text("for two hours.")
    expect(page.locator(".sheet")).to_contain_text(f"version {first}.")
    go(page, running, f"{old}/edit", "Edit estimate")
    page.get_by_role("radio", name=re.compile("^Your standard terms")).check()
    press(page, "Save changes")
    expect(page.locator(".sheet")).to_contain_text(f"version {second}.")

    # Two at once: whoever is second reads the other's words before they are replaced.
    other = page.context.new_page()
    other.goto(f"{running.portal}/console#/settings/terms")
    other.get_by_label("Terms", exact=True).fill("Mine.")
    third = change("Theirs.")
    press(other, "Save")
    expect(other.locator(".clash")).to_contain_text(f"Somebody saved version {third} while you were here")
    expect(other.locator(".clash")).to_contain_text("Theirs.")
    expect(other.get_by_label("Terms", exact=True)).to_have_value("Mine.")
    press(other, "Take theirs")
    expect(other.get_by_label("Terms", exact=True)).to_have_value("Theirs.")


def test_review_links_are_added_ordered_and_removed(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    go(page, running, "/settings/reviews", "Review links")
    while page.get_by_role("button", name="Remove link 1").is_visible():
        page.get_by_role("button", name="Remove link 1").click()
    expect(main(page)).to_contain_text("No links yet")
    names, addresses = page.get_by_label("What the page is called"), page.get_by_label("Its address")
    for index, (name, url) in enumerate(
        [("Google", "https://g.page/r/evergreen/review"), ("Yelp", "http://www.yelp.example/evergreen")]
    ):
        press(page, "Add a link")
        expect(names.nth(index)).to_be_focused()
        names.nth(index).fill(name)
        addresses.nth(index).fill(url)
    press(page, "Save")
    # The server's words, at the address that is wrong, and nothing is lost.
    expect(addresses.nth(1)).to_have_attribute("aria-invalid", "true")
    expect(addresses.nth(0)).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("https")
    expect(names.nth(1)).to_have_value("Yelp")
    addresses.nth(1).fill("https://www.yelp.example/evergreen")
    save(page)
    page.get_by_role("button", name="Move up link 2").click()
    expect(page.get_by_role("button", name="Move down link 1")).to_be_focused()
    save(page)
    page.reload()
    expect(names).to_have_count(2)
    assert [names.nth(one).input_value() for one in (0, 1)] == ["Yelp", "Google"]
    page.get_by_role("button", name="Remove link 1").click()
    expect(names.first).to_be_focused()
    page.get_by_role("link", name="Customers").click()
    sure(page, "Leave without saving")
    go(page, running, "/settings", "Settings")
    expect(main(page).get_by_role("link", name=re.compile("^Review links"))).to_contain_text("Yelp · Google")
    go(page, running, "/settings/reviews", "Review links")
    for _ in range(4):
        press(page, "Add a link")
    expect(page.get_by_role("button", name="Add a link")).to_have_count(0)


def test_who_may_only_look_sees_nothing_to_press(running: Running, person: Person) -> None:
    owner = sign_in(person, running)
    place = offer(owner, running, somebody(owner, running, "Kai Lund"), "T-7013")
    page = sign_in(person, running, READER, place)
    expect(heading(page)).to_have_text("Estimate T-7013")
    expect(main(page).get_by_role("button")).to_have_text(["PDF"])
    expect(main(page).get_by_role("link", name=re.compile("Edit|Send"))).to_have_count(0)
    go(page, running, "/estimates", "Estimates")
    expect(main(page).get_by_role("link", name="New estimate")).to_have_count(0)
    go(page, running, "/estimates/new", "For reading only")
    expect(main(page).locator("form")).to_have_count(0)
    go(page, running, "/settings/terms", "Standard terms")
    expect(page.get_by_label("Terms", exact=True)).to_be_disabled()
    expect(main(page).get_by_role("button")).to_have_count(0)
    go(page, running, "/settings/reviews", "Review links")
    expect(main(page).get_by_role("button")).to_have_count(0)


def test_the_keyboard_is_enough_to_write_one(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Lou Mackey")
    go(page, running, f"/customers/{customer}/estimates/new", "New estimate")
    keys = page.keyboard
    page.get_by_label("Estimate number").focus()
    keys.press("ControlOrMeta+A")
    keys.type("K-71")
    page.get_by_label("Description").focus()
    keys.type("By hand")
    for typed in ("", "12"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Enter")
    expect(page.get_by_role("group", name="Line 2").get_by_label("Description")).to_be_focused()
    keys.type("And more")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("8")
    page.get_by_role("radio", name=re.compile("^(Your standard terms|No terms)")).last.focus()
    keys.press("ArrowUp")
    expect(page.get_by_label("Words for this estimate")).to_be_checked()
    page.get_by_label("Terms of this estimate").focus()
    keys.type("Cash only.")
    page.get_by_role("button", name="Issue estimate").focus()
    keys.press("Enter")
    expect(heading(page)).to_have_text("Estimate K-71")
    page.get_by_role("button", name="Mark as lost").focus()
    keys.press("Enter")
    expect(dialog(page).get_by_label("Why")).to_be_focused()
    keys.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Mark as lost")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(running: Running, person: Person, width: int, scheme: Any) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a dialog's backdrop and a toast come slowly
        assert violations(page) == [], what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    customer = somebody(page, running, f"Mo Nash {width} {scheme}", email=f"mo{width}{scheme}@example.com")
    place = offer(page, running, customer, f"X-{width}{scheme[0]}")
    check("a pending one")
    for deed in ("Send", "Mark as won"):
        press(page, deed)
        expect(dialog(page)).to_be_visible()
        check(deed)
        press(dialog(page), "Cancel")
    press(page, "Mark as won")
    dialog(page).get_by_label("Why").fill("Agreed on the phone")
    sure(page, "Mark as won")
    expect(page.locator(".pagehead")).to_contain_text("Won")
    check("a won one")
    press(page, "Make an invoice")
    expect(dialog(page)).to_be_visible()
    check("making an invoice")
    press(dialog(page), "Cancel")
    for path, title in (
        ("/estimates", "Estimates"), ("/estimates?number=zzz", "Estimates"), ("/estimates/new", "New estimate"),
        (f"/customers/{customer}", "Mo Nash"), (f"{place}/edit", "Edit"), ("/settings/terms", "Standard terms"),
        ("/settings/reviews", "Review links"),
    ):  # fmt: skip
        go(page, running, path, title)
        check(path)
    if not page.get_by_label("What the page is called").count():
        press(page, "Add a link")
    page.get_by_label("Its address").first.fill("")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible()
    check("a form with errors")
