"""Stripe, as a direct charge on the company's connected account. The only file that knows Stripe's shapes and words.

Every call names the account it acts on and, where it makes something, an idempotency key from the payment's own id: the
same payment asked for twice is one charge. stripe-python takes as long to import as boto3, so it is imported here, at
first use. Two calls a payment at most on the way out; reading back is one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from chalicelib.billing.rules import GIVE_UP, Method, Outcome, OutcomeKind, Payment
from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
# Stripe's clock and ours may differ by this much.
CLOCKS_DIFFER = timedelta(minutes=1)
# Of a hundred each: more than any company takes in the minutes that are looked through.
MAX_PAGES = 20
# The failure of a payment that Stripe would not even begin; the bank had no say in it.
REFUSED = "refused"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays whom: the connected account, and the names that go into Stripe's metadata so that an event finds us."""

    account: str
    tenant: str
    customer: str
    email: str
    stripe_customer: str


@dataclass(frozen=True, slots=True)
class Event:
    """A verified webhook event, only as far as it says where to look."""

    id: str
    type: str
    account: str
    tenant: str
    customer: str
    payment: str
    created: int


class Forged(Exception):
    """A webhook without a signature of ours, or too old to be one."""


class Gateway(Protocol):
    """What billing needs of a payment provider."""

    def charge(self, payer: Payer, payment: Payment, return_url: str) -> Outcome: ...

    def open_checkout(
        self, payer: Payer, payment: Payment, success_url: str, cancel_url: str, title: str, expires: datetime
    ) -> Outcome: ...

    def look(self, payer: Payer, payment: Payment) -> Outcome: ...

    def cancel(self, payer: Payer, payment: Payment) -> None: ...

    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]: ...

    def read_event(self, body: bytes, signature: str) -> Event: ...


class StripeGateway:
    """The gateway that is Stripe. `url` is empty for the real one; `http_client` is a test's transport."""

    def __init__(self, key: str, webhook_secrets: Sequence[str], url: str = "", http_client: Any = None) -> None:
        self._key = key
        self._webhook_secrets = tuple(webhook_secrets)
        self._url = url
        self._http_client = http_client

    @cached_property
    def _stripe(self) -> stripe.StripeClient:
        import stripe

        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._url} if self._url else None,
            max_network_retries=1,
            http_client=self._http_client or stripe.RequestsClient(timeout=8),
        )

    def charge(self, payer: Payer, payment: Payment, return_url: str) -> Outcome:
        """Charge a saved method now. A decline is an outcome, not an error; Unavailable: look again later."""
        return self._begin(
            payer,
            _intent_outcome,
            lambda: self._stripe.v1.payment_intents.create(
                {
                    "amount": payment.amount,
                    "currency": payment.currency.lower(),
                    "customer": payer.stripe_customer,
                    "payment_method": payment.method_id,
                    "allowed_payment_method_types": ["card"],
                    "confirm": True,
                    "return_url": return_url,
                    "metadata": _metadata(payer, payment),
                    "expand": ["payment_method"],
                },
                _options(payer, payment, "charge"),
            ),
        )

    def open_checkout(
        self, payer: Payer, payment: Payment, success_url: str, cancel_url: str, title: str, expires: datetime
    ) -> Outcome:
        """A Checkout page for a card that is not saved; no card number ever touches us."""
        who: dict[str, Any] = (
            {"customer": payer.stripe_customer}
            if payer.stripe_customer
            else {"customer_email": payer.email}
            if payer.email
            else {}
        )
        item: Any = {
            "quantity": 1,
            "price_data": {
                "currency": payment.currency.lower(),
                "unit_amount": payment.amount,
                "product_data": {"name": title[:250]},
            },
        }
        session: Any = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [item],
            "payment_intent_data": {"metadata": _metadata(payer, payment)},
            "metadata": _metadata(payer, payment),
            "client_reference_id": payment.id,
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires.timestamp()),
            **who,
        }
        return self._begin(
            payer,
            _session_outcome,
            lambda: self._stripe.v1.checkout.sessions.create(session, _options(payer, payment, "checkout")),
        )

    def look(self, payer: Payer, payment: Payment) -> Outcome:
        """What has become of a payment. Found by its ids, or, if their answer was lost, by its metadata."""
        import stripe

        try:
            return self._look(payer, payment)
        except (stripe.InvalidRequestError, stripe.PermissionError) as error:
            # The account was disconnected, say: nobody can tell now, so nothing may be decided.
            log.error("Stripe would not show payment %s: %s", payment.id, error.code)
            raise Unavailable() from error

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
        options: Any = {"stripe_account": payer.account}
        saved, api = bool(payment.method_id), self._stripe.v1
        page: Callable[[Any, Any], Any] = api.payment_intents.list if saved else api.checkout.sessions.list
        expand = "data.payment_method" if saved else "data.payment_intent.payment_method"
        wanted: dict[str, Any] = {"created": since, "limit": 100, "expand": [expand]}
        for _ in range(MAX_PAGES):
            found = self._ask(lambda: page(wanted, options))
            for one in found["data"]:
                if one["metadata"] == _metadata(payer, payment):
                    return _intent_outcome(one) if saved else _session_outcome(one)
            if not found["has_more"]:
                return Outcome("unknown")
            wanted["starting_after"] = found["data"][-1]["id"]
        # What was not looked through may hold it: nobody can tell, so nothing may be decided.
        log.error("too many payments at %s to look for %s among", payer.account, payment.id)
        raise Unavailable()

    def cancel(self, payer: Payer, payment: Payment) -> None:
        """Make sure that it can't be paid any more. Whether it was meanwhile, `look` tells: refusals are fine."""
        import stripe

        options: Any = {"stripe_account": payer.account}
        try:
            if payment.checkout:
                self._ask(lambda: self._stripe.v1.checkout.sessions.expire(payment.checkout, {}, options))
            elif payment.intent:
                self._ask(lambda: self._stripe.v1.payment_intents.cancel(payment.intent, {}, options))
        except stripe.InvalidRequestError:
            log.info("payment %s was past canceling", payment.id)
        except stripe.StripeError as error:
            raise Unavailable() from error

    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]:
        """A customer's saved cards, the default marked."""
        found = self._ask(
            lambda: self._stripe.v1.customers.payment_methods.list(
                stripe_customer, {"type": "card", "limit": 100}, {"stripe_account": account}
            )
        )
        customer = self._ask(
            lambda: self._stripe.v1.customers.retrieve(stripe_customer, {}, {"stripe_account": account})
        )
        default = (customer.get("invoice_settings") or {}).get("default_payment_method")
        return [
            Method(
                one["id"], _brand(one["card"]["brand"]), one["card"]["last4"], one["card"]["exp_month"],
                one["card"]["exp_year"], one["id"] == default,
            )
            for one in found["data"]
        ]  # fmt: skip

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

    def _begin(self, payer: Payer, outcome: Callable[[dict[str, Any]], Outcome], call: Callable[[], Any]) -> Outcome:
        """The outcome of a call that makes something. Refused outright (400, 403): nothing was made, and since a repeat
        sends the very same key and parameters, nothing was made by an earlier one either."""
        import stripe

        try:
            return outcome(self._ask(call))
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            log.error("Stripe refused a payment of %s: %s %s", payer.account, refused.code, refused)
            return Outcome("failed", failure=REFUSED)
        except stripe.CardError as declined:
            # A decline that names no intent: whether one was made, a look will tell.
            raise Unavailable() from declined

    def _ask(self, call: Callable[[], Any]) -> dict[str, Any]:
        """One call's answer as a plain dict. A decline answers with the intent it left behind."""
        import stripe

        try:
            answer: dict[str, Any] = call().to_dict()
        except stripe.CardError as declined:
            error = declined.json_body.get("error", {}) if isinstance(declined.json_body, dict) else {}
            intent = error.get("payment_intent")
            if intent is None:
                raise
            intent.setdefault("last_payment_error", error)
            return dict(intent)
        except (
            stripe.APIConnectionError,
            stripe.APIError,
            stripe.RateLimitError,
            stripe.IdempotencyError,
            stripe.AuthenticationError,
        ) as error:
            log.warning("Stripe did not answer: %s", type(error).__name__)
            raise Unavailable() from error
        return answer


