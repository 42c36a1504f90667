"""What an id of the API names: a customer, an invoice, a payment of this company. Whatever is not there, or is another
company's, is NotFound; named in a body it is Invalid, at its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.billing import records
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.customers.actions import finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.rules.fields import EXTERNAL_ID
from chalicelib.errors import Invalid, NotFound
from chalicelib.web import cursors
from chalicelib.web.api.access import Admin

NO_INVOICE = "This customer has no invoice by this id."
_THING = re.compile(r"([0-9A-Z]{26})-([0-9A-Z]{26})")


def page(caller: Admin, scope: str, cursor: str) -> dict[str, str] | None:
    """Where this page of a list begins. Invalid for a cursor of another list."""
    try:
        return cursors.read(caller.services.secrets.links, scope, cursor)
    except Invalid as wrong:
        raise Invalid("?cursor", wrong.text) from None


def thing(customer: str, id: str) -> str:
    """What the API calls something of a customer's."""
    return f"{customer}-{id}"


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


def external(id: str) -> str:
    """The company's own id in `ext:<id>`. NotFound: none can be spelled so."""
    own = id.removeprefix(OWN)
    if not EXTERNAL_ID.fullmatch(own):
        raise NotFound()
    return own


def payment(id: str) -> tuple[str, str]:
    """Customer and payment behind a payment's id, whether it exists or not."""
    return split(id)


def split(id: str) -> tuple[str, str]:
    """Customer and thing behind the id of something of a customer's, whether it exists or not."""
    found = _THING.fullmatch(id)
    if found is None:
        raise NotFound()
    return found[1], found[2]


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
    external = {one: one.removeprefix(OWN) for one in ids if one.startswith(OWN)}
    keys = {one: records.external_key(caller.store, name) for one, name in external.items()}
    items = dict(zip(keys, caller.store.get(*keys.values()), strict=True))
    places = []
    for id in ids:
        found = _THING.fullmatch(id)
        item = items.get(id)
        places.append((found[1], found[2]) if found else records.to_owner(item) if item else ("", ""))
    mine = [one for owner, one in places if owner == customer]
    there = {one.id for one in records.invoices(caller.store, customer, mine)}
    for place, (owner, one) in enumerate(places):
        if owner != customer or one not in there:
            raise Invalid(f"invoices/{place}", NO_INVOICE)
    return mine
