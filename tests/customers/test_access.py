"""Portal access, decided by a company's staff for one customer, and what the customer then meets."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.customers import records
from chalicelib.customers.actions import link as links
from chalicelib.customers.rules import Contact
from chalicelib.messages import actions as messages
from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import PASSWORD, Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import comes_between, trail

NEW = "seven green gardens"
OWNER = "owner@evergreen.example"


@pytest.fixture
def dana(evergreen: Company) -> Person:
    return evergreen.customer()


def access(client: Client, person: Person) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/customers/{person.id}/access").json
    return told


def change(client: Client, person: Person, **values: Any) -> Any:
    return client.patch(f"/customers/{person.id}/access", values)


def comes_in(world_of: Browser, login: str, password: str = PASSWORD) -> bool:
    """Whether somebody who types this in a new browser is in."""
    return Browser(world_of.app, world_of.world).sign_in("evergreen", login, password).status == 200


def newest_link(browser: Browser) -> str:
    found = re.search(r"/evergreen/(link|password/reset)/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    return found.group()


# Where they stand


def test_from_never_invited_to_active(owner: Client, evergreen: Company, browser: Browser, clock: Clock) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com", password=None)
    assert access(owner, tom) == {
        "state": "never_invited", "login": None, "has_password": False, "must_change_password": False,
        "last_sign_in": "", "invited_at": "",
    }  # fmt: skip
    sent = owner.post(f"/customers/{tom.id}/access/invites")
    assert (sent.status, sent.json) == (201, {"to": "tom@example.com"})
    assert access(owner, tom)["state"] == "invited"
    assert access(owner, tom)["invited_at"] == clock.time.isoformat()
    link = newest_link(browser)
    browser.get(link)
    assert browser.submit(link).url.endswith("/evergreen")
    assert access(owner, tom)["state"] == "active" == owner.get(f"/customers/{tom.id}").json["access"]
    assert access(owner, tom)["last_sign_in"] == clock.time.isoformat()


def test_the_invite_is_in_the_customers_language_and_tells_what_it_is(
    owner: Client, evergreen: Company, browser: Browser
) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com", password=None)
    owner.post(f"/customers/{tom.id}/access/invites")
    mail = browser.deliver_mail()[-1]
    assert "To: tom@example.com" in mail and "account is online" in mail and "nothing to sign up for" in mail
    assert [one[0] for one in trail(evergreen)] == ["access.invite"]


def test_an_invite_asked_for_again_by_the_same_request_is_sent_once(
    owner: Client, dana: Person, browser: Browser, wire: Wire
) -> None:
    wire.down("dynamodb TransactWriteItems", "lost after", times=5)
    assert owner.post(f"/customers/{dana.id}/access/invites", idempotency_key="one").status == 503
    wire.heal()
    assert owner.post(f"/customers/{dana.id}/access/invites", idempotency_key="one").status == 201
    assert len(browser.deliver_mail()) == 1
    assert [one[0] for one in trail(dana.company)] == ["access.invite"]


def test_nobody_is_invited_without_an_address_or_when_turned_off(owner: Client, evergreen: Company) -> None:
    without = evergreen.customer("Tom", email="", password=None)
    off = evergreen.customer("Lou", email="lou@example.com", access=False)
    for what in ("invites", "password-resets"):
        assert owner.post(f"/customers/{without.id}/access/{what}").kind == "no-email"
        assert owner.post(f"/customers/{off.id}/access/{what}").kind == "access-off"


def test_nobody_is_invited_to_a_portal_that_is_off(owner: Client, dana: Person) -> None:
    etag = owner.get("/settings").headers["etag"]
    assert owner.patch("/settings", {"portal": {"on": False}}, if_match=etag).status == 200
    for path in (f"/customers/{dana.id}/access/invites", "/bulk-invites"):
        answer = owner.post(path, {} if "bulk" in path else None)
        assert (answer.status, answer.kind) == (409, "portal-off")


# On and off


def test_off_ends_sessions_and_links_at_once_and_for_good(owner: Client, dana: Person, browser: Browser) -> None:
    links.send(browser.world.services, dana.company.store, dana.now)
    link = newest_link(browser)
    browser.sign_in("evergreen")
    visitor = Browser(browser.app, browser.world)
    visitor.get(link)
    visitor.submit(link)
    assert change(owner, dana, on=False).json["state"] == "off"
    assert browser.get("/evergreen").url.endswith("/sign-in")
    assert visitor.get("/evergreen").url.endswith("/sign-in")
    assert browser.sign_in("evergreen").status == 403
    assert change(owner, dana, on=True).json["state"] == "active"
    assert visitor.get("/evergreen").url.endswith("/sign-in")
    page = visitor.get(link)
    assert page.status == 410 and "turned off to keep your account safe" in page.text
    assert visitor.post(link, {}).status == 410
    assert visitor.post(link + "/renewal", {}).status == 200 and len(browser.deliver_mail()) == 1
    assert comes_in(browser, "dana@example.com")
    assert [one[2] for one in trail(dana.company)] == [{"on": (False, True)}, {"on": (True, False)}]


def test_what_is_left_out_stays_and_the_same_again_writes_nothing(
    owner: Client, dana: Person, browser: Browser, clock: Clock
) -> None:
    before = access(owner, dana)
    browser.sign_in("evergreen")
    for same in ({}, {"on": True}, {"login": "Dana@Example.com"}, {"must_change_password": False}):
        assert change(owner, dana, **same).json == before | {"state": "active", "last_sign_in": clock.time.isoformat()}
    assert browser.get("/evergreen").url.endswith("/evergreen")
    assert trail(dana.company) == []


# Login


def test_a_new_login_takes_the_old_ones_place_with_the_same_password(
    owner: Client, dana: Person, browser: Browser
) -> None:
    told = change(owner, dana, login=" Dana-W ").json
    assert (told["login"], told["has_password"]) == ("dana-w", True)
    assert comes_in(browser, "dana-w")
    assert not comes_in(browser, "dana@example.com")
    assert trail(dana.company)[0] == ("access.change", dana.id, {"login": ("dana@example.com", "dana-w")})


def test_null_takes_login_and_password_away(owner: Client, dana: Person, browser: Browser) -> None:
    browser.sign_in("evergreen")
    told = change(owner, dana, login=None).json
    assert (told["login"], told["has_password"]) == (None, False)
    assert browser.get("/evergreen").url.endswith("/sign-in"), "whoever came in by it is out"
    assert not comes_in(browser, "dana@example.com")
    assert change(owner, dana, login="dana-w").json["has_password"] is False


def test_a_login_is_one_customers_alone(owner: Client, dana: Person, evergreen: Company) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com")
    answer = change(owner, tom, login="dana@example.com")
    assert (answer.status, answer.kind) == (409, "login-taken")
    assert access(owner, tom)["login"] == "tom@example.com"


def test_a_login_is_nobody_elses_address(owner: Client, dana: Person, evergreen: Company) -> None:
    """Who reads that mail could set its password, and would be in."""
    evergreen.customer("Marcus", email="marcus@example.com", password=None)
    assert change(owner, dana, login="marcus@example.com").kind == "login-taken"
    assert change(owner, dana, login="nobody@example.com").status == 200


def test_of_two_who_take_a_login_at_once_one_gets_it(
    owner: Client, dana: Person, evergreen: Company, wire: Wire
) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com")
    comes_between(wire, "TransactWriteItems", lambda: change(owner, tom, login="gardener"))
    second = change(owner, dana, login="gardener")
    assert (second.status, second.kind) == (409, "login-taken")
    assert access(owner, tom)["login"] == "gardener"
    assert access(owner, dana)["login"] == "dana@example.com"


def test_a_login_of_two_accounts_goes_on_opening_the_other(owner: Client, evergreen: Company, browser: Browser) -> None:
    home = evergreen.customer("Ruth Alvarez", email="ruth@example.com")
    rental = evergreen.customer(
        "Alvarez Rentals", email="ruth@example.com", password=None, logins=("ruth@example.com",)
    )
    (item,) = evergreen.store.get(records.login_key(evergreen.store, "ruth@example.com"))
    known = records.to_login(item or {})
    both = records.set_login(evergreen.store, type(known)(known.name, (home.id, rental.id), known.password), known)
    evergreen.store.write(both)
    assert change(owner, rental, login="rentals").json["has_password"] is True
    assert "Ruth Alvarez" in Browser(browser.app, browser.world).sign_in("evergreen", "ruth@example.com").text
    assert "Alvarez Rentals" in Browser(browser.app, browser.world).sign_in("evergreen", "rentals").text


@pytest.mark.parametrize("login", ["ab", "dana w", "dana#1", "a" * 255, "dana\u200bw"])
def test_what_can_be_no_login(owner: Client, dana: Person, login: str) -> None:
    answer = change(owner, dana, login=login)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/login")


def test_an_address_taken_off_a_contact_stays_the_login_and_gets_no_mail(
    owner: Client, dana: Person, browser: Browser
) -> None:
    fields = {"name": "Dana Whitfield", "contacts": [{"email": "dana@new.example"}]}
    assert owner.put(f"/customers/{dana.id}", fields).status == 200
    assert comes_in(browser, "dana@example.com")
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    assert "To: dana@new.example" in browser.deliver_mail()[-1]


def test_whoever_has_the_address_now_does_not_get_into_the_account_it_is_a_login_of(
    owner: Client, dana: Person, evergreen: Company, browser: Browser
) -> None:
    """An address goes on to somebody else, as addresses of a company do."""
    owner.put(f"/customers/{dana.id}", {"name": "Dana Whitfield", "contacts": [{"email": "dana@new.example"}]})
    evergreen.customer("Marcus Reed", email="dana@example.com", password=None)
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    link = newest_link(browser)
    browser.get(link)
    page = browser.submit(link, password=NEW)
    assert "Marcus Reed" in page.text and "Dana Whitfield" not in page.text
    assert Browser(browser.app, browser.world).sign_in("evergreen", "dana@example.com", NEW).url.endswith("/evergreen")
    assert access(owner, dana)["login"] is None
    assert not comes_in(browser, "dana@example.com", PASSWORD)


# Password


def test_a_password_on_their_behalf_must_be_changed_at_the_next_sign_in(
    owner: Client, dana: Person, browser: Browser
) -> None:
    browser.sign_in("evergreen")
    told = owner.put(f"/customers/{dana.id}/access/password", {"password": NEW})
    assert told.json["must_change_password"] is True
    assert browser.get("/evergreen").url.endswith("/sign-in"), "all sessions have ended"
    assert not comes_in(browser, "dana@example.com", PASSWORD)
    page = browser.sign_in("evergreen", password=NEW)
    assert "/evergreen/password" in page.url
    for path in ("/evergreen/invoices", "/evergreen/wallet", "/evergreen/balance"):
        assert "/evergreen/password" in browser.get(path).url
    browser.get("/evergreen/password")
    assert browser.submit("/password", password="eight blue pools").url.endswith("/evergreen")
    assert access(owner, dana)["must_change_password"] is False


def test_a_password_may_be_set_to_stay(owner: Client, dana: Person, browser: Browser) -> None:
    owner.put(f"/customers/{dana.id}/access/password", {"password": NEW, "must_change": False})
    assert browser.sign_in("evergreen", password=NEW).url.endswith("/evergreen")


def test_a_password_makes_the_address_a_login(owner: Client, evergreen: Company, browser: Browser) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com", password=None)
    told = owner.put(f"/customers/{tom.id}/access/password", {"password": NEW, "must_change": False}).json
    assert (told["login"], told["has_password"]) == ("tom@example.com", True)
    assert comes_in(browser, "tom@example.com", NEW)


def test_a_password_needs_a_login_of_their_own(owner: Client, dana: Person, evergreen: Company) -> None:
    without = evergreen.customer("Tom", email="", password=None)
    assert owner.put(f"/customers/{without.id}/access/password", {"password": NEW}).kind == "no-login"
    shares = evergreen.customer("Lou Whitfield", email="dana@example.com", password=None)
    assert owner.put(f"/customers/{shares.id}/access/password", {"password": NEW}).kind == "login-taken"


@pytest.mark.parametrize("bad", ["short", "password123", " " * 12])
def test_what_can_be_no_password(owner: Client, dana: Person, bad: str, browser: Browser) -> None:
    answer = owner.put(f"/customers/{dana.id}/access/password", {"password": bad})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/password")
    assert comes_in(browser, "dana@example.com")


def test_no_secret_stands_in_the_trail(owner: Client, dana: Person, world: Any) -> None:
    import boto3

    owner.put(f"/customers/{dana.id}/access/password", {"password": NEW})
    ((action, target, told),) = trail(dana.company)
    assert (action, target) == ("access.set-password", dana.id)
    assert told == {"password": ("•••", "•••"), "must_change_password": (False, True)}
    rows = boto3.client("dynamodb").scan(TableName=world.outputs["TenantsTable"])["Items"]
    assert NEW not in str(rows)
    assert all("argon2" not in str(row) for row in rows if row["item"]["S"].startswith("audit#"))


def test_a_change_can_be_required_without_a_new_password(owner: Client, dana: Person, browser: Browser) -> None:
    browser.sign_in("evergreen")
    assert change(owner, dana, must_change_password=True).json["must_change_password"] is True
    assert "/evergreen/password" in browser.get("/evergreen").url, "a session that is open is asked too"
    assert "/evergreen/password" in Browser(browser.app, browser.world).sign_in("evergreen").url


def test_who_came_by_a_link_sees_and_is_asked_when_it_matters(owner: Client, dana: Person, browser: Browser) -> None:
    """A link proves too little to change a password: it shows and pays. For the wallet it takes the password, and then
    a new one."""
    change(owner, dana, must_change_password=True)
    owner.post(f"/customers/{dana.id}/access/invites")
    link = newest_link(browser)
    browser.get(link)
    assert browser.submit(link).url.endswith("/evergreen")
    assert browser.get("/evergreen/invoices").status == 200
    browser.get("/evergreen/wallet")
    assert "/evergreen/step-up" in browser.submit("/wallet/cards").url
    assert "/evergreen/password" in browser.submit("/step-up", password=PASSWORD).url
    assert "/evergreen/password" in browser.get("/evergreen/invoices").url


def test_a_reset_mail_sent_by_staff(owner: Client, dana: Person, browser: Browser) -> None:
    answer = owner.post(f"/customers/{dana.id}/access/password-resets")
    assert (answer.status, answer.json) == (201, {"to": "dana@example.com"})
    assert comes_in(browser, "dana@example.com"), "the old one works until then"
    link = newest_link(browser)
    browser.get(link)
    assert browser.submit(link, password=NEW).url.endswith("/evergreen")
    assert comes_in(browser, "dana@example.com", NEW)
    assert [one[:2] for one in trail(dana.company)] == [("access.send-reset", dana.id)]


def test_a_reset_by_staff_keeps_a_name_of_their_own(owner: Client, dana: Person, browser: Browser) -> None:
    change(owner, dana, login="dana-w")
    owner.post(f"/customers/{dana.id}/access/password-resets")
    link = newest_link(browser)
    browser.get(link)
    browser.submit(link, password=NEW)
    assert comes_in(browser, "dana-w", NEW)
    assert access(owner, dana)["login"] == "dana-w"


# Sessions and links


def test_all_sessions_end_at_once_and_links_stay(owner: Client, dana: Person, browser: Browser) -> None:
    owner.post(f"/customers/{dana.id}/access/invites")
    link = newest_link(browser)
    browser.sign_in("evergreen")
    assert owner.delete(f"/customers/{dana.id}/access/sessions").status == 204
    assert browser.get("/evergreen").url.endswith("/sign-in")
    assert browser.get(link).status == 200
    assert [one[0] for one in trail(dana.company)] == ["access.end-sessions", "access.invite"]


def test_live_links_are_listed_and_one_is_revoked(owner: Client, dana: Person, browser: Browser, clock: Clock) -> None:
    owner.post(f"/customers/{dana.id}/access/invites")
    invite = newest_link(browser)
    clock.forward(hours=1)
    links.send(browser.world.services, dana.company.store, dana.now, path="/invoices")
    other = newest_link(browser)
    path = f"/customers/{dana.id}/access/links"
    owner.sign_in(OWNER)
    second, first = owner.get(path).json["items"]
    assert second | {"id": ""} == {
        "id": "", "to": "dana@example.com", "path": "/invoices", "created_at": clock.time.isoformat(),
        "expires_at": "2026-11-30T20:00:00+00:00",
    }  # fmt: skip
    assert owner.delete(f"{path}/{first['id']}").status == 204
    assert owner.get(path).json["items"] == [second]
    page = browser.get(invite)
    assert page.status == 410 and "turned off to keep your account safe" in page.text
    assert all("renewal" not in form.action for form in page.forms)
    assert browser.get(other).status == 200
    assert owner.delete(f"{path}/{first['id']}").status == 404
    assert trail(dana.company)[0] == ("access.revoke-link", dana.id, {"link": (first["id"], None)})
    clock.forward(days=8)
    owner.sign_in(OWNER)
    assert owner.get(path).json["items"] == []


def test_a_link_is_revoked_for_its_own_customer_only(
    owner: Client, dana: Person, evergreen: Company, browser: Browser
) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com")
    owner.post(f"/customers/{dana.id}/access/invites")
    browser.deliver_mail()
    (link,) = owner.get(f"/customers/{dana.id}/access/links").json["items"]
    assert owner.delete(f"/customers/{tom.id}/access/links/{link['id']}").status == 404
    assert owner.get(f"/customers/{dana.id}/access/links").json["items"] == [link]


def test_a_fresh_link_asked_for_by_anybody_shortens_none_that_staff_sent(
    owner: Client, dana: Person, browser: Browser, clock: Clock
) -> None:
    links.send(browser.world.services, dana.company.store, dana.now)
    old = newest_link(browser)
    clock.forward(days=8)
    owner.sign_in(OWNER)
    owner.post(f"/customers/{dana.id}/access/invites")
    invite = newest_link(browser)
    clock.forward(days=3)
    browser.get(old)
    assert browser.submit("/renewal").status == 200
    newest_link(browser)
    clock.forward(days=3, hours=23)
    assert browser.get(invite).status == 200
    owner.sign_in(OWNER)
    assert len(owner.get(f"/customers/{dana.id}/access/links").json["items"]) == 2


# Answers that are lost


@pytest.mark.parametrize("fault", ["lost after", "doubled", "error after", "lost before"])
@pytest.mark.parametrize(
    ("method", "path", "body", "action"),
    [
        ("PATCH", "", {"on": False}, "access.change"),
        ("PATCH", "", {"login": "dana-w"}, "access.change"),
        ("PUT", "/password", {"password": NEW}, "access.set-password"),
        ("POST", "/invites", None, "access.invite"),
        ("POST", "/password-resets", None, "access.send-reset"),
        ("DELETE", "/sessions", None, "access.end-sessions"),
    ],
)
def test_a_lost_answer_changes_nothing_twice(
    owner: Client,
    dana: Person,
    wire: Wire,
    browser: Browser,
    clock: Clock,
    fault: Any,
    method: str,
    path: str,
    body: Any,
    action: str,
) -> None:
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    answer = owner.send(method, f"/customers/{dana.id}/access{path}", body)
    assert answer.status in (200, 201, 204)
    assert [one[0] for one in trail(dana.company)] == [action]
    # What was not handed over after a lost answer, the sweep finds.
    clock.forward(minutes=3)
    messages.sweep(browser.world.services)
    assert len(browser.deliver_mail()) == (1 if method == "POST" or path == "/password" else 0)
    assert dana.now.epoch == (1 if path in ("/password", "/sessions") or body == {"on": False} else 0)


def test_a_link_is_revoked_once_when_the_answer_is_lost(
    owner: Client, dana: Person, browser: Browser, wire: Wire
) -> None:
    owner.post(f"/customers/{dana.id}/access/invites")
    browser.deliver_mail()
    path = f"/customers/{dana.id}/access/links"
    (link,) = owner.get(path).json["items"]
    wire.down("dynamodb TransactWriteItems", "lost after", times=1)
    assert owner.delete(f"{path}/{link['id']}").status == 204
    assert owner.get(path).json["items"] == []


def test_a_customers_own_change_of_password_between_is_not_lost(
    owner: Client, dana: Person, browser: Browser, wire: Wire
) -> None:
    """Staff turn the access off while the customer sets a password: both hold."""
    browser.sign_in("evergreen")
    browser.get("/evergreen/password")

    def sets_it() -> None:
        browser.submit("/password", current=PASSWORD, password=NEW)

    comes_between(wire, "TransactWriteItems", sets_it)
    assert change(owner, dana, on=False).json["state"] == "off"
    assert change(owner, dana, on=True).status == 200
    assert comes_in(browser, "dana@example.com", NEW)


def test_an_address_alone_is_a_contact_without_a_name(evergreen: Company) -> None:
    assert evergreen.customer().now.contacts == (Contact("", "dana@example.com", ""),)
