"""Customers by the API: a company's software puts them in by its own ids, again and again."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.customers import records
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Client
from tests.customers.records import comes_between, leads_to, store_calls, trail

DANA: dict[str, Any] = {
    "name": "Dana Whitfield",
    "contacts": [
        {"name": "Dana", "email": "dana@example.com", "phone": "+1 (303) 555-0117"},
        {"name": "Lou", "email": "lou@example.com"},
    ],
    "address": ["418 Juniper Lane", "Littleton, CO 80123"],
}


def test_a_put_by_the_companys_own_id_makes_and_changes(owner: Client, evergreen: Company) -> None:
    made = owner.put("/customers/ext:1234", DANA)
    assert made.status == 201
    assert made.json["external_id"] == "1234" and made.json["first_name"] == "Dana"
    assert made.json["access"] == "never_invited" and made.json["created_at"] == "2026-11-23T19:00:00+00:00"
    assert made.json["sums"] == {"balance": 0, "in_flight": 0, "credit": 0, "open_invoices": 0}
    changed = owner.put("/customers/ext:1234", DANA | {"name": "Dana Whitfield-Ortiz"})
    assert (changed.status, changed.json["id"]) == (200, made.json["id"])
    assert owner.get("/customers/ext:1234").json == owner.get(f"/customers/{made.json['id']}").json == changed.json


def test_the_same_again_writes_nothing(owner: Client, evergreen: Company, wire: Wire) -> None:
    first = owner.put("/customers/ext:1234", DANA)
    calls = store_calls(wire, lambda: owner.put("/customers/ext:1234", DANA))
    assert calls == ["BatchGetItem", "BatchGetItem"]
    again = owner.put("/customers/ext:1234", DANA)
    assert (again.status, again.json) == (200, first.json)
    assert [action for action, *_ in trail(evergreen)] == ["customer.create"]


def test_what_is_sent_is_tidied(owner: Client) -> None:
    sent = {
        "name": "  Lucía\tHerrera ",
        "contacts": [{"email": " Lucia@Example.COM "}, {}, {"phone": "720 555 0129"}],
        "address": ["1440  Magnolia Way", " "],
    }
    told = owner.post("/customers", sent).json
    assert (told["name"], told["first_name"], told["address"]) == ("Lucía Herrera", "Lucía", ["1440 Magnolia Way"])
    assert told["contacts"] == [
        {"name": "", "email": "lucia@example.com", "phone": ""},
        {"name": "", "email": "", "phone": "720 555 0129"},
    ]


def test_with_put_what_is_left_out_becomes_empty_but_a_language_chosen_stays(owner: Client, evergreen: Company) -> None:
    made = owner.post("/customers", DANA | {"external_id": "1234"}).json
    evergreen.store.write(records.change_profile(evergreen.store, made["id"], language="es"))
    told = owner.put(f"/customers/{made['id']}", {"name": "Dana"}).json
    assert (told["contacts"], told["address"], told["external_id"], told["language"]) == ([], [], None, "es")
    assert owner.get("/customers/ext:1234").status == 404


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"name": " "}, "#/name"),
        ({"contacts": [{"email": "dana@example.com"}, {"email": "dana"}]}, "#/contacts/1/email"),
        ({"contacts": [{"email": "da#na@example.com"}]}, "#/contacts/0/email"),
        ({"contacts": [{"phone": "call me"}]}, "#/contacts/0/phone"),
        ({"name": "Dana \u202e Whitfield"}, "#/name"),
        ({"external_id": "1/2"}, "#/external_id"),
        ({"langauge": "en"}, "#/langauge"),
        ({"language": "de"}, "#/language"),
    ],
)
def test_what_is_wrong_is_said_by_its_place(owner: Client, part: dict[str, Any], pointer: str) -> None:
    answer = owner.post("/customers", DANA | part)
    assert answer.status == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_everything_leads_to_a_customer_and_nothing_does_any_more(owner: Client, evergreen: Company) -> None:
    id = owner.put("/customers/ext:1234", DANA).json["id"]
    assert leads_to(evergreen, id) == {
        "email#dana@example.com", "email#lou@example.com", "external#customer#1234",
        "find#dana whitfield", "find#whitfield", "find#dana example com", "find#lou example com", "find#13035550117",
        "find#3035550117",
    }  # fmt: skip
    owner.put(f"/customers/{id}", {"name": "Dana Ortiz", "contacts": [{"email": "dana@ortiz.example"}]})
    assert leads_to(evergreen, id) == {
        "email#dana@ortiz.example", "find#dana ortiz", "find#ortiz", "find#dana ortiz example",
    }  # fmt: skip


def test_a_name_of_many_words_and_the_most_of_all_fit_one_change(owner: Client, evergreen: Company) -> None:
    def full(tag: str) -> dict[str, Any]:
        contacts = [
            {"name": f"{tag} {n}", "email": f"{tag}{n}@example.com", "phone": f"+1 303 555 01{ord(tag) - 90}{n}"}
            for n in range(10)
        ]
        return {"name": " ".join(f"{tag}{n}" * 3 for n in range(10))[:100], "contacts": contacts, "external_id": tag}

    id = owner.post("/customers", full("a")).json["id"]
    assert owner.put(f"/customers/{id}", full("b")).status == 200
    assert len([one for one in leads_to(evergreen, id) if one.startswith("find#")]) == 4 + 10 + 20


def test_an_external_id_is_one_customers_alone(owner: Client, evergreen: Company) -> None:
    owner.put("/customers/ext:1234", DANA)
    other = owner.post("/customers", {"name": "Tom"}).json["id"]
    for answer in (
        owner.post("/customers", {"name": "Lou", "external_id": "1234"}),
        owner.put(f"/customers/{other}", {"name": "Tom", "external_id": "1234"}),
    ):
        assert (answer.status, answer.kind) == (409, "external-id-taken")
    assert len(owner.get("/customers").json["items"]) == 2


def test_an_external_id_that_is_given_up_is_free(owner: Client) -> None:
    id = owner.put("/customers/ext:1234", DANA).json["id"]
    owner.put(f"/customers/{id}", DANA | {"external_id": "5678"})
    assert owner.get("/customers/ext:5678").json["id"] == id
    assert owner.put("/customers/ext:1234", DANA).json["id"] != id


def test_the_path_says_the_external_id(owner: Client) -> None:
    assert owner.put("/customers/ext:1234", DANA | {"external_id": "1234"}).status == 201
    answer = owner.put("/customers/ext:1234", DANA | {"external_id": "5678"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/external_id")
    assert owner.put("/customers/ext:a%23b", DANA).status == 422


def test_what_is_missing_and_what_is_anothers_are_the_same(
    owner: Client, evergreen: Company, bluewave: Company
) -> None:
    theirs = bluewave.admin().put("/customers/ext:1", DANA).json["id"]
    answers = [
        owner.send(method, f"/customers/{id}{rest}", body)
        for id in (theirs, "01JDCV0000000000000000NOPE", "ext:1", "x#profile")
        for method, rest, body in (
            ("GET", "", None), ("GET", "/access", None), ("PATCH", "/access", {"on": False}),
            ("PUT", "/access/password", {"password": "seven green gardens"}), ("POST", "/access/invites", None),
            ("POST", "/access/password-resets", None), ("DELETE", "/access/sessions", None),
            ("GET", "/access/links", None), ("DELETE", "/access/links/x", None),
        )
    ]  # fmt: skip
    answers += [owner.put(f"/customers/{id}", DANA) for id in (theirs, "01JDCV0000000000000000NOPE")]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert bluewave.admin("b@example.com").get(f"/customers/{theirs}/access").json["state"] == "never_invited"


def test_who_changed_what_stands_in_the_trail(owner: Client, evergreen: Company) -> None:
    id = owner.put("/customers/ext:1234", DANA).json["id"]
    owner.put("/customers/ext:1234", DANA | {"name": "Dana Ortiz"})
    changed, created = trail(evergreen)
    assert changed == ("customer.change", id, {"name": ("Dana Whitfield", "Dana Ortiz")})
    assert created[:2] == ("customer.create", id)
    assert created[2]["external_id"] == (None, "1234")


def test_a_reader_changes_nothing(evergreen: Company, owner: Client) -> None:
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert reader.put("/customers/ext:1", DANA).status == 403
    assert reader.get("/customers").json["items"] == []


def test_customers_can_be_listed_by_how_they_stand(owner: Client, evergreen: Company, wire: Wire) -> None:
    ids = [owner.post("/customers", DANA | {"name": f"Dana {n}"}).json["id"] for n in range(5)]
    for id in ids[1:4:2]:
        owner.patch(f"/customers/{id}/access", {"on": False})
    assert [one["id"] for one in owner.get("/customers?access=off").json["items"]] == [ids[1], ids[3]]
    found, cursor, calls = [], "", []
    while True:
        wire.calls.clear()
        page = owner.get(f"/customers?access=off&search=dana&limit=2&cursor={cursor}").json
        calls.append(len(wire.calls))
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == [ids[1], ids[3]] and len(set(calls)) == 1
    other = owner.get("/customers?access=active&limit=2").json
    assert other["items"] == [] and other["next"], "none on this page says nothing of the next"
    wrong = owner.get(f"/customers?access=off&limit=2&cursor={other['next']}")
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "?cursor")
    assert "never_invited" in owner.get("/customers?access=gone").json["detail"]


# Two at once, and answers that are lost


def test_two_puts_of_the_same_id_at_once_make_one_customer(owner: Client, evergreen: Company, wire: Wire) -> None:
    comes_between(wire, "TransactWriteItems", lambda: owner.put("/customers/ext:1234", DANA | {"name": "First"}))
    second = owner.put("/customers/ext:1234", DANA | {"name": "Second"})
    assert second.status == 200
    assert [one["name"] for one in owner.get("/customers").json["items"]] == ["Second"]
    assert [action for action, *_ in trail(evergreen)] == ["customer.change", "customer.create"]


def test_two_changes_at_once_leave_nothing_of_the_first_behind(owner: Client, evergreen: Company, wire: Wire) -> None:
    id = owner.put("/customers/ext:1234", DANA).json["id"]
    comes_between(wire, "TransactWriteItems", lambda: owner.put(f"/customers/{id}", {"name": "Between"}))
    assert owner.put(f"/customers/{id}", {"name": "After", "external_id": "1234"}).status == 200
    assert leads_to(evergreen, id) == {"find#after", "external#customer#1234"}


def test_a_payment_disturbs_no_change_nor_a_change_a_payment(owner: Client, evergreen: Company, wire: Wire) -> None:
    dana = evergreen.customer()
    comes_between(wire, "TransactWriteItems", lambda: dana.invoice(12_000))
    wire.calls.clear()
    assert owner.put(f"/customers/{dana.id}", DANA).json["name"] == "Dana Whitfield"
    assert len(wire.of("dynamodb TransactWriteItems")) == 2, "the change's own and the invoice's"
    assert owner.get(f"/customers/{dana.id}").json["sums"]["balance"] == 12_000


@pytest.mark.parametrize("fault", ["lost after", "lost before", "error after", "doubled"])
@pytest.mark.parametrize("put", [True, False])
def test_a_lost_answer_makes_no_second_customer(
    owner: Client, evergreen: Company, wire: Wire, fault: str, put: bool
) -> None:
    wire.down("dynamodb TransactWriteItems", fault, times=1)  # type: ignore[arg-type]
    body = DANA | {"external_id": "1234"}
    answer = owner.put("/customers/ext:1234", body) if put else owner.post("/customers", body, idempotency_key="k")
    assert answer.status == 201
    assert len(owner.get("/customers").json["items"]) == 1
    assert [action for action, *_ in trail(evergreen)] == ["customer.create"]


def test_a_post_that_died_half_way_goes_on_as_the_same(owner: Client, wire: Wire) -> None:
    """The store answers no more after the customer was made; sent again, it is the same customer."""
    body = DANA | {"external_id": "1234"}
    wire.down("dynamodb TransactWriteItems", "lost after", times=5)
    assert owner.post("/customers", body, idempotency_key="k").status == 503
    wire.heal()
    again = owner.post("/customers", body, idempotency_key="k")
    assert again.status == 201
    assert [one["id"] for one in owner.get("/customers").json["items"]] == [again.json["id"]]
