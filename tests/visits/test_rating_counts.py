"""What the report adds up is what there is: however often somebody clicks, whoever comes in between, whatever the
network does. Counts are added to, so each must be added to once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.visits.actions import rating, reviewing
from tests.billing.wire import FAULTS, Fault, Killed, Wire
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import glance_of, own_id, planned, stands
from tests.visits.rater import (
    answers,
    asking_of,
    rates,
    rating_of,
    report,
    review_of,
    stars_shown,
    visited,
    written,
)


def check(company: Company, *people: Person) -> None:
    """The report is the sum of what these people say, and what else is kept of it is the same."""
    made = report(company, "?from=2025-12&to=2027-11")
    stars, groups = [0] * 5, {"promoter": 0, "passive": 0, "detractor": 0}
    for person in people:
        store = company.store
        rows = store.query("customers", store.customer(person.id), prefix="rating#", limit=100, consistent=True).items
        for row in rows:
            stars[row["stars"] - 1] += 1
        found = review_of(person)
        if found:
            groups[found.group] += 1
        assert bool(found) == bool(asking_of(person).answered_at)
        last = rating_of(person, _last(person))
        assert stars_shown(person) == (last.stars if last else 0)
    assert made["totals"]["ratings"]["stars"] == stars
    assert {name: made["totals"]["reviews"][f"{name}s"] for name in groups} == groups


def _last(person: Person) -> str:
    last = glance_of(person).last
    return last.id if last else "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def by_action(person: Person, visit: str, stars: int) -> None:
    """What the page does, without the page: it dies where the process dies."""
    company = person.company
    rating.rate(company.world.services, company.store, company.company, person.id, visit, stars, "Hm.")


def answered(person: Person, score: int) -> None:
    company = person.company
    reviewing.answer(company.world.services, company.store, company.company, person.id, score, "Hm.")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(3))
def test_a_rating_counts_once_whatever_goes_wrong(
    dana: Person, owner: Client, wire: Wire, fault: Fault, number: int
) -> None:
    """Any call of it, at a new rating and at a change; and then the customer tries again."""
    visit = visited(owner, dana)
    for stars in (2, 5):
        wire.calls.clear()
        wire.fails(number, fault)
        with suppress(Exception, Killed):
            by_action(dana, visit, stars)
        wire.plan = lambda number, call: None
        check(dana.company, dana)
        by_action(dana, visit, stars)
        check(dana.company, dana)
    found = rating_of(dana, visit)
    assert found is not None and (found.stars, found.follow_up) == (5, "open")
    assert written(dana, "low") == [f"low-{visit}-company"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(3))
def test_an_answer_counts_once_whatever_goes_wrong(dana: Person, wire: Wire, fault: Fault, number: int) -> None:
    for score in (3, 10):
        wire.calls.clear()
        wire.fails(number, fault)
        with suppress(Exception, Killed):
            answered(dana, score)
        wire.plan = lambda number, call: None
        check(dana.company, dana)
        answered(dana, score)
        check(dana.company, dana)
    found = review_of(dana)
    assert found is not None and found.score == 10
    assert report(dana.company)["totals"]["reviews"]["answers"] == 1


OTHERS: dict[str, Callable[[Client, Person, str], Any]] = {
    "the same": lambda owner, person, visit: rates(person, visit, 4, "Hm."),
    "other stars": lambda owner, person, visit: rates(person, visit, 1, "Oh."),
    "an answer": lambda owner, person, visit: answers(person, 9),
    "a newer visit": lambda owner, person, visit: visited(owner, person, title="Wasp nest removal"),
    "a follow-up": lambda owner, person, visit: owner.put(
        f"/ratings/{person.id}-{visit}/follow-up", {"status": "resolved"}
    ),
    "the office": lambda owner, person, visit: owner.put(
        f"/visits/{person.id}-{visit}/status", {"status": "scheduled"}
    ),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("before", [0, 2])
def test_whoever_comes_in_between_two_calls_the_report_is_right(
    owner: Client, evergreen: Company, wire: Wire, other: str, before: int
) -> None:
    people = []
    for number in range(3):
        person = evergreen.customer(f"Customer {number}", email=f"c{number}@example.com", password=None)
        people.append(person)
        visit = visited(owner, person)
        if before:
            by_action(person, visit, before)
        wire.calls.clear()
        came: list[bool] = []

        def plan(here: int, call: Any, number: int = number, person: Person = person, visit: str = visit) -> None:
            if here == number and not came:  # noqa: B023
                came.append(True)  # noqa: B023
                OTHERS[other](owner, person, visit)

        wire.plan = plan
        with suppress(Exception):
            by_action(person, visit, 4)
        wire.plan = lambda number, call: None
        check(evergreen, *people)


def test_a_visit_can_not_be_taken_back_once_it_is_rated(dana: Person, owner: Client, clock: Clock, wire: Wire) -> None:
    """Also if that is in the very moment."""
    made = planned(owner, dana, clock())
    stands(owner, made, "complete")
    by_action(dana, own_id(made), 4)
    refused = stands(owner, made, "scheduled")
    assert (refused.status, refused.kind) == (409, "visit-rated")
    check(dana.company, dana)


def test_what_is_asked_is_counted_once(dana: Person, owner: Client, clock: Clock, wire: Wire) -> None:
    """A visit's completion whose answer is lost, and which is sent again."""
    for fault in ("lost after", "doubled", "error after", "throttled"):
        made = planned(owner, dana, clock())
        wire.down("dynamodb TransactWriteItems", fault, times=1)
        stands(owner, made, "complete")
        wire.plan = lambda number, call: None
        stands(owner, made, "complete")
        clock.forward(minutes=1)
    totals = report(dana.company)["totals"]
    assert (totals["ratings"]["asked"], totals["reviews"]["asked"]) == (4, 1)
