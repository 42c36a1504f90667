"""API keys' rows: `key#<id>`. Of the key itself only a hash is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.tenants.rules.access import KeyScope

PREFIX = "key#"
# With this many rows the oldest of the revoked ones goes when a new one is made: the list stays one call.
KEPT = 100


class KeyRow(TenantsRow):
    name = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    scopes = UnicodeAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute()
    last_used = UnicodeAttribute(null=True)
    revoked_at = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a company's software. Times are UTC, ISO 8601, '' for never; `last_used` is right to five minutes."""

    id: str
    name: str
    fingerprint: str
    scopes: tuple[KeyScope, ...]
    created_at: str
    created_by: str
    last_used: str = ""
    revoked_at: str = ""


def key_key(store: Store, id: str) -> Key:
    return store.company_key(PREFIX + id)


def new_key(store: Store, key: ApiKey) -> Write:
    row = KeyRow(
        store.tenant, PREFIX + key.id, name=key.name, fingerprint=key.fingerprint, scopes=json.dumps(key.scopes),
        created_at=key.created_at, created_by=key.created_by,
    )  # fmt: skip
    return create(row, "key")


def to_key(item: Item) -> ApiKey:
    return ApiKey(
        item["item"].removeprefix(PREFIX), item["name"], item["fingerprint"], tuple(json.loads(item["scopes"])),
        item["created_at"], item["created_by"], item.get("last_used", ""), item.get("revoked_at", ""),
    )  # fmt: skip


def used(store: Store, id: str, now: datetime) -> Write:
    return change(KeyRow(store.tenant, PREFIX + id), "key", last_used=now.isoformat())


def revoke(store: Store, id: str, now: datetime) -> Write:
    """Fails if it is revoked already."""
    return change(KeyRow(store.tenant, PREFIX + id), "key", KeyRow.revoked_at.does_not_exist(),
                  revoked_at=now.isoformat())  # fmt: skip


def forget(store: Store, id: str) -> Write:
    """A revoked key that nobody asks about any more: the audit trail still tells of it."""
    return Write("forgotten", "delete", KeyRow(store.tenant, PREFIX + id), KeyRow.revoked_at.exists())


def keys(store: Store) -> list[ApiKey]:
    """All of a company's, the newest first, the revoked ones too: two hundred at most, see KEPT."""
    page = store.query("tenants", store.tenant, prefix=PREFIX, limit=2 * KEPT, consistent=True)
    return [to_key(item) for item in page.items]
