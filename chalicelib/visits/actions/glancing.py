"""What the first page says of a customer's visits once one of them has changed: which are next, and which is the last
complete one.

The caller has read the glance before this looks, and writes it on condition that it is still the same; every change of
a visit moves it. So what is found here holds, or nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws.store import Store
from chalicelib.visits.records import ratings
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Rating, Visit, glance
from chalicelib.visits.rules.glance import KNOWN, Glance, LastVisit
from chalicelib.visits.rules.visit import BACK

# How many rows one look takes at first. Those of cancelled visits may lie in the way; few customers have many.
LOOK = 12
# No visit was completed later than this from now: clocks differ.
AHEAD = timedelta(hours=1)


def moved(
    store: Store, customer: str, seen: Glance, before: Visit | None, after: Visit, rating: Rating | None, now: datetime
) -> Glance:
    """The glance after a visit has become `after`, which has this rating. One Query; two and a read where the last
    complete visit is no longer the last."""
    soon = [glance.to_next(one) for one in _coming(store, customer, after, now)]
    last = _last(store, customer, seen.last, before, after, rating, now)
    return replace(
        seen, version=seen.version + 1, next=soon[0] if soon else None, later=tuple(soon[1:]), last=last
    )  # fmt: skip


def _coming(store: Store, customer: str, after: Visit, now: datetime) -> list[Visit]:
    """The next visits to come, as they are once this one is written."""
    found = [after] if after.is_coming(now) else []
    limit, start = LOOK, None
    while True:
        page, start = records.soonest(store, customer, now - BACK, limit, start)
        found += [one for one in page if one.id != after.id and one.is_coming(now)]
        if start is None or len(found) > KNOWN:
            return sorted(found, key=lambda one: (one.at, one.id))[:KNOWN]
        limit *= 4


def _last(
    store: Store, customer: str, last: LastVisit | None, before: Visit | None, after: Visit, rating: Rating | None,
    now: datetime,
) -> LastVisit | None:  # fmt: skip
    """The last complete visit. What is known of it is all of them: it is kept with every change."""
    other = last
    if last is not None and last.id == after.id:
        stays = before is not None and after.status == "complete" and after.at >= before.at
        other = None if stays else _found(store, customer, after.id, now)
    if after.status == "complete" and glance.comes_after(after, other):
        return glance.to_last(after, *((rating.stars, rating.rated_at) if rating else ()))
    return other


def _found(store: Store, customer: str, but: str, now: datetime) -> LastVisit | None:
    """The last complete visit but this one, looked up, with its rating."""
    limit, start = LOOK, None
    while True:
        page, start = records.newest(store, customer, now + AHEAD, limit, start)
        for one in page:
            if one.status == "complete" and one.id != but:
                rating = ratings.rating(store, customer, one.id)
                return glance.to_last(one, *((rating.stars, rating.rated_at) if rating else ()))
        if start is None:
            return None
        limit *= 4
