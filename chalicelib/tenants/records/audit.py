"""The audit trail: rows that are written once, with the change they tell of, and never changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import cast

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create
from chalicelib.aws.store import Item, Store
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Change, Changes, Entry

PREFIX = "audit#"
# Makes the trail's line of a change, for the change's own transaction: action, target, what changed.
Note = Callable[[str, str, Changes], Write]


class AuditRow(TenantsRow):
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    address = UnicodeAttribute()
    action = UnicodeAttribute()
    target = UnicodeAttribute()
    changes = UnicodeAttribute()


def new_entry(
    store: Store, id: str, actor: Actor, address: str, now: datetime, action: str, target: str, changes: Changes
) -> Write:
    """A line of the trail; `id` is a ULID of now, so that the newest come first."""
    row = AuditRow(
        store.tenant,
        PREFIX + id,
        at=now.isoformat(),
        actor=json.dumps([actor.kind, actor.id, actor.name]),
        address=address,
        action=action,
        target=target,
        changes=json.dumps([[one.field, one.old, one.new] for one in changes]),
    )
    return create(row, "audit")


def written(store: Store, entry: Write) -> bool:
    """Whether this line stands in the trail, and so whether the transaction it was part of has happened: its answer may
    have been lost."""
    (item,) = store.get(store.company_key(cast(AuditRow, entry.row).item))
    return item is not None


def entries(store: Store, limit: int, after: dict[str, str] | None = None) -> tuple[list[Entry], dict[str, str] | None]:
    """A page of the trail, newest first."""
    page = store.query("tenants", store.tenant, prefix=PREFIX, limit=limit, after=after)
    return [_to_entry(item) for item in page.items], page.last


def _to_entry(item: Item) -> Entry:
    kind, id, name = json.loads(item["actor"])
    changes = tuple(Change(*one) for one in json.loads(item["changes"]))
    return Entry(
        item["item"].removeprefix(PREFIX), item["at"], Actor(kind, id, name), item["address"], item["action"],
        item["target"], changes,
    )  # fmt: skip
