"""Stripe's webhook events: verified, and read only as far as they say where to look."""

from __future__ import annotations

import json
import logging

from chalicelib.billing.gateway.calls import StripeCalls
from chalicelib.billing.gateway.shapes import Event, Forged

log = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300


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
        intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent") or ""
        return Event(
            event["id"], event["type"], event.get("account") or "", int(event["created"]), named.get("tenant", ""),
            named.get("customer", ""), named.get("payment", ""), intent if isinstance(intent, str) else "",
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError):
        log.warning("a signed event that can't be read")
        return Event("", "", "", 0)
