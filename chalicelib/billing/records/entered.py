"""The company's own ids of payments that its software entered: `external#payment#<id>`, each of one payment for ever,
so that money which is sent again is not counted again."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create
from chalicelib.aws.store import Key, Store


class EnteredRow(TenantsRow):
    who = UnicodeAttribute()


def entered_key(store: Store, external_id: str) -> Key:
    """Its item leads to customer and payment as an invoice's does: see `to_owner`."""
    return store.company_key(_item(external_id))


def entered(store: Store, external_id: str, customer: str, payment: str) -> Write:
    """Fails if another payment has this id."""
    return create(EnteredRow(store.tenant, _item(external_id), who=f"{customer}-{payment}"), "external")


def _item(external_id: str) -> str:
    return f"external#payment#{external_id}"
