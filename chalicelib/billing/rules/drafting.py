"""Make an invoice of what a company's software says it shall be, and change one: what may change, and when. Pure.

A draft may change wholly. An open invoice may too, but for its customer and currency, until money touches it. With
money on it (paid, credited, on its way, or once posted), number and issue date stay, since receipts name them, and the
total never falls below that money. One that is paid, void or written off is closed: nothing of it changes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from chalicelib.billing.rules.invoices import Details, Invoice, Line
from chalicelib.errors import Conflict, Invalid
from chalicelib.money import Money
from chalicelib.plain_words import one_line, paragraphs

Changeable = Literal["all", "not_below_paid", "nothing"]

# The most that an invoice, a line or a payment by hand comes to.
MOST = 100_000_000_00
# Days that invoices have; an id holds its invoice's day, and begins with 1970.
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)
# Bytes: DynamoDB takes 400 KB an item.
LARGEST_DETAILS = 300_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice as it shall be: all that a company decides of it. `issued` false: a draft, which customers don't see.

    `external_id` '' leaves what it is called as it is.
    """

    number: str
    issued_on: date
    due_on: date
    lines: tuple[Line, ...]
    title: str = ""
    tax: int = 0
    tax_name: str = ""
    notes: str = ""
    bill_to: tuple[str, ...] = ()
    issued: bool = True
    external_id: str = ""

    @property
    def total(self) -> int:
        return self.subtotal + self.tax

    @property
    def subtotal(self) -> int:
        return sum(one.amount for one in self.lines)


def line_amount(quantity: str, unit_price: int) -> int:
    """Quantity times unit price, rounded half up (away from zero): 2.5 times 333 is 833, minus 2.5 times 333 -833."""
    exact = Decimal(quantity) * unit_price
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def check_draft(draft: Draft) -> Draft:
    """The draft, tidied. Invalid names what can't be, by its place in the API's invoice."""
    number = check_number(draft.number)
    if not number:
        raise Invalid("number", "Give the invoice a number, of letters and digits.")
    for field, day in (("issued_on", draft.issued_on), ("due_on", draft.due_on)):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(field, f"Use a day between {FIRST_DAY} and {LAST_DAY}.")
    if draft.due_on < draft.issued_on:
        raise Invalid("due_on", "An invoice can't be due before it is issued. Use its issue date or a later day.")
    lines = check_lines(draft.lines)
    if not 0 <= draft.total <= MOST:
        raise Invalid("lines", f"Lines and tax come to {draft.total}. A total is from 0 to {MOST} minor units.")
    bill_to = tuple(filter(None, map(one_line, draft.bill_to)))
    tidy = replace(draft, number=number, title=one_line(draft.title), lines=lines, tax_name=one_line(draft.tax_name),
                   notes=paragraphs(draft.notes), bill_to=bill_to)  # fmt: skip
    if len(json.dumps(asdict(_details(tidy)), ensure_ascii=False).encode()) > LARGEST_DETAILS:
        raise Invalid("lines", "This is too much text for one invoice. Shorten the lines, or make two invoices.")
    return tidy


def check_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines, tidied. Invalid names what can't be, by its place."""
    tidy = tuple(replace(one, description=paragraphs(one.description)) for one in lines)
    for place, line in enumerate(tidy):
        if not line.description:
            raise Invalid(f"lines/{place}/description", "Say what this line is for.")
        if abs(line.amount) > MOST:
            raise Invalid(f"lines/{place}/amount", f"A line may come to {MOST} minor units at the most.")
    return tidy


def check_number(text: str) -> str:
    """A number as it is printed, tidied; '' where it is none. One with characters that nobody sees is none: programs
    look it up as they have sent it."""
    number = " ".join(text.split())
    return one_line(number) if number.isprintable() else ""


def _details(draft: Draft) -> Details:
    return Details(draft.lines, draft.subtotal, draft.tax, draft.tax_name, draft.notes, draft.bill_to)


