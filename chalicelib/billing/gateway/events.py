"""Stripe's webhook events: verified, and read only as far as they say where to look."""

from __future__ import annotations

import json
import logging
from typing import Any

from chalicelib.billing.gateway.calls import StripeCalls
from chalicelib.billing.gateway.shapes import Event, Forged

log = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
# Stripe's ids are no longer than this (docs.stripe.com/upgrades).
LONGEST_NAME = 255


class Events(StripeCalls):
    def read_event(self, body: bytes, signature: str) -> Event:
        """Verify a webhook against any of our secrets; Forged if none fits, or it is more than five minutes old."""
        import stripe

        for secret in self._webhook_secrets:
            try:
                text = body.decode()
                stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=TOLERANCE_SECONDS)
            except (stripe.SignatureVerificationError, ValueError, TypeError):
                # TypeError: a signature that is no ASCII can't even be compared.
                continue
            return _event(text)
        raise Forged()


def _event(text: str) -> Event:
    """The event in a verified body. Stripe has kinds without an object in them, and may have others that we can't
    read: they are about no payment, and are answered like those."""
    try:
        event = json.loads(text)
        thing = event["data"]["object"]
        named = thing.get("metadata") or {}
        intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
        read = Event(
            _name(event["id"]), _name(event["type"]), _name(event.get("account")), int(event["created"]),
            _name(named.get("tenant")), _name(named.get("customer")), _name(named.get("payment")), _name(intent),
            _name(_whose(event["data"], thing)), _name(thing.get("mode")),
        )  # fmt: skip
        if read.id and read.type:
            return read
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    log.warning("a signed event that can't be read")
    return Event("", "", "", 0)


def _name(value: Any) -> str:
    """A name as Stripe and we give them, since it becomes part of a key; '' for anything else."""
    return value if isinstance(value, str) and value.isascii() and len(value) <= LONGEST_NAME else ""


def _whose(data: Any, thing: Any) -> Any:
    """Stripe's customer the thing is, belongs to, or has just been taken from."""
    if thing.get("object") == "customer":
        return thing["id"]
    return thing.get("customer") or (data.get("previous_attributes") or {}).get("customer")
