"""Send an invoice: a mail with a Portal Link that opens it."""

from __future__ import annotations

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.invoices import whole
from chalicelib.billing.actions.keeping import Note
from chalicelib.billing.rules import Invoice
from chalicelib.customers.actions import link
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, Invalid
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change

TEMPLATE = "invoice_ready"


def deliver(services: Services, account: BillingAccount, invoice_id: str, to: str, note: Note, link_id: str) -> str:
    """Mail the customer a link to their invoice; the address it goes to, the first of theirs unless `to` is another.
    The same `link_id` again sends nothing new.

    Conflict: there is nothing to show, nobody to send it to, or the customer could not see it. Invalid: not an address
    of theirs.
    """
    customer, invoice, _ = whole(account.store, account.customer.id, invoice_id)
    _must_be_visible(account.company, customer, invoice)
    address = to.strip().lower() or customer.email
    if not address:
        raise Conflict("This customer has no e-mail address. Add one, then send the invoice.", kind="no-address")
    if address not in customer.emails:
        raise Invalid("to", "This is none of the customer's addresses. Add it to their contacts first.")
    values = {
        "number": invoice.number, "title": invoice.title, "total": invoice.total, "due": invoice.payable,
        "due_on": invoice.due_on.isoformat(), "currency": invoice.currency,
    }  # fmt: skip
    target = f"{customer.id}-{invoice.id}"
    link.send(
        services, account.store, customer, path=f"/invoices/{invoice.id}", template=TEMPLATE, values=values, to=address,
        link_id=link_id, also=[note("invoice.send", target, [Change("to", None, address)])],
    )  # fmt: skip
    return address


def _must_be_visible(company: Company, customer: Customer, invoice: Invoice) -> None:
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
