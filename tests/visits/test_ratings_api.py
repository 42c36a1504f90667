"""Ratings and answers as the company reads them: lists, follow-ups, sheets, the report."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.tenants.records import audit
from chalicelib.visits.actions import reporting
from chalicelib.visits.records import counts, ratings, reviews
from chalicelib.visits.rules import Rating, Review
from chalicelib.visits.rules.report import person
from sandbox.world import REGION
from tests.billing.wire import Wire
from tests.builders import Company, Person
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.customers.records import comes_between, store_calls
from tests.visits.planner import done, own_id
from tests.visits.rater import answers, rated, rates, rating_of, report, visited

THEN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FORMULA = '=HYPERLINK("https://evil.example";"Click")'


def a_rating(company: Company, number: int, **odd: Any) -> tuple[str, Rating]:
    """One that nobody has given yet, each an hour before the last; and a customer's id."""
    at = (THEN - timedelta(hours=number)).isoformat()
    id = company.world.services.new_id(THEN)
    made = Rating(
        id, number % 5 + 1, f"Comment {number}", at, at, "Quarterly pest control", "Marco Ruiz", at, "2026-11",
        follow_up="none",
    )  # fmt: skip
    return company.world.services.new_id(THEN), replace(made, **odd)


def keep(company: Company, many: list[tuple[str, Rating]]) -> None:
    """Many rows at once, as a write would leave them."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(company.world.services.tables.customers)
    for customer, one in many:
        table.put_item(ratings.new_rating(company.store, customer, one).row.get_save_kwargs_from_instance()["Item"])


def pages(owner: Client, path: str, limit: int = 20) -> list[list[dict[str, Any]]]:
    found, cursor, sign = [], "", "&" if "?" in path else "?"
    for _ in range(300):
        answer = owner.get(f"{path}{sign}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.text
        found.append(answer.json["items"])
        cursor = answer.json["next"]
        if not cursor:
            return found
    raise AssertionError("the list never ends")


def listed(owner: Client, path: str, limit: int = 20) -> list[dict[str, Any]]:
    return [one for page in pages(owner, path, limit) for one in page]


def exported(owner: Client, path: str) -> tuple[list[dict[str, str]], list[Answer]]:
    """The rows of all parts of an export put together, and the parts."""
    parts = []
    while path:
        answer = owner.get(path)
        assert answer.status == 200, answer.text
        parts.append(answer)
        address = answer.headers.get("link", "").partition(";")[0].strip("<>")
        target = urlsplit(address)
        path = f"{target.path.removeprefix('/api/v1')}?{target.query}" if address else ""
    text = "".join(one.text for one in parts)
    assert text.startswith("\ufeff") and text.count("\ufeff") == 1
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))), parts


# Ratings


def test_a_rating_as_the_company_reads_it(dana: Person, owner: Client, clock: Clock) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 2, "The back yard was left out.")
    expected = {
        "id": f"{dana.id}-{visit}", "customer": dana.id, "customer_name": "Dana Whitfield",
        "visit": f"{dana.id}-{visit}", "title": "Quarterly pest control", "technician": "Marco Ruiz",
        "completed_at": "2026-11-23T16:00:00+00:00", "stars": 2, "comment": "The back yard was left out.",
        "rated_at": clock().isoformat(), "changed_at": clock().isoformat(), "follow_up": "open", "follow_up_note": "",
        "follow_up_at": "", "follow_up_by": "",
    }  # fmt: skip
    assert owner.get(f"/ratings/{dana.id}-{visit}").json == expected
    assert owner.get("/ratings").json == {"items": [expected], "next": None}
    assert owner.get("/ratings?follow_up=open").json["items"] == [expected]
    assert owner.get("/ratings?follow_up=resolved").json["items"] == []


def test_a_rating_by_the_companys_own_id_of_its_visit(dana: Person, owner: Client) -> None:
    visit = visited(owner, dana, external_id="job-77")
    assert owner.get("/ratings/ext:job-77").status == 404, "not rated yet"
    rates(dana, visit, 5)
    assert owner.get("/ratings/ext:job-77").json["stars"] == 5


def test_all_ratings_newest_first_whatever_is_done_about_them(evergreen: Company, owner: Client, clock: Clock) -> None:
    made = []
    for number, stars in enumerate((5, 1, 3, 2, 4, 1)):
        clock.forward(minutes=1)
        made.append(rated(evergreen, owner, stars, number))
    for (who, visit), status in zip((made[1], made[3]), ("resolved", "contacted"), strict=True):
        owner.put(f"/ratings/{who.id}-{visit}/follow-up", {"status": status})
    found = listed(owner, "/ratings", limit=4)
    assert [one["id"] for one in found] == [f"{who.id}-{visit}" for who, visit in reversed(made)]
    assert [one["customer_name"] for one in found] == [f"Customer {n}" for n in (5, 4, 3, 2, 1, 0)]
    statuses = {one["stars"]: one["follow_up"] for one in found}
    assert statuses[2] == "contacted" and statuses[5] == "none"
    assert [one["follow_up"] for one in listed(owner, "/ratings?follow_up=resolved")] == ["resolved"]


def test_those_of_a_technician(evergreen: Company, owner: Client, wire: Wire) -> None:
    many = [a_rating(evergreen, n, technician="Ana Silva" if n % 400 == 399 else "Marco Ruiz") for n in range(1_200)]
    keep(evergreen, many)
    calls = store_calls(wire, lambda: listed(owner, "/ratings?technician=ana  SILVA"))
    assert len(calls) <= 3 * (4 + 10 + 3)
    found = listed(owner, "/ratings?technician=ana  SILVA")
    assert [one["comment"] for one in found] == ["Comment 399", "Comment 799", "Comment 1199"]


@pytest.mark.parametrize("many", [10, 1_000])
def test_a_page_takes_as_many_calls_at_any_size(evergreen: Company, owner: Client, wire: Wire, many: int) -> None:
    keep(evergreen, [a_rating(evergreen, number) for number in range(many)])
    assert store_calls(wire, lambda: owner.get("/ratings?limit=5")) == ["Query"] * 4 + ["BatchGetItem"]
    assert store_calls(wire, lambda: owner.get("/ratings?follow_up=none&limit=5")) == ["Query", "BatchGetItem"]
    assert store_calls(wire, lambda: owner.get("/reviews")) == ["Query"] * 3
    assert store_calls(wire, lambda: owner.get("/reports/ratings")) == ["Query"] * 2


def test_a_cursor_is_good_for_its_own_list_only(evergreen: Company, bluewave: Company, owner: Client) -> None:
    keep(evergreen, [a_rating(evergreen, number) for number in range(5)])
    cursor = owner.get("/ratings?limit=2").json["next"]
    for path in ("/ratings?follow_up=none&", "/ratings/export?", "/reviews?"):
        assert owner.get(f"{path}cursor={cursor}").status == 422
    assert bluewave.admin().get(f"/ratings?limit=2&cursor={cursor}").status == 422


def test_nobody_elses(evergreen: Company, bluewave: Company, owner: Client, dana: Person) -> None:
    other = bluewave.admin()
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    theirs = own_id(done(other, ruth, bluewave.world.services.now()))
    rates(ruth, theirs, 1, "Theirs.")
    answers(ruth, 1, "Theirs too.")
    place = f"/ratings/{ruth.id}-{theirs}"
    assert owner.get(place).json == {**owner.get(f"/ratings/{dana.id}-{theirs}").json}
    assert owner.get(place).status == owner.put(f"{place}/follow-up", {"status": "open"}).status == 404
    assert owner.get("/ratings").json["items"] == owner.get("/reviews").json["items"] == []
    assert "Theirs" not in owner.get("/ratings/export").text + owner.get("/reviews/export").text
    assert report(evergreen)["technicians"] == []


# Follow-ups


def test_open_contacted_resolved_in_any_order_with_a_note(
    dana: Person, owner: Client, evergreen: Company, clock: Clock
) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 1)
    place = f"/ratings/{dana.id}-{visit}"
    clock.forward(minutes=5)
    contacted = owner.put(f"{place}/follow-up", {"status": "contacted", "note": " Called. Marco goes back. "}).json
    assert (contacted["follow_up"], contacted["follow_up_note"]) == ("contacted", "Called. Marco goes back.")
    assert (contacted["follow_up_at"], contacted["follow_up_by"]) == (clock().isoformat(), "owner@evergreen.example")
    assert owner.get(place).json == contacted
    clock.forward(minutes=1)
    same = owner.put(f"{place}/follow-up", {"status": "contacted", "note": "Called. Marco goes back."})
    assert same.json == contacted, "the same again changes nothing"
    for status in ("resolved", "open", "resolved"):
        assert owner.put(f"{place}/follow-up", {"status": status, "note": "Hm"}).json["follow_up"] == status
    entries, _ = audit.entries(evergreen.store, 100)
    told = [one for one in entries if one.action == "rating.follow_up"]
    assert len(told) == 4 and {one.target for one in told} == {f"{dana.id}-{visit}"}
    assert [(one.field, one.old, one.new) for one in told[-1].changes] == [
        ("status", "open", "contacted"), ("note", "", "Called. Marco goes back."),
    ]  # fmt: skip


def test_a_follow_up_of_a_good_rating_can_be_opened(dana: Person, owner: Client) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 4, "But the gate was left open.")
    answer = owner.put(f"/ratings/{dana.id}-{visit}/follow-up", {"status": "open"})
    assert (answer.status, answer.json["follow_up"]) == (200, "open")


@pytest.mark.parametrize("body", [{"status": "none"}, {"status": "done"}, {}, {"status": "open", "note": "x" * 2_001}])
def test_follow_ups_that_are_none(dana: Person, owner: Client, body: dict[str, str]) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 4)
    assert owner.put(f"/ratings/{dana.id}-{visit}/follow-up", body).status == 422
    assert (found := rating_of(dana, visit)) and found.follow_up == "none"


def test_a_customer_who_changes_their_rating_in_that_very_moment(dana: Person, owner: Client, wire: Wire) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 1)
    comes_between(wire, "TransactWriteItems", lambda: rates(dana, visit, 5, "All is well again."))
    owner.put(f"/ratings/{dana.id}-{visit}/follow-up", {"status": "resolved", "note": "Went back."})
    found = rating_of(dana, visit)
    assert found is not None
    assert (found.stars, found.comment, found.follow_up) == (5, "All is well again.", "resolved")


def test_who_may_only_read(dana: Person, owner: Client, evergreen: Company) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 1)
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert reader.get("/ratings").status == reader.get("/reports/ratings").status == 200
    assert reader.put(f"/ratings/{dana.id}-{visit}/follow-up", {"status": "open"}).status == 403


# Answers


def test_answers_newest_first_and_by_group(evergreen: Company, owner: Client, clock: Clock) -> None:
    people = []
    for number, score in enumerate((10, 3, 8, 9, 0)):
        clock.forward(minutes=1)
        person = evergreen.customer(f"Customer {number}", email=f"c{number}@example.com", password=None)
        answers(person, score, f"Because {score}")
        people.append(person)
    found = listed(owner, "/reviews", limit=2)
    assert [(one["score"], one["customer_name"]) for one in found] == [
        (0, "Customer 4"), (9, "Customer 3"), (8, "Customer 2"), (3, "Customer 1"), (10, "Customer 0"),
    ]  # fmt: skip
    assert found[1] == {
        "id": found[1]["id"], "customer": people[3].id, "customer_name": "Customer 3", "score": 9, "group": "promoter",
        "comment": "Because 9", "at": found[1]["at"], "changed_at": "",
    }  # fmt: skip
    by_group = {group: [one["score"] for one in listed(owner, f"/reviews?group={group}")] for group in
                ("promoter", "passive", "detractor")}  # fmt: skip
    assert by_group == {"promoter": [9, 10], "passive": [8], "detractor": [0, 3]}
    clock.forward(days=1)
    answers(people[1], 10, "They made it good.")
    assert [one["score"] for one in listed(evergreen.admin(), "/reviews?group=detractor")] == [0]


# Sheets


def test_ratings_as_a_sheet(dana: Person, owner: Client, clock: Clock) -> None:
    visit = visited(owner, dana)
    rates(dana, visit, 2, FORMULA)
    owner.put(f"/ratings/{dana.id}-{visit}/follow-up", {"status": "contacted", "note": "+1 303 555 0142"})
    (row,), (part,) = exported(owner, "/ratings/export")
    assert part.headers["content-disposition"] == 'attachment; filename="ratings-2026-11-23.csv"'
    assert part.headers["content-type"] == "text/csv; charset=utf-8"
    assert row == {
        "id": f"{dana.id}-{visit}", "customer": dana.id, "customer_name": "Dana Whitfield",
        "title": "Quarterly pest control", "technician": "Marco Ruiz", "completed_at": "2026-11-23T09:00:00-07:00",
        "stars": "2", "comment": "'" + FORMULA, "rated_at": "2026-11-23T12:00:00-07:00",
        "changed_at": "2026-11-23T12:00:00-07:00", "follow_up": "contacted", "follow_up_note": "'+1 303 555 0142",
        "follow_up_at": "2026-11-23T12:00:00-07:00", "follow_up_by": "owner@evergreen.example",
    }  # fmt: skip


def test_answers_as_a_sheet(dana: Person, owner: Client) -> None:
    answers(dana, 3, "@SUM(A1)\n-2+3")
    (row,), (part,) = exported(owner, "/reviews/export?group=detractor")
    assert part.headers["content-disposition"] == 'attachment; filename="reviews-2026-11-23.csv"'
    assert (row["score"], row["group"], row["customer_name"]) == ("3", "detractor", "Dana Whitfield")
    assert (row["comment"], row["at"], row["changed_at"]) == ("'@SUM(A1)\n'-2+3", "2026-11-23T12:00:00-07:00", "")
    assert exported(owner, "/reviews/export?group=promoter")[0] == []


def test_a_sheet_goes_on_where_it_ended(
    evergreen: Company, owner: Client, monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    monkeypatch.setattr(reporting, "SHEET_ROWS", 40)
    many = [
        a_rating(evergreen, n, follow_up=("none", "open", "resolved")[n % 3], technician=("Ana", "Bo")[n % 2])
        for n in range(130)
    ]
    keep(evergreen, many)
    rows, parts = exported(owner, "/ratings/export")
    assert [row["comment"] for row in rows] == [f"Comment {n}" for n in range(130)] and len(parts) == 4
    rows, _ = exported(owner, "/ratings/export?follow_up=open&technician=ana")
    assert [row["comment"] for row in rows] == [f"Comment {n}" for n in range(130) if n % 3 == 1 and n % 2 == 0]


# The report


def test_the_report_counts_each_rating_in_the_month_of_its_visit(
    evergreen: Company, owner: Client, clock: Clock
) -> None:
    rated(evergreen, owner, 5, 1)
    rated(evergreen, owner, 4, 2, technician="Ana Silva")
    person, visit = rated(evergreen, owner, 1, 3, technician="ANA  SILVA")
    visited(owner, evergreen.customer("Silent", email="silent@example.com", password=None), technician="")
    rates(person, visit, 3)
    found = report(evergreen, "?from=2026-10&to=2026-11")
    november = {"asked": 4, "ratings": 3, "response": 75, "average": "4.00", "stars": [0, 0, 1, 1, 1]}
    nothing = {"asked": 0, "ratings": 0, "response": None, "average": None, "stars": [0, 0, 0, 0, 0]}
    assert (found["from"], found["to"]) == ("2026-10", "2026-11")
    assert found["months"] == [{**nothing, "month": "2026-10"}, {**november, "month": "2026-11"}]
    assert found["totals"]["ratings"] == november
    names = {one["technician"]: one for one in found["technicians"]}
    assert [one["technician"] for one in found["technicians"]] == ["ANA SILVA", "Marco Ruiz", ""]
    ana = {"asked": 2, "ratings": 2, "response": 100, "average": "3.50", "stars": [0, 0, 1, 1, 0]}
    assert names["ANA SILVA"] == {**ana, "technician": "ANA SILVA", "months": [{**ana, "month": "2026-11"}]}
    assert (names[""]["asked"], names[""]["average"], names[""]["response"]) == (1, None, 0)


def test_a_visit_of_the_last_hour_of_a_month_is_of_that_month_where_the_company_is(
    evergreen: Company, owner: Client, clock: Clock
) -> None:
    clock.time = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 23:30 on November 30 in Denver
    rated(evergreen, evergreen.admin(), 5, 1, ago=timedelta())
    clock.time = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    rated(evergreen, evergreen.admin(), 4, 2, ago=timedelta())
    months = {one["month"]: one["ratings"] for one in report(evergreen)["months"]}
    assert (months["2026-11"], months["2026-12"]) == (1, 1)


NAMES = (
    "", "Marco Ruiz", "a#b", "ratings#2026-11", "~", "-", "Łukasz Żółć", "李小龍", "🐜" * 20, "x" * 100, "' OR 1=1",
    "{}", "O'Brien / Sons", "..", "%00",
)  # fmt: skip


def test_technicians_of_any_name(evergreen: Company, owner: Client) -> None:
    for number, name in enumerate(NAMES):
        rated(evergreen, owner, number % 5 + 1, number, technician=name)
    found = {one["technician"]: one for one in report(evergreen)["technicians"]}
    assert {person(name) for name in found} == {person(name) for name in NAMES} and len(found) == len(NAMES)
    for number, name in enumerate(NAMES):
        one = found[name]
        assert (one["asked"], one["ratings"], one["average"]) == (1, 1, f"{number % 5 + 1}.00")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-13", "from"), ("to=2026-00", "to"), ("from=2026-11&to=2026-10", "to"), ("from=x", "from"),
        ("from=2024-01&to=2026-11", "from"), ("to=2026-11-23", "to"), ("from=2026-1", "from"), ("from=%0A", "from"),
    ],
)  # fmt: skip
def test_months_that_are_none(owner: Client, query: str, field: str) -> None:
    refused = owner.get(f"/reports/ratings?{query}")
    assert refused.status == 422
    assert refused.json["errors"][0].get("parameter", refused.json["errors"][0].get("pointer")) in (field, f"?{field}")


def test_many_technicians_and_two_years_are_two_calls(evergreen: Company, owner: Client, wire: Wire) -> None:
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(evergreen.world.services.tables.tenants)
    for month in range(24):
        for who in range(40):
            row = counts.RatingsRow(
                evergreen.store.tenant, f"ratings#{2025 + month // 12}-{month % 12 + 1:02d}#{who:032x}",
                technician=f"Technician {who}", asked=10, s1=0, s2=1, s3=1, s4=3, s5=4,
            )  # fmt: skip
            table.put_item(row.get_save_kwargs_from_instance()["Item"])
    calls: list[str] = []
    found: list[Any] = []
    calls += store_calls(wire, lambda: found.append(owner.get("/reports/ratings?from=2025-01&to=2026-12").json))
    assert calls == ["Query"] * 2
    assert found[0]["totals"]["ratings"]["ratings"] == 24 * 40 * 9 and len(found[0]["technicians"]) == 40


def test_reviews_lists_hold_what_others_hold(evergreen: Company) -> None:
    """A changed answer is on one list, at its place."""
    store, at = evergreen.store, THEN.isoformat()
    one = Review("01JD0000000000000000000001", 3, "", at, "2026-11")
    store.write(reviews.new_review(store, "C1", one))
    store.write(reviews.change_review(store, "C1", one, replace(one, score=9, changed_at=at, version=1)))
    assert reviews.listed(store, "detractor", 10, "") == ([], False)
    (listed_one,), more = reviews.listed(store, "promoter", 10, "")
    assert (listed_one.customer, listed_one.review.score, more) == ("C1", 9, False)
