"""Estimates and their lines, and the lists they stand on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.rules import Line
from chalicelib.estimates.records.lookups import forget_names, names
from chalicelib.estimates.rules import Details, Estimate, Known, Status

BY_TENANT = ("by_tenant", "list", "list_key")


class EstimateRow(CustomersRow):
    """`estimate#<id>`."""

    number = UnicodeAttribute()
    title = UnicodeAttribute()
    status = UnicodeAttribute()
    issued_on = UnicodeAttribute()
    expires_on = UnicodeAttribute(null=True)
    currency = UnicodeAttribute()
    total = NumberAttribute()
    revision = NumberAttribute()
    version = NumberAttribute()
    decisions = NumberAttribute()
    decided_at = UnicodeAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    changes_asked = BooleanAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    lines_version = NumberAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


class LinesRow(CustomersRow):
    """`estimate-lines#<estimate>`: what only the estimate's own page shows, one JSON value; `version` is the estimate's
    when it was written."""

    details = UnicodeAttribute()
    version = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Listed:
    """An estimate on the company's list."""

    customer: str
    estimate: Estimate

    @property
    def position(self) -> str:
        """Where it stands on the list: by day, newest first."""
        return f"{self.estimate.issued_on.isoformat()}#{self.customer}#{self.estimate.id}"


def estimate_key(store: Store, customer: str, estimate: str) -> Key:
    return store.customer_key(customer, f"estimate#{estimate}")


def lines_key(store: Store, customer: str, estimate: str) -> Key:
    return store.customer_key(customer, f"estimate-lines#{estimate}")


def to_estimate(item: Item) -> Estimate:
    return Estimate(
        id=item["item"].partition("#")[2],
        number=item["number"],
        title=item["title"],
        status=item["status"],
        issued_on=date.fromisoformat(item["issued_on"]),
        expires_on=date.fromisoformat(item["expires_on"]) if "expires_on" in item else None,
        currency=item["currency"],
        total=item["total"],
        revision=item["revision"],
        version=item["version"],
        decisions=item["decisions"],
        decided_at=item.get("decided_at", ""),
        invoice=item.get("invoice", ""),
        changes_asked=item.get("changes_asked", False),
        external_id=item.get("external_id", ""),
    )


def to_known(row: Item | None, lines: Item | None) -> Known | None:
    """An estimate and its lines, if both are there and of the same moment."""
    if row is None or lines is None or row["lines_version"] != lines["version"]:
        return None
    return to_estimate(row), read_details(json.loads(lines["details"]))


def read_details(raw: dict[str, Any]) -> Details:
    """Details as they were kept."""
    return Details(
        tuple(Line(**line) for line in raw["lines"]), raw["subtotal"], raw["tax"], raw["tax_name"], raw["notes"],
        raw["terms"], raw["terms_version"], raw["follows"],
    )  # fmt: skip


def _attributes(store: Store, customer: str, estimate: Estimate) -> dict[str, Any]:
    return {
        "number": estimate.number,
        "title": estimate.title,
        "status": estimate.status,
        "issued_on": estimate.issued_on.isoformat(),
        "expires_on": estimate.expires_on.isoformat() if estimate.expires_on else None,
        "total": estimate.total,
        "revision": estimate.revision,
        "decisions": estimate.decisions,
        "decided_at": estimate.decided_at or None,
        "invoice": estimate.invoice or None,
        "changes_asked": estimate.changes_asked or None,
        "external_id": estimate.external_id or None,
        "list": _list(store, estimate.status),
        "list_key": Listed(customer, estimate).position,
    }


def _list(store: Store, status: Status) -> str:
    return f"{store.tenant}#estimates#{status}"


def new_estimate(store: Store, customer: str, estimate: Estimate, details: Details) -> list[Write]:
    """The estimate, its lines, and the names it is found by: three writes, four with an id of the company's own."""
    row = EstimateRow(
        store.customer(customer),
        f"estimate#{estimate.id}",
        currency=estimate.currency,
        version=estimate.version,
        lines_version=estimate.version,
        **_attributes(store, customer, estimate),
    )
    lines = _lines(store, customer, estimate.id, details, estimate.version)
    return [create(row, "estimate"), lines, *names(store, customer, None, estimate)]


def _lines(store: Store, customer: str, estimate: str, details: Details, version: int) -> Write:
    stored = json.dumps(asdict(details), ensure_ascii=False)
    row = LinesRow(store.customer(customer), f"estimate-lines#{estimate}", details=stored, version=version)
    return put(row, "lines")


def change_estimate(store: Store, customer: str, before: Estimate, after: Estimate, **more: object) -> Write:
    """What has become of an estimate, if it is still as it was before; its lines are as they were."""
    row, same = EstimateRow(store.customer(customer), f"estimate#{before.id}"), EstimateRow.version == before.version
    values = _attributes(store, customer, after)
    return change(row, "estimate", same, version=before.version + 1, **values, **more)


def edit_estimate(store: Store, customer: str, before: Estimate, after: Estimate, details: Details) -> list[Write]:
    """The estimate as the company wants it, with its lines and names, if it is still as it was before."""
    version = before.version + 1
    return [
        change_estimate(store, customer, before, after, lines_version=version),
        _lines(store, customer, before.id, details, version),
        *names(store, customer, before, after),
    ]


def remove_estimate(store: Store, customer: str, estimate: Estimate) -> list[Write]:
    """A draft, its lines and its names gone, if it is still as it was read."""
    row = EstimateRow(store.customer(customer), f"estimate#{estimate.id}")
    lines = LinesRow(store.customer(customer), f"estimate-lines#{estimate.id}")
    return [
        Write("estimate", "delete", row, EstimateRow.version == estimate.version),
        Write("lines", "delete", lines),
        *forget_names(store, customer, estimate),
    ]


def list_estimates(
    store: Store, customer: str, limit: int, after: dict[str, str] | None = None, *, consistent: bool = False
) -> tuple[list[Estimate], dict[str, str] | None]:
    """A page of a customer's estimates, newest first, in one Query."""
    page = store.query(
        "customers", store.customer(customer), prefix="estimate#", limit=limit, after=after, consistent=consistent
    )
    return [to_estimate(item) for item in page.items], page.last


def start_after(store: Store, customer: str, estimate: str) -> dict[str, str]:
    """Where `list_estimates` goes on below this estimate."""
    return {"customer": store.customer(customer), "item": f"estimate#{estimate}"}


def listed(store: Store, status: Status, limit: int, position: str) -> list[Listed]:
    """The company's estimates in this state, newest first, below a position of the list or ('') from its top. One
    Query. It may be a moment behind."""
    page = store.query("customers", _list(store, status), index=BY_TENANT, limit=limit, below=position or None)
    return [Listed(item["customer"].partition("#")[2], to_estimate(item)) for item in page.items]


def listed_at(store: Store, places: Sequence[tuple[str, str]]) -> list[Listed]:
    """Those of these customers' estimates that exist, in order, in one read."""
    items = store.get(*(estimate_key(store, customer, estimate) for customer, estimate in places))
    return [Listed(place[0], to_estimate(item)) for place, item in zip(places, items, strict=True) if item]
