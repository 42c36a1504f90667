"""What the first page knows of visits is always what there is: whatever is moved, corrected, cancelled, imported out of
order, or done by two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Conflict
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.access import Actor
from chalicelib.visits.actions import keeping, rating
from chalicelib.visits.actions.keeping import Calendar
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Status, Visit, drafting, glance
from chalicelib.visits.rules.drafting import Draft
from sandbox.world import World
from tests.billing.wire import Call, Fault, Wire, forgetting
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import DENVER, done, fields, first_page, glance_of, own_id, planned, stands, told

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DENVER)
DAY = timedelta(days=1)


def stars(person: Person, visit: Any, number: int) -> None:
    company = person.company
    rating.rate(company.world.services, company.store, company.company, person.id, own_id(visit), number, "")


def test_the_soonest_visit_is_next(owner: Client, dana: Person) -> None:
    late = planned(owner, dana, NOON + 9 * DAY)
    assert first_page(dana) == (own_id(late), None)
    soon = planned(owner, dana, NOON + DAY)
    planned(owner, dana, NOON + 4 * DAY)
    assert first_page(dana) == (own_id(soon), None)
    owner.put(f"/visits/{soon['id']}", fields(dana, NOON + 20 * DAY))
    assert glance_of(dana).next and [one.starts_at[:10] for one in glance_of(dana).later] == [
        "2026-12-02",
        "2026-12-13",
    ]
    stands(owner, late, "cancelled")
    assert [one.starts_at[:10] for one in glance_of(dana).later] == ["2026-12-13"]


def test_cancelled_visits_in_the_way_are_looked_past(owner: Client, dana: Person) -> None:
    for number in range(60):
        planned(owner, dana, NOON + number * DAY, status="cancelled")
    far = planned(owner, dana, NOON + 99 * DAY)
    assert first_page(dana) == (own_id(far), None)


def test_the_last_is_found_behind_visits_that_were_cancelled(owner: Client, dana: Person) -> None:
    old, last = done(owner, dana, NOON - 99 * DAY), done(owner, dana, NOON - DAY)
    for number in range(60):
        planned(owner, dana, NOON - (number + 2) * DAY, status="cancelled")
    assert first_page(dana) == (None, own_id(last))
    stands(owner, last, "cancelled")
    assert first_page(dana) == (None, own_id(old))


def test_history_that_is_brought_along_tells_nobody(owner: Client, dana: Person) -> None:
    middle = done(owner, dana, NOON - 30 * DAY)
    for days in (400, 31, 800):
        done(owner, dana, NOON - days * DAY)
    assert first_page(dana) == (None, own_id(middle)) and told(dana) == []


def test_an_older_visit_that_is_entered_later_is_not_the_last_one(owner: Client, dana: Person) -> None:
    last = done(owner, dana, NOON - timedelta(hours=2))
    done(owner, dana, NOON - timedelta(hours=3))
    assert first_page(dana) == (None, own_id(last)) and told(dana) == [f"visit-{own_id(last)}"]


@pytest.mark.parametrize(("days", "asks"), [(0, 1), (6.9, 1), (7.1, 0), (60, 0)])
def test_only_a_visit_of_the_last_week_asks_how_it_was(owner: Client, dana: Person, days: float, asks: int) -> None:
    done(owner, dana, NOON - timedelta(days=days))
    assert len(told(dana)) == asks


def test_a_visit_asks_once_however_often_it_is_completed(owner: Client, dana: Person) -> None:
    made = planned(owner, dana, NOON)
    for status in ("complete", "scheduled", "complete", "cancelled", "scheduled", "on_the_way", "complete"):
        assert stands(owner, made, status).status == 200
    assert told(dana) == [f"visit-{own_id(made)}"] and first_page(dana) == (None, own_id(made))


def test_each_visit_asks(owner: Client, dana: Person, clock: Clock) -> None:
    first, second = planned(owner, dana, NOON), planned(owner, dana, NOON)
    stands(owner, first, "complete")
    clock.forward(minutes=1)
    stands(owner, second, "complete")
    assert sorted(told(dana)) == sorted(f"visit-{own_id(one)}" for one in (first, second))
    assert first_page(dana) == (None, own_id(second))


def test_a_slip_of_the_finger_is_taken_back(owner: Client, dana: Person) -> None:
    before = done(owner, dana, NOON - 3 * DAY)
    made = planned(owner, dana, NOON)
    stands(owner, made, "complete")
    assert stands(owner, made, "scheduled").json["completed_at"] is None
    assert first_page(dana) == (own_id(made), own_id(before))


def test_what_is_corrected_is_corrected_on_the_first_page_too_and_keeps_its_stars(owner: Client, dana: Person) -> None:
    made = done(owner, dana, NOON - DAY)
    stars(dana, made, 4)
    sent = fields(dana, NOON - DAY, status="complete", title="Ants", technician="Ana Bell")
    answer = owner.put(f"/visits/{made['id']}", {**sent, "completed_at": (NOON - 2 * DAY).isoformat()})
    assert answer.status == 200 and answer.json["rating"]["stars"] == 4
    last = glance_of(dana).last
    assert last and (last.title, last.technician, last.stars) == ("Ants", "Ana Bell", 4)
    assert last.completed_at == "2026-11-21T19:00:00+00:00"


def test_a_rated_visit_stays_complete(owner: Client, dana: Person) -> None:
    made = done(owner, dana, NOON - DAY)
    stars(dana, made, 4)
    for answer in (
        stands(owner, made, "scheduled"),
        stands(owner, made, "cancelled"),
        owner.put(f"/visits/{made['id']}", fields(dana, NOON - DAY)),
    ):
        assert (answer.status, answer.kind) == (409, "visit-rated")
    assert first_page(dana) == (None, own_id(made))


def test_the_one_before_comes_back_with_its_stars(owner: Client, dana: Person) -> None:
    before = done(owner, dana, NOON - 3 * DAY)
    stars(dana, before, 2)
    made = done(owner, dana, NOON - DAY)
    seen = glance_of(dana).last
    assert seen and (seen.id, seen.stars) == (own_id(made), 0)
    stands(owner, made, "cancelled")
    seen = glance_of(dana).last
    assert seen and (seen.id, seen.stars) == (own_id(before), 2)


def test_a_rated_visit_that_was_later_than_thought_is_the_last_again(owner: Client, dana: Person) -> None:
    before = done(owner, dana, NOON - 3 * DAY)
    stars(dana, before, 5)
    done(owner, dana, NOON - 2 * DAY)
    moved = fields(dana, NOON - 3 * DAY, status="complete", completed_at=(NOON - DAY).isoformat())
    owner.put(f"/visits/{before['id']}", moved)
    seen = glance_of(dana).last
    assert seen and (seen.id, seen.stars) == (own_id(before), 5)


def test_a_visit_that_nobody_closes_gives_way(owner: Client, dana: Person, clock: Clock, evergreen: Company) -> None:
    forgotten, after = planned(owner, dana, NOON), planned(owner, dana, NOON + 3 * DAY)
    clock.forward(days=1, hours=3)
    seen = glance_of(dana).coming(clock())
    assert seen and seen.id == own_id(after)
    stands(evergreen.admin(), forgotten, "complete")
    last = glance_of(dana).last
    assert first_page(dana) == (own_id(after), own_id(forgotten))
    assert last and last.completed_at == "2026-11-23T21:00:00+00:00"


# By any way at all


def truth(person: Person, now: datetime) -> tuple[list[str], str | None]:
    """The next visits and the last complete one, found the long way."""
    store = person.company.store
    found: list[Visit] = []
    start = None
    while True:
        page = store.query("customers", store.customer(person.id), prefix="visit#", limit=1000, after=start)
        found += [records.to_visit(item) for item in page.items]
        start = page.last
        if start is None:
            break
    coming = sorted((one for one in found if one.is_coming(now)), key=lambda one: (one.at, one.id))
    complete = max((one for one in found if one.status == "complete"), key=lambda one: (one.at, one.id), default=None)
    return [one.id for one in coming[: glance.KNOWN]], complete and complete.id


def known(person: Person) -> tuple[list[str], str | None]:
    seen = glance_of(person)
    return [one.id for one in (*([seen.next] if seen.next else []), *seen.later)], seen.last and seen.last.id


def keep(person: Person, own: str, draft: Draft) -> None:
    """As the API does it."""
    company = person.company
    services = company.world.services
    calendar = Calendar(services, company.store, company.company, person.id)
    note = company_note(company)
    checked = drafting.check_draft(draft, services.now())
    keeping.upsert(calendar, services.new_id(services.now()), replace(checked, external_id=own), note)


def company_note(company: Company) -> audit.Note:
    services = company.world.services

    def note(action: str, target: str, told: Any) -> Any:
        now = services.now()
        who = Actor("key", "K", "Software")
        return audit.new_entry(company.store, services.new_id(now), who, "203.0.113.9", now, action, target, told)

    return note


step = st.tuples(
    st.integers(0, 4), st.sampled_from(["scheduled", "on_the_way", "complete", "cancelled"]), st.integers(-200, 200)
)


@settings(max_examples=25)
@given(st.lists(step, min_size=1, max_size=8))
def test_the_first_page_is_always_right(
    world: World, dana: Person, clock: Clock, steps: list[tuple[int, Status, int]]
) -> None:
    started = clock.time
    with forgetting(world):
        for number, status, hours in steps:
            clock.forward(hours=5)
            at = started + timedelta(hours=hours)
            done_at = min(at, clock.time) if status == "complete" and number % 2 else None
            draft = Draft("Pest control", at, at + timedelta(hours=2), status=status, completed_at=done_at)
            version = glance_of(dana).version
            try:
                keep(dana, f"job-{number}", draft)
            except Conflict as refused:
                assert refused.kind == "visit-cancelled"
            # Where nothing was written, only time has passed.
            if glance_of(dana).version > version:
                assert known(dana) == truth(dana, clock.time)
            soon = glance_of(dana).coming(clock.time)
            assert soon is None or [soon.id] == truth(dana, clock.time)[0][:1]
    clock.time = started


# Two at once: the other comes in before any call of the one


def completes(number: int) -> Callable[[Person], None]:
    def goes(person: Person) -> None:
        at = NOON - timedelta(hours=number)
        draft = Draft("Pest control", NOON + DAY * number, NOON + DAY * number, status="complete", completed_at=at)
        keep(person, f"job-{number}", draft)

    return goes


def cancels(number: int) -> Callable[[Person], None]:
    def goes(person: Person) -> None:
        keep(
            person, f"job-{number}", Draft("Pest control", NOON + DAY * number, NOON + DAY * number, status="cancelled")
        )

    return goes


def moves(number: int) -> Callable[[Person], None]:
    def goes(person: Person) -> None:
        keep(person, f"job-{number}", Draft("Pest control", NOON + DAY * 9, NOON + DAY * 9))

    return goes


def rates(person: Person) -> None:
    company, last = person.company, glance_of(person).last
    if last is not None:
        rating.rate(company.world.services, company.store, company.company, person.id, last.id, 3, "")


ONES = {"completes": completes(1), "cancels": cancels(1), "moves": moves(1)}
OTHERS = {"completes": completes(2), "cancels": cancels(2), "moves": moves(2), "the same": completes(1), "rates": rates}


@pytest.mark.parametrize("one", ONES)
@pytest.mark.parametrize("other", OTHERS)
def test_whoever_comes_in_between_the_first_page_is_right(
    world: World, dana: Person, wire: Wire, clock: Clock, one: str, other: str
) -> None:
    for number in (0, 1, 2, 3):
        keep(dana, f"job-{number}", Draft("Pest control", NOON + DAY * number, NOON + DAY * number))
    completes(0)(dana)
    place, came = 0, True
    while came:
        with forgetting(world):
            came = _comes_in(wire, place, lambda: ONES[one](dana), lambda: OTHERS[other](dana))
            assert known(dana) == truth(dana, clock.time), f"{other} before call {place} of {one}"
            assert len(told(dana)) == len(set(told(dana)))
            place += 1
    assert place > 3


def _comes_in(wire: Wire, number: int, one: Callable[[], None], other: Callable[[], None]) -> bool:
    met, came = 0, False

    def plan(_: int, call: Call) -> Fault | None:
        nonlocal met, came
        met += call.what.startswith("dynamodb")
        if met > number and not came:
            came = True
            wire.heal()
            other()
        return None

    wire.plan = plan
    try:
        one()
    except Conflict as refused:  # it was completed, rated or cancelled just before
        assert refused.kind in ("visit-cancelled", "visit-rated")
    wire.heal()
    return came
