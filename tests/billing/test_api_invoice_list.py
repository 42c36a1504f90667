"""The company's invoices, listed and found by the API."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world import World
from tests.billing.desk import fields, made, posts
from tests.billing.till import NEW, Till
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock


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
def lee(evergreen: Company, clock: Clock) -> Till:
    return Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)


@pytest.fixture
def some(owner: Client, dana: Till, lee: Till) -> dict[str, Any]:
    """Invoices of two customers in every state, by number."""
    states = {"101": "draft", "102": "open", "103": "paid", "104": "void", "105": "written_off", "106": "open"}
    found = {}
    for number, status in states.items():
        till, day = (dana, lee)[int(number) % 2], f"2026-11-{int(number) - 96:02d}"
        invoice = made(owner, till, number=number, issued_on=day, status="draft" if status == "draft" else "open")
        if status in ("void", "written_off"):
            owner.put(f"/invoices/{invoice['id']}/status", {"status": status})
        if status == "paid":
            entered = {"amount": 12_000, "method": "Cash", "invoices": [invoice["id"]]}
            posts(owner, f"/customers/{till.person.id}/payments", entered)
        found[number] = invoice
    return found


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 100])
def test_all_of_them_newest_first_whatever_their_state(owner: Client, some: dict[str, Any], limit: int) -> None:
    assert numbers(owner, f"/invoices?limit={limit}") == ["106", "105", "104", "103", "102", "101"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("draft", ["101"]), ("open", ["106", "102"]), ("paid", ["103"]), ("void", ["104"]), ("written_off", ["105"])],
)
def test_those_in_a_state(owner: Client, some: dict[str, Any], status: str, expected: list[str]) -> None:
    for limit in (1, 20):
        assert numbers(owner, f"/invoices?status={status}&limit={limit}") == expected
    mine = some[expected[0]]["customer"]
    assert numbers(owner, f"/invoices?status={status}&customer={mine}&limit=1") == expected


def test_a_row_says_whose_it_is(owner: Client, some: dict[str, Any], dana: Till, lee: Till) -> None:
    rows = {one["number"]: one for one in owner.get("/invoices").json["items"]}
    assert {one["customer_name"] for one in rows.values()} == {"Dana Whitfield", "Lee Park"}
    assert rows["102"]["customer"] == dana.person.id and rows["105"]["customer"] == lee.person.id
    whole = owner.get(f"/invoices/{some['103']['id']}").json
    assert rows["103"] == {name: whole[name] for name in rows["103"]} and rows["103"]["status"] == "paid"


def test_a_customers_drafts_among_them(owner: Client, some: dict[str, Any], dana: Till, lee: Till) -> None:
    made(owner, dana, number="107", status="draft", issued_on="2026-11-20")
    for limit in (1, 2, 20):
        assert numbers(owner, f"/invoices?customer={dana.person.id}&limit={limit}") == ["107", "106", "104", "102"]
    assert numbers(owner, f"/invoices?customer={lee.person.id}") == ["105", "103", "101"]
    for nobody in ("ext:nobody", "0" * 26, "x"):
        assert numbers(owner, f"/invoices?customer={nobody}") == []


def test_a_list_moves_with_the_invoice(owner: Client, dana: Till) -> None:
    """Whoever changes it: the customer, staff, the bank."""
    invoice = made(owner, dana, number="200", status="draft")
    (row,) = dana.invoices

    def where() -> list[str]:
        states = ("draft", "open", "paid", "void", "written_off")
        return [one for one in states if numbers(owner, f"/invoices?status={one}")]

    assert where() == ["draft"]
    owner.put(f"/invoices/{invoice['id']}/status", {"status": "open"})
    assert where() == ["open"]
    payment = dana.pays(row, NEW)
    assert where() == ["open"], "it is on its way"
    dana.at_checkout(payment)
    dana.comes_back(payment)
    assert where() == ["paid"]
    dana.gets_back(payment, 2_000)
    assert where() == ["open"]
    dana.credits(row, 2_000)
    assert where() == ["paid"]
    dana.void(row)
    assert where() == ["void"]


def test_one_that_is_redated_moves(owner: Client, some: dict[str, Any], dana: Till) -> None:
    owner.put(f"/invoices/{some['102']['id']}", fields(dana, number="102", issued_on="2026-11-22"))
    assert numbers(owner, "/invoices?limit=2") == ["102", "106", "105", "104", "103", "101"]


def test_by_the_beginning_of_a_number(owner: Client, dana: Till, lee: Till) -> None:
    for till, number in ((dana, "INV-1001"), (lee, "inv-1002"), (dana, "INV-20"), (dana, "#7"), (dana, "Straße 1")):
        made(owner, till, number=number)
    for limit in (1, 2, 20):
        assert numbers(owner, f"/invoices?number=inv-&limit={limit}") == ["INV-1001", "inv-1002", "INV-20"]
    assert numbers(owner, "/invoices?number=INV-10") == ["INV-1001", "inv-1002"]
    assert numbers(owner, f"/invoices?number=inv-&customer={dana.person.id}&limit=1") == ["INV-1001", "INV-20"]
    assert numbers(owner, "/invoices?number=7") == numbers(owner, "/invoices?number=%237") == ["#7"]
    assert numbers(owner, "/invoices?number=STRASSE") == ["Straße 1"]
    assert numbers(owner, "/invoices?number=inv-9") == []
    found = owner.get("/invoices?number=inv-20").json["items"]
    owner.put(f"/invoices/{found[0]['id']}", fields(dana, number="INV-99"))
    assert numbers(owner, "/invoices?number=inv-20") == [] and numbers(owner, "/invoices?number=inv-9") == ["INV-99"]


def test_another_companys_are_not_among_them(
    owner: Client, bluewave: Company, some: dict[str, Any], clock: Clock
) -> None:
    theirs = bluewave.admin()
    till = Till(bluewave.customer("Ana Ruiz", email="ana@example.com"), clock)
    made(theirs, till, number="101")
    assert len(numbers(owner, "/invoices")) == 6 and numbers(theirs, "/invoices") == ["101"]
    assert owner.get("/invoices?number=101").json["items"][0]["id"] == some["101"]["id"]
    assert numbers(owner, f"/invoices?customer={till.person.id}") == []


@pytest.mark.parametrize("other", ["status=open", "customer={dana}", "number=1"])
def test_a_cursor_is_good_for_its_own_list_only(owner: Client, some: dict[str, Any], dana: Till, other: str) -> None:
    cursor = owner.get("/invoices?limit=1").json["next"]
    for path in (f"/invoices?{other.format(dana=dana.person.id)}&cursor={cursor}", "/invoices?cursor=x"):
        answer = owner.get(path)
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "?cursor")


@pytest.mark.parametrize(
    ("query", "calls"), [("", 6), ("status=open", 2), ("customer={dana}", 2), ("customer={dana}&status=open", 2),
                         ("number=1", 3), ("number=1&status=open&customer={dana}", 3)]
)  # fmt: skip
def test_a_page_takes_as_many_calls_at_any_size(
    world: World, owner: Client, dana: Till, wire: Wire, query: str, calls: int
) -> None:
    def taken() -> int:
        wire.calls.clear()
        answer = owner.get(f"/invoices?limit=20&{query.format(dana=dana.person.id)}")
        assert answer.status == 200
        # Who calls is counted elsewhere, and so is the customer that a query names.
        edge = 2 + query.startswith("customer") + ("&customer" in query)
        return len(wire.of("dynamodb")) - edge

    made(owner, dana, number="1")
    assert taken() == calls
    for number in range(60):
        dana.person.invoice(100 + number, number=f"1{number}", status=("open", "draft", "void")[number % 3])
    assert taken() == calls
