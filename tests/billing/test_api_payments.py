"""Payments by the API: entered by hand, out of credit, refunded; and looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.desk import key, made, own, posts, trail
from tests.billing.till import NEW, Till, check_books, receipts
from tests.builders import Company
from tests.client import Answer, Client
from tests.conftest import Clock

UNKNOWN = "0" * 26


def enters(owner: Client, till: Till, amount: int, again: str = "", **more: Any) -> Answer:
    return posts(
        owner, f"/customers/{till.person.id}/payments", {"amount": amount, "method": "Check 1042", **more}, again
    )


def refunds(owner: Client, payment: dict[str, Any], amount: int, again: str = "", **more: Any) -> Answer:
    return posts(owner, f"/payments/{payment['id']}/refunds", {"amount": amount, **more}, again)


def online(owner: Client, till: Till, amount: int = 12_000) -> dict[str, Any]:
    """A payment with the card on file, as the API shows it."""
    done = till.pays(till.person.invoice(amount), till.saved)
    found: dict[str, Any] = owner.get(f"/payments/{till.person.id}-{done.id}").json
    return found


# By hand


def test_a_check_pays_the_oldest_first_and_the_rest_is_credit(owner: Client, dana: Till) -> None:
    new = made(owner, dana, number="2", due_on="2026-12-20")
    old = made(owner, dana, number="1", due_on="2026-12-01")
    answer = enters(owner, dana, 13_000)
    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"], "customer": dana.person.id, "amount": 13_000, "credit": 0, "currency": "USD",
        "state": "succeeded", "method": "Check 1042", "online": False, "at": answer.json["at"],
        "allocations": [
            {"invoice": old["id"], "number": "1", "amount": 12_000, "credit": 0},
            {"invoice": new["id"], "number": "2", "amount": 1_000, "credit": 0},
        ],
        "refunds": [], "refundable": 13_000,
    }  # fmt: skip
    assert owner.get(f"/payments/{answer.json['id']}").json == answer.json
    posted = owner.get(f"/invoices/{old['id']}").json["posted"]
    expected = {"payment": answer.json["id"], "on": "2026-11-23", "method": "Check 1042", "amount": 12_000}
    assert posted == [{**expected, "kind": "charge"}]
    assert enters(owner, dana, 20_000).status == 201 and dana.person.now.sums.credit == 9_000
    assert [action for action, _ in trail(owner)].count("payment.enter") == 2
    check_books(dana.person)


def test_the_invoices_it_is_for_can_be_named_by_any_id(owner: Client, dana: Till) -> None:
    one, other = made(owner, dana, external_id="inv-1"), made(owner, dana)
    paid = enters(owner, dana, 15_000, invoices=[other["id"], "ext:inv-1"]).json
    assert [(part["invoice"], part["amount"]) for part in paid["allocations"]] == [
        (other["id"], 12_000), (one["id"], 3_000),
    ]  # fmt: skip
    check_books(dana.person)


def test_money_that_came_in_before_is_dated_so(owner: Client, dana: Till, clock: Clock) -> None:
    invoice = made(owner, dana, issued_on="2026-10-01")
    today = enters(owner, dana, 100).json
    before = enters(owner, dana, 100, received_on="2026-10-15").json
    assert (before["at"], today["at"]) == ("2026-10-15T18:00:00+00:00", clock().isoformat()), "noon in Denver"
    assert [one["on"] for one in owner.get(f"/invoices/{invoice['id']}").json["posted"]] == ["2026-11-23", "2026-10-15"]
    listed = owner.get(f"/customers/{dana.person.id}/payments").json["items"]
    assert listed == [today, before], "the newest first, by their days"
    assert all(one["to"] == "dana@example.com" for one in receipts(dana.person))
    check_books(dana.person)


def test_a_payment_that_is_sent_again_is_one_even_after_midnight(owner: Client, dana: Till, clock: Clock) -> None:
    """The first answer was lost, and by now it is tomorrow: the payment is still that of the day it was entered."""
    made(owner, dana)
    clock.forward(hours=11.9)
    owner = dana.company.admin("late@evergreen.example")
    again, body = key(), {"amount": 500, "method": "Cash"}
    place = f"/customers/{dana.person.id}/payments"
    first = posts(owner, place, body, again)
    forget_answer(dana, again)
    clock.forward(minutes=10)
    second = posts(owner, place, body, again)
    assert second.json == first.json and "idempotency-replayed" not in second.headers
    assert len(dana.payments) == 1 and trail(owner).count(("payment.enter", first.json["id"])) == 1
    check_books(dana.person)


def forget_answer(till: Till, again: str, who: str = "late") -> None:
    """As if the process had died before it noted what it answered."""
    from chalicelib import tokens
    from chalicelib.tenants.actions.repeats import LONG_AGO
    from chalicelib.tenants.records import repeats

    store = till.company.store
    store.write(repeats.finish(store, tokens.fingerprint(f"admin:{who}@evergreen.example\x1f{again}"), "", LONG_AGO))


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [
        ({"amount": 0}, "#/amount"),
        ({"amount": 10_000_000_001}, "#/amount"),
        ({"amount": 1.5}, "#/amount"),
        ({"method": " "}, "#/method"),
        ({"received_on": "2026-11-24"}, "#/received_on"),
        ({"received_on": "1970-01-01"}, "#/received_on"),
        ({"received_on": "2026-11-31"}, "#/received_on"),
        ({"invoices": []}, "#/invoices"),
        ({"invoices": ["{mine}", "{theirs}"]}, "#/invoices/1"),
        ({"invoices": ["{mine}", f"{UNKNOWN}-{UNKNOWN}"]}, "#/invoices/1"),
        ({"invoices": ["ext:nothing"]}, "#/invoices/0"),
        ({"invoices": ["x"]}, "#/invoices/0"),
    ],
)
def test_an_entry_that_can_not_be_is_refused_by_its_place(
    owner: Client, dana: Till, evergreen: Company, odd: dict[str, Any], pointer: str
) -> None:
    mine, lee = made(owner, dana), evergreen.customer("Lee Park", email="lee@example.com")
    ids = {"mine": mine["id"], "theirs": f"{lee.id}-{lee.invoice().id}"}
    if "invoices" in odd:
        odd = {"invoices": [one.format(**ids) for one in odd["invoices"]]}
    answer = enters(owner, dana, **{"amount": 100, **odd})
    assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert dana.payments == []


def test_an_invoice_that_takes_no_money_is_named_and_nothing_is_entered(owner: Client, dana: Till) -> None:
    """What was meant for it must not become credit without a word."""
    due = made(owner, dana, number="1040")
    odd = {number: made(owner, dana, number=number) for number in ("1041", "1042", "1043", "1045")}
    odd["1044"] = made(owner, dana, number="1044", status="draft")
    assert enters(owner, dana, 12_000, invoices=[odd["1041"]["id"]]).status == 201
    for number, status in (("1042", "void"), ("1043", "written_off")):
        owner.put(f"/invoices/{odd[number]['id']}/status", {"status": status})
    dana.pays(dana.invoices[-1], NEW)
    before = (dana.payments, dana.person.now)
    for number, why in (("1041", "is paid"), ("1042", "is void"), ("1043", "is written off"), ("1044", "is a draft"),
                        ("1045", "has a payment for all of it under way")):  # fmt: skip
        answer = enters(owner, dana, 15_000, invoices=[due["id"], odd[number]["id"]])
        assert (answer.status, answer.json["errors"]) == (
            422, [{"pointer": "#/invoices/1", "detail": f"Invoice {number} {why}: leave it out."}],
        )  # fmt: skip
    assert (dana.payments, dana.person.now) == before
    paid = enters(owner, dana, 15_000, invoices=[due["id"]]).json
    assert [part["amount"] for part in paid["allocations"]] == [12_000] and dana.person.now.sums.credit == 3_000
    check_books(dana.person)


def test_a_payment_is_itself_again_when_its_invoice_is_paid_by_it(owner: Client, dana: Till) -> None:
    """The answer was lost before it was kept: sent again it is the same, though the invoice takes no more."""
    invoice, again = made(owner, dana), key()
    body = {"amount": 12_000, "method": "Cash", "invoices": [invoice["id"]]}
    late = dana.company.admin("late@evergreen.example")
    first = posts(late, f"/customers/{dana.person.id}/payments", body, again)
    forget_answer(dana, again)
    dana.clock.forward(minutes=2)
    assert posts(late, f"/customers/{dana.person.id}/payments", body, again).json == first.json
    assert len(dana.payments) == 1


# Out of credit


def test_credit_pays_what_staff_says(owner: Client, dana: Till) -> None:
    enters(owner, dana, 5_000)
    invoice, again = made(owner, dana, external_id="inv-1"), key()
    place = f"/customers/{dana.person.id}/credit-uses"
    used = posts(owner, place, {"invoice": "ext:inv-1", "amount": 3_000}, again)
    assert (used.status, used.json["amount"], used.json["credit"]) == (201, 0, 3_000)
    assert used.json["allocations"] == [{"invoice": invoice["id"], "number": "20871", "amount": 3_000, "credit": 3_000}]
    assert posts(owner, place, {"invoice": "ext:inv-1", "amount": 3_000}, again).json == used.json
    refused = posts(owner, place, {"invoice": invoice["id"], "amount": 2_001})
    assert (refused.status, refused.kind) == (409, "more-than-due")
    assert "20.00 USD of account credit, and 90.00 USD is due on this invoice" in refused.json["detail"]
    assert posts(owner, place, {"invoice": f"{dana.person.id}-{UNKNOWN}", "amount": 1}).status == 422
    assert dana.person.now.sums.credit == 2_000 and [a for a, _ in trail(owner)].count("credit.use") == 1
    check_books(dana.person)


# Refunds


def test_a_part_of_a_card_payment_goes_back_at_stripe(owner: Client, dana: Till) -> None:
    payment = online(owner, dana)
    assert payment["online"] and payment["refundable"] == 12_000
    again = key()
    answer = refunds(owner, payment, 2_000, again, reason="Service came late")
    assert (
        answer.status == 201 and refunds(owner, payment, 2_000, again, reason="Service came late").json == answer.json
    )
    (back,) = answer.json["refunds"]
    assert (back["kind"], back["amount"], back["state"], back["reason"]) == (
        "refund",
        2_000,
        "done",
        "Service came late",
    )
    assert answer.json["refundable"] == 10_000 and dana.charges()[0]["amount_refunded"] == 2_000
    assert dana.person.now.sums.balance == 2_000, "it is owed again"
    more = refunds(owner, payment, 10_001)
    assert (more.status, more.json["errors"][0]["pointer"]) == (422, "#/amount") and "100.00 USD" in more.json["detail"]
    assert refunds(owner, payment, 10_000).json["refundable"] == 0
    assert refunds(owner, payment, 1).status == 409
    assert [action for action, _ in trail(owner)].count("payment.refund") == 2
    check_books(dana.person)


def test_cash_goes_back_on_paper(owner: Client, dana: Till) -> None:
    made(owner, dana)
    paid = enters(owner, dana, 13_000).json
    answer = refunds(owner, paid, 13_000)
    assert (answer.status, answer.json["refunds"][0]["state"]) == (201, "done")
    assert (dana.person.now.sums.balance, dana.person.now.sums.credit) == (12_000, 0)
    check_books(dana.person)


def test_a_refund_that_stripe_has_not_answered_says_so_and_goes_on(owner: Client, dana: Till, wire: Any) -> None:
    payment, again = online(owner, dana), key()
    wire.down("stripe POST", "lost after", times=9)
    answer = refunds(owner, payment, 2_000, again)
    wire.heal()
    assert (answer.status, answer.json["refunds"][0]["state"]) == (201, "starting")
    assert answer.json["refundable"] == 10_000, "it can't be given back twice"
    assert refunds(owner, payment, 2_000, again).json == answer.json, "what was answered is answered again"
    dana.time_passes()
    (back,) = dana.payment(payment["id"].partition("-")[2]).backs
    assert back.state == "done" and dana.charges()[0]["amount_refunded"] == 2_000
    check_books(dana.person)


def test_what_never_arrived_has_nothing_to_refund(owner: Client, dana: Till) -> None:
    begun = dana.pays(dana.person.invoice(), NEW)
    answer = posts(owner, f"/payments/{dana.person.id}-{begun.id}/refunds", {"amount": 1})
    assert answer.status == 409
    seen = owner.get(f"/payments/{dana.person.id}-{begun.id}").json
    assert (seen["state"], seen["refundable"]) == (begun.state, 0), "and looking at it has changed nothing"


# Lists, and what is not there


def test_all_payments_of_a_customer_a_page_at_a_time(owner: Client, dana: Till, clock: Clock) -> None:
    for _ in range(5):
        dana.person.invoice(100)
        dana.hands_over(100)
        clock.forward(seconds=1)
    place, seen, cursor = f"/customers/{dana.person.id}/payments", [], ""
    for _ in range(3):
        page = owner.get(f"{place}?limit=2&cursor={cursor}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"] or ""
    assert not cursor and seen == [f"{dana.person.id}-{one.id}" for one in dana.payments] and len(seen) == 5
    assert owner.get(f"{place}?cursor=x").json["errors"][0]["pointer"] == "?cursor"


def test_what_is_elsewhere_and_what_is_nowhere_are_the_same(owner: Client, dana: Till, bluewave: Company) -> None:
    lee = bluewave.customer("Lee Park", email="lee@example.com")
    theirs = Till(lee, dana.clock).hands_over(100)
    answers = [
        does
        for payment in (f"{lee.id}-{theirs.id}", f"{dana.person.id}-{UNKNOWN}", "x", "ext:x")
        for does in (owner.get(f"/payments/{payment}"), posts(owner, f"/payments/{payment}/refunds", {"amount": 1}))
    ]
    for customer in (lee.id, UNKNOWN, "ext:x", "x"):
        answers.append(owner.get(f"/customers/{customer}/payments"))
        answers.append(posts(owner, f"/customers/{customer}/payments", {"amount": 1, "method": "Cash"}))
        answers.append(posts(owner, f"/customers/{customer}/credit-uses", {"amount": 1, "invoice": "ext:x"}))
    assert {(one.status, one.kind, one.json["detail"]) for one in answers} == {
        (404, "not-found", answers[0].json["detail"])
    }


def test_money_needs_a_key(owner: Client, dana: Till) -> None:
    payment = online(owner, dana)
    for place, body in (
        (f"/customers/{dana.person.id}/payments", {"amount": 1, "method": "Cash"}),
        (f"/customers/{dana.person.id}/credit-uses", {"amount": 1, "invoice": payment["allocations"][0]["invoice"]}),
        (f"/payments/{payment['id']}/refunds", {"amount": 1}),
    ):
        answer = owner.post(place, body)
        assert (answer.status, answer.kind) == (422, "idempotency-key-required")
    assert own(payment) == dana.payments[0].id and len(dana.payments) == 1


def test_the_same_payment_is_one_whatever_the_time_zone_says_meanwhile(owner: Client, dana: Till) -> None:
    """A lost answer, a company that moves its time zone, and the same request again."""
    made(owner, dana, number="1")
    first = enters(owner, dana, 1_000, "k-1", received_on="2026-11-23")
    forget_answer(dana, "k-1", "owner")
    etag = owner.get("/settings").headers["etag"]
    assert owner.patch("/settings", {"locale": {"time_zone": "Pacific/Auckland"}}, if_match=etag).status == 200
    again = enters(owner, dana, 1_000, "k-1", received_on="2026-11-23")
    assert (again.status, again.json["id"]) == (201, first.json["id"])
    assert len(owner.get(f"/customers/{dana.person.id}/payments").json["items"]) == 1
    check_books(dana.person)
