"""Keep a customer's visits as the company's staff and software say: plan, change, set under way, complete, cancel.

Visit, report, the id of the company's own, what the first page says, the message that a complete visit causes and the
line of the audit trail are one transaction, conditional on what was read; when something has moved, or an answer was
lost, it is read again: what is as it should be needs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.messages import actions as messages
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import changes
from chalicelib.visits.actions import asking, glancing
from chalicelib.visits.records import ratings
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Rating, Report, Status, Visit, drafting, glance
from chalicelib.visits.rules.drafting import Draft

# Visits of one customer that are written at once wait for each other.
TRIES = 8
TAKEN = "external-id-taken"
ANOTHERS = "This visit is another customer's, and stays theirs. Cancel it, and make a new one."

Known = tuple[Visit, Report]


@dataclass(frozen=True, slots=True)
class Calendar:
    """One customer's visits, and who keeps them. `customer` is an id."""

    services: Services
    store: Store
    company: Company
    customer: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit as it is now, with its report and rating, and its customer."""

    customer: Customer
    visit: Visit
    report: Report
    rating: Rating | None
    made: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read, all at one moment. `known` is None where there is no such visit."""

    customer: Customer
    known: Known | None
    rating: Rating | None


# Says what a visit becomes, of what it is.
Want = Callable[[Known | None, bool], Known]


def create(calendar: Calendar, id: str, draft: Draft, note: Note) -> Kept:
    """A new visit of a checked draft. The same id again is the same visit, as it is by then. Conflict: its external id
    is taken."""
    return _keep(calendar, id, _as_drafted(calendar, id, draft), note, once=True)


def upsert(calendar: Calendar, id: str, draft: Draft, note: Note) -> Kept:
    """The visit of the draft's external id: made (by this id) if there is none, else changed.

    Conflict: it is another customer's, or can't change so.
    """
    store = calendar.store
    for _ in range(TRIES):
        (item,) = store.get(records.external_key(store, draft.external_id))
        owner, found = records.to_owner(item) if item else (calendar.customer, id)
        if owner != calendar.customer:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        try:
            return _keep(calendar, found, _as_drafted(calendar, found, draft), note)
        except Conflict as conflict:
            if item or conflict.kind != TAKEN:
                raise
    raise Unavailable()


def change(calendar: Calendar, id: str, draft: Draft, note: Note) -> Kept:
    """A visit as this checked draft wants it. NotFound: there is none. Conflict: it can't change so."""
    return _keep(calendar, id, _as_drafted(calendar, id, draft), note, may_make=False)


def set_status(calendar: Calendar, id: str, status: Status, note: Note) -> Kept:
    """A visit in this state. NotFound: there is none. Conflict: it can't be in it."""
    now = calendar.services.now()

    def want(known: Known | None, rated: bool) -> Known:
        if known is None:
            raise NotFound()
        return drafting.set_status(known[0], status, now, rated=rated), known[1]

    return _keep(calendar, id, want, note, may_make=False)


def _as_drafted(calendar: Calendar, id: str, draft: Draft) -> Want:
    # The time is that of the request, however often it is tried: what was completed "now" is so once.
    now = calendar.services.now()

    def want(known: Known | None, rated: bool) -> Known:
        if known is None:
            return drafting.make_visit(id, draft, now)
        return drafting.change_visit(*known, draft, now, rated=rated)

    return want


def _keep(
    calendar: Calendar, id: str, want: Want, note: Note, *, may_make: bool = True, once: bool = False
) -> Kept:  # fmt: skip
    """Gather, decide, apply. `once`: a visit that is there already stays as it is."""
    store, customer, told = calendar.store, calendar.customer, False
    for _ in range(TRIES):
        seen = _gather(calendar, id)
        if seen.known is None and not may_make:
            raise NotFound()
        after, report = seen.known if seen.known and once else want(seen.known, seen.rating is not None)
        if seen.known:
            drafting.must_stay_booked(seen.known[0], after)
        if seen.known == (after, report):
            if told:  # the answer of our own success was lost
                messages.hand_over(calendar.services, store, customer, asking.message_id(id))
            return Kept(seen.customer, after, report, seen.rating)
        after, writes = _writes(calendar, seen, after, report)
        before = drafting.told(*seen.known) if seen.known else {}
        action = "visit.change" if seen.known else "visit.create"
        writes.append(note(action, f"{customer}-{id}", changes(before, drafting.told(after, report))))
        told = any(one.name == "message" for one in writes)
        try:
            store.transact(*writes)
        except ConditionFailed as failed:
            if "external" in failed.names:
                _must_be_free(store, after.external_id, customer, id)
            continue
        if told:
            messages.hand_over(calendar.services, store, customer, asking.message_id(id))
        return Kept(seen.customer, after, report, seen.rating, made=seen.known is None)
    raise Unavailable()


def _gather(calendar: Calendar, id: str) -> _Seen:
    """One read."""
    store, customer = calendar.store, calendar.customer
    beside = (customers.profile_key(store, customer), ratings.rating_key(store, customer, id))
    known, (profile, rating) = records.whole(store, customer, id, *beside)
    if profile is None:
        raise NotFound()
    return _Seen(customers.to_customer(profile), known, ratings.to_rating(rating) if rating else None)


def _writes(calendar: Calendar, seen: _Seen, after: Visit, report: Report) -> tuple[Visit, list[Write]]:
    """The visit as it is written, and what is written for it."""
    store, customer = calendar.store, calendar.customer
    before, old = seen.known or (None, None)
    more: list[Write] = []
    if before is None or _shown(before) != _shown(after):
        after, more = _noticed(calendar, seen, before, after, report)
    if before is None:
        return after, [*records.new_visit(store, customer, after, report), *more]
    written = records.edit_visit(store, customer, before, after, None if report == old else report)
    return replace(after, version=before.version + 1), [*written, *more]


def _shown(visit: Visit) -> tuple[str, Status, datetime, datetime, str, datetime | None]:
    """What the first page may say of it."""
    return visit.title, visit.status, visit.starts_at, visit.ends_at, visit.technician, visit.completed_at


def _noticed(
    calendar: Calendar, seen: _Seen, before: Visit | None, after: Visit, report: Report
) -> tuple[Visit, list[Write]]:
    """What the first page says from now on; what asks how it was, if the visit has just become complete and is the last
    one; and, if it has asked before, where that is counted."""
    store, now, customer = calendar.store, calendar.services.now(), seen.customer
    old = glance.read(customer.glances.visits)
    new = glancing.moved(store, customer.id, old, before, after, seen.rating, now)
    writes: list[Write] = []
    done = after.status == "complete" and (before is None or before.status != "complete")
    if done and not after.asked:
        after, new, writes = asking.on_complete(store, calendar.company, customer, after, new, now, report.work)
    elif before is not None and after.asked and seen.rating is None:
        after, writes = asking.on_correction(store, calendar.company, before, after)
    if before is not None and before.status == "complete" and seen.rating is None:
        # What was read at once may be of two moments, and a rating ends what may become of a visit.
        writes.append(ratings.not_rated(store, customer.id, after.id))
    return after, [*writes, customers.change_glance(store, customer, "visits", glance.write(new))]


def _must_be_free(store: Store, external: str, customer: str, id: str) -> None:
    """Conflict: another visit has this external id. Our own has it if the answer of its making was lost."""
    (item,) = store.get(records.external_key(store, external))
    if item and records.to_owner(item) != (customer, id):
        raise Conflict("Another visit has this external_id. Each visit has one of its own.", kind=TAKEN)
