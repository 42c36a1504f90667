"""Money that goes back, at Stripe: refunds asked for, and all refunds and disputes there are of a payment."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.billing.gateway.calls import StripeCalls, metadata, options, why
from chalicelib.billing.gateway.shapes import REFUSED, Payer
from chalicelib.billing.rules import Back, Movement, Payment
from chalicelib.billing.rules.payments import BackState
from chalicelib.errors import Unreachable

log = logging.getLogger(__name__)


class MoneyBack(StripeCalls):
    def refund(self, payer: Payer, payment: Payment, back: Back) -> Movement:
        """Ask for a refund. A refusal is a movement that failed, with Stripe's word why; Unreachable: look later."""
        import stripe

        try:
            made = self._answer(
                lambda: self._stripe.v1.refunds.create(
                    {
                        "payment_intent": payment.intent,
                        "amount": back.amount,
                        "metadata": {**metadata(payer, payment), "refund": back.id},
                    },
                    options(payer, payment, f"refund.{back.id}"),
                )
            )
        except (stripe.InvalidRequestError, stripe.PermissionError, stripe.CardError) as refused:
            log.error("Stripe refused a refund of %s: %s", payment.id, why(refused))
            return Movement("", "refund", back.amount, "failed", back.at, refused.code or REFUSED, back.id)
        return refund_movement(made)

    def movements(self, payer: Payer, payment: Payment) -> Sequence[Movement]:
        """All refunds and disputes of a payment, also those made at Stripe itself. Two calls."""
        import stripe

        if not payment.intent:
            return []
        wanted: Any = {"payment_intent": payment.intent, "limit": 100}
        account: Any = {"stripe_account": payer.account}
        try:
            refunds = self._ask(lambda: self._stripe.v1.refunds.list(wanted, account))
            disputes = self._ask(lambda: self._stripe.v1.disputes.list(wanted, account))
        except (stripe.InvalidRequestError, stripe.PermissionError) as error:
            log.error("Stripe would not show what came back of payment %s: %s", payment.id, why(error))
            raise Unreachable() from error
        if refunds["has_more"] or disputes["has_more"]:
            # Amounts would be missed, and nothing may be decided on half of them.
            log.error("more than a hundred refunds of payment %s", payment.id)
            raise Unreachable()
        found = [refund_movement(one) for one in refunds["data"]]
        return [*found, *(one for one in map(dispute_movement, disputes["data"]) if one is not None)]

    def names_of(self, account: str, intent: str) -> tuple[str, str, str]:
        """(tenant, customer, payment) of a payment intent, '' where it is none of ours: a dispute does not say."""
        import stripe

        try:
            found = self._ask(lambda: self._stripe.v1.payment_intents.retrieve(intent, {}, {"stripe_account": account}))
        except (stripe.InvalidRequestError, stripe.PermissionError):
            return "", "", ""
        named = found.get("metadata") or {}
        return named.get("tenant", ""), named.get("customer", ""), named.get("payment", "")


_REFUNDS: dict[str, BackState] = {
    "pending": "pending", "requires_action": "pending", "succeeded": "done", "failed": "failed", "canceled": "failed",
}  # fmt: skip


def refund_movement(one: dict[str, Any]) -> Movement:
    ours = (one.get("metadata") or {}).get("refund", "")
    state = _REFUNDS.get(one["status"], "pending")
    reason = one.get("failure_reason") or one.get("reason") or ""
    return Movement(one["id"], "refund", one["amount"], state, _at(one), reason, ours)


def dispute_movement(one: dict[str, Any]) -> Movement | None:
    """None for an inquiry: nothing has been taken yet."""
    if one["status"].startswith("warning") or one["status"] == "prevented":
        return None
    state: BackState = "undone" if one["status"] == "won" else "done"
    return Movement(one["id"], "dispute", one["amount"], state, _at(one), one.get("reason") or "")


def _at(one: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(one["created"], UTC)
