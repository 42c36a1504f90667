"""What the company does with a booking: answer it, move it, propose another time, cancel it, say whose it is."""

from __future__ import annotations

from chalicelib.booking.actions import working
from chalicelib.booking.admin import finding, presenting, sent
from chalicelib.booking.admin.add_on import BOOKING
from chalicelib.booking.admin.shapes import BookingCustomer, BookingStatus, BookingTime, BookingView
from chalicelib.errors import Conflict
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Bookings", BOOKING)

VERBS = {"confirmed": working.confirm, "declined": working.decline, "cancelled": working.cancel}


@routes.put(
    "/bookings/{id}/status", "bookings:write", errors=(Conflict,),
    example={"status": "confirmed", "note": "See you then."},
)  # fmt: skip
def set_booking_status(caller: Admin, id: str, body: BookingStatus) -> BookingView:
    """Set what is decided of a booking, and tell whom it is for. The same again changes nothing.

    Confirmed and declined is what waits for an answer (`not-requested`); a customer's becomes a visit with that.
    Canceled is what is open; where its visit is complete already, that frees the place and leaves the visit as it is.
    What is suspected holds its place from then on, if there is room (`slot-taken`). Declined and canceled bookings stay
    so (`booking-settled`).
    """
    done = VERBS[body.status](
        caller.services, caller.store, caller.company, finding.own(id), body.note, by=caller.actor, trail=caller.note
    )
    return presenting.booking(caller, done)


@routes.put(
    "/bookings/{id}/time", "bookings:write", errors=(Conflict,),
    example={"starts_at": "2026-12-02T10:00:00-07:00", "note": "Our truck is in the shop until then."},
)  # fmt: skip
def set_booking_time(caller: Admin, id: str, body: BookingTime) -> BookingView:
    """Set another time of a confirmed booking, and tell whom it is for. The same again changes nothing.

    Hours, notice, horizon and step don't count; room does (`slot-taken`), and the past is over (`slot-past`). What
    still waits for an answer is proposed another time instead (`not-confirmed`).
    """
    done = working.move(
        caller.services, caller.store, caller.company, finding.own(id), sent.moment("starts_at", body.starts_at),
        body.note, by=caller.actor, trail=caller.note,
    )  # fmt: skip
    return presenting.booking(caller, done)


@routes.put(
    "/bookings/{id}/proposal", "bookings:write", errors=(Conflict,),
    example={"starts_at": "2026-12-02T10:00:00-07:00", "note": "We are in your street on Wednesday."},
)  # fmt: skip
def set_booking_proposal(caller: Admin, id: str, body: BookingTime) -> BookingView:
    """Set another time for a request, which whoever asked for it takes or lets go. It holds the new place from now on,
    and the old one no more. The same again changes nothing.

    Confirmed bookings are moved instead (`not-requested`).
    """
    done = working.propose(
        caller.services, caller.store, caller.company, finding.own(id), sent.moment("starts_at", body.starts_at),
        body.note, by=caller.actor, trail=caller.note,
    )  # fmt: skip
    return presenting.booking(caller, done)


@routes.put("/bookings/{id}/customer", "bookings:write", errors=(Conflict,), example={"customer": "ext:1042"})
def set_booking_customer(caller: Admin, id: str, body: BookingCustomer) -> BookingView:
    """Set whose booking it is, where it was made by somebody who was not signed in. From then on it is in their portal,
    and a confirmed one among their visits. The same again changes nothing."""
    id = finding.booking(caller, id).id
    customer = finding.named_customer(caller, body.customer)
    done = working.attach(
        caller.services, caller.store, caller.company, id, customer.id, by=caller.actor, trail=caller.note
    )
    return presenting.booking(caller, done)
