"""Customers are listed by name, and found by how a name, an address or a number begins."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from chalicelib.aws.rows import Write, put
from chalicelib.customers.records.lookups import LookupRow
from chalicelib.customers.rules.finding import fold, typed
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Client
from tests.customers.records import store_calls


def names(client: Client, query: str = "") -> list[str]:
    return [one["name"] for one in client.get(f"/customers{query}").json["items"]]


def pages(client: Client, query: str) -> list[list[str]]:
    """All pages of a list, by the cursor of each."""
    found: list[list[str]] = []
    cursor = ""
    while True:
        answer = client.get(f"/customers?{query}&cursor={cursor}").json
        found.append([one["name"] for one in answer["items"]])
        cursor = answer["next"]
        if cursor is None:
            return found


@pytest.fixture
def people(evergreen: Company) -> Company:
    evergreen.customer("Lucía Herrera", email="lucia.herrera@example.com", phones=("+1 (720) 555-0129",))
    evergreen.customer("Walter & June O'Brien", email="obriens@example.com")
    evergreen.customer("Ridgeline Property Group", email="accounts@ridgeline.example", phones=("(303) 555-0160",))
    evergreen.customer("24 Hour Fitness", email="")
    evergreen.customer("Łukasz Ångström", email="lucas@example.com")
    return evergreen


def test_all_are_listed_by_name(owner: Client, people: Company) -> None:
    assert names(owner) == [
        "24 Hour Fitness", "Lucía Herrera", "Łukasz Ångström", "Ridgeline Property Group", "Walter & June O'Brien",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lucia", ["Lucía Herrera"]),
        ("LUCÍA HERR", ["Lucía Herrera"]),
        ("herrera", ["Lucía Herrera"]),
        ("june", ["Walter & June O'Brien"]),
        ("obri", ["Walter & June O'Brien"]),
        ("o’brien", ["Walter & June O'Brien"]),
        ("accounts@ridge", ["Ridgeline Property Group"]),
        ("(303) 555", ["Ridgeline Property Group"]),
        ("720-555-0129", ["Lucía Herrera"]),
        ("+1 720", ["Lucía Herrera"]),
        ("24", ["24 Hour Fitness"]),
        ("24 hour", ["24 Hour Fitness"]),
        ("angstrom", ["Łukasz Ångström"]),
        ("lukasz", ["Łukasz Ångström"]),
        ("luc", ["Lucía Herrera", "Łukasz Ångström"]),
        ("fitness group", []),
        ("example.com", []),
        ("#", []),
        ("%", []),
    ],
)
def test_a_search_finds_by_how_it_begins(owner: Client, people: Company, typed: str, found: list[str]) -> None:
    assert sorted(names(owner, f"?search={quote(typed)}")) == sorted(found)


def test_blanks_are_no_search(owner: Client, people: Company) -> None:
    assert len(names(owner, "?search=%20%20")) == 5


def test_who_is_found_by_several_things_is_found_once(owner: Client, evergreen: Company) -> None:
    """By the name and by three addresses, also where the page ends between two of them."""
    for number in range(7):
        evergreen.customer(
            f"Dana Dana {number}",
            email=f"dana{number}@example.com",
            emails=(f"dana{number}@example.com", f"dana.{number}@work.example", f"danaw{number}@example.com"),
        )
    for limit in (1, 2, 3, 20):
        found = [name for page in pages(owner, f"search=dana&limit={limit}") for name in page]
        assert sorted(found) == [f"Dana Dana {number}" for number in range(7)]


def test_a_list_is_paged(owner: Client, people: Company) -> None:
    found = pages(owner, "limit=2")
    assert [len(page) for page in found] == [2, 2, 1]
    assert [name for page in found for name in page] == names(owner)


def test_a_cursor_is_good_for_its_own_list_only(
    owner: Client, people: Company, evergreen: Company, bluewave: Company
) -> None:
    cursor = owner.get("/customers?limit=1").json["next"]
    for answer in (
        owner.get(f"/customers?limit=1&search=lucia&cursor={cursor}"),
        owner.get("/customers?cursor=forged"),
        bluewave.admin().get(f"/customers?cursor={cursor}"),
    ):
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "?cursor")


def test_nobody_finds_anothers_customers(people: Company, bluewave: Company) -> None:
    other = bluewave.admin()
    assert names(other) == names(other, "?search=lucia") == []


def test_what_no_longer_holds_is_not_found(owner: Client, people: Company) -> None:
    """A look-up that is left over leads to nobody who isn't so."""
    id = owner.get("/customers?search=lucia").json["items"][0]["id"]
    people.store.write(_leftover(people, "find#maria", id))
    assert names(owner, "?search=maria") == []


def _leftover(company: Company, text: str, id: str) -> Write:
    return put(LookupRow(company.store.tenant, f"{text}#{id}", who=id), "lookup")


def test_a_page_takes_as_many_calls_at_any_size(owner: Client, evergreen: Company, wire: Wire) -> None:
    for number in range(30):
        evergreen.customer(f"Dana Whitfield {number}", email=f"dana{number}@example.com", password=None)
        if number in (0, 2, 29):
            listed = store_calls(wire, lambda: owner.get("/customers?limit=5"))
            found = store_calls(wire, lambda: owner.get("/customers?search=dana&limit=5"))
            assert listed == ["Query"], number
            assert found == ["Query", "BatchGetItem"], number


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lucía  HERRERA", "lucia herrera"),
        ("Straße", "strasse"),
        ("dana.w@example.com", "dana w example com"),
        ("N° 5 — #7", "n 5 7"),
        ("🌱", ""),
        ("x" * 200, "x" * 60),
        ("ﷺ" * 100, fold("ﷺ" * 100)),
    ],
)
def test_texts_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded == fold(folded)
    assert len(fold(text)) <= 60


def test_what_has_no_letter_is_a_number() -> None:
    assert typed("(303) 555-01") == "30355501"
    assert typed("9 Old Mill") == "9 old mill"
    assert typed("٣٠٣") == "", "digits of other scripts are in nobody's number here"
