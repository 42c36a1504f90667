"""How a booking changes: its row, the days it touches, its visit, what the first page says, limits and messages are one
transaction, conditional on what was read. Whoever was slower reads again, and decides again: so the last place
is taken once, and none is lost.

When an answer was lost, what is read again is as it should be: that is a success, and nothing is done twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Contended, Store
from chalicelib.booking.actions import notices
from chalicelib.booking.records import bookings, days, offers
from chalicelib.booking.records.days import Day
from chalicelib.booking.rules import glance, slots
from chalicelib.booking.rules.booking import Booking, By
from chalicelib.booking.rules.changing import Change
from chalicelib.booking.rules.day import Entry, Interval, has_room, utc_days
from chalicelib.booking.rules.offer import Offer, Service
from chalicelib.booking.rules.reminder import remind_at
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, NotFound, Unavailable
from chalicelib.leads.actions import booked as leads
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants import throttle
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import Limit
from chalicelib.visits.actions import booked
from chalicelib.visits.records import visits
from chalicelib.visits.rules import Visit

# Many may want something of the same day at once: all but one read it again.
TRIES = 16
# What touches one day: its item must not outgrow the store's 400 KB.
MOST_A_DAY = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """What a booking depends on, as it was read. `customer` is whose it is or shall be, None for nobody's."""

    offer: Offer
    days: tuple[Day, ...]
    customer: Customer | None = None
    visit: Visit | None = None

    @property
    def entries(self) -> list[Entry]:
        """What touches these days, each once."""
        return list({one.id: one for day in self.days for one in day.entries}.values())

    @property
    def done(self) -> bool:
        return self.visit is not None and self.visit.status == "complete"


def first(store: Store, id: str) -> tuple[Offer, Booking | None]:
    """The offer, and the booking of this id. One read."""
    offer, booking = store.get(offers.offer_key(store), bookings.booking_key(store, id))
    return offers.to_offer(offer), bookings.to_booking(booking) if booking else None


def beside(store: Store, offer: Offer, id: str, customer: str, *busy: Interval) -> Seen:
    """The days that these times touch, and the customer with the booking's visit ('' for nobody). One read. NotFound:
    there is no such customer."""
    touched = sorted({day for one in busy for day in utc_days(one)})
    keys = [days.day_key(store, day) for day in touched]
    if not customer:
        return Seen(offer, days.to_days(touched, store.get(*keys)))
    known, (profile, *items) = visits.whole(store, customer, id, customers.profile_key(store, customer), *keys)
    if profile is None:
        raise NotFound()
    return Seen(offer, days.to_days(touched, items), customers.to_customer(profile), known[0] if known else None)


def must_be_offered(
    seen: Seen, service: Service, starts_at: datetime, company: Company, now: datetime, id: str
) -> None:
    """Conflict: customers can't have this time; says why."""
    why = slots.why_not(
        seen.offer, service, starts_at, ZoneInfo(company.time_zone), seen.entries, now, besides=id
    )  # fmt: skip
    if why:
        raise slots.refusal(why)


def must_have_room(seen: Seen, booking: Booking) -> None:
    """Conflict: nobody is free then, whoever asks."""
    touched = utc_days(booking.busy)
    there = [sum(one.id != booking.id for one in day.entries) for day in seen.days if day.day in touched]
    if max(there) >= MOST_A_DAY or not has_room(seen.entries, booking.busy, seen.offer.crews, booking.id):
        raise slots.refusal("full")


def writes(store: Store, seen: Seen, before: Booking | None, after: Booking, now: datetime) -> list[Write]:
    """All that says where the booking stands: its row, its days, its customer's first page, its visit."""
    found = _on_days(store, seen, before, after)
    due = _remind_at(seen.offer, after, now)
    if before is None:
        found.append(bookings.new_booking(store, after, due))
    else:
        found.append(bookings.change_booking(store, before, after, due))
    if seen.customer is not None:
        found += _with_customer(store, seen, seen.customer, after, now)
    return found


def _on_days(store: Store, seen: Seen, before: Booking | None, after: Booking) -> list[Write]:
    old = utc_days(before.busy) if before and before.holds else []
    new = utc_days(after.busy) if after.holds else []
    found = []
    for day in seen.days:
        if day.day in old or day.day in new:
            others = [one for one in day.entries if one.id != after.id]
            found.append(days.change_day(store, day, [*others, after.entry] if day.day in new else others))
    return found


def _remind_at(offer: Offer, booking: Booking, now: datetime) -> datetime | None:
    return remind_at(booking.starts_at, offer.remind, now) if booking.status == "confirmed" else None


