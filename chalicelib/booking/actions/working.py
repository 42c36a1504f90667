"""What the company's staff do with bookings: confirm, decline, propose another time, move, cancel, say whose it is. The
same again changes nothing. Hours, notice and step are for those who book; that somebody is free is for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.booking.actions import keeping
from chalicelib.booking.actions.keeping import Seen, Verb
from chalicelib.booking.rules import changing, slots
from chalicelib.booking.rules.booking import Booking
from chalicelib.booking.rules.changing import Change, Deed
from chalicelib.booking.rules.day import whole
from chalicelib.booking.rules.offer import Offer
from chalicelib.errors import Conflict
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import changes

# What a booking becomes, None if it is so already; the note is tidied, the time is now.
Becomes = Callable[[Booking, str, datetime], Booking | None]


def confirm(
    services: Services, store: Store, company: Company, id: str, note: str, *, by: Actor, trail: Note
) -> Booking:  # fmt: skip
    """We come. What was proposed can be confirmed too: they have agreed by telephone. NotFound. Conflict:
    `booking-settled`, `slot-past`; `slot-taken`, it was suspected and held no place."""

    def becomes(booking: Booking, says: str, now: datetime) -> Booking | None:
        if booking.status == "confirmed":
            return None
        changing.must_wait(booking)
        changing.must_be_ahead(booking.starts_at, now)
        return changing.become(booking, "confirmed", booking.starts_at, "company", by.name, now, says)

    return _do(services, store, company, id, "confirm", "confirmed", note, becomes, trail)


def decline(
    services: Services, store: Store, company: Company, id: str, note: str, *, by: Actor, trail: Note
) -> Booking:  # fmt: skip
    """We don't come. NotFound. Conflict: `booking-settled`; `not-requested`, it is confirmed."""

    def becomes(booking: Booking, says: str, now: datetime) -> Booking | None:
        if booking.status == "declined":
            return None
        changing.must_wait(booking)
        return changing.become(booking, "declined", booking.starts_at, "company", by.name, now, says)

    return _do(services, store, company, id, "decline", "declined", note, becomes, trail)


def propose(
    services: Services, store: Store, company: Company, id: str, starts_at: datetime, note: str, *, by: Actor,
    trail: Note,
) -> Booking:  # fmt: skip
    """Another time, which the customer takes or lets go; it is held for them, and the one they wanted is free.

    NotFound. Conflict: `booking-settled`; `not-requested`, it is confirmed; `same-time`, that is the one they want;
    `slot-taken`, `slot-past`, `slot-horizon`.
    """
    at = whole(starts_at)

    def becomes(booking: Booking, says: str, now: datetime) -> Booking | None:
        if booking.status == "proposed" and booking.starts_at == at:
            return None
        changing.must_wait(booking)
        if booking.starts_at == at:
            raise Conflict("This is the time that they asked for. Confirm the request.", kind="same-time")
        slots.must_be_thinkable(at, now)
        return changing.become(booking, "proposed", at, "company", by.name, now, says)

    return _do(services, store, company, id, "propose", "proposed", note, becomes, trail)


def move(
    services: Services, store: Store, company: Company, id: str, starts_at: datetime, note: str, *, by: Actor,
    trail: Note,
) -> Booking:  # fmt: skip
    """A confirmed booking to another time; its customer is told. NotFound. Conflict: `booking-settled`;
    `not-confirmed`, propose it; `booking-done`; `slot-taken`, `slot-past`, `slot-horizon`."""
    at = whole(starts_at)

    def becomes(booking: Booking, says: str, now: datetime) -> Booking | None:
        if booking.status == "confirmed" and booking.starts_at == at:
            return None
        changing.must_be_confirmed(booking)
        slots.must_be_thinkable(at, now)
        return changing.become(booking, "confirmed", at, "company", by.name, now, says)

    return _do(services, store, company, id, "move", "moved", note, becomes, trail)


def cancel(
    services: Services, store: Store, company: Company, id: str, note: str, *, by: Actor, trail: Note
) -> Booking:  # fmt: skip
    """It does not take place; its customer is told. Where somebody was there already, before its time, this frees the
    place, and the visit stays as it is. NotFound. Conflict: `booking-settled`, it was declined."""

    def becomes(booking: Booking, says: str, now: datetime) -> Booking | None:
        if booking.status == "cancelled":
            return None
        changing.must_hold(booking)
        return changing.become(booking, "cancelled", booking.starts_at, "company", by.name, now, says)

    return _do(services, store, company, id, "cancel", "cancelled", note, becomes, trail)


def attach(
    services: Services, store: Store, company: Company, id: str, customer: str, *, by: Actor, trail: Note
) -> Booking:  # fmt: skip
    """It is this customer's from now on. NotFound: no such booking, no such customer. Conflict: `booking-claimed`,
    another customer has it; `too-many-bookings`; `slot-taken`, it was suspected and held no place."""

    def told(before: Booking, after: Booking) -> list[Write]:
        return [trail("booking.attach", id, changes(_told(before), _told(after)))]

    verb = keeping.claiming(services, store, customer, told)
    return keeping.change(services, store, company, id, replace(verb, by="company"))


def _do(
    services: Services, store: Store, company: Company, id: str, deed: Deed, change: Change, note: str,
    becomes: Becomes, trail: Note,
) -> Booking:  # fmt: skip
    says = changing.tidied(note)

    def become(booking: Booking, offer: Offer) -> Booking | None:
        return becomes(booking, says, services.now())

    def check(seen: Seen, before: Booking, after: Booking) -> None:
        if deed != "cancel":
            changing.must_not_be_done(seen.done)
        if after.holds and (not before.holds or before.starts_at != after.starts_at):
            keeping.must_have_room(seen, after)

    def told(before: Booking, after: Booking) -> list[Write]:
        return [trail(f"booking.{deed}", id, changes(_told(before), _told(after)))]

    return keeping.change(services, store, company, id, Verb(change, "company", become, check, told))


def _told(booking: Booking) -> dict[str, object]:
    """A booking as the audit trail tells of it."""
    return {
        "status": booking.status, "starts_at": booking.starts_at.isoformat(), "note": booking.note,
        "customer": booking.customer or None,
    }  # fmt: skip
