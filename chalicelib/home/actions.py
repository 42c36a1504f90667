"""The first page: what the profile and the company sum up, and the latest invoices. One read besides who is calling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.aws.store import Store
from chalicelib.billing import rules
from chalicelib.billing.actions import invoices
from chalicelib.billing.rules import Invoice
from chalicelib.booking.rules import glance as bookings
from chalicelib.booking.rules.glance import Coming
from chalicelib.customers.rules import Customer
from chalicelib.documents.rules import glance as documents
from chalicelib.estimates.rules import waiting
from chalicelib.estimates.rules.waiting import WaitingEstimate
from chalicelib.tenants.rules import Company
from chalicelib.visits.rules import glance as visits
from chalicelib.visits.rules import review
from chalicelib.visits.rules.glance import LastVisit, NextVisit

LATEST = 12
SHOWN = 5
# Of several estimates that wait, so many by name.
NAMED = 3
# Of bookings that are confirmed, so many besides the next visit: all of them are among the visits.
BOOKED = 2


@dataclass(frozen=True, slots=True)
class Home:
    """What is owed at a glance. `only` is the one invoice that can be paid, where there is but one and the latest show
    it; `at_once`: one payment can pay all that is owed; `overdue` and `next_due` are None where older invoices, not
    read here, might say otherwise."""

    latest: list[Invoice]
    only: Invoice | None
    at_once: bool
    overdue: int | None
    next_due: date | None


def look(store: Store, customer: Customer, today: date) -> Home:
    """The first page's invoices. The same one Query with ten invoices or a million."""
    latest = invoices.page(store, customer.id, "all", limit=LATEST).invoices
    at_once = customer.sums.open_count <= rules.MOST_INVOICES
    open_ones = sorted((one for one in latest if one.due > 0), key=lambda one: (one.due_on, one.id))
    if len(open_ones) < customer.sums.open_count:
        return Home(latest[:SHOWN], None, at_once, None, None)
    payable = [one for one in open_ones if one.payable > 0]
    overdue = sum(one.due_on < today for one in payable)
    only, next_due = payable[0] if len(payable) == 1 else None, payable[0].due_on if payable else None
    return Home(latest[:SHOWN], only, at_once, overdue, next_due)


@dataclass(frozen=True, slots=True)
class Waits:
    """What else waits for a customer. `estimates` can be decided today, `more` others may too; `rate` is the visit to
    rate, `coming` the next one; `documents` is how many are new, `many` of them if there may be more than were counted;
    `asks`: how likely they are to recommend the company, asked when there is nothing to rate. `proposed` are bookings
    whose new time waits for their answer, `booked` those to come besides `coming`; the soonest first."""

    estimates: tuple[WaitingEstimate, ...]
    more: bool
    rate: LastVisit | None
    documents: int
    many: bool
    coming: NextVisit | None
    asks: bool
    proposed: tuple[Coming, ...] = ()
    booked: tuple[Coming, ...] = ()


def waits(company: Company, customer: Customer, today: date, now: datetime) -> Waits:
    """All of it is kept with the customer and the company: nothing is read. Nothing of what the company hides."""
    kept = waiting.read(customer.glances.estimates if company.shows("estimates") else "")
    seen, new = visits.read(customer.glances.visits), 0
    if company.shows("documents"):
        new = documents.new(customer.glances.documents, company.documents_glance, customer.created_at, now)
    rate = seen.last if seen.last and _to_rate(seen.last, now) else None
    coming, booked = seen.coming(now), bookings.read(customer.glances.bookings if company.booking else "").coming(now)
    # Done before its time, it is among the visits that were.
    booked = tuple(one for one in booked if not (seen.last and seen.last.id == one.id))
    return Waits(
        kept.on(today), kept.more, rate, new, new >= documents.KEPT, coming,
        rate is None and review.asks(seen.asking, now),
        tuple(one for one in booked if one.status == "proposed"), _besides(booked, coming.id if coming else ""),
    )  # fmt: skip


def _besides(booked: Sequence[Coming], visit: str) -> tuple[Coming, ...]:
    """What is requested, and the next that are confirmed. The one that is the next visit stands there already."""
    confirmed = [one for one in booked if one.status == "confirmed" and one.id != visit][:BOOKED]
    return tuple(one for one in booked if one.status == "requested" or one in confirmed)


def _to_rate(last: LastVisit, now: datetime) -> bool:
    """Nobody is asked for ever: after a month only the visit's own page asks."""
    return not last.stars and now < datetime.fromisoformat(last.completed_at) + review.ASKED_FOR
