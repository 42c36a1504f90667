"""Payments' rows: one item a payment, with what went where, what came back, and what its hold left behind."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.records.invoices import pack, unpack
from chalicelib.billing.rules import Allocation, Back, Payment

TASK = "payment"
LARGEST_PICTURE = 200_000


class PaymentRow(CustomersRow):
    state = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    allocations = UnicodeAttribute()
    account = UnicodeAttribute(null=True)
    method_id = UnicodeAttribute(null=True)
    method = UnicodeAttribute(null=True)
    intent = UnicodeAttribute(null=True)
    checkout = UnicodeAttribute(null=True)
    next_url = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    called_at = UnicodeAttribute()
    settled_at = UnicodeAttribute(null=True)
    version = NumberAttribute()
    task = UnicodeAttribute(null=True)
    task_at = UnicodeAttribute(null=True)
    credit = NumberAttribute(null=True)
    to_credit = NumberAttribute(null=True)
    keeps = BooleanAttribute(null=True)
    expected_on = UnicodeAttribute(null=True)
    backs = UnicodeAttribute(null=True)
    held = UnicodeAttribute(null=True)


def payment_key(store: Store, customer: str, payment: str) -> Key:
    return store.customer_key(customer, f"payment#{payment}")


def to_payment(item: Item) -> Payment:
    return Payment(
        id=item["item"].removeprefix("payment#"),
        state=item["state"],
        amount=item["amount"],
        currency=item["currency"],
        allocations=tuple(Allocation(*one) for one in json.loads(item["allocations"])),
        method_id=item.get("method_id", ""),
        account=item.get("account", ""),
        created_at=datetime.fromisoformat(item["created_at"]),
        called_at=datetime.fromisoformat(item["called_at"]),
        method=item.get("method", ""),
        intent=item.get("intent", ""),
        checkout=item.get("checkout", ""),
        next_url=item.get("next_url", ""),
        failure=item.get("failure", ""),
        settled_at=_time(item.get("settled_at")),
        task_at=_time(item.get("task_at")),
        version=item["version"],
        credit=item.get("credit", 0),
        to_credit=item.get("to_credit", 0),
        keeps=item.get("keeps", False),
        expected_on=date.fromisoformat(item["expected_on"]) if "expected_on" in item else None,
        backs=_to_backs(item["backs"]) if "backs" in item else (),
        held=unpack(item["held"]) if "held" in item else (),
    )


def _time(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def _to_backs(stored: str) -> tuple[Back, ...]:
    return tuple(
        Back(one[0], one[1], one[2], one[3], datetime.fromisoformat(one[4]), *one[5:]) for one in json.loads(stored)
    )


def _from_backs(payment: Payment) -> str | None:
    entries = [
        [one.id, one.kind, one.amount, one.state, one.at.isoformat(), one.reason, one.credit] for one in payment.backs
    ]
    return json.dumps(entries) if entries else None


def payment(store: Store, customer: str, payment_id: str) -> Payment | None:
    (item,) = store.get(payment_key(store, customer, payment_id))
    return to_payment(item) if item else None


def list_payments(
    store: Store, customer: str, limit: int, after: dict[str, str] | None = None
) -> tuple[list[Payment], dict[str, str] | None]:
    """A page of payments, newest first."""
    page = store.query("customers", store.customer(customer), prefix="payment#", limit=limit, after=after)
    return [to_payment(item) for item in page.items], page.last


def new_payment(store: Store, customer: str, payment: Payment) -> Write:
    row = PaymentRow(
        store.customer(customer),
        f"payment#{payment.id}",
        amount=payment.amount,
        currency=payment.currency,
        allocations=json.dumps([[one.invoice_id, one.number, one.amount, one.credit] for one in payment.allocations]),
        account=payment.account or None,
        method_id=payment.method_id or None,
        created_at=payment.created_at.isoformat(),
        version=payment.version,
        credit=payment.credit or None,
        keeps=payment.keeps or None,
        **_moving(payment),
    )
    return create(row, "payment")


def change_payment(store: Store, customer: str, before: Payment, after: Payment) -> Write:
    """The payment as it is after, if nothing else has moved it on."""
    row = PaymentRow(store.customer(customer), f"payment#{before.id}")
    return change(row, "payment", PaymentRow.version == before.version, version=before.version + 1, **_moving(after))


def _moving(payment: Payment) -> dict[str, Any]:
    """What changes while a payment goes on."""
    return {
        "state": payment.state,
        "called_at": payment.called_at.isoformat(),
        "method": payment.method or None,
        "intent": payment.intent or None,
        "checkout": payment.checkout or None,
        "next_url": payment.next_url or None,
        "failure": payment.failure or None,
        "settled_at": payment.settled_at.isoformat() if payment.settled_at else None,
        "expected_on": payment.expected_on.isoformat() if payment.expected_on else None,
        "to_credit": payment.to_credit or None,
        "backs": _from_backs(payment),
        "held": _held(payment),
        "task": TASK if payment.task_at else None,
        "task_at": payment.task_at.isoformat() if payment.task_at else None,
    }


def _held(payment: Payment) -> str | None:
    """The picture of its invoices, unless their histories are so long that it would crowd the row: an item takes
    400 KB. Then they are read."""
    packed = pack(payment.held) if payment.held else ""
    return packed if 0 < len(packed) <= LARGEST_PICTURE else None
