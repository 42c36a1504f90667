"""Invoices and payments as the API shows them, and a draft as it is sent."""

from __future__ import annotations

from chalicelib.billing import records, rules
from chalicelib.billing.admin.shapes import (
    AllocationView,
    InvoiceFields,
    InvoiceRow,
    InvoiceView,
    LinePart,
    LineView,
    PaymentView,
    PostedView,
    RefundView,
)
from chalicelib.billing.rules import Details, Draft, Invoice, Line, Payment
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid
from chalicelib.web.api.days import day
from chalicelib.web.api.ids import thing


def draft(sent: InvoiceFields, external_id: str = "") -> Draft:
    """What was sent, checked; under this external id, if it was sent by one. Invalid names what can't be."""
    if external_id and sent.external_id not in (None, external_id):
        raise Invalid("external_id", f"This was sent to ext:{external_id}. Leave external_id out, or send the same.")
    return rules.check_draft(
        Draft(
            sent.number, day("issued_on", sent.issued_on), day("due_on", sent.due_on),
            tuple(line(one) for one in sent.lines), sent.title, sent.tax, sent.tax_name, sent.notes,
            tuple(sent.bill_to), sent.status == "open", external_id or sent.external_id or "",
        )
    )  # fmt: skip


def line(sent: LinePart) -> Line:
    """A line as it was sent; its amount is quantity times unit price where it is left out."""
    quantity = sent.quantity.strip()
    amount = rules.line_amount(quantity, sent.unit_price) if sent.amount is None else sent.amount
    return Line(sent.description, quantity, sent.unit_price, amount)


def row(customer: str, name: str, one: Invoice) -> InvoiceRow:
    return InvoiceRow(
        thing(customer, one.id), one.external_id or None, customer, name, one.number, one.title,
        records.listed_status(one), one.issued_on.isoformat(), one.due_on.isoformat(), one.total, one.paid,
        one.credited, one.in_flight, one.due,
    )  # fmt: skip


def invoice(customer: Customer, one: Invoice, details: Details) -> InvoiceView:
    narrow = row(customer.id, customer.name, one)
    return InvoiceView(
        **{name: getattr(narrow, name) for name in InvoiceRow.__struct_fields__},
        currency=one.currency,
        lines=[LineView(line.description, line.quantity, line.unit_price, line.amount) for line in details.lines],
        subtotal=details.subtotal,
        tax=details.tax,
        tax_name=details.tax_name,
        notes=details.notes,
        bill_to=list(details.bill_to),
        posted=[
            PostedView(
                thing(customer.id, entry.payment_id), entry.on.isoformat(), entry.method, entry.amount, entry.kind
            )
            for entry in one.posted
        ],
        changeable=rules.changeable(one),
    )


def payment(customer: str, one: Payment) -> PaymentView:
    """`at` is when it was settled; when it began while it is under way."""
    return PaymentView(
        id=thing(customer, one.id),
        customer=customer,
        amount=one.amount,
        credit=one.credit,
        currency=one.currency,
        state=one.state,
        method=one.method,
        online=bool(one.account),
        at=(one.settled_at or one.created_at).isoformat(),
        allocations=[
            AllocationView(thing(customer, part.invoice_id), part.number, part.amount, part.credit)
            for part in one.allocations
        ],
        refunds=[
            RefundView(back.id, back.kind, back.amount, back.state, back.at.isoformat(), back.reason)
            for back in one.backs
        ],
        refundable=one.refundable,
    )
