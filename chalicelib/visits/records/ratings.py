"""Ratings' rows: `rating#<visit>`, one a visit by its very key, on the company's list of their follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.visits.rules.rating import FollowUp, Rating

BY_TENANT = ("by_tenant", "list", "list_key")
PREFIX = "rating#"


class RatingRow(CustomersRow):
    stars = NumberAttribute()
    comment = UnicodeAttribute(null=True)
    rated_at = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    title = UnicodeAttribute()
    technician = UnicodeAttribute(null=True)
    completed_at = UnicodeAttribute()
    month = UnicodeAttribute()
    follow_up = UnicodeAttribute()
    follow_up_note = UnicodeAttribute(null=True)
    follow_up_at = UnicodeAttribute(null=True)
    follow_up_by = UnicodeAttribute(null=True)
    told = BooleanAttribute(null=True)
    version = NumberAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Listed:
    """A rating on the company's list, and whose it is."""

    customer: str
    rating: Rating

    @property
    def position(self) -> str:
        """Where it stands on the list: the newest first, however often it is changed."""
        return f"{self.rating.rated_at}#{self.customer}#{self.rating.visit}"

    @property
    def version(self) -> int:
        return self.rating.version


def rating_key(store: Store, customer: str, visit: str) -> Key:
    return store.customer_key(customer, PREFIX + visit)


def new_rating(store: Store, customer: str, rating: Rating) -> Write:
    """Fails (`rating`) where this visit has one."""
    row = RatingRow(
        store.customer(customer), PREFIX + rating.visit, rated_at=rating.rated_at, title=rating.title,
        technician=rating.technician or None, completed_at=rating.completed_at, month=rating.month,
        list_key=Listed(customer, rating).position, version=rating.version, **_moving(store, rating),
    )  # fmt: skip
    return create(row, "rating")


def change_rating(store: Store, customer: str, before: Rating, after: Rating) -> Write:
    """Fails (`rating`) if it has changed since `before` was read."""
    row = RatingRow(store.customer(customer), PREFIX + before.visit)
    return change(row, "rating", RatingRow.version == before.version, version=after.version, **_moving(store, after))


def not_rated(store: Store, customer: str, visit: str) -> Write:
    """Fails (`rating`) where this visit has one."""
    row = RatingRow(store.customer(customer), PREFIX + visit)
    return Write("rating", "check", row, RatingRow.customer.does_not_exist())


def _moving(store: Store, rating: Rating) -> dict[str, Any]:
    return {
        "stars": rating.stars,
        "comment": rating.comment or None,
        "changed_at": rating.changed_at,
        "follow_up": rating.follow_up,
        "follow_up_note": rating.follow_up_note or None,
        "follow_up_at": rating.follow_up_at or None,
        "follow_up_by": rating.follow_up_by or None,
        "told": rating.told or None,
        "list": _list(store, rating.follow_up),
    }


def rating(store: Store, customer: str, visit: str) -> Rating | None:
    (item,) = store.get(rating_key(store, customer, visit))
    return to_rating(item) if item else None


def listed(store: Store, follow_up: FollowUp, limit: int, below: str) -> tuple[list[Listed], bool]:
    """The company's ratings with this follow-up below a position ('' for all), newest first, and whether there may be
    more. One Query. It may be a moment behind."""
    page = store.query("customers", _list(store, follow_up), index=BY_TENANT, limit=limit, below=below or None)
    return [Listed(item["customer"].partition("#")[2], to_rating(item)) for item in page.items], page.last is not None


def to_rating(item: Item) -> Rating:
    """The rating in a `rating#…` item of the customers table."""
    return Rating(
        visit=item["item"].removeprefix(PREFIX),
        stars=item["stars"],
        comment=item.get("comment", ""),
        rated_at=item["rated_at"],
        changed_at=item["changed_at"],
        title=item["title"],
        technician=item.get("technician", ""),
        completed_at=item["completed_at"],
        month=item["month"],
        follow_up=item["follow_up"],
        follow_up_note=item.get("follow_up_note", ""),
        follow_up_at=item.get("follow_up_at", ""),
        follow_up_by=item.get("follow_up_by", ""),
        told=item.get("told", False),
        version=item["version"],
    )


def _list(store: Store, follow_up: FollowUp) -> str:
    return f"{store.tenant}#ratings#{follow_up}"
