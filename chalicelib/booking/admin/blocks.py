"""The API of time in which nothing can be booked."""

from __future__ import annotations

from chalicelib.booking.actions import blocking
from chalicelib.booking.admin import finding, presenting, sent
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import BlockFields, BlockView
from chalicelib.errors import Conflict
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)

# Lambda's answer may have 6 MB, and two months can have 24,000.
MOST_NAMED = 1_000


@routes.post(
    "/booking-blocks", "bookings:write", errors=(Conflict,),
    example={
        "since": "2026-12-24T12:00:00-07:00", "until": "2026-12-27T00:00:00-07:00", "title": "Holidays", "crews": 0,
    },
)  # fmt: skip
def create_booking_block(caller: Admin, body: BlockFields) -> BlockView:
    """Create blocked time: nothing can be booked in it, of so many crews. Bookings that are within it stay, and are
    named: the first 1,000 of them."""
    since, until = sent.moment("since", body.since), sent.moment("until", body.until)
    made = blocking.block(
        caller.services, caller.store, caller.new_id(), since, until, body.title, body.crews,
        trail=caller.note,
    )  # fmt: skip
    zone = presenting.zone(caller)
    named = made.bookings[:MOST_NAMED]
    return BlockView(presenting.entry(made.block, zone), [presenting.entry(one, zone) for one in named])


@routes.delete("/booking-blocks/{id}", "bookings:write", errors=(Conflict,))
def delete_booking_block(caller: Admin, id: str) -> None:
    """Delete blocked time: it can be booked again."""
    blocking.unblock(caller.services, caller.store, finding.own(id), trail=caller.note)
