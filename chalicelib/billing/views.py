"""What pages are given of invoices and payments: the rules' dataclasses with the words and numbers templates show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.billing.rules import Details, Invoice, Line, Method, Payment, State


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """A row of a list."""

    id: str
    number: str
    title: str
    issued_on: date
    due_on: date
    total: int
    due: int
    payable: int
    in_flight: int
    state: State


@dataclass(frozen=True, slots=True)
class InvoiceSheet(InvoiceItem):
    """The invoice's own page."""

    paid: int
    credited: int
    lines: tuple[Line, ...]
    subtotal: int
    tax: int
    tax_name: str
    notes: str
    bill_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodChoice:
    id: str
    brand: str
    last4: str
    expires: str
    is_default: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class PaymentView:
    id: str
    state: str
    amount: int
    method: str
    created_at: datetime
    receipt_number: str
    allocations: tuple[tuple[str, str, int], ...]


def item(invoice: Invoice, today: date) -> InvoiceItem:
    return InvoiceItem(
        invoice.id, invoice.number, invoice.title, invoice.issued_on, invoice.due_on, invoice.total, invoice.due,
        invoice.payable, invoice.in_flight, invoice.state(today),
    )  # fmt: skip


def sheet(invoice: Invoice, details: Details, today: date) -> InvoiceSheet:
    return InvoiceSheet(
        invoice.id, invoice.number, invoice.title, invoice.issued_on, invoice.due_on, invoice.total, invoice.due,
        invoice.payable, invoice.in_flight, invoice.state(today), invoice.paid, invoice.credited, details.lines,
        details.subtotal, details.tax, details.tax_name, details.notes, details.bill_to,
    )  # fmt: skip


def choice(method: Method, today: date) -> MethodChoice:
    return MethodChoice(method.id, method.brand, method.last4, method.expires, method.is_default, method.expired(today))


def receipt(payment: Payment) -> PaymentView:
    parts = tuple((one.invoice_id, one.number, one.amount) for one in payment.allocations)
    return PaymentView(
        payment.id, payment.state, payment.amount, payment.method, payment.settled_at or payment.created_at,
        payment.receipt_number if payment.state == "succeeded" else "", parts,
    )  # fmt: skip
