"""How many were asked for a rating is counted where their rating counts: as many as there are complete visits that ask,
or are rated, by month and technician, whatever the office corrects, the customer says and the network does. So nobody's
response is more than all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PortalError
from chalicelib.visits.actions import keeping, rating, reporting
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules.report import period, person
from tests.billing.till import THOROUGH
from tests.billing.wire import FAULTS, Call, Killed, Wire, forgetting
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import glance_of, own_id, planned, stands
from tests.visits.rater import rates, report, visited, written

DAY = timedelta(days=1)


def of(company: Company) -> dict[str, tuple[int, int, int | None]]:
    """Asked, rated and response, by technician."""
    made = report(company, "?from=2025-12&to=2027-11")
    return {one["technician"]: (one["asked"], one["ratings"], one["response"]) for one in made["technicians"]}


def corrected(owner: Client, dana: Person, made: Any, **odd: Any) -> None:
    said = {name: made[name] for name in ("title", "starts_at", "ends_at", "technician", "status", "completed_at")}
    answer = owner.put(f"/visits/{made['id']}", {"customer": dana.id, **said, **odd})
    assert answer.status == 200, answer.text


def done_by(owner: Client, dana: Person, clock: Clock, technician: str, ago: timedelta = timedelta(hours=1)) -> Any:
    at = clock() - ago
    return planned(owner, dana, at, status="complete", completed_at=at.isoformat(), technician=technician)


def test_a_corrected_technician_was_the_one_asked_about(
    dana: Person, owner: Client, clock: Clock, evergreen: Company
) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    assert of(evergreen) == {"Alpha": (1, 0, 0)}
    corrected(owner, dana, made, technician="Beta")
    assert of(evergreen) == {"Beta": (1, 0, 0)}
    rates(dana, own_id(made), 4)
    assert of(evergreen) == {"Beta": (1, 1, 100)}
    corrected(owner, dana, made, technician="Gamma")
    assert of(evergreen) == {"Beta": (1, 1, 100)}, "what is rated stays with whom it was given to"


def test_another_spelling_moves_nothing(dana: Person, owner: Client, clock: Clock, evergreen: Company) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    corrected(owner, dana, made, technician="ALPHA")
    assert list(of(evergreen).values()) == [(1, 0, 0)]
    rates(dana, own_id(made), 4)
    assert list(of(evergreen).values()) == [(1, 1, 100)]


def test_a_corrected_day_moves_it_to_its_month(dana: Person, owner: Client, clock: Clock, evergreen: Company) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    earlier = (clock() - 30 * DAY).isoformat()
    corrected(owner, dana, made, starts_at=earlier, ends_at=earlier, completed_at=earlier)
    rates(dana, own_id(made), 4)
    months = {one["month"]: (one["asked"], one["ratings"]) for one in report(evergreen)["months"]}
    assert (months["2026-10"], months["2026-11"]) == ((1, 1), (0, 0))


def test_a_visit_that_is_set_back_was_not_asked_about_and_asks_again_without_another_message(
    dana: Person, owner: Client, clock: Clock, evergreen: Company
) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    for status, asked in (("scheduled", {}), ("complete", {"Alpha": (1, 0, 0)}), ("cancelled", {})):
        assert stands(owner, made, status).status == 200
        assert of(evergreen) == asked
    corrected(owner, dana, made, technician="Beta", status="scheduled", completed_at=None)
    stands(owner, made, "complete")
    rates(dana, own_id(made), 5)
    assert of(evergreen) == {"Beta": (1, 1, 100)}
    assert written(dana, "visit-") == [f"visit-{own_id(made)}"]


def test_who_rates_though_nothing_asked_was_asked_by_the_page(dana: Person, owner: Client, evergreen: Company) -> None:
    visit = visited(owner, dana, 30 * DAY, technician="Alpha")
    assert of(evergreen) == {}
    for stars in (3, 5):
        rates(dana, visit, stars)
        assert of(evergreen) == {"Alpha": (1, 1, 100)}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("status", ["scheduled", "complete"])
def test_it_is_taken_back_and_moved_once_whatever_goes_wrong(
    dana: Person, owner: Client, clock: Clock, wire: Wire, evergreen: Company, fault: Any, status: str
) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    odd = {"status": status, "technician": "Beta", **({"completed_at": None} if status == "scheduled" else {})}
    with suppress(AssertionError, Killed):
        corrected(owner, dana, made, **odd)
    wire.heal()
    corrected(owner, dana, made, **odd)
    assert of(evergreen) == ({"Beta": (1, 0, 0)} if status == "complete" else {})


def test_a_rating_between_what_is_read_at_once_stops_what_it_forbids(
    dana: Person, owner: Client, clock: Clock, evergreen: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One read of several rows is not of one moment: visit and rating may be older than the customer beside them."""
    made = done_by(owner, dana, clock, "Alpha")
    real = keeping._gather

    def reads(calendar: Any, id: str) -> Any:
        seen = real(calendar, id)
        if seen.rating is None:
            rates(dana, own_id(made), 2)
            seen = replace(seen, customer=dana.now)
        return seen

    monkeypatch.setattr(keeping, "_gather", reads)
    refused = stands(owner, made, "scheduled")
    assert (refused.status, refused.kind) == (409, "visit-rated")
    assert of(evergreen) == {"Alpha": (1, 1, 100)}


