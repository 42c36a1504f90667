"""Each of the six permissions, off and on again by the API: what is hidden is not in the menu, not on the first page,
and its addresses are not there, also for a link that was mailed before (D4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.customers.actions import link as links
from sandbox import stylebook
from sandbox.world import World
from tests.billing.till import Till
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.web.switching import switch


@pytest.fixture
def owner(evergreen: Company) -> Client:
    return evergreen.admin()


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    """A customer with a card on file, signed in."""
    made = evergreen.customer(saved_card="pm_card_visa")
    browser.sign_in("evergreen")
    return made


def hide(owner: Client, permission: str) -> None:
    switch(owner, permissions={permission: False})


def show(owner: Client, permission: str) -> None:
    switch(owner, permissions={permission: True})


def leads_to_invoices(page: Any) -> list[str]:
    return [one for one in page.links if "/invoices" in one]


def test_hidden_invoices_are_not_in_the_menu_nor_on_the_first_page(
    owner: Client, dana: Person, browser: Browser
) -> None:
    invoice = dana.invoice(12_000)
    assert leads_to_invoices(browser.get("/evergreen"))
    hide(owner, "invoices")
    page = browser.get("/evergreen")
    assert page.status == 200 and leads_to_invoices(page) == []
    assert "invoice" not in page.text.lower() and invoice.number not in page.text
    assert "$120.00" in page.text and "/evergreen/balance" in page.links
    assert "invoices" not in Browser(browser.app, browser.world).get("/evergreen/sign-in").text
    show(owner, "invoices")
    assert invoice.number in browser.get("/evergreen").text and leads_to_invoices(browser.get("/evergreen"))


@pytest.mark.parametrize("path", ["", "?filter=all", "/{id}", "/{id}/pay", "/{id}/pdf"])
def test_hidden_invoices_have_no_address(owner: Client, dana: Person, browser: Browser, path: str) -> None:
    invoice = dana.invoice(12_000)
    address = "/evergreen/invoices" + path.format(id=invoice.id)
    assert browser.get(address, follow=False).status in (200, 303)
    hide(owner, "invoices")
    hidden = browser.get(address, follow=False)
    assert hidden.status == 404
    assert hidden.text == browser.get(address.replace(invoice.id, "01JDNOTHING"), follow=False).text
    show(owner, "invoices")
    assert browser.get(address, follow=False).status in (200, 303)


def test_what_is_owed_can_be_paid_without_seeing_invoices(owner: Client, dana: Person, browser: Browser) -> None:
    first, second = dana.invoice(12_000), dana.invoice(3_000)
    hide(owner, "invoices")
    page = browser.get("/evergreen/balance")
    assert page.status == 200 and leads_to_invoices(page) == []
    assert f"Invoice {first.number}" in page.text and "$120.00" in page.text and "$30.00" in page.text
    done = browser.submit("/payments")
    assert "/payments/" in done.url and "Paid. Thank you!" in done.text
    assert f"Invoice {first.number}" in done.text and leads_to_invoices(done) == []
    assert dana.invoice_now(first).due == dana.invoice_now(second).due == 0
    history = browser.get("/evergreen/payments")
    assert first.number in history.text and leads_to_invoices(history) == []


def test_one_invoice_alone_is_paid_on_the_balance_page_then(owner: Client, dana: Person, browser: Browser) -> None:
    invoice = dana.invoice(12_000)
    assert browser.get("/evergreen/balance").url.endswith(f"/invoices/{invoice.id}/pay")
    hide(owner, "invoices")
    assert browser.get("/evergreen/balance").url.endswith("/balance")
    browser.submit("/payments")
    assert dana.invoice_now(invoice).due == 0


@pytest.mark.parametrize("typed", ["$120.00", "$50.00"])
def test_a_single_invoice_can_not_be_paid_by_its_form_any_more(
    owner: Client, dana: Person, browser: Browser, typed: str
) -> None:
    invoice = dana.invoice(12_000)
    form = browser.get(f"/evergreen/invoices/{invoice.id}/pay").form("/payments")
    hide(owner, "invoices")
    page = browser.post(form.action, {**form.fields, "amount": typed})
    assert page.status == 404 and dana.invoice_now(invoice).due == 12_000 and dana.ledger() == []
    show(owner, "invoices")
    assert browser.post(form.action, {**form.fields, "amount": typed}).status == 200
    assert dana.invoice_now(invoice).due == 12_000 - int(typed.strip("$").replace(".", ""))


def test_a_payment_that_failed_is_tried_again_on_the_balance_page(
    owner: Client, evergreen: Company, browser: Browser
) -> None:
    poor = evergreen.customer(saved_card="pm_card_chargeCustomerFail")
    poor.invoice(12_000)
    browser.sign_in("evergreen")
    hide(owner, "invoices")
    browser.get("/evergreen/balance")
    page = browser.submit("/payments")
    assert "didn’t go through" in page.text and leads_to_invoices(page) == []
    assert "/evergreen/balance" in page.links


def test_a_link_mailed_before_leads_to_the_first_page(owner: Client, dana: Person, browser: Browser) -> None:
    invoice = dana.invoice(12_000)
    guest = Browser(browser.app, browser.world)
    links.send(browser.world.services, dana.company.store, dana.now, path=f"/invoices/{invoice.id}")
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    hide(owner, "invoices")
    guest.get(found.group())
    page = guest.submit(found.group())
    assert page.status == 200 and page.url.endswith("/evergreen") and "$120.00" in page.text
    assert guest.get(f"/evergreen/invoices/{invoice.id}").status == 404
    show(owner, "invoices")
    guest.get(found.group())
    assert guest.submit(found.group()).url.endswith(f"/invoices/{invoice.id}")


def test_money_under_way_stays_in_sight(owner: Client, evergreen: Company, browser: Browser, clock: Clock) -> None:
    till = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    payment = till.pays(till.person.invoice(12_000), till.banks_with())
    browser.sign_in("evergreen")
    hide(owner, "invoices")
    page = browser.get("/evergreen")
    assert "Processing until" in page.text and f"/evergreen/payments/{payment.id}" in page.links
    assert leads_to_invoices(browser.get("/evergreen/balance")) == []
    assert browser.get(f"/evergreen/payments/{payment.id}").status == 200


def test_no_page_without_invoices_leads_to_one() -> None:
    samples = {name: one for name, one in stylebook.page_samples("en").items() if not one[1].invoices}
    assert len(samples) >= 4
    for name in samples:
        assert "/invoices" not in stylebook.samples()[f"{name}.en"], name


def test_a_hidden_wallet_is_not_there(owner: Client, dana: Person, browser: Browser) -> None:
    dana.invoice(12_000)
    card = dana.account.methods[0].id
    hide(owner, "payment_options")
    assert not [one for one in browser.get("/evergreen").links if "/wallet" in one]
    paths = ("", f"/{card}", f"/{card}/details", "/added")
    for path in paths:
        assert browser.get(f"/evergreen/wallet{path}").status == 404
    for path in ("/cards", "/bank-accounts", f"/{card}/default", f"/{card}/removal", f"/{card}/details"):
        assert browser.post(f"/evergreen/wallet{path}", {}).status == 404
    show(owner, "payment_options")
    assert [one for one in browser.get("/evergreen").links if one.endswith("/wallet")]
    assert browser.get(f"/evergreen/wallet/{card}").status == 200


def test_without_adding_nothing_is_kept(owner: Client, dana: Person, browser: Browser) -> None:
    invoice = dana.invoice(12_000)
    hide(owner, "add_methods")
    assert not [
        one for one in browser.get("/evergreen/wallet").forms if one.action.endswith(("/cards", "/bank-accounts"))
    ]
    for path in ("/cards", "/bank-accounts"):
        assert browser.post(f"/evergreen/wallet{path}", {}).status == 404
        assert browser.get(f"/evergreen/wallet{path}").status == 404
    assert 'name="keep"' not in browser.get(f"/evergreen/invoices/{invoice.id}/pay").html
    show(owner, "add_methods")
    assert [one for one in browser.get("/evergreen/wallet").forms if one.action.endswith("/cards")]
    assert 'name="keep"' in browser.get(f"/evergreen/invoices/{invoice.id}/pay").html


def test_without_deleting_all_stays(owner: Client, dana: Person, browser: Browser) -> None:
    card = dana.account.methods[0].id
    hide(owner, "delete_methods")
    page = browser.get(f"/evergreen/wallet/{card}")
    assert page.status == 200 and not [one for one in page.forms if one.action.endswith("/removal")]
    assert browser.post(f"/evergreen/wallet/{card}/removal", {}).status == 404
    assert [one.id for one in dana.account.methods] == [card]
    show(owner, "delete_methods")
    browser.get(f"/evergreen/wallet/{card}")
    browser.submit("/removal")
    assert dana.account.methods == ()


@pytest.mark.parametrize("permission", ["estimates", "documents"])
def test_hidden_estimates_and_documents_are_not_in_the_menu_and_have_no_address(
    owner: Client, dana: Person, browser: Browser, permission: str
) -> None:
    assert f"/evergreen/{permission}" in browser.get("/evergreen").links
    assert browser.get(f"/evergreen/{permission}").status == 200
    hide(owner, permission)
    for address in ("/evergreen", "/evergreen/payments"):
        assert not [one for one in browser.get(address).links if f"/{permission}" in one]
    assert browser.get(f"/evergreen/{permission}").status == 404
    show(owner, permission)
    assert browser.get(f"/evergreen/{permission}").status == 200


def test_one_companys_switch_is_not_anothers(owner: Client, bluewave: Company, browser: Browser, world: World) -> None:
    bluewave.customer().invoice(12_000)
    hide(owner, "invoices")
    assert leads_to_invoices(browser.sign_in("bluewave"))
