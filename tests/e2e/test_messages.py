"""Messages as people get them: the invite that lets them in, the text that leads to an invoice, the link that is
too old, and the e-mails themselves, on a phone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.stylebook import samples
from tests.e2e import console, desk
from tests.e2e.conftest import Running, _start
from tests.e2e.test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

# Of each kind one: a way in, a code, money to pay with lines, money that came, and a mail to the company.
MAILS = ("portal_invite", "sign_in", "invoice_ready", "receipt", "new_lead")
FINGER = 44


@pytest.fixture(scope="module")
def another() -> Iterator[Running]:
    """A Porchlight in which time may pass: links of other tests would expire with it."""
    yield from _start()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def add_customer(page: Page, running: Running, name: str, email: str, phone: str = "") -> None:
    console.go(page, running, "/customers/new", "customer")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail (optional)").fill(email)
    page.get_by_label("Phone (optional)").fill(phone)
    page.get_by_role("button", name="Add customer", exact=True).click()
    expect(heading(page)).to_have_text(name)


def test_an_invited_customer_is_in_by_one_button(running: Running, person: Person) -> None:
    office = console.sign_in(person, running, place="/customers")
    add_customer(office, running, "Wendell Park", "wendell@example.com")
    office.get_by_role("button", name="Send an invite", exact=True).click()
    expect(office.get_by_role("status").filter(has_text="on its way to wendell@example.com")).to_be_visible()

    phone = person()
    mail = desk.mail(phone, running, "account is online", to="wendell@example.com")
    page = desk.press(mail, "Open my account")
    # A scanner opens it too, again and again; nothing of it is used up.
    assert all(page.request.get(page.url).ok for _ in range(3))
    page.get_by_role("button", name="Continue as Wendell").click()
    page.wait_for_url("**/evergreen")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    mail.reload()
    expect(mail.get_by_text("Delivered", exact=True)).to_be_visible()


def test_a_text_leads_to_the_invoice_and_to_paying_it(running: Running, person: Person) -> None:
    office = console.sign_in(person, running, place="/customers")
    add_customer(office, running, "Thea Lindholm", "", "(303) 555-0188")
    office.get_by_role("link", name=re.compile("[Nn]ew invoice|Add an invoice")).first.click()
    office.get_by_label("Invoice number").fill("T-2207")
    office.get_by_label("Description").fill("Wasp nest removal, one nest")
    office.get_by_label("Unit price").fill("149.00")
    office.get_by_role("button", name="Issue invoice", exact=True).click()
    expect(heading(office)).to_have_text("Invoice T-2207")
    office.get_by_role("button", name="Send", exact=True).click()
    asked = office.get_by_role("dialog")
    expect(asked.get_by_label("E-mail")).to_be_disabled()
    expect(asked.get_by_label("SMS")).to_be_checked()
    console.sure(office, "Send")
    expect(office.get_by_role("status").filter(has_text="on its way to (303) 555-0188")).to_be_visible()

    phone = person()
    read = desk.text(phone, running, "+13035550188", "T-2207")
    page = desk.follow(read)
    assert re.search(r"/evergreen/l/[\w-]{22}$", page.url)
    page.get_by_role("button", name="Continue as Thea").click()
    expect(heading(page)).to_contain_text("T-2207")
    page.get_by_role("link", name="Pay $149.00").click()
    expect(page.get_by_role("button", name="Pay $149.00")).to_be_visible()

    read.get_by_role("button", name="Reply STOP").click()
    expect(read.locator(".answer")).to_contain_text("STOP")
    office.get_by_role("button", name="Send", exact=True).click()
    asked.get_by_role("button", name="Send", exact=True).click()
    expect(asked.get_by_role("alert")).to_contain_text("This number answered STOP")
    asked.get_by_role("button", name="Cancel", exact=True).click()
    office.get_by_role("link", name="Thea Lindholm").first.click()
    expect(heading(office)).to_have_text("Thea Lindholm")
    told = office.locator("li").filter(has_text="SMS to (303) 555-0188")
    expect(told).to_contain_text("Invoice ready")
    expect(told.get_by_role("button", name=re.compile("Send again"))).to_have_count(0)


def test_an_expired_link_brings_a_fresh_one_to_the_same_address(another: Running, person: Person) -> None:
    context = person()
    page = desk.press(desk.mail(context, another, "Evergreen Pest & Lawn account"), "account|open")
    expect(page.get_by_role("button", name="Continue as Dana")).to_be_visible()
    old = page.url
    time = context.new_page()
    time.goto(another.desk)
    time.get_by_role("button", name="1 week").click()
    expect(time.get_by_text("7 days ahead")).to_be_visible(timeout=60_000)

    page.goto(old)
    expect(heading(page)).to_have_text("This link no longer works")
    page.get_by_role("button", name="E-mail me a fresh link").click()
    expect(heading(page)).to_have_text("A fresh link is on its way")
    fresh = desk.press(desk.mail(context, another, "Evergreen Pest & Lawn account", count=2), "account|open")
    assert fresh.url != old
    fresh.get_by_role("button", name="Continue as Dana").click()
    fresh.wait_for_url("**/evergreen")
    expect(heading(fresh)).to_contain_text("You owe")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_mails_fit_a_phone_and_a_desk(person: Person, width: int, scheme: str) -> None:
    """Nothing is cut off or too small for a finger, and axe finds nothing."""
    page = person(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True).new_page()
    made = samples()
    for name in MAILS:
        page.set_content(made[f"mail-{name}.en"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
        button = page.locator("a[style*='inline-block']")
        expect(button, f"{name} has one thing to do").to_have_count(1)
        box = button.bounding_box()
        assert box and box["height"] >= FINGER and box["x"] + box["width"] <= width, f"{name}: a button of {box}"
        assert violations(page) == [], name
