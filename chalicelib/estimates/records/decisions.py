"""How an estimate was decided and what its customer would like changed: rows that are made once and never changed."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.estimates.rules import ChangeRequest, Decision

# Of more, the newest are told.
MOST_TOLD = 100


class DecisionRow(CustomersRow):
    """`decision#<estimate>#<number, four digits>`."""

    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()
    revision = NumberAttribute()
    total = NumberAttribute()
    signature = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    terms = UnicodeAttribute(null=True)
    terms_version = NumberAttribute(null=True)
    address = UnicodeAttribute(null=True)
    agent = UnicodeAttribute(null=True)


class ChangeRequestRow(CustomersRow):
    """`change-request#<estimate>#<id>`."""

    at = UnicodeAttribute()
    revision = NumberAttribute()
    text = UnicodeAttribute()


def decision_key(store: Store, customer: str, estimate: str, number: int) -> Key:
    return store.customer_key(customer, f"decision#{estimate}#{number:04}")


def new_decision(store: Store, customer: str, estimate: str, decision: Decision) -> Write:
    row = DecisionRow(
        store.customer(customer),
        f"decision#{estimate}#{decision.number:04}",
        kind=decision.kind,
        at=decision.at,
        by=decision.by,
        revision=decision.revision,
        total=decision.total,
        signature=decision.signature or None,
        reason=decision.reason or None,
        terms=decision.terms or None,
        terms_version=decision.terms_version or None,
        address=decision.address or None,
        agent=decision.agent or None,
    )
    return create(row, "decision")


def to_decision(item: Item) -> Decision:
    return Decision(
        int(item["item"].rpartition("#")[2]), item["kind"], item["at"], item["by"], item["revision"], item["total"],
        item.get("signature", ""), item.get("reason", ""), item.get("terms", ""), item.get("terms_version", 0),
        item.get("address", ""), item.get("agent", ""),
    )  # fmt: skip


def change_request_key(store: Store, customer: str, estimate: str, request: str) -> Key:
    return store.customer_key(customer, f"change-request#{estimate}#{request}")


def new_change_request(store: Store, customer: str, estimate: str, asked: ChangeRequest) -> Write:
    item = f"change-request#{estimate}#{asked.id}"
    row = ChangeRequestRow(store.customer(customer), item, at=asked.at, revision=asked.revision, text=asked.text)
    return create(row, "change request")


def change_requests(store: Store, customer: str, estimate: str) -> Sequence[ChangeRequest]:
    """What was asked for, the oldest first, in one Query."""
    prefix = f"change-request#{estimate}#"
    page = store.query("customers", store.customer(customer), prefix=prefix, limit=MOST_TOLD, consistent=True)
    return [
        ChangeRequest(item["item"].rpartition("#")[2], item["at"], item["revision"], item["text"])
        for item in reversed(page.items)
    ]
