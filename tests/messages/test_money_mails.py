"""The mails that money causes: to whom, once each, and what they say."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.header import decode_header, make_header

import pytest

import app as wiring
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from chalicelib.tenants.records.company import decide
from sandbox.world import sent_texts
from tests.billing.till import NEW, RETURNING_BANK, Till
from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock

OFFICE = "office@evergreen.example"


class Read:
    """A mail as its reader sees it."""

    def __init__(self, raw: str) -> None:
        mime = email.message_from_string(raw)
        self.to = str(mime["To"])
        self.subject = str(make_header(decode_header(mime["Subject"])))
        parts = {part.get_content_type(): part.get_payload(decode=True) for part in mime.walk()}
        text, html = parts["text/plain"], parts["text/html"]
        assert isinstance(text, bytes) and isinstance(html, bytes)
        self.text, self.html = text.decode(), html.decode()


@pytest.fixture
def till(evergreen: Company, clock: Clock) -> Till:
    return Till(evergreen.customer(saved_card="pm_card_visa"), clock)


def mails(browser: Browser, till: Till) -> list[Read]:
    """All mail there ever was, oldest first, after Stripe has said what it has to say."""
    browser.deliver_webhooks(wiring.app)
    till.sweep()
    return [Read(raw) for raw in browser.deliver_mail()]


def where_it_leads(browser: Browser, mail: Read) -> str:
    """The page behind the mail's button, for whoever has the mail."""
    (link,) = set(re.findall(r"/evergreen/link/[\w-]{43}", mail.html))
    browser.get(link)
    return browser.submit(link).url


def days_pass(browser: Browser, till: Till, count: int = 8) -> None:
    """As long as banks take, with the post going out each day."""
    for _ in range(count):
        till.time_passes(hours=24)
        mails(browser, till)


def test_a_receipt_tells_credit_and_charge_apart(browser: Browser, till: Till) -> None:
    till.has_credit(2_500)
    one, other = till.person.invoice(12_000), till.person.invoice(5_000)
    till.orders([(one.id, 12_000), (other.id, 5_000)], till.saved, credit=2_500)
    receipt = mails(browser, till)[-1]
    assert receipt.to == "dana@example.com"
    assert "you paid Evergreen Pest & Lawn $170.00" in receipt.subject
    for words in ("Visa •••• 4242 · $145.00", "From account credit: $25.00", f"Invoice {one.number}: $120.00"):
        assert words in receipt.text
    assert "$170.00" in receipt.html
    assert "/evergreen/payments/" in where_it_leads(browser, receipt)


def test_what_no_invoice_took_is_told(browser: Browser, till: Till) -> None:
    till.person.invoice(12_000)
    till.hands_over(15_000, "Check")
    receipt = mails(browser, till)[-1]
    assert "Paid with: Check" in receipt.text and "Became account credit: $30.00" in receipt.text


def test_a_bank_payment_is_told_when_it_begins_and_once(browser: Browser, till: Till) -> None:
    payment = till.pays(till.person.invoice(12_000), till.banks_with())
    till.comes_back(payment)
    (begun,) = mails(browser, till)
    assert begun.to == "dana@example.com" and "is on its way" in begun.subject
    assert "Monday, November 30" in begun.text and "Monday, November 30" in begun.html
    days_pass(browser, till)
    assert [one.subject for one in mails(browser, till)[1:]] == ["Receipt: you paid Evergreen Pest & Lawn $120.00"]


def test_a_bank_payment_that_comes_back_is_told_to_both(browser: Browser, till: Till) -> None:
    invoice = till.person.invoice(12_000)
    payment = till.pays(invoice, NEW)
    till.at_checkout(payment, bank=RETURNING_BANK)
    till.comes_back(payment)
    days_pass(browser, till)
    to_dana, to_office = mails(browser, till)[1:]
    assert (to_dana.to, to_office.to) == ("dana@example.com", OFFICE)
    assert "there wasn’t enough money in the account" in to_dana.text and "Pay another way" in to_dana.text
    assert "Dana Whitfield" in to_office.subject and "There wasn’t enough money in the account." in to_office.text
    assert f"Invoice {invoice.number}: $120.00" in to_office.text and "Nothing needs doing at Stripe" in to_office.text


