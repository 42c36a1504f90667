"""Stripe, as direct charges on the company's connected account. The only folder that knows Stripe's shapes and words.

Every call names the account it acts on and, where it makes something, an idempotency key from the payment's own id: the
same thing asked for twice is done once.
"""

from __future__ import annotations

from chalicelib.billing.gateway.events import Events
from chalicelib.billing.gateway.methods import Methods
from chalicelib.billing.gateway.money_back import MoneyBack
from chalicelib.billing.gateway.payments import Payments
from chalicelib.billing.gateway.shapes import REFUSED, Event, Forged, Gateway, Payer

__all__ = ["REFUSED", "Event", "Forged", "Gateway", "Payer", "StripeGateway"]


class StripeGateway(Payments, MoneyBack, Methods, Events):
    """The gateway that is Stripe."""
