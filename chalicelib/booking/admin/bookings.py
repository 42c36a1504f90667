"""The API of the calendar, and of bookings that staff and the company's software make and look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from chalicelib.booking.actions import calendar, making, offering
from chalicelib.booking.admin import finding, presenting, sent
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import BookingFields, BookingView, CalendarEntry, CalendarQuery, CalendarView
from chalicelib.errors import Conflict, Invalid
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import CALENDAR, begins, day
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)

# Lambda's answer may have 6 MB; the days themselves are in it too.
MOST_ANSWER = 5_000_000

EXAMPLE = {
    "service": "lawn-mowing",
    "starts_at": "2026-12-01T08:00:00-07:00",
    "customer": "ext:1042",
    "notes": "The gate is open.",
    "confirmed": True,
    "tell": True,
}


@routes.get("/bookings", "bookings:read")
def read_calendar(caller: Admin, query: CalendarQuery) -> CalendarView:
    """Read the calendar: bookings that hold their place, and blocked time, with the opening hours of each day.

    Where more is on than fits one answer (5 MB), ask for fewer days: `?until` is named then. One day always fits.
    """
    since, until = _days(query)
    zone = presenting.zone(caller)
    ends = until + timedelta(days=1)
    offer = offering.read(caller.store)
    found = calendar.between(caller.store, begins(since, zone), begins(ends, zone))
    days = [presenting.day(offer, since + timedelta(days=ahead), zone) for ahead in range((ends - since).days)]
    items = [presenting.entry(one, zone) for one in sorted(found, key=lambda one: (one.start, one.end, one.id))]
    if until > since and _written(items) > MOST_ANSWER:
        raise Invalid("?until", "More is on in these days than fits one answer. Ask for fewer days at once.")
    return CalendarView(caller.company.time_zone, offer.crews, days, items)


def _written(items: Sequence[CalendarEntry]) -> int:
    """How long they are in what Lambda answers with, which is JSON in JSON: quotes and what is not ASCII take more."""
    return len(json.dumps(msgspec.json.encode(items).decode()))


def _days(query: CalendarQuery) -> tuple[date, date]:
    since, until = day("?since", query.since, CALENDAR), day("?until", query.until, CALENDAR)
    if until < since:
        raise Invalid("?until", "Send a day that is not before `since`.")
    if (until - since).days >= calendar.MOST_DAYS:
        raise Invalid("?until", f"Ask for {calendar.MOST_DAYS} days at once at the most.")
    return since, until


@routes.post("/bookings", "bookings:write", errors=(Conflict,), example=EXAMPLE)
def create_booking(caller: Admin, body: BookingFields) -> BookingView:
    """Create a booking on somebody's behalf. It may lie outside of opening hours, notice, horizon and step, and of the
    service area, which is marked.

    But not in the past (`slot-past`), nor where all crews are taken (`slot-taken`).
    """
    customer = finding.named_customer(caller, body.customer) if body.customer is not None else None
    (wanted, told), id = sent.wanted(caller, body, customer), caller.new_id()
    made = making.make(
        caller.services, caller.store, caller.company, id, wanted, customer=customer, by=caller.actor,
        confirmed=body.confirmed, tell=body.tell, also=(caller.note("booking.create", id, told),),
    )  # fmt: skip
    return presenting.booking(caller, made)


@routes.get("/bookings/{id}", "bookings:read")
def read_booking(caller: Admin, id: str) -> BookingView:
    """Read a booking, whatever became of it, and what can be done with it now."""
    return presenting.booking(caller, finding.booking(caller, id))
