"""Payments at Stripe, as direct charges on the company's connected account: begin, look, cancel.

Two calls a payment at most on the way out; reading back is one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.billing.gateway.calls import StripeCalls, metadata, options, why
from chalicelib.billing.gateway.methods import words
from chalicelib.billing.gateway.shapes import REFUSED, Payer
from chalicelib.billing.rules import GIVE_UP, Outcome, OutcomeKind, Payment
from chalicelib.errors import Unreachable

log = logging.getLogger(__name__)

# Stripe's clock and ours may differ by this much.
CLOCKS_DIFFER = timedelta(minutes=1)
# Of a hundred each: more than any company takes in the minutes that are looked through.
MAX_PAGES = 20


class Payments(StripeCalls):
    def charge(self, payer: Payer, payment: Payment, return_url: str) -> Outcome:
        """Charge a saved method now. A decline is an outcome, not an error; Unreachable: look again later."""
        return self._begin(
            payer,
            _intent_outcome,
            lambda: self._stripe.v1.payment_intents.create(
                {
                    "amount": payment.amount,
                    "currency": payment.currency.lower(),
                    "customer": payer.stripe_customer,
                    "payment_method": payment.method_id,
                    "allowed_payment_method_types": _kinds(payment),
                    "confirm": True,
                    "return_url": return_url,
                    "metadata": metadata(payer, payment),
                    "expand": ["payment_method"],
                },
                options(payer, payment, "charge"),
            ),
        )

    def open_checkout(
        self, payer: Payer, payment: Payment, success_url: str, cancel_url: str, title: str, expires: datetime
    ) -> Outcome:
        """A Checkout page for a card or bank account that is not saved; no number of one ever touches us.

        A bank account is verified at once or not taken: a payment does not wait days for micro-deposits."""
        item: Any = {
            "quantity": 1,
            "price_data": {
                "currency": payment.currency.lower(),
                "unit_amount": payment.amount,
                "product_data": {"name": title[:250]},
            },
        }
        intent: dict[str, Any] = {"metadata": metadata(payer, payment)}
        if payment.keeps and payer.stripe_customer:
            intent["setup_future_usage"] = "off_session"
        session: Any = {
            "mode": "payment",
            "allowed_payment_method_types": _kinds(payment),
            "line_items": [item],
            "payment_intent_data": intent,
            "metadata": metadata(payer, payment),
            "client_reference_id": payment.id,
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires.timestamp()),
        }
        if payer.stripe_customer:
            session["customer"] = payer.stripe_customer
        elif payer.email:
            session["customer_email"] = payer.email
        if "us_bank_account" in _kinds(payment):
            session["payment_method_options"] = {"us_bank_account": {"verification_method": "instant"}}
        return self._begin(
            payer,
            _session_outcome,
            lambda: self._stripe.v1.checkout.sessions.create(session, options(payer, payment, "checkout")),
        )

    def look(self, payer: Payer, payment: Payment) -> Outcome:
        """What has become of a payment. Found by its ids, or, if their answer was lost, by its metadata."""
        import stripe

        try:
            return self._look(payer, payment)
        except (stripe.InvalidRequestError, stripe.PermissionError) as error:
            # The account was disconnected, say: nobody can tell now, so nothing may be decided.
            log.error("Stripe would not show payment %s: %s", payment.id, why(error))
            raise Unreachable() from error

    def _look(self, payer: Payer, payment: Payment) -> Outcome:
        if payment.checkout:
            session = self._ask(
                lambda: self._stripe.v1.checkout.sessions.retrieve(
                    payment.checkout,
                    {"expand": ["payment_intent.payment_method"]},
                    {"stripe_account": payer.account},
                )
            )
            return _session_outcome(session)
        if payment.intent:
            intent = self._ask(
                lambda: self._stripe.v1.payment_intents.retrieve(
                    payment.intent, {"expand": ["payment_method"]}, {"stripe_account": payer.account}
                )
            )
            return _intent_outcome(intent)
        return self._find(payer, payment)

    def _find(self, payer: Payer, payment: Payment) -> Outcome:
        """A payment whose creating call was never answered, among those made while it can have been made."""
        since: Any = {
            "gte": int((payment.created_at - CLOCKS_DIFFER).timestamp()),
            "lte": int((payment.called_at + GIVE_UP).timestamp()),
        }
        saved, api = bool(payment.method_id), self._stripe.v1
        page: Callable[[Any, Any], Any] = api.payment_intents.list if saved else api.checkout.sessions.list
        expand = "data.payment_method" if saved else "data.payment_intent.payment_method"
        for one in self._listed(page, payer.account, {"created": since, "expand": [expand]}, MAX_PAGES):
            if one["metadata"] == metadata(payer, payment):
                return _intent_outcome(one) if saved else _session_outcome(one)
        return Outcome("unknown")

    def cancel(self, payer: Payer, payment: Payment) -> None:
        """Make sure that it can't be paid any more. Whether it was meanwhile, `look` tells: refusals are fine."""
        import stripe

        account: Any = {"stripe_account": payer.account}
        try:
            if payment.checkout:
                self._ask(lambda: self._stripe.v1.checkout.sessions.expire(payment.checkout, {}, account))
            elif payment.intent:
                self._ask(lambda: self._stripe.v1.payment_intents.cancel(payment.intent, {}, account))
        except stripe.InvalidRequestError:
            log.info("payment %s was past canceling", payment.id)
        except stripe.StripeError as error:
            raise Unreachable() from error

    def _begin(self, payer: Payer, outcome: Callable[[dict[str, Any]], Outcome], call: Callable[[], Any]) -> Outcome:
        """The outcome of a call that makes something. Refused outright (400, 403): nothing was made, and since a repeat
        sends the very same key and parameters, nothing was made by an earlier one either."""
        import stripe

        try:
            return outcome(self._ask(call))
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            log.error("Stripe refused a payment of %s: %s", payer.account, why(refused))
            return Outcome("failed", failure=REFUSED)
        except stripe.CardError as declined:
            # A decline that names no intent: whether one was made, a look will tell.
            raise Unreachable() from declined


