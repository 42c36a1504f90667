"""The company's estimates, a page at a time, in as many calls at any size: of all customers, of one, or by number.

A page that is narrowed by what no list is kept of may be short, though more follows. That is so of those that wait and
those that have expired, too: they stand on one list, since nothing happens at midnight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.estimates import records
from chalicelib.estimates.records import Listed
from chalicelib.estimates.rules import Estimate, Standing, Status

# So many are looked through for a page that is narrowed; also the most that one read takes.
LOOKED_THROUGH = 100
Cursor = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones: in this state (None: in any) on this day, where the company is."""

    standing: Standing | None
    today: date

    def takes(self, estimate: Estimate) -> bool:
        return self.standing in (None, estimate.standing(self.today))

    @property
    def lists(self) -> Sequence[Status]:
        """The lists that they stand on."""
        if self.standing is None:
            return get_args(Status)
        return ["pending" if self.standing == "expired" else self.standing]


@dataclass(frozen=True, slots=True)
class Page:
    """Some estimates, the names of their customers by id, and where the next page begins."""

    items: list[Listed]
    names: dict[str, str]
    last: Cursor | None


def of_company(store: Store, wanted: Wanted, limit: int, after: Cursor | None) -> Page:
    """All customers' estimates, newest first: two calls for a state, five for all of them."""
    position = after["position"] if after else ""
    looked = LOOKED_THROUGH if wanted.lists == ["pending"] else limit
    found = [one for each in wanted.lists for one in records.listed(store, each, looked + 1, position)]
    # One that changed its state meanwhile may be on two lists for a moment.
    latest = {one.position: one for one in sorted(found, key=lambda one: one.estimate.version)}
    ordered = [latest[place] for place in sorted(latest, reverse=True)]
    shown = [one for one in ordered[:looked] if wanted.takes(one.estimate)]
    last = ordered[looked - 1] if len(ordered) > looked else None
    if len(shown) > limit:
        shown, last = shown[:limit], shown[limit - 1]
    return _named(store, shown, {"position": last.position} if last else None)


def of_customer(store: Store, customer: str, wanted: Wanted, limit: int, after: Cursor | None) -> Page:
    """A customer's estimates, drafts among them, newest first: two calls."""
    start = records.start_after(store, customer, after["estimate"]) if after else None
    looked = LOOKED_THROUGH if wanted.standing else limit
    found, last = records.list_estimates(store, customer, looked, start)
    shown = [one for one in found if wanted.takes(one)]
    if len(shown) > limit:
        shown, last = shown[:limit], {"estimate": shown[limit - 1].id}
    elif last:
        last = {"estimate": found[-1].id}
    return _named(store, [Listed(customer, one) for one in shown], last)


def by_number(store: Store, number: str, customer: str, wanted: Wanted, limit: int, after: Cursor | None) -> Page:
    """Estimates whose number begins so, in the order of their numbers: three calls."""
    narrowed = bool(customer or wanted.standing)
    places, last = records.numbered(store, number, LOOKED_THROUGH if narrowed else limit, after)
    theirs = [place for place in places if customer in ("", place.customer)]
    found = records.listed_at(store, [(one.customer, one.estimate) for one in theirs])
    shown = [one for one in found if wanted.takes(one.estimate)]
    if len(shown) > limit:
        shown = shown[:limit]
        end = shown[-1]
        last = next(one.cursor for one in theirs if (one.customer, one.estimate) == (end.customer, end.estimate.id))
    return _named(store, shown, last)


def _named(store: Store, items: list[Listed], last: Cursor | None) -> Page:
    ids = list(dict.fromkeys(one.customer for one in items))
    return Page(items, {one.id: one.name for one in customers.customers(store, ids)}, last)
