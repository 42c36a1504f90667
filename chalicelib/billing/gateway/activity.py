"""What an account took and gave back since some day, of our own payments: for comparing with the books. Reads only."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from chalicelib.billing.gateway.accounts import hidden
from chalicelib.billing.gateway.calls import StripeCalls, why
from chalicelib.billing.gateway.money_back import dispute_movement, refund_movement
from chalicelib.billing.gateway.payments import CLOCKS_DIFFER
from chalicelib.billing.gateway.shapes import Activity
from chalicelib.billing.rules.audit import GoneBack, Taken
from chalicelib.errors import Unreachable

log = logging.getLogger(__name__)

# Of a hundred each: far more than a company in the field has in three days.
MAX_PAGES = 500


class Activities(StripeCalls):
    def activity(self, account: str, tenant: str, since: datetime) -> Activity | None:
        """All payments of this tenant that the account took since then, and all that it gave back of such. None if
        Stripe does not show us the account any more."""
        import stripe

        v1, lately = self._stripe.v1, {"created": {"gte": int((since - CLOCKS_DIFFER).timestamp())}}
        try:
            taken = [
                Taken(one["id"], names["customer"], names["payment"], one["amount_received"], one["currency"])
                for one in self._listed(v1.payment_intents.list, account, lately, MAX_PAGES)
                if one["status"] == "succeeded" and (names := _ours(one, tenant))
            ]
            back = [
                GoneBack(names["customer"], names["payment"], movement)
                for page, read in ((v1.refunds.list, refund_movement), (v1.disputes.list, dispute_movement))
                for one in self._listed(page, account, {**lately, "expand": ["data.payment_intent"]}, MAX_PAGES)
                if (names := _ours(one.get("payment_intent"), tenant)) and (movement := read(one))
            ]
        except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
            if hidden(refused):
                return None
            log.error("Stripe would not show what %s took: %s", account, why(refused))
            raise Unreachable() from refused
        return Activity(tuple(taken), tuple(back))


def _ours(intent: dict[str, Any] | None, tenant: str) -> dict[str, str]:
    """The names that we sent along with a payment; {} for the company's other business."""
    named: dict[str, str] = (intent or {}).get("metadata") or {}
    return named if named.get("tenant") == tenant and {"customer", "payment"} <= named.keys() else {}
