"""A company turns its portal off: no page of it is there, nothing is lost, and on again all is as before (D3)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.customers import records as customer_records
from chalicelib.customers.actions import link as links
from chalicelib.tenants.actions import stripe_account
from chalicelib.web.routes import Route
from sandbox.world import World
from tests.billing.till import Till
from tests.billing.wire import on_the_wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.test_house import routes
from tests.web.switching import switch

# What the widget asks has no pages: tests/leads/test_widget_api.py.
OF_A_PORTAL = [one for one in routes() if "{slug}" in one.path and not one.embedded]


@pytest.fixture
def owner(evergreen: Company) -> Client:
    return evergreen.admin()


@pytest.fixture
def off(owner: Client) -> Client:
    switch(owner, portal={"on": False})
    return owner


def ask(browser: Browser, route: Route) -> Any:
    path = re.sub(r"\{\w+\}", "x", route.path.replace("{slug}", "evergreen"))
    return browser.get(path, follow=False) if route.method == "GET" else browser.post(path, {}, follow=False)


@pytest.mark.parametrize("route", OF_A_PORTAL, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("who", ["a visitor", "a customer"])
def test_no_page_is_there(evergreen: Company, browser: Browser, owner: Client, route: Route, who: str) -> None:
    evergreen.customer()
    if who == "a customer":
        browser.sign_in("evergreen")
    switch(owner, portal={"on": False})
    page = ask(browser, route)
    assert page.status == 404
    if "/logo/" not in route.path and "/connect/" not in route.path:
        assert "Not available at the moment" in page.text and page.headers["cache-control"] == "no-store"


def test_the_page_says_whom_to_ask_and_has_no_menu(evergreen: Company, browser: Browser, owner: Client) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    switch(owner, portal={"on": False})
    page = browser.get("/evergreen")
    assert "Evergreen Pest & Lawn is closed for now" in page.text and "Nothing is lost" in page.text
    assert {"tel:3035550142", "mailto:office@evergreen.example"} <= set(page.links)
    assert "<nav" not in page.html and page.forms == [] and "Dana" not in page.html
    assert 'lang="es"' in Browser(browser.app, browser.world, language="es").get("/evergreen").html


def test_the_page_says_once_whom_to_ask(browser: Browser, off: Client) -> None:
    page = browser.get("/evergreen")
    assert page.links.count("tel:3035550142") == page.links.count("mailto:office@evergreen.example") == 1


def test_the_page_speaks_the_language_of_who_reads_it(evergreen: Company, browser: Browser, owner: Client) -> None:
    """A customer's own, else the one they chose on this device, else the browser's; a session that is over is nobody's.
    It costs no call more."""
    dana = evergreen.customer()
    browser.sign_in("evergreen")
    stranger = Browser(browser.app, browser.world)
    stranger.post("/evergreen/language", {"language": "es", "next": "/sign-in"})
    evergreen.store.write(customer_records.change_profile(evergreen.store, dana.id, language="es"))
    switch(owner, portal={"on": False})
    with on_the_wire(browser.world) as wire:
        assert 'lang="es"' in browser.get("/evergreen/invoices").html
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"] * 2, "who is asked, and the page's company"
    assert 'lang="es"' in stranger.get("/evergreen").html
    assert 'lang="en"' in Browser(browser.app, browser.world).get("/evergreen").html
    owner.delete(f"/customers/{dana.id}/access/sessions")
    assert 'lang="en"' in browser.get("/evergreen/invoices").html


def test_a_company_without_phone_or_address_for_mail_has_the_page_too(browser: Browser, off: Client) -> None:
    switch(off, company={"phone": "", "email": ""})
    page = browser.get("/evergreen")
    assert page.status == 404 and not [one for one in page.links if one.startswith(("tel:", "mailto:"))]


def test_links_of_old_mails_say_that_they_will_work_again(evergreen: Company, browser: Browser, owner: Client) -> None:
    dana = evergreen.customer()
    links.send(browser.world.services, evergreen.store, dana.now)
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    switch(owner, portal={"on": False})
    for path in (found.group(), "/evergreen/payments/01JDPAY", "/evergreen/invoices"):
        page = browser.get(path)
        assert page.status == 404 and "keep your link, it will work again" in page.text
    for path in ("/evergreen/sign-in/link/x", "/evergreen/password/reset/x"):
        assert "ask for a new link" in browser.get(path).text
    page = browser.post(found.group(), {})
    assert page.status == 404 and "was not done" in page.text and not browser.jar
    switch(owner, portal={"on": True})
    browser.get(found.group())
    assert browser.submit(found.group()).status == 200


def test_nobody_comes_in_and_nothing_is_sent(evergreen: Company, browser: Browser, off: Client) -> None:
    dana = evergreen.customer()
    mails = len(browser.deliver_mail())
    right = browser.post(
        "/evergreen/sign-in", {"login": "dana@example.com", "password": "green-lawn-2026", "next": "/"}
    )
    wrong = browser.post("/evergreen/sign-in", {"login": "dana@example.com", "password": "wrong", "next": "/"})
    assert right.status == wrong.status == 404 and right.text == wrong.text and not browser.jar
    for path in ("/sign-in/code", "/password/forgotten"):
        assert browser.post(f"/evergreen{path}", {"login": "dana@example.com", "next": "/"}).status == 404
    assert len(browser.deliver_mail()) == mails and dana.now.epoch == 0


def test_on_again_all_is_as_before_sessions_too(evergreen: Company, browser: Browser, owner: Client) -> None:
    invoice = evergreen.customer().invoice(12_000)
    before = browser.sign_in("evergreen")
    switch(owner, portal={"on": False})
    assert browser.get("/evergreen").status == 404
    assert browser.post("/evergreen/sign-out", {}).status == 404
    switch(owner, portal={"on": True})
    assert browser.get("/evergreen").html == before.html
    assert browser.get(f"/evergreen/invoices/{invoice.id}").status == 200


def test_nothing_is_paid_while_it_is_off(evergreen: Company, browser: Browser, owner: Client, clock: Any) -> None:
    dana = evergreen.customer(saved_card="pm_card_visa")
    invoice = dana.invoice(12_000)
    browser.sign_in("evergreen")
    form = browser.get(f"/evergreen/invoices/{invoice.id}/pay").form("/payments")
    switch(owner, portal={"on": False})
    page = browser.post(form.action, form.fields)
    assert page.status == 404 and "was not done" in page.text
    assert dana.invoice_now(invoice).due == 12_000 and dana.ledger() == []
    switch(owner, portal={"on": True})
    assert "/payments/" in browser.post(form.action, form.fields).url
    assert dana.invoice_now(invoice).due == 0


def test_what_was_paid_before_is_settled_all_the_same(
    evergreen: Company, browser: Browser, owner: Client, clock: Any
) -> None:
    till = Till(evergreen.customer(), clock)
    invoice = till.person.invoice(12_000)
    payment = till.pays(invoice, "new")
    switch(owner, portal={"on": False})
    till.at_checkout(payment)
    assert set(browser.deliver_webhooks()) == {200}
    assert till.person.invoice_now(invoice).due == 0


def test_the_company_still_gets_to_stripe(evergreen: Company, browser: Browser, off: Client, world: World) -> None:
    token = stripe_account.invite_to_connect(world.services, evergreen.store)
    assert browser.get(f"/evergreen/connect/{token}").status == 200


def test_other_companies_portals_are_on(evergreen: Company, bluewave: Company, browser: Browser, off: Client) -> None:
    bluewave.customer()
    assert browser.sign_in("bluewave").status == 200


def test_the_api_says_so_and_goes_on(off: Client) -> None:
    assert off.get("/settings").json["portal"]["on"] is False
    assert off.get("/guide").status == 200


def test_when_the_store_goes_down_over_it_there_is_still_a_page(
    evergreen: Company, browser: Browser, owner: Client, world: World
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    switch(owner, portal={"on": False})
    with on_the_wire(world) as wire:
        wire.plan = lambda number, _: "lost before" if number else None
        page = browser.get("/evergreen")
    assert page.status == 404 and "not available at the moment" in page.text


def test_a_switch_costs_no_further_call(evergreen: Company, browser: Browser, owner: Client, world: World) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    for on, calls in ((True, ["BatchGetItem", "Query"]), (False, ["BatchGetItem", "BatchGetItem"])):
        switch(owner, portal={"on": on})
        with on_the_wire(world) as wire:
            browser.get("/evergreen")
            assert [one.what for one in wire.calls] == [f"dynamodb {one}" for one in calls]
    switch(owner, portal={"on": True})
    with on_the_wire(world) as wire:
        Browser(browser.app, world).get("/evergreen/sign-in")
        assert [one.what for one in wire.calls] == ["dynamodb BatchGetItem"]
    with on_the_wire(world) as wire:
        form = {"login": "dana@example.com", "password": "green-lawn-2026", "next": "/"}
        assert browser.post("/evergreen/sign-in", form, follow=False).status == 303
        assert len(wire.calls) == 3