def _kinds(payment: Payment) -> list[str]:
    """American bank accounts pay dollars."""
    return ["card", "us_bank_account"] if payment.currency == "USD" else ["card"]


def _intent_outcome(intent: dict[str, Any]) -> Outcome:
    status = intent["status"]
    method = words(intent.get("payment_method"))
    if status == "succeeded":
        return Outcome(
            "succeeded", intent["id"], amount=intent["amount_received"], method=method, currency=intent["currency"]
        )
    if status == "processing":
        return Outcome("processing", intent["id"], method=method)
    if status == "canceled":
        failure = _decline(intent)
        return Outcome("failed" if failure else "canceled", intent["id"], method=method, failure=failure)
    if status == "requires_action":
        step = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        return Outcome("requires_action", intent["id"], method=method, next_url=step.get("url") or "")
    # requires_payment_method: the bank said no, or the check with it failed.
    return Outcome("failed", intent["id"], method=method, failure=_decline(intent) or "generic_decline")


def _session_outcome(session: dict[str, Any]) -> Outcome:
    intent = session.get("payment_intent")
    paid = isinstance(intent, dict) and intent["status"] in ("succeeded", "processing")
    if session["status"] == "open" and not paid:
        # A declined try on Checkout is no end: the customer may try another card there.
        return Outcome("open", checkout=session["id"], next_url=session.get("url") or "")
    if session["status"] == "expired" and not paid:
        return Outcome("canceled", checkout=session["id"])
    if isinstance(intent, dict):
        return replace(_intent_outcome(intent), checkout=session["id"], next_url="")
    kind: OutcomeKind = "succeeded" if session["payment_status"] == "paid" else "processing"
    taken = session["amount_total"] if kind == "succeeded" else 0
    return Outcome(kind, intent or "", session["id"], taken, currency=session["currency"])


def _decline(intent: dict[str, Any]) -> str:
    """The most telling code there is; for a bank debit that came back the network's own, such as R01."""
    error = intent.get("last_payment_error") or {}
    network = error.get("network_decline_code") or ""
    if network.startswith("R"):
        return str(network)
    return error.get("decline_code") or error.get("code") or ""
