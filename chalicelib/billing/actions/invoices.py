"""Look a customer's invoices up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.aws.store import Store
from chalicelib.billing import records
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound

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


def whole(store: Store, customer: str, invoice_id: str) -> tuple[Customer, Invoice, Details]:
    """An invoice in any state, drafts too, with its lines and its customer, in one read. NotFound: there is none."""
    found, (profile,) = records.with_details(store, customer, invoice_id, customers.profile_key(store, customer))
    if found is None or profile is None:
        raise NotFound()
    return customers.to_customer(profile), *found
