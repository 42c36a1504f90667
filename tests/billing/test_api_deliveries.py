"""Invoices sent by the API: an e-mail or an SMS with a link that opens just that invoice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.billing.rules import Draft, Line
from chalicelib.customers import records as customers
from chalicelib.messages.records import stops, suppressions, templates
from chalicelib.messages.records.suppressions import Cause
from chalicelib.messages.rules.template import Choice
from sandbox.world import sent_texts
from tests.billing.desk import key, made, own, posts, trail
from tests.billing.till import Till, outbox
from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock


@pytest.fixture
def lee(evergreen: Company, clock: Clock) -> Till:
    two = ("lee@example.com", "office@example.com")
    numbers = ("(303) 555-0142", "303-555-0117")
    return Till(evergreen.customer("Lee Park", email=two[0], password=None, emails=two, phones=numbers), clock)


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


def test_the_customer_pays_it_from_the_mail(owner: Client, lee: Till, browser: Browser) -> None:
    invoice = made(owner, lee)
    owner.post(f"/invoices/{invoice['id']}/deliveries", {})
    link = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert link
    browser.get(link[0])
    page = browser.submit(link[0])
    assert f"/evergreen/invoices/{own(invoice)}/pay" in page.links


# By SMS


def test_the_customer_opens_it_from_an_sms(owner: Client, lee: Till, browser: Browser) -> None:
    invoice = made(owner, lee)
    answer = owner.post(f"/invoices/{invoice['id']}/deliveries", {"by": "sms"})
    assert (answer.status, answer.json) == (202, {"to": "(303) 555-0142"})
    assert browser.deliver_mail() == []
    ((number, text),) = sent_texts()
    assert number == "+13035550142" and "20871" in text and "$120.00" in text
    link = re.search(r"http://localhost:8000(/evergreen/l/[\w-]{22})$", text)
    assert link, text
    browser.get(link[1])
    page = browser.submit(browser.page.forms[0].action if browser.page else "")
    assert page.url.endswith(f"/evergreen/invoices/{own(invoice)}") and "20871" in page.text
    assert f"/evergreen/invoices/{own(invoice)}/pay" in page.links


@pytest.mark.parametrize("spelled", ["303-555-0117", "+1 303 555 0117", "3035550117", " (303) 555.0117 "])
def test_another_of_their_numbers_may_be_named_in_any_spelling(owner: Client, lee: Till, spelled: str) -> None:
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    assert owner.post(place, {"by": "sms", "to": spelled}).json == {"to": "303-555-0117"}


@pytest.mark.parametrize("wrong", ["(303) 555-0199", "555-0117", "lee@example.com", "nonsense"])
def test_a_number_that_is_none_of_theirs_gets_nothing(owner: Client, lee: Till, wrong: str, browser: Browser) -> None:
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    answer = owner.post(place, {"by": "sms", "to": wrong})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/to")
    assert browser.deliver_mail() == [] and not sent_texts()


def test_the_first_number_that_takes_texts_gets_it(owner: Client, lee: Till) -> None:
    profile(lee, phones='["ask for Lee", "303-555-0117"]', contacts="[]")
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    assert owner.post(place, {"by": "sms"}).json == {"to": "303-555-0117"}


def test_what_staff_sends_goes_though_the_message_is_turned_off(owner: Client, lee: Till, browser: Browser) -> None:
    store = lee.company.store
    store.write(templates.decide(store, "invoice_ready", Choice(), Choice(email=False, sms=False)))
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    owner.post(place, {})
    owner.post(place, {"by": "sms"})
    assert len(browser.deliver_mail()) == 1 and len(sent_texts()) == 1


def test_the_same_request_again_sends_one_sms(owner: Client, lee: Till, browser: Browser) -> None:
    place, again = f"/invoices/{made(owner, lee)['id']}/deliveries", key()
    for _ in range(2):
        assert owner.post(place, {"by": "sms"}, idempotency_key=again).status == 202
        browser.deliver_mail()
    assert len(sent_texts()) == 1


# As a reminder


def test_a_reminder_says_since_when_it_is_overdue(owner: Client, lee: Till, browser: Browser) -> None:
    invoice = made(owner, lee, issued_on="2026-11-01", due_on="2026-11-20")
    answer = owner.post(f"/invoices/{invoice['id']}/deliveries", {"as": "reminder"})
    assert answer.status == 202
    mail = decoded(browser.deliver_mail()[-1])
    assert "Subject: Overdue: invoice 20871" in mail and "It was due 3 days ago." in mail


def test_overdue_is_counted_by_the_companys_day(owner: Client, lee: Till, clock: Clock) -> None:
    """It is past midnight in London, and the evening before in Denver."""
    invoice = made(owner, lee, issued_on="2026-11-01", due_on="2026-11-23")
    clock.forward(hours=8)
    assert clock().date().isoformat() == "2026-11-24"
    assert not said(lee.company.admin(), lee, invoice)["overdue"]
    clock.forward(hours=8)
    values = said(lee.company.admin(), lee, invoice)
    assert (values["overdue"], values["days_overdue"]) == (True, 1)


def test_there_is_no_reminder_of_what_is_paid(owner: Client, lee: Till) -> None:
    invoice = made(owner, lee)
    posts(owner, f"/customers/{lee.person.id}/payments", {"amount": 12_000, "method": "Cash"})
    answer = owner.post(f"/invoices/{invoice['id']}/deliveries", {"as": "reminder"})
    assert (answer.status, answer.kind) == (409, "nothing-due")


def test_there_is_no_reminder_of_what_is_on_its_way(owner: Client, lee: Till) -> None:
    invoice = made(owner, lee)
    lee.pays(lee.invoices[0], "new")
    assert owner.post(f"/invoices/{invoice['id']}/deliveries", {"as": "reminder"}).kind == "nothing-due"


# What it says


def said(owner: Client, lee: Till, invoice: dict[str, Any]) -> dict[str, Any]:
    """The values of the invoice in the message that is sent of it now."""
    before = {row["item"] for row in outbox(lee.person)}
    assert owner.post(f"/invoices/{invoice['id']}/deliveries", {"as": "reminder"}).status == 202
    (row,) = (row for row in outbox(lee.person) if row["item"] not in before)
    values: dict[str, Any] = json.loads(row["body"])["values"]["invoice"]
    return values


def test_it_has_all_that_a_template_may_say(owner: Client, lee: Till) -> None:
    invoice = made(owner, lee, title="Quarterly pest control", lines=[
        {"description": "Perimeter treatment", "quantity": "1.5", "unit_price": 8_000},
        {"description": "Bait", "quantity": "2", "unit_price": 500},
    ])  # fmt: skip
    posts(owner, f"/customers/{lee.person.id}/payments", {"amount": 3_000, "method": "Cash"})
    assert said(owner, lee, invoice) == {
        "number": "20871", "title": "Quarterly pest control", "currency": "USD", "total": 13_000, "due": 10_000,
        "paid": 3_000, "issued_on": invoice["issued_on"], "due_on": invoice["due_on"], "overdue": False,
        "days_overdue": 0,
        "lines": [
            {"description": "Perimeter treatment", "quantity": "1.5", "unit_price": 8_000, "amount": 12_000},
            {"description": "Bait", "quantity": "2", "unit_price": 500, "amount": 1_000},
        ],
    }  # fmt: skip


def test_the_longest_invoice_there_is_can_be_sent(owner: Client, lee: Till, browser: Browser) -> None:
    """200 lines in a script of which each character takes twelve bytes in the outbox: a row takes 400 KB."""
    day = lee.clock().date()
    kept = lee.sends(Draft("20871", day, day, (Line("🐜" * 300, "1", 100, 100),) * 200)).invoice
    sent = said(owner, lee, {"id": f"{lee.person.id}-{kept.id}"})
    assert sent["lines"][199]["description"] == "🐜" * 119 + "…"
    assert len(browser.deliver_mail()) == 1


# The trail


def test_the_trail_says_how_and_where_to(owner: Client, lee: Till) -> None:
    invoice = made(owner, lee)
    owner.post(f"/invoices/{invoice['id']}/deliveries", {"by": "sms", "as": "reminder"})
    row = next(one for one in owner.get("/audit").json["items"] if one["action"] == "invoice.send")
    assert {one["field"]: one["new"] for one in row["changes"]} == {
        "to": "(303) 555-0142", "channel": "sms", "as": "reminder"
    }  # fmt: skip


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


def stopped(lee: Till, cause: Cause, address: str = "lee@example.com") -> None:
    store = lee.company.store
    store.write(suppressions.suppress(store, address, cause, "550 no such user", "2026-11-20", lee.person.id, "m"))


WHY: dict[str, Callable[[Client, Till, str], object]] = {
    "portal-off": lambda owner, lee, place: settings(owner, {"portal": {"on": False}}),
    "invoices-hidden": lambda owner, lee, place: settings(owner, {"permissions": {"invoices": False}}),
    "access-off": lambda owner, lee, place: profile(lee, access=False),
    "no-address": lambda owner, lee, place: profile(lee, emails="[]"),
    "suppressed": lambda owner, lee, place: stopped(lee, "bounced"),
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


def test_mail_that_is_stopped_goes_to_another_address_or_by_sms(owner: Client, lee: Till, browser: Browser) -> None:
    stopped(lee, "complained")
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    answer = owner.post(place, {})
    assert answer.kind == "suppressed" and "marked one as spam" in answer.json["detail"]
    assert owner.post(place, {"to": "office@example.com"}).status == 202
    assert owner.post(place, {"by": "sms"}).status == 202
    assert len(browser.deliver_mail()) == 1 and len(sent_texts()) == 1


def test_a_number_that_answered_stop_gets_no_invoice(owner: Client, lee: Till, browser: Browser) -> None:
    """Its owner alone takes that back. Their other number, and their mail, are as good as before."""
    services, then = lee.company.world.services, "2026-11-20T08:00:00+00:00"
    services.tables.platform().write(stops.answer("+13035550142", True, then))
    place = f"/invoices/{made(owner, lee)['id']}/deliveries"
    for to in ("", "303.555.0142"):
        answer = owner.post(place, {"by": "sms", "to": to})
        assert (answer.status, answer.kind) == (409, "stopped")
        assert answer.json["detail"] == (
            "This number answered STOP to text messages. Only its owner can change that, by answering START."
        )
    assert browser.deliver_mail() == [] and not sent_texts()
    assert not [one for one in trail(owner) if one[0] == "invoice.send"]
    assert owner.post(place, {"by": "sms", "to": "303-555-0117"}).status == owner.post(place, {}).status == 202
    services.tables.platform().write(stops.answer("+13035550142", False, "2026-11-21T08:00:00+00:00"))
    assert owner.post(place, {"by": "sms"}).status == 202


def test_a_customer_without_a_number_gets_no_sms(owner: Client, lee: Till) -> None:
    profile(lee, phones="[]", contacts="[]")
    answer = owner.post(f"/invoices/{made(owner, lee)['id']}/deliveries", {"by": "sms"})
    assert (answer.status, answer.kind) == (409, "no-phone")
