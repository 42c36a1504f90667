"""The console's pages for customers, invoices and payments, walked in a real browser as staff does."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from chalicelib.billing import rules
from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

Person = Callable[..., "BrowserContext"]
PASSWORD = "green-lawn-2026"


def _signed_in(chromium: Browser, running: Running, email: str) -> Any:
    """What a browser keeps of a session. Signing in is throttled, so all tests of this file share one."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{running.portal}/console#/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture(scope="module")
def admin(chromium: Browser, running: Running) -> Any:
    return _signed_in(chromium, running, "hello@evergreen.example")


@pytest.fixture(scope="module")
def onlooker(chromium: Browser, running: Running) -> Any:
    return _signed_in(chromium, running, "frontdesk@evergreen.example")


def console(context: BrowserContext, running: Running, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{running.portal}/console#{path}")
    expect(heading(page)).to_be_visible()
    return page


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def go(page: Page, path: str) -> None:
    """To another page of the console, as a link does."""
    page.evaluate("path => { location.hash = path }", path)


def add_customer(page: Page, name: str, email: str) -> str:
    """A customer of the test's own, with their page open; their id."""
    go(page, "/customers/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail (optional)").fill(email)
    press(page, "Add customer")
    expect(heading(page)).to_have_text(name)
    return page.url.rpartition("/")[2]


def bill(page: Page, customer: str, number: str, price: str) -> None:
    """An open invoice of one line."""
    go(page, f"/customers/{customer}/invoices/new")
    page.get_by_label("Invoice number").fill(number)
    page.get_by_label("Description").fill("Quarterly visit")
    page.get_by_label("Unit price").fill(price)
    press(page, "Issue invoice")
    expect(heading(page)).to_have_text(f"Invoice {number}")


def test_a_password_set_for_a_customer_is_changed_at_their_next_sign_in(
    running: Running, person: Person, admin: Any
) -> None:
    page = console(person(storage_state=admin), running, "/customers")
    add_customer(page, "Paula Quist", "paula.quist@example.com")
    expect(page.locator("main")).to_contain_text("Never invited")
    press(page, "Set the password")
    asked = dialog(page)
    asked.get_by_label("New password").fill("short")
    press(asked, "Set password")
    expect(asked.get_by_role("alert")).to_contain_text(re.compile("10"))
    press(asked, "Make one up")
    given = asked.get_by_label("New password").input_value()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", given)
    expect(asked.get_by_label("They must choose a new one at the next sign-in")).to_be_checked()
    press(asked, "Set password")
    told = dialog(page).filter(has_text="Tell Paula")
    expect(told).to_contain_text(given)
    # It is shown once: no key closes it by mistake.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(told).to_contain_text("paula.quist@example.com")
    press(told, "Done")
    expect(page.locator("main")).to_contain_text("Set; a new one is due")

    theirs = person().new_page()
    theirs.goto(f"{running.portal}/evergreen/sign-in")
    theirs.get_by_label("E-mail or user name").fill("paula.quist@example.com")
    theirs.get_by_label("Password", exact=True).fill(given)
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(theirs)).to_contain_text("new password")
    theirs.goto(f"{running.portal}/evergreen/invoices")
    expect(heading(theirs)).to_contain_text("new password")
    theirs.get_by_label("New password", exact=True).fill("a porch of seven lamps")
    theirs.get_by_role("button", name="Save and continue").click()
    expect(heading(theirs)).not_to_contain_text("new password")
    expect(theirs.get_by_role("button", name="Sign out")).to_be_visible()

    page.reload()
    expect(page.locator("main")).to_contain_text("Active")
    expect(page.locator("main")).not_to_contain_text("a new one is due")


