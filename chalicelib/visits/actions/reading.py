"""Look a customer's visits up: one, those to come, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound
from chalicelib.visits.actions.glancing import AHEAD
from chalicelib.visits.records import ratings
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Rating, Report, Visit
from chalicelib.visits.rules.visit import BACK

PAGE = 20
Cursor = dict[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A visit with its report, and the rating it was given."""

    visit: Visit
    report: Report
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Some visits, the ratings of those that have one, by visit, and where the next page begins."""

    visits: list[Visit]
    ratings: dict[str, Rating]
    last: Cursor | None


def one(store: Store, customer: str, visit: str) -> Whole:
    """In one read. NotFound for an unknown one and another customer's alike."""
    found, (rating,) = records.whole(store, customer, visit, ratings.rating_key(store, customer, visit))
    if found is None:
        raise NotFound()
    return Whole(*found, ratings.to_rating(rating) if rating else None)


def whole(store: Store, customer: str, visit: str) -> tuple[Customer, Whole]:
    """The same for staff, with whose it is, in one read. NotFound: there is none."""
    beside = (customers.profile_key(store, customer), ratings.rating_key(store, customer, visit))
    found, (profile, rating) = records.whole(store, customer, visit, *beside)
    if found is None or profile is None:
        raise NotFound()
    return customers.to_customer(profile), Whole(*found, ratings.to_rating(rating) if rating else None)


def upcoming(store: Store, customer: str, now: datetime, after: Cursor | None = None, limit: int = PAGE) -> VisitPage:
    """Visits to come and those of just now, the soonest first; cancelled ones too, so that nobody waits for them, but
    none that was booked online: its booking tells what became of it, perhaps another time that is asked for. One
    call."""
    found, last = records.soonest(store, customer, now - BACK, limit, after)
    to_come = [visit for visit in found if _to_come(visit, now)]
    return VisitPage([visit for visit in to_come if not (visit.booked and visit.status == "cancelled")], {}, last)


def history(store: Store, customer: str, now: datetime, after: Cursor | None = None, limit: int = PAGE) -> VisitPage:
    """Visits that were, the newest first. Two calls: visits, ratings."""
    found, last = records.newest(store, customer, now + AHEAD, limit, after)
    shown = [visit for visit in found if not _to_come(visit, now)]
    return VisitPage(shown, _ratings(store, customer, shown), last)


def _to_come(visit: Visit, now: datetime) -> bool:
    return visit.is_coming(now) or (visit.status == "cancelled" and visit.starts_at > now)


def _ratings(store: Store, customer: str, visits: Sequence[Visit]) -> dict[str, Rating]:
    keys = [ratings.rating_key(store, customer, visit.id) for visit in visits if visit.status == "complete"]
    found = [ratings.to_rating(item) for item in store.get(*keys) if item]
    return {rating.visit: rating for rating in found}
