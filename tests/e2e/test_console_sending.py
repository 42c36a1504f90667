"""An invoice sent from the console: by e-mail or SMS, as an invoice or a reminder, and paid by who gets it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import go, sign_in
from tests.e2e.test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

Person = Callable[..., "BrowserContext"]


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def bill(page: Page, running: Running, name: str, number: str, *, due: str = "", **contact: str) -> str:
    """A customer of the test's own with an open invoice, whose page is open; the customer's id."""
    go(page, running, "/customers/new", "New customer")
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in contact.items():
        page.get_by_label({"email": "E-mail (optional)", "phone": "Phone (optional)"}[label]).fill(value)
    press(page, "Add customer")
    expect(heading(page)).to_have_text(name)
    customer = page.url.rpartition("/")[2]
    go(page, running, f"/customers/{customer}/invoices/new", "invoice")
    page.get_by_label("Invoice number").fill(number)
    page.get_by_label("Description").fill("Quarterly visit")
    page.get_by_label("Unit price").fill("48")
    if due:
        page.get_by_label("Issued on").fill(due)
        page.get_by_label("Due on").fill(due)
    press(page, "Issue invoice")
    expect(heading(page)).to_have_text(f"Invoice {number}")
    return customer


def test_it_is_sent_by_sms_and_paid_from_there(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    bill(page, running, "Marcy Dell", "T-6001", email="marcy@example.com", phone="(303) 555-0161")
    press(page, "Send")
    asked = dialog(page)
    expect(asked.get_by_label("To", exact=True)).to_have_value("marcy@example.com")
    asked.get_by_text("SMS", exact=True).click()
    expect(asked.get_by_label("To", exact=True)).to_have_value("(303) 555-0161")
    expect(asked).to_contain_text("They get a text message")
    press(asked, "Send")
    told = page.get_by_role("status").filter(has_text="Invoice T-6001 is on its way to (303) 555-0161.")
    expect(told).to_be_visible()

    phone = desk.follow(desk.text(person(), running, "+13035550161", "T-6001"))
    phone.get_by_role("button", name=re.compile("^Continue")).click()
    expect(phone).to_have_url(re.compile("/evergreen/invoices/"))
    phone.locator("a[href$='/pay']").first.click()
    expect(phone.get_by_role("button", name=re.compile(r"\$48\.00"))).to_be_visible()


def test_what_is_overdue_is_sent_as_a_reminder(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    bill(page, running, "Ned Ashby", "T-6002", due="2026-11-02", email="ned@example.com")
    press(page, "Send")
    expect(dialog(page).get_by_label("A reminder")).to_be_checked()
    expect(dialog(page)).to_contain_text(re.compile(r"\$48\.00 still to pay\. Overdue by \d+ days\."))
    press(dialog(page), "Send")
    told = page.get_by_role("status").filter(has_text="A reminder of invoice T-6002 is on its way to ned@example.com.")
    expect(told).to_be_visible()
    desk.mail(person(), running, "T-6002", to="ned@example.com")


def test_a_way_that_does_not_lead_to_them_says_why(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    bill(page, running, "Olga Finch", "T-6003", phone="(303) 555-0163")
    press(page, "Send")
    expect(dialog(page).get_by_role("radio", name="E-mail")).to_be_disabled()
    expect(dialog(page)).to_contain_text("They have no contact with an e-mail address.")
    expect(dialog(page).get_by_role("radio", name="SMS")).to_be_checked()
    press(dialog(page), "Cancel")
    customer = bill(page, running, "Piet Gale", "T-6004")
    press(page, "Send")
    expect(dialog(page)).to_contain_text("Piet Gale has no contact with an e-mail address or a phone number.")
    press(dialog(page), "Add one")
    expect(page).to_have_url(re.compile(rf"/customers/{customer}/edit$"))


def test_an_address_that_is_stopped_is_told_in_the_dialog(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    bill(page, running, "Rhea Holt", "T-6005", email="bounce-rhea@example.com")
    press(page, "Send")
    press(dialog(page), "Send")
    expect(dialog(page)).to_have_count(0)
    mail = desk.mail(person(), running, "T-6005", to="bounce-rhea@example.com")
    until = time.monotonic() + 15
    while "Bounced" not in mail.inner_text("main") and time.monotonic() < until:
        mail.wait_for_timeout(300)
        mail.reload()
    press(page, "Send")
    press(dialog(page), "Send")
    expect(dialog(page).get_by_role("alert")).to_contain_text(
        "Mail to this address is stopped, since a mail to it came back."
    )


@pytest.mark.parametrize(
    ("part", "off", "words"),
    [
        ("portal", {"on": False}, "The portal is off, so no invoice can be sent."),
        ("permissions", {"invoices": False}, "Invoices are hidden from customers, so none can be sent."),
    ],
)
def test_where_no_link_leads_anywhere_nothing_is_sent(
    running: Running, person: Person, part: str, off: dict[str, Any], words: str
) -> None:
    page = sign_in(person, running)
    number = "T-6006" if part == "portal" else "T-6007"
    bill(page, running, "Sid Inman", number, email="sid@example.com")

    def altered(route: Route) -> None:
        answer = route.fetch()
        settings = answer.json()
        route.fulfill(response=answer, body=json.dumps({**settings, part: {**settings[part], **off}}))

    page.route("**/settings", altered)
    page.reload()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(page.locator("main")).to_contain_text(words)
    assert violations(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light")])
def test_axe_finds_nothing_in_the_dialog(running: Running, person: Person, width: int, scheme: Any) -> None:
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme)
    bill(page, running, "Tess Jarvis", f"T-61{width}{scheme[0]}", email="tess@example.com")
    press(page, "Send")
    expect(dialog(page)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
