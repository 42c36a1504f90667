"""A customer's payments, a page at a time, and one of them."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws.store import Store
from chalicelib.billing import records
from chalicelib.billing.rules import Payment
from chalicelib.errors import NotFound

PAGE = 20


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One page of the history, and where the next one begins."""

    payments: list[Payment]
    last: dict[str, str] | None


def page(store: Store, customer: str, after: dict[str, str] | None = None, limit: int = PAGE) -> PaymentPage:
    """Newest first, unfinished ones among them."""
    return PaymentPage(*records.list_payments(store, customer, limit, after))


def one(store: Store, customer: str, payment_id: str) -> Payment:
    """A payment, however far it is. NotFound: there is none."""
    found = records.payment(store, customer, payment_id)
    if found is None:
        raise NotFound()
    return found
