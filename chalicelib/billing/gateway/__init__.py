"""Stripe, as direct charges on the company's connected account. The only folder that knows Stripe's shapes and words.

Every call about money names the account it acts on. What must not be made twice (a payment, a refund, a customer, an
account) goes with an idempotency key from the ids of what it is for: asked for twice, it is done once.
"""

from __future__ import annotations

from chalicelib.billing.gateway.shapes import (
    REFUSED,
    Activity,
    Event,
    Forged,
    Gateway,
    NewAccount,
    Payer,
    Refused,
)

__all__ = ["REFUSED", "Activity", "Event", "Forged", "Gateway", "NewAccount", "Payer", "Refused"]
