"""The first page: what is owed, and one button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.customers.records import change_sums
from tests.billing.till import Till
from tests.billing.wire import on_the_wire
from tests.browser import Browser
from tests.builders import Company


def test_what_is_owed_and_the_oldest_due_first(evergreen: Company, browser: Browser, clock) -> None:
    dana = evergreen.customer()
    today = clock().date()
    later = dana.invoice(5_000, due=today + timedelta(days=9))
    first = dana.invoice(7_050, due=today - timedelta(days=12))
    page = browser.sign_in("evergreen")
    assert "$120.50" in page.text
    assert "Overdue by 12 days" in page.text and "Due in 9 days" in page.text
    assert "Pay $120.50" in page.text and "/evergreen/balance" in page.links
    assert {f"/evergreen/invoices/{one.id}" for one in (first, later)} <= set(page.links)


def test_the_only_one_leads_straight_to_its_pay_page(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    only = dana.invoice(7_050)
    dana.invoice(4_400, status="void")
    page = browser.sign_in("evergreen")
    assert f"/evergreen/invoices/{only.id}/pay" in page.links and "/evergreen/balance" not in page.links


def test_what_one_payment_can_not_pay_is_not_promised(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    dana.invoice(1_000)
    evergreen.store.write(
        change_sums(evergreen.store, dana.id, dana.now.sums, replace(dana.now.sums, balance=91_000, open_count=91))
    )
    page = browser.sign_in("evergreen")
    assert "$910.00" in page.text and "Pay the oldest first" in page.text and "Pay $910.00" not in page.text


def test_a_bank_payment_shows_when_it_should_arrive(evergreen: Company, browser: Browser, clock) -> None:
    till = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    first = till.person.invoice(12_000)
    till.person.invoice(3_000)
    payment = till.pays(first, till.banks_with())
    page = browser.sign_in("evergreen")
    assert "Processing until Nov 30" in page.text and "$30.00" in page.text
    assert f"/evergreen/payments/{payment.id}" in page.links
    clock.forward(days=9)
    page = browser.sign_in("evergreen")
    assert "Still processing" in page.text and "Processing until" not in page.text


def test_account_credit_is_shown_and_one_below_zero_is_owed(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    browser.sign_in("evergreen")
    for credit, words in ((2_500, "Account credit $25.00"), (-4_000, "Owed from a returned payment $40")):
        evergreen.store.write(
            change_sums(evergreen.store, dana.id, dana.now.sums, replace(dana.now.sums, credit=credit, version=credit))
        )
        page = browser.get("/evergreen")
        assert words in page.text and ("paid up" in page.text) == (credit > 0)
    dana.invoice(1_000)
    assert "Owed from a returned payment $40.00" in browser.get("/evergreen").text


def test_home_costs_the_caller_s_read_and_one_query(evergreen: Company, browser: Browser, clock, world) -> None:
    till = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    till.person.invoice(3_000)
    till.pays(till.person.invoice(12_000), till.banks_with())
    browser.sign_in("evergreen")
    with on_the_wire(world) as wire:
        assert browser.get("/evergreen").status == 200
        assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem", "dynamodb Query"]


def test_nothing_owed_is_said_kindly(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    page = browser.sign_in("evergreen")
    assert "all paid up" in page.text and "No invoices yet" in page.text


def test_drafts_and_void_ones_are_not_owed(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    draft = dana.invoice(9_900, status="draft")
    void = dana.invoice(4_400, status="void")
    page = browser.sign_in("evergreen")
    assert "all paid up" in page.text
    assert draft.number not in page.text and void.number in page.text and "Void" in page.text


def test_a_company_that_takes_no_payments_yet_is_named_instead(world, browser: Browser) -> None:
    from tests.builders import a_company

    company = a_company(world, "Bright Pools", "bright", connected=False)
    invoice = company.customer().invoice(12_000)
    page = browser.sign_in("bright")
    assert "please contact Bright Pools" in page.text and "tel:3035550142" in page.links
    assert not [link for link in page.links if link.endswith("/pay")]
    browser.get(f"/bright/invoices/{invoice.id}/pay")
    assert browser.page is not None and browser.page.url.endswith(invoice.id)


def test_where_more_is_open_than_the_page_reads_it_offers_the_balance(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    for _ in range(14):
        dana.invoice(1_000)
    page = browser.sign_in("evergreen")
    assert "Pay $140.00" in page.text
    assert "/evergreen/balance" in page.links
