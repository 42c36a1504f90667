"""The API of the calendar, and of bookings that staff and the company's software make and look at."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.booking.actions import calendar, making, offering
from chalicelib.booking.admin import finding, presenting, sent
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import (
    BookingFields,
    BookingView,
    CalendarDay,
    CalendarQuery,
    CalendarView,
    OpenHours,
)
from chalicelib.booking.rules.day import instant
from chalicelib.booking.rules.slots import spans_on, special_on
from chalicelib.errors import Conflict, Invalid
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)

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
    """Read the calendar: bookings that hold their place, and blocked time, with the opening hours of each day."""
    since, until = _days(query)
    zone = presenting.zone(caller)
    begins, ends = (finding.begins(one, zone) for one in (since, until + timedelta(days=1)))
    offer, found = offering.read(caller.store), calendar.between(caller.store, begins, ends)
    days = []
    for day in finding.days(since, (until - since).days + 1):
        special = special_on(offer, day)
        hours = [
            OpenHours(*(presenting.local(instant(one), zone) for one in (span.start, span.end)))
            for span in spans_on(offer, day, zone)
        ]
        days.append(CalendarDay(day.isoformat(), special.name if special else "", hours))
    items = [presenting.entry(one, zone) for one in sorted(found, key=lambda one: (one.start, one.end, one.id))]
    return CalendarView(caller.company.time_zone, offer.crews, days, items)


def _days(query: CalendarQuery) -> tuple[date, date]:
    since, until = finding.day("?since", query.since), finding.day("?until", query.until)
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
