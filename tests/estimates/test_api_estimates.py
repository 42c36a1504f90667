"""Estimates by the API: from draft to decided."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.estimates.actions import deciding
from chalicelib.web.api.openapi import document
from tests.billing.desk import key, trail
from tests.billing.till import Till
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.estimates.desk import Desk, check

UNKNOWN = "0" * 26


def fields(desk: Desk, **odd: Any) -> dict[str, Any]:
    """An estimate of 1,200.00 for this customer; a test names the odd part."""
    made = {
        "customer": desk.till.person.id, "number": "2114", "issued_on": "2026-11-23", "expires_on": "2026-12-23",
        "lines": lines(120_000),
    }  # fmt: skip
    return {**made, **odd}


def lines(total: int) -> list[dict[str, Any]]:
    return [{"description": "Aeration and overseeding", "unit_price": total}]


def made(owner: Client, desk: Desk, **odd: Any) -> Any:
    answer = owner.post("/estimates", fields(desk, **odd))
    assert answer.status == 201, answer.text
    return answer.json


def own(estimate: Any) -> str:
    """The estimate's id within its customer."""
    return str(estimate["id"]).partition("-")[2]


def accepted(desk: Desk, estimate: Any) -> None:
    """By its customer."""
    deciding.accept(
        desk.till.world.services, desk.store, desk.till.company.company, desk.customer, own(estimate),
        estimate["revision"], "Dana Whitfield", True, desk.signing(),
    )  # fmt: skip


# Create


def test_an_estimate_is_created_and_waits(owner: Client, desk: Desk) -> None:
    parts = [{"description": "Seed", "quantity": "2.5", "unit_price": 333}, {"description": "Trip", "amount": 900}]
    more = {"tax": 67, "tax_name": "Sales tax", "notes": "Gate code 1234", "title": "Lawn", "terms": "Ours."}
    answer = owner.post("/estimates", fields(desk, lines=parts, external_id="est-1", **more))
    assert answer.status == 201
    assert answer.json == owner.get(f"/estimates/{answer.json['id']}").json == owner.get("/estimates/ext:est-1").json
    assert answer.json == {
        "id": answer.json["id"], "external_id": "est-1", "customer": desk.till.person.id,
        "customer_name": "Dana Whitfield", "number": "2114", "status": "pending", "issued_on": "2026-11-23",
        "expires_on": "2026-12-23", "currency": "USD", "subtotal": 1_733, "total": 1_800, "terms_version": 0,
        "lines": [
            {"description": "Seed", "quantity": "2.5", "unit_price": 333, "amount": 833},
            {"description": "Trip", "quantity": "1", "unit_price": 0, "amount": 900},
        ],
        "revision": 1, "invoice": None, "changes_asked": False, "decisions": [], "change_requests": [],
        "changeable": "all", **more,
    }  # fmt: skip
    assert desk.waits == ["2114"] and desk.told == [], "nobody is told before it is sent"
    assert trail(owner) == [("estimate.create", answer.json["id"])]
    check(desk)


def test_a_draft_is_the_companys_own_until_it_is_issued(owner: Client, desk: Desk) -> None:
    draft = made(owner, desk, status="draft", expires_on=None)
    assert (draft["status"], draft["expires_on"]) == ("draft", None) and desk.waits == []
    issued = owner.put(f"/estimates/{draft['id']}/status", {"status": "pending"})
    assert (issued.status, issued.json["status"], issued.json["revision"]) == (200, "pending", 1)
    assert desk.waits == ["2114"]
    assert owner.put(f"/estimates/{draft['id']}/status", {"status": "pending"}).json == issued.json
    assert [action for action, _ in trail(owner)] == ["estimate.create", "estimate.issue"]
    check(desk)


