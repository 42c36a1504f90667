"""How far a company is in its first-run guide: `guide`, one row."""

from __future__ import annotations

import json

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, put
from chalicelib.aws.store import Store
from chalicelib.tenants.rules.guide import STEPS, Guide

ITEM = "guide"


class GuideRow(TenantsRow):
    marked = UnicodeAttribute()
    finished = BooleanAttribute()


def read(store: Store) -> Guide:
    """The guide as it was left; a new one if nobody has begun it."""
    (item,) = store.get(store.company_key(ITEM))
    if item is None:
        return Guide()
    return Guide(frozenset(json.loads(item["marked"])), item["finished"])


def keep(store: Store, guide: Guide) -> Write:
    marked = [one for one in STEPS if one in guide.marked]
    return put(GuideRow(store.tenant, ITEM, marked=json.dumps(marked), finished=guide.finished), "guide")
