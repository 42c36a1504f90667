"""The company's invoices, a page at a time, in as many calls at any size: of all customers, of one, or by number.

A page that is narrowed by what no list is kept of may be short, though more follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from chalicelib.aws.store import Store
from chalicelib.billing import records
from chalicelib.billing.records import Listed, ListedStatus
from chalicelib.customers import records as customers

# So many are looked through for a page that is narrowed; also the most that one read takes.
LOOKED_THROUGH = 100
Cursor = dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some invoices, the names of their customers by id, and where the next page begins."""

    items: list[Listed]
    names: dict[str, str]
    last: Cursor | None


def of_company(store: Store, status: ListedStatus | None, limit: int, after: Cursor | None) -> Page:
    """All customers' invoices, newest first: two calls for a state, six for all of them."""
    position = after["position"] if after else ""
    statuses: Iterable[ListedStatus] = [status] if status else get_args(ListedStatus)
    found = [one for each in statuses for one in records.listed(store, each, limit + 1, position)]
    # One that changed its state meanwhile may be on two lists for a moment.
    latest = {one.position: one for one in sorted(found, key=lambda one: one.invoice.version)}
    ordered = [latest[place] for place in sorted(latest, reverse=True)]
    shown = ordered[:limit]
    return _named(store, shown, {"position": shown[-1].position} if len(ordered) > limit else None)


def of_customer(store: Store, customer: str, status: ListedStatus | None, limit: int, after: Cursor | None) -> Page:
    """A customer's invoices, drafts among them, newest first: two calls."""
    start = records.start_after(store, customer, after["invoice"]) if after else None
    looked = LOOKED_THROUGH if status else limit
    found, last = records.list_invoices(store, customer, "all", looked, start)
    shown = [one for one in found if status in (None, records.listed_status(one))]
    if len(shown) > limit:
        shown, last = shown[:limit], {"invoice": shown[limit - 1].id}
    elif last:
        last = {"invoice": found[-1].id}
    return _named(store, [Listed(customer, one) for one in shown], last)


def by_number(
    store: Store, number: str, customer: str, status: ListedStatus | None, limit: int, after: Cursor | None
) -> Page:
    """Invoices whose number begins so, in the order of their numbers: three calls."""
    narrowed = bool(customer or status)
    places, last = records.numbered(store, number, LOOKED_THROUGH if narrowed else limit, after)
    wanted = [place for place in places if customer in ("", place.customer)]
    found = records.listed_at(store, [(one.customer, one.invoice) for one in wanted])
    shown = [one for one in found if status in (None, records.listed_status(one.invoice))]
    if len(shown) > limit:
        shown = shown[:limit]
        end = shown[-1]
        last = next(one.cursor for one in wanted if (one.customer, one.invoice) == (end.customer, end.invoice.id))
    return _named(store, shown, last)


def _named(store: Store, items: list[Listed], last: Cursor | None) -> Page:
    ids = list(dict.fromkeys(one.customer for one in items))
    return Page(items, {one.id: one.name for one in customers.customers(store, ids)}, last)
