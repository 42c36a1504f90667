"""Visits by the API: planned, changed, completed; safe to repeat, and nobody else's business."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.billing.wire import Wire
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import comes_between, store_calls
from tests.visits.planner import (
    DENVER,
    WEDNESDAY,
    done,
    fields,
    first_page,
    glance_of,
    own_id,
    planned,
    stands,
    told,
    trail,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DENVER)
"""The time it is when a test begins."""


def test_a_visit_is_planned_and_read_as_it_was_sent(owner: Client, dana: Person) -> None:
    product = {"name": "Demand CS", "amount": "2 oz", "note": "EPA 100-1066"}
    made = planned(
        owner, dana, external_id="job-1", work="Perimeter and kitchen.", products=[product, {"name": "Glue board"}],
        notes="Keep the dog in.",
    )  # fmt: skip
    assert made == {
        "id": f"{dana.id}-{own_id(made)}", "external_id": "job-1", "customer": dana.id,
        "customer_name": "Dana Whitfield", "title": "Quarterly pest control", "status": "scheduled",
        "starts_at": "2026-11-25T15:00:00+00:00", "ends_at": "2026-11-25T17:00:00+00:00", "technician": "Marco Ruiz",
        "completed_at": None, "work": "Perimeter and kitchen.",
        "products": [product, {"name": "Glue board", "amount": "", "note": ""}], "notes": "Keep the dog in.",
        "photos": [], "rating": None, "booking": None,
    }  # fmt: skip
    assert owner.get(f"/visits/{made['id']}").json == owner.get("/visits/ext:job-1").json == made


@pytest.mark.parametrize("offset", ["-07:00", "Z", "+05:45", "-03:30"])
def test_a_time_may_have_any_offset(owner: Client, dana: Person, offset: str) -> None:
    made = planned(owner, dana, starts_at=f"2026-12-01T08:00:00{offset}", ends_at=f"2026-12-01T10:30:00{offset}")
    starts, ends = (datetime.fromisoformat(made[name]) for name in ("starts_at", "ends_at"))
    assert starts == datetime.fromisoformat(f"2026-12-01T08:00:00{offset}") and ends - starts == timedelta(hours=2.5)
    assert made["starts_at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [
        ({"starts_at": "2026-12-01T08:00:00"}, "#/starts_at"),
        ({"starts_at": "2026-12-01"}, "#/starts_at"),
        ({"starts_at": "tomorrow"}, "#/starts_at"),
        ({"starts_at": None}, "#/starts_at"),
        ({"starts_at": 1764601200}, "#/starts_at"),
        ({"starts_at": "1900-01-01T00:00:00Z"}, "#/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, "#/starts_at"),
        ({"ends_at": "2026-11-25T14:59:59Z"}, "#/ends_at"),
        ({"ends_at": "2026-11-26T15:00:01Z"}, "#/ends_at"),
        ({"completed_at": "2026-11-23T19:00:00Z"}, "#/completed_at"),
        ({"status": "complete", "completed_at": "2026-11-24T19:00:00Z"}, "#/completed_at"),
        ({"status": "done"}, "#/status"),
        ({"title": ""}, "#/title"),
        ({"title": "  "}, "#/title"),
        ({"title": "x" * 201}, "#/title"),
        ({"title": "a\x00b"}, "#/title"),
        ({"technician": "x" * 101}, "#/technician"),
        ({"work": "x" * 5001}, "#/work"),
        ({"products": [{"name": " "}]}, "#/products/0/name"),
        ({"products": [{"amount": "2 oz"}]}, "#/products/0/name"),
        ({"products": [{"name": "x"}] * 41}, "#/products"),
        ({"customer": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "#/customer"),
        ({"customer": "ext:nobody"}, "#/customer"),
        ({"customer": "../../x"}, "#/customer"),
        ({"external_id": "a b"}, "#/external_id"),
        ({"photos": []}, "#/photos"),
    ],
)
def test_what_can_be_no_visit_is_refused_and_named(
    owner: Client, dana: Person, evergreen: Company, odd: dict[str, Any], pointer: str
) -> None:
    answer = owner.post("/visits", fields(dana, **odd))
    assert answer.status == 422, answer.text
    assert answer.json["errors"][0]["pointer"] == pointer
    assert owner.get("/visits").json["items"] == [] and trail(evergreen) == []


# By the company's own id


def test_the_same_again_writes_nothing(owner: Client, dana: Person, evergreen: Company, wire: Wire) -> None:
    first = owner.put("/visits/ext:job-1", fields(dana))
    before = glance_of(dana)
    wire.calls.clear()
    again = owner.put("/visits/ext:job-1", fields(dana))
    assert (first.status, again.status) == (201, 200) and first.json == again.json
    assert not wire.of("dynamodb Transact") and glance_of(dana) == before and len(trail(evergreen)) == 1


def test_a_complete_visit_sent_again_without_its_time_stays_as_it_was(
    owner: Client, dana: Person, clock: Clock, evergreen: Company
) -> None:
    sent = fields(dana, NOON - timedelta(hours=3), status="complete")
    first = owner.put("/visits/ext:job-1", sent).json
    clock.forward(days=2)
    assert evergreen.admin().put("/visits/ext:job-1", sent).json == first
    assert len(trail(evergreen)) == 1 and len(told(dana)) == 1


def test_what_differs_is_changed_and_told(owner: Client, dana: Person, evergreen: Company) -> None:
    first = owner.put("/visits/ext:job-1", fields(dana)).json
    later = WEDNESDAY + timedelta(days=1)
    again = owner.put("/visits/ext:job-1", fields(dana, later, technician="Ana Bell", work="Kitchen."))
    assert again.status == 200 and again.json["id"] == first["id"]
    assert trail(evergreen)[0] == (
        "visit.change", first["id"],
        {
            "starts_at": ("2026-11-25T15:00:00+00:00", "2026-11-26T15:00:00+00:00"),
            "ends_at": ("2026-11-25T17:00:00+00:00", "2026-11-26T17:00:00+00:00"),
            "technician": ("Marco Ruiz", "Ana Bell"), "work": ("", "Kitchen."),
        },
    )  # fmt: skip
    soon = glance_of(dana).next
    assert soon and (soon.starts_at, soon.technician) == ("2026-11-26T15:00:00+00:00", "Ana Bell")


def test_a_visit_never_goes_to_another_customer(owner: Client, dana: Person, evergreen: Company) -> None:
    lee = evergreen.customer("Lee Park", email="lee@example.com")
    made = owner.put("/visits/ext:job-1", fields(dana)).json
    for id in ("ext:job-1", made["id"]):
        answer = owner.put(f"/visits/{id}", fields(lee))
        assert (answer.status, answer.kind) == (409, "customer-fixed")
    assert owner.get("/visits/ext:job-1").json == made and first_page(lee) == (None, None)


def test_each_visit_has_an_own_id_of_its_own(owner: Client, dana: Person) -> None:
    planned(owner, dana, external_id="job-1")
    for answer in (
        owner.post("/visits", fields(dana, external_id="job-1")),
        owner.put(f"/visits/{planned(owner, dana)['id']}", fields(dana, external_id="job-1")),
    ):
        assert (answer.status, answer.kind) == (409, "external-id-taken")


def test_an_own_id_can_change_and_the_old_one_is_free_again(owner: Client, dana: Person) -> None:
    made = planned(owner, dana, external_id="job-1")
    assert owner.put(f"/visits/{made['id']}", fields(dana, external_id="job-2")).status == 200
    assert owner.get("/visits/ext:job-1").status == 404
    assert owner.get("/visits/ext:job-2").json["id"] == made["id"]
    assert owner.put(f"/visits/{made['id']}", fields(dana)).json["external_id"] == "job-2"
    assert planned(owner, dana, external_id="job-1")["id"] != made["id"]


def test_two_own_ids_for_one_visit_are_refused(owner: Client, dana: Person) -> None:
    answer = owner.put("/visits/ext:job-1", fields(dana, external_id="job-2"))
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/external_id"


def test_a_post_sent_again_is_one_visit(owner: Client, dana: Person) -> None:
    answers = [owner.post("/visits", fields(dana), idempotency_key="plan-1") for _ in range(2)]
    assert answers[0].json == answers[1].json and len(owner.get("/visits").json["items"]) == 1


# Where it stands


def test_a_visit_is_under_way_then_complete(owner: Client, dana: Person, evergreen: Company, clock: Clock) -> None:
    made = planned(owner, dana, NOON)
    assert stands(owner, made, "on_the_way").json["status"] == "on_the_way"
    seen = glance_of(dana)
    assert seen.next and seen.next.status == "on_the_way"
    clock.forward(minutes=10)
    complete = stands(owner, made, "complete").json
    assert (complete["status"], complete["completed_at"]) == ("complete", "2026-11-23T19:10:00+00:00")
    assert first_page(dana) == (None, own_id(made))
    told_of = [(action, changed.get("status")) for action, _, changed in trail(evergreen)]
    assert told_of == [
        ("visit.change", ("on_the_way", "complete")), ("visit.change", ("scheduled", "on_the_way")),
        ("visit.create", (None, "scheduled")),
    ]  # fmt: skip


def test_the_same_status_again_changes_nothing(owner: Client, dana: Person, evergreen: Company, clock: Clock) -> None:
    made = planned(owner, dana, NOON)
    first = stands(owner, made, "complete").json
    clock.forward(minutes=5)
    assert stands(owner, made, "complete").json == first
    assert len(trail(evergreen)) == 2 and told(dana) == [f"visit-{own_id(made)}"]


def test_a_cancelled_visit_is_scheduled_again_first(owner: Client, dana: Person) -> None:
    made = planned(owner, dana)
    stands(owner, made, "cancelled")
    assert first_page(dana) == (None, None)
    for answer in (
        stands(owner, made, "complete"),
        stands(owner, made, "on_the_way"),
        owner.put(f"/visits/{made['id']}", fields(dana, status="complete")),
    ):
        assert (answer.status, answer.kind) == (409, "visit-cancelled")
    assert stands(owner, made, "scheduled").status == 200 and first_page(dana) == (own_id(made), None)


@pytest.mark.parametrize("status", ["", "done", "COMPLETE", None, 3])
def test_there_are_four_states(owner: Client, dana: Person, status: Any) -> None:
    answer = owner.put(f"/visits/{planned(owner, dana)['id']}/status", {"status": status})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/status"


def test_a_report_alone_leaves_the_first_page_alone(owner: Client, dana: Person) -> None:
    made, before = planned(owner, dana), glance_of(dana)
    assert owner.put(f"/visits/{made['id']}", fields(dana, notes="Keep the dog in.")).json["notes"]
    assert glance_of(dana) == before


# Nobody else's


def test_what_is_anothers_is_not_there(
    owner: Client, dana: Person, evergreen: Company, bluewave: Company
) -> None:  # fmt: skip
    ruth = bluewave.customer("Ruth Stone", email="ruth@example.com")
    theirs = planned(bluewave.admin(), ruth, external_id="job-9")
    lee = evergreen.customer("Lee Park", email="lee@example.com")
    mine = planned(owner, dana)
    strange = (
        theirs["id"], "ext:job-9", f"{lee.id}-{own_id(mine)}", f"{ruth.id}-{own_id(mine)}",
        f"{dana.id}-{own_id(theirs)}", f"{dana.id}-01ARZ3NDEKTSV4RRFFQ69G5FAV", own_id(mine), f"{mine['id']}-x",
        f"{dana.id}-profile", "ext:", "ext:a%20b", "%2e%2e", "everyone-01ARZ3NDEKTSV4RRFFQ69G5FAV",
    )  # fmt: skip
    for id in strange:
        assert owner.get(f"/visits/{id}").status == 404, id
        assert owner.put(f"/visits/{id}/status", {"status": "cancelled"}).status == 404, id
        if not id.startswith("ext:"):
            assert owner.put(f"/visits/{id}", fields(dana)).status == 404, id
    answer = owner.post("/visits", fields(ruth))
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/customer"
    assert owner.get(f"/visits?customer={ruth.id}").json["items"] == []
    assert bluewave.admin().get(f"/visits/{theirs['id']}").json["status"] == "scheduled"
    # The same id is another company's to give as well.
    assert owner.put("/visits/ext:job-9", fields(dana)).status == 201


# What it costs, and what goes wrong on the way


def test_store_calls_are_few(owner: Client, dana: Person, wire: Wire) -> None:
    for number in range(12):
        done(owner, dana, NOON - timedelta(days=number + 1))
        planned(owner, dana, WEDNESDAY + timedelta(days=number))
    sent = fields(dana, NOON)
    find = ["BatchGetItem"]
    keep = ["BatchGetItem", "Query", "TransactWriteItems"]
    assert store_calls(wire, lambda: owner.put("/visits/ext:job-1", sent)) == [*find, *find, *keep]
    assert store_calls(wire, lambda: owner.put("/visits/ext:job-1", sent)) == [*find, *find, "BatchGetItem"]
    made = owner.get("/visits/ext:job-1").json
    assert store_calls(wire, lambda: stands(owner, made, "on_the_way")) == keep
    assert store_calls(wire, lambda: stands(owner, made, "complete")) == keep
    # The last complete visit is none any more: the one before it is looked up, and its rating.
    assert store_calls(wire, lambda: stands(owner, made, "cancelled")) == [
        "BatchGetItem", "Query", "Query", "BatchGetItem", "TransactWriteItems",
    ]  # fmt: skip
    assert store_calls(wire, lambda: owner.get(f"/visits/{made['id']}")) == ["BatchGetItem"]


@pytest.mark.parametrize("fault", ["lost after", "error after", "doubled", "lost before", "throttled"])
@pytest.mark.parametrize("status", ["scheduled", "complete"])
def test_an_answer_that_is_lost_is_one_visit_all_the_same(
    owner: Client, dana: Person, evergreen: Company, wire: Wire, fault: Any, status: str
) -> None:
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    answer = owner.put("/visits/ext:job-1", fields(dana, NOON - timedelta(hours=3), status=status))
    wire.heal()
    assert answer.status in (200, 201), answer.text
    made = answer.json
    assert len(owner.get("/visits").json["items"]) == 1 and len(trail(evergreen)) == 1
    id, complete = own_id(made), status == "complete"
    assert first_page(dana) == ((None, id) if complete else (id, None))
    assert told(dana) == ([f"visit-{id}"] if complete else [])
    assert len(wire.of("sqs SendMessage")) == int(complete)


def test_whoever_keeps_losing_says_so_and_nothing_is_written(
    owner: Client, dana: Person, evergreen: Company, wire: Wire
) -> None:
    wire.down("dynamodb TransactWriteItems", "lost before")
    assert owner.put("/visits/ext:job-1", fields(dana)).status == 503
    wire.heal()
    assert owner.get("/visits/ext:job-1").status == 404 and trail(evergreen) == []


def test_two_who_make_the_same_visit_make_one(owner: Client, dana: Person, evergreen: Company, wire: Wire) -> None:
    software = evergreen.admin("software@evergreen.example")
    theirs: list[Any] = []
    comes_between(
        wire, "TransactWriteItems",
        lambda: theirs.append(software.put("/visits/ext:job-1", fields(dana, technician="Ana Bell"))),
    )  # fmt: skip
    ours = owner.put("/visits/ext:job-1", fields(dana))
    wire.heal()
    assert (theirs[0].status, ours.status) == (201, 200) and theirs[0].json["id"] == ours.json["id"]
    assert ours.json["technician"] == "Marco Ruiz"
    assert [action for action, _, _ in trail(evergreen)] == ["visit.change", "visit.create"]
