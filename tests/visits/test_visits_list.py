"""The company's visits, listed by the API: by days where the company is, by customer, by state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.billing.wire import Wire
from tests.builders import Company, Person
from tests.client import Client
from tests.customers.records import store_calls
from tests.visits.planner import DENVER, done, planned, stands

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DENVER)
DAY = timedelta(days=1)


def titles(client: Client, path: str) -> list[str]:
    """The titles of all pages of a list."""
    found, cursor = [], ""
    for _ in range(100):
        page = client.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert page.status == 200, page.text
        found += [one["title"] for one in page.json["items"]]
        cursor = page.json["next"]
        if not cursor:
            return found
    raise AssertionError("the list never ends")


@pytest.fixture
def lee(evergreen: Company) -> Person:
    return evergreen.customer("Lee Park", email="lee@example.com")


@pytest.fixture
def some(owner: Client, dana: Person, lee: Person) -> None:
    """Two customers' visits, a day apart, each called by its day from today."""
    for days, status in ((-2, "complete"), (-1, "cancelled"), (1, "scheduled"), (2, "on_the_way"), (3, "scheduled")):
        who = (dana, lee)[days % 2]
        if status == "complete":
            done(owner, who, NOON + days * DAY, title=f"{days}")
        else:
            planned(owner, who, NOON + days * DAY, title=f"{days}", status=status)


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", "3 2 1 -1 -2"),
        ("order=soonest", "-2 -1 1 2 3"),
        ("since=2026-11-24", "3 2 1"),
        ("since=2026-11-24&order=soonest", "1 2 3"),
        ("until=2026-11-23", "-1 -2"),
        ("since=2026-11-22&until=2026-11-24", "1 -1"),
        ("since=2026-11-24&until=2026-11-24", "1"),
        ("since=2026-11-25&until=2026-11-24", ""),
        ("status=scheduled", "3 1"),
        ("status=scheduled&order=soonest", "1 3"),
        ("status=complete", "-2"),
        ("status=cancelled", "-1"),
        ("status=on_the_way&since=2026-11-26", ""),
    ],
)
def test_which_visits_are_listed_and_how(owner: Client, search: str, limit: int, expected: str) -> None:
    assert titles(owner, f"/visits?limit={limit}&{search}") == expected.split()


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", "3 1 -1"), ("order=soonest", "-1 1 3"), ("since=2026-11-23&until=2026-11-25", "1"),
        ("status=scheduled", "3 1"), ("status=complete", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("limit", [1, 100])
def test_those_of_one_customer(owner: Client, lee: Person, search: str, limit: int, expected: str) -> None:
    assert titles(owner, f"/visits?customer={lee.id}&limit={limit}&{search}") == expected.split()


def test_a_visit_that_moves_moves_on_the_list(owner: Client, dana: Person) -> None:
    first, second = planned(owner, dana, NOON, title="first"), planned(owner, dana, NOON + DAY, title="second")
    stands(owner, second, "complete")
    assert owner.get("/visits?since=2026-11-24").json["items"] == []
    stands(owner, second, "scheduled")
    assert titles(owner, "/visits?order=soonest") == ["first", "second"] and first["title"] == "first"


def test_a_row_says_what_the_list_shows(owner: Client, dana: Person) -> None:
    made = planned(owner, dana, external_id="job-1", work="Long words.")
    row = {name: one for name, one in made.items() if name not in ("work", "products", "notes", "rating", "booking")}
    assert owner.get("/visits").json == {"items": [{**row, "photos": 0}], "next": None}
    assert owner.get(f"/visits?customer={dana.id}").json == owner.get("/visits").json


# Days on which clocks change have 23 hours or 25


@pytest.mark.parametrize(
    ("day", "first", "hours"),
    [
        ("2026-03-08", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), 23),
        ("2026-11-01", datetime(2026, 11, 1, 6, 0, tzinfo=UTC), 25),
        ("2026-11-02", datetime(2026, 11, 2, 7, 0, tzinfo=UTC), 24),
    ],
)
def test_a_day_is_as_long_as_it_is_there(owner: Client, dana: Person, day: str, first: datetime, hours: int) -> None:
    last = first + timedelta(hours=hours)
    second = timedelta(seconds=1)
    for at, title in ((first - second, "before"), (first, "first"), (last - second, "last"), (last, "after")):
        done(owner, dana, at, title=title)
    for search in (f"since={day}&until={day}", f"since={day}&until={day}&customer={dana.id}"):
        assert titles(owner, f"/visits?{search}") == ["last", "first"]


@pytest.mark.parametrize(
    ("search", "pointer"),
    [
        ("since=2026-02-30", "?since"), ("until=tomorrow", "?until"), ("since=0001-01-01", "?since"),
        ("until=9999-12-31", "?until"), ("status=done", "?status"), ("order=random", "?order"), ("limit=0", "?limit"),
        ("limit=101", "?limit"), ("cursor=abc", "?cursor"), ("day=2026-11-24", "?day"),
    ],
)  # fmt: skip
def test_what_can_not_be_searched_for_is_named(owner: Client, search: str, pointer: str) -> None:
    answer = owner.get(f"/visits?{search}")
    assert answer.status == 422 and pointer.removeprefix("?") in str(answer.json["errors"][0])


@pytest.mark.usefixtures("some")
def test_a_cursor_is_of_one_list_only(owner: Client, dana: Person, bluewave: Company) -> None:
    cursor = owner.get("/visits?limit=1").json["next"]
    assert owner.get(f"/visits?limit=1&cursor={cursor}").status == 200
    for other in ("order=soonest", "status=scheduled", f"customer={dana.id}", "since=2026-11-24"):
        assert owner.get(f"/visits?limit=1&cursor={cursor}&{other}").status == 422
    assert bluewave.admin().get(f"/visits?limit=1&cursor={cursor}").status == 422


def test_nobody_else_is_listed(owner: Client, dana: Person, bluewave: Company) -> None:
    planned(bluewave.admin(), bluewave.customer("Ruth Stone", email="ruth@example.com"), title="theirs")
    planned(owner, dana, title="ours")
    assert titles(owner, "/visits?limit=9") == ["ours"]
    assert owner.get("/visits?customer=ext:nobody").json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("search", "calls"),
    [
        ("", ["Query", "BatchGetItem"]),
        ("status=scheduled", ["Query", "BatchGetItem"]),
        ("since=2026-11-01&order=soonest", ["Query", "BatchGetItem"]),
        ("customer=dana", ["BatchGetItem", "Query", "BatchGetItem"]),
    ],
)
def test_a_list_takes_as_many_store_calls_at_any_size(
    owner: Client, dana: Person, wire: Wire, search: str, calls: list[str]
) -> None:
    search = search.replace("dana", dana.id)
    for _ in range(2):
        for number in range(6):
            planned(owner, dana, NOON + number * DAY)
        assert store_calls(wire, lambda: owner.get(f"/visits?limit=5&{search}")) == calls


def test_a_page_that_is_narrowed_looks_through_a_hundred(owner: Client, dana: Person, wire: Wire) -> None:
    planned(owner, dana, NOON - DAY, title="old", status="on_the_way")
    for number in range(105):
        planned(owner, dana, NOON + number * timedelta(hours=1))
    first: Any = owner.get("/visits?status=on_the_way").json
    assert first["items"] == [] and first["next"]
    assert titles(owner, "/visits?status=on_the_way") == ["old"]
