"""The company's estimates, listed and found by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.till import Till
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.estimates.desk import Desk, check
from tests.estimates.test_api_estimates import fields, made


def numbers(owner: Client, path: str) -> list[str]:
    """The numbers of all pages of a list."""
    found, cursor = [], ""
    for _ in range(100):
        page = owner.get(path + (f"&cursor={cursor}" if cursor else "")).json
        found += [one["number"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found
    raise AssertionError("the list never ends")


@pytest.fixture
def lee(evergreen: Company, clock: Clock) -> Desk:
    return Desk(Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock))


@pytest.fixture
def some(owner: Client, desk: Desk, lee: Desk) -> dict[str, Any]:
    """Estimates of two customers in every state, by number."""
    states = {"101": "draft", "102": "pending", "103": "expired", "104": "won", "105": "lost", "106": "pending"}
    found = {}
    for number, status in states.items():
        whose, day = (desk, lee)[int(number) % 2], f"2026-11-{int(number) - 96:02d}"
        estimate = made(
            owner, whose, number=number, issued_on=day, status="draft" if status == "draft" else "pending",
            expires_on="2026-11-22" if status == "expired" else "2026-11-23",
        )  # fmt: skip
        if status in ("won", "lost"):
            owner.put(f"/estimates/{estimate['id']}/status", {"status": status})
        found[number] = estimate
    return found


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 100])
def test_all_of_them_newest_first_whatever_their_state(owner: Client, some: dict[str, Any], limit: int) -> None:
    assert numbers(owner, f"/estimates?limit={limit}") == ["106", "105", "104", "103", "102", "101"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("draft", ["101"]), ("pending", ["106", "102"]), ("expired", ["103"]), ("won", ["104"]), ("lost", ["105"])],
)
def test_those_in_a_state(owner: Client, some: dict[str, Any], status: str, expected: list[str]) -> None:
    for limit in (1, 20):
        assert numbers(owner, f"/estimates?status={status}&limit={limit}") == expected
    mine = some[expected[0]]["customer"]
    assert numbers(owner, f"/estimates?status={status}&customer={mine}&limit=1") == expected
    assert numbers(owner, f"/estimates?status={status}&number=10&limit=1") == sorted(expected)


def test_pages_of_those_that_wait_go_on_past_those_that_expired(owner: Client, desk: Desk) -> None:
    """They stand on one list."""
    for number in range(9):
        last_day = None if number in (0, 8) else "2026-11-22"
        made(owner, desk, number=str(number), issued_on=f"2026-11-{number + 1:02d}", expires_on=last_day)
    assert numbers(owner, "/estimates?status=pending&limit=1") == ["8", "0"]
    assert numbers(owner, "/estimates?status=expired&limit=2") == ["7", "6", "5", "4", "3", "2", "1"]


def test_a_row_says_whose_it_is_and_how_it_stands(owner: Client, some: dict[str, Any], desk: Desk, lee: Desk) -> None:
    rows = {one["number"]: one for one in owner.get("/estimates").json["items"]}
    assert {one["customer_name"] for one in rows.values()} == {"Dana Whitfield", "Lee Park"}
    assert rows["102"]["customer"] == desk.till.person.id and rows["105"]["customer"] == lee.till.person.id
    for row in rows.values():
        whole = owner.get(f"/estimates/{row['id']}").json
        assert row == {name: whole[name] for name in row}
    check(desk)
    check(lee)


def test_a_customers_drafts_among_them(owner: Client, some: dict[str, Any], desk: Desk, lee: Desk) -> None:
    made(owner, desk, number="107", status="draft", issued_on="2026-11-20")
    for limit in (1, 2, 20):
        theirs = numbers(owner, f"/estimates?customer={desk.till.person.id}&limit={limit}")
        assert theirs == ["107", "106", "104", "102"]
    for nobody in ("ext:nobody", "0" * 26, "x"):
        assert numbers(owner, f"/estimates?customer={nobody}") == []


def test_by_the_beginning_of_a_number(owner: Client, desk: Desk, lee: Desk) -> None:
    for whose, number in ((desk, "E-1001"), (lee, "e-1002"), (desk, "E-20"), (desk, "#7"), (desk, "Straße 1")):
        made(owner, whose, number=number)
    for limit in (1, 2, 20):
        assert numbers(owner, f"/estimates?number=e-&limit={limit}") == ["E-1001", "e-1002", "E-20"]
    assert numbers(owner, "/estimates?number=7") == ["#7"] and numbers(owner, "/estimates?number=STRASSE1") == [
        "Straße 1"
    ]
    assert numbers(owner, f"/estimates?number=e&customer={lee.till.person.id}") == ["e-1002"]


def test_a_list_moves_with_the_estimate(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk, number="200", status="draft")

    def where() -> list[str]:
        states = ("draft", "pending", "expired", "won", "lost")
        return [one for one in states if numbers(owner, f"/estimates?status={one}")]

    assert where() == ["draft"]
    for status, expected in (("pending", "pending"), ("won", "won"), ("pending", "pending"), ("lost", "lost")):
        owner.put(f"/estimates/{estimate['id']}/status", {"status": status})
        assert where() == [expected]
    owner.put(f"/estimates/{estimate['id']}/status", {"status": "pending"})
    owner.put(f"/estimates/{estimate['id']}", fields(desk, number="201", issued_on="2026-11-01"))
    assert numbers(owner, "/estimates?number=200") == [] and numbers(owner, "/estimates?number=201") == ["201"]


@pytest.mark.parametrize(
    ("path", "calls"),
    [("/estimates?limit=5", 5), ("/estimates?status=won&limit=5", 2), ("/estimates?status=pending&limit=5", 2),
     ("/estimates?status=expired&limit=5", 2), ("/estimates?customer={}&limit=5", 3),
     ("/estimates?number=1&limit=5", 3)],
)  # fmt: skip
def test_a_page_costs_the_same_however_many_there_are(
    owner: Client, desk: Desk, wire: Wire, path: str, calls: int
) -> None:
    path = path.format(desk.till.person.id)
    for day in ("01", "02"):
        won = made(owner, desk, number=f"1{day}", issued_on=f"2026-11-{day}")
        owner.put(f"/estimates/{won['id']}/status", {"status": "won"})
        for last_day in (None, "2026-11-20"):
            made(owner, desk, number=f"1{day}", issued_on=f"2026-11-{day}", expires_on=last_day)
    wire.calls.clear()
    owner.get("/estimate-terms")
    entry = len(wire.of("dynamodb")) - 1
    counts = []
    for _ in range(2):
        wire.calls.clear()
        assert owner.get(path).json["items"]
        counts.append(len(wire.of("dynamodb")) - entry)
        for number in range(12):
            made(owner, desk, number=f"1-{number}", issued_on="2026-11-03", expires_on=None)
    assert counts == [calls, calls]


def test_a_cursor_of_another_list_is_none(owner: Client, some: dict[str, Any]) -> None:
    cursor = owner.get("/estimates?limit=1").json["next"]
    for path in ("/estimates?status=won", "/estimates?number=1", "/invoices?limit=1", "/estimates?limit=1"):
        answer = owner.get(f"{path}&cursor={cursor}")
        assert (answer.status == 200) == (path == "/estimates?limit=1")