def test_access_is_turned_off_and_on_and_links_are_revoked(running: Running, person: Person, admin: Any) -> None:
    context = person(storage_state=admin)
    page = console(context, running, "/customers")
    add_customer(page, "Rosalind Apgar", "rosalind@example.com")
    press(page, "Set the login")
    dialog(page).get_by_label("Login").fill("accounts@ridgeline.example")
    press(dialog(page), "Save login")
    dialog(page).get_by_role("link", name="This login is another customer’s").click()
    expect(dialog(page).get_by_label("Login")).to_be_focused()
    expect(dialog(page).get_by_label("Login")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    press(page, "Send an invite")
    expect(page.get_by_role("status").filter(has_text="on its way to rosalind@example.com")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Invited")
    invited = desk.press(desk.mail(context, running, ".", to="rosalind@example.com"), ".")
    expect(invited.get_by_role("button", name="Continue as Rosalind")).to_be_visible()
    page.get_by_text("1 live link").click()
    page.get_by_role("button", name=re.compile("^Revoke")).click()
    press(dialog(page), "Revoke link")
    expect(page.get_by_text("1 live link")).to_have_count(0)
    invited.reload()
    expect(invited.get_by_role("button", name="Continue as Rosalind")).to_have_count(0)

    press(page, "Turn access off")
    expect(dialog(page)).to_contain_text("Nothing is lost")
    press(dialog(page), "Turn access off")
    expect(page.locator("main")).to_contain_text("Turned off")
    expect(page.get_by_role("button", name=re.compile("^Send an(other)? invite"))).to_have_count(0)
    press(page, "Turn access on")
    expect(page.locator("main")).not_to_contain_text("Turned off")


def test_an_invoice_from_writing_to_void(running: Running, person: Person, admin: Any) -> None:
    context = person(storage_state=admin)
    page = console(context, running, "/customers")
    customer = add_customer(page, "Imogen Falk", "imogen@example.com")

    go(page, f"/customers/{customer}/invoices/new")
    page.get_by_label("Invoice number").fill("T-2001")
    page.get_by_label("Description").fill("Perimeter treatment")
    page.get_by_label("Quantity").fill("1.5")
    page.get_by_label("Unit price").fill("12,50")
    press(page, "Issue invoice")
    expect(page.get_by_role("alert")).to_contain_text("as an amount")
    expect(page.get_by_label("Description")).to_have_value("Perimeter treatment")
    page.get_by_label("Unit price").fill("66.67")
    # 1.5 x 66.67 is 100.005: half a cent is rounded up, and nothing is a float.
    expect(page.locator(".totals")).to_contain_text("$100.01")
    press(page, "Add a line")
    page.get_by_role("group", name="Line 2").get_by_label("Description").fill("Discount")
    page.get_by_role("group", name="Line 2").get_by_label("Unit price").fill("-10")
    page.get_by_label("Tax (optional)", exact=True).fill("9.99")
    expect(page.locator(".totals")).to_contain_text("$100.00")
    press(page, "Save as draft")
    expect(page.locator("main")).to_contain_text("Draft")
    press(page, "Issue this invoice")
    press(dialog(page), "Issue it")
    expect(page.locator("main")).to_contain_text("Due in 14 days")

    press(page, "Send")
    press(dialog(page), "Send")
    expect(page.get_by_role("status").filter(has_text="on its way to imogen@example.com")).to_be_visible()
    desk.mail(context, running, "T-2001", to="imogen@example.com")

    page.get_by_role("link", name="Record payment").click()
    expect(page.get_by_label("Amount")).to_have_value("100.00")
    page.get_by_label("Amount").fill("40")
    expect(page.locator(".gets")).to_have_text("$40.00")
    page.get_by_label("How it was paid").fill("Check 1042")
    press(page, "Record payment")
    expect(heading(page)).to_have_text("Payment of $40.00")
    page.get_by_role("link", name="Invoice T-2001").click()
    expect(page.locator("main")).to_contain_text("Part paid")
    expect(page.locator("main")).to_contain_text("$60.00")

    page.get_by_role("link", name="Check 1042").click()
    press(page, "Refund")
    dialog(page).get_by_label("Amount").fill("41")
    press(dialog(page), "Record the refund")
    expect(dialog(page).get_by_role("alert")).to_contain_text("40.00")
    dialog(page).get_by_label("Amount").fill("15")
    press(dialog(page), "Record that $15.00 went back")
    expect(page.locator("main")).to_contain_text("Part refunded")
    page.get_by_role("link", name="Invoice T-2001").click()
    expect(page.locator(".amount")).to_have_text("$75.00")

    press(page, "Void")
    expect(dialog(page)).to_contain_text("The $25.00 that were paid become account credit.")
    press(dialog(page), "Void invoice T-2001")
    expect(page.locator(".pagehead")).to_contain_text("Void")
    expect(page.get_by_role("button", name="Void")).to_have_count(0)
    page.get_by_role("link", name="Imogen Falk").click()
    expect(page.locator(".bill")).to_contain_text("Owes nothing")
    expect(page.locator(".bill")).to_contain_text("$25.00")


def test_amounts_are_read_and_multiplied_as_the_api_does(running: Running, person: Person, admin: Any) -> None:
    """Half a cent, minus signs, the largest numbers: to the cent, and never by a float."""
    page = console(person(storage_state=admin), running, "/customers")
    draw = Random(1042)
    cases = [(f"{draw.choice(('', '-'))}{draw.randrange(2000)}.{draw.randrange(10_000):04}", price)
             for price in (draw.randrange(-10**6, 10**6) for _ in range(500))]  # fmt: skip
    cases += [("0.5", 1), ("-0.5", 1), ("0.0001", 5000), ("99999.9999", 99_999)]
    script = "document.querySelector('script[type=module]').src"
    multiply = (
        f"async (cases) => {{ const sums = await import(new URL('invoice-sums.js', {script}));"
        " return cases.map((one) => sums.amountOf(...one)); }"
    )
    assert page.evaluate(multiply, cases) == [rules.line_amount(*one) for one in cases]
    read = (
        f"async (typed) => {{ const company = await import(new URL('company.js', {script}));"
        " return typed.map(company.readMoney); }"
    )
    typed = {"1,234.5": 123_450, "$20": 2000, "12,50": None, "1.234": None, ".5": 50, "-3": -300, "x": None}
    assert page.evaluate(read, list(typed)) == list(typed.values())


def test_account_credit_pays_an_invoice(running: Running, person: Person, admin: Any) -> None:
    page = console(person(storage_state=admin), running, "/customers")
    customer = add_customer(page, "Otis Bramwell", "otis@example.com")
    go(page, f"/customers/{customer}/payments/new")
    expect(page.locator("main")).to_contain_text("all of it becomes account credit")
    page.get_by_label("Amount").fill("30")
    page.get_by_label("How it was paid").fill("Cash")
    press(page, "Record payment")
    expect(heading(page)).to_have_text("Payment of $30.00")
    expect(page.locator("main")).to_contain_text("To account credit")
    bill(page, customer, "T-2002", "50")
    go(page, f"/customers/{customer}")
    page.get_by_role("button", name=re.compile("^Use it")).click()
    expect(dialog(page).get_by_label("Amount")).to_have_value("30.00")
    press(dialog(page), "Use it")
    expect(page.locator(".bill .amount")).to_have_text("$20.00")
    expect(page.locator(".bill")).not_to_contain_text("Account credit")


def test_a_part_of_a_card_payment_goes_back_to_the_card(running: Running, person: Person, admin: Any) -> None:
    """The Pruitts' own past: nobody else's test touches their payments."""
    page = console(person(storage_state=admin), running, "/customers?search=pruitts")
    page.get_by_role("link", name=re.compile("Pruitt")).click()
    page.locator("section", has=page.get_by_role("heading", name="Payments")).get_by_role("link").filter(
        has_text="••••"
    ).filter(has_not_text="efunded").first.click()
    card = page.get_by_text(re.compile(r"^\w.* •••• \d{4}$")).first.inner_text()
    press(page, "Refund")
    dialog(page).get_by_label("Amount").fill("4")
    press(dialog(page), f"Refund $4.00 to {card}")
    expect(page.locator(".pagehead")).to_contain_text("Part refunded")
    expect(page.locator("main")).to_contain_text("$4.00")


def test_a_lost_network_loses_nothing_and_a_second_press_records_nothing_twice(
    running: Running, chromium: Browser, admin: Any
) -> None:
    # Not a `person`: a browser notes every answer that is lost.
    context = chromium.new_context(storage_state=admin, locale="en-US")
    page = console(context, running, "/customers")
    customer = add_customer(page, "Hedda Lind", "hedda@example.com")
    bill(page, customer, "T-2003", "50")
    go(page, f"/customers/{customer}/payments/new")
    page.get_by_label("Amount").fill("20")
    page.get_by_label("How it was paid").fill("Cash")
    # The payment arrives, its answer is lost.
    page.route("**/api/v1/customers/*/payments", lambda route: (route.fetch(), route.abort()))
    press(page, "Record payment")
    expect(page.get_by_role("alert")).to_contain_text("Nothing you typed is lost")
    expect(page.get_by_label("How it was paid")).to_have_value("Cash")
    page.unroute("**/api/v1/customers/*/payments")
    page.get_by_role("button", name="Record payment").dblclick()
    expect(heading(page)).to_have_text("Payment of $20.00")
    go(page, f"/customers/{customer}")
    expect(page.locator(".bill .amount")).to_have_text("$30.00")
    payments = page.locator("section", has=page.get_by_role("heading", name="Payments"))
    expect(payments.get_by_role("listitem")).to_have_count(1)
    context.close()


LONG_NAME = "Hubert Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren & Sons"
LONG_ADDRESS = "hubert.blaine.accounts-payable.department@wolfeschlegelsteinhausenbergerdorff.example"


def overflowing(page: Page) -> list[str]:
    """What is too wide for the page, or for the column it stands in."""
    return list(page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('main, main *:not(.hush, .hush *)')]"
        ".filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => `${one.tagName}.${one.className}`)"
    ))  # fmt: skip


