"""Bring an invoice's message up to date before it is sent again: what was owed then may be paid by now."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.billing.actions import delivering
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.invoices import whole
from chalicelib.customers.actions.messages import Refresh
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

PAGE = "/invoices/"


def refreshing(services: Services, company: Company) -> Refresh:
    """What a message to a customer says now. Messages about a payment stay as they are: what happened, happened.

    Conflict: the invoice can't be sent any more, or nothing is due of what the customer is reminded of.
    """

    def refresh(customer: Customer, message: Message) -> Message:
        if "invoice" not in message.values or not message.path.startswith(PAGE):
            return message
        account = BillingAccount(services.tables.for_tenant(company.id), company, customer)
        _, invoice, details = whole(account.store, customer.id, message.path.removeprefix(PAGE))
        delivering.must_be_visible(company, customer, invoice)
        if message.template == delivering.TEMPLATES["reminder"] and invoice.payable <= 0:
            raise Conflict("Nothing is due on this invoice any more that is not on its way.", kind="nothing-due")
        values = delivering.invoice_values(invoice, details, account.day(services.now()))
        return replace(message, values={**message.values, "invoice": values})

    return refresh
