"""What customers are told of their own doors: a password that was changed, a code or an invite by SMS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.customers import records
from chalicelib.customers.rules import Contact, Login
from chalicelib.messages.records import stops, templates
from chalicelib.messages.rules.template import Choice
from sandbox.world import World, queued, sent_texts
from tests.browser import Browser
from tests.builders import PASSWORD, Company, Person
from tests.client import Client
from tests.customers.test_bulk_invites import work

NEW = "seven green gardens"
PHONE, NUMBER = "(303) 555-0117", "+13035550117"


def switched(company: Company, template: str, **channels: bool) -> None:
    """The company has decided how this message goes."""
    before = Choice()
    company.store.write(templates.decide(company.store, template, before, replace(before, **channels)))


def told(browser: Browser, subject: str) -> list[str]:
    """Whom a mail of this subject went to."""
    mails = [mail for mail in browser.deliver_mail() if re.search(rf"^Subject: .*{subject}", mail, re.M)]
    return [found[1] for mail in mails if (found := re.search(r"^To: (\S+)", mail, re.M))]


def changed(browser: Browser) -> list[str]:
    return told(browser, "password was changed")


def texts() -> list[tuple[str, str]]:
    return sent_texts()


# A password that was changed


def test_a_reset_is_told_to_whose_password_it_was(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.post("/evergreen/password/forgotten", {"login": "dana@example.com"})
    (mail,) = browser.deliver_mail()
    link = re.search(r"/evergreen/password/reset/[\w-]{43}", mail.replace("=\n", ""))
    assert link
    browser.get(link.group())
    browser.submit(link.group(), password="a brand new password")
    assert changed(browser) == ["dana@example.com"]


def test_ones_own_change_is_told_too(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    browser.get("/evergreen/password")
    assert browser.submit("/password", current=PASSWORD, password="a brand new password").status == 200
    assert changed(browser) == ["dana@example.com"]
    browser.get("/evergreen/password")
    assert browser.submit("/password", current="a brand new password", password="another one of mine").status == 200
    assert changed(browser) == ["dana@example.com"] * 2, "each change once"


def test_staff_who_set_one_are_told_of(owner: Client, evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    owner.put(f"/customers/{dana.id}/access/password", {"password": NEW})
    assert changed(browser) == ["dana@example.com"]
    assert NEW not in str(browser.deliver_mail())


def test_a_refused_change_is_told_to_nobody(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    browser.get("/evergreen/password")
    assert browser.submit("/password", current="wrong wrong wrong", password="a brand new password").status == 422
    assert browser.deliver_mail() == []


def test_by_sms_too_where_the_company_has_that_turned_on(owner: Client, evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer(phones=(PHONE,))
    switched(evergreen, "password_changed", sms=True)
    before = len(texts())
    owner.put(f"/customers/{dana.id}/access/password", {"password": NEW})
    assert changed(browser) == changed(browser) == ["dana@example.com"]
    (sent,) = texts()[before:]
    assert sent[0] == NUMBER and "password" in sent[1]


def test_who_has_several_accounts_is_told_once_and_another_owner_too(
    owner: Client, evergreen: Company, browser: Browser
) -> None:
    """One login, three accounts: two of one address, one whose first address is somebody else's."""
    home, rental = (evergreen.customer(name, email="ruth@example.com", password=None) for name in ("Home", "Rental"))
    shared = evergreen.customer("Office", email="zoe@example.com", password=None)
    both = [Contact("", "zoe@example.com"), Contact("", "ruth@example.com")]
    contacts = [{"name": one.name, "email": one.email} for one in both]
    owner.put(f"/customers/{shared.id}", {"name": "Office", "contacts": contacts})
    ids = (home.id, rental.id, shared.id)
    evergreen.store.write(records.set_login(evergreen.store, Login("ruth@example.com", ids, None)))
    for one in ids:
        logins = records.change_profile(evergreen.store, one, logins='["ruth@example.com"]')
        evergreen.store.write(logins)
    assert owner.put(f"/customers/{home.id}/access/password", {"password": NEW}).status == 200
    assert sorted(changed(browser)) == ["ruth@example.com", "zoe@example.com"]


