"""Look invoices up, and issue one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records, rules
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Sums
from chalicelib.errors import Conflict, NotFound

PAGE = 20


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One page of a list, and where the next one begins."""

    invoices: list[Invoice]
    last: dict[str, str] | None


def page(
    store: Store, customer: str, which: Literal["open", "all"], after: dict[str, str] | None = None, limit: int = PAGE
) -> InvoicePage:
    """A customer's invoices, newest first. Drafts are the company's own and are not among them."""
    found, last = records.list_invoices(store, customer, which, limit, after)
    return InvoicePage([one for one in found if one.status != "draft"], last)


def one(store: Store, customer: str, invoice_id: str) -> tuple[Invoice, Details]:
    """An invoice and its lines; NotFound for an unknown one, another customer's, and a draft alike."""
    found = records.invoice_with_details(store, customer, invoice_id)
    if found is None or found[0].status == "draft":
        raise NotFound()
    return found


def issue(store: Store, customer: str, sums: Sums, invoice: Invoice, details: Details) -> Sums:
    """Put an invoice on a customer's account, and into the sums, in one transaction. The sums after it.

    Conflict: the invoice is there already, or the sums have moved since they were read.
    """
    after = rules.move(sums, [], [invoice])
    writes = records.new_invoice(store, customer, invoice, details)
    if invoice.status != "draft":
        writes.append(customers.change_sums(store, customer, sums, after))
    try:
        store.transact(*writes)
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        kept = records.invoices(store, customer, [invoice.id])
        owner = customers.customers(store, [customer])
        if kept != [invoice] or (invoice.status != "draft" and [one.sums for one in owner] != [after]):
            raise Conflict() from None
    return after if invoice.status != "draft" else sums
