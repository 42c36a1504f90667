"""`widget`: when and where a company's widget was seen at work."""

from __future__ import annotations

import json
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.leads.rules.widget import Sighting, Sightings

WIDGET = "widget"


class SightingsRow(TenantsRow):
    seen = UnicodeAttribute()


def sightings_key(store: Store) -> Key:
    return store.company_key(WIDGET)


def sightings(store: Store) -> Sightings:
    (item,) = store.get(sightings_key(store))
    return to_sightings(item)


def to_sightings(item: Item | None) -> Sightings:
    """The sightings in a `widget` item of the tenants table."""
    seen = json.loads(item["seen"]) if item else []
    return tuple(Sighting(datetime.fromisoformat(at), page) for at, page in seen)


def note(store: Store, before: Sightings, after: Sightings) -> Write:
    """What was seen since; fails (`sightings`) if that has changed since `before` was read."""
    same = SightingsRow.seen == _text(before) if before else SightingsRow.tenant.does_not_exist()
    return put(SightingsRow(store.tenant, WIDGET, seen=_text(after)), "sightings", same)


def _text(seen: Sightings) -> str:
    return json.dumps([[one.at.isoformat(), one.page] for one in seen])
