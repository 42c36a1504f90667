"""Portal Links: one click to come in, whatever a mail scanner does with them before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chalicelib import tokens
from chalicelib.customers import records
from chalicelib.customers.actions import link as links
from tests.browser import Browser
from tests.builders import Company, Person


def mailed(browser: Browser, person: Person, **values: object) -> str:
    """Send a Portal Link and read it out of the mail."""
    links.send(browser.world.services, person.company.store, person.now, **values)  # type: ignore[arg-type]
    return newest(browser)


def newest(browser: Browser) -> str:
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    return found.group()


def test_the_button_of_a_mail_opens_the_account(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    assert "Continue as Dana" in browser.get(link).text
    page = browser.submit(link)
    assert page.url.endswith("/evergreen") and "Dana Whitfield" in page.text


def test_the_page_of_a_link_tells_nothing_else(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer("Dana Whitfield")
    dana.invoice(12_000)
    page = browser.get(mailed(browser, dana))
    assert "Whitfield" not in page.html
    assert "120" not in page.text and "dana@example.com" not in page.html
    assert "no-store" in page.headers["cache-control"]


def test_scanners_may_open_and_even_post_it(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    for _ in range(3):
        scanner = Browser(browser.app, browser.world)
        scanner.get(link)
        scanner.submit(link)
    browser.get(link)
    assert browser.submit(link).status == 200


def test_it_lives_seven_days(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=6, hours=23)
    assert browser.get(link).status == 200
    clock.forward(hours=2)
    expired = browser.get(link)
    assert expired.status == 410
    assert browser.post(link, {}).status == 410


@pytest.mark.parametrize(("asked", "days"), [(0, 1), (30, 30), (400, 90)])
def test_a_company_may_choose_between_1_and_90_days(
    evergreen: Company, browser: Browser, clock, asked: int, days: int
) -> None:
    link = mailed(browser, evergreen.customer(), life=timedelta(days=asked))
    clock.forward(days=days, minutes=-1)
    assert browser.get(link).status == 200
    clock.forward(minutes=2)
    assert browser.get(link).status == 410


def test_an_expired_one_sends_a_fresh_one_to_the_same_address(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8)
    browser.get(link)
    assert browser.submit("/renewal").status == 200
    mail = browser.deliver_mail()[-1]
    assert "To: dana@example.com" in mail
    fresh = newest(browser)
    assert fresh != link
    browser.get(fresh)
    assert browser.submit(fresh).status == 200


def test_a_fresh_one_is_not_sent_to_an_address_that_left_the_account(
    evergreen: Company, browser: Browser, clock
) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, emails='["new@example.com"]'))
    clock.forward(days=8)
    before = len(browser.deliver_mail())
    assert "/renewal" not in browser.get(link).html
    assert browser.post(link + "/renewal", {}).status == 200
    assert len(browser.deliver_mail()) == before


def test_a_link_ends_when_its_address_leaves_the_account(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, emails='["new@example.com"]'))
    assert browser.get(link).status == 410
    assert browser.post(link, {}).status == 410


def test_renewing_is_throttled(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8)
    statuses = [browser.post(link + "/renewal", {}).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t[:-1] + "A" * 2, lambda t: t.swapcase(), lambda t: "x" * 43]
)
def test_a_forged_or_cut_link_is_unknown(evergreen: Company, browser: Browser, spoil) -> None:
    root, token = mailed(browser, evergreen.customer()).rsplit("/", 1)
    page = browser.get(f"{root}/{spoil(token)}")
    assert page.status == 404
    assert browser.post(f"{root}/{spoil(token)}", {}).status == 404


def test_a_link_of_one_company_is_unknown_at_another(evergreen: Company, bluewave: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    assert browser.get(link.replace("evergreen", "bluewave")).status == 404


def test_a_revoked_link_is_over(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    token = link.rsplit("/", 1)[1]
    evergreen.store.write(records.revoke_link(evergreen.store, tokens.fingerprint(token)))
    page = browser.get(link)
    assert page.status == 410
    assert not page.forms or all("renewal" not in form.action for form in page.forms)


def test_an_account_turned_off_is_not_opened_by_a_link(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    assert browser.get(link).status == 404
    assert browser.post(link, {}).status == 403


def test_a_link_session_lives_two_hours(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    browser.get(link)
    browser.submit(link)
    clock.forward(hours=1, minutes=59)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    clock.forward(minutes=2)
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_a_link_session_can_not_set_a_password(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer(must_change=True))
    browser.get(link)
    browser.submit(link)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    assert browser.get("/evergreen/password").url.endswith("/evergreen/step-up?next=/password")
    assert "/evergreen/step-up" in browser.post("/evergreen/password", {"password": "a brand new password"}).url
    changed = {"login": "dana@example.com", "password": "a brand new password"}
    assert browser.post("/evergreen/sign-in", changed).status == 422


def test_the_store_holds_no_link(evergreen: Company, browser: Browser) -> None:
    """Who reads the tables gets in nowhere: neither the token nor what it is made from lies in them."""
    import boto3

    token = mailed(browser, evergreen.customer()).rsplit("/", 1)[1]
    for table in ("TenantsTable", "CustomersTable", "TokensTable"):
        rows = boto3.client("dynamodb").scan(TableName=browser.world.outputs[table])["Items"]
        assert token not in str(rows)
