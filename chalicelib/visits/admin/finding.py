"""What an id of the API names: a customer's visit, of this company. Whatever is not there, or is another company's, is
NotFound; named in a body it is Invalid, at its place."""

from __future__ import annotations

import re

from chalicelib.customers.actions import finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.rules.fields import EXTERNAL_ID
from chalicelib.errors import Invalid, NotFound
from chalicelib.visits.actions.keeping import Calendar
from chalicelib.visits.records import visits as records
from chalicelib.web.api.access import Admin

_THING = re.compile(r"([0-9A-Z]{26})-([0-9A-Z]{26})")


def thing(customer: str, id: str) -> str:
    """What the API calls something of a customer's."""
    return f"{customer}-{id}"


def split(id: str) -> tuple[str, str]:
    """A customer and something of theirs, whether they exist or not."""
    found = _THING.fullmatch(id)
    if found is None:
        raise NotFound()
    return found[1], found[2]


def visit(caller: Admin, id: str) -> tuple[str, str]:
    """Customer and visit behind a visit's id, whether they exist or not."""
    if not id.startswith(OWN):
        return split(id)
    (item,) = caller.store.get(records.external_key(caller.store, external(id)))
    if item is None:
        raise NotFound()
    return records.to_owner(item)


def external(id: str) -> str:
    """The company's own id in `ext:<id>`. NotFound: none can be spelled so."""
    own = id.removeprefix(OWN)
    if not EXTERNAL_ID.fullmatch(own):
        raise NotFound()
    return own


def calendar(caller: Admin, customer: str) -> Calendar:
    """The visits of a customer by their id, whether they exist or not."""
    return Calendar(caller.services, caller.store, caller.company, customer)


def named_calendar(caller: Admin, id: str) -> Calendar:
    """The visits of the customer that a body names."""
    (known,) = finding.find_all(caller.store, [id])
    if known is None:
        raise Invalid("customer", "There is no customer by this id. Create the customer first.")
    return calendar(caller, known.id)
