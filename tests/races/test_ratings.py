"""Many rate at the same moment, and all of them add to one technician's count of the month; or one customer sends the
same from twenty places."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.errors import Unavailable
from chalicelib.services import Services
from chalicelib.visits.actions import rating, reporting, reviewing
from chalicelib.visits.rules import Rating, Review
from chalicelib.visits.rules.report import RatingReport
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.races.racing import ROUNDS, at_once
from tests.visits.rater import visited


def counted(company: Company) -> RatingReport:
    return reporting.report(company.store, ["2026-11"])


def rate(services: Services, person: Person, visit: str, stars: int) -> partial[Rating]:
    store = services.tables.for_tenant(person.company.store.tenant)
    return partial(rating.rate, services, store, person.company.company, person.id, visit, stars, "")


def answer(services: Services, person: Person, score: int) -> partial[Review]:
    store = services.tables.for_tenant(person.company.store.tenant)
    return partial(reviewing.answer, services, store, person.company.company, person.id, score, "")


def until_done(action: partial[Any]) -> Any:
    """As somebody does who is told to try again in a minute."""
    while True:
        try:
            return action()
        except Unavailable:
            continue


def test_twenty_customers_at_once_all_count(company: Company, containers: list[Services], clock: Clock) -> None:
    owner = company.admin()
    people = [company.customer(f"Customer {n}", email=f"c{n}@example.com", password=None) for n in range(20)]
    for turn in range(ROUNDS):
        visits = [visited(owner, one, timedelta(hours=10 - turn % 9)) for one in people]
        stars = [number % 5 + 1 for number in range(20)]
        before = counted(company).total.stars
        at_once(
            [
                partial(until_done, rate(*each))
                for each in zip(containers, people, visits, stars, strict=True)
            ]
        )  # fmt: skip
        after = counted(company).total.stars
        assert [now - then for now, then in zip(after, before, strict=True)] == [4] * 5
        clock.forward(hours=1)
        owner = company.admin()


def test_one_customer_from_twenty_places_counts_once(
    company: Company, containers: list[Services], clock: Clock
) -> None:
    for turn in range(ROUNDS):
        dana = company.customer(f"Dana {turn}", email=f"dana-{turn}@example.com", password=None)
        visit = visited(company.admin(), dana)
        before = counted(company)
        found = at_once([partial(until_done, rate(one, dana, visit, 3)) for one in containers])
        assert {(one.stars, one.version) for one in found} == {(3, 0)}
        found = at_once([partial(until_done, answer(one, dana, 8)) for one in containers])
        assert len({one.id for one in found}) == 1
        after = counted(company)
        assert after.total.count == before.total.count + 1
        assert after.total_reviews.answers == before.total_reviews.answers + 1


def test_twenty_minds_at_once_are_one_rating(company: Company, containers: list[Services]) -> None:
    for turn in range(ROUNDS):
        dana = company.customer(f"Dana {turn}", email=f"dana-{turn}@example.com", password=None)
        visit = visited(company.admin(), dana)
        before = counted(company).total.stars
        at_once(
            [partial(until_done, rate(one, dana, visit, number % 5 + 1)) for number, one in enumerate(containers)]
        )  # fmt: skip
        seen = rating.look(company.store, dana.id, visit)
        assert seen.rating is not None and seen.glance.last is not None
        expected = [number + 1 == seen.rating.stars for number in range(5)]
        after = counted(company).total.stars
        assert [now - then for now, then in zip(after, before, strict=True)] == expected
        assert seen.glance.last.stars == seen.rating.stars
