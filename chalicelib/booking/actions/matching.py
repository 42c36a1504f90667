"""Whose of the company's customers a booking is, that was made by somebody who had not signed in. An e-mail address is
proven by opening the link that was sent there; what was typed proves nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chalicelib.aws.store import Store
from chalicelib.booking.actions import changing
from chalicelib.booking.rules import Booking
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

# So much of where an account is, to tell it from another of the same name.
HINT = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is offered; `hint` is how its address begins, where another has the same name."""

    id: str
    name: str
    hint: str = ""


def offered(store: Store, booking: Booking) -> list[Account]:
    """The accounts that it may be put into, as whoever has the mailbox may read of them: not where they are."""
    found = accounts(store, booking)
    named = Counter(one.name for one in found)
    return [Account(one.id, one.name, _hint(one) if named[one.name] > 1 else "") for one in found]


def accounts(store: Store, booking: Booking) -> list[Customer]:
    """The accounts that have the address which the booking's link was sent to; [] if it is somebody's already. Two
    calls."""
    email = booking.who.email.lower()
    # With a # in it an address would find those that only begin like it.
    if booking.customer or not email or "#" in email:
        return []
    ids = customers.customers_at(store, email)
    found = customers.customers(store, ids) if ids else []
    return [one for one in found if one.access and one.reached_at(email)]


def claim(services: Services, store: Store, company: Company, booking: Booking, customer: str) -> Booking:
    """Put the booking into one of these accounts. Whoever sends it twice has done it once. NotFound: the account is
    none of them. Conflict: as `changing.claim`."""
    mine = booking.customer and booking.customer == customer
    if not mine and customer not in {one.id for one in accounts(store, booking)}:
        raise NotFound()
    return changing.claim(services, store, company, booking.id, customer)


def _hint(customer: Customer) -> str:
    first = customer.address[0] if customer.address else ""
    return f"{first[:HINT].strip()}…" if first else ""
