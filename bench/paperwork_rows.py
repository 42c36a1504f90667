"""A company with one customer, who has so many estimates, documents, visits, ratings and answers: rows as the records
make them, the newest the same at any size.

Ratings and answers stand one for each visit, far more than a customer of flesh and blood would ever give: it is the
length of the lists that is measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.house import HEADERS, NOW, TITLES
from bench.settings_import import api_key
from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing.rules import Line
from chalicelib.customers import records as customers
from chalicelib.customers import session_tokens
from chalicelib.customers.rules import Customer, Session
from chalicelib.documents import records as documents
from chalicelib.documents.rules import CATEGORIES, EVERYONE, Document
from chalicelib.estimates import records as estimates
from chalicelib.estimates.rules import CUSTOMER, Decision, Details, Estimate, Offer, Party
from chalicelib.services import Services, new_ulid
from chalicelib.visits.records import counts, ratings, reviews, visits
from chalicelib.visits.rules import Product, Rating, Report, Review, Visit
from chalicelib.visits.rules.report import month_of
from chalicelib.web import cookies

TECHNICIANS = ("Marco Ruiz", "Alex Kim", "Priya Shah", "")
ZONE, EVERY, COUNTED = "America/Denver", timedelta(hours=8), timedelta(days=730)
TERMS = "1. We come on a dry day.\n\n2. You pay within 14 days.\n\n3. What we plant grows, or we plant it again."
ITEMS = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Place:
    """A company of this size: its store, its API key, its customer, and the cookie of their session."""

    store: Store
    key: str
    customer: str
    cookie: str


def company(services: Services, size: int) -> Place:
    """On moto: the company, its key and its customer; nothing else yet."""
    key = api_key(services, f"of-{size:05d}")
    store, id = services.tables.for_tenant(key.split("_")[1]), _id(NOW, 0)
    store.transact(*customers.new_customer(store, Customer(id, "Dana Whitfield", "Dana"), NOW))
    opened = Session(new_ulid(NOW), store.tenant, id, 0, "password", NOW + timedelta(hours=12), ((id, 0),))
    return Place(store, key, id, f"{cookies.SESSION}={session_tokens.write(services.secrets, opened)}")


def rows(place: Place, size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """All of it as (table, item), in DynamoDB's own spelling."""
    for age in range(size):
        for write in (*_estimate(place, age), *_documents(place, age), *_visit(place, age), _review(place, age)):
            yield write.row.Meta.table_name, write.row.get_save_kwargs_from_instance()["Item"]
    for number in range(3):
        for write in _coming(place, number):
            yield write.row.Meta.table_name, write.row.get_save_kwargs_from_instance()["Item"]


def count(place: Place, store: Store, size: int) -> None:
    """What the report adds up, added as it is when somebody is asked and answers: for the last two years."""
    for age in range(size):
        found = nth_rating(age)
        if NOW - datetime.fromisoformat(found.completed_at) > COUNTED:
            return
        store.write(counts.rating_asked(store, found.month, found.technician))
        for write in (
            *counts.rating_given(store, None, found, asked=True),
            *counts.review_given(store, None, nth_review(age)),
        ):
            store.write(write)


def _id(at: datetime, age: int) -> str:
    return f"{new_ulid(at)[:10]}{age:016d}"


def _at(age: int) -> datetime:
    return NOW - timedelta(days=2) - age * EVERY


