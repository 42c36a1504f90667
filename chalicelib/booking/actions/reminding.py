"""Remind people of their bookings: once for each time that is confirmed, some hours before it.

Whoever keeps a booking puts it on the sweep's list as it is confirmed or moved, and takes it off as it is canceled.
What is found here is looked at once more: a reminder that is late, or whose company sends none by now, is none.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from chalicelib.aws.store import ConditionFailed, Item, Store
from chalicelib.booking.actions import notices
from chalicelib.booking.records import bookings, offers
from chalicelib.booking.rules import Booking
from chalicelib.customers import records as customers
from chalicelib.errors import PortalError
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants import records as tenants
from chalicelib.visits.records import visits

log = logging.getLogger(__name__)

AFTER_FAILING = timedelta(minutes=15)


def sweep(services: Services, limit: int = 200) -> int:
    """Remind those whose hour has come, the longest waiting first. How many were looked at."""
    found = services.tables.platform().overdue(bookings.TASK, services.now(), limit)
    for tenant, place, _ in found:
        store, id = services.tables.for_tenant(tenant), place.removeprefix(bookings.home(""))
        try:
            remind(services, store, id)
        except Exception as error:
            known = isinstance(error, PortalError)
            log.log(
                logging.WARNING if known else logging.ERROR, "the reminder of booking %s is left for later", id,
                exc_info=True,
            )  # fmt: skip
            _later(services, store, id)
    return len(found)


def remind(services: Services, store: Store, id: str) -> None:
    """Send the reminder of this booking, unless there is no reason for it any more; and take it off the sweep's list.
    Any number of times, one message."""
    now = services.now()
    company, offer, item = store.get(
        tenants.company_key(store), offers.offer_key(store), bookings.booking_key(store, id)
    )
    booking = bookings.to_booking(item) if item else None
    if company is None or booking is None:
        return
    told = _reminder(store, company, offer, booking, now)
    home = booking.customer or bookings.home(id)
    done = bookings.reminded(store, id, booking.starts_at)
    try:
        store.transact(done, *(outbox.new_message(store, home, one, now) for one in told))
    except ConditionFailed as failed:
        # Whoever was faster has sent it, or has changed the booking: the list will tell.
        if done.name in failed.names:
            return
        store.write(done)
    for one in told:
        messages.hand_over(services, store, home, one.id)


def _reminder(store: Store, company: Item, offer: Item | None, booking: Booking, now: datetime) -> list[Message]:
    """The message, where there is still something to remind of, and somebody."""
    us, remind = tenants.to_company(company), offers.to_offer(offer).remind
    if not (us.on and us.booking and remind) or booking.status != "confirmed" or booking.starts_at <= now:
        return []
    customer = None
    if booking.customer:
        # A technician may have been there before its time.
        profile, row = store.get(
            customers.profile_key(store, booking.customer), visits.visit_key(store, booking.customer, booking.id)
        )
        if profile is None or (row and visits.to_visit(row).status not in ("scheduled", "on_the_way")):
            return []
        customer = customers.to_customer(profile)
    # With the sequence: moved, it is reminded of anew.
    message = notices.to_who_booked(
        store, us, customer, booking, f"booking-{booking.id}-{booking.sequence}-reminder", "booking_reminder",
        notices.about(booking, customer, now), until=booking.starts_at.isoformat(),
    )  # fmt: skip
    return [message] if message else []


def _later(services: Services, store: Store, id: str) -> None:
    try:
        store.write(bookings.put_off(store, id, services.now() + AFTER_FAILING))
    except (ConditionFailed, PortalError):
        log.warning("the reminder of booking %s stays where it is on the list", id, exc_info=True)
