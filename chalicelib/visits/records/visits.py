"""Visits' rows. A visit's row is narrow, its report lies apart: a list of twenty reads no reports.

A visit's time changes and its id must not, since links name it: so the row puts itself on a local index by time, which
is consistent, and on the company's list of visits. The report names the change that wrote it, and so does the row: two
rows read at once may be of before and after a change.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, TenantsRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.errors import Unavailable
from chalicelib.visits.rules.visit import Photo, Product, Report, Visit

BY_TIME = ("by_time", "customer", "time_key")
BY_TENANT = ("by_tenant", "list", "list_key")
# How often report and row may be read of two different moments, one after the other.
READS = 4
# Before and after every time of a list.
_FIRST, _LAST = "0", "~"


class VisitRow(CustomersRow):
    """`visit#<id>`."""

    title = UnicodeAttribute()
    status = UnicodeAttribute()
    starts_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    technician = UnicodeAttribute(null=True)
    completed_at = UnicodeAttribute(null=True)
    photos = NumberAttribute()
    version = NumberAttribute()
    report_version = NumberAttribute()
    external_id = UnicodeAttribute(null=True)
    asked = BooleanAttribute(null=True)
    asked_month = UnicodeAttribute(null=True)
    booked = BooleanAttribute(null=True)
    time_key = UnicodeAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


class ReportRow(CustomersRow):
    """`visit-report#<visit>`: what only the visit's own page shows, one JSON value; `version` is the visit's when it
    was written."""

    details = UnicodeAttribute()
    version = NumberAttribute()


class ExternalRow(TenantsRow):
    """`external#visit#<id>`: the company's own id, of one visit only."""

    who = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Listed:
    """A visit on the company's list."""

    customer: str
    visit: Visit

    @property
    def position(self) -> str:
        """Where it stands on the list: by time."""
        return f"{spelled(self.visit.at)}#{self.customer}#{self.visit.id}"


def visit_key(store: Store, customer: str, visit: str) -> Key:
    return store.customer_key(customer, f"visit#{visit}")


def report_key(store: Store, customer: str, visit: str) -> Key:
    return store.customer_key(customer, f"visit-report#{visit}")


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(f"external#visit#{external_id}")


def to_owner(item: Item) -> tuple[str, str]:
    """Customer and visit behind an external id."""
    customer, _, visit = item["who"].partition("-")
    return customer, visit


def spelled(at: datetime) -> str:
    """An instant as it sorts: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_visit(item: Item) -> Visit:
    return Visit(
        id=item["item"].removeprefix("visit#"),
        title=item["title"],
        status=item["status"],
        starts_at=datetime.fromisoformat(item["starts_at"]),
        ends_at=datetime.fromisoformat(item["ends_at"]),
        technician=item.get("technician", ""),
        completed_at=datetime.fromisoformat(item["completed_at"]) if "completed_at" in item else None,
        photos=item["photos"],
        version=item["version"],
        external_id=item.get("external_id", ""),
        asked=item.get("asked", False),
        asked_month=item.get("asked_month", ""),
        booked=item.get("booked", False),
    )


def to_report(item: Item) -> Report:
    raw = json.loads(item["details"])
    return Report(
        raw.get("work", ""), tuple(Product(*one) for one in raw.get("products", ())), raw.get("notes", ""),
        tuple(Photo(*one) for one in raw.get("photos", ())),
    )  # fmt: skip


def to_whole(row: Item | None, report: Item | None) -> tuple[Visit, Report] | None:
    """A visit and its report, if both are there and of the same moment."""
    if row is None or report is None or row["report_version"] != report["version"]:
        return None
    return to_visit(row), to_report(report)


def whole(
    store: Store, customer: str, visit: str, *beside: Key
) -> tuple[tuple[Visit, Report] | None, list[Item | None]]:
    """A visit and its report of the same moment, and what else lies at these keys, in one read unless it is just being
    changed. Unavailable: it never stops being changed."""
    keys = (visit_key(store, customer, visit), report_key(store, customer, visit))
    for _ in range(READS):
        row, report, *others = store.get(*keys, *beside)
        found = to_whole(row, report)
        if found or row is None or report is None:
            return found, others
    raise Unavailable()


def new_visit(store: Store, customer: str, visit: Visit, report: Report) -> list[Write]:
    """The visit, its report, and the id of the company's own, if it has one; `external` fails where another has it."""
    row = VisitRow(
        store.customer(customer), f"visit#{visit.id}", version=visit.version, report_version=visit.version,
        list=f"{store.tenant}#visits", **_said(customer, visit),
    )  # fmt: skip
    return [
        create(row, "visit"),
        _report(store, customer, visit.id, report, visit.version),
        *_names(store, customer, "", visit),
    ]


def edit_visit(store: Store, customer: str, before: Visit, after: Visit, report: Report | None) -> list[Write]:
    """The visit from now on, and its report where that changes (None: it stays), if it is still as it was read."""
    row, version = VisitRow(store.customer(customer), f"visit#{before.id}"), before.version + 1
    values = _said(customer, after)
    if report is not None:
        values["report_version"] = version
    edited = change(row, "visit", VisitRow.version == before.version, version=version, **values)
    lines = [] if report is None else [_report(store, customer, before.id, report, version)]
    return [edited, *lines, *_names(store, customer, before.external_id, after)]


