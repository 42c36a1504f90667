"""Invoices by the API: from draft to paid, void or written off."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.billing import records
from tests.billing.desk import fields, key, lines, made, own, posts, trail
from tests.billing.till import NEW, Till, check_books
from tests.browser import Browser
from tests.builders import PASSWORD, Company
from tests.client import Client
from tests.conftest import Clock

UNKNOWN = "0" * 26


def balance(till: Till) -> tuple[int, int]:
    sums = till.person.now.sums
    return sums.balance, sums.open_count


# Create


def test_an_invoice_is_created_and_owed(owner: Client, dana: Till) -> None:
    parts = [{"description": "Treatment", "quantity": "2.5", "unit_price": 333}, {"description": "Trip", "amount": 900}]
    more = {"tax": 67, "tax_name": "Sales tax", "notes": "Gate code 1234", "bill_to": ["Dana", "Boulder"]}
    answer = owner.post("/invoices", fields(dana, lines=parts, title="Fall", external_id="inv-1", **more))
    assert answer.status == 201
    assert answer.json == owner.get(f"/invoices/{answer.json['id']}").json == owner.get("/invoices/ext:inv-1").json
    assert answer.json == {
        "id": answer.json["id"], "external_id": "inv-1", "customer": dana.person.id, "customer_name": "Dana Whitfield",
        "number": "20871", "title": "Fall", "status": "open", "issued_on": "2026-11-23", "due_on": "2026-12-07",
        "total": 1_800, "paid": 0, "credited": 0, "in_flight": 0, "due": 1_800, "currency": "USD",
        "lines": [
            {"description": "Treatment", "quantity": "2.5", "unit_price": 333, "amount": 833},
            {"description": "Trip", "quantity": "1", "unit_price": 0, "amount": 900},
        ],
        "subtotal": 1_733, "posted": [], "changeable": "all", **more,
    }  # fmt: skip
    assert dana.owed == ((own(answer.json), 1_800),) and balance(dana) == (1_800, 1)
    assert trail(owner) == [("invoice.create", answer.json["id"])]
    check_books(dana.person)


def test_a_draft_is_the_companys_own_until_it_is_issued(owner: Client, dana: Till, browser: Browser) -> None:
    draft = made(owner, dana, status="draft")
    assert draft["status"] == "draft" and balance(dana) == (0, 0) and dana.owed == ()
    issued = owner.put(f"/invoices/{draft['id']}/status", {"status": "open"})
    assert (issued.status, issued.json["status"], issued.json["due"]) == (200, "open", 12_000)
    assert balance(dana) == (12_000, 1)
    assert owner.put(f"/invoices/{draft['id']}/status", {"status": "open"}).json == issued.json
    assert [action for action, _ in trail(owner)] == ["invoice.create", "invoice.issue"], (
        "the second time changed nothing"
    )
    check_books(dana.person)


def test_a_history_that_is_sent_late_sorts_by_its_days(owner: Client, dana: Till) -> None:
    days = ["2025-06-30", "2026-11-23", "2024-02-29"]
    for day in days:
        made(owner, dana, issued_on=day, due_on="2026-12-31")
    found = owner.get(f"/invoices?customer={dana.person.id}").json["items"]
    assert [one["issued_on"] for one in found] == sorted(days, reverse=True)


def test_a_request_that_is_sent_again_makes_one_invoice(owner: Client, dana: Till) -> None:
    again, body = key(), fields(dana)
    first, second = (owner.post("/invoices", body, idempotency_key=again) for _ in range(2))
    assert first.json == second.json and balance(dana) == (12_000, 1)


def test_its_customer_can_be_named_by_the_companys_own_id(owner: Client, dana: Till) -> None:
    contact = {"name": "Lee Park", "contacts": [{"email": "lee@example.com"}]}
    assert owner.put("/customers/ext:1042", contact).status in (200, 201)
    assert made(owner, dana, customer="ext:1042")["customer_name"] == "Lee Park"


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [
        ({"customer": UNKNOWN}, "#/customer"),
        ({"customer": "ext:nobody"}, "#/customer"),
        ({"customer": "%"}, "#/customer"),
        ({"issued_on": "2026-02-30"}, "#/issued_on"),
        ({"due_on": "2026-11-22"}, "#/due_on"),
        ({"lines": []}, "#/lines"),
        ({"lines": lines(-1)}, "#/lines"),
        (
            {"lines": [{"description": "Gold", "quantity": "999999999", "unit_price": 1_000_000_000}]},
            "#/lines/0/amount",
        ),
        ({"lines": [{"description": "Gold", "quantity": "1e9"}]}, "#/lines/0/quantity"),
        ({"number": " "}, "#/number"),
        ({"status": "paid"}, "#/status"),
        ({"external_id": "a b"}, "#/external_id"),
        ({"currency": "EUR"}, "#/currency"),
    ],
)
def test_what_can_be_no_invoice_is_refused_by_its_place(
    owner: Client, dana: Till, odd: dict[str, Any], pointer: str
) -> None:
    for answer in (owner.post("/invoices", fields(dana, **odd)), owner.put("/invoices/ext:x", fields(dana, **odd))):
        assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert balance(dana) == (0, 0) and owner.get("/invoices").json["items"] == []


# Upsert, by the company's own id


def test_an_upsert_makes_once_and_is_safe_to_repeat(owner: Client, dana: Till) -> None:
    first = owner.put("/invoices/ext:inv-1", fields(dana))
    assert (first.status, first.json["external_id"]) == (201, "inv-1")
    store, before = dana.company.store, len(trail(owner))
    row = records.invoices(store, dana.person.id, [own(first.json)])
    again = owner.put("/invoices/ext:inv-1", fields(dana))
    assert (again.status, again.json) == (200, first.json)
    assert owner.put("/invoices/ext:inv-1", fields(dana, external_id="inv-1")).json == first.json
    assert records.invoices(store, dana.person.id, [own(first.json)]) == row and len(trail(owner)) == before
    assert balance(dana) == (12_000, 1)


def test_an_upsert_of_what_was_paid_or_voided_meanwhile_is_safe_too(owner: Client, dana: Till) -> None:
    paid, void = (owner.put(f"/invoices/ext:{one}", fields(dana, number=one)).json for one in ("a", "b"))
    posts(
        owner, f"/customers/{dana.person.id}/payments", {"amount": 12_000, "method": "Cash", "invoices": [paid["id"]]}
    )
    owner.put("/invoices/ext:b/status", {"status": "void"})
    assert owner.put("/invoices/ext:a", fields(dana, number="a")).json["status"] == "paid"
    assert owner.put("/invoices/ext:b", fields(dana, number="b")).json["status"] == "void"
    assert owner.put("/invoices/ext:a", fields(dana, number="a", lines=lines(13_000))).kind == "invoice-closed"
    assert owner.put("/invoices/ext:b", fields(dana, number="c")).kind == "invoice-closed"
    assert void["id"] != paid["id"]
    check_books(dana.person)


def test_an_upsert_changes_and_the_balance_follows(owner: Client, dana: Till) -> None:
    before = owner.put("/invoices/ext:inv-1", fields(dana)).json
    after = owner.put("/invoices/ext:inv-1", fields(dana, lines=lines(9_000), due_on="2026-11-30", title="Less"))
    assert after.json == before | {
        "title": "Less", "due_on": "2026-11-30", "total": 9_000, "due": 9_000, "subtotal": 9_000,
        "lines": [{"description": "Perimeter treatment", "quantity": "1", "unit_price": 9_000, "amount": 9_000}],
    }  # fmt: skip
    assert balance(dana) == (9_000, 1) and dana.owed == ((own(before), 9_000),)
    (entry,) = (one for one in owner.get("/audit").json["items"] if one["action"] == "invoice.change")
    assert entry["target"] == before["id"]
    assert {one["field"]: (one["old"], one["new"]) for one in entry["changes"]}["total"] == (12_000, 9_000)
    check_books(dana.person)


def test_an_external_id_is_of_one_invoice(owner: Client, dana: Till) -> None:
    first, other = made(owner, dana, external_id="inv-1"), made(owner, dana)
    for answer in (
        owner.post("/invoices", fields(dana, external_id="inv-1")),
        owner.put(f"/invoices/{other['id']}", fields(dana, external_id="inv-1")),
    ):
        assert (answer.status, answer.kind) == (409, "external-id-taken")
    assert balance(dana) == (24_000, 2)
    renamed = owner.put(f"/invoices/{first['id']}", fields(dana, external_id="inv-2")).json
    assert renamed == owner.get("/invoices/ext:inv-2").json and owner.get("/invoices/ext:inv-1").status == 404
    assert owner.put(f"/invoices/{other['id']}", fields(dana, external_id="inv-1")).status == 200, "it is free again"
    wrong = owner.put("/invoices/ext:inv-1", fields(dana, external_id="inv-3"))
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "#/external_id")


def test_an_invoice_never_goes_to_another_customer(owner: Client, dana: Till, evergreen: Company) -> None:
    mine, lee = made(owner, dana, external_id="inv-1"), evergreen.customer("Lee Park", email="lee@example.com")
    for id in (mine["id"], "ext:inv-1"):
        answer = owner.put(f"/invoices/{id}", fields(dana, customer=lee.id))
        assert (answer.status, answer.kind) == (409, "customer-fixed")
    assert owner.get(f"/invoices?customer={lee.id}").json["items"] == []


# Change


def test_with_money_on_it_only_so_much_may_change(owner: Client, dana: Till) -> None:
    """Paid in part, credited in part, and a part of it on its way."""
    invoice = made(owner, dana)
    place = f"/invoices/{invoice['id']}"
    entered = {"amount": 3_000, "method": "Cash", "invoices": [invoice["id"]]}
    assert posts(owner, f"/customers/{dana.person.id}/payments", entered).status == 201
    assert posts(owner, f"{place}/credits", {"amount": 1_000}).status == 201
    (row,) = (one for one in dana.invoices if one.id == own(invoice))
    dana.pays(row, NEW, amount=2_000)
    assert owner.get(place).json["changeable"] == "not_below_paid"
    below = owner.put(place, fields(dana, lines=lines(5_999)))
    assert (below.status, below.kind) == (409, "below-paid") and "60.00 USD" in below.json["detail"]
    for odd in ({"number": "20872"}, {"issued_on": "2026-11-22"}):
        assert owner.put(place, fields(dana, **odd)).kind == "has-payments"
    assert owner.put(place, fields(dana, status="draft")).kind == "already-issued"
    after = owner.put(place, fields(dana, lines=lines(6_000), due_on="2026-11-24", notes="Less")).json
    assert (after["total"], after["due"], after["in_flight"], balance(dana)) == (6_000, 2_000, 2_000, (2_000, 1))
    dana.time_passes()
    check_books(dana.person)
    assert dana.invoice(row).in_flight == 0


def test_a_payment_under_way_settles_on_the_invoice_as_it_was_changed(owner: Client, dana: Till) -> None:
    invoice = made(owner, dana)
    (row,) = dana.invoices
    payment = dana.pays(row, NEW)
    owner.put(f"/invoices/{invoice['id']}", fields(dana, lines=lines(15_000), title="More"))
    dana.at_checkout(payment)
    assert dana.comes_back(payment).state == "succeeded"
    now = owner.get(f"/invoices/{invoice['id']}").json
    assert (now["title"], now["total"], now["paid"], now["due"]) == ("More", 15_000, 12_000, 3_000)
    check_books(dana.person)


def test_a_changed_invoice_has_a_paper_of_its_own(
    owner: Client, evergreen: Company, clock: Clock, browser: Browser
) -> None:
    dana = Till(evergreen.customer(), clock)
    invoice = made(owner, dana, lines=[{"description": "Ants", "unit_price": 12_000}])
    browser.sign_in("evergreen", "dana@example.com", PASSWORD)
    files, address = (
        dana.world.services.files.for_tenant(evergreen.store.tenant),
        f"/evergreen/invoices/{own(invoice)}/pdf",
    )

    def paper() -> bytes:
        name = re.search(r"(papers/[^?]+)\?", browser.get(address).headers["location"])
        assert name
        read: bytes = files.get(name[1])
        return read

    before = paper()
    owner.put(f"/invoices/{invoice['id']}", fields(dana, lines=[{"description": "Bees", "unit_price": 12_000}]))
    assert paper() != before


def test_lines_of_before_and_a_row_of_after_are_not_shown_together(owner: Client, dana: Till) -> None:
    """Two rows read at once may be of two moments: then they are read again."""
    invoice = made(owner, dana)
    store, get, torn = dana.company.store, type(dana.company.store).get, []

    def between(self: Any, *keys: Any) -> Any:
        found = get(self, *keys)
        if not torn and any(one.item.startswith("lines#") for one in keys):
            torn.append(True)
            owner.put(f"/invoices/{invoice['id']}", fields(dana, lines=lines(15_000)))
            later = get(self, *keys)
            return [now if "lines#" in key.item else then for key, now, then in zip(keys, later, found, strict=True)]
        return found

    type(store).get = between  # type: ignore[method-assign]
    try:
        whole = records.invoice_with_details(store, dana.person.id, own(invoice))
    finally:
        type(store).get = get  # type: ignore[method-assign]
    assert torn and whole is not None and whole[0].total == whole[1].subtotal == 15_000


# Delete


def test_only_a_draft_can_be_deleted(owner: Client, dana: Till) -> None:
    draft, issued = made(owner, dana, status="draft", external_id="inv-1", number="20999"), made(owner, dana)
    assert owner.delete("/invoices/ext:inv-1").status == 204
    assert owner.delete(f"/invoices/{draft['id']}").status == owner.get("/invoices/ext:inv-1").status == 404
    assert owner.get("/invoices?number=20999").json["items"] == []
    assert ("invoice.delete", draft["id"]) in trail(owner)
    refused = owner.delete(f"/invoices/{issued['id']}")
    assert (refused.status, refused.kind) == (409, "already-issued")
    assert made(owner, dana, external_id="inv-1")["id"] != draft["id"], "its name is free again"
    check_books(dana.person)


# Void, write off, credit notes


def test_what_was_paid_on_a_voided_invoice_becomes_credit(owner: Client, dana: Till) -> None:
    invoice = made(owner, dana)
    posts(owner, f"/customers/{dana.person.id}/payments", {"amount": 5_000, "method": "Cash"})
    answer = owner.put(f"/invoices/{invoice['id']}/status", {"status": "void"})
    assert (answer.status, answer.json["status"], answer.json["paid"]) == (200, "void", 0)
    assert dana.person.now.sums.credit == 5_000 and balance(dana) == (0, 0)
    assert owner.put(f"/invoices/{invoice['id']}/status", {"status": "void"}).json == answer.json
    assert [action for action, _ in trail(owner)].count("invoice.void") == 1
    for other in ("open", "written_off"):
        refused = owner.put(f"/invoices/{invoice['id']}/status", {"status": other})
        assert (refused.status, refused.kind) == (409, "invoice-closed")
    check_books(dana.person)


def test_what_is_not_open_says_what_can_be_done_instead(owner: Client, dana: Till) -> None:
    for status, words in (("draft", "Issue it first"), ("void", "Create another one"), ("written_off", "entered as a")):
        invoice = made(owner, dana, number=status, status="draft" if status == "draft" else "open")
        if status != "draft":
            owner.put(f"/invoices/{invoice['id']}/status", {"status": status})
        refused = posts(owner, f"/invoices/{invoice['id']}/credits", {"amount": 100})
        assert (refused.status, refused.kind) == (409, "invoice-closed") and words in refused.json["detail"]


def test_a_written_off_invoice_stays_so(owner: Client, dana: Till) -> None:
    invoice = made(owner, dana)
    place = f"/invoices/{invoice['id']}/status"
    assert owner.put(place, {"status": "written_off"}).json["status"] == "written_off"
    assert owner.put(place, {"status": "written_off"}).status == 200
    assert owner.put(place, {"status": "void"}).kind == owner.put(place, {"status": "open"}).kind == "invoice-closed"
    assert [one for one in trail(owner) if "write_off" in one[0]] == [("invoice.write_off", invoice["id"])]
    assert balance(dana) == (0, 0)


@pytest.mark.parametrize("closes", ["void", "written_off"])
def test_what_is_under_way_is_waited_for(owner: Client, dana: Till, closes: str) -> None:
    invoice, draft = made(owner, dana), made(owner, dana, status="draft")
    dana.pays(dana.invoices[0] if dana.invoices[0].id == own(invoice) else dana.invoices[1], NEW)
    refused = owner.put(f"/invoices/{invoice['id']}/status", {"status": closes})
    assert (refused.status, refused.kind) == (409, "under-way")
    assert owner.put(f"/invoices/{draft['id']}/status", {"status": closes}).kind == "invoice-closed"
    dana.time_passes()
    check_books(dana.person)


def test_a_credit_note_is_given_once_for_each_key(owner: Client, dana: Till) -> None:
    invoice, again = made(owner, dana), key()
    place = f"/invoices/{invoice['id']}/credits"
    first = posts(owner, place, {"amount": 2_000}, again)
    assert (first.status, first.json["credited"], first.json["due"]) == (201, 2_000, 10_000)
    assert posts(owner, place, {"amount": 2_000}, again).json == first.json
    assert posts(owner, place, {"amount": 2_000}).json["credited"] == 4_000
    refused = posts(owner, place, {"amount": 8_001})
    assert (refused.status, refused.kind) == (409, "more-than-due") and "80.00 USD" in refused.json["detail"]
    assert owner.post(place, {"amount": 1}).kind == "idempotency-key-required"
    assert [action for action, _ in trail(owner)].count("invoice.credit") == 2
    check_books(dana.person)


# What is not there


@pytest.mark.parametrize(
    "id", ["{theirs}", f"{UNKNOWN}-{UNKNOWN}", "ext:nothing", "ext:", "x", "-", "a-b", "%23-%2523"]
)
def test_what_is_elsewhere_and_what_is_nowhere_are_the_same(
    owner: Client, dana: Till, bluewave: Company, id: str
) -> None:
    theirs = bluewave.customer("Lee Park", email="lee@example.com")
    id = id.format(theirs=f"{theirs.id}-{theirs.invoice().id}")
    place = f"/invoices/{id}"
    answers = [
        owner.get(place), owner.delete(place), owner.put(f"{place}/status", {"status": "void"}),
        posts(owner, f"{place}/credits", {"amount": 1}), owner.post(f"{place}/deliveries", {}),
    ]  # fmt: skip
    if id not in ("ext:nothing",):
        answers.append(owner.put(place, fields(dana)))
    assert {(one.status, one.kind) for one in answers} == {(404, "not-found")}
    assert len({one.json["detail"] for one in answers}) == 1


def test_a_role_that_reads_changes_nothing(evergreen: Company, owner: Client, dana: Till) -> None:
    invoice, reader = made(owner, dana), evergreen.admin("reader@evergreen.example", role="read-only")
    assert reader.get(f"/invoices/{invoice['id']}").json == invoice
    assert reader.post("/invoices", fields(dana)).status == 403
    assert reader.put(f"/invoices/{invoice['id']}/status", {"status": "void"}).status == 403