def test_customers_are_found_as_one_types(running: Running, person: Person, admin: Any) -> None:
    page = console(person(storage_state=admin), running, "/customers")
    add_customer(page, LONG_NAME, LONG_ADDRESS)
    go(page, "/customers")
    search = page.get_by_label("Search customers")
    rows = page.locator(".results .rows li")
    for typed, name in (("jun", "Walter & June Pruitt"), ("accounts@ridge", "Ridgeline"), ("303 555-0175", "Sunrise")):
        search.fill(typed)
        expect(rows).to_have_count(1)
        expect(rows.first).to_contain_text(name)
    search.fill("hubert")
    expect(rows).to_have_text([re.compile("Hubert")])
    assert not overflowing(page)
    rows.first.get_by_role("link").click()
    expect(heading(page)).to_have_text(LONG_NAME)
    assert not overflowing(page)
    page.go_back()
    search.fill("nobody of this name")
    expect(page.locator(".results")).to_contain_text("Nobody found for “nobody of this name”")
    search.fill("jun")
    rows.first.get_by_role("link").click()
    expect(heading(page)).to_have_text("Walter & June Pruitt")
    page.go_back()
    expect(search).to_have_value("jun")
    expect(rows).to_have_count(1)


def test_a_search_that_finds_nobody_for_long_asks_before_it_goes_on(
    running: Running, person: Person, admin: Any
) -> None:
    """Here the API seems to have found only names that it has shown already."""
    page = console(person(storage_state=admin), running, "/customers")
    asked: list[str] = []

    def nobody(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"items": [], "next": "more" if len(asked) < 15 else None})

    page.route(re.compile(r"/api/v1/customers\?.*search="), nobody)
    page.get_by_label("Search customers").fill("jun")
    expect(page.locator(".results")).to_contain_text("Nothing so far, but not all was looked through.")
    expect(page.get_by_role("status").filter(has_text="found")).to_have_text("0 customers found so far.")
    assert len(asked) == 10
    page.get_by_role("button", name="Look further").click()
    expect(page.locator(".results")).to_contain_text("Nobody found for “jun”")
    assert len(asked) == 15


