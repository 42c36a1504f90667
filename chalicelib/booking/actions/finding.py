"""Find times that are free: those of some days, and the next days that have any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.aws.store import Store
from chalicelib.booking.actions import offering
from chalicelib.booking.records import days
from chalicelib.booking.rules import slots
from chalicelib.booking.rules.booking import Booking
from chalicelib.booking.rules.day import Entry
from chalicelib.booking.rules.offer import Offer, Service
from chalicelib.booking.rules.slots import DaySlots
from chalicelib.errors import N_, Conflict, NotFound
from chalicelib.tenants.rules import Company

# So many of the next free days are named to whom no day suits.
NEXT_FREE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What is offered, and some days of it."""

    offer: Offer
    service: Service
    days: list[DaySlots]


def service_of(offer: Offer, id: str, *, by_staff: bool = False) -> Service:
    """NotFound: booking is off, or there is no such service. Conflict: it is not offered now; staff may book it all
    the same."""
    service = next((one for one in offer.services if one.id == id), None)
    if not offer.on or service is None:
        raise NotFound()
    if not (service.on or by_staff):
        raise Conflict(
            N_("This can't be booked online at the moment. Please choose something else, or call us."),
            kind="service-off",
        )
    return service


def look(store: Store, company: Company, service_id: str, since: date, count: int, now: datetime) -> Found:
    """The slots of so many days from `since`, for a service. Two calls: the offer, the calendar. As `service_of`."""
    offer = offering.read(store)
    service = service_of(offer, service_id)
    return Found(offer, service, _days(store, company, offer, service, since, count, now, ""))


def look_again(store: Store, company: Company, booking: Booking, since: date, count: int, now: datetime) -> Found:
    """The same for a booking that is to be moved, which takes as long as when it was made: its own place counts as
    free."""
    offer, service = offering.read(store), booking.as_service
    return Found(offer, service, _days(store, company, offer, service, since, count, now, booking.id))


def free_after(
    store: Store, company: Company, offer: Offer, service: Service, since: date, now: datetime, besides: str = ""
) -> list[DaySlots]:
    """The next days from `since` on that have a slot, three at the most; none within the horizon: []. One call."""
    zone = ZoneInfo(company.time_zone)
    last = now.astimezone(zone).date() + timedelta(days=offer.horizon)
    since = max(since, now.astimezone(zone).date())
    count = (last - since).days + 1
    if count < 1:
        return []
    entries = _entries(store, since, count)
    each = slots.each_day(offer, service, since, count, zone, entries, now, besides)
    return list(islice((one for one in each if one.slots), NEXT_FREE))


def _days(
    store: Store, company: Company, offer: Offer, service: Service, since: date, count: int, now: datetime,
    besides: str,
) -> list[DaySlots]:  # fmt: skip
    zone, entries = ZoneInfo(company.time_zone), _entries(store, since, count)
    return slots.days_slots(offer, service, since, count, zone, entries, now, besides)


def _entries(store: Store, since: date, count: int) -> list[Entry]:
    """All that could be in the way on these days of the company's, wherever it is, with buffers of a day."""
    return days.between(store, since - timedelta(days=2), since + timedelta(days=count + 1))