def _estimate(place: Place, age: int) -> list[Write]:
    """Two wait, of the others every third was declined."""
    at, total = _at(age), 120_000 + 725 * (age % 20)
    day = at.date()
    made = Estimate(
        _id(at, age), f"{900_000 - age}", TITLES[age % len(TITLES)], "pending", day, day + timedelta(days=30), "USD",
        total,
    )  # fmt: skip
    part = total // 2
    lines = (Line("Aeration and overseeding", "1", part, part), Line("Soil treatment", "1", part, total - part))
    details = Details(lines, total, terms=TERMS, terms_version=3)
    if age < 2:
        return estimates.new_estimate(place.store, place.customer, made, details)
    lost, when = age % 3 == 0, at.isoformat()
    us, them = Party("Evergreen Pest & Lawn", ("480 Pearl St",)), Party("Dana Whitfield", ("12 Juniper Way",))
    offer = Offer(made, details, "en", us, them)
    made = replace(made, status="lost" if lost else "won", decisions=1, decided_at=when)
    decision = Decision(
        1, "declined" if lost else "accepted", when, CUSTOMER, 1, total, signature="" if lost else "Dana Whitfield",
        terms="" if lost else TERMS, terms_version=0 if lost else 3, address="203.0.113.7",
        agent=HEADERS["User-Agent"],
    )  # fmt: skip
    return [
        *estimates.new_estimate(place.store, place.customer, made, details),
        estimates.new_decision(place.store, place.customer, made.id, decision),
        estimates.new_offer(place.store, place.customer, 1, offer),
    ]


def _documents(place: Place, age: int) -> list[Write]:
    """One for this customer, and one for everyone."""
    at = _at(age)
    own = Document(
        _id(at, age), place.customer, "Service agreement", "service-agreement.pdf", CATEGORIES[age % len(CATEGORIES)],
        "application/pdf", True, 184_320, at.isoformat(), at.date(), None, at.isoformat(), "", f"{age:032d}",
    )  # fmt: skip
    for_all = replace(own, id=_id(at - EVERY / 2, age), customer=EVERYONE, name="Safety sheet: Demand CS")
    return [write for one in (own, for_all) for write in documents.new_document(place.store, one)]


def nth_visit(age: int) -> Visit:
    at = _at(age)
    who = TECHNICIANS[age % len(TECHNICIANS)]
    return Visit(
        _id(at, age), TITLES[age % len(TITLES)], "complete", at - timedelta(hours=2), at, who, at, photos=2, asked=True,
        asked_month=month_of(at, ZONE),
    )  # fmt: skip


def nth_rating(age: int) -> Rating:
    """One star, two, …, five, in turns: so on each list of follow-ups but one there are more with every size."""
    visit, stars = nth_visit(age), 1 + age % 5
    at = (_at(age) + timedelta(hours=3)).isoformat()
    follow_up = ("open", "resolved")[stars - 1] if stars <= 2 else "contacted" if stars == 3 else "none"
    return Rating(
        visit.id, stars, "Very thorough, and on time. Thank you!", at, at, visit.title, visit.technician,
        _at(age).isoformat(), month_of(_at(age), ZONE), follow_up=follow_up,  # type: ignore[arg-type]
    )  # fmt: skip


def nth_review(age: int) -> Review:
    at = _at(age) + timedelta(hours=4)
    return Review(_id(at, age), (3, 8, 10)[age % 3], "Friendly people.", at.isoformat(), month_of(at, ZONE))


def _visit(place: Place, age: int) -> list[Write]:
    work = "Treated the outside of the house, sealed the gap at the kitchen door, set two stations."
    report = Report(work, (Product("Demand CS", "2 oz", "EPA 100-1066"), Product("Maxforce FC", "4 g")), "Keep it dry.")
    made = visits.new_visit(place.store, place.customer, nth_visit(age), report)
    return [*made, ratings.new_rating(place.store, place.customer, nth_rating(age))]


def _coming(place: Place, number: int) -> list[Write]:
    at = datetime(2026, 12, 1 + 7 * number, 15, tzinfo=UTC)
    visit = Visit(_id(at, number), TITLES[number], "scheduled", at, at + timedelta(hours=2), TECHNICIANS[0])
    return visits.new_visit(place.store, place.customer, visit, Report())


def _review(place: Place, age: int) -> Write:
    return reviews.new_review(place.store, place.customer, nth_review(age))


def by_table(found: Iterator[tuple[str, dict[str, Any]]], names: Mapping[str, str]) -> ITEMS:
    """Items by the name that their table has in an installation."""
    sorted_out: ITEMS = {name: [] for name in names.values()}
    for table, item in found:
        sorted_out[names[table]].append(item)
    return sorted_out
