"""Stripe, as direct charges on the company's connected account. The only folder that knows Stripe's shapes and words.

Every call names the account it acts on and, where it makes something, an idempotency key from the payment's own id: the
same thing asked for twice is done once.
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