def same_visit(store: Store, customer: str, seen: Visit) -> Write:
    """Fails (`visit`) if it has changed since it was read."""
    return Write(
        "visit", "check", VisitRow(store.customer(customer), f"visit#{seen.id}"), VisitRow.version == seen.version
    )


def _said(customer: str, visit: Visit) -> dict[str, Any]:
    """What is said of it, and the lists that hang on it."""
    return {
        "title": visit.title,
        "status": visit.status,
        "starts_at": spelled(visit.starts_at),
        "ends_at": spelled(visit.ends_at),
        "technician": visit.technician or None,
        "completed_at": spelled(visit.completed_at) if visit.completed_at else None,
        "photos": visit.photos,
        "external_id": visit.external_id or None,
        "asked": visit.asked or None,
        "asked_month": visit.asked_month or None,
        "booked": visit.booked or None,
        "time_key": _time_key(spelled(visit.at), visit.id),
        "list_key": Listed(customer, visit).position,
    }


def _time_key(at: str, visit: str = "") -> str:
    return f"visit#{at}#{visit}" if visit else f"visit#{at}"


def _report(store: Store, customer: str, visit: str, report: Report, version: int) -> Write:
    products = [[one.name, one.amount, one.note] for one in report.products]
    photos = [list(asdict(one).values()) for one in report.photos]
    said = {"work": report.work, "products": products, "notes": report.notes, "photos": photos}
    details = json.dumps({name: one for name, one in said.items() if one}, ensure_ascii=False)
    return put(ReportRow(store.customer(customer), f"visit-report#{visit}", details=details, version=version), "report")


def _names(store: Store, customer: str, before: str, after: Visit) -> list[Write]:
    """What must be written so that the visit is found by the company's own id for it."""
    if before == after.external_id:
        return []
    writes, who = [], f"{customer}-{after.id}"
    if before:
        row = ExternalRow(store.tenant, f"external#visit#{before}")
        writes.append(Write("external", "delete", row, ExternalRow.who == who))
    if after.external_id:
        writes.append(create(ExternalRow(store.tenant, f"external#visit#{after.external_id}", who=who), "external"))
    return writes


def soonest(
    store: Store, customer: str, since: datetime, limit: int, after: dict[str, str] | None = None
) -> tuple[list[Visit], dict[str, str] | None]:
    """A customer's visits of `since` and later, in any state, the soonest first. One Query, strongly consistent."""
    return _by_time(store, customer, (spelled(since), _LAST), limit, after, newest_first=False)


def newest(
    store: Store, customer: str, until: datetime, limit: int, after: dict[str, str] | None = None
) -> tuple[list[Visit], dict[str, str] | None]:
    """A customer's visits up to `until`, in any state, the newest first. One Query, strongly consistent."""
    return _by_time(store, customer, (_FIRST, spelled(until) + _LAST), limit, after, newest_first=True)


def between(
    store: Store, customer: str, since: datetime | None, before: datetime | None, limit: int,
    after: dict[str, str] | None, *, newest_first: bool,
) -> tuple[list[Visit], dict[str, str] | None]:  # fmt: skip
    """A customer's visits from `since` to just before `before` (None: no bound). One Query, strongly consistent."""
    return _by_time(store, customer, _bounds(since, before), limit, after, newest_first=newest_first)


def _by_time(
    store: Store, customer: str, bounds: tuple[str, str], limit: int, after: dict[str, str] | None, *,
    newest_first: bool,
) -> tuple[list[Visit], dict[str, str] | None]:  # fmt: skip
    page = store.query(
        "customers", store.customer(customer), index=BY_TIME, between=(_time_key(bounds[0]), _time_key(bounds[1])),
        limit=limit, after=after, newest_first=newest_first, consistent=True,
    )  # fmt: skip
    return [to_visit(item) for item in page.items], page.last


def start_after(store: Store, customer: str, visit: Visit) -> dict[str, str]:
    """Where a list of a customer's visits by time goes on after this one."""
    return {
        "customer": store.customer(customer), "item": f"visit#{visit.id}",
        "time_key": _time_key(spelled(visit.at), visit.id),
    }  # fmt: skip


def listed(
    store: Store, since: datetime | None, before: datetime | None, limit: int, after: dict[str, str] | None, *,
    newest_first: bool,
) -> tuple[list[Listed], dict[str, str] | None]:  # fmt: skip
    """The company's visits from `since` to just before `before` (None: no bound). One Query. It may be a moment
    behind."""
    page = store.query(
        "customers", f"{store.tenant}#visits", index=BY_TENANT, between=_bounds(since, before), limit=limit,
        after=after, newest_first=newest_first,
    )  # fmt: skip
    return [Listed(item["customer"].partition("#")[2], to_visit(item)) for item in page.items], page.last


def listed_after(store: Store, one: Listed) -> dict[str, str]:
    """Where the company's list goes on after this one."""
    return {
        "customer": store.customer(one.customer), "item": f"visit#{one.visit.id}",
        "list": f"{store.tenant}#visits", "list_key": one.position,
    }  # fmt: skip


def _bounds(since: datetime | None, before: datetime | None) -> tuple[str, str]:
    # BETWEEN includes both ends; what stands at `before` has its '#' after the time, and so sorts behind it.
    return (spelled(since) if since else _FIRST, spelled(before) if before else _LAST)
