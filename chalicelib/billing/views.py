"""What pages are given of invoices and payments: the rules' dataclasses with the words and numbers templates show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chalicelib.billing import declines
from chalicelib.billing.rules import UNANSWERED, Back, Details, Invoice, Line, Method, MethodKind, Payment, State
from chalicelib.customers.rules import Pending

# How a payment stands, for people: a word and a shape each.
Standing = Literal["open", "processing", "paid", "part_refunded", "refunded", "taken_back", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """A row of a list. `expected_on` is when the bank payment under way should arrive, where there is one;
    `unfinished`: a payment for it waits for the customer."""

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
    expected_on: date | None
    unfinished: bool


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
class UnderWay:
    """A payment that has not ended. `late`: the bank should have been done by now; `unfinished`: it waits for the
    customer, at their bank or on Stripe's page."""

    payment: str
    amount: int
    expected_on: date | None
    late: bool
    unfinished: bool


@dataclass(frozen=True, slots=True)
class MethodChoice:
    id: str
    brand: str
    last4: str
    expires: str
    is_default: bool
    expired: bool
    kind: MethodKind


@dataclass(frozen=True, slots=True)
class BackView:
    """Money that went back or is on its way; `why` is what the customer's own bank said, where it said something."""

    kind: str
    amount: int
    state: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment on its page and in the history. `amount` is what is charged, `total` that and the credit used."""

    id: str
    state: str
    standing: Standing
    amount: int
    credit: int
    total: int
    to_credit: int
    method: str
    at: datetime
    receipt_number: str
    allocations: tuple[tuple[str, str, int], ...]
    backs: tuple[BackView, ...]
    expected_on: date | None
    late: bool
    returned: bool


def item(invoice: Invoice, today: date, pending: Sequence[Pending] = ()) -> InvoiceItem:
    return InvoiceItem(
        invoice.id, invoice.number, invoice.title, invoice.issued_on, invoice.due_on, invoice.total, invoice.due,
        invoice.payable, invoice.in_flight, invoice.state(today), _expected(invoice, today, pending),
        _unfinished(invoice, pending),
    )  # fmt: skip


def sheet(invoice: Invoice, details: Details, today: date, pending: Sequence[Pending] = ()) -> InvoiceSheet:
    return InvoiceSheet(
        invoice.id, invoice.number, invoice.title, invoice.issued_on, invoice.due_on, invoice.total, invoice.due,
        invoice.payable, invoice.in_flight, invoice.state(today), _expected(invoice, today, pending),
        _unfinished(invoice, pending), invoice.paid, invoice.credited, details.lines, details.subtotal, details.tax,
        details.tax_name, details.notes, details.bill_to,
    )  # fmt: skip


def _expected(invoice: Invoice, today: date, pending: Sequence[Pending]) -> date | None:
    """The day by which all of it has arrived; none once that is past, since nobody knows then."""
    days = [one.expected_on for one in pending if one.payment in invoice.holds]
    known = [day for day in days if day is not None and day >= today]
    return max(known) if known and len(known) == len(invoice.holds) else None


def _unfinished(invoice: Invoice, pending: Sequence[Pending]) -> bool:
    return any(_waits(one) for one in pending if one.payment in invoice.holds)


def _waits(one: Pending) -> bool:
    """Whether it waits for the customer: once Stripe has it in hand, there is a day when it should arrive."""
    return one.expected_on is None


def on_invoice(invoice: Invoice, pending: Sequence[Pending], today: date) -> list[UnderWay]:
    """The payments under way for an invoice, each with its part of it."""
    known = {one.payment: one for one in pending}
    return [_under_way(id, amount, known.get(id), today) for id, amount in invoice.holds.items()]


def under_way(pending: Sequence[Pending], today: date) -> list[UnderWay]:
    """All payments of a customer that have not ended."""
    return [_under_way(one.payment, one.amount, one, today) for one in pending]


def _under_way(id: str, amount: int, one: Pending | None, today: date) -> UnderWay:
    """`one` is none where the profile, read apart from the invoice, does not know it yet."""
    day = one.expected_on if one else None
    return UnderWay(id, amount, day, day is not None and day < today, one is not None and _waits(one))


def choice(method: Method, today: date) -> MethodChoice:
    return MethodChoice(
        method.id, method.brand, method.last4, method.expires, method.is_default, method.expired(today), method.kind
    )


def payment(one: Payment, today: date, words: Callable[[str], str] = str) -> PaymentView:
    """`words` puts a text of the catalogue into the reader's language."""
    parts = tuple((part.invoice_id, part.number, part.amount) for part in one.allocations)
    late = one.expected_on is not None and one.expected_on < today
    return PaymentView(
        one.id, one.state, standing(one), one.amount, one.credit, one.total, one.to_credit, one.method,
        one.settled_at or one.created_at, one.receipt_number if one.state == "succeeded" else "", parts,
        tuple(back(one, entry, words) for entry in one.backs), one.expected_on, late, declines.is_return(one.failure),
    )  # fmt: skip


def back(one: Payment, entry: Back, words: Callable[[str], str]) -> BackView:
    by_bank = entry.kind == "dispute" and one.expected_on is not None
    why = declines.why(entry.reason) if by_bank else ""
    return BackView(entry.kind, entry.amount, entry.state, entry.at, words(why) if why else "")


def standing(one: Payment) -> Standing:
    """How a payment stands, money that went back included."""
    if one.state in ("starting", "requires_action"):
        return "open"
    if one.state == "processing":
        return "processing"
    if one.state == "failed" or one.failure == UNANSWERED:
        return "failed"
    if one.state == "canceled":
        return "canceled"
    if any(entry.kind == "dispute" and entry.state == "done" for entry in one.backs):
        return "taken_back"
    if not one.gone_back:
        return "paid"
    return "refunded" if one.gone_back >= one.amount else "part_refunded"
