"""Addresses that get no more mail of a company: `suppressed#<address>` beside its profile. Lifted, the row is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write
from chalicelib.aws.store import Item, Key, Page, Store
from chalicelib.tokens import fingerprint

Cause = Literal["bounced", "complained"]


class SuppressionRow(TenantsRow):
    address = UnicodeAttribute()
    cause = UnicodeAttribute()
    detail = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    customer = UnicodeAttribute()
    message = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why an address gets no more mail: a mail to it `bounced` for good, or its reader `complained` of one as spam.
    `detail` are the mail system's words; `customer` and `message` the mail that it was about; `at` is UTC."""

    id: str
    address: str
    cause: Cause
    detail: str
    at: str
    customer: str
    message: str


def suppression_id(address: str) -> str:
    """Its name in keys and URLs: an address may hold what neither takes."""
    return fingerprint(address.strip().lower())[:32]


def suppression_key(store: Store, address: str) -> Key:
    return store.company_key(f"suppressed#{suppression_id(address)}")


def suppress(store: Store, address: str, cause: Cause, detail: str, at: str, customer: str, message: str) -> Write:
    """Fails if it is suppressed already: the first reason stays. But a bounce says more than a complaint: after that
    one some mails still go."""
    row = SuppressionRow(
        store.tenant, f"suppressed#{suppression_id(address)}", address=address, cause=cause, detail=detail or None,
        at=at, customer=customer, message=message,
    )  # fmt: skip
    free = SuppressionRow.item.does_not_exist()
    if cause == "bounced":
        free = free | (SuppressionRow.cause == "complained")
    return Write("suppression", "put", row, free)


def find(store: Store, id: str) -> Suppression | None:
    (item,) = store.get(store.company_key(f"suppressed#{id}"))
    return to_suppression(item) if item else None


def lift(store: Store, id: str) -> Write:
    """Fails if it is not there."""
    row = SuppressionRow(store.tenant, f"suppressed#{id}")
    return Write("suppression", "delete", row, SuppressionRow.item.exists())


def suppressions(store: Store, limit: int, after: dict[str, str] | None = None) -> Page:
    return store.query("tenants", store.tenant, prefix="suppressed#", limit=limit, after=after, newest_first=False)


def to_suppression(item: Item) -> Suppression:
    return Suppression(
        item["item"].removeprefix("suppressed#"), item["address"], cast(Cause, item["cause"]), item.get("detail", ""),
        item["at"], item["customer"], item["message"],
    )  # fmt: skip
