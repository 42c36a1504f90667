"""Several people answer for one customer, and one person has several: nobody comes by another's account by that."""

from __future__ import annotations

import re

import pytest

from sandbox.world import World
from tests.browser import Browser
from tests.client import Client

XAVIERS, ZOES = "seven tall poplars", "nine red bicycles"
XAVIER, ZOE = "xavier@example.com", "zoe@example.com"


def someone(browser: Browser, address: str = "203.0.113.40") -> Browser:
    return Browser(browser.app, browser.world, address=address)


def follow_reset(browser: Browser, to: str, password: str) -> int:
    mails = (mail.replace("=\n", "") for mail in reversed(browser.deliver_mail()))
    found = next(link for mail in mails if (link := re.search(r"/evergreen/password/reset/[\w-]{43}", mail)))
    assert f"To: {to}" in found.string
    browser.get(found[0])
    return browser.post(found[0], {"password": password}).status


def forgets(browser: Browser, login: str, password: str) -> int:
    """Ask for a reset by this name, and follow the mail."""
    browser.get("/evergreen/password/forgotten")
    browser.submit("/password/forgotten", login=login)
    return follow_reset(browser, login, password)


def opens(browser: Browser, login: str, password: str) -> set[str]:
    """The ids of the accounts that this name and password open."""
    from chalicelib.customers.actions import password as passwords
    from chalicelib.errors import Invalid

    store = browser.world.services.tables.for_tenant(browser.world.services.slugs["evergreen"])
    try:
        return set(passwords.verify(browser.world.services, store, login, password, "203.0.113.50"))
    except Invalid:
        return set()


@pytest.fixture
def office(owner: Client, browser: Browser) -> str:
    """Zoe and Xavier answer for it."""
    return str(owner.post("/customers", {"name": "Office", "contacts": [{"email": ZOE}, {"email": XAVIER}]}).json["id"])


@pytest.fixture
def home(owner: Client, browser: Browser, office: str) -> str:
    """Xavier's own; his login opens both."""
    made = str(owner.post("/customers", {"name": "Xavier", "contacts": [{"email": XAVIER}]}).json["id"])
    assert forgets(someone(browser), XAVIER, XAVIERS) == 200
    assert opens(browser, XAVIER, XAVIERS) == {office, made}
    return made


def test_a_forgotten_password_gives_nobody_anothers_account(browser: Browser, office: str, home: str) -> None:
    assert forgets(someone(browser, "203.0.113.41"), ZOE, ZOES) == 200
    assert opens(browser, ZOE, ZOES) == {office}
    assert opens(browser, XAVIER, ZOES) == set()
    assert opens(browser, XAVIER, XAVIERS) == {home}, "his own account is his as before"


def test_nor_does_a_password_chosen_after_a_mailed_code(browser: Browser, office: str, home: str) -> None:
    zoe = someone(browser, "203.0.113.42")
    zoe.get("/evergreen/sign-in")
    zoe.post("/evergreen/sign-in/code", {"login": ZOE, "next": "/"})
    code = re.search(r"\b\d{6}\b", zoe.deliver_mail()[-1].split("\n\n", 1)[1])
    assert code
    zoe.post("/evergreen/sign-in/code/check", {"code": code[0], "next": "/"})
    zoe.post("/evergreen/password", {"current": "", "password": ZOES})
    assert opens(browser, XAVIER, ZOES) == set()
    assert opens(browser, XAVIER, XAVIERS) >= {home}


def test_a_reset_that_staff_sends_is_for_whose_mailbox_it_goes_to(
    owner: Client, browser: Browser, office: str, home: str
) -> None:
    assert owner.post(f"/customers/{office}/access/password-resets").json == {"to": ZOE}
    assert follow_reset(someone(browser), ZOE, ZOES) == 200
    assert opens(browser, ZOE, ZOES) == {office}
    assert opens(browser, XAVIER, ZOES) == set()
    assert opens(browser, XAVIER, XAVIERS) == {home}


def test_a_password_set_by_staff_is_not_set_for_another_person(
    owner: Client, browser: Browser, office: str, home: str
) -> None:
    refused = owner.put(f"/customers/{office}/access/password", {"password": ZOES})
    assert (refused.status, refused.kind) == (409, "login-shared")
    assert opens(browser, XAVIER, XAVIERS) == {office, home}


def test_one_person_with_two_accounts_has_one_password(world: World, owner: Client, browser: Browser) -> None:
    both = {str(owner.post("/customers", {"name": name, "contacts": [{"email": ZOE}]}).json["id"]) for name in "AB"}
    assert forgets(someone(browser), ZOE, ZOES) == 200
    one = min(both)
    set_by_staff = owner.put(f"/customers/{one}/access/password", {"password": XAVIERS, "must_change": False})
    assert set_by_staff.status == 200
    assert opens(browser, ZOE, XAVIERS) == both
    told = [one for one in owner.get("/audit?limit=100").json["items"] if one["action"] == "access.set-password"]
    assert {one["target"] for one in told} == both, "each account's trail says so"


@pytest.mark.parametrize("ended", ["sessions", "off and on", "a password of staff's", "the address"])
def test_a_reset_link_ends_with_what_ends_the_rest(owner: Client, browser: Browser, office: str, ended: str) -> None:
    zoe = someone(browser)
    zoe.get("/evergreen/password/forgotten")
    zoe.submit("/password/forgotten", login=ZOE)
    zoe.deliver_mail()
    access = f"/customers/{office}/access"
    if ended == "sessions":
        owner.delete(f"{access}/sessions")
    elif ended == "off and on":
        owner.patch(access, {"on": False})
        owner.patch(access, {"on": True})
    elif ended == "a password of staff's":
        owner.put(f"{access}/password", {"password": XAVIERS})
    else:
        owner.put(f"/customers/{office}", {"name": "Office", "contacts": [{"email": XAVIER}]})
    assert follow_reset(zoe, ZOE, ZOES) == 410
    assert opens(browser, ZOE, ZOES) == set()
