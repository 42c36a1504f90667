"""What an id of the API names: a customer's visit, of this company. Whatever is not there, or is another company's, is
NotFound; named in a body it is Invalid, at its place."""

from __future__ import annotations

from chalicelib.customers.actions import finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.errors import Invalid, NotFound
from chalicelib.visits.actions.keeping import Calendar
from chalicelib.visits.records import visits as records
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import external, split


def visit(caller: Admin, id: str) -> tuple[str, str]:
    """Customer and visit behind a visit's id, whether they exist or not."""
    if not id.startswith(OWN):
        return split(id)
    (item,) = caller.store.get(records.external_key(caller.store, external(id)))
    if item is None:
        raise NotFound()
    return records.to_owner(item)


def calendar(caller: Admin, customer: str) -> Calendar:
    """The visits of a customer by their id, whether they exist or not."""
    return Calendar(caller.services, caller.store, caller.company, customer)


def named_calendar(caller: Admin, id: str) -> Calendar:
    """The visits of the customer that a body names."""
    (known,) = finding.find_all(caller.store, [id])
    if known is None:
        raise Invalid("customer", "There is no customer by this id. Create the customer first.")
    return calendar(caller, known.id)
