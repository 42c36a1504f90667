"""The company's documents, a page at a time, in two calls at any size: all of them, one customer's, or everyone's.

A page that is narrowed to a category may be short, though more follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.documents import records
from chalicelib.documents.records import Read
from chalicelib.documents.rules import EVERYONE, Category, Document

# So many are looked through for a page that is narrowed.
LOOKED_THROUGH = 100
Cursor = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some documents, newest first, the names of their customers by id, and where the next page begins."""

    documents: list[Document]
    names: dict[str, str]
    last: Cursor | None


def of_company(store: Store, category: Category | None, limit: int, after: Cursor | None) -> Page:
    """Everything that is shared."""
    read = records.listed(store, _looked(category, limit), after["at"] if after else "")
    shown, end = _narrowed(read, category, limit)
    return _named(store, shown, {"at": records.position(end)} if end else None)


def of_customer(store: Store, customer: str, category: Category | None, limit: int, after: Cursor | None) -> Page:
    """What is shared with this customer alone, or with everyone."""
    read = records.below(store, customer, _looked(category, limit), after["at"] if after else "")
    shown, end = _narrowed(read, category, limit)
    return _named(store, shown, {"at": end.id} if end else None)


def _looked(category: Category | None, limit: int) -> int:
    return LOOKED_THROUGH if category else limit


def _narrowed(read: Read, category: Category | None, limit: int) -> tuple[list[Document], Document | None]:
    """Those of a category, and the one below which it goes on."""
    shown = [one for one in read.documents if category in (None, one.category)]
    if len(shown) > limit:
        return shown[:limit], shown[limit - 1]
    return shown, read.documents[-1] if read.more and read.documents else None


def _named(store: Store, shown: list[Document], last: Cursor | None) -> Page:
    ids = list(dict.fromkeys(one.customer for one in shown if one.customer != EVERYONE))
    return Page(shown, {one.id: one.name for one in customers.customers(store, ids)} if ids else {}, last)
