"""Invoices' rows. An invoice's row is narrow, its lines lie apart: a list of twenty reads no line items.

The row puts itself on two lists: of what is owed, for its customer, and of the company's invoices in its state. The
lines name the change that wrote them, and so does the row: two rows read at once may be of before and after a change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.records.lookups import forget_names, names
from chalicelib.billing.rules import Details, Invoice, Line, Posted
from chalicelib.errors import Unavailable

BY_DUE = ("by_due", "customer", "due_key")
BY_TENANT = ("by_tenant", "list", "list_key")
# How often lines and row may be read of two different moments, one after the other.
READS = 4

ListedStatus = Literal["draft", "open", "paid", "void", "written_off"]


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
    external_id = UnicodeAttribute(null=True)
    lines_version = NumberAttribute(null=True)
    list = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute(null=True)


class LinesRow(CustomersRow):
    """`lines#<invoice>`: what only the invoice's own page shows, one JSON value; `version` is the invoice's when it was
    written."""

    details = UnicodeAttribute()
    version = NumberAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice on the company's list."""

    customer: str
    invoice: Invoice

    @property
    def position(self) -> str:
        """Where it stands on the list: by day, newest first."""
        return f"{self.invoice.issued_on.isoformat()}#{self.customer}#{self.invoice.id}"


def invoice_key(store: Store, customer: str, invoice: str) -> Key:
    return store.customer_key(customer, f"invoice#{invoice}")


def lines_key(store: Store, customer: str, invoice: str) -> Key:
    return store.customer_key(customer, f"lines#{invoice}")


def to_invoice(item: Item) -> Invoice:
    return Invoice(
        id=item["item"].removeprefix("invoice#"),
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
        external_id=item.get("external_id", ""),
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
        one.total, one.paid, one.credited, dict(one.holds), _from_posted(one), one.version, one.external_id,
    ]  # fmt: skip


def unpack(stored: str) -> tuple[Invoice, ...]:
    """What `pack` made."""
    return tuple(_unpacked(*one) for one in json.loads(stored))


def _unpacked(*one: Any) -> Invoice:
    id, number, title, status, issued, due, currency, total, paid, credited, holds, posted, version, external_id = one
    return Invoice(
        id, number, title, status, date.fromisoformat(issued), date.fromisoformat(due), currency, total, paid, credited,
        holds, _to_posted(posted) if posted else (), version, external_id,
    )  # fmt: skip


def _due_key(invoice: Invoice) -> str | None:
    return f"{invoice.due_on.isoformat()}#{invoice.id}" if invoice.due > 0 else None


def listed_status(invoice: Invoice) -> ListedStatus:
    """The state it is listed by: `paid` is an open one on which nothing is due any more."""
    return "paid" if invoice.status == "open" and invoice.due <= 0 else invoice.status


def _moving(store: Store, customer: str, invoice: Invoice) -> dict[str, Any]:
    """What changes when money moves, and the lists that hang on it."""
    return {
        "status": invoice.status,
        "paid": invoice.paid,
        "credited": invoice.credited,
        "holds": json.dumps(dict(invoice.holds)) if invoice.holds else None,
        "posted": _from_posted(invoice),
        "due_key": _due_key(invoice),
        "list": _list(store, listed_status(invoice)),
        "list_key": Listed(customer, invoice).position,
    }


def _deciding(invoice: Invoice) -> dict[str, Any]:
    """What the company says of it."""
    return {
        "number": invoice.number,
        "title": invoice.title,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "total": invoice.total,
        "external_id": invoice.external_id or None,
    }


def _list(store: Store, status: ListedStatus) -> str:
    return f"{store.tenant}#invoice#{status}"


def new_invoice(store: Store, customer: str, invoice: Invoice, details: Details) -> list[Write]:
    """The invoice, its lines, and the names it is found by: three writes, four with an id of the company's own."""
    row = InvoiceRow(
        store.customer(customer),
        f"invoice#{invoice.id}",
        currency=invoice.currency,
        version=invoice.version,
        lines_version=invoice.version,
        **_deciding(invoice),
        **_moving(store, customer, invoice),
    )
    lines = _lines(store, customer, invoice.id, details, invoice.version)
    return [create(row, "invoice"), lines, *names(store, customer, None, invoice)]


