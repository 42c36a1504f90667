"""Companies' own accounts at Stripe: made with the company's dashboard, fees and risk as their own, so that all charges
are theirs (direct charges), and brought through Stripe's onboarding.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from chalicelib.billing.gateway.calls import StripeCalls, why
from chalicelib.billing.gateway.shapes import NewAccount
from chalicelib.billing.rules.connection import Connection
from chalicelib.errors import Unreachable
from chalicelib.tokens import fingerprint

log = logging.getLogger(__name__)

# Stripe's word for an account that we may not see, or no longer.
NO_ACCESS = "account_invalid"


class Accounts(StripeCalls):
    def make_account(self, wanted: NewAccount) -> str:
        """Its id. The same wish again is the same account, also after a lost answer; with other words it is another,
        since Stripe takes a key with one set of words only. Unreachable: ask again."""
        import stripe

        asked: dict[str, Any] = {"card_payments": {"requested": True}, "transfers": {"requested": True}}
        if wanted.country in ("", "US"):
            asked["us_bank_account_ach_payments"] = {"requested": True}
        account: dict[str, Any] = {
            "controller": {
                "fees": {"payer": "account"},
                "losses": {"payments": "stripe"},
                "requirement_collection": "stripe",
                "stripe_dashboard": {"type": "full"},
            },
            "capabilities": asked,
            "business_profile": {"name": wanted.name},
            "metadata": {"tenant": wanted.tenant},
        }
        if wanted.email:
            account["email"] = wanted.email
        if wanted.country:
            account["country"] = wanted.country
        key = f"{wanted.key}.{fingerprint(json.dumps(account))[:16]}"
        try:
            made = self._ask(
                lambda: self._stripe.v1.accounts.create(account, {"idempotency_key": key})  # type: ignore[arg-type]
            )
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            log.error("Stripe would not make an account for %s: %s", wanted.tenant, why(refused))
            raise Unreachable() from refused
        return str(made["id"])

    def onboarding_link(self, account: str, back: str) -> str:
        """Where the company tells Stripe about itself: works once, for minutes. `back` is where it leads afterwards,
        and where whoever opens an old one is sent."""
        import stripe

        try:
            made = self._ask(
                lambda: self._stripe.v1.account_links.create(
                    {"account": account, "type": "account_onboarding", "refresh_url": back, "return_url": back}
                )
            )
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            log.error("Stripe gave no onboarding link for %s: %s", account, why(refused))
            raise Unreachable() from refused
        return str(made["url"])

    def account(self, account: str) -> Connection | None:
        """What Stripe says of an account; None if it has been disconnected from us."""
        import stripe

        try:
            found = self._ask(lambda: self._stripe.v1.accounts.retrieve(account))
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            if hidden(refused):
                return None
            log.error("Stripe would not show account %s: %s", account, why(refused))
            raise Unreachable() from refused
        asked = found.get("requirements") or {}
        needs = dict.fromkeys([*(asked.get("past_due") or []), *(asked.get("currently_due") or [])])
        return Connection(
            found["id"], bool(found["charges_enabled"]), bool(found["details_submitted"]), tuple(needs),
            asked.get("disabled_reason") or "",
        )  # fmt: skip


def hidden(refused: Any) -> bool:
    """Whether Stripe shows us nothing of an account, or nothing any more. stripe-python gives such an error no code of
    its own, only its body has it."""
    return bool(refused.error and refused.error.code == NO_ACCESS)
