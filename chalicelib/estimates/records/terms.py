"""A company's standard terms: those of now, and each version for ever, since customers have agreed to them."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.estimates.rules import Terms

ITEM = "estimate-terms"


class TermsRow(TenantsRow):
    """`estimate-terms`: those of now; `estimate-terms#<version>`: those of a version."""

    text = UnicodeAttribute()
    version = NumberAttribute()
    at = UnicodeAttribute()


def terms_key(store: Store) -> Key:
    return store.company_key(ITEM)


def to_terms(item: Item | None) -> Terms:
    return Terms(item["text"], item["version"]) if item else Terms()


def terms(store: Store) -> Terms:
    return to_terms(store.get(terms_key(store))[0])


def change_terms(store: Store, before: Terms, after: Terms, at: str) -> list[Write]:
    """The standard terms from now on, if they are still as they were before."""
    same = TermsRow.version == before.version if before.version else TermsRow.tenant.does_not_exist()
    current, kept = (
        TermsRow(store.tenant, item, text=after.text, version=after.version, at=at)
        for item in (ITEM, f"{ITEM}#{after.version}")
    )
    return [put(current, "terms", same), create(kept, "version")]
