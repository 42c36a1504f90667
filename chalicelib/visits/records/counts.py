"""What the report adds up, kept by month: `ratings#<month>#<technician>` and `reviews#<month>` of the tenants table.

Nothing is read to be counted: each of these writes adds (`ADD`), whoever else is adding. That is only right inside a
transaction with another write whose condition lets it happen once: a rating that is new, or of the version it was. By
itself an `ADD` whose answer is lost is done twice. So no function here does anything but make a `Write`.

A rating counts where its visit is counted as asked about, and no visit is counted there twice: in each month and for
each technician there are as many asked as rated at least.
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import tokens
from chalicelib.aws.rows import TenantsRow, Write
from chalicelib.aws.store import Item, Store
from chalicelib.visits.rules.rating import Rating
from chalicelib.visits.rules.report import RatingCount, ReviewCount, person
from chalicelib.visits.rules.review import Group, Review
from chalicelib.visits.rules.visit import Visit

RATINGS, REVIEWS = "ratings#", "reviews#"
# A page of DynamoDB's ends at 1 MB, far beyond two years of any company's technicians; that many rows at least.
AT_ONCE = 2_000
_PLURAL: dict[Group, str] = {"promoter": "promoters", "passive": "passives", "detractor": "detractors"}


class RatingsRow(TenantsRow):
    """Of a month's visits by a technician: how many asked for a rating, and how many got each number of stars."""

    technician = UnicodeAttribute(null=True)
    asked = NumberAttribute(null=True)
    s1 = NumberAttribute(null=True)
    s2 = NumberAttribute(null=True)
    s3 = NumberAttribute(null=True)
    s4 = NumberAttribute(null=True)
    s5 = NumberAttribute(null=True)


class ReviewsRow(TenantsRow):
    """Of a month: how many were asked how likely they are to recommend the company, and the answers."""

    asked = NumberAttribute(null=True)
    promoters = NumberAttribute(null=True)
    passives = NumberAttribute(null=True)
    detractors = NumberAttribute(null=True)


def rating_asked(store: Store, month: str, technician: str) -> Write:
    return _ratings(store, month, technician, asked=1)


def asked_elsewhere(store: Store, before: Visit, after: Visit) -> list[Write]:
    """An unrated visit asks in another month or about another technician, or does so no longer, or again."""
    old, new = before.asked_month, after.asked_month
    if (old, person(before.technician)) == (new, person(after.technician)):
        return []
    gone = [_ratings(store, old, before.technician, asked=-1)] if old else []
    return gone + ([_ratings(store, new, after.technician, asked=1)] if new else [])


def rating_given(store: Store, before: Rating | None, after: Rating, *, asked: bool) -> list[Write]:
    """A new rating, or one that was changed: month and technician stay those it was given for. `asked`: its visit is
    counted as asked about; of one that isn't, which somebody rates of their own accord, the rating page has asked."""
    if before is None:
        unasked = {} if asked else {"asked": 1}
        return [_ratings(store, after.month, after.technician, **{f"s{after.stars}": 1}, **unasked)]
    if before.stars == after.stars:
        return []
    return [_ratings(store, before.month, before.technician, **{f"s{before.stars}": -1, f"s{after.stars}": 1})]


def review_asked(store: Store, month: str) -> Write:
    return _reviews(store, month, asked=1)


def review_given(store: Store, before: Review | None, after: Review) -> list[Write]:
    """A new answer, or one that was changed: it stays in the month it was given in."""
    if before is None:
        return [_reviews(store, after.month, **{_PLURAL[after.group]: 1})]
    if before.group == after.group:
        return []
    return [_reviews(store, before.month, **{_PLURAL[before.group]: -1, _PLURAL[after.group]: 1})]


def ratings(store: Store, first: str, last: str) -> list[RatingCount]:
    """All technicians' counts of these months, both included: one Query for any company (see AT_ONCE)."""
    return [_to_ratings(item) for item in _between(store, f"{RATINGS}{first}#", f"{RATINGS}{last}#~")]


def reviews(store: Store, first: str, last: str) -> list[ReviewCount]:
    """The counts of these months, both included: one Query."""
    return [_to_reviews(item) for item in _between(store, f"{REVIEWS}{first}", f"{REVIEWS}{last}")]


def _between(store: Store, first: str, last: str) -> list[Item]:
    found: list[Item] = []
    after: dict[str, str] | None = None
    while True:
        page = store.query(
            "tenants", store.tenant, between=(first, last), limit=AT_ONCE, after=after, newest_first=False,
            consistent=True,
        )  # fmt: skip
        found += page.items
        after = page.last
        if after is None:
            return found


def _ratings(store: Store, month: str, technician: str, **by: int) -> Write:
    row = RatingsRow(store.tenant, f"{RATINGS}{month}#{_who(technician)}")
    adds = [getattr(RatingsRow, name).add(number) for name, number in by.items()]
    name = technician.strip()
    named = (RatingsRow.technician.set(name),) if name else ()
    return Write("count", "update", row, actions=(*adds, *named))


def _reviews(store: Store, month: str, **by: int) -> Write:
    row = ReviewsRow(store.tenant, REVIEWS + month)
    return Write(
        "count", "update", row, actions=tuple(getattr(ReviewsRow, name).add(number) for name, number in by.items())
    )


def _who(technician: str) -> str:
    """A technician in a key: of any name, in any script and length."""
    name = person(technician)
    return tokens.fingerprint(name)[:32] if name else "-"


def _to_ratings(item: Item) -> RatingCount:
    _, month, who = item["item"].split("#")
    stars = tuple(int(item.get(f"s{number}", 0)) for number in range(1, 6))
    return RatingCount(month, who, item.get("technician", ""), item.get("asked", 0), stars)


def _to_reviews(item: Item) -> ReviewCount:
    return ReviewCount(
        item["item"].removeprefix(REVIEWS), item.get("asked", 0), item.get("promoters", 0), item.get("passives", 0),
        item.get("detractors", 0),
    )  # fmt: skip