def _options(payer: Payer, payment: Payment, step: str) -> Any:
    # One key is one step of one payment of one customer: repeated by a click, a retry or the sweep, it acts once. The
    # customer is part of it, since browsers choose payment ids: nobody's can collide with somebody else's.
    key = f"{payer.tenant}.{payer.customer}.{payment.id}.{step}"
    return {"stripe_account": payer.account, "idempotency_key": key}


def _metadata(payer: Payer, payment: Payment) -> Any:
    return {"tenant": payer.tenant, "customer": payer.customer, "payment": payment.id}


def _intent_outcome(intent: dict[str, Any]) -> Outcome:
    status = intent["status"]
    method = _words(intent.get("payment_method"))
    if status == "succeeded":
        return Outcome("succeeded", intent["id"], amount=intent["amount_received"], method=method)
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
        outcome = _intent_outcome(intent)
        return Outcome(outcome.kind, outcome.intent, session["id"], outcome.amount, outcome.method, outcome.failure, "")
    kind: OutcomeKind = "succeeded" if session["payment_status"] == "paid" else "processing"
    return Outcome(kind, intent or "", session["id"], session["amount_total"] if kind == "succeeded" else 0)


def _decline(intent: dict[str, Any]) -> str:
    error = intent.get("last_payment_error") or {}
    return error.get("decline_code") or error.get("code") or ""


def _words(method: Any) -> str:
    """'Visa •••• 4242', from an expanded payment method."""
    if not isinstance(method, dict) or not isinstance(method.get("card"), dict):
        return ""
    return f"{_brand(method['card']['brand'])} •••• {method['card']['last4']}"


_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
           "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}  # fmt: skip


def _brand(brand: str) -> str:
    return _BRANDS.get(brand, brand.replace("_", " ").title())


def _event(text: str) -> Event:
    """The event in a verified body. Stripe has kinds without an object in them, and may have others that we can't
    read: they are about no payment, and are answered like those."""
    try:
        event = json.loads(text)
        named = event["data"]["object"].get("metadata") or {}
        return Event(
            event["id"], event["type"], event.get("account") or "", named.get("tenant", ""), named.get("customer", ""),
            named.get("payment", ""), int(event["created"]),
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError):
        log.warning("a signed event that can't be read")
        return Event("", "", "", "", "", "", 0)
