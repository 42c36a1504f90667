"""The company's visits, a page at a time, in as many calls at any size: of all customers or of one, of some days.

A page that is narrowed to a state, of which no list is kept, may be short, though more follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.visits.records import visits as records
from chalicelib.visits.records.visits import Listed
from chalicelib.visits.rules import Status

# So many are looked through for a page that is narrowed; also the most that one read takes.
LOOKED_THROUGH = 100
Cursor = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits: from `since` to just before `before` (None: no bound), in this state (None: any), the soonest or
    the latest first."""

    since: datetime | None = None
    before: datetime | None = None
    status: Status | None = None
    soonest: bool = False

    @property
    def empty(self) -> bool:
        return self.since is not None and self.before is not None and self.since >= self.before


@dataclass(frozen=True, slots=True)
class Page:
    """Some visits, the names of their customers by id, and where the next page begins."""

    items: list[Listed]
    names: dict[str, str]
    last: Cursor | None


def of_company(store: Store, wanted: Wanted, limit: int, after: Cursor | None) -> Page:
    """All customers' visits: two calls."""
    if wanted.empty:
        return Page([], {}, None)
    found, last = records.listed(
        store, wanted.since, wanted.before, _looked(wanted, limit), after, newest_first=not wanted.soonest
    )
    return _page(store, found, wanted, limit, last, lambda one: records.listed_after(store, one))


def of_customer(store: Store, customer: str, wanted: Wanted, limit: int, after: Cursor | None) -> Page:
    """A customer's visits, as they are now: two calls."""
    if wanted.empty:
        return Page([], {}, None)
    found, last = records.between(
        store, customer, wanted.since, wanted.before, _looked(wanted, limit), after, newest_first=not wanted.soonest
    )
    listed = [Listed(customer, one) for one in found]
    return _page(store, listed, wanted, limit, last, lambda one: records.start_after(store, customer, one.visit))


def _looked(wanted: Wanted, limit: int) -> int:
    return LOOKED_THROUGH if wanted.status else limit


def _page(
    store: Store, found: Sequence[Listed], wanted: Wanted, limit: int, last: Cursor | None,
    place: Callable[[Listed], Cursor],
) -> Page:  # fmt: skip
    shown = [one for one in found if wanted.status in (None, one.visit.status)]
    if len(shown) > limit:
        shown = shown[:limit]
        last = place(shown[-1])
    ids = list(dict.fromkeys(one.customer for one in shown))
    return Page(shown, {one.id: one.name for one in customers.customers(store, ids)}, last)