def test_invoices_are_found_by_state_and_number(running: Running, person: Person, admin: Any) -> None:
    page = console(person(storage_state=admin), running, "/customers")
    customer = add_customer(page, "Nils Overby", "nils@example.com")
    bill(page, customer, "N-77120", "15")
    go(page, "/invoices")
    page.get_by_label("Find by number").fill("N-7712")
    rows = page.locator(".results .rows li")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Nils Overby")
    states = page.get_by_role("navigation", name="Invoices by state")
    states.get_by_role("link", name="Written off").click()
    expect(states.get_by_role("link", name="Written off")).to_have_attribute("aria-current", "true")
    expect(rows.first).to_contain_text("Written off")


def test_everybody_who_was_never_invited_is_invited_with_progress(running: Running, person: Person, admin: Any) -> None:
    context = person(storage_state=admin)
    page = console(context, running, "/customers")
    for number in range(3):
        add_customer(page, f"Newcomer {number}", f"newcomer{number}@example.com")
    go(page, "/customers")
    press(page, "Invite all")
    expect(dialog(page)).to_contain_text("Nobody is invited twice")
    press(dialog(page), "Send the invites")
    expect(page).to_have_url(re.compile("/customers/invites/"))
    expect(heading(page)).to_have_text(re.compile(r"\d+ invites are on their way"), timeout=30_000)
    page.reload()
    expect(heading(page)).to_have_text(re.compile(r"\d+ invites are on their way"))
    desk.mail(context, running, ".", to="newcomer2@example.com")
    go(page, "/customers?search=newcomer")
    expect(page.locator(".results .rows li").filter(has_text="Invited")).to_have_count(3)
    go(page, "/customers")
    press(page, "Invite all")
    press(dialog(page), "Send the invites")
    expect(heading(page)).to_have_text("Nobody to invite", timeout=30_000)


