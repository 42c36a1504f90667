"""What the API's callers name: bookings and blocked time by their ids, and customers. What is not there, or another
company's, is NotFound; named in a body or a query it is Invalid, at its place."""

from __future__ import annotations

from chalicelib.booking.actions import reading
from chalicelib.booking.rules import Booking
from chalicelib.customers.actions import finding
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid, NotFound
from chalicelib.tokens import is_ulid
from chalicelib.web.api.access import Admin


def own(id: str) -> str:
    """An id that could be one. NotFound: none is spelled so."""
    if not is_ulid(id):
        raise NotFound()
    return id


def booking(caller: Admin, id: str) -> Booking:
    """The booking that a path names."""
    return reading.one(caller.store, own(id))


def named_booking(caller: Admin, field: str, id: str) -> Booking:
    """The booking that a query names."""
    try:
        return booking(caller, id)
    except NotFound:
        raise Invalid(field, "There is no booking by this id.") from None


def named_customer(caller: Admin, id: str) -> Customer:
    """The customer that a body names."""
    (known,) = finding.find_all(caller.store, [id])
    if known is None:
        raise Invalid("customer", "There is no customer by this id. Create the customer first.")
    return known