def test_a_correction_between_what_is_read_at_once_is_what_is_rated(
    dana: Person, owner: Client, clock: Clock, evergreen: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = done_by(owner, dana, clock, "Alpha")
    real, came = rating.look, []

    def reads(store: Any, customer: str, visit: str) -> Any:
        seen = real(store, customer, visit)
        if not came:
            came.append(visit)
            corrected(owner, dana, made, technician="Beta")
            seen = replace(seen, customer=dana.now)
        return seen

    monkeypatch.setattr(rating, "look", reads)
    rating.rate(evergreen.world.services, evergreen.store, evergreen.company, dana.id, own_id(made), 4, "")
    assert of(evergreen) == {"Beta": (1, 1, 100)}


# Whatever happens, in any order


class Office:
    """The office and a customer, with a few visits."""

    def __init__(self, owner: Client, dana: Person, clock: Clock) -> None:
        self.owner, self.dana, self.clock = owner, dana, clock
        self.visits = [planned(owner, dana, clock(), technician="Alpha") for _ in range(2)]
        self.visits.append(done_by(owner, dana, clock, "Beta", 40 * DAY))

    def says(self, visit: Any, **odd: Any) -> None:
        known = self.owner.get(f"/visits/{visit['id']}").json
        said = {name: known[name] for name in ("title", "starts_at", "ends_at", "technician", "status", "completed_at")}
        if odd.get("status", said["status"]) != "complete":
            said["completed_at"] = None
        self.owner.put(f"/visits/{visit['id']}", {"customer": self.dana.id, **said, **odd})

    def rates(self, visit: Any, stars: int) -> None:
        company = self.dana.company
        rating.rate(company.world.services, company.store, company.company, self.dana.id, own_id(visit), stars, "")

    def check(self) -> None:
        """What is counted is what there is."""
        store = self.dana.company.store
        asked: Counter[tuple[str, str]] = Counter()
        given: Counter[tuple[str, str]] = Counter()
        rows = store.query("customers", store.customer(self.dana.id), prefix="rating#", limit=100, consistent=True)
        rated = {row["item"].removeprefix("rating#"): row for row in rows.items}
        rows = store.query("customers", store.customer(self.dana.id), prefix="visit#", limit=100, consistent=True)
        for visit in map(records.to_visit, rows.items):
            found = rated.get(visit.id)
            assert visit.status == "complete" or not (found or visit.asked_month)
            if found:
                asked[found["month"], person(found.get("technician", ""))] += 1
                given[found["month"], person(found.get("technician", ""))] += 1
            elif visit.asked_month:
                asked[visit.asked_month, person(visit.technician)] += 1
        today = self.clock().date()
        made = reporting.report(store, period("2025-12", "2027-11", today))
        months = {(month, person(one.name)): part for one in made.technicians for month, part in one.months}
        assert {place: one.asked for place, one in months.items()} == dict(asked)
        assert {place: one.count for place, one in months.items() if one.count} == dict(given)
        for one in (*months.values(), made.total, *(part for _, part in made.months)):
            assert one.asked >= one.count and (one.response is None or one.response <= 100)
        last = glance_of(self.dana).last
        assert last is None or last.stars == rated.get(last.id, {"stars": 0})["stars"]


DEEDS: dict[str, Callable[[Office, Any], object]] = {
    "complete": lambda office, one: stands(office.owner, one, "complete"),
    "scheduled": lambda office, one: stands(office.owner, one, "scheduled"),
    "cancelled": lambda office, one: stands(office.owner, one, "cancelled"),
    "alpha": lambda office, one: office.says(one, technician="Alpha"),
    "beta": lambda office, one: office.says(one, technician="  beta"),
    "nobody": lambda office, one: office.says(one, technician=""),
    "back, and another's": lambda office, one: office.says(one, technician="Gamma", status="scheduled"),
    "done in October": lambda office, one: office.says(
        one, status="complete", completed_at=(office.clock() - 33 * DAY).isoformat()
    ),
    "done now": lambda office, one: office.says(one, status="complete", completed_at=office.clock().isoformat()),
    "rate": lambda office, one: office.rates(one, 4),
    "rate low": lambda office, one: office.rates(one, 1),
    "another one": lambda office, one: office.visits.append(
        planned(office.owner, office.dana, office.clock(), status="complete", technician="Alpha")
    ),
    "a minute": lambda office, one: office.clock.forward(minutes=1),
}

deeds = st.sampled_from(sorted(DEEDS))
trouble = st.none() | st.tuples(st.integers(0, 5), st.sampled_from([*FAULTS, *DEEDS]))
steps = st.lists(st.tuples(deeds, st.integers(0, 3), trouble), max_size=12)


@settings(max_examples=1_000 if THOROUGH else 40)
@given(steps)
def test_what_is_counted_is_what_there_is_whatever_happens(
    dana: Person, owner: Client, clock: Clock, wire: Wire, what: list[tuple[str, int, tuple[int, str] | None]]
) -> None:
    started = clock.time
    with forgetting(dana.company.world):
        clock.time = started
        office = Office(owner, dana, clock)
        try:
            for deed, which, meanwhile in what:
                _step(office, wire, deed, office.visits[which % len(office.visits)], meanwhile)
                office.check()
        finally:
            wire.heal()
            clock.time = started


def _step(office: Office, wire: Wire, deed: str, one: Any, meanwhile: tuple[int, str] | None) -> None:
    """A deed on a visit; at one of its calls, nothing, a fault of the wire, or another deed on it."""
    calls = [0]

    def plan(_: int, call: Call) -> object:
        if meanwhile is None or not call.what.startswith("dynamodb"):
            return None
        calls[0] += 1
        if calls[0] - 1 != meanwhile[0]:
            return None
        if meanwhile[1] in FAULTS:
            return meanwhile[1]
        wire.heal()
        with suppress(PortalError):
            DEEDS[meanwhile[1]](office, one)
        return None

    wire.plan = plan  # type: ignore[assignment]
    with suppress(PortalError, Killed, AssertionError):
        DEEDS[deed](office, one)
    wire.heal()