def test_a_request_that_is_sent_again_makes_one(owner: Client, desk: Desk) -> None:
    again, body = key(), fields(desk)
    first, second = (owner.post("/estimates", body, idempotency_key=again) for _ in range(2))
    assert first.json == second.json and desk.waits == ["2114"]


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [
        ({"customer": UNKNOWN}, "#/customer"),
        ({"customer": "ext:nobody"}, "#/customer"),
        ({"issued_on": "2026-02-30"}, "#/issued_on"),
        ({"expires_on": "2026-02-30"}, "#/expires_on"),
        ({"expires_on": "2026-11-22"}, "#/expires_on"),
        ({"lines": []}, "#/lines"),
        ({"lines": lines(-1)}, "#/lines"),
        ({"lines": [{"description": "Au", "quantity": "999999999", "unit_price": 1_000_000_000}]}, "#/lines/0/amount"),
        ({"lines": [{"description": " ", "unit_price": 1}]}, "#/lines/0/description"),
        ({"number": " "}, "#/number"),
        ({"status": "won"}, "#/status"),
        ({"terms": "x" * 20_001}, "#/terms"),
        ({"terms": "x\u0007"}, "#/terms"),
        ({"external_id": "a b"}, "#/external_id"),
        ({"revision": 7}, "#/revision"),
    ],
)  # fmt: skip
def test_what_can_be_no_estimate_is_refused_by_its_place(
    owner: Client, desk: Desk, odd: dict[str, Any], pointer: str
) -> None:
    for answer in (owner.post("/estimates", fields(desk, **odd)), owner.put("/estimates/ext:x", fields(desk, **odd))):
        assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert desk.waits == [] and owner.get("/estimates").json["items"] == []


# Terms


def test_new_estimates_take_on_the_standard_terms(owner: Client, desk: Desk) -> None:
    assert owner.get("/estimate-terms").json == {"text": "", "version": 0}
    assert made(owner, desk, number="1")["terms_version"] == 0
    assert owner.put("/estimate-terms", {"text": " First. \r\n"}).json == {"text": "First.", "version": 1}
    assert owner.put("/estimate-terms", {"text": "First."}).json["version"] == 1, "the same again changes nothing"
    first, draft = made(owner, desk, number="2"), made(owner, desk, number="3", status="draft")
    assert owner.put("/estimate-terms", {"text": "Second."}).json == owner.get("/estimate-terms").json
    kept = owner.put(f"/estimates/{first['id']}", fields(desk, number="2"))
    assert (kept.json["terms"], kept.json["terms_version"], kept.json["revision"]) == ("First.", 1, 1)
    fresh = owner.put(f"/estimates/{draft['id']}", fields(desk, number="3", status="draft")).json
    assert (fresh["terms"], fresh["terms_version"]) == ("Second.", 2)
    moved = owner.put(f"/estimates/{first['id']}", fields(desk, number="2", terms="Second.")).json
    assert (moved["terms_version"], moved["revision"]) == (2, 2)
    assert made(owner, desk, number="4", terms="")["terms"] == ""
    assert [one for one, _ in trail(owner)].count("estimate_terms.change") == 2
    check(desk)


def test_a_draft_takes_the_standard_terms_of_when_it_is_issued(owner: Client, desk: Desk) -> None:
    owner.put("/estimate-terms", {"text": "First."})
    follows, fixed = made(owner, desk, status="draft"), made(owner, desk, status="draft", terms="First.")
    owner.put("/estimate-terms", {"text": "Second."})
    shown = owner.get(f"/estimates/{follows['id']}").json
    assert (shown["terms"], shown["terms_version"]) == ("Second.", 2), "a draft shows those of now"
    owner.put("/estimate-terms", {"text": "Third."})
    issued = owner.put(f"/estimates/{follows['id']}/status", {"status": "pending"}).json
    assert (issued["terms"], issued["terms_version"], issued["revision"]) == ("Third.", 3, 1)
    assert owner.put(f"/estimates/{fixed['id']}/status", {"status": "pending"}).json["terms"] == "First."
    told = {
        one["target"]: one["changes"] for one in owner.get("/audit").json["items"] if one["action"] == "estimate.issue"
    }
    assert [one["field"] for one in told[follows["id"]]] == ["status", "terms"]
    assert [one["field"] for one in told[fixed["id"]]] == ["status"]
    owner.put("/estimate-terms", {"text": "Fourth."})
    accepted(desk, issued)
    opened = owner.put(f"/estimates/{follows['id']}/status", {"status": "pending"}).json
    assert (opened["terms"], opened["terms_version"]) == ("Third.", 3), "what the customer saw stays"
    check(desk)


