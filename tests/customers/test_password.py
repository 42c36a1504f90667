"""Signing in with a password, forgetting it, having to change it."""

from __future__ import annotations

import re

import pytest

from chalicelib import passwords
from chalicelib.aws.store import Store
from chalicelib.customers import records
from chalicelib.customers.records import profile
from chalicelib.customers.rules import Login, with_contacts
from tests.browser import Browser
from tests.builders import PASSWORD, Company
from tests.customers.codes import comes_in

RESET_LINK = re.compile(r"/evergreen/password/reset/[\w-]{43}")


def password_of(store: Store, login: str) -> str | None:
    (item,) = store.get(records.login_key(store, login))
    return records.to_login(item).password if item else None


def reset_link(browser: Browser) -> str:
    (*_, mail) = browser.deliver_mail()
    found = RESET_LINK.search(mail.replace("=\n", ""))
    assert found
    return found.group()


def test_the_right_password_opens_the_account(evergreen: Company, browser: Browser) -> None:
    evergreen.customer("Dana Whitfield")
    page = browser.sign_in("evergreen")
    assert page.url.endswith("/evergreen")
    assert "Dana Whitfield" in page.text


def test_a_login_is_read_without_regard_to_case_and_blanks(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    assert browser.sign_in("evergreen", "  Dana@Example.COM ").url.endswith("/evergreen")


def test_a_user_name_works_like_an_address(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer(password=None)
    login = Login("dana-w", (dana.id,), passwords.make("lavender fields"))
    evergreen.store.write(records.set_login(evergreen.store, login))
    assert browser.sign_in("evergreen", "dana-w", "lavender fields").url.endswith("/evergreen")


def test_wrong_and_unknown_read_alike(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    wrong = browser.sign_in("evergreen", password="not the password")
    unknown = browser.sign_in("evergreen", login="nobody@example.com")
    assert wrong.status == unknown.status == 422
    assert wrong.text == unknown.text.replace("nobody@example.com", "dana@example.com")
    assert "don’t match" in wrong.text


def test_ten_tries_in_a_quarter_of_an_hour_are_enough(evergreen: Company, browser: Browser, clock) -> None:
    evergreen.customer()
    for _ in range(10):
        assert browser.sign_in("evergreen", password="guess guess").status == 422
    browser.get("/evergreen/sign-in")
    refused = browser.submit("/sign-in", login="dana@example.com", password=PASSWORD)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) <= 15 * 60
    assert "wait" in refused.text
    clock.forward(minutes=16)
    assert browser.sign_in("evergreen").url.endswith("/evergreen")


def test_one_address_can_not_try_many_names(evergreen: Company, browser: Browser) -> None:
    statuses = [browser.sign_in("evergreen", login=f"user-{n}@example.com").status for n in range(62)]
    assert statuses[59] == 422
    assert statuses[-1] == 429


def test_the_caller_can_not_choose_his_address(evergreen: Company, browser: Browser) -> None:
    for n in range(62):
        browser.headers["x-forwarded-for"] = f"192.0.2.{n}"
        last = browser.sign_in("evergreen", login=f"user-{n}@example.com")
    assert last.status == 429


def test_an_account_that_is_turned_off_opens_for_nobody(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(access=False)
    page = browser.sign_in("evergreen")
    assert page.status == 403
    assert "turned off" in page.text


def test_old_parameters_are_renewed_by_signing_in(evergreen: Company, browser: Browser) -> None:
    from argon2 import PasswordHasher

    dana = evergreen.customer(password=None)
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    evergreen.store.write(records.set_login(evergreen.store, Login("dana@example.com", (dana.id,), weak)))
    assert browser.sign_in("evergreen").url.endswith("/evergreen")
    renewed = password_of(evergreen.store, "dana@example.com")
    assert renewed is not None and "m=19456,t=2,p=1" in renewed
    assert passwords.verify(PASSWORD, renewed)


def test_a_forgotten_password_is_set_anew_by_mail(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.get("/evergreen/password/forgotten")
    browser.submit("/password/forgotten", login="dana@example.com")
    link = reset_link(browser)
    browser.get(link)
    page = browser.submit(link, password="a brand new password")
    assert page.url.endswith("/evergreen") and page.status == 200

    again = browser.get(link)
    assert again.status == 410
    fresh = Browser(browser.app, browser.world)
    assert fresh.sign_in("evergreen").status == 422
    assert fresh.sign_in("evergreen", password="a brand new password").status == 200


def test_looking_at_a_reset_link_uses_nothing_up(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = reset_link(browser)
    for _ in range(3):
        assert Browser(browser.app, browser.world).get(link).status == 200
    browser.get(link)
    assert browser.submit(link, password="a brand new password").status == 200


def test_a_reset_link_lives_an_hour(evergreen: Company, browser: Browser, clock) -> None:
    evergreen.customer()
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = reset_link(browser)
    browser.get(link)
    clock.forward(minutes=61)
    assert browser.submit(link, password="a brand new password").status == 410
    assert passwords.verify(PASSWORD, password_of(evergreen.store, "dana@example.com"))


def test_asking_for_a_reset_reads_alike_for_an_unknown_name(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    known = browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    unknown = browser.post("/evergreen/password/forgotten", {"login": "nobody@example.com"})
    assert known.status == unknown.status == 200
    assert known.text == unknown.text.replace("nobody@example.com", "dana@example.com")
    assert len(browser.deliver_mail()) == 1


@pytest.mark.parametrize("name", ["dana@example.com", "nobody@example.com"])
def test_a_reset_is_asked_for_twenty_times_a_day_known_or_not(
    evergreen: Company, browser: Browser, clock, name: str
) -> None:
    evergreen.customer()
    clock.forward(hours=6)  # days begin at midnight UTC
    statuses = []
    for _ in range(25):
        statuses.append(browser.post("/evergreen/password/forgotten", {"login": name}).status)
        clock.forward(minutes=15)
    assert statuses == [200] * 20 + [429] * 5
    clock.forward(days=1)
    assert browser.post("/evergreen/password/forgotten", {"login": name}).status == 200


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "10 characters or more"), ("password10", "list of common ones"), ("x" * 201, "200 characters or fewer")],
)
def test_a_bad_new_password_is_refused_in_words(
    evergreen: Company, browser: Browser, password: str, words: str
) -> None:
    evergreen.customer()
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = reset_link(browser)
    browser.get(link)
    page = browser.submit(link, password=password)
    assert page.status == 422
    assert words in page.text
    assert password not in page.html
    assert browser.submit(link, password="a much better one").status == 200


def test_a_new_password_ends_all_sessions(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    elsewhere = Browser(browser.app, browser.world)
    elsewhere.sign_in("evergreen")
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = reset_link(browser)
    browser.get(link)
    browser.submit(link, password="a brand new password")
    assert elsewhere.get("/evergreen/invoices").url.endswith("/sign-in?next=/invoices")


def test_who_must_change_the_password_gets_nowhere_before(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(must_change=True)
    assert browser.sign_in("evergreen").url.endswith("/evergreen/password")
    assert browser.get("/evergreen/invoices").url.endswith("/evergreen/password?next=/invoices")
    same = browser.submit("/password", password=PASSWORD)
    assert same.status == 422
    page = browser.submit("/password", password="a brand new password")
    assert page.url.endswith("/evergreen/invoices")
    assert browser.get("/evergreen/invoices").status == 200


def test_a_change_is_due_after_a_mailed_code_too(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(must_change=True)
    page = comes_in(browser, path="/invoices")
    assert page.url.endswith("/evergreen/password?next=/invoices")


def test_one_person_with_two_accounts_chooses(evergreen: Company, browser: Browser) -> None:
    home = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    rental = evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    login = Login("ruth@example.com", (home.id, rental.id), passwords.make(PASSWORD))
    evergreen.store.write(records.set_login(evergreen.store, login))
    page = browser.sign_in("evergreen", "ruth@example.com")
    assert page.url.endswith("/evergreen/accounts")
    assert "Alvarez Rentals" in page.text and "Sign out" in page.text
    assert "Alvarez Rentals" in browser.submit("/accounts", account=rental.id).text
    browser.get("/evergreen/accounts")
    assert "Ruth Alvarez" in browser.submit("/accounts", account=home.id).text


def test_a_stranger_is_not_among_the_choices(evergreen: Company, browser: Browser) -> None:
    home = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    rental = evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    stranger = evergreen.customer("Dana Whitfield")
    login = Login("ruth@example.com", (home.id, rental.id), passwords.make(PASSWORD))
    evergreen.store.write(records.set_login(evergreen.store, login))
    browser.sign_in("evergreen", "ruth@example.com")
    assert browser.submit("/accounts", account=stranger.id).status == 404


def test_a_reset_by_address_ends_the_old_password_of_the_user_name_too(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer(password=None, logins=("dana-w",))
    evergreen.store.write(records.set_login(evergreen.store, Login("dana-w", (dana.id,), passwords.make(PASSWORD))))
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = reset_link(browser)
    browser.get(link)
    browser.submit(link, password="a brand new password")
    fresh = Browser(browser.app, browser.world)
    assert fresh.sign_in("evergreen", "dana-w", PASSWORD).status == 422
    assert fresh.sign_in("evergreen", "dana-w", "a brand new password").status == 200
    assert Browser(browser.app, browser.world).sign_in("evergreen", password="a brand new password").status == 200


def test_a_reset_leaves_an_account_whose_access_is_off_on_its_login(evergreen: Company, browser: Browser) -> None:
    home = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None, logins=("ruth@example.com",))
    off = evergreen.customer(
        "Alvarez Rentals", email="ruth@example.com", password=None, access=False, logins=("ruth@example.com",)
    )
    login = Login("ruth@example.com", (home.id, off.id), passwords.make(PASSWORD))
    evergreen.store.write(records.set_login(evergreen.store, login))
    browser.post("/evergreen/password/forgotten", {"login": "ruth@example.com"})
    link = reset_link(browser)
    browser.get(link)
    browser.submit(link, password="a brand new password")
    (item,) = evergreen.store.get(records.login_key(evergreen.store, "ruth@example.com"))
    assert item and records.to_login(item).customers == (home.id, off.id)


def ruths_two(company: Company) -> tuple[str, str]:
    home = company.customer("Ruth Alvarez", email="ruth@example.com", password=None, logins=("ruth@example.com",))
    rental = company.customer("Alvarez Rentals", email="ruth@example.com", password=None, logins=("ruth@example.com",))
    login = Login("ruth@example.com", (home.id, rental.id), passwords.make(PASSWORD))
    company.store.write(records.set_login(company.store, login))
    return home.id, rental.id


def test_ending_an_accounts_sessions_ends_switching_to_it_too(evergreen: Company, browser: Browser) -> None:
    home, rental = ruths_two(evergreen)
    browser.sign_in("evergreen", "ruth@example.com")
    browser.submit("/accounts", account=home)
    evergreen.store.write(records.raise_epoch(evergreen.store, rental, 0))
    assert "Alvarez Rentals" not in browser.get("/evergreen/accounts").text
    assert browser.post("/evergreen/accounts", {"account": rental}).status == 404


def test_the_choice_leads_on_to_where_they_were_going(evergreen: Company, browser: Browser) -> None:
    home, _ = ruths_two(evergreen)
    browser.get("/evergreen/invoices?filter=all")
    assert browser.page is not None and "filter" in browser.page.url
    browser.submit("/sign-in", login="ruth@example.com", password=PASSWORD)
    page = browser.submit("/accounts", account=home)
    assert page.url.endswith("/evergreen/invoices?filter=all")


def test_somebody_with_one_account_has_nothing_to_choose(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    assert browser.get("/evergreen/accounts").url.endswith("/evergreen")


def test_changing_the_password_takes_the_current_one(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    assert "/evergreen/password" in browser.get("/evergreen").links
    browser.get("/evergreen/password")
    wrong = browser.submit("/password", current="not this one", password="a brand new password")
    assert wrong.status == 422 and "isn’t your current password" in wrong.text
    page = browser.submit("/password", current=PASSWORD, password="a brand new password")
    assert page.url.endswith("/evergreen")
    assert Browser(browser.app, browser.world).sign_in("evergreen", password="a brand new password").status == 200


def test_a_password_needs_a_name_to_sign_in_by(evergreen: Company, browser: Browser) -> None:
    """Staff took the only address away after somebody had come in by it."""
    dana = evergreen.customer(password=None)
    comes_in(browser)
    evergreen.store.transact(*profile.edit_customer(evergreen.store, dana.now, with_contacts(dana.now, ())))
    browser.get("/evergreen/password")
    refused = browser.submit("/password", password="a brand new password")
    assert refused.status == 409 and "no e-mail address or user name" in refused.text
    assert dana.now.logins == () and password_of(evergreen.store, "") is None


def test_a_password_set_on_one_account_opens_the_other_of_the_same_address(
    evergreen: Company, browser: Browser
) -> None:
    home = evergreen.customer("Ruth Alvarez", email="ruth@example.com", password=None)
    rental = evergreen.customer("Alvarez Rentals", email="ruth@example.com", password=None)
    comes_in(browser, "ruth@example.com")
    for account, password in ((home.id, "a brand new password"), (rental.id, "another new password")):
        browser.get("/evergreen/accounts")
        browser.submit("/accounts", account=account)
        browser.get("/evergreen/password")
        assert browser.submit("/password", password=password).status == 200
    login = records.to_login(evergreen.store.get(records.login_key(evergreen.store, "ruth@example.com"))[0] or {})
    assert set(login.customers) == {home.id, rental.id}
    assert passwords.verify("another new password", login.password)


def test_blanks_are_no_password() -> None:
    from chalicelib.errors import Invalid

    with pytest.raises(Invalid, match="10 characters"):
        passwords.check(" " * 12)


def test_nobodys_hash_costs_what_anybodys_does() -> None:
    assert not passwords.outdated(passwords.NOBODY)
    assert not passwords.verify("a password that nobody has, to spend the same time on", None)
