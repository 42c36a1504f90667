"""Nothing is sent that stripe-python's own classes don't know: a field made up here would be missing at
Stripe."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox
from sandbox.stripe.api import ROUTES
from sandbox.stripe.params import fields_of, named

CLASSES: dict[str, Any] = {
    "account": stripe.Account,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "mandate": stripe.Mandate,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


def made_up(kind: Any, obj: dict[str, Any], path: str) -> list[str]:
    """The paths of fields that the class does not have, nested classes included."""
    names = []
    for name, value in obj.items():
        if name not in kind.__annotations__:
            names.append(f"{path}.{name}")
        inner = getattr(kind, "_inner_class_types", {}).get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and inner:
                names += made_up(inner, one, f"{path}.{name}")
    return names


def test_no_field_is_made_up(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, customer: str, pay: Any, checkout: Any
) -> None:
    pay(receipt_email="dana@example.com")
    pay("pm_card_createDispute")
    with pytest.raises(stripe.CardError):
        pay("pm_card_chargeDeclined")
    pay("pm_card_threeDSecure2Required", return_url="https://portal.test/back")
    bank = pay("pm_usBankAccount_insufficientFunds", mandate_data={"customer_acceptance": {"type": "offline"}})
    client.v1.refunds.create({"payment_intent": pay().id})
    sandbox.pay(checkout(customer=customer).url)
    session = checkout(mode="setup", line_items=None, currency="usd", customer=customer)
    sandbox.pay(session.url, bank="000123456789")
    client.v1.webhook_endpoints.create({"url": "https://portal.test/x", "enabled_events": ["*"]})
    items = client.v1.checkout.sessions.line_items.list(session.id).to_dict()["data"]
    sandbox.advance(sandbox.now().replace(month=12))
    assert client.v1.payment_intents.retrieve(bank.id).last_payment_error
    seen = set()
    for world in sandbox.state.worlds.values():
        for obj in [o for table in world.tables.values() for o in table.values()] + items:
            seen.add(obj["object"])
            assert made_up(CLASSES[obj["object"]], obj, obj["object"]) == []
    assert seen == set(CLASSES) - {"item", "price"}


def test_every_endpoint_names_parameters_that_exist() -> None:
    for route in ROUTES:
        if route.params:
            fields_of(named(route.params))
