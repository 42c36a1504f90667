"""Billing's rows. An invoice's row is narrow, its lines lie apart: a list of twenty reads no line items."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, TokensRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Page, Store
from chalicelib.billing.rules import Allocation, Details, Invoice, Line, Method, Outcome, Payment, Posted

BY_DUE = ("by_due", "customer", "due_key")
TASK = "payment"


class InvoiceRow(CustomersRow):
    number = UnicodeAttribute()
    title = UnicodeAttribute()
    status = UnicodeAttribute()
    issued_on = UnicodeAttribute()
    due_on = UnicodeAttribute()
    currency = UnicodeAttribute()
    total = NumberAttribute()
    paid = NumberAttribute()
    credited = NumberAttribute()
    holds = UnicodeAttribute(null=True)
    posted = UnicodeAttribute(null=True)
    version = NumberAttribute()
    due_key = UnicodeAttribute(null=True)


class LinesRow(CustomersRow):
    """`lines#<invoice>`: what only the invoice's own page shows, one JSON value."""

    details = UnicodeAttribute()


class PaymentRow(CustomersRow):
    state = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    allocations = UnicodeAttribute()
    account = UnicodeAttribute()
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


class LedgerRow(CustomersRow):
    """Money that moved: written once, never changed. Its key is the cause, so that one cause moves money once."""

    kind = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    payment = UnicodeAttribute()
    credit = NumberAttribute()
    at = UnicodeAttribute()


class EventRow(TokensRow):
    """A webhook event that was filed; `done` once its effect stands."""

    done = NumberAttribute()


def invoice_key(store: Store, customer: str, invoice: str) -> Key:
    return store.customer_key(customer, f"invoice#{invoice}")


def payment_key(store: Store, customer: str, payment: str) -> Key:
    return store.customer_key(customer, f"payment#{payment}")


def to_invoice(item: Item) -> Invoice:
    return Invoice(
        id=item["item"][8:],
        number=item["number"],
        title=item["title"],
        status=item["status"],
        issued_on=date.fromisoformat(item["issued_on"]),
        due_on=date.fromisoformat(item["due_on"]),
        currency=item["currency"],
        total=item["total"],
        paid=item["paid"],
        credited=item["credited"],
        holds=json.loads(item["holds"]) if "holds" in item else {},
        posted=_to_posted(item["posted"]) if "posted" in item else (),
        version=item["version"],
    )


def _to_posted(stored: str) -> tuple[Posted, ...]:
    return tuple(Posted(one[0], date.fromisoformat(one[1]), one[2], one[3]) for one in json.loads(stored))


def _from_posted(invoice: Invoice) -> str | None:
    entries = [[one.payment_id, one.on.isoformat(), one.method, one.amount] for one in invoice.posted]
    return json.dumps(entries) if entries else None


def _due_key(invoice: Invoice) -> str | None:
    return f"{invoice.due_on.isoformat()}#{invoice.id}" if invoice.due > 0 else None


def new_invoice(store: Store, customer: str, invoice: Invoice, details: Details) -> list[Write]:
    row = InvoiceRow(
        store.customer(customer),
        f"invoice#{invoice.id}",
        number=invoice.number,
        title=invoice.title,
        status=invoice.status,
        issued_on=invoice.issued_on.isoformat(),
        due_on=invoice.due_on.isoformat(),
        currency=invoice.currency,
        total=invoice.total,
        paid=invoice.paid,
        credited=invoice.credited,
        holds=json.dumps(dict(invoice.holds)) if invoice.holds else None,
        posted=_from_posted(invoice),
        version=invoice.version,
        due_key=_due_key(invoice),
    )
    lines = LinesRow(store.customer(customer), f"lines#{invoice.id}", details=json.dumps(asdict(details)))
    return [create(row, "invoice"), put(lines, "lines")]


def change_invoice(store: Store, customer: str, before: Invoice, after: Invoice) -> Write:
    """The invoice as it is after, if it is still as it was before."""
    row = InvoiceRow(store.customer(customer), f"invoice#{before.id}")
    return change(
        row,
        "invoice",
        InvoiceRow.version == before.version,
        status=after.status,
        paid=after.paid,
        credited=after.credited,
        holds=json.dumps(dict(after.holds)) if after.holds else None,
        posted=_from_posted(after),
        due_key=_due_key(after),
        version=before.version + 1,
    )


def invoices(store: Store, customer: str, ids: Sequence[str]) -> list[Invoice]:
    """Those that exist, in order, strongly consistent."""
    return [to_invoice(item) for item in store.get(*(invoice_key(store, customer, one) for one in ids)) if item]


def list_invoices(
    store: Store, customer: str, which: Literal["open", "all"], limit: int, after: dict[str, str] | None = None
) -> tuple[list[Invoice], dict[str, str] | None]:
    """A page of invoices, newest first; `open` reads only what is owed, however long the paid past."""
    if which == "open":
        page = store.query("customers", store.customer(customer), index=BY_DUE, limit=limit, after=after)
    else:
        page = store.query("customers", store.customer(customer), prefix="invoice#", limit=limit, after=after)
    return [to_invoice(item) for item in page.items], page.last


