"""What customers do with their bookings: move, cancel, answer what the company proposes, and take one that they made
before they signed in into their account. Who asks was looked at before: they have its link, or it is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from chalicelib.aws.store import Store
from chalicelib.booking.actions import keeping
from chalicelib.booking.actions.keeping import Seen, Verb
from chalicelib.booking.rules import changing, slots
from chalicelib.booking.rules.booking import Booking, Status
from chalicelib.booking.rules.offer import Offer
from chalicelib.errors import N_, Conflict
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import Limit

# Changes of a booking in a day, each of which is a mail to the company: of a customer's, and of one that is nobody's.
MOST_CHANGES, MOST_OF_A_VISITOR, DAY = 20, 5, 24 * 60 * 60
OFTEN = N_("This booking was changed many times today. Please call us: we are glad to help.")


def move(services: Services, store: Store, company: Company, id: str, starts_at: datetime, version: int) -> Booking:
    """Another time, of those that are offered. Where the company confirms each, it is a request again. The time it has
    changes nothing; the one that is proposed is taken.

    NotFound: no such booking. Conflict: `slot-…`, `booking-closed`, `booking-settled`, `booking-moved`,
    `booking-done`. TooMany.
    """
    at = starts_at.astimezone(UTC)

    def become(booking: Booking, offer: Offer) -> Booking | None:
        if booking.open and booking.starts_at == at:
            return _answered(services, booking, True, version) if booking.status == "proposed" else None
        now = services.now()
        _must_be_changeable(booking, version, now)
        slots.must_be_thinkable(at, now)
        stays = booking.status == "confirmed" and offer.confirming == "once"
        to: Status = "confirmed" if stays else "requested"
        return changing.become(booking, to, at, "customer", booking.who.name, now)

    def check(seen: Seen, before: Booking, after: Booking) -> None:
        changing.must_not_be_done(seen.done)
        if before.starts_at != after.starts_at:
            keeping.must_be_offered(seen, before.as_service, starts_at, company, services.now(), id)
            keeping.must_have_room(seen, after)

    return keeping.change(services, store, company, id, _verb(id, "moved", become, check))


def cancel(
    services: Services, store: Store, company: Company, id: str, note: str, version: int, *, disowned: bool = False
) -> Booking:
    """It does not take place; `note` says why, if they like. Once more changes nothing. Who has not booked it, though
    they were told of it, disowns it, also when it is too late to cancel.

    NotFound: no such booking. Conflict: `booking-closed`, `booking-settled`, `booking-moved`, `booking-done`. Invalid:
    the note is too long. TooMany.
    """
    says = changing.tidied(note)

    def become(booking: Booking, offer: Offer) -> Booking | None:
        if booking.status == "cancelled":
            return None
        now = services.now()
        if disowned:
            changing.must_hold(booking)
            changing.must_be_as_seen(booking, version)
            changing.must_be_disownable(booking, now)
        else:
            _must_be_changeable(booking, version, now)
        return changing.become(booking, "cancelled", booking.starts_at, "customer", booking.who.name, now, says)

    def check(seen: Seen, before: Booking, after: Booking) -> None:
        changing.must_not_be_done(seen.done)

    return keeping.change(services, store, company, id, _verb(id, "cancelled", become, check))


def answer(services: Services, store: Store, company: Company, id: str, take: bool, version: int) -> Booking:
    """Take the time that the company has proposed, or let it go. The same answer again changes nothing.

    NotFound: no such booking. Conflict: `slot-past`, `booking-settled`, `booking-moved`. TooMany.
    """

    def become(booking: Booking, offer: Offer) -> Booking | None:
        if booking.status == ("confirmed" if take else "cancelled"):
            # Their own answer, sent twice, and no other time that it has by now.
            if booking.version != version:
                changing.must_be_as_seen(booking, version + 1)
            return None
        return _answered(services, booking, take, version)

    return keeping.change(services, store, company, id, _verb(id, "answered", become, _nothing))


def claim(services: Services, store: Store, company: Company, id: str, customer: str) -> Booking:
    """Who booked has proven that they are this customer: it is theirs from now on. Once more changes nothing.

    NotFound: no such booking, no such customer. Conflict: `booking-claimed`, another customer has it;
    `too-many-bookings`; `slot-taken`, it was suspected and held no place.
    """
    verb = keeping.claiming(services, store, customer, lambda before, after: [])
    return keeping.change(services, store, company, id, verb)


def _answered(services: Services, booking: Booking, take: bool, version: int) -> Booking:
    changing.must_hold(booking)
    changing.must_be_as_seen(booking, version)
    if booking.status != "proposed":
        raise Conflict(N_("We have not proposed another time for this booking."), kind="not-proposed")
    now = services.now()
    to: Status = "confirmed" if take else "cancelled"
    if take:
        changing.must_be_ahead(booking.starts_at, now)
    return changing.become(booking, to, booking.starts_at, "customer", booking.who.name, now)


def _must_be_changeable(booking: Booking, version: int, now: datetime) -> None:
    changing.must_hold(booking)
    changing.must_be_as_seen(booking, version)
    changing.must_be_changeable(booking, now)


def _nothing(seen: Seen, before: Booking, after: Booking) -> None:
    """Nothing else is in its way."""


def _verb(
    id: str, change: changing.Change, become: Callable[[Booking, Offer], Booking | None],
    check: Callable[[Seen, Booking, Booking], None],
) -> Verb:  # fmt: skip
    def limits(booking: Booking) -> tuple[Limit, ...]:
        return (Limit("booking-changes", id, MOST_CHANGES if booking.customer else MOST_OF_A_VISITOR, DAY, OFTEN),)

    return Verb(change, "customer", become, check, lambda before, after: [], limits)
