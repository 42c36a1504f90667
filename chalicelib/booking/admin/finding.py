"""What the API's callers name: bookings and blocked time by their ids, customers, days. What is not there, or another
company's, is NotFound; named in a body or a query it is Invalid, at its place."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.actions import reading
from chalicelib.booking.rules import Booking
from chalicelib.customers.actions import finding
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid, NotFound
from chalicelib.web.api.access import Admin

_ID = re.compile(r"[0-9A-Z]{26}")


def own(id: str) -> str:
    """An id that could be one. NotFound: none is spelled so."""
    if not _ID.fullmatch(id):
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


def day(field: str, text: str) -> date:
    """Invalid: there is no such day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "There is no such day. Write it as 2026-11-23.") from None
    if not 1900 <= found.year <= 2200:
        raise Invalid(field, "Use a day between 1900 and 2200.")
    return found


def begins(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins where the company is; days on which clocks change have 23 hours or 25."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def days(since: date, count: int) -> list[date]:
    return [since + timedelta(days=ahead) for ahead in range(count)]