def test_a_login_of_very_many_accounts_still_gets_a_password(
    owner: Client, evergreen: Company, browser: Browser
) -> None:
    """What is told must fit the transaction beside the change itself."""
    made = [evergreen.customer(f"House {n}", email="ruth@example.com", password=None) for n in range(55)]
    for number, one in enumerate(made):
        emails = json.dumps([f"h{number}@example.com", "ruth@example.com"])
        evergreen.store.write(
            records.change_profile(evergreen.store, one.id, emails=emails, logins='["ruth@example.com"]')
        )
    evergreen.store.write(
        records.set_login(evergreen.store, Login("ruth@example.com", tuple(one.id for one in made), None))
    )
    browser.post("/evergreen/password/forgotten", {"login": "ruth@example.com"})
    link = re.search(r"/evergreen/password/reset/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert link
    browser.get(link.group())
    assert browser.submit(link.group(), password="a brand new password").status == 200
    assert len(changed(browser)) > 40


# Codes by SMS


def asks(browser: Browser, login: str = "dana@example.com") -> list[tuple[str, str]]:
    """The SMS that this leads to."""
    before = len(texts())
    browser.get("/evergreen/sign-in")
    browser.post("/evergreen/sign-in/code", {"login": login, "next": "/"})
    browser.deliver_mail()
    browser.deliver_mail()  # an SMS is posted by the mail that it stands beside
    return texts()[before:]


def test_a_code_comes_by_sms_too_and_opens_the_account(evergreen: Company, browser: Browser) -> None:
    office(evergreen, "Dana Whitfield", (Contact("Dana", "dana@example.com", PHONE),))
    assert asks(browser) == [], "unless the company turns it on"
    switched(evergreen, "sign_in", sms=True)
    ((number, text),) = asks(browser)
    code = re.search(r"\b\d{6}\b", text)
    assert number == NUMBER and code
    assert browser.submit("/sign-in/code/check", code=code.group()).url.endswith("/evergreen")


def test_a_code_goes_to_the_number_of_whoever_has_the_address(evergreen: Company, browser: Browser) -> None:
    """Zoe's number must not get the code that Xavier asks for by his address."""
    switched(evergreen, "sign_in", sms=True)
    people = (Contact("Zoe", "zoe@example.com", "(303) 555-0118"), Contact("Xavier", "dana@example.com", PHONE))
    office(evergreen, "Office", people)
    assert [number for number, _ in asks(browser)] == [NUMBER]


def test_a_number_that_one_account_lacks_gets_no_code_that_opens_it(evergreen: Company, browser: Browser) -> None:
    """A manager's address is on two accounts; the tenant's number beside it is on one. Its phone opens neither."""
    switched(evergreen, "sign_in", sms=True)
    office(evergreen, "First house", (Contact("", "dana@example.com", PHONE),))
    office(evergreen, "Second house", (Contact("", "dana@example.com", ""),))
    assert asks(browser) == []


def office(company: Company, name: str, contacts: tuple[Contact, ...]) -> Person:
    emails = tuple(one.email for one in contacts)
    phones = tuple(one.phone for one in contacts if one.phone)
    return company.customer(name, password=None, contacts=contacts, emails=emails, phones=phones)


def test_an_unknown_address_is_worked_for_as_much(evergreen: Company, browser: Browser) -> None:
    """The same calls to store and queue, and rows of the same attributes but for a table's own."""
    evergreen.customer()
    browser.post("/evergreen/sign-in/code", {"login": "nobody@example.com", "next": "/"})
    browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
    unknown, known = queued(browser.world.outputs)
    assert unknown.keys() == known.keys() and len(unknown["message"]) == len(known["message"])


# Invites as the company has them set


@pytest.mark.parametrize(
    ("channels", "mails", "numbers", "to"),
    [
        ({}, ["dana@example.com"], [], "dana@example.com"),
        ({"sms": True}, ["dana@example.com"], [NUMBER], "dana@example.com"),
        ({"email": False, "sms": True}, [], [NUMBER], PHONE),
    ],
)
def test_an_invite_goes_as_the_company_has_it_set(
    owner: Client, evergreen: Company, browser: Browser, channels: Any, mails: list[str], numbers: list[str], to: str
) -> None:
    dana, before = evergreen.customer(phones=(PHONE,), password=None), len(texts())
    switched(evergreen, "portal_invite", **channels)
    answer = owner.post(f"/customers/{dana.id}/access/invites")
    assert (answer.status, answer.json) == (201, {"to": to})
    browser.deliver_mail()
    assert told(browser, "") == mails
    assert [number for number, _ in texts()[before:]] == numbers


@pytest.mark.parametrize(
    ("channels", "kind"), [({"email": False}, "turned-off"), ({"email": False, "sms": True}, "no-phone")]
)
def test_an_invite_that_would_reach_nobody_is_refused(
    owner: Client, evergreen: Company, browser: Browser, channels: Any, kind: str
) -> None:
    dana = evergreen.customer(password=None)
    switched(evergreen, "portal_invite", **channels)
    answer = owner.post(f"/customers/{dana.id}/access/invites")
    assert (answer.status, answer.kind) == (409, kind)
    assert owner.get(f"/customers/{dana.id}/access").json["state"] == "never_invited"


def test_an_invite_by_sms_only_is_refused_where_the_number_answered_stop(
    owner: Client, evergreen: Company, browser: Browser, world: World
) -> None:
    dana, before = evergreen.customer(phones=(PHONE,), password=None), len(texts())
    world.services.tables.platform().write(stops.answer(NUMBER, True, "2026-11-20T08:00:00+00:00"))
    switched(evergreen, "portal_invite", email=False, sms=True)
    answer = owner.post(f"/customers/{dana.id}/access/invites")
    assert (answer.status, answer.kind) == (409, "stopped") and "answered STOP" in answer.json["detail"]
    assert owner.get(f"/customers/{dana.id}/access").json["state"] == "never_invited"
    # By mail as well, that reaches them.
    (item,) = evergreen.store.get(templates.template_key(evergreen.store, "portal_invite"))
    decided = templates.to_choice(item)
    evergreen.store.write(templates.decide(evergreen.store, "portal_invite", decided, replace(decided, email=True)))
    assert owner.post(f"/customers/{dana.id}/access/invites").json == {"to": "dana@example.com"}
    assert told(browser, "") == ["dana@example.com"]
    assert texts()[before:] == []


def test_all_are_invited_by_sms_who_can_be(owner: Client, evergreen: Company, browser: Browser, world: World) -> None:
    switched(evergreen, "portal_invite", email=False, sms=True)
    evergreen.customer("With", email="", phones=(PHONE,), password=None)
    evergreen.customer("Without", email="x@example.com", password=None)
    begun, before = owner.post("/bulk-invites", {}).json, len(texts())
    work(world)
    done = owner.get(f"/bulk-invites/{begun['id']}").json
    assert (done["sent"], done["skipped"]) == (1, 1)
    browser.deliver_mail()
    browser.deliver_mail()
    assert [number for number, _ in texts()[before:]] == [NUMBER]
