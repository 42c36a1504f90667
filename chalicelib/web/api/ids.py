"""How the API spells ids: of something of a customer's, and the company's own."""

from __future__ import annotations

import re

from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.rules.fields import EXTERNAL_ID
from chalicelib.errors import NotFound
from chalicelib.tokens import ULID

THING = re.compile(rf"({ULID})-({ULID})")


def thing(customer: str, id: str) -> str:
    """What the API calls something of a customer's."""
    return f"{customer}-{id}"


def split(id: str) -> tuple[str, str]:
    """Customer and thing behind the id of something of a customer's, whether they exist or not."""
    found = THING.fullmatch(id)
    if found is None:
        raise NotFound()
    return found[1], found[2]


def external(id: str) -> str:
    """The company's own id in `ext:<id>`. NotFound: none can be spelled so."""
    own = id.removeprefix(OWN)
    if not EXTERNAL_ID.fullmatch(own):
        raise NotFound()
    return own
