"""A customer's payments, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws.store import Store
from chalicelib.billing import records
from chalicelib.billing.rules import Payment

PAGE = 20


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One page of the history, and where the next one begins."""

    payments: list[Payment]
    last: dict[str, str] | None


def page(store: Store, customer: str, after: dict[str, str] | None = None) -> PaymentPage:
    """Newest first, unfinished ones among them."""
    return PaymentPage(*records.list_payments(store, customer, PAGE, after))
