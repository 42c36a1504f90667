"""Invoices sent by the API: a mail with a link that opens just that invoice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from chalicelib.customers import records as customers
from tests.billing.desk import key, made, own, posts, trail
from tests.billing.till import Till
from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock


@pytest.fixture
def lee(evergreen: Company, clock: Clock) -> Till:
    two = ("lee@example.com", "office@example.com")
    return Till(evergreen.customer("Lee Park", email=two[0], password=None, emails=two), clock)


def decoded(mail: str) -> str:
    return mail.replace("=\n", "").replace("=C2=A0", " ")


def test_the_customer_opens_it_from_the_mail(owner: Client, lee: Till, browser: Browser) -> None:
    invoice = made(owner, lee, title="Quarterly pest control")
    answer = owner.post(f"/invoices/{invoice['id']}/deliveries", {})
    assert (answer.status, answer.json) == (202, {"to": "lee@example.com"})
    assert ("invoice.send", invoice["id"]) in trail(owner)
    (mail,) = map(decoded, browser.deliver_mail())
    assert "To: lee@example.com" in mail and "Subject: Invoice 20871 from Evergreen Pest & Lawn" in mail
    assert "$120.00" in mail and "Quarterly pest control" in mail
    link = re.search(r"/evergreen/link/[\w-]{43}", mail)
    assert link
    browser.get(link[0])
    page = browser.submit(link[0])
    assert page.url.endswith(f"/evergreen/invoices/{own(invoice)}") and "20871" in page.text


def test_a_mail_of_what_is_paid_asks_for_nothing(owner: Client, lee: Till, browser: Browser) -> None:
    invoice = made(owner, lee)
    posts(owner, f"/customers/{lee.person.id}/payments", {"amount": 12_000, "method": "Cash"})
    browser.deliver_mail()
    owner.post(f"/invoices/{invoice['id']}/deliveries", {})
    mail = decoded(browser.deliver_mail()[-1])
    assert "There is nothing left to pay." in mail and "To pay" not in mail


def test_another_of_the_customers_addresses_may_be_named(owner: Client, lee: Till) -> None:
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    assert owner.post(place, {"to": " Office@example.com "}).json == {"to": "office@example.com"}
    wrong = owner.post(place, {"to": "else@example.com"})
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "#/to")


def test_the_same_request_again_sends_one_mail(owner: Client, lee: Till, browser: Browser, wire: Wire) -> None:
    invoice, again = made(owner, lee), key()
    place = f"/invoices/{invoice['id']}/deliveries"
    wire.down("dynamodb TransactWriteItems", "lost after", times=1)
    assert owner.post(place, {}, idempotency_key=again).status == 202
    wire.heal()
    assert owner.post(place, {}, idempotency_key=again).status == 202
    assert len(browser.deliver_mail()) == 1 and trail(owner).count(("invoice.send", invoice["id"])) == 1
    owner.post(place, {})
    assert len(browser.deliver_mail()) == 2


def settings(owner: Client, change: dict[str, object]) -> None:
    etag = owner.get("/settings").headers["etag"]
    assert owner.patch("/settings", change, if_match=etag).status == 200


def profile(lee: Till, **values: object) -> None:
    lee.company.store.write(customers.change_profile(lee.company.store, lee.person.id, **values))


WHY: dict[str, Callable[[Client, Till, str], object]] = {
    "portal-off": lambda owner, lee, place: settings(owner, {"portal": {"on": False}}),
    "invoices-hidden": lambda owner, lee, place: settings(owner, {"permissions": {"invoices": False}}),
    "access-off": lambda owner, lee, place: profile(lee, access=False),
    "no-address": lambda owner, lee, place: profile(lee, emails="[]"),
    "invoice-not-open": lambda owner, lee, place: owner.put(f"{place}/status", {"status": "void"}),
}


@pytest.mark.parametrize("why", WHY)
def test_what_nobody_could_open_is_not_sent(owner: Client, lee: Till, browser: Browser, why: str) -> None:
    place = f"/invoices/{made(owner, lee)['id']}"
    WHY[why](owner, lee, place)
    answer = owner.post(f"{place}/deliveries", {})
    assert (answer.status, answer.kind) == (409, why)
    assert browser.deliver_mail() == []


def test_a_draft_is_not_sent(owner: Client, lee: Till) -> None:
    draft = made(owner, lee, status="draft")
    assert owner.post(f"/invoices/{draft['id']}/deliveries", {}).kind == "invoice-not-open"
