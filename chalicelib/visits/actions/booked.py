"""Visits that come of online bookings. A booking says when its visit is and whether it takes place, and changes that in
its own transaction; all else of it is kept as that of other visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.visits.actions import glancing
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Report, Status, Visit, glance


@dataclass(frozen=True, slots=True)
class Booked:
    """What a booking says of its visit, whose id is the booking's. `on`: whether it takes place."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    on: bool


def visit(store: Store, customer: str, id: str) -> Visit | None:
    """The visit of a booking, None where it has none so far."""
    found, _ = records.whole(store, customer, id)
    return found[0] if found else None


def writes(
    store: Store, customer: Customer, seen: Visit | None, wanted: Booked, now: datetime
) -> tuple[list[Write], str]:
    """What belongs into the booking's transaction so that its visit is as it says, and what the first page says of
    visits from then on; nothing, and '', where nothing changes.

    The customer was read before this looks, `seen` with them or later. The caller writes the glance, on condition that
    it is as it was with `customer`. What is complete stays so: its booking, called off, lets go of it.
    """
    if seen is None and not wanted.on:
        return [], ""
    if seen is not None and seen.status == "complete":
        off = [] if wanted.on else records.edit_visit(store, customer.id, seen, replace(seen, booked=False), None)
        return off, ""
    status: Status = "scheduled" if wanted.on else "cancelled"
    if seen is None:
        after = Visit(wanted.id, wanted.title, status, wanted.starts_at, wanted.ends_at, booked=True)
    else:
        if seen.status == "on_the_way" and wanted.on and seen.starts_at == wanted.starts_at:
            status = "on_the_way"
        after = replace(seen, status=status, starts_at=wanted.starts_at, ends_at=wanted.ends_at)
    if after == seen:
        return [], ""
    old = glance.read(customer.glances.visits)
    says = glance.write(glancing.moved(store, customer.id, old, seen, after, None, now))
    if seen is None:
        return records.new_visit(store, customer.id, after, Report()), says
    return records.edit_visit(store, customer.id, seen, after, None), says