def test_each_version_of_the_standard_terms_is_kept(owner: Client, desk: Desk) -> None:
    for text in ("First.", "", "Third."):
        owner.put("/estimate-terms", {"text": text})
    rows = desk.store.query("tenants", desk.store.tenant, prefix="estimate-terms#", newest_first=False).items
    assert [(row["item"], row["text"]) for row in rows] == [
        ("estimate-terms#1", "First."), ("estimate-terms#2", ""), ("estimate-terms#3", "Third."),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["x" * 20_001, "x\u0000y", "x\u202ey"])
def test_terms_that_can_not_be_kept_are_refused(owner: Client, text: str) -> None:
    answer = owner.put("/estimate-terms", {"text": text})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/text")


# Change


def test_an_upsert_makes_once_and_is_safe_to_repeat(owner: Client, desk: Desk) -> None:
    first = owner.put("/estimates/ext:est-1", fields(desk))
    before = len(trail(owner))
    again = owner.put("/estimates/ext:est-1", fields(desk, external_id="est-1"))
    assert (first.status, again.status, again.json) == (201, 200, first.json) and len(trail(owner)) == before
    accepted(desk, first.json)
    again = owner.put("/estimates/ext:est-1", fields(desk))
    assert (again.status, again.json["status"], len(trail(owner))) == (200, "won", before), "decided meanwhile"
    refused = owner.put("/estimates/ext:est-1", fields(desk, lines=lines(1)))
    assert (refused.status, refused.kind) == (409, "decided")
    check(desk)


def test_a_change_is_another_revision_and_stands_in_the_trail(owner: Client, desk: Desk) -> None:
    before = made(owner, desk)
    after = owner.put(f"/estimates/{before['id']}", fields(desk, lines=lines(90_000), title="Less"))
    assert after.json == before | {
        "title": "Less", "total": 90_000, "subtotal": 90_000, "revision": 2,
        "lines": [
            {"description": "Aeration and overseeding", "quantity": "1", "unit_price": 90_000, "amount": 90_000}
        ],
    }  # fmt: skip
    (entry,) = (one for one in owner.get("/audit").json["items"] if one["action"] == "estimate.change")
    assert {one["field"] for one in entry["changes"]} == {"title", "total", "lines"}
    assert entry["target"] == before["id"]
    check(desk)


def test_two_who_change_it_at_once_do_not_write_over_each_other(owner: Client, desk: Desk) -> None:
    place = f"/estimates/{made(owner, desk)['id']}"
    read = owner.get(place).headers["etag"]
    mine, theirs = fields(desk, title="Mine"), fields(desk, title="Theirs")
    first = owner.put(place, mine, if_match=read)
    assert first.status == 200 and first.headers["etag"] == owner.get(place).headers["etag"] != read
    late = owner.put(place, theirs, if_match=read)
    assert (late.status, late.kind, owner.get(place).json["title"]) == (412, "stale", "Mine")
    again = owner.put(place, mine, if_match=read)
    assert (again.status, again.json) == (200, first.json), "the answer was lost: it is so already"
    assert owner.put(place, theirs, if_match=first.headers["etag"]).json["title"] == "Theirs"
    assert owner.put(place, mine).json["title"] == "Mine", "without If-Match the last one stands"
    for odd in ("*", "x", '"-1"', '"999"'):
        assert owner.put(place, theirs, if_match=odd).kind == "stale"
    check(desk)