def test_who_may_only_look_sees_nothing_to_press(running: Running, person: Person, onlooker: Any) -> None:
    page = console(person(storage_state=onlooker), running, "/customers?search=mile high")
    main = page.locator("main")
    expect(main.get_by_role("link", name="New customer")).to_have_count(0)
    expect(main.get_by_role("button")).to_have_count(0)
    main.get_by_role("link", name=re.compile("Mile High")).click()
    expect(heading(page)).to_have_text("Mile High Dental")
    expect(main.get_by_text("Turned off")).to_be_visible()
    expect(main.get_by_role("button", name=re.compile("Show more"))).to_have_count(1)
    expect(main.get_by_role("button")).to_have_count(1)
    main.locator("section", has=page.get_by_role("heading", name="Invoices")).get_by_role("listitem").first.click()
    expect(heading(page)).to_contain_text("Invoice")
    expect(main.get_by_role("button")).to_have_count(0)
    expect(main.get_by_role("link", name=re.compile("Edit|Record"))).to_have_count(0)
    go(page, "/customers/new")
    expect(main).to_contain_text("Your role may look, and change nothing.")
    expect(main.locator("form")).to_have_count(0)
    go(page, "/invoices/01J00000000000000000000000-01J00000000000000000000000")
    expect(heading(page)).to_have_text("This invoice isn’t there any more")
    main.get_by_role("link", name="All invoices").click()
    expect(heading(page)).to_have_text("Invoices")


def test_the_keyboard_is_enough_to_write_an_invoice(running: Running, person: Person, admin: Any) -> None:
    page = console(person(storage_state=admin, viewport={"width": 1280, "height": 900}), running, "/customers")
    add_customer(page, "Keyboard Kate", "kate@example.com")
    go(page, "/invoices/new")
    expect(heading(page)).to_be_focused()
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_label("Customer", exact=True)).not_to_be_focused()
    keys.press("Tab")
    expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    keys.type("keyboard k")
    expect(page.get_by_role("button", name=re.compile("Keyboard Kate"))).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Change"))).to_be_focused()
    page.get_by_label("Invoice number").focus()
    keys.press("ControlOrMeta+A")
    keys.type("K-1")
    page.get_by_label("Description").focus()
    keys.type("By hand")
    for typed in ("", "12"):
        keys.press("Tab")
        keys.type(typed)
    # Enter goes to a line more, and opens nothing.
    keys.press("Enter")
    expect(page.get_by_role("group", name="Line 2").get_by_label("Description")).to_be_focused()
    keys.type("And more")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("8")
    expect(page.locator(".totals")).to_contain_text("$20.00")
    page.get_by_role("button", name="Issue invoice").focus()
    keys.press("Enter")
    expect(heading(page)).to_have_text("Invoice K-1")
    page.get_by_role("button", name="Void").focus()
    keys.press("Enter")
    expect(dialog(page).get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Void")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(
    running: Running, person: Person, admin: Any, scheme: str, width: int
) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    page = console(person(storage_state=admin, **options), running, "/customers")

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a dialog's backdrop and a toast come slowly
        assert violations(page) == [], what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    def at(path: str, title: str) -> None:
        go(page, path)
        expect(heading(page)).to_have_text(re.compile(title))
        check(path)

    check("/customers")
    at("/customers?search=zzz", "Customers")
    at("/customers/new", "New customer")
    go(page, "/customers?search=office@sunrise")
    page.get_by_role("link", name=re.compile("Sunrise")).click()
    expect(heading(page)).to_have_text(re.compile("Sunrise"))
    check("a customer")
    customer = page.url.rpartition("/")[2]
    press(page, "Change the password")
    check("a dialog")
    page.keyboard.press("Escape")
    at(f"/customers/{customer}/edit", "Edit")
    at(f"/customers/{customer}/payments/new", "Record a payment")
    at(f"/customers/{customer}/invoices/new", "New invoice")
    press(page, "Issue invoice")
    expect(page.get_by_role("alert")).to_be_visible()
    check("a form with errors")
    at("/invoices", "Invoices")
    at("/invoices/new", "New invoice")
    at("/invoices?number=zzz", "Invoices")
    go(page, f"/invoices?customer={customer}&status=open")
    expect(heading(page)).to_have_text(re.compile("Invoices of"))
    page.locator(".results .rows a").filter(has_text="Part paid").first.click()
    expect(heading(page)).to_have_text(re.compile("^Invoice "))
    check("an invoice")
    page.get_by_role("link", name="Edit").click()
    expect(heading(page)).to_have_text(re.compile("^Edit invoice"))
    check("an invoice in the making")
    page.go_back()
    page.locator(".sheet section a").first.click()
    expect(heading(page)).to_have_text(re.compile("^Payment of"))
    check("a payment")
