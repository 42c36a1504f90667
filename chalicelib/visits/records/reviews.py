"""Answers to how likely a customer is to recommend the company, and the reminder to ask by a message.

Answers are on three lists of the company's, by what they come to: the list of all merges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Store
from chalicelib.visits.rules.review import Group, Review

BY_TENANT = ("by_tenant", "list", "list_key")
PREFIX = "review#"
TASK = "review"


class ReviewRow(CustomersRow):
    score = NumberAttribute()
    comment = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    month = UnicodeAttribute()
    changed_at = UnicodeAttribute(null=True)
    version = NumberAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


class AskRow(CustomersRow):
    """`review-ask#<visit>`: this customer is to be asked by a message, some time after that visit. It is on the sweep's
    list, and goes when the sweep has seen to it."""

    task = UnicodeAttribute()
    task_at = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer on the company's list, and whose it is."""

    customer: str
    review: Review

    @property
    def position(self) -> str:
        """Where it stands on the list: the newest first, however often it is changed."""
        return f"{self.review.at}#{self.customer}#{self.review.id}"

    @property
    def version(self) -> int:
        return self.review.version


def new_review(store: Store, customer: str, review: Review) -> Write:
    """Fails (`review`) where this answer has been given already."""
    row = ReviewRow(
        store.customer(customer), PREFIX + review.id, score=review.score, comment=review.comment or None,
        at=review.at, month=review.month, version=review.version, list=_list(store, review.group),
        list_key=Listed(customer, review).position,
    )  # fmt: skip
    return create(row, "review")


def change_review(store: Store, customer: str, before: Review, after: Review) -> Write:
    """Fails (`review`) if it has changed since `before` was read."""
    row = ReviewRow(store.customer(customer), PREFIX + before.id)
    return change(
        row, "review", ReviewRow.version == before.version, score=after.score, comment=after.comment or None,
        changed_at=after.changed_at or None, version=after.version, list=_list(store, after.group),
    )  # fmt: skip


def latest(store: Store, customer: str) -> Review | None:
    """Their last answer, as it is now. One Query."""
    page = store.query("customers", store.customer(customer), prefix=PREFIX, limit=1, consistent=True)
    return to_review(page.items[0]) if page.items else None


def listed(store: Store, group: Group, limit: int, below: str) -> tuple[list[Listed], bool]:
    """The company's answers of this group below a position ('' for all), newest first, and whether there may be more.
    One Query. It may be a moment behind."""
    page = store.query("customers", _list(store, group), index=BY_TENANT, limit=limit, below=below or None)
    return [Listed(item["customer"].partition("#")[2], to_review(item)) for item in page.items], page.last is not None


def to_review(item: Item) -> Review:
    """The answer in a `review#…` item of the customers table."""
    return Review(
        item["item"].removeprefix(PREFIX), item["score"], item.get("comment", ""), item["at"], item["month"],
        item.get("changed_at", ""), item["version"],
    )  # fmt: skip


def _list(store: Store, group: Group) -> str:
    return f"{store.tenant}#reviews#{group}"


def ask_later(store: Store, customer: str, visit: str, at: datetime) -> Write:
    """Put the asking on the sweep's list."""
    return create(AskRow(store.customer(customer), _ask(visit), task=TASK, task_at=at.isoformat()), "ask")


def asked(store: Store, customer: str, visit: str) -> Write:
    """Take it off; fails (`ask`) where somebody else has."""
    row = AskRow(store.customer(customer), _ask(visit))
    return Write("ask", "delete", row, AskRow.task == TASK)


def put_off(store: Store, customer: str, visit: str, until: datetime) -> Write:
    """Further down the sweep's list; fails (`ask`) if it is on it no more."""
    row = AskRow(store.customer(customer), _ask(visit))
    return change(row, "ask", AskRow.task == TASK, task_at=until.isoformat())


def _ask(visit: str) -> str:
    return f"review-ask#{visit}"
