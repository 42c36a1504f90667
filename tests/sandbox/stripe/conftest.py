"""A sandbox on a clock that only tests move, one company connected to it, and stripe-python in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox

SECRET = "whsec_test"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[StripeSandbox]:
    sandbox = StripeSandbox(clock, deliver="manual")
    sandbox.add_webhook("https://portal.test/webhooks", SECRET, connect=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def company(sandbox: StripeSandbox) -> str:
    return sandbox.connect_account("Sunny Pest Control")


@pytest.fixture
def client(sandbox: StripeSandbox, company: str) -> stripe.StripeClient:
    return sandbox.client(stripe_account=company)


@pytest.fixture
def customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create({"name": "Dana Reed", "email": "dana@example.com"}).id


@pytest.fixture
def pay(client: stripe.StripeClient) -> Callable[..., stripe.PaymentIntent]:
    """A payment intent, confirmed at once; a test names only the odd part."""

    def confirmed(method: str = "pm_card_visa", amount: int = 12000, **odd: Any) -> stripe.PaymentIntent:
        options = odd.pop("options", {})
        params: Any = {
            "amount": amount,
            "currency": "usd",
            "payment_method": method,
            "allowed_payment_method_types": ["card", "us_bank_account"],
            "confirm": True,
            **odd,
        }
        return client.v1.payment_intents.create(params, options)

    return confirmed


@pytest.fixture
def checkout(client: stripe.StripeClient) -> Callable[..., stripe.checkout.Session]:
    def session(amount: int = 12000, **odd: Any) -> stripe.checkout.Session:
        params: Any = {
            "mode": "payment",
            "success_url": "https://portal.test/paid?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://portal.test/invoices",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": amount,
                        "product_data": {"name": "Invoice 1007"},
                    },
                }
            ],
            **odd,
        }
        return client.v1.checkout.sessions.create(params)

    return session


@pytest.fixture
def saved(client: stripe.StripeClient, customer: str) -> Callable[[str], str]:
    """A payment method the customer has on file."""

    def attached(token: str = "pm_card_visa") -> str:
        return client.v1.payment_methods.attach(token, {"customer": customer}).id

    return attached


@pytest.fixture
def happened(sandbox: StripeSandbox) -> Callable[[], list[str]]:
    """The types of the events since the last time it was asked, oldest first."""
    seen = 0

    def types() -> list[str]:
        nonlocal seen
        new = [logged.type for logged in sandbox.events[::-1]][seen:]
        seen += len(new)
        return new

    return types
