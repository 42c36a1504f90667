"""The API of times that can be booked, for the company's own software and its console."""

from __future__ import annotations

from typing import Literal

from chalicelib.booking.actions import finding as looking
from chalicelib.booking.actions.finding import Found
from chalicelib.booking.admin import finding, presenting, sent
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import ServiceName, SlotList, SlotQuery
from chalicelib.booking.rules import Offer, area
from chalicelib.booking.rules.slots import first_free
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import CALENDAR, day
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)


@routes.get("/booking-slots", "bookings:read", errors=(Conflict,))
def list_booking_slots(caller: Admin, query: SlotQuery) -> SlotList:
    """List the times that customers can book on some days, and why there are none. `service-off`: it is not offered
    now."""
    found, window = _look(caller, query)
    reach = _area(caller, found.offer, query.postal_code)
    refused, zone, free = reach == "refused", presenting.zone(caller), first_free(found.days)
    return SlotList(
        caller.company.time_zone, ServiceName(found.service.id, found.service.name), found.service.minutes, reach,
        free.day.isoformat() if free and not refused else None,
        [presenting.slots(one, window, zone, refused) for one in found.days],
    )  # fmt: skip


def _look(caller: Admin, query: SlotQuery) -> tuple[Found, int]:
    """The days, and how long the arrival window is."""
    store, company, now = caller.store, caller.company, caller.services.now()
    since = day("?since", query.since, CALENDAR)
    if query.besides:
        booking = finding.named_booking(caller, "?besides", query.besides)
        return looking.look_again(store, company, booking, since, query.count, now), booking.window
    if not query.service:
        raise Invalid("?service", "Name a service, or a booking that is to be moved.")
    try:
        found = looking.look(store, company, query.service, since, query.count, now)
    except NotFound:
        raise Invalid("?service", sent.NO_SERVICE) from None
    return found, found.offer.window


def _area(caller: Admin, offer: Offer, typed: str) -> Literal["inside", "flagged", "refused"] | None:
    code = sent.code(typed, offer, area.territory(caller.company.locale), "?postal_code")
    if not code or offer.area.rule == "any":
        return None
    return "inside" if area.inside(offer.area, code) else offer.area.rule
