"""Make a visit of what a company's staff or software says it shall be, and change one: what may become of it. Pure.

A visit is scheduled, perhaps on the way, and then complete or cancelled. Scheduled and on the way go to and fro, since
vans turn around. A cancelled one can only be scheduled again. A complete one can be taken back, since fingers slip,
until its customer has rated it; what is said of it (times, technician, report) can be corrected at any time. Of one
that was booked online, the booking says when it is and whether it takes place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.errors import Conflict, Invalid
from chalicelib.plain_words import one_line, paragraphs
from chalicelib.visits.rules.visit import LONGEST, Photo, Product, Report, Status, Visit

# Years that visits have, where they are and in UTC.
FIRST, LAST = 1980, 2198
# Clocks differ: a visit may have been completed so far in what is the future here.
AHEAD = timedelta(minutes=10)
# Marked complete so long after its window, a visit was done in it: the office is catching up.
CATCHING_UP = timedelta(hours=24)
# Bytes: DynamoDB takes 400 KB an item.
LARGEST_REPORT = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A visit as it shall be: all that a company decides of it but its photos. `completed_at` None leaves it to us;
    `external_id` '' leaves what it is called as it is."""

    title: str
    starts_at: datetime
    ends_at: datetime
    technician: str = ""
    status: Status = "scheduled"
    completed_at: datetime | None = None
    work: str = ""
    products: tuple[Product, ...] = ()
    notes: str = ""
    external_id: str = ""


def check_draft(draft: Draft, now: datetime) -> Draft:
    """The draft, tidied: times in UTC, to the second. Invalid names what can't be, by its place in the API's visit."""
    title = one_line(draft.title)
    if not title:
        raise Invalid("title", "Say what kind of visit this is, as “Quarterly pest control”.")
    starts_at, ends_at = _instant("starts_at", draft.starts_at), _instant("ends_at", draft.ends_at)
    if ends_at < starts_at:
        raise Invalid("ends_at", "The arrival window can't end before it begins. Use its start or a later time.")
    if ends_at - starts_at > LONGEST:
        raise Invalid("ends_at", "An arrival window is 24 hours at the most.")
    completed_at = None
    if draft.completed_at is not None:
        completed_at = _instant("completed_at", draft.completed_at)
        if draft.status != "complete":
            raise Invalid("completed_at", "Only a complete visit has a time when it was completed. Leave it out.")
        if completed_at > now + AHEAD:
            raise Invalid("completed_at", "This is in the future. Say when the visit was completed, or leave it out.")
    products = tuple(Product(one_line(one.name), one_line(one.amount), one_line(one.note)) for one in draft.products)
    for place, product in enumerate(products):
        if not product.name:
            raise Invalid(f"products/{place}/name", "Say what was used.")
    tidy = replace(
        draft, title=title, starts_at=starts_at, ends_at=ends_at, technician=one_line(draft.technician),
        completed_at=completed_at, work=paragraphs(draft.work), products=products, notes=paragraphs(draft.notes),
    )  # fmt: skip
    if len(json.dumps(asdict(_report(tidy, ())), ensure_ascii=False).encode()) > LARGEST_REPORT:
        raise Invalid("work", "This is too much text for one visit. Make it shorter.")
    return tidy


def _instant(field: str, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise Invalid(field, "Write the time with its offset, as 2026-12-01T08:00:00-07:00.")
    if not FIRST <= at.year <= LAST:
        raise Invalid(field, f"Use a time between {FIRST} and {LAST}.")
    return at.astimezone(UTC).replace(microsecond=0)


def _report(draft: Draft, photos: tuple[Photo, ...]) -> Report:
    return Report(draft.work, draft.products, draft.notes, photos)


def make_visit(id: str, draft: Draft, now: datetime) -> tuple[Visit, Report]:
    """A new visit of a checked draft."""
    visit = Visit(
        id, draft.title, draft.status, draft.starts_at, draft.ends_at, draft.technician, _completed(draft, None, now),
        external_id=draft.external_id,
    )  # fmt: skip
    return visit, _report(draft, ())


def change_visit(
    visit: Visit, report: Report, draft: Draft, now: datetime, *, rated: bool = False
) -> tuple[Visit, Report]:
    """A visit as a checked draft wants it; the very same if it is so already. Conflict: it can't become that."""
    must_become(visit.status, draft.status, rated=rated)
    after = replace(
        visit, title=draft.title, status=draft.status, starts_at=draft.starts_at, ends_at=draft.ends_at,
        technician=draft.technician, completed_at=_completed(draft, visit, now),
        external_id=draft.external_id or visit.external_id,
    )  # fmt: skip
    return after, _report(draft, report.photos)


def _completed(draft: Draft, before: Visit | None, now: datetime) -> datetime | None:
    if draft.status != "complete":
        return None
    if draft.completed_at is not None:
        return draft.completed_at
    if before is not None and before.completed_at is not None:
        return before.completed_at
    return completed_now(draft.ends_at, now)


def completed_now(ends_at: datetime, now: datetime) -> datetime:
    """When a visit was done that is marked complete now, and nobody said when."""
    return ends_at if now - ends_at > CATCHING_UP else now.astimezone(UTC).replace(microsecond=0)


def set_status(visit: Visit, status: Status, now: datetime, *, rated: bool = False) -> Visit:
    """A visit in another state; the very same if it is in it. Conflict: it can't be."""
    if visit.status == status:
        return visit
    must_become(visit.status, status, rated=rated)
    completed_at = completed_now(visit.ends_at, now) if status == "complete" else None
    return replace(visit, status=status, completed_at=completed_at)


def must_become(before: Status, after: Status, *, rated: bool) -> None:
    """Conflict: no visit goes this way."""
    if before == "cancelled" and after not in ("cancelled", "scheduled"):
        raise Conflict("This visit is canceled. Set it to scheduled first, if it takes place after all.",
                       kind="visit-cancelled")  # fmt: skip
    if before == "complete" != after and rated:
        raise Conflict("The customer has rated this visit: it stays complete.", kind="visit-rated")


def must_stay_booked(before: Visit, after: Visit) -> None:
    """Conflict: its booking says when it is, and whether it takes place."""
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    called = before.status != after.status and "cancelled" in (before.status, after.status)
    if before.booked and (moved or called):
        raise Conflict(
            "This visit was booked online: its booking says when it is. Move or cancel it in the calendar, "
            "which is there while online booking is on.",
            kind="visit-booked",
        )


def told(visit: Visit, report: Report) -> dict[str, Any]:
    """A visit as the audit trail tells of it."""
    return {
        "external_id": visit.external_id or None, "title": visit.title, "status": visit.status,
        "starts_at": visit.starts_at.isoformat(), "ends_at": visit.ends_at.isoformat(),
        "completed_at": visit.completed_at.isoformat() if visit.completed_at else None,
        "technician": visit.technician, "work": report.work, "products": _told(report.products),
        "notes": report.notes,
    }  # fmt: skip


def _told(products: Sequence[Product]) -> list[list[str]]:
    return [[one.name, one.amount, one.note] for one in products]
