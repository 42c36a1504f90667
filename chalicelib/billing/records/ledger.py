"""The ledger: money that moved, and what it did to account credit. Written once, never changed.

A row's key is its cause, so that one cause moves money once. Amounts are signed: received money counts up, money that
went back counts down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.rules import Back, Payment
from chalicelib.billing.rules.audit import IN, OUT, RECEIVED, VOIDED, Entry

Direction = Literal["out", "in"]
PREFIX = "ledger#"


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
    return _row(store, customer, f"{payment.id}#{RECEIVED}", RECEIVED, amount, payment, credit, now)


def went_back(
    store: Store, customer: str, payment: Payment, back: Back, direction: Direction, credit: int, now: datetime
) -> Write:
    """A refund or dispute took money out, or it came in again."""
    kind = OUT[back.kind] if direction == "out" else IN[back.kind]
    amount = -back.amount if direction == "out" else back.amount
    return _row(store, customer, f"{payment.id}#{kind}#{back.id}", kind, amount, payment, credit, now)


def voided(store: Store, customer: str, invoice: str, currency: str, credit: int, now: datetime) -> Write:
    """What was paid on an invoice that was voided became account credit; no money moved."""
    row = LedgerRow(
        store.customer(customer), _item(f"{invoice}#{VOIDED}"), kind=VOIDED, amount=0, currency=currency,
        credit=credit, at=now.isoformat(),
    )  # fmt: skip
    return create(row, "ledger")


def _row(
    store: Store, customer: str, cause: str, kind: str, amount: int, payment: Payment, credit: int, now: datetime
) -> Write:
    row = LedgerRow(
        store.customer(customer), _item(cause), kind=kind, amount=amount, currency=payment.currency,
        payment=payment.id, credit=credit, at=now.isoformat(),
    )  # fmt: skip
    return create(row, "ledger")


def _item(cause: str) -> str:
    return f"{PREFIX}{cause}"


def entry_key(store: Store, customer: str, cause: str) -> Key:
    return store.customer_key(customer, _item(cause))


def to_entry(item: Item) -> Entry:
    return Entry(
        item["item"].removeprefix(PREFIX), item["kind"], item["amount"], item["credit"], item.get("payment", ""),
        datetime.fromisoformat(item["at"]),
    )  # fmt: skip
