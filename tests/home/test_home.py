"""The first page: what is owed, and one button."""

from __future__ import annotations

from datetime import timedelta

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
    pay = [link for link in page.links if link.endswith("/pay")]
    assert pay == [f"/evergreen/invoices/{first.id}/pay"]
    assert f"/evergreen/invoices/{later.id}" in page.links


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
    assert "please contact Bright Pools" in page.text
    assert not [link for link in page.links if link.endswith("/pay")]
    browser.get(f"/bright/invoices/{invoice.id}/pay")
    assert browser.page is not None and browser.page.url.endswith(invoice.id)


def test_where_more_is_open_than_the_page_reads_it_offers_the_list(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    for _ in range(14):
        dana.invoice(1_000)
    page = browser.sign_in("evergreen")
    assert "$140.00" in page.text
    assert "/evergreen/invoices" in page.links
