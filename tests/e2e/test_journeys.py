"""The way through, walked in a real browser: with JavaScript, without it, in Spanish, below a gateway's stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]


def come_in_by_the_mailed_link(context: BrowserContext, running: Running) -> Page:
    page = desk.press(desk.mail(context, running, "account|portal"), "account|view|open")
    page.get_by_role("button", name="Continue as Dana").click()
    page.wait_for_url("**/evergreen")
    return page


def come_in_by_a_mailed_sign_in_link(context: BrowserContext, running: Running) -> Page:
    """As Lucía, who reads Spanish and has asked for a link."""
    page = context.new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("Correo electrónico o usuario").fill("lucia@example.com")
    page.get_by_role("button", name="Enviarme un enlace para entrar").click()
    page.wait_for_url("**/sign-in/code")
    page = desk.press(desk.mail(context, running, "código", to="lucia@example.com"), "Entrar")
    page.get_by_role("button", name=re.compile("^Continuar como")).click()
    page.wait_for_url("**/evergreen")
    return page


@dataclass(frozen=True)
class Words:
    """What a reader of a language looks for on the way."""

    invoices: str
    pay: str
    thanks: str
    paid: str
    receipt: str
    to: str


ENGLISH = Words("Invoices", r"^Pay \$", "Thank you", "Paid", "receipt", "dana@example.com")
SPANISH = Words("Facturas", "^Pagar", "Gracias", "Pagada", "recibo", "lucia@example.com")


def walk(context: BrowserContext, running: Running, page: Page, words: Words, card: str) -> None:
    """From the first page to an invoice, its payment with a card that the bank checks, the receipt, and back to it."""
    page.get_by_role("link", name=words.invoices, exact=True).click()
    page.locator("main a[href*='/invoices/']").first.click()
    number = re.sub(r"\D", "", page.get_by_role("heading", level=1).inner_text())
    page.get_by_role("link", name=re.compile(words.pay)).click()
    if card:
        page.get_by_label(card).check()
    # Without a script the button can't know what is typed above it.
    page.get_by_role("button", name=re.compile(f"{words.pay}|^Pay this amount")).click()
    if card != "3184":
        page.get_by_role("button", name=re.compile("3155|3-D Secure")).first.click()
    page.get_by_role("button", name=re.compile("complete", re.I)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words.thanks)
    receipt = desk.mail(context, running, words.receipt, to=words.to)
    # What a mailbox shows before a mail is opened says it too, hidden in the mail itself.
    expect(receipt.frame_locator("iframe").get_by_text(number).filter(visible=True).first).to_be_visible()
    page.get_by_role("link", name=re.compile(number)).click()
    expect(page.locator("main")).to_contain_text(words.paid)
    expect(page.get_by_role("link", name=re.compile(words.pay))).to_have_count(0)


def test_mailed_link_to_receipt_with_a_card_the_bank_checks(running: Running, person: Person) -> None:
    context = person()
    page = come_in_by_the_mailed_link(context, running)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You owe")
    walk(context, running, page, ENGLISH, card="3184")


def test_the_same_without_javascript_and_with_a_new_card(running: Running, person: Person) -> None:
    context = person(java_script_enabled=False)
    walk(context, running, come_in_by_the_mailed_link(context, running), ENGLISH, card="A new card")


def test_the_same_in_spanish(running: Running, person: Person) -> None:
    context = person(locale="es-US")
    page = come_in_by_a_mailed_sign_in_link(context, running)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    # Lucía has no card on file: the pay page offers nothing to choose.
    walk(context, running, page, SPANISH, card="")


def test_a_journey_below_a_stage(running_below_a_stage: Running, person: Person) -> None:
    context = person()
    running = running_below_a_stage
    page = come_in_by_the_mailed_link(context, running)
    assert "/api/evergreen" in page.url
    page.get_by_role("link", name=re.compile(r"^Pay \$")).click()
    page.get_by_role("button", name=re.compile(r"^Pay \$")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.get_by_role("link", name="Back to your account").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/api/evergreen/signed-out")


def test_a_declined_card_says_what_to_do_and_gives_the_hold_back(running: Running, person: Person) -> None:
    context = person()
    page = come_in_by_the_mailed_link(context, running)
    page.get_by_role("link", name=re.compile(r"^Pay \$")).click()
    page.get_by_label("A new card").check()
    page.get_by_role("button", name=re.compile(r"^Pay \$")).click()
    page.get_by_role("button", name=re.compile("insufficient", re.I)).first.click()
    expect(page.locator("body")).to_contain_text(re.compile("insufficient", re.I))
    page.get_by_role("link", name=re.compile("back", re.I)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not paid yet")
    page.get_by_role("button", name="Cancel this payment").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Payment canceled")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile(r"^Pay \$"))).to_be_visible()


def test_a_card_on_file_that_is_declined_says_what_to_do(running: Running, person: Person) -> None:
    context = person()
    page = come_in_by_the_mailed_link(context, running)
    page.get_by_role("link", name=re.compile(r"^Pay \$")).click()
    page.get_by_label("3184").check()
    page.get_by_role("button", name=re.compile(r"^Pay \$")).click()
    page.get_by_role("button", name=re.compile("fail", re.I)).click()
    expect(page.locator("main")).to_contain_text("couldn’t check that it’s you")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile(r"^Pay \$"))).to_be_visible()


def sign_in(context: BrowserContext, running: Running, login: str) -> Page:
    page = context.new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill(login)
    page.get_by_label("Password", exact=True).fill("green-lawn-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")
    return page


def test_the_whole_balance_is_paid_from_a_bank_account(running: Running, person: Person) -> None:
    context = person()
    page = sign_in(context, running, "accounts@ridgeline.example")
    owed = page.get_by_role("link", name=re.compile(r"^Pay \$")).inner_text().strip()
    page.get_by_role("link", name=owed).click()
    page.wait_for_url("**/balance")
    parts = page.locator("form section dd").all_text_contents()
    total = sum(round(float(one.strip("$").replace(",", "")) * 100) for one in parts)
    assert owed == f"Pay ${total / 100:,.2f}", "each invoice is shown, and they add up"
    page.get_by_label("A new card or bank account").check()
    page.get_by_role("button", name=owed).click()
    page.get_by_role("link", name="US bank account").click()
    page.get_by_role("button", name=re.compile("Succeeds.*6789")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Processing until")
    mail = desk.mail(context, running, "is on its way", to="accounts@ridgeline.example")
    expect(mail.frame_locator("iframe").get_by_text("It should arrive by").filter(visible=True).first).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing to pay right now")
    expect(page.locator("main")).to_contain_text("Processing until")


def test_a_part_of_an_invoice_is_paid(running: Running, person: Person) -> None:
    page = sign_in(person(), running, "grace.n")
    page.get_by_role("link", name=re.compile(r"^Pay \$")).click()
    amount = page.get_by_label("Amount to pay")
    amount.fill("2")
    expect(page.get_by_role("button", name="Pay $2.00")).to_be_visible()
    page.get_by_role("button", name="Pay $2.00").click()
    expect(page.get_by_role("alert")).to_contain_text("The smallest payment is $5.00.")
    expect(amount).to_have_value("2")
    amount.fill("25")
    page.get_by_label("A new card").check()
    page.get_by_role("button", name="Pay $25.00").click()
    page.get_by_role("button", name=re.compile("4242|Succeeds")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("$25.00")
    page.get_by_role("link", name=re.compile(r"^Invoice \d")).click()
    expect(page.locator("main")).to_contain_text("Part paid")
    page.get_by_role("link", name="Payments").click()
    expect(page.locator("main li").first).to_contain_text("$25.00")


def charges(context: BrowserContext, running: Running) -> int:
    page = context.new_page()
    page.goto(f"{running.desk}/?show=stripe")
    return page.get_by_text("charge.succeeded", exact=True).count()


def test_a_double_click_without_javascript_charges_once(running: Running, person: Person) -> None:
    context = person(java_script_enabled=False)
    page = come_in_by_the_mailed_link(context, running)
    page.get_by_role("link", name=re.compile(r"^Pay \$")).click()
    before = charges(context, running)
    # It names no amount: there is credit that may be ticked, and no script to follow it.
    page.get_by_role("button", name="Pay", exact=True).dblclick(no_wait_after=True)
    page.wait_for_url("**/payments/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Thank you|Checking"))
    page.goto(page.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert charges(context, running) == before + 1


def test_the_keyboard_is_enough_to_sign_in(running: Running, person: Person) -> None:
    page = person(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_label("E-mail or user name").focus()
    page.keyboard.type("dana@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("green-lawn-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/evergreen")
