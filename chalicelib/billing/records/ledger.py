"""The ledger: money that moved, and what it did to account credit. Written once, never changed.

A row's key is its cause, so that one cause moves money once. Amounts are signed: received money counts up, money that
went back counts down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, create
from chalicelib.aws.store import Item, Store
from chalicelib.billing.rules import Back, Payment

Direction = Literal["out", "in"]


class LedgerRow(CustomersRow):
    """`credit` is by how much account credit changed with it."""

    kind = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    payment = UnicodeAttribute(null=True)
    credit = NumberAttribute()
    at = UnicodeAttribute()


def received(store: Store, customer: str, payment: Payment, amount: int, credit: int, now: datetime) -> Write:
    """Money came in by a payment; `credit` is what no invoice took, less the account credit it used."""
    return _row(store, customer, f"{payment.id}#received", "received", amount, payment, credit, now)


def went_back(
    store: Store, customer: str, payment: Payment, back: Back, direction: Direction, credit: int, now: datetime
) -> Write:
    """A refund or dispute took money out, or it came in again."""
    kind = {("refund", "out"): "refunded", ("refund", "in"): "refund_undone", ("dispute", "out"): "disputed",
            ("dispute", "in"): "dispute_won"}[back.kind, direction]  # fmt: skip
    amount = -back.amount if direction == "out" else back.amount
    return _row(store, customer, f"{payment.id}#{kind}#{back.id}", kind, amount, payment, credit, now)


def voided(store: Store, customer: str, invoice: str, currency: str, credit: int, now: datetime) -> Write:
    """What was paid on an invoice that was voided became account credit; no money moved."""
    row = LedgerRow(
        store.customer(customer), f"ledger#{invoice}#voided", kind="voided", amount=0, currency=currency,
        credit=credit, at=now.isoformat(),
    )  # fmt: skip
    return create(row, "ledger")


def _row(
    store: Store, customer: str, cause: str, kind: str, amount: int, payment: Payment, credit: int, now: datetime
) -> Write:
    row = LedgerRow(
        store.customer(customer), f"ledger#{cause}", kind=kind, amount=amount, currency=payment.currency,
        payment=payment.id, credit=credit, at=now.isoformat(),
    )  # fmt: skip
    return create(row, "ledger")


def ledger(store: Store, customer: str, after: dict[str, str] | None = None) -> list[Item]:
    """All that moved, newest first; for audits and tests."""
    rows: list[Item] = []
    while True:
        page = store.query("customers", store.customer(customer), prefix="ledger#", limit=1000, after=after)
        rows += page.items
        if page.last is None:
            return rows
        after = page.last
