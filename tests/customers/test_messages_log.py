"""What a customer was told: staff read it, newest first, and send some of it again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.customers import records
from chalicelib.customers.actions import code
from chalicelib.customers.actions import link as links
from chalicelib.messages import records as outbox
from chalicelib.messages.records import stops, suppressions
from chalicelib.messages.rules import Message
from sandbox.world import sent_texts
from tests.billing.wire import Wire
from tests.booking.offers import offering
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import trail
from tests.estimates.offers import offer
from tests.web.switching import switch

PHONE = "(303) 555-0117"


@pytest.fixture
def dana(evergreen: Company) -> Person:
    return evergreen.customer(phones=(PHONE,))


def log(owner: Client, person: Person, **query: Any) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = owner.get(f"/customers/{person.id}/messages?{asked}")
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def again(owner: Client, person: Person, message: str, **headers: str) -> Any:
    return owner.post(f"/customers/{person.id}/messages/{message}/resends", None, **headers)


def invited(owner: Client, person: Person, browser: Browser) -> str:
    """Invite them; the id of the message, which was sent."""
    assert owner.post(f"/customers/{person.id}/access/invites").status == 201
    browser.deliver_mail()
    return str(log(owner, person)[0]["id"])


def subjects(browser: Browser) -> list[str]:
    return [found[1] for mail in browser.deliver_mail() if (found := re.search(r"^Subject: (.*)$", mail, re.M))]


# The log


def test_it_says_what_was_sent_when_and_what_became_of_it(
    owner: Client, dana: Person, browser: Browser, clock: Clock
) -> None:
    posted = clock.time.isoformat()
    assert log(owner, dana) == []
    owner.post(f"/customers/{dana.id}/access/invites")
    (queued,) = log(owner, dana)
    assert queued["standing"] == "queued" and queued["summary"] == "" and not queued["resendable"]
    clock.forward(seconds=30)
    (subject,) = subjects(browser)
    (sent,) = log(owner, dana)
    assert sent | {"id": ""} == {
        "id": "", "template": "portal_invite", "title": "Portal invite", "channel": "email", "to": "dana@example.com",
        "summary": subject, "standing": "sent", "reason": "", "posted_at": posted, "sent_at": clock.time.isoformat(),
        "outcome_at": "", "resendable": True,
    }  # fmt: skip


def test_an_sms_stands_beside_with_its_text_but_no_link(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    links.send(browser.world.services, evergreen.store, dana.now, by="sms")
    browser.deliver_mail()
    (sent,) = log(owner, dana)
    assert (sent["channel"], sent["to"], sent["standing"]) == ("sms", PHONE, "sent")
    assert "fresh link" in sent["summary"] and "localhost" not in sent["summary"]


def test_no_code_stands_in_it(owner: Client, dana: Person, browser: Browser, evergreen: Company) -> None:
    code.ask(browser.world.services, evergreen.store, "dana@example.com", "203.0.113.9", "en", "/")
    mail = browser.deliver_mail()[-1]
    (sent,) = log(owner, dana)
    assert sent["template"] == "sign_in" and not sent["resendable"]
    found = re.search(r"\b\d{6}\b", mail.split("text/plain")[1])
    assert found and found.group() not in str(sent)


@pytest.mark.parametrize(
    ("outcome", "detail"), [("delivered", ""), ("bounced", "550 5.1.1 No such user"), ("complained", "abuse")]
)
def test_what_the_mail_system_says_of_it(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, clock: Clock, outcome: Any, detail: str
) -> None:
    id, store = invited(owner, dana, browser), evergreen.store
    row = outbox.read(store, dana.id, id)
    assert row is not None
    at = clock.time.isoformat()
    store.write(outbox.note_outcome(store, row, outcome, at, detail, "ses-1", over=()))
    (told,) = log(owner, dana)
    assert (told["standing"], told["reason"], told["outcome_at"]) == (outcome, detail, at)


def test_why_one_was_not_sent(owner: Client, dana: Person, browser: Browser, evergreen: Company) -> None:
    links.send(browser.world.services, evergreen.store, dana.now)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    browser.deliver_mail()
    (told,) = log(owner, dana)
    assert told["standing"] == "skipped" and "turned off" in told["reason"] and not told["resendable"]


def test_a_page_at_a_time_the_newest_first(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, clock: Clock
) -> None:
    sent = []
    for _ in range(5):
        clock.forward(minutes=1)
        sent.append(links.send(browser.world.services, evergreen.store, dana.now))
    path, found, cursor = f"/customers/{dana.id}/messages?limit=2", [], ""
    while cursor is not None:
        page = owner.get(f"{path}&cursor={cursor}").json
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert found == sent[::-1]


def test_a_page_takes_as_many_calls_however_long_the_log_is(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, wire: Wire
) -> None:
    def calls() -> int:
        wire.calls.clear()
        log(owner, dana, limit=100)
        return len(wire.calls)

    for by in ("email", "sms"):
        links.send(browser.world.services, evergreen.store, dana.now, by=by)
    short = calls()
    for _ in range(30):
        for by in ("email", "sms"):
            links.send(browser.world.services, evergreen.store, dana.now, by=by)
    assert calls() == short


def test_a_cursor_is_of_one_customers_log(owner: Client, dana: Person, browser: Browser, evergreen: Company) -> None:
    tom = evergreen.customer("Tom Alvarez", email="tom@example.com")
    for _ in range(2):
        links.send(browser.world.services, evergreen.store, dana.now)
    cursor = owner.get(f"/customers/{dana.id}/messages?limit=1").json["next"]
    assert owner.get(f"/customers/{tom.id}/messages?cursor={cursor}").status == 422


def test_what_went_to_the_team_about_a_customer_is_not_among_it(
    owner: Client, dana: Person, evergreen: Company, clock: Clock
) -> None:
    ours = Message("returned-1-company", "debit_returned_company", "office@evergreen.example", "en")
    evergreen.store.write(outbox.new_message(evergreen.store, dana.id, ours, clock.time))
    assert log(owner, dana) == []
    assert again(owner, dana, ours.id).status == 404


# Again


def test_one_is_sent_again_to_where_it_went_with_a_link_of_its_own(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, clock: Clock
) -> None:
    id = links.send(browser.world.services, evergreen.store, dana.now, path="/invoices")
    first = the_link(browser)
    clock.forward(hours=1)
    owner.sign_in("owner@evergreen.example")
    answer = again(owner, dana, id)
    assert (answer.status, answer.json) == (202, {"to": "dana@example.com"})
    second = the_link(browser)
    assert second != first
    person = Browser(browser.app, browser.world)
    person.get(second)
    assert person.submit("/" + second.rsplit("/", 1)[1]).url.endswith("/evergreen/invoices")
    assert person.get(first).status == 200, "what was sent before goes on working"
    newest, oldest = log(owner, dana)
    assert oldest["id"] == id and newest["template"] == oldest["template"] and newest["standing"] == "sent"
    assert trail(evergreen)[0] == (
        "message.resend", dana.id, {"message": (None, "Portal Link"), "to": (None, "dana@example.com")},
    )  # fmt: skip


def the_link(browser: Browser) -> str:
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    return found.group()


def test_an_sms_goes_again_as_an_sms(owner: Client, dana: Person, browser: Browser, evergreen: Company) -> None:
    id = links.send(browser.world.services, evergreen.store, dana.now, by="sms")
    browser.deliver_mail()
    assert again(owner, dana, id).json == {"to": PHONE}
    assert browser.deliver_mail() == []
    (_, first), (number, second) = sent_texts()[-2:]
    assert number == "+13035550117"
    assert all(re.search(r"/l/[\w-]{22}(?![\w-])", text) for text in (first, second)) and first != second
    assert log(owner, dana)[0]["id"].endswith("-sms")


def test_the_same_request_sends_one_more_and_no_more(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    id = invited(owner, dana, browser)
    for _ in range(3):
        assert again(owner, dana, id, idempotency_key="once").status == 202
    assert len(browser.deliver_mail()) == 2 and len(log(owner, dana)) == 2
    assert [one[0] for one in trail(evergreen)].count("message.resend") == 1


@pytest.mark.parametrize("fault", ["lost after", "doubled", "error after", "lost before"])
def test_a_lost_answer_sends_nothing_twice(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, wire: Wire, fault: Any
) -> None:
    id = invited(owner, dana, browser)
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    assert again(owner, dana, id).status == 202
    assert len(browser.deliver_mail()) == 2
    assert [one[0] for one in trail(evergreen)].count("message.resend") == 1


def test_it_goes_again_though_the_company_has_turned_it_off(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    """Somebody asked for it."""
    id = invited(owner, dana, browser)
    switched(evergreen, "portal_invite", email=False)
    assert again(owner, dana, id).status == 202
    assert len(browser.deliver_mail()) == 2


def switched(company: Company, template: str, **channels: bool) -> None:
    from chalicelib.messages.records import templates
    from chalicelib.messages.rules.template import Choice

    (item,) = company.store.get(templates.template_key(company.store, template))
    before = templates.to_choice(item) if item else Choice()
    company.store.write(templates.decide(company.store, template, before, replace(before, **channels)))


def test_what_works_for_minutes_is_not_sent_again(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    code.ask(browser.world.services, evergreen.store, "dana@example.com", "203.0.113.9", "en", "/")
    owner.post(f"/customers/{dana.id}/access/password-resets")
    browser.deliver_mail()
    for one in log(owner, dana):
        refused = again(owner, dana, one["id"])
        assert (refused.status, refused.kind) == (409, "not-resendable")
    assert len(browser.deliver_mail()) == 2


def off(owner: Client, dana: Person) -> None:
    owner.patch(f"/customers/{dana.id}/access", {"on": False})


def moved(owner: Client, dana: Person) -> None:
    new = {"name": "Dana Whitfield", "contacts": [{"email": "new@example.com"}]}
    assert owner.put(f"/customers/{dana.id}", new).status == 200


def stopped(owner: Client, dana: Person) -> None:
    store = dana.company.store
    at = "2026-11-23T19:00:00+00:00"
    store.write(suppressions.suppress(store, "dana@example.com", "bounced", "550", at, dana.id, "x"))


@pytest.mark.parametrize(("what", "kind"), [(off, "access-off"), (moved, "not-theirs"), (stopped, "suppressed")])
def test_nothing_goes_where_it_must_not(owner: Client, dana: Person, browser: Browser, what: Any, kind: str) -> None:
    id = invited(owner, dana, browser)
    assert log(owner, dana)[0]["resendable"]
    what(owner, dana)
    assert not log(owner, dana)[0]["resendable"]
    refused = again(owner, dana, id)
    assert (refused.status, refused.kind) == (409, kind)
    assert len(browser.deliver_mail()) == 1


@pytest.mark.parametrize("part", ["invoices", "estimates", "documents"])
def test_what_leads_to_something_hidden_is_not_sent_again_until_it_is_shown(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, part: Any
) -> None:
    id = links.send(browser.world.services, evergreen.store, dana.now, path=f"/{part}/01JDTHING")
    other = links.send(browser.world.services, evergreen.store, dana.now, path=f"/{part}-of-another-kind")
    assert len(browser.deliver_mail()) == 2
    switch(owner, permissions={part: False})
    assert {one["id"]: one["resendable"] for one in log(owner, dana)} == {id: False, other: True}
    refused = again(owner, dana, id)
    assert (refused.status, refused.kind) == (409, f"{part}-hidden") and part in refused.json["detail"].lower()
    assert len(browser.deliver_mail()) == 2
    switch(owner, permissions={part: True})
    assert again(owner, dana, id).status == 202 and len(browser.deliver_mail()) == 3


@pytest.mark.parametrize("path", ["/book", "/book/lawn-mowing?from=mail", "/bookings/01JDTHING"])
def test_what_leads_to_online_booking_is_not_sent_again_while_there_is_none(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, path: str
) -> None:
    id = links.send(browser.world.services, evergreen.store, dana.now, path=path)
    assert len(browser.deliver_mail()) == 1
    refused = again(owner, dana, id)
    assert (refused.status, refused.kind) == (409, "booking-hidden") and "turned off" in refused.json["detail"]
    offering(evergreen)
    assert again(owner, dana, id).status == 202 and len(browser.deliver_mail()) == 2


def test_the_copy_of_an_acceptance_is_not_sent_while_estimates_are_hidden(
    owner: Client, dana: Person, browser: Browser
) -> None:
    offer(dana).accepted()
    sent = browser.deliver_mail()
    (told,) = log(owner, dana)
    switch(owner, permissions={"estimates": False})
    refused = again(owner, dana, told["id"])
    assert (told["template"], refused.status, refused.kind) == ("estimate_accepted", 409, "estimates-hidden")
    assert browser.deliver_mail() == sent


@pytest.mark.parametrize("template", ["document_shared", "estimate_ready", "visit_complete", "review_request"])
def test_what_may_be_over_by_now_is_not_sent_again(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, template: str
) -> None:
    """Its document may be taken back, its estimate be decided: it is sent anew from there."""
    links.send(browser.world.services, evergreen.store, dana.now, template=template, values=VALUES)
    assert len(browser.deliver_mail()) == 1
    (told,) = log(owner, dana)
    refused = again(owner, dana, told["id"])
    assert (told["resendable"], refused.status, refused.kind) == (False, 409, "not-resendable")
    assert len(browser.deliver_mail()) == 1


VALUES = {
    "document": {"name": "Safety sheet", "category": ""},
    "estimate": {
        "number": "2001", "title": "Lawn care", "total": 12_000, "currency": "USD", "issued_on": "2026-11-20",
        "expires_on": "2026-12-20", "lines": [],
    },
    "visit": {"title": "Lawn care", "technician": "", "on": "2026-11-20", "work": ""},
}  # fmt: skip


def test_an_sms_is_not_sent_again_to_a_number_that_answered_stop(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    switched(evergreen, "portal_invite", sms=True)
    invited(owner, dana, browser)
    browser.deliver_mail()
    platform, before = browser.world.services.tables.platform(), len(sent_texts())
    found = {one["channel"]: one["id"] for one in log(owner, dana) if one["resendable"]}
    assert set(found) == {"email", "sms"}
    platform.write(stops.answer("+13035550117", True, "2026-11-20T08:00:00+00:00"))
    assert [one["channel"] for one in log(owner, dana) if one["resendable"]] == ["email"]
    refused = again(owner, dana, found["sms"])
    assert (refused.status, refused.kind) == (409, "stopped") and "by answering START" in refused.json["detail"]
    browser.deliver_mail()
    assert len(sent_texts()) == before
    platform.write(stops.answer("+13035550117", False, "2026-11-21T08:00:00+00:00"))
    assert {one["channel"] for one in log(owner, dana) if one["resendable"]} == {"email", "sms"}
    assert again(owner, dana, found["sms"]).status == 202


def test_one_that_is_on_its_way_is_waited_for(owner: Client, dana: Person, browser: Browser) -> None:
    owner.post(f"/customers/{dana.id}/access/invites")
    (one,) = log(owner, dana)
    assert again(owner, dana, one["id"]).status == 409
    assert len(browser.deliver_mail()) == 1


def test_a_message_is_its_own_customers_only(
    owner: Client, dana: Person, browser: Browser, evergreen: Company, bluewave: Company
) -> None:
    id, tom = invited(owner, dana, browser), evergreen.customer("Tom Alvarez", email="tom@example.com")
    assert again(owner, tom, id).status == 404
    assert again(owner, dana, "nothing").status == 404
    theirs = bluewave.admin()
    assert again(theirs, dana, id).status == 404
    assert theirs.get(f"/customers/{dana.id}/messages").status == 404
    assert len(browser.deliver_mail()) == 1


def test_reading_the_log_does_not_allow_sending_again(
    owner: Client, dana: Person, browser: Browser, evergreen: Company
) -> None:
    id = invited(owner, dana, browser)
    reader = evergreen.admin("reads@evergreen.example", "read-only")
    assert [one["id"] for one in log(reader, dana)] == [id]
    assert again(reader, dana, id).status == 403


# Invoices


def delivered(owner: Client, dana: Person, browser: Browser, **order: str) -> tuple[Any, str]:
    invoice = dana.invoice(12_000, due=date(2026, 12, 7))
    answer = owner.post(f"/invoices/{dana.id}-{invoice.id}/deliveries", order)
    assert answer.status == 202, answer.text
    browser.deliver_mail()
    return invoice, str(log(owner, dana)[0]["id"])


def test_an_invoices_message_says_what_is_due_by_now(owner: Client, dana: Person, browser: Browser) -> None:
    invoice, id = delivered(owner, dana, browser)
    pays(owner, dana, invoice, 5_000)
    assert again(owner, dana, id).status == 202
    mail = browser.deliver_mail()[-1].replace("=\n", "")
    assert "$70.00" in mail


def pays(owner: Client, dana: Person, invoice: Any, amount: int) -> None:
    body = {"amount": amount, "method": "Cash", "invoices": [f"{dana.id}-{invoice.id}"]}
    answer = owner.post(f"/customers/{dana.id}/payments", body, idempotency_key=f"pays-{amount}")
    assert answer.status == 201, answer.text


def test_nobody_is_reminded_again_of_what_is_paid(owner: Client, dana: Person, browser: Browser) -> None:
    invoice, id = delivered(owner, dana, browser, **{"as": "reminder"})
    pays(owner, dana, invoice, 12_000)
    before = len(browser.deliver_mail())
    refused = again(owner, dana, id)
    assert (refused.status, refused.kind) == (409, "nothing-due")
    assert len(browser.deliver_mail()) == before
