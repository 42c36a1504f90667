"""How far the news of a document for everyone is: `telling#<document>` in the tenants table."""

from __future__ import annotations

import json
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.documents.rules.telling import Telling


class TellingRow(TenantsRow):
    after = UnicodeAttribute(null=True)
    done = UnicodeAttribute(null=True)
    told = NumberAttribute()
    version = NumberAttribute()


def telling_key(store: Store, document: str) -> Key:
    return store.company_key(f"telling#{document}")


def to_telling(item: Item) -> Telling:
    after = json.loads(item["after"]) if "after" in item else None
    return Telling(item["item"].removeprefix("telling#"), after, "done" in item, item["told"], item["version"])


def new_telling(store: Store, telling: Telling) -> Write:
    return create(TellingRow(store.tenant, f"telling#{telling.document}", **_progress(telling)), "telling")


def move_telling(store: Store, before: Telling, after: Telling) -> Write:
    """A page further, if nobody else took that step."""
    row = TellingRow(store.tenant, f"telling#{before.document}")
    return change(row, "telling", TellingRow.version == before.version, **_progress(after))


def _progress(telling: Telling) -> dict[str, Any]:
    after = json.dumps(dict(telling.after)) if telling.after else None
    return {"after": after, "done": "yes" if telling.done else None, "told": telling.told, "version": telling.version}