def test_the_words_are_in_the_reader_s_language(browser: Browser, evergreen: Company, clock: Clock) -> None:
    lucia = evergreen.customer("Lucía Herrera", email="lucia@example.com", language="es", saved_card="pm_card_visa")
    till = Till(lucia, clock)
    till.pays(till.person.invoice(12_000), till.saved)
    assert "Recibo" in mails(browser, till)[-1].subject


def test_a_refund_is_told_to_the_customer(browser: Browser, till: Till) -> None:
    invoice = till.person.invoice(12_000)
    till.gets_back(till.pays(invoice, till.saved), 3_000)
    refund = mails(browser, till)[-1]
    assert refund.to == "dana@example.com" and "refunded you $30.00" in refund.subject
    assert "goes back to Visa •••• 4242" in refund.text
    assert f"Open again: invoice {invoice.number}: $30.00" in refund.text


def test_cash_given_back_promises_no_bank(browser: Browser, till: Till) -> None:
    till.person.invoice(12_000)
    till.gets_back(till.hands_over(12_000), 3_000)
    refund = mails(browser, till)[-1]
    assert "refunded you $30.00" in refund.subject and "business days" not in refund.text + refund.html


def test_a_refund_that_came_back_is_told_to_the_office(browser: Browser, evergreen: Company, clock: Clock) -> None:
    till = Till(evergreen.customer(saved_card="pm_card_refundFail"), clock)
    till.gets_back(till.pays(till.person.invoice(12_000), till.saved), 3_000)
    days_pass(browser, till, 40)
    told = [one for one in mails(browser, till) if one.to == OFFICE]
    assert [one.subject for one in told] == ["A refund of $30.00 to Dana Whitfield came back"]
    assert "in your Stripe balance" in told[0].text and "by check" in told[0].text


def test_the_company_is_told_of_a_dispute_by_sms_where_it_wants_that(browser: Browser, till: Till) -> None:
    company = till.company.company
    till.company.store.write(
        templates.decide(till.company.store, "dispute_company", Choice(), Choice(email=False, sms=True))
    )
    till.company.store.write(decide(till.company.store, company, replace(company, phone="(303) 555-0100")))
    till.disputes(till.pays(till.person.invoice(12_960), till.saved))
    told = {mail.to for mail in mails(browser, till)}
    browser.deliver_mail()
    ((number, words),) = sent_texts()
    assert number == "+13035550100" and "took $129.60 back" in words and "/console#/payments/" in words
    assert OFFICE not in told


def test_a_dispute_and_its_end_are_told(browser: Browser, till: Till) -> None:
    invoice = till.person.invoice(12_000)
    payment = till.pays(invoice, till.saved)
    dispute = till.disputes(payment)
    to_dana, to_office = mails(browser, till)[-2:]
    assert (to_dana.to, to_office.to) == ("dana@example.com", OFFICE)
    assert "didn’t make this payment" in to_office.text and "Stripe dashboard" in to_office.text
    assert "didn’t make this payment" not in to_dana.text, "whoever reads it is not accused"
    for one in (to_dana, to_office):
        assert f"Open again: invoice {invoice.number}: $120.00" in one.text
    till.world.stripe.close_dispute(dispute, "won")
    won = mails(browser, till)[-1]
    assert won.to == OFFICE and "You won the dispute" in won.subject


def test_without_an_address_nobody_is_written_to(browser: Browser, evergreen: Company, clock: Clock) -> None:
    till = Till(evergreen.customer(email="", password=None, saved_card="pm_card_visa"), clock)
    till.pays(till.person.invoice(12_000), till.saved)
    assert mails(browser, till) == []
