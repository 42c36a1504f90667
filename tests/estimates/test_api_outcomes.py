"""What comes of an estimate, by the API: a message with a link, an invoice, a paper."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.messages.records import suppressions
from tests.billing.desk import trail
from tests.billing.till import Till, check_books, outbox
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.estimates.desk import Desk, check
from tests.estimates.test_api_estimates import accepted, made, own
from tests.web.switching import switch

# To an invoice


def test_an_accepted_estimate_becomes_an_invoice_that_is_owed(owner: Client, desk: Desk) -> None:
    more = {"title": "Lawn renovation", "tax": 500, "tax_name": "Tax", "notes": "Gate code 1234"}
    estimate = made(owner, desk, **more)
    accepted(desk, estimate)
    answer = owner.put(f"/estimates/{estimate['id']}/invoice", {})
    assert answer.status == 201
    invoice = answer.json
    assert {name: invoice[name] for name in (*more, "lines", "total", "status", "issued_on", "due_on", "number")} == {
        **more, "lines": estimate["lines"], "total": 120_500, "status": "open", "issued_on": "2026-11-23",
        "due_on": "2026-12-07", "number": "2114",
    }  # fmt: skip
    assert invoice == owner.get(f"/invoices/{invoice['id']}").json
    assert owner.get(f"/estimates/{estimate['id']}").json["invoice"] == invoice["id"]
    assert owner.get("/estimates").json["items"][0]["invoice"] == invoice["id"]
    assert desk.customer.sums.balance == 120_500
    assert trail(owner) == [
        ("estimate.convert", estimate["id"]), ("estimate.create", estimate["id"]), ("invoice.create", invoice["id"]),
    ]  # fmt: skip
    check(desk)
    check_books(desk.till.person)


def test_asked_again_it_is_the_same_invoice_whatever_is_wanted(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    accepted(desk, estimate)
    first = owner.put(f"/estimates/{estimate['id']}/invoice", {"number": "77", "issued_on": "2026-11-30"})
    again = owner.put(f"/estimates/{estimate['id']}/invoice", {"number": "78", "issued_on": "2026-12-01"})
    assert (first.status, again.status, again.json) == (201, 200, first.json)
    assert (first.json["number"], first.json["due_on"]) == ("77", "2026-12-14")
    owner.put(f"/invoices/{first.json['id']}/status", {"status": "void"})
    assert owner.put(f"/estimates/{estimate['id']}/invoice", {}).json["status"] == "void"
    assert len(desk.till.invoices) == 1
    check_books(desk.till.person)


def test_an_invoice_sorts_by_its_own_day(owner: Client, desk: Desk) -> None:
    old = made(owner, desk, issued_on="2026-01-10", expires_on=None)
    accepted(desk, old)
    desk.till.person.invoice(1_000)
    owner.put(f"/estimates/{old['id']}/invoice", {"issued_on": "2026-12-01"})
    assert owner.get(f"/invoices?customer={desk.customer.id}").json["items"][0]["issued_on"] == "2026-12-01"


def test_a_draft_invoice_that_was_deleted_is_made_anew_or_lets_it_be_opened(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    accepted(desk, estimate)
    place = f"/estimates/{estimate['id']}"
    draft = owner.put(f"{place}/invoice", {"status": "draft"}).json
    assert draft["status"] == "draft" and desk.customer.sums.balance == 0
    assert owner.put(f"{place}/status", {"status": "pending"}).kind == "invoiced"
    assert owner.put(f"{place}/status", {"status": "lost"}).kind == "invoiced"
    assert owner.delete(f"/invoices/{draft['id']}").status == 204
    assert owner.get(place).json["invoice"] is None
    again = owner.put(f"{place}/invoice", {"status": "draft"})
    assert again.status == 201 and len(desk.till.invoices) == 1
    owner.delete(f"/invoices/{again.json['id']}")
    assert owner.put(f"{place}/status", {"status": "pending"}).json["status"] == "pending"
    check(desk)
    check_books(desk.till.person)


@pytest.mark.parametrize("status", ["draft", "pending", "lost"])
def test_only_what_was_accepted_becomes_an_invoice(owner: Client, desk: Desk, status: str) -> None:
    estimate = made(owner, desk, status="draft" if status == "draft" else "pending")
    if status == "lost":
        owner.put(f"/estimates/{estimate['id']}/status", {"status": "lost"})
    answer = owner.put(f"/estimates/{estimate['id']}/invoice", {})
    assert (answer.status, answer.kind) == (409, "not-won") and desk.till.invoices == []


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [({"issued_on": "2026-02-30"}, "#/issued_on"), ({"issued_on": "9999-12-31"}, "#/issued_on"),
     ({"due_on": "x"}, "#/due_on"),
     ({"due_on": "2026-11-22"}, "#/due_on"), ({"status": "paid"}, "#/status"), ({"number": "x" * 41}, "#/number")],
)  # fmt: skip
def test_an_invoice_that_can_not_be_is_refused_by_its_place(
    owner: Client, desk: Desk, odd: dict[str, Any], pointer: str
) -> None:
    estimate = made(owner, desk)
    accepted(desk, estimate)
    answer = owner.put(f"/estimates/{estimate['id']}/invoice", odd)
    assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])


def test_who_may_write_no_invoices_makes_none(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    accepted(desk, estimate)
    key = owner.post("/keys", {"name": "Offers", "scopes": ["estimates:read", "estimates:write"]}).json["key"]
    answer = Client(desk.till.world, key).put(f"/estimates/{estimate['id']}/invoice", {})
    assert (answer.status, answer.kind) == (403, "missing-scope") and desk.till.invoices == []


# By mail and SMS


def test_a_delivery_sends_a_link_that_opens_the_estimate(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    answer = owner.post(f"/estimates/{estimate['id']}/deliveries", {"by": "email"})
    assert (answer.status, answer.json) == (202, {"to": "dana@example.com"})
    (message,) = outbox(desk.till.person)
    body = json.loads(message["body"])
    assert message["template"] == "estimate_ready" and body["path"] == f"/estimates/{own(estimate)}"
    assert body["values"]["estimate"]["expires_on"] == "2026-12-23" and body["values"]["estimate"]["total"] == 120_000
    assert ("estimate.send", estimate["id"]) in trail(owner)


def test_it_goes_by_sms_to_a_number_of_theirs(owner: Client, evergreen: Company, clock: Clock) -> None:
    lee = Desk(Till(evergreen.customer("Lee Park", email="lee@example.com", phones=("(303) 555-0188",)), clock))
    estimate = made(owner, lee)
    answer = owner.post(f"/estimates/{estimate['id']}/deliveries", {"by": "sms", "to": "+1 303 555 0188"})
    assert answer.json == {"to": "(303) 555-0188"}
    (message,) = outbox(lee.till.person)
    assert message["channel"] == "sms"


def test_what_does_not_wait_is_not_sent(owner: Client, desk: Desk, clock: Clock) -> None:
    draft, won = made(owner, desk, status="draft"), made(owner, desk, number="2")
    late = made(owner, desk, number="3", expires_on="2026-11-23")
    accepted(desk, won)
    for one in (draft, won):
        assert owner.post(f"/estimates/{one['id']}/deliveries", {}).kind == "not-pending"
    clock.forward(days=1)
    owner = desk.till.company.admin()
    assert owner.post(f"/estimates/{late['id']}/deliveries", {}).kind == "expired"
    assert "estimate_ready" not in desk.told


def test_what_they_could_not_see_or_get_is_not_sent(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    place = f"/estimates/{estimate['id']}/deliveries"
    assert owner.post(place, {"by": "sms"}).kind == "no-phone"
    answer = owner.post(place, {"to": "lee@example.com"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/to")
    for part, name, kind in (("permissions", "estimates", "estimates-hidden"), ("portal", "on", "portal-off")):
        switch(owner, **{part: {name: False}})
        assert owner.post(place, {}).kind == kind
        switch(owner, **{part: {name: True}})
    owner.patch(f"/customers/{desk.customer.id}/access", {"on": False})
    assert owner.post(place, {}).kind == "access-off"
    owner.patch(f"/customers/{desk.customer.id}/access", {"on": True})
    then = "2026-11-20T08:00:00+00:00"
    desk.store.write(suppressions.suppress(desk.store, "dana@example.com", "bounced", "550", then, "x", "y"))
    assert owner.post(place, {}).kind == "suppressed"
    assert desk.told == []


# The paper


def test_the_paper_is_handed_out_by_a_link_of_some_minutes(owner: Client, desk: Desk) -> None:
    estimate = made(owner, desk)
    before = owner.get(f"/estimates/{estimate['id']}/pdf").json
    accepted(desk, estimate)
    after, again = (owner.get(f"/estimates/{estimate['id']}/pdf").json for _ in range(2))
    assert before["expires_in"] == after["expires_in"] == 300
    paths = [urlsplit(one["url"]).path for one in (before, after, again)]
    assert paths[0] != paths[1] == paths[2]
    assert paths[1].endswith(f"/{desk.store.tenant}/estimates/{desk.customer.id}/{own(estimate)}-1.pdf")


def test_each_acceptance_keeps_a_paper_of_its_own(owner: Client, desk: Desk) -> None:
    place = f"/estimates/{made(owner, desk)['id']}"
    for status in ("won", "pending", "lost", "pending"):
        owner.put(f"{place}/status", {"status": status})
    accepted(desk, owner.get(place).json)

    def paper(query: str) -> str:
        return urlsplit(owner.get(f"{place}/pdf{query}").json["url"]).path.rpartition("-")[2]

    assert [paper(one) for one in ("", "?decision=0", "?decision=1", "?decision=3")] == [
        "3.pdf", "3.pdf", "1.pdf", "3.pdf",
    ]  # fmt: skip
    for nothing in (2, 4):
        assert owner.get(f"{place}/pdf?decision={nothing}").status == 404
    assert owner.get(f"{place}/pdf?decision=-1").status == 422
    check(desk)