def _with_customer(store: Store, seen: Seen, customer: Customer, after: Booking, now: datetime) -> list[Write]:
    wanted = booked.Booked(after.id, after.title, after.starts_at, after.arrives_until, after.status == "confirmed")
    found, visits_say = booked.writes(store, customer, seen.visit, wanted, now)
    say = glance.write(glance.moved(glance.read(customer.glances.bookings), after, now))
    glances: dict[customers.Feature, str] = {"bookings": say}
    if visits_say:
        glances["visits"] = visits_say
    return [*found, customers.change_glances(store, customer, glances)]


def post(store: Store, booking: Booking, sent: Iterable[Message], now: datetime) -> list[Write]:
    """Their rows in the outbox."""
    return [outbox.new_message(store, mailbox(booking), one, now) for one in sent]


def hand_over(services: Services, store: Store, booking: Booking, sent: Iterable[Message]) -> None:
    for one in sent:
        messages.hand_over(services, store, mailbox(booking), one.id)


def mailbox(booking: Booking) -> str:
    """Where messages about it lie: with its customer, or beside it while it is nobody's."""
    return booking.customer or bookings.home(booking.id)


def pause(services: Services, attempt: int) -> None:
    """Before it is tried again: those who met must not meet again."""
    services.tables.sleep(random.uniform(0.2, 1) * 0.02 * 2 ** min(attempt, 5))


@dataclass(frozen=True, slots=True)
class Verb:
    """A change of a booking. `become` says what it becomes, None if it is so already; it may be asked again and again.
    `check` looks whether that can be, with all that was read. `also` is what else belongs into the transaction."""

    change: Change | None
    by: By
    become: Callable[[Booking, Offer], Booking | None]
    check: Callable[[Seen, Booking, Booking], None]
    also: Callable[[Booking, Booking], list[Write]]
    limits: Callable[[Booking], tuple[Limit, ...]] = lambda booking: ()


def change(services: Services, store: Store, company: Company, id: str, verb: Verb) -> Booking:
    """Gather, decide, apply. The booking as it is then. NotFound: there is none."""
    sent: list[Message] = []
    for attempt in range(TRIES):
        now = services.now()
        offer, before = first(store, id)
        if before is None:
            raise NotFound()
        after = verb.become(before, offer)
        if after is None:
            # As it should be; if that was us, and the answer was lost, what we wrote is to be sent.
            hand_over(services, store, before, sent)
            return before
        seen = beside(store, offer, id, after.customer, before.busy, after.busy)
        verb.check(seen, before, after)
        sent, limits = _messages(store, company, seen, before, after, verb), verb.limits(before)
        at = int(now.timestamp())
        try:
            store.transact(
                *writes(store, seen, before, after, now), *post(store, after, sent, now), *verb.also(before, after),
                *throttle.tries(store, at, *limits),
            )  # fmt: skip
        except Contended:
            # Those who wrote there all the time may have taken what this one wants.
            pause(services, attempt)
            continue
        except ConditionFailed as failed:
            used_up = [one for one in limits if one.name in failed.names]
            if used_up and "booking" not in failed.names:
                raise throttle.refusal(at, used_up) from None
            pause(services, attempt)
            continue
        hand_over(services, store, after, sent)
        return after
    raise Unavailable()


def _messages(
    store: Store, company: Company, seen: Seen, before: Booking, after: Booking, verb: Verb
) -> list[Message]:  # fmt: skip
    if verb.change is None:
        return []
    return notices.messages(store, company, seen.customer, before, after, verb.change, verb.by)


def claiming(
    services: Services, store: Store, customer: str, also: Callable[[Booking, Booking], list[Write]]
) -> Verb:  # fmt: skip
    """The change that gives a booking to a customer."""

    def become(booking: Booking, offer: Offer) -> Booking | None:
        if booking.customer == customer:
            return None
        if booking.customer:
            raise Conflict(N_("This booking is in an account already."), kind="booking-claimed")
        return replace(booking, customer=customer, suspected=False, version=booking.version + 1)

    def check(seen: Seen, before: Booking, after: Booking) -> None:
        if after.open:
            glance.must_have_few(seen.customer, services.now())
        if after.holds and not before.holds:
            must_have_room(seen, after)

    def known(before: Booking, after: Booking) -> list[Write]:
        lead = [leads.belongs_to(store, before.lead, customer)] if before.lead else []
        return [*lead, *also(before, after)]

    return Verb(None, "customer", become, check, known)