def _lines(store: Store, customer: str, invoice: str, details: Details, version: int) -> Write:
    stored = json.dumps(asdict(details), ensure_ascii=False)
    return put(LinesRow(store.customer(customer), f"lines#{invoice}", details=stored, version=version), "lines")


def change_invoice(store: Store, customer: str, before: Invoice, after: Invoice) -> Write:
    """The invoice as money leaves it, if it is still as it was before."""
    row = InvoiceRow(store.customer(customer), f"invoice#{before.id}")
    same = InvoiceRow.version == before.version
    return change(row, "invoice", same, version=before.version + 1, **_moving(store, customer, after))


def edit_invoice(store: Store, customer: str, before: Invoice, after: Invoice, details: Details) -> list[Write]:
    """The invoice as the company wants it, with its lines and names, if it is still as it was before."""
    row, version = InvoiceRow(store.customer(customer), f"invoice#{before.id}"), before.version + 1
    edited = change(
        row, "invoice", InvoiceRow.version == before.version, version=version, lines_version=version,
        **_deciding(after), **_moving(store, customer, after),
    )  # fmt: skip
    return [edited, _lines(store, customer, before.id, details, version), *names(store, customer, before, after)]


def remove_invoice(store: Store, customer: str, invoice: Invoice) -> list[Write]:
    """A draft, its lines and its names gone, if it is still as it was read."""
    row = InvoiceRow(store.customer(customer), f"invoice#{invoice.id}")
    lines = LinesRow(store.customer(customer), f"lines#{invoice.id}")
    return [
        Write("invoice", "delete", row, InvoiceRow.version == invoice.version),
        Write("lines", "delete", lines),
        *forget_names(store, customer, invoice),
    ]


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
    return with_details(store, customer, invoice)[0]


def with_details(
    store: Store, customer: str, invoice: str, *beside: Key
) -> tuple[tuple[Invoice, Details] | None, list[Item | None]]:
    """An invoice and its lines of the same moment, and what else lies at these keys, in one read unless it is just
    being changed. Unavailable: it never stops being changed."""
    for _ in range(READS):
        row, lines, *others = store.get(
            invoice_key(store, customer, invoice), lines_key(store, customer, invoice), *beside
        )
        found = to_whole(row, lines)
        if found or row is None or lines is None:
            return found, others
    raise Unavailable()


def to_whole(row: Item | None, lines: Item | None) -> tuple[Invoice, Details] | None:
    """An invoice and its lines, if both are there and of the same moment."""
    if row is None or lines is None or row.get("lines_version", 0) != lines.get("version", 0):
        return None
    return to_invoice(row), _to_details(lines)


def _to_details(item: Item) -> Details:
    raw = json.loads(item["details"])
    return Details(
        tuple(Line(**line) for line in raw["lines"]), raw["subtotal"], raw["tax"], raw["tax_name"], raw["notes"],
        tuple(raw["bill_to"]),
    )  # fmt: skip


def listed(store: Store, status: ListedStatus, limit: int, position: str) -> list[Listed]:
    """The company's invoices in this state, newest first, below a position of the list or ('') from its top. One
    Query. It may be a moment behind."""
    page = store.query("customers", _list(store, status), index=BY_TENANT, limit=limit, below=position or None)
    return [Listed(item["customer"].partition("#")[2], to_invoice(item)) for item in page.items]


def listed_at(store: Store, places: Sequence[tuple[str, str]]) -> list[Listed]:
    """Those of these customers' invoices that exist, in order, in one read."""
    items = store.get(*(invoice_key(store, customer, invoice) for customer, invoice in places))
    return [Listed(place[0], to_invoice(item)) for place, item in zip(places, items, strict=True) if item]


def start_after(store: Store, customer: str, invoice: str) -> dict[str, str]:
    """Where `list_invoices` of all goes on below this invoice."""
    return {"customer": store.customer(customer), "item": f"invoice#{invoice}"}


def oldest_due(store: Store, customer: str, limit: int) -> list[Invoice]:
    """What is owed, oldest due first, strongly consistent, in one call however long the paid past."""
    page = store.query(
        "customers", store.customer(customer), index=BY_DUE, limit=limit, newest_first=False, consistent=True
    )
    return [to_invoice(item) for item in page.items]