def test_each_answer_has_the_version_that_the_next_change_names(owner: Client, desk: Desk) -> None:
    answer = owner.post("/estimates", fields(desk, status="draft"))
    place = f"/estimates/{answer.json['id']}"
    for body in ({"status": "pending"}, {"status": "lost"}, {"status": "pending"}):
        answer = owner.put(f"{place}/status", body)
        assert answer.headers["etag"] == owner.get(place).headers["etag"]
    desk.asks(desk.now_of(own(answer.json)), "Without the hedge.")
    late = owner.put(place, fields(desk, title="x"), if_match=answer.headers["etag"])
    assert late.kind == "stale", "the customer has said something since"


def test_the_document_says_that_if_match_may_be_sent() -> None:
    paths = document("https://portal.example")["paths"]
    change, read = paths["/estimates/{id}"]["put"], paths["/estimates/{id}"]["get"]
    assert {"$ref": "#/components/parameters/IfMatchOptional"} in change["parameters"] and "412" in change["responses"]
    assert "ETag" in read["responses"]["200"]["headers"]
    assert "ETag" in paths["/estimates/{id}/status"]["put"]["responses"]["200"]["headers"]


def test_if_match_makes_nothing_new(owner: Client, desk: Desk) -> None:
    answer = owner.put("/estimates/ext:est-1", fields(desk), if_match='"0"')
    assert (answer.status, answer.kind) == (412, "stale") and owner.get("/estimates").json["items"] == []
    first = owner.put("/estimates/ext:est-1", fields(desk))
    assert owner.put("/estimates/ext:est-1", fields(desk, title="x"), if_match=first.headers["etag"]).status == 200


def test_what_a_customer_wants_changed_is_answered_by_a_change(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    desk.asks(desk.now_of(own(estimate)), "Without the hedge.")
    seen = owner.get(f"/estimates/{estimate['id']}").json
    assert seen["changes_asked"] and owner.get("/estimates").json["items"][0]["changes_asked"]
    assert [(one["text"], one["revision"]) for one in seen["change_requests"]] == [("Without the hedge.", 1)]
    after = owner.put(f"/estimates/{estimate['id']}", fields(desk, title="Without the hedge")).json
    assert not after["changes_asked"] and len(after["change_requests"]) == 1


def test_what_is_issued_is_no_draft_again_and_not_deleted(owner: Client, desk: Desk) -> None:
    estimate, draft = made(owner, desk), made(owner, desk, status="draft", number="9")
    assert owner.put(f"/estimates/{estimate['id']}", fields(desk, status="draft")).kind == "already-issued"
    assert owner.delete(f"/estimates/{estimate['id']}").kind == "already-issued"
    assert owner.delete(f"/estimates/{draft['id']}").status == 204
    assert owner.get(f"/estimates/{draft['id']}").status == owner.delete(f"/estimates/{draft['id']}").status == 404
    check(desk)


def test_an_external_id_is_of_one_estimate_and_of_one_customer(
    owner: Client, desk: Desk, evergreen: Company, clock: Clock
) -> None:
    lee = Desk(Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock))
    first = made(owner, desk, external_id="est-1")
    assert owner.post("/estimates", fields(desk, external_id="est-1")).kind == "external-id-taken"
    assert owner.put("/estimates/ext:est-1", fields(lee)).kind == "customer-fixed"
    assert owner.put(f"/estimates/{first['id']}", fields(lee)).kind == "customer-fixed"
    second = made(owner, desk)
    taken = owner.put(f"/estimates/{second['id']}", fields(desk, external_id="est-1"))
    assert (taken.status, taken.kind) == (409, "external-id-taken")
    for one in (desk, lee):
        check(one)


# Status


