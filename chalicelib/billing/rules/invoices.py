"""An invoice: what is owed on it, what is on its way, what has been paid and taken back. Pure; minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from chalicelib.errors import N_, Conflict
from chalicelib.money import Money

InvoiceStatus = Literal["draft", "open", "void", "written_off"]
StateKind = Literal["due", "overdue", "part_paid", "processing", "paid", "void", "written_off"]
# How a payment shows on the invoice it touched. `charge`: money; `credit`: account credit that the customer used;
# the others take away: money that went back, or paid money that became account credit when the invoice was voided.
PostedKind = Literal["charge", "credit", "refund", "dispute", "voided"]


@dataclass(frozen=True, slots=True)
class State:
    """An invoice's state for people. `days` until due, or since it was."""

    kind: StateKind
    days: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """What a payment did to an invoice: paid it, or (a negative amount) took that away again."""

    payment_id: str
    on: date
    method: str
    amount: int
    kind: PostedKind = "charge"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice's row says. `holds` are payments under way: payment id -> amount; `posted` those that arrived.

    `paid` is what `posted` adds up to, and what was paid before Porchlight knew of it. `external_id` is what the
    company's own software calls it, '' for nothing.
    """

    id: str
    number: str
    title: str
    status: InvoiceStatus
    issued_on: date
    due_on: date
    currency: str
    total: int
    paid: int = 0
    credited: int = 0
    holds: Mapping[str, int] = field(default_factory=dict)
    posted: tuple[Posted, ...] = ()
    version: int = 0
    external_id: str = ""

    @property
    def in_flight(self) -> int:
        return sum(self.holds.values())

    @property
    def due(self) -> int:
        """What is still owed. A draft, void or written-off invoice owes nothing."""
        return self.total - self.paid - self.credited if self.status == "open" else 0

    @property
    def payable(self) -> int:
        """What can be paid now: due and not already on its way."""
        return max(0, self.due - self.in_flight)

    def state(self, today: date) -> State:
        """In words, `today` being the company's."""
        if self.status in ("void", "written_off"):
            return State("void" if self.status == "void" else "written_off")
        if self.due <= 0:
            return State("paid")
        if self.payable <= 0:
            return State("processing")
        if today > self.due_on:
            return State("overdue", (today - self.due_on).days)
        if self.paid or self.credited:
            return State("part_paid", (self.due_on - today).days)
        return State("due", (self.due_on - today).days)

    def posted_by(self, payment_id: str, *kinds: PostedKind) -> int:
        """What a payment has on this invoice, of these kinds or of all."""
        return sum(
            one.amount for one in self.posted if one.payment_id == payment_id and (not kinds or one.kind in kinds)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice. `quantity` is written as the company wrote it ("1.5")."""

    description: str
    quantity: str
    unit_price: int
    amount: int


@dataclass(frozen=True, slots=True)
class Details:
    """What only the invoice's own page shows."""

    lines: tuple[Line, ...]
    subtotal: int
    tax: int = 0
    tax_name: str = ""
    notes: str = ""
    bill_to: tuple[str, ...] = ()


def hold(invoice: Invoice, payment_id: str, amount: int) -> Invoice:
    """Put a payment's amount aside. Conflict if it no longer fits: paid + in flight never exceeds the total."""
    if amount <= 0 or amount > invoice.payable:
        raise Conflict(N_("A payment for this invoice is already under way."))
    return replace(invoice, holds={**invoice.holds, payment_id: amount})


def release(invoice: Invoice, payment_id: str) -> Invoice:
    """Take a payment's hold away, if it has one."""
    return replace(invoice, holds={key: value for key, value in invoice.holds.items() if key != payment_id})


def post(invoice: Invoice, entry: Posted) -> tuple[Invoice, int]:
    """Pay with what was received; the invoice after it, and what did not fit.

    A hold keeps its room. Money that comes again has none: the invoice may be voided, credited or paid by then.
    """
    fits = min(entry.amount, max(0, invoice.payable))
    if fits <= 0:
        return invoice, entry.amount
    paid = replace(invoice, paid=invoice.paid + fits, posted=(*invoice.posted, replace(entry, amount=fits)))
    return paid, entry.amount - fits


def take_off(invoice: Invoice, entry: Posted) -> Invoice:
    """The invoice with a payment's money gone again; `entry.amount` is negative."""
    return replace(invoice, paid=invoice.paid + entry.amount, posted=(*invoice.posted, entry))


def void(invoice: Invoice, on: date) -> tuple[Invoice, int]:
    """The invoice owed no longer, and what had been paid on it: that becomes account credit, never lost.

    Conflict while a payment is under way, and for one that is not open.
    """
    _must_be_open(invoice)
    entries = tuple(
        Posted(payment, on, "", -invoice.posted_by(payment), "voided")
        for payment in dict.fromkeys(one.payment_id for one in invoice.posted)
        if invoice.posted_by(payment)
    )
    emptied = replace(invoice, status="void", paid=0, posted=(*invoice.posted, *entries))
    return emptied, invoice.paid


def write_off(invoice: Invoice) -> Invoice:
    """The invoice given up: what was paid stays, the rest is owed no longer. Conflict as for `void`."""
    _must_be_open(invoice)
    return replace(invoice, status="written_off")


def credit(invoice: Invoice, amount: int) -> Invoice:
    """The company takes something off what is owed (a credit note). Conflict: more than is due and not under way."""
    if invoice.status != "open":
        raise _not_open(invoice)
    if not 0 < amount <= invoice.payable:
        most = Money(invoice.payable, invoice.currency)
        raise Conflict(N_("At most %(amount)s of this invoice can be credited."), kind="more-than-due", amount=most)
    return replace(invoice, credited=invoice.credited + amount)


_WHAT_ELSE = {
    "draft": "this one is a draft. Issue it first; a draft can also be changed, or deleted.",
    "void": "this one is void, for good. Create another one if something is owed after all.",
    "written_off": "this one is written off, for good. Money that comes in for it after all is entered as a payment.",
}


def _not_open(invoice: Invoice) -> Conflict:
    """Why an invoice that is not open can't be changed as an open one can, and what can be done instead."""
    text = f"Only an open invoice can be changed like this: {_WHAT_ELSE[invoice.status]}"
    return Conflict(text, kind="invoice-closed")


def _must_be_open(invoice: Invoice) -> None:
    if invoice.status != "open":
        raise _not_open(invoice)
    if invoice.holds:
        raise Conflict(
            N_("A payment for this invoice is under way. Wait until it is done, or cancel it first."), kind="under-way"
        )
