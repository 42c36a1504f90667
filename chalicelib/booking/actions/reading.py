"""Look bookings up: one, and those that wait for an answer."""

from __future__ import annotations

from chalicelib.aws.store import Store
from chalicelib.booking.records import bookings
from chalicelib.booking.rules.booking import Booking
from chalicelib.errors import NotFound

Cursor = dict[str, str]


def one(store: Store, id: str) -> Booking:
    """In one read. NotFound: there is none."""
    found = bookings.booking(store, id)
    if found is None:
        raise NotFound()
    return found


def requests(store: Store, limit: int, after: Cursor | None = None) -> tuple[list[Booking], Cursor | None]:
    """Those that wait for the company's answer, the soonest first, and where the next page begins. One call."""
    return bookings.waiting(store, "requested", limit, after)


def proposals(store: Store, limit: int, after: Cursor | None = None) -> tuple[list[Booking], Cursor | None]:
    """Those that wait for their customer's answer to another time, the soonest first, and where the next page begins.
    One call."""
    return bookings.waiting(store, "proposed", limit, after)
