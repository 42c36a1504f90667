"""What an id of the API names: a customer, an invoice, a payment of this company. Whatever is not there, or is another
company's, is NotFound; named in a body it is Invalid, at its place."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.billing import records
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.customers.actions import finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.errors import Invalid, NotFound
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import THING, external, split

NO_INVOICE = "This customer has no invoice by this id."


def account(caller: Admin, id: str) -> BillingAccount:
    """The account of the customer in the path."""
    return BillingAccount(caller.store, caller.company, finding.find(caller.store, id))


def named_account(caller: Admin, id: str) -> BillingAccount:
    """The account of the customer that a body names."""
    try:
        return account(caller, id)
    except NotFound:
        raise Invalid("customer", "There is no customer by this id. Create the customer first.") from None


def invoice(caller: Admin, id: str) -> tuple[str, str]:
    """Customer and invoice behind an invoice's id, whether it exists or not."""
    if id.startswith(OWN):
        (item,) = caller.store.get(records.external_key(caller.store, external(id)))
        if item is None:
            raise NotFound()
        return records.to_owner(item)
    return split(id)


def payment(id: str) -> tuple[str, str]:
    """Customer and payment behind a payment's id, whether it exists or not."""
    return split(id)


def invoice_of(caller: Admin, customer: str, id: str) -> str:
    """The invoice that a body names, this customer's."""
    try:
        owner, own = invoice(caller, id)
    except NotFound:
        owner, own = "", ""
    if owner != customer or not records.invoices(caller.store, customer, [own]):
        raise Invalid("invoice", NO_INVOICE)
    return own


def invoices_of(caller: Admin, customer: str, ids: Sequence[str]) -> list[str]:
    """The invoices that a body names, all of them this customer's: two calls at the most."""
    keys = {one: records.external_key(caller.store, one.removeprefix(OWN)) for one in ids if one.startswith(OWN)}
    items = dict(zip(keys, caller.store.get(*keys.values()), strict=True))
    places = []
    for id in ids:
        found = THING.fullmatch(id)
        item = items.get(id)
        places.append((found[1], found[2]) if found else records.to_owner(item) if item else ("", ""))
    mine = [one for owner, one in places if owner == customer]
    there = {one.id for one in records.invoices(caller.store, customer, mine)}
    for place, (owner, one) in enumerate(places):
        if owner != customer or one not in there:
            raise Invalid(f"invoices/{place}", NO_INVOICE)
    return mine
