"""The portal's first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.billing import views
from chalicelib.billing.portal import paying
from chalicelib.booking.rules import Status
from chalicelib.booking.rules import glance as bookings
from chalicelib.home import actions
from chalicelib.web.access import Customer
from chalicelib.web.replies import Page, Reply
from chalicelib.web.responses import today
from chalicelib.web.routes import Routes

routes = Routes("home")


@dataclass(frozen=True, slots=True)
class Summary:
    balance: int
    in_flight: int
    credit: int
    open_count: int
    overdue_count: int | None
    next_due: date | None


@dataclass(frozen=True, slots=True)
class Coming:
    """The next visit: `under_way` while somebody is on the way to it."""

    id: str
    title: str
    technician: str
    starts_at: datetime
    ends_at: datetime
    under_way: bool


@dataclass(frozen=True, slots=True)
class ToRate:
    id: str
    title: str
    technician: str
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking to come, and when somebody arrives."""

    id: str
    title: str
    status: Status
    starts_at: datetime
    until: datetime


@routes.get("/{slug}")
def home(caller: Customer) -> Reply:
    day, sums = today(caller), caller.profile.sums
    found, listed = actions.look(caller.store, caller.profile, day), caller.company.shows("invoices")
    values = {
        "summary": Summary(sums.balance, sums.in_flight, sums.credit, sums.open_count, found.overdue, found.next_due),
        "invoices": [views.item(one, day, sums.pending) for one in found.latest] if listed else [],
        "pending": views.under_way(sums.pending, day),
        "can_pay": paying.can_take(caller, sums.balance - sums.in_flight),
        "only": found.only.id if found.only and listed else None,
        "at_once": found.at_once,
        **_waits(actions.waits(caller.company, caller.profile, day, caller.services.now())),
    }
    return Page("home.html", values)


def _waits(found: actions.Waits) -> dict[str, object]:
    """What waits, with its instants as such."""
    coming, rate = found.coming, found.rate
    return {
        "estimates": found.estimates, "more_estimates": found.more, "named": actions.NAMED,
        "documents": found.documents, "many_documents": found.many, "asks": found.asks,
        "rate": rate and ToRate(rate.id, rate.title, rate.technician, datetime.fromisoformat(rate.completed_at)),
        "coming": coming and Coming(
            coming.id, coming.title, coming.technician, datetime.fromisoformat(coming.starts_at),
            datetime.fromisoformat(coming.ends_at), coming.status == "on_the_way",
        ),
        "proposed": [_booked(one) for one in found.proposed], "booked": [_booked(one) for one in found.booked],
    }  # fmt: skip


def _booked(one: bookings.Coming) -> Booked:
    starts_at = datetime.fromisoformat(one.starts_at)
    return Booked(one.id, one.title, one.status, starts_at, starts_at + timedelta(minutes=one.window))
