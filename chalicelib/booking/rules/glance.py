"""What the first page says of a customer's bookings: those that are open and to come. Kept beside the customer, in the
transaction of each change. Pure. Times are UTC, ISO 8601."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from chalicelib.booking.rules.booking import Booking, Status, over_at
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict

# Open bookings of one customer, all of which are known by heart.
MOST = 20


@dataclass(frozen=True, slots=True)
class Coming:
    """A booking to come, as the first page shows it. `window` and `minutes` are lengths, `cutoff` is in hours."""

    id: str
    title: str
    status: Status
    starts_at: str
    window: int
    minutes: int
    cutoff: int


@dataclass(frozen=True, slots=True)
class Glance:
    """`version` counts the changes. `bookings` are those that were to come when it was written, the soonest first: ask
    `coming` for those that are so now."""

    version: int = 0
    bookings: tuple[Coming, ...] = ()

    def coming(self, now: datetime) -> tuple[Coming, ...]:
        return tuple(one for one in self.bookings if _until(one) > now)


def moved(before: Glance, booking: Booking, now: datetime) -> Glance:
    """The glance once this booking is as it is here."""
    others = [one for one in before.coming(now) if one.id != booking.id]
    mine = _to_coming(booking)
    found = [*others, mine] if booking.open and _until(mine) > now else others
    return Glance(before.version + 1, tuple(sorted(found, key=lambda one: (one.starts_at, one.id))))


def must_have_few(customer: Customer | None, now: datetime) -> None:
    """Conflict: this customer has booked as much as anybody may."""
    if customer and len(read(customer.glances.bookings).coming(now)) >= MOST:
        raise Conflict(
            N_("You have many bookings already. Please call us, and we'll find a time for this one too."),
            kind="too-many-bookings",
        )


def _to_coming(one: Booking) -> Coming:
    return Coming(one.id, one.title, one.status, one.starts_at.isoformat(), one.window, one.minutes, one.cutoff)


def _until(one: Coming) -> datetime:
    return over_at(datetime.fromisoformat(one.starts_at), one.minutes, one.window)


def read(stored: str) -> Glance:
    """What `write` made; nothing for ''."""
    if not stored:
        return Glance()
    raw = json.loads(stored)
    return Glance(raw["version"], tuple(Coming(**one) for one in raw["bookings"]))


def write(glance: Glance) -> str:
    value = {"version": glance.version, "bookings": [asdict(one) for one in glance.bookings]}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
