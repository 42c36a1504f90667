"""Signing in by a mailed code or link: ten minutes, once, five tries, in the browser that asked."""

from __future__ import annotations

import pytest

from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import Company
from tests.customers.codes import mailed


def ask(browser: Browser, login: str = "dana@example.com") -> tuple[str, str]:
    """Ask, and read the mail: the code and the link's path."""
    browser.get("/evergreen/sign-in")
    browser.post("/evergreen/sign-in/code", {"login": login, "next": "/invoices"})
    return mailed(browser)


def test_the_code_signs_in_and_leads_on(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    code, _ = ask(browser)
    page = browser.submit("/sign-in/code/check", code=f"{code[:3]} {code[3:]}")
    assert page.url.endswith("/evergreen/invoices")


def test_the_link_of_the_same_mail_signs_in(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    _, link = ask(browser)
    assert "Continue as Dana" in browser.get(link).text
    assert browser.submit(link).url.endswith("/evergreen/invoices")


def test_opening_the_link_uses_nothing_up(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    _, link = ask(browser)
    scanner = Browser(browser.app, browser.world)
    for _ in range(3):
        assert "where you asked" in scanner.get(link).text
    browser.get(link)
    assert browser.submit(link).url.endswith("/evergreen/invoices")


def test_a_scanner_that_even_posts_gets_nowhere_and_breaks_nothing(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    code, link = ask(browser)
    scanner = Browser(browser.app, browser.world)
    assert not [form for form in scanner.get(link).forms if form.action.endswith(link)]
    refused = scanner.post(link, {})
    assert refused.status == 409
    assert "in the browser where you asked" in refused.text
    assert not [name for name, _ in scanner.jar if name == "porchlight_session"]
    browser.get("/evergreen/sign-in")
    page = browser.post("/evergreen/sign-in/code/check", {"code": code, "next": "/"})
    assert page.url.endswith("/evergreen")


def test_a_code_works_once(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    code, link = ask(browser)
    jar = dict(browser.jar)
    assert browser.submit("/sign-in/code/check", code=code).status == 200
    second = Browser(browser.app, browser.world)
    second.jar = jar
    assert second.post("/evergreen/sign-in/code/check", {"code": code, "next": "/"}).status == 422
    assert "already been used" in second.get(link).text
    assert second.post(link, {}).status == 410


def test_a_code_needs_the_browser_that_asked(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    code, _ = ask(browser)
    other = Browser(browser.app, browser.world)
    assert other.post("/evergreen/sign-in/code/check", {"code": code, "next": "/"}).status == 422


@pytest.mark.parametrize("given", ["a" * 4000, "\ud800" * 43, "é" * 43, "a#b"])
def test_what_no_browser_was_given_is_not_asked_for(
    evergreen: Company, browser: Browser, wire: Wire, given: str
) -> None:
    """A cookie can be longer than a key of the store's, or no text: to write there would be an error."""
    evergreen.customer()
    _, link = ask(browser)
    browser.jar.clear()
    browser.headers["cookie"] = f"porchlight_challenge={given}"
    wire.calls.clear()
    page = browser.post("/evergreen/sign-in/code/check", {"code": "123456", "next": "/"})
    assert page.status == 422 and "expired" in page.text
    assert not [call.what for call in wire.of("dynamodb") if "Update" in call.what]
    assert browser.get("/evergreen/sign-in/code").url.endswith("/sign-in")
    assert browser.get(link).status == 409


def test_five_wrong_codes_end_it(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    code, _ = ask(browser)
    wrong = "000000" if code != "000000" else "111111"
    words = [browser.post("/evergreen/sign-in/code/check", {"code": wrong, "next": "/"}).text for _ in range(5)]
    assert "Tries left: 4" in words[0]
    assert "last try" in words[4]
    late = browser.post("/evergreen/sign-in/code/check", {"code": code, "next": "/"})
    assert late.status == 422 and "expired" in late.text


def test_a_code_dies_after_ten_minutes(evergreen: Company, browser: Browser, clock) -> None:
    evergreen.customer()
    code, link = ask(browser)
    clock.forward(minutes=10, seconds=1)
    assert browser.post("/evergreen/sign-in/code/check", {"code": code, "next": "/"}).status == 422
    assert browser.get(link).status == 410


def test_an_unknown_address_gets_the_same_page_and_no_mail(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    known = browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
    unknown = browser.post("/evergreen/sign-in/code", {"login": "nobody@example.com", "next": "/"})
    assert (known.status, known.text) == (unknown.status, unknown.text.replace("nobody@", "dana@"))
    assert known.url == unknown.url
    assert len(browser.deliver_mail()) == 1
    assert browser.post("/evergreen/sign-in/code/check", {"code": "123456", "next": "/"}).status == 422


def test_nobody_is_mailed_more_than_five_codes_a_quarter(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    statuses = [
        browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"}).status for _ in range(6)
    ]
    assert statuses == [200] * 5 + [429]
    assert len(browser.deliver_mail()) == 5


def test_an_address_of_two_accounts_leads_to_the_choice(evergreen: Company, browser: Browser) -> None:
    evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    rental = evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    code, _ = ask(browser, "ruth@example.com")
    page = browser.submit("/sign-in/code/check", code=code)
    assert page.url.endswith("/accounts")
    assert "Alvarez Rentals" in browser.submit("/accounts", account=rental.id).text


def test_the_choice_can_not_be_taken_to_another_company(
    evergreen: Company, bluewave: Company, browser: Browser
) -> None:
    evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    code, _ = ask(browser, "ruth@example.com")
    browser.submit("/sign-in/code/check", code=code)
    (choice,) = [value for (name, _), value in browser.jar.items() if name == "porchlight_choice"]
    browser.jar[("porchlight_choice", "/bluewave")] = choice
    assert browser.get("/bluewave/accounts").url.endswith("/bluewave/sign-in?next=/accounts")


def test_the_mail_speaks_the_customers_language(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(language="es")
    browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
    (mail,) = browser.deliver_mail()
    assert "minutos" in mail


def test_the_code_page_can_be_opened_again_and_switched_to_spanish(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.get("/evergreen/sign-in")
    page = browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/invoices"})
    assert page.url.endswith("/sign-in/code") and "dana@example.com" in page.text
    wrong = browser.submit("/sign-in/code/check", code="12")
    assert wrong.status == 422
    spanish = browser.submit("/language", language="es")
    assert spanish.status == 200 and 'lang="es"' in spanish.html and "dana@example.com" in spanish.text


def test_a_browser_that_asked_for_nothing_is_led_to_sign_in(evergreen: Company, browser: Browser) -> None:
    assert browser.get("/evergreen/sign-in/code").url.endswith("/evergreen/sign-in")


def test_twenty_codes_a_day_are_enough(evergreen: Company, browser: Browser, clock) -> None:
    evergreen.customer()
    statuses = []
    for n in range(21):
        clock.forward(minutes=16 if n % 4 == 0 else 0)
        browser.address = f"198.51.100.{len(statuses)}"
        statuses.append(browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"}).status)
    assert statuses == [200] * 20 + [429]
