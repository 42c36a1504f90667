"""The API of bookings that wait for an answer: the company's, or their customers'."""

from __future__ import annotations

from chalicelib.booking.actions import reading
from chalicelib.booking.admin import presenting
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import RequestList, RequestQuery
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)


@routes.get("/booking-requests", "bookings:read")
def list_booking_requests(caller: Admin, query: RequestQuery) -> RequestList:
    """List bookings that wait for an answer, the soonest first: requests for the company's, or, with `waiting_for`,
    proposals for their customers'. What was just asked for or answered may take a moment to be listed or gone."""
    scope = parts.scope(caller, "booking-requests", {"waiting_for": query.waiting_for})
    look = reading.requests if query.waiting_for == "company" else reading.proposals
    found, last = look(caller.store, query.limit, parts.begins(caller, scope, query.cursor))
    return RequestList(presenting.waiting(caller, found), parts.goes_on(caller, scope, last))