def invoice_with_details(store: Store, customer: str, invoice: str) -> tuple[Invoice, Details] | None:
    """An invoice and its lines, in one read."""
    row, lines = store.get(invoice_key(store, customer, invoice), store.customer_key(customer, f"lines#{invoice}"))
    if row is None or lines is None:
        return None
    raw = json.loads(lines["details"])
    details = Details(
        tuple(Line(**line) for line in raw["lines"]), raw["subtotal"], raw["tax"], raw["tax_name"], raw["notes"],
        tuple(raw["bill_to"]),
    )  # fmt: skip
    return to_invoice(row), details


def to_payment(item: Item) -> Payment:
    settled, task_at = item.get("settled_at"), item.get("task_at")
    return Payment(
        id=item["item"].removeprefix("payment#"),
        state=item["state"],
        amount=item["amount"],
        currency=item["currency"],
        allocations=tuple(Allocation(*one) for one in json.loads(item["allocations"])),
        method_id=item.get("method_id", ""),
        account=item["account"],
        created_at=datetime.fromisoformat(item["created_at"]),
        called_at=datetime.fromisoformat(item["called_at"]),
        method=item.get("method", ""),
        intent=item.get("intent", ""),
        checkout=item.get("checkout", ""),
        next_url=item.get("next_url", ""),
        failure=item.get("failure", ""),
        settled_at=datetime.fromisoformat(settled) if settled else None,
        task_at=datetime.fromisoformat(task_at) if task_at else None,
        version=item["version"],
    )


def payment(store: Store, customer: str, payment_id: str) -> Payment | None:
    (item,) = store.get(payment_key(store, customer, payment_id))
    return to_payment(item) if item else None


def list_payments(store: Store, customer: str, limit: int) -> list[Payment]:
    """The newest payments."""
    page: Page = store.query("customers", store.customer(customer), prefix="payment#", limit=limit)
    return [to_payment(item) for item in page.items]


def new_payment(store: Store, customer: str, payment: Payment) -> Write:
    row = PaymentRow(
        store.customer(customer),
        f"payment#{payment.id}",
        state=payment.state,
        amount=payment.amount,
        currency=payment.currency,
        allocations=json.dumps([[one.invoice_id, one.number, one.amount] for one in payment.allocations]),
        account=payment.account,
        method_id=payment.method_id or None,
        method=payment.method or None,
        created_at=payment.created_at.isoformat(),
        called_at=payment.called_at.isoformat(),
        version=payment.version,
        task=TASK,
        task_at=payment.task_at.isoformat() if payment.task_at else None,
    )
    return create(row, "payment")


def change_payment(store: Store, customer: str, before: Payment, after: Payment) -> Write:
    """The payment as it is after, if nothing else has moved it on."""
    row = PaymentRow(store.customer(customer), f"payment#{before.id}")
    return change(
        row,
        "payment",
        PaymentRow.version == before.version,
        state=after.state,
        called_at=after.called_at.isoformat(),
        method=after.method or None,
        intent=after.intent or None,
        checkout=after.checkout or None,
        next_url=after.next_url or None,
        failure=after.failure or None,
        settled_at=after.settled_at.isoformat() if after.settled_at else None,
        task=None if after.final else TASK,
        task_at=None if after.final or after.task_at is None else after.task_at.isoformat(),
        version=before.version + 1,
    )


def received(store: Store, customer: str, payment: Payment, outcome: Outcome, credit: int, now: datetime) -> Write:
    """The ledger's line for money received by a payment; `credit` is what no invoice took."""
    row = LedgerRow(
        store.customer(customer),
        f"ledger#{payment.id}#received",
        kind="received",
        amount=outcome.amount,
        currency=payment.currency,
        payment=payment.id,
        credit=credit,
        at=now.isoformat(),
    )
    return create(row, "ledger")


def ledger(store: Store, customer: str) -> list[Item]:
    """All that moved, newest first; for audits and tests."""
    return store.query("customers", store.customer(customer), prefix="ledger#", limit=1000).items


def file_event(store: Store, event: str, expires: int) -> Write:
    return put(EventRow(store.token("event", event), done=0, expires=expires), "event")


def finish_event(store: Store, event: str) -> Write:
    return change(EventRow(store.token("event", event)), "event", done=1)


def event_done(store: Store, event: str) -> bool | None:
    """None: never seen. False: filed, its effect not known to stand."""
    (item,) = store.get(store.token_key("event", event))
    return bool(item["done"]) if item else None


def to_methods(stored: str) -> tuple[Method, ...]:
    """The saved methods kept on a profile, the default first."""
    return tuple(sorted((Method(**one) for one in json.loads(stored)), key=lambda m: not m.is_default))


def from_methods(methods: Sequence[Method]) -> str:
    return json.dumps([asdict(one) for one in methods])
