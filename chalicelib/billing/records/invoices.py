"""Invoices' rows. An invoice's row is narrow, its lines lie apart: a list of twenty reads no line items."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.rules import Details, Invoice, Line, Posted

BY_DUE = ("by_due", "customer", "due_key")


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


def invoice_key(store: Store, customer: str, invoice: str) -> Key:
    return store.customer_key(customer, f"invoice#{invoice}")


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
    return tuple(Posted(one[0], date.fromisoformat(one[1]), *one[2:]) for one in json.loads(stored))


def _from_posted(invoice: Invoice) -> str | None:
    entries = [[one.payment_id, one.on.isoformat(), one.method, one.amount, one.kind] for one in invoice.posted]
    return json.dumps(entries) if entries else None


def pack(invoices: Sequence[Invoice]) -> str:
    """Invoices as one JSON value, for the payment that holds them."""
    return json.dumps([_packed(one) for one in invoices], separators=(",", ":"))


def _packed(one: Invoice) -> list[Any]:
    return [
        one.id, one.number, one.title, one.status, one.issued_on.isoformat(), one.due_on.isoformat(), one.currency,
        one.total, one.paid, one.credited, dict(one.holds), _from_posted(one), one.version,
    ]  # fmt: skip


def unpack(stored: str) -> tuple[Invoice, ...]:
    """What `pack` made."""
    return tuple(_unpacked(*one) for one in json.loads(stored))


def _unpacked(*one: Any) -> Invoice:
    id, number, title, status, issued, due, currency, total, paid, credited, holds, posted, version = one
    return Invoice(
        id, number, title, status, date.fromisoformat(issued), date.fromisoformat(due), currency, total, paid, credited,
        holds, _to_posted(posted) if posted else (), version,
    )  # fmt: skip


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


def oldest_due(store: Store, customer: str, limit: int) -> list[Invoice]:
    """What is owed, oldest due first, strongly consistent, in one call however long the paid past."""
    page = store.query(
        "customers", store.customer(customer), index=BY_DUE, limit=limit, newest_first=False, consistent=True
    )
    return [to_invoice(item) for item in page.items]
