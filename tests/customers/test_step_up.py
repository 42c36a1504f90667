"""Step up: a mailed link shows and pays; what changes the account takes the password or a mailed code too."""

from __future__ import annotations

import re

import pytest

from chalicelib.customers import records, rules, session_tokens
from chalicelib.customers.actions import link as links
from chalicelib.customers.rules import Login
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.customers.codes import mailed

STEP_UP = "/evergreen/step-up?next=/wallet"


def by_link(browser: Browser, person: Person) -> Browser:
    """The browser with the session of a mailed link."""
    links.send(browser.world.services, person.company.store, person.now)
    found = re.findall(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    browser.get(found[0])
    browser.submit(found[0])
    return browser


def session(browser: Browser) -> session_tokens.Session:
    token = next(value for (name, _), value in browser.jar.items() if name == "porchlight_session")
    services = browser.world.services
    return session_tokens.read(services.secrets, token, services.now())


def asks_for_code(browser: Browser) -> Page:
    browser.get(STEP_UP)
    return browser.post("/evergreen/step-up/code", {"next": "/wallet"})


def test_the_password_proves_it_without_a_name(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    by_link(browser, dana)
    assert session(browser).proof == "link"
    page = browser.get(STEP_UP)
    assert set(page.form("/step-up").fields) == {"next", "password"} and "dana@example.com" not in page.html
    page = browser.submit("/step-up", password="green-lawn-2026")
    assert page.url.endswith("/evergreen/wallet")
    assert (session(browser).proof, session(browser).customer) == ("password", dana.id)


def test_a_wrong_password_proves_nothing(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    browser.get(STEP_UP)
    page = browser.submit("/step-up", password="green-lawn-2025")
    assert page.status == 422 and "That isn’t your password" in page.text
    assert page.form("/step-up").fields["next"] == "/wallet" and session(browser).proof == "link"


def test_passwords_are_not_tried_for_long(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    statuses = [browser.post("/evergreen/step-up", {"password": "x", "next": "/"}).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert browser.post("/evergreen/sign-in", {"login": "dana@example.com", "password": "x"}).status == 429


def test_a_mailed_code_proves_it(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer(password=None)
    by_link(browser, dana)
    page = browser.get(STEP_UP)
    assert "password" not in page.html and "d•••@example.com" in page.text
    page = browser.submit("/step-up/code")
    assert page.url.endswith("/step-up/code?next=/wallet") and "A 6-digit code is on its way" in page.text
    code, _ = mailed(browser)
    assert browser.submit("/step-up/code/check", code=code).url.endswith("/evergreen/wallet")
    assert (session(browser).proof, session(browser).customer) == ("code", dana.id)
    assert not [name for name, _ in browser.jar if name == "porchlight_challenge"]


def test_the_mails_link_opens_the_very_same_account(evergreen: Company, browser: Browser) -> None:
    evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    ruth = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    by_link(browser, ruth)
    asks_for_code(browser)
    _, link = mailed(browser)
    assert "Continue as Ruth" in browser.get(link).text
    assert browser.submit(link).url.endswith("/evergreen/wallet")
    assert (session(browser).proof, session(browser).customer) == ("code", ruth.id)


def test_an_address_of_two_accounts_goes_on_as_the_same_one(evergreen: Company, browser: Browser) -> None:
    rentals = evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    ruth = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    for person, other in ((ruth, rentals), (rentals, ruth)):
        by_link(browser, person)
        assert [account for account, _ in session(browser).accounts] == [person.id]
        asks_for_code(browser)
        browser.submit("/step-up/code/check", code=mailed(browser)[0])
        assert session(browser).customer == person.id
        assert {account for account, _ in session(browser).accounts} == {person.id, other.id}


def test_a_password_of_two_accounts_goes_on_as_the_same_one(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    office = evergreen.customer("Whitfield Dental", email="office@example.com", password=None,
                                logins=("dana@example.com",))  # fmt: skip
    (item,) = evergreen.store.get(records.login_key(evergreen.store, "dana@example.com"))
    assert item
    known = records.to_login(item)
    both = Login(known.name, (dana.id, office.id), known.password)
    evergreen.store.write(records.set_login(evergreen.store, both, known))
    by_link(browser, office)
    browser.get(STEP_UP)
    browser.submit("/step-up", password="green-lawn-2026")
    assert session(browser).customer == office.id
    assert [account for account, _ in session(browser).accounts] == [office.id, dana.id]


def test_a_login_that_opens_another_account_does_not_open_this_one(evergreen: Company, browser: Browser) -> None:
    """The profile names a login whose row does not name the profile: that password is somebody else's."""
    evergreen.customer()
    ruth = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None, logins=("dana@example.com",))
    by_link(browser, ruth)
    assert "password" not in browser.get(STEP_UP).html
    assert browser.post("/evergreen/step-up", {"password": "green-lawn-2026", "next": "/"}).status == 422
    assert session(browser).proof == "link"


def test_a_code_for_ones_own_account_does_not_open_a_strangers(evergreen: Company, browser: Browser) -> None:
    """Somebody with Dana's forwarded link asks for a code to an address of their own, at the sign-in page."""
    dana = evergreen.customer()
    evergreen.customer("Mallory Finch", email="mallory@example.com", password=None)
    by_link(browser, dana)
    browser.post("/evergreen/sign-in/code", {"login": "mallory@example.com", "next": "/"})
    code, _ = mailed(browser)
    assert browser.post("/evergreen/step-up/code/check", {"code": code, "next": "/"}).status == 422
    assert (session(browser).proof, session(browser).customer) == ("link", dana.id)


def test_the_code_needs_the_browser_that_asked(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    by_link(browser, dana)
    asks_for_code(browser)
    code, _ = mailed(browser)
    other = by_link(Browser(browser.app, browser.world), dana)
    assert other.post("/evergreen/step-up/code/check", {"code": code, "next": "/"}).status == 422
    assert session(other).proof == "link"


def test_five_wrong_codes_end_it(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    asks_for_code(browser)
    code, _ = mailed(browser)
    wrong = "000000" if code != "000000" else "111111"
    words = [browser.submit("/step-up/code/check", code=wrong).text for _ in range(5)]
    assert "Tries left: 4" in words[0] and "last try" in words[4]
    assert browser.submit("/step-up/code/check", code=code).status == 422 and session(browser).proof == "link"


def test_five_codes_a_quarter_are_enough(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    statuses = [browser.post("/evergreen/step-up/code", {"next": "/"}).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_code_dies_after_ten_minutes(evergreen: Company, browser: Browser, clock) -> None:
    by_link(browser, evergreen.customer())
    asks_for_code(browser)
    code, _ = mailed(browser)
    clock.forward(minutes=10, seconds=1)
    assert browser.submit("/step-up/code/check", code=code).status == 422


def test_who_can_prove_nothing_is_sent_to_the_company(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    by_link(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, emails="[]", logins="[]"))
    page = browser.get(STEP_UP)
    assert "Please contact Evergreen Pest & Lawn" in page.text
    assert not [form for form in page.forms if "/step-up" in form.action]
    assert browser.post("/evergreen/step-up/code", {"next": "/"}).status == 404
    assert browser.post("/evergreen/step-up", {"password": "green-lawn-2026", "next": "/"}).status == 422


def test_who_has_proven_it_goes_straight_on(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    assert browser.get("/evergreen/step-up?next=/invoices").url.endswith("/evergreen/invoices")
    assert browser.get("/evergreen/step-up/code?next=/invoices").url.endswith("/evergreen/invoices")


def test_a_visitor_signs_in_first(evergreen: Company, browser: Browser) -> None:
    assert "/evergreen/sign-in" in browser.get(STEP_UP).url
    assert "/evergreen/sign-in" in browser.post("/evergreen/step-up", {"password": "x", "next": "/"}).url


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil", "javascript:x", ""])
def test_it_leads_nowhere_else(evergreen: Company, browser: Browser, next_path: str) -> None:
    by_link(browser, evergreen.customer())
    page = browser.post("/evergreen/step-up", {"password": "green-lawn-2026", "next": next_path})
    assert page.url.endswith("/evergreen")


def test_changing_the_password_asks_the_same(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    assert browser.get("/evergreen/password").url.endswith("/evergreen/step-up?next=/password")
    refused = browser.post("/evergreen/password", {"password": "a brand new password", "current": ""})
    assert "/evergreen/step-up" in refused.url and session(browser).proof == "link"
    browser.get(STEP_UP.replace("/wallet", "/password"))
    assert browser.submit("/step-up", password="green-lawn-2026").url.endswith("/evergreen/password")


def test_access_turned_off_stays_off(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    by_link(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    assert "/sign-in" in browser.post("/evergreen/step-up", {"password": "green-lawn-2026", "next": "/"}).url


def test_the_code_page_without_a_code_begins_anew(evergreen: Company, browser: Browser) -> None:
    by_link(browser, evergreen.customer())
    page = browser.get("/evergreen/step-up/code/check")
    assert page.url.endswith("/step-up/code") and "Confirm that it’s you" in page.text


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("dana@example.com", "d•••@example.com"),
        ("x@y.example", "x•••@y.example"),
        ("(303) 555-0117", "•••17"),
        ("", ""),
    ],
)
def test_an_address_is_known_again_by_its_owner_only(email: str, shown: str) -> None:
    assert rules.masked(email) == shown
