"""One way of calling Stripe: which client, what an error means, which names and keys go along.

stripe-python takes as long to import as boto3, so it is imported in this folder, at first use.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.billing.gateway.shapes import Payer
from chalicelib.billing.rules import Payment
from chalicelib.errors import Unreachable

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

# The most that Stripe puts on one page of a list.
A_PAGE = 100


class StripeCalls:
    """Stripe's client. `url` is empty for the real one; `http_client` is a test's transport."""

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

    def _ask(self, call: Callable[[], Any]) -> dict[str, Any]:
        """One call's answer as a plain dict. A decline answers with the intent it left behind."""
        import stripe

        try:
            return self._answer(call)
        except stripe.CardError as declined:
            error = declined.json_body.get("error", {}) if isinstance(declined.json_body, dict) else {}
            intent = error.get("payment_intent")
            if intent is None:
                raise
            intent.setdefault("last_payment_error", error)
            return dict(intent)

    def _answer(self, call: Callable[[], Any]) -> dict[str, Any]:
        """One call's answer as a plain dict. What Stripe won't do is its own error; Unreachable: nobody knows."""
        import stripe

        try:
            answer: dict[str, Any] = call().to_dict()
        except (
            stripe.APIConnectionError,
            stripe.APIError,
            stripe.RateLimitError,
            stripe.IdempotencyError,
            stripe.AuthenticationError,
        ) as error:
            log.warning("Stripe did not answer: %s", type(error).__name__)
            raise Unreachable() from error
        return answer

    def _listed(
        self, page: Callable[[Any, Any], Any], account: str, wanted: dict[str, Any], most: int
    ) -> Iterator[dict[str, Any]]:
        """All that a list of Stripe's has, page by page. Unreachable where it has more than so many pages: nothing may
        be decided on a part of them."""
        asked = {**wanted, "limit": A_PAGE}
        for _ in range(most):
            found = self._ask(lambda: page(asked, {"stripe_account": account}))
            yield from found["data"]
            if not found["has_more"]:
                return
            asked["starting_after"] = found["data"][-1]["id"]
        log.error("too much at %s to look through", account)
        raise Unreachable()


def why(refused: Any) -> str:
    """Stripe's code and the parameter it is about, for the log: its whole message may quote an e-mail address.
    stripe-python gives some errors no code of their own, only their body has it."""
    error = refused.error
    return f"{error.code or error.type} {error.param or ''}".strip() if error else type(refused).__name__


def options(payer: Payer, payment: Payment, step: str) -> Any:
    """The connected account, and the idempotency key of one step of one payment of one customer: repeated by a click, a
    retry or the sweep, it acts once. The customer is part of it, since browsers choose payment ids: nobody's can
    collide with somebody else's."""
    key = f"{payer.tenant}.{payer.customer}.{payment.id}.{step}"
    return {"stripe_account": payer.account, "idempotency_key": key}


def metadata(payer: Payer, payment: Payment) -> dict[str, str]:
    """The names by which an event, or a look through Stripe's lists, finds a payment."""
    return {"tenant": payer.tenant, "customer": payer.customer, "payment": payment.id}