def test_staff_mark_what_was_decided_elsewhere(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    body = {"status": "won", "reason": "Agreed on the phone"}
    answer = owner.put(f"/estimates/{estimate['id']}/status", body)
    (decision,) = answer.json["decisions"]
    assert answer.json["status"] == "won" and answer.json["changeable"] == "nothing"
    assert (decision["kind"], decision["by"], decision["reason"], decision["signature"], decision["terms"]) == (
        "accepted", "owner@evergreen.example", "Agreed on the phone", "", "",
    )  # fmt: skip
    assert owner.put(f"/estimates/{estimate['id']}/status", body).json == answer.json
    assert owner.put(f"/estimates/{estimate['id']}/status", {"status": "lost"}).kind == "decided"
    assert [one for one, _ in trail(owner)] == ["estimate.create", "estimate.mark"] and desk.told == []
    check(desk)


def test_software_that_is_called_customer_is_not_the_customer(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    made_key = owner.post("/keys", {"name": "customer", "scopes": ["estimates:read", "estimates:write"]}).json["key"]
    Client(desk.till.world, made_key).put(f"/estimates/{estimate['id']}/status", {"status": "won"})
    (decision,) = desk.whole(desk.now_of(own(estimate))).decisions
    assert (decision.by_customer, decision.by) == (False, "customer (staff)")
    check(desk)


def test_the_trail_tells_the_reason_as_it_is_kept(owner: Client, desk: Desk) -> None:
    estimates = made(owner, desk), made(owner, desk, number="2")
    for one, reason in zip(estimates, (" Agreed on\r\nthe phone ", "  "), strict=True):
        owner.put(f"/estimates/{one['id']}/status", {"status": "won", "reason": reason})
    told = [one["changes"] for one in owner.get("/audit").json["items"] if one["action"] == "estimate.mark"]
    marked = {"field": "status", "old": "pending", "new": "won"}
    assert told == [[marked], [marked, {"field": "reason", "old": None, "new": "Agreed on\nthe phone"}]]


def test_a_customers_decision_is_shown_whole(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk, terms="You pay at once.")
    accepted(desk, estimate)
    assert owner.get(f"/estimates/{estimate['id']}").json["decisions"] == [
        {
            "number": 1, "kind": "accepted", "at": "2026-11-23T19:00:00+00:00", "by": "customer", "revision": 1,
            "total": 120_000, "signature": "Dana Whitfield", "reason": "", "terms": "You pay at once.",
            "terms_version": 0, "address": "203.0.113.7", "agent": "Mozilla/5.0 (a phone)",
        }
    ]  # fmt: skip


def test_a_decided_one_is_opened_again_and_the_trail_says_so(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    accepted(desk, estimate)
    answer = owner.put(f"/estimates/{estimate['id']}/status", {"status": "pending"})
    assert (answer.json["status"], answer.json["revision"], len(answer.json["decisions"])) == ("pending", 2, 1)
    (entry,) = (one for one in owner.get("/audit").json["items"] if one["action"] == "estimate.reopen")
    assert entry["changes"] == [{"field": "status", "old": "won", "new": "pending"}]
    assert desk.waits == ["2114"]
    check(desk)


def test_a_draft_is_issued_before_it_is_won(owner: Client, desk: Desk) -> None:
    draft = made(owner, desk, status="draft")
    assert owner.put(f"/estimates/{draft['id']}/status", {"status": "won"}).kind == "not-pending"


def test_an_expired_one_says_so_and_can_be_marked(owner: Client, desk: Desk, clock: Clock) -> None:
    estimate = made(owner, desk, expires_on="2026-11-23")
    clock.forward(days=1)
    owner = desk.till.company.admin()
    assert owner.get(f"/estimates/{estimate['id']}").json["status"] == "expired"
    assert owner.get("/estimates").json["items"][0]["status"] == "expired"
    answer = owner.put(f"/estimates/{estimate['id']}/status", {"status": "won"})
    assert answer.json["status"] == "won"
    check(desk)


@pytest.mark.parametrize("status", ["draft", "expired", "", "open"])
def test_no_other_state_can_be_set(owner: Client, desk: Desk, status: str) -> None:
    estimate = made(owner, desk)
    assert owner.put(f"/estimates/{estimate['id']}/status", {"status": status}).status == 422
