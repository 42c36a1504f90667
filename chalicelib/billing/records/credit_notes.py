"""Credit notes: what the company took off what is owed on an invoice. Written once, so that one is not given twice."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, create
from chalicelib.aws.store import Key, Store


class CreditNoteRow(CustomersRow):
    """`credited#<invoice>#<credit note>`."""

    amount = NumberAttribute()
    at = UnicodeAttribute()


def _item(invoice: str, note: str) -> str:
    return f"credited#{invoice}#{note}"


def credit_note_key(store: Store, customer: str, invoice: str, note: str) -> Key:
    return store.customer_key(customer, _item(invoice, note))


def new_credit_note(store: Store, customer: str, invoice: str, note: str, amount: int, now: datetime) -> Write:
    row = CreditNoteRow(store.customer(customer), _item(invoice, note), amount=amount, at=now.isoformat())
    return create(row, "credit note")