def make_invoice(id: str, draft: Draft, currency: str) -> tuple[Invoice, Details]:
    """A new invoice of a checked draft."""
    invoice = Invoice(
        id, draft.number, draft.title, "open" if draft.issued else "draft", draft.issued_on, draft.due_on, currency,
        draft.total, external_id=draft.external_id,
    )  # fmt: skip
    return invoice, _details(draft)


def has_money(invoice: Invoice) -> bool:
    """Whether any money is on it, on its way to it, or ever was."""
    return bool(invoice.paid or invoice.credited or invoice.holds or invoice.posted)


def changeable(invoice: Invoice) -> Changeable:
    """Which of its parts may still change."""
    settled = invoice.status == "open" and invoice.due <= 0 and has_money(invoice)
    if settled or invoice.status in ("void", "written_off"):
        return "nothing"
    return "not_below_paid" if has_money(invoice) else "all"


def change_invoice(invoice: Invoice, details: Details, draft: Draft) -> tuple[Invoice, Details]:
    """An invoice as a checked draft wants it; the very same if it is so already, whatever has become of it since.

    Conflict: it is issued and can't be a draft again; it is closed; its number or date would change under a payment;
    its total would fall below what is paid, credited and on its way.
    """
    if invoice.status != "draft" and not draft.issued:
        raise Conflict("This invoice is issued: it can't be a draft again. Void it instead.", kind="already-issued")
    status = "open" if invoice.status == "draft" and draft.issued else invoice.status
    after = replace(
        invoice, number=draft.number, title=draft.title, status=status, issued_on=draft.issued_on, due_on=draft.due_on,
        total=draft.total, external_id=draft.external_id or invoice.external_id,
    )  # fmt: skip
    new = _details(draft)
    # What the company's software calls it is nobody's money.
    if (replace(after, external_id=invoice.external_id), new) != (invoice, details):
        _must_allow(invoice, after)
    return after, new


def _must_allow(before: Invoice, after: Invoice) -> None:
    may = changeable(before)
    if may == "nothing":
        raise Conflict("This invoice is paid, void or written off: it can't change any more.", kind="invoice-closed")
    if may == "all":
        return
    if (before.number, before.issued_on) != (after.number, after.issued_on):
        raise Conflict(
            "Payments and credits name this invoice by its number and date: these can't change any more.",
            kind="has-payments",
        )
    least = before.paid + before.credited + before.in_flight
    if after.total < least:
        raise Conflict(
            "%(least)s of this invoice is paid, credited or on its way: its total can't be less.", kind="below-paid",
            least=Money(least, before.currency),
        )  # fmt: skip


def issue(invoice: Invoice) -> Invoice:
    """A draft put on the customer's account; an open one as it is. Conflict: it is void or written off."""
    if invoice.status in ("void", "written_off"):
        raise Conflict("This invoice is void or written off: it can't be opened again.", kind="invoice-closed")
    return replace(invoice, status="open")


def must_be_draft(invoice: Invoice) -> None:
    """Conflict for one that is issued: what a customer has seen is voided, not removed."""
    if invoice.status != "draft":
        raise Conflict("This invoice is issued: it can't be deleted. Void it instead.", kind="already-issued")


def told(invoice: Invoice, details: Details) -> dict[str, Any]:
    """An invoice as the audit trail tells of it."""
    return {
        "external_id": invoice.external_id or None, "number": invoice.number, "title": invoice.title,
        "status": invoice.status, "issued_on": invoice.issued_on.isoformat(), "due_on": invoice.due_on.isoformat(),
        "total": invoice.total, "lines": told_lines(details.lines), "tax": details.tax,
        "tax_name": details.tax_name, "notes": details.notes, "bill_to": list(details.bill_to),
    }  # fmt: skip


def told_lines(lines: Sequence[Line]) -> list[list[Any]]:
    return [[one.description, one.quantity, one.unit_price, one.amount] for one in lines]
