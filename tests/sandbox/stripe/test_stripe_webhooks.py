"""Webhooks: signed, repeated until accepted, and lost, doubled, late or out of order on wish."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox

URL, SECRET = "https://portal.test/webhooks", "whsec_test"


def pulled(sandbox: StripeSandbox) -> list[str]:
    return [json.loads(body)["type"] for _, body, _ in sandbox.pending_webhooks()]


def test_a_webhook_verifies_and_names_its_account(sandbox: StripeSandbox, company: str, pay: Any) -> None:
    intent = pay()
    deliveries = sandbox.pending_webhooks()
    assert sandbox.pending_webhooks() == [], "what is taken is taken"
    url, body, signature = deliveries[-1]
    event = stripe.Webhook.construct_event(body, signature, SECRET)
    data: Any = event.data.object
    assert (url, event.type, event.account) == (URL, "payment_intent.succeeded", company)
    assert (data["id"], data["status"]) == (intent.id, "succeeded")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace(b"succeeded", b"failed"), signature, SECRET)


def test_an_event_shows_the_object_as_it_was_then(client: stripe.StripeClient, pay: Any) -> None:
    pay()
    events = client.v1.events.list({"type": "payment_intent.*"}).data
    shown: list[Any] = [event.data.object for event in events]
    assert [data["status"] for data in shown] == ["succeeded", "requires_confirmation"]
    assert client.v1.events.retrieve(events[0].id).type == "payment_intent.succeeded"


def test_platform_events_go_to_platform_endpoints(sandbox: StripeSandbox) -> None:
    sandbox.client().v1.customers.create({"name": "Dana"})
    assert pulled(sandbox) == []
    sandbox.add_webhook("https://portal.test/platform", SECRET, connect=False)
    sandbox.client().v1.customers.create({"name": "Lee"})
    ((url, body, _),) = sandbox.pending_webhooks()
    assert url.endswith("/platform")
    assert "account" not in json.loads(body)


def test_faults_lose_double_delay_and_reorder(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any
) -> None:
    created, charged, paid = "payment_intent.created", "charge.succeeded", "payment_intent.succeeded"
    sandbox.faults.lose_webhook(paid)
    pay()
    assert pulled(sandbox) == [created, charged]
    sandbox.faults.double_webhook(paid)
    pay()
    assert pulled(sandbox) == [created, charged, paid, paid]
    sandbox.faults.delay_webhook(60, charged)
    pay()
    assert pulled(sandbox) == [created, paid]
    clock.passes(seconds=60)
    assert pulled(sandbox) == [charged]
    sandbox.faults.delay_webhook(match=created)
    pay()
    assert pulled(sandbox) == [charged, paid]
    sandbox.release_webhooks()
    assert pulled(sandbox) == [created]
    sandbox.faults.reorder_webhooks(3)
    pay()
    assert pulled(sandbox) == [paid, charged, created]


def test_a_webhook_is_tried_again_until_it_is_accepted(clock: Any) -> None:
    answers, got = iter([500, 200]), []

    def receiver(url: str, body: bytes, headers: dict[str, str]) -> int:
        got.append(stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET).type)
        return next(answers)

    sandbox = StripeSandbox(clock, send=receiver)
    sandbox.add_webhook(URL, SECRET)
    sandbox.client().v1.customers.create({"name": "Dana"})
    assert (sandbox.deliver_pending(), sandbox.deliver_pending(), sandbox.deliver_pending()) == (0, 1, 0)
    assert got == ["customer.created"] * 2
    (delivery,) = sandbox.events[0].deliveries
    assert (delivery.status, [attempt.status for attempt in delivery.attempts]) == ("delivered", [500, 200])


def test_a_receiver_that_never_answers_is_given_up_on(clock: Any) -> None:
    def receiver(url: str, body: bytes, headers: dict[str, str]) -> int:
        raise ConnectionRefusedError("nobody listens")

    sandbox = StripeSandbox(clock, send=receiver)
    sandbox.add_webhook(URL, SECRET)
    sandbox.client().v1.customers.create({"name": "Dana"})
    for _ in range(9):
        sandbox.deliver_pending()
    (delivery,) = sandbox.events[0].deliveries
    assert (delivery.status, len(delivery.attempts)) == ("failed", 5)
    assert delivery.attempts[0].error == "ConnectionRefusedError: nobody listens"
    assert sandbox.resend(sandbox.events[0].id) == 1


def test_what_a_receiver_causes_is_delivered_too(clock: Any) -> None:
    got: list[str] = []

    def receiver(url: str, body: bytes, headers: dict[str, str]) -> int:
        event = json.loads(body)
        got.append(event["type"])
        if event["type"] == "customer.created":
            sandbox.client().v1.customers.update(event["data"]["object"]["id"], {"phone": "1"})
        return 200

    sandbox = StripeSandbox(clock, send=receiver)
    sandbox.add_webhook(URL, SECRET)
    sandbox.client().v1.customers.create({"name": "Dana"})
    assert sandbox.deliver_pending() == 2
    assert got == ["customer.created", "customer.updated"]


def test_endpoints_can_be_managed_by_the_api(sandbox: StripeSandbox) -> None:
    platform = sandbox.client()
    made = platform.v1.webhook_endpoints.create(
        {"url": "https://portal.test/two", "enabled_events": ["customer.created"]}
    )
    platform.v1.customers.update(platform.v1.customers.create({"name": "Dana"}).id, {"name": "Lee"})
    ((_, body, signature),) = sandbox.pending_webhooks()
    assert stripe.Webhook.construct_event(body, signature, made.secret).type == "customer.created"
    platform.v1.webhook_endpoints.delete(made.id)
    platform.v1.customers.create({"name": "Kim"})
    assert sandbox.pending_webhooks() == []


def test_an_endpoint_without_a_secret_is_refused(sandbox: StripeSandbox) -> None:
    with pytest.raises(ValueError, match="secret"):
        sandbox.add_webhook(URL, "")
