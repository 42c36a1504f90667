"""Send an invoice: a message with a Portal Link that opens it, by e-mail or SMS, as it is issued or as a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.invoices import whole
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers.actions import addressing, link
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict
from chalicelib.messages.rules import Channel
from chalicelib.plain_words import beginning
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change

Kind = Literal["invoice", "reminder"]

TEMPLATES: dict[Kind, str] = {"invoice": "invoice_ready", "reminder": "invoice_reminder"}
# Characters of a line's description: the message must fit a row, and a letterbox, however much an invoice says.
DESCRIPTION = 120


@dataclass(frozen=True, slots=True)
class Order:
    """How an invoice is to be sent. `to` is one of the customer's addresses or numbers, their first where it is ''."""

    to: str = ""
    by: Channel = "email"
    kind: Kind = "invoice"


def deliver(
    services: Services, account: BillingAccount, invoice_id: str, order: Order, note: Note, link_id: str
) -> str:
    """Send the customer a link to their invoice; where it goes. The same `link_id` again sends nothing new.

    Conflict: there is nothing to show or to remind of, nowhere to send it, or the customer could not see it. Invalid:
    not an address or a number of theirs.
    """
    customer, invoice, details = whole(account.store, account.customer.id, invoice_id)
    must_be_visible(account.company, customer, invoice)
    if order.kind == "reminder" and invoice.payable <= 0:
        raise Conflict(
            "Nothing is due on this invoice that is not on its way. Send it as an invoice instead.", kind="nothing-due"
        )
    to = addressing.where(services, account.store, account.company, customer, order.to, order.by, "the invoice")
    changes = [Change("to", None, to), Change("channel", None, order.by), Change("as", None, order.kind)]
    link.send(
        services, account.store, customer, path=f"/invoices/{invoice.id}", template=TEMPLATES[order.kind],
        values={"invoice": invoice_values(invoice, details, account.day(services.now()))}, to=to, by=order.by,
        link_id=link_id, also=[note("invoice.send", f"{customer.id}-{invoice.id}", changes)],
    )  # fmt: skip
    return to


def must_be_visible(company: Company, customer: Customer, invoice: Invoice) -> None:
    """Conflict: its link would lead the customer nowhere."""
    if invoice.status != "open":
        raise Conflict(
            "Only an issued invoice can be sent that is neither void nor written off. Issue a draft first.",
            kind="invoice-not-open",
        )
    if not company.on:
        raise Conflict("The portal is off: the link would lead nowhere. Turn it on first.", kind="portal-off")
    if not company.shows("invoices"):
        raise Conflict("Invoices are hidden from customers. Show them in the settings first.", kind="invoices-hidden")
    if not customer.access:
        raise Conflict("This customer's access to the portal is off. Turn it on first.", kind="access-off")


def invoice_values(invoice: Invoice, details: Details, today: date) -> dict[str, object]:
    """What messages say of an invoice. `due` is what can be paid now: not what is on its way already."""
    state = invoice.state(today)
    overdue = state.kind == "overdue"
    return {
        "number": invoice.number,
        "title": invoice.title,
        "currency": invoice.currency,
        "total": invoice.total,
        "due": invoice.payable,
        "paid": invoice.paid,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "overdue": overdue,
        "days_overdue": state.days if overdue else 0,
        "lines": [
            {
                "description": beginning(line.description, DESCRIPTION),
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
            }
            for line in details.lines
        ],
    }
