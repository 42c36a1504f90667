"""Paying the whole balance: what was shown is what is posted, oldest due first, in few calls however many invoices."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

import app as wiring
from chalicelib.billing import rules
from chalicelib.billing.actions import pay, staff
from chalicelib.billing.rules import MOST_INVOICES, Invoice
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.messages.actions import deliver
from sandbox.world import sent_mail
from tests.billing.till import ASKS_THE_BANK, DECLINES, NEW, Till, check_books, receipts
from tests.billing.wire import Wire
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.conftest import Clock


def some(till: Till, *totals: int) -> list[Invoice]:
    """Invoices, each due a day before the one issued before it: the last one is the oldest due."""
    today = till.clock().date()
    return [till.person.invoice(total, due=today - timedelta(days=n)) for n, total in enumerate(totals)]


def told(till: Till, what: str = "receipt") -> list[dict[str, Any]]:
    """What mails of this kind say."""
    return [json.loads(row["body"])["values"] for row in receipts(till.person) if row["template"] == what]


def test_the_allocation_shown_is_what_is_posted_and_what_the_receipt_says(dana: Till) -> None:
    late, later, latest = some(dana, 1_000, 2_000, 3_000)
    shown = dana.owed
    assert shown == ((latest.id, 3_000), (later.id, 2_000), (late.id, 1_000)), "oldest due first"
    payment = dana.pays_balance(dana.saved)
    assert (payment.state, payment.amount) == ("succeeded", 6_000)
    assert [(one.invoice_id, one.amount) for one in payment.allocations] == list(shown)
    for id, amount in shown:
        (posted,) = next(dana.invoice(one) for one in (late, later, latest) if one.id == id).posted
        assert (posted.payment_id, posted.amount, posted.kind) == (payment.id, amount, "charge")
    receipt = told(dana)[0]["payment"]
    assert [(one["number"], one["amount"]) for one in receipt["invoices"]] == [
        (latest.number, 3_000), (later.number, 2_000), (late.number, 1_000)
    ]  # fmt: skip
    assert (receipt["total"], receipt["charged"], receipt["balance"]) == (6_000, 6_000, 0)
    assert (dana.person.now.sums.balance, dana.person.now.sums.open_count) == (0, 0)
    check_books(dana.person)


def test_the_receipt_by_mail_lists_every_invoice(dana: Till) -> None:
    one, other = some(dana, 1_000, 2_300)
    payment = dana.pays_balance(dana.saved)
    deliver(dana.world.services, dana.company.store.tenant, dana.person.id, f"receipt-{payment.id}")
    (mail,) = sent_mail()
    for words in (one.number, other.number, "$10.00", "$23.00", "$33.00"):
        assert words in mail.raw_data


def test_the_balance_is_paid_on_checkout(dana: Till) -> None:
    invoices = some(dana, 1_000, 2_000)
    payment = dana.pays_balance(NEW)
    assert all(one.holds == {payment.id: one.total} for one in map(dana.invoice, invoices))
    assert dana.person.now.sums.in_flight == 3_000
    dana.at_checkout(payment)
    assert dana.comes_back(payment).state == "succeeded"
    check_books(dana.person)


def test_only_what_is_owed_and_not_under_way_is_in_it(dana: Till) -> None:
    for status in ("draft", "void", "written_off"):
        dana.person.invoice(700, status=status)
    held, part, paid, open_one = some(dana, 1_000, 2_000, 3_000, 4_000)
    dana.pays(held, NEW)
    dana.pays(part, NEW, amount=500)
    dana.pays(paid, dana.saved)
    assert dana.owed == ((open_one.id, 4_000), (part.id, 1_500))
    assert dana.pays_balance(dana.saved).amount == 5_500
    check_books(dana.person)


def test_an_invoice_in_another_currency_is_not_in_it_and_can_not_be_paid(dana: Till) -> None:
    (dollars,) = some(dana, 1_000)
    euros = dana.person.invoice(2_000, currency="EUR")
    assert dana.owed == ((dollars.id, 1_000),)
    with pytest.raises(Conflict, match="have changed"):
        dana.orders([*dana.owed, (euros.id, 2_000)], dana.saved)
    with pytest.raises(Conflict, match="another currency"):
        dana.pays(euros, dana.saved)
    dana.has_credit(500)
    with pytest.raises(Conflict, match="another currency"):
        staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), euros.id, 100)
    with pytest.raises(Conflict, match="another currency"):
        dana.hands_over(2_000, to=[euros])
    assert dana.invoice(euros) == euros and dana.charges() == []


# What changed since it was shown


@pytest.mark.parametrize("what", ["paid", "part paid", "credited", "voided", "held"])
def test_what_changed_since_it_was_shown_is_shown_again_and_nothing_is_written(dana: Till, what: str) -> None:
    one, _ = some(dana, 6_000, 2_000)
    shown = dana.owed
    {
        "paid": lambda: dana.hands_over(6_000, to=[one]),
        "part paid": lambda: dana.hands_over(100, to=[one]),
        "credited": lambda: dana.credits(one, 100),
        "voided": lambda: dana.void(one),
        "held": lambda: dana.pays(one, NEW, amount=1_000),
    }[what]()
    before = (dana.payments, dana.person.now, dana.invoice(one))
    with pytest.raises(Conflict, match="have changed since"):
        dana.orders(shown, dana.saved)
    assert (dana.payments, dana.person.now, dana.invoice(one)) == before and dana.charges() == []
    check_books(dana.person)


def test_an_invoice_that_came_in_meanwhile_waits_for_the_next_time(dana: Till) -> None:
    some(dana, 1_000, 2_000)
    shown = dana.owed
    new = dana.person.invoice(9_000)
    assert dana.orders(shown, dana.saved).amount == 3_000
    assert dana.invoice(new).due == 9_000
    check_books(dana.person)


def test_something_changes_between_the_reading_and_the_writing(dana: Till, wire: Wire) -> None:
    one, _ = some(dana, 6_000, 2_000)
    shown, cut = dana.owed, [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb TransactWriteItems":
            cut.clear()
            dana.hands_over(100, to=[one])

    wire.plan = cut_in
    with pytest.raises(Conflict, match="have changed since"):
        dana.orders(shown, dana.saved)
    wire.heal()
    assert dana.charges() == [] and not dana.person.now.sums.in_flight
    check_books(dana.person)


def test_a_balance_and_one_of_its_invoices_in_two_tabs(dana: Till, wire: Wire) -> None:
    """Whichever comes in at whatever call of the other: the invoice is paid once."""
    saved = dana.saved
    for number in range(8):
        one, other = some(dana, 1_000 + number, 2_000 + number)
        shown, started, cut, seen = dana.owed, len(wire.calls), [number], []

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, which: Invoice = one,
                   seen: list[Any] = seen) -> None:  # fmt: skip
            if left and here >= at + left[0]:
                left.clear()
                try:
                    seen.append(dana.pays(which, saved).state)
                except Conflict as word:
                    seen.append(word)

        wire.plan = cut_in  # type: ignore[assignment]
        try:
            seen.append(dana.orders(shown, saved).state)
        except Conflict as word:
            seen.append(word)
        wire.heal()
        assert dana.invoice(one).due == 0
        assert sum(isinstance(end, Conflict) for end in seen) == len(seen) - 1, "one of them is told to look again"
        if dana.invoice(other).due:
            dana.pays(other, saved)
    check_books(dana.person)


def test_the_same_form_twice_is_one_payment(dana: Till) -> None:
    some(dana, 1_000, 2_000)
    shown, attempt = dana.owed, dana.attempt()
    first = dana.orders(shown, dana.saved, attempt=attempt)
    assert dana.orders(shown, dana.saved, attempt=attempt).state == first.state == "succeeded"
    assert len(dana.charges()) == 1


# What is sent


def test_nobody_elses_invoice_gets_in(dana: Till, evergreen: Company, bluewave: Company, clock: Clock) -> None:
    mine, other = some(dana, 1_000, 2_000)
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    theirs, elsewhere = lee.person.invoice(500), bluewave.customer(password=None).invoice(500)
    for foreign in (theirs.id, elsewhere.id, "unknown", "", "x#y", "é" * 700):
        with pytest.raises(Conflict):
            dana.orders([(mine.id, 1_000), (foreign, 500)], dana.saved)
        with pytest.raises(NotFound):
            dana.orders([(foreign, 500), (foreign, 500)], dana.saved)
    assert dana.payments == [] and lee.invoice(theirs) == theirs
    assert dana.invoice(other).due == 2_000


@pytest.mark.parametrize("amounts", [(1_000, 1_999), (1_000, 2_001), (1_000, 0), (0, 0), (-1_000, 2_000), (500, 2_500)])
def test_several_invoices_are_only_paid_whole(dana: Till, amounts: tuple[int, int]) -> None:
    one, other = some(dana, 1_000, 2_000)
    with pytest.raises(Conflict):
        dana.orders([(one.id, amounts[0]), (other.id, amounts[1])], dana.saved)
    assert dana.payments == [] and dana.charges() == []


def test_the_same_invoice_twice_is_no_order(dana: Till) -> None:
    (one,) = some(dana, 1_000)
    with pytest.raises(Conflict):
        dana.orders([(one.id, 500), (one.id, 500)], dana.saved)
    with pytest.raises(Conflict):
        dana.orders([(one.id, 1_000), (one.id, 1_000)], dana.saved)
    assert dana.invoice(one) == one


def test_invoices_that_are_paid_make_no_payment_of_nothing(dana: Till) -> None:
    one, other = some(dana, 1_000, 2_000)
    dana.pays_balance(dana.saved)
    with pytest.raises(Conflict):
        dana.orders([(one.id, 0), (other.id, 0)], dana.saved)
    assert len(dana.payments) == 1 and len(receipts(dana.person)) == 1


def test_an_order_of_nothing_is_none(dana: Till) -> None:
    with pytest.raises(NotFound):
        dana.orders([], dana.saved)


# Too many for one transaction


def test_more_than_fit_are_paid_ninety_at_a_time(dana: Till, wire: Wire) -> None:
    invoices = some(dana, *[100] * (MOST_INVOICES + 3))
    shown = dana.owed
    assert len(shown) == MOST_INVOICES and shown[0][0] == invoices[-1].id, "the oldest"
    everything = [(one.id, one.total) for one in invoices]
    with pytest.raises(Conflict):
        dana.orders(everything, dana.saved)
    assert dana.payments == []
    wire.calls.clear()
    payment = dana.orders(shown, dana.saved)
    assert (payment.state, payment.amount) == ("succeeded", 9_000)
    assert [call.items for call in wire.of("dynamodb TransactWriteItems")] == [92, 94]
    assert dana.owed == tuple((one.id, 100) for one in reversed(invoices[:3])), "the rest next time"
    dana.gets_back(payment, 9_000)
    assert len(dana.owed) == MOST_INVOICES and dana.person.now.sums.balance == 9_300
    check_books(dana.person)


@pytest.mark.parametrize("count", [1, 5, 90])
@pytest.mark.parametrize("way", ["saved", "return page", "webhook"])
def test_however_many_invoices_it_is_a_read_and_a_transaction_to_start_and_to_settle(
    dana: Till, wire: Wire, count: int, way: str
) -> None:
    some(dana, *[1_000] * count)
    shown, account, saved = dana.owed, dana.person.account, dana.saved
    method, attempt = (saved if way == "saved" else NEW), dana.attempt()
    wire.calls.clear()
    payment = pay.start(dana.world.services, account, pay.Order(shown, method, attempt))
    assert len(wire.of("dynamodb BatchGetItem")) == 1 and not wire.of("dynamodb Query")
    transactions = [call.items for call in wire.of("dynamodb TransactWriteItems")]
    if way == "saved":
        assert transactions == [count + 2, count + 4], "the hold, then payment, invoices, sums, ledger and receipt"
        assert [call.what for call in wire.of("stripe")] == ["stripe POST /v1/payment_intents"]
        return
    assert transactions == [count + 2, 1], "the hold, and Checkout's address on the payment's row"
    dana.at_checkout(payment)
    stripe = len([call for call in wire.of("stripe") if "/c/pay" not in call.what])
    wire.calls.clear()
    if way == "return page":
        pay.look(dana.world.services, account, payment.id)
        assert len(wire.of("dynamodb BatchGetItem")) == 1
        assert stripe + len(wire.of("stripe")) <= 2
    else:
        post = [one for one in dana.world.stripe.pending_webhooks() if b'"checkout.session.completed"' in one[1]]
        assert deliver_webhook(wiring.app, *post[0][1:]) == 200
        # Whose account it is, and all there is of the payment.
        assert len(wire.of("dynamodb BatchGetItem")) == 2
    assert [call.items for call in wire.of("dynamodb TransactWriteItems")] == [count + 4]
    assert dana.payment(payment).state == "succeeded" and dana.owed == ()
    check_books(dana.person)


# It does not go through


@pytest.mark.parametrize(("card", "ends"), [(DECLINES, "failed"), (ASKS_THE_BANK, "canceled")])
def test_a_balance_that_is_not_paid_frees_every_invoice(evergreen: Company, clock: Clock, card: str, ends: str) -> None:
    till = Till(evergreen.customer(password=None, saved_card=card), clock)
    some(till, 1_000, 2_000)
    shown = till.owed
    till.pays_balance(till.saved)
    till.time_passes()
    assert till.payments[0].state == ends
    assert till.owed == shown and till.person.now.sums.pending == ()
    again = till.pays_balance(NEW)
    till.at_checkout(again)
    assert till.comes_back(again).state == "succeeded"
    check_books(till.person)


def test_none_of_its_invoices_is_closed_while_it_is_paid(dana: Till) -> None:
    one, other = some(dana, 1_000, 2_000)
    payment = dana.pays_balance(NEW)
    with pytest.raises(Conflict, match="under way"):
        dana.void(one)
    with pytest.raises(Conflict, match="under way"):
        dana.write_off(other)
    dana.at_checkout(payment)
    assert dana.comes_back(payment).state == "succeeded"
    check_books(dana.person)


def test_nobody_has_more_than_twenty_payments_under_way(dana: Till) -> None:
    (one,) = some(dana, 50_000)
    for _ in range(20):
        dana.pays(one, NEW, amount=500)
    with pytest.raises(Conflict, match="Too many"):
        dana.pays(one, NEW, amount=500)
    assert dana.invoice(one).in_flight == 10_000 and len(dana.payments) == 20
    assert len(dana.person.now.sums.pending) == 20
    dana.time_passes()
    assert dana.invoice(one).payable == 50_000
    check_books(dana.person)


def test_a_card_that_is_not_ones_own_pays_no_balance(dana: Till) -> None:
    some(dana, 1_000, 2_000)
    with pytest.raises(Invalid):
        dana.pays_balance("pm_other")
    assert dana.payments == [] and rules.MOST_INVOICES == 90
