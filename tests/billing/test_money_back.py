"""Money that goes back: refunds by staff and at Stripe's own pages, disputes, and what becomes of the invoices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import app as wiring
from chalicelib.billing.actions import money_back
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.errors import Conflict, Invalid, NotFound, Unavailable
from tests.billing.till import NEW, Till, check_books
from tests.billing.wire import Killed, Wire
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.conftest import Clock


def paid(till: Till, total: int = 12_000) -> tuple[Invoice, Payment]:
    invoice = till.person.invoice(total)
    return invoice, till.pays(invoice, till.saved)


def refunds(till: Till) -> list[dict[str, Any]]:
    return list(till.world.stripe.state.world(till.company.company.stripe_account).all("refund"))


def states(payment: Payment) -> list[tuple[str, str, int]]:
    return [(one.kind, one.state, one.amount) for one in payment.backs]


def free(till: Till) -> int:
    return till.person.now.sums.credit


# Refunds


def test_a_whole_payment_is_refunded(dana: Till) -> None:
    invoice, payment = paid(dana)
    after = dana.gets_back(payment, 12_000, "r1")
    assert states(after) == [("refund", "done", 12_000)] and (after.state, after.refundable) == ("succeeded", 0)
    assert dana.payment(payment) == after
    now = dana.invoice(invoice)
    assert (now.paid, now.due) == (0, 12_000)
    assert [(one.kind, one.amount) for one in now.posted] == [("charge", 12_000), ("refund", -12_000)]
    assert (dana.person.now.sums.balance, dana.person.now.sums.open_count) == (12_000, 1)
    assert [one["amount"] for one in refunds(dana)] == [12_000]
    again = dana.pays(invoice, dana.saved)
    assert again.state == "succeeded", "it is owed and can be paid"
    check_books(dana.person)


def test_a_payment_is_refunded_in_parts_until_nothing_is_left(dana: Till) -> None:
    invoice, payment = paid(dana)
    for amount, left in ((2_000, 10_000), (9_999, 1), (1, 0)):
        assert dana.gets_back(payment, amount).refundable == left
    assert dana.invoice(invoice).due == 12_000 and len(refunds(dana)) == 3
    with pytest.raises(Conflict, match="nothing left to refund"):
        dana.gets_back(payment, 1)
    check_books(dana.person)


@pytest.mark.parametrize("amount", [0, -1, 9_001, 12_000, 10**30])
def test_more_than_was_paid_is_refused_with_the_figure(dana: Till, amount: int) -> None:
    _, payment = paid(dana)
    dana.gets_back(payment, 3_000)
    with pytest.raises(Invalid) as refused:
        dana.gets_back(payment, amount)
    assert str(refused.value) == "At most 90.00 USD of this payment can be refunded."
    assert len(refunds(dana)) == 1
    check_books(dana.person)


def test_the_same_refund_twice_is_one(dana: Till) -> None:
    _, payment = paid(dana)
    first = dana.gets_back(payment, 3_000, "r1")
    assert dana.gets_back(payment, 3_000, "r1") == first
    assert dana.gets_back(payment, 9_000, "r1") == first, "whatever else is sent along"
    assert len(refunds(dana)) == 1
    check_books(dana.person)


@pytest.mark.parametrize("same", [True, False])
def test_two_refunds_at_once(dana: Till, wire: Wire, same: bool) -> None:
    """The other one runs from start to end between any two calls of the one; both whole would be too much."""
    for number in range(12):
        invoice, payment = paid(dana, 2_000 + number)
        total, cut = 2_000 + number, [number]
        before, started = len(refunds(dana)), len(wire.calls)

        def asks(id: str, which: Payment = payment, total: int = total) -> Any:
            try:
                return dana.gets_back(which, total, id)
            except (Conflict, Invalid) as word:
                return word

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, asks: Any = asks) -> None:
            if left and here >= at + left[0]:
                left.clear()
                asks("r1" if same else "r2")

        wire.plan = cut_in  # type: ignore[assignment]
        asks("r1")
        wire.heal()
        assert len(refunds(dana)) - before == 1
        assert states(dana.payment(payment)) == [("refund", "done", total)]
        assert dana.invoice(invoice).due == total
    check_books(dana.person)


@pytest.mark.parametrize("state", ["starting", "canceled", "processing"])
def test_only_what_was_paid_is_refunded(dana: Till, state: str) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.banks_with() if state == "processing" else NEW)
    if state == "canceled":
        dana.cancels(payment)
    with pytest.raises(Conflict, match="nothing left to refund"):
        dana.gets_back(payment, 1)
    check_books(dana.person)


def test_another_customers_payment_is_unknown(dana: Till, evergreen: Company, clock: Clock) -> None:
    _, payment = paid(dana)
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    with pytest.raises(NotFound):
        lee.gets_back(payment, 100)
    assert refunds(dana) == []


def test_of_a_balance_what_was_paid_last_is_taken_back_first(dana: Till) -> None:
    today = dana.clock().date()
    old, middle, new = (
        dana.person.invoice(total, due=today + timedelta(days=n)) for n, total in enumerate((1_000, 2_000, 3_000))
    )
    payment = dana.pays_balance(dana.saved)
    dana.gets_back(payment, 4_000)
    assert [dana.invoice(one).due for one in (old, middle, new)] == [0, 1_000, 3_000]
    dana.gets_back(payment, 2_000)
    assert [dana.invoice(one).due for one in (old, middle, new)] == [1_000, 2_000, 3_000]
    check_books(dana.person)


def test_money_that_staff_took_is_given_back_by_hand(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice(5_000)
    payment = dana.hands_over(8_000)
    wire.calls.clear()
    dana.gets_back(payment, 4_000)
    assert not wire.of("stripe")
    assert (free(dana), dana.invoice(invoice).due) == (0, 1_000), "first what no invoice took"
    dana.gets_back(payment, 4_000)
    assert dana.invoice(invoice).due == 5_000 and dana.person.ledger()[0]["kind"] == "refunded"
    check_books(dana.person)


def test_credit_that_was_used_on_top_is_no_money_to_refund(dana: Till) -> None:
    dana.has_credit(2_000)
    invoice = dana.person.invoice(12_000)
    payment = dana.orders([(invoice.id, 12_000)], dana.saved, credit=2_000)
    with pytest.raises(Invalid, match=r"At most 100\.00 USD"):
        dana.gets_back(payment, 12_000)
    dana.gets_back(payment, 10_000)
    assert (dana.invoice(invoice).due, free(dana)) == (10_000, 0), "the credit stays on the invoice"
    check_books(dana.person)


# What became credit


def test_the_money_of_an_invoice_that_was_voided_comes_out_of_credit(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.void(invoice)
    assert free(dana) == 12_000
    dana.gets_back(payment, 5_000)
    assert free(dana) == 7_000 and dana.invoice(invoice).paid == 0
    check_books(dana.person)


def test_credit_that_was_spent_can_not_be_refunded(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.void(invoice)
    other = dana.person.invoice(10_000)
    dana.orders([(other.id, 10_000)], NEW, credit=10_000)
    with pytest.raises(Conflict, match="has been used"):
        dana.gets_back(payment, 2_001)
    assert refunds(dana) == [] and dana.payment(payment).backs == ()
    assert dana.gets_back(payment, 2_000).refundable == 10_000
    assert free(dana) == 0
    check_books(dana.person)


def test_a_bank_takes_it_all_the_same_and_it_is_owed(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.void(invoice)
    other = dana.person.invoice(10_000)
    dana.orders([(other.id, 10_000)], NEW, credit=10_000)
    dispute = dana.disputes(payment)
    assert set(dana.webhooks(wiring.app)) == {200}
    assert free(dana) == -10_000
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    assert free(dana) == 2_000
    check_books(dana.person)


# At Stripe's own pages


def test_a_refund_made_at_stripe_arrives_by_its_webhook(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.webhooks(wiring.app)
    dana.refunded_at_stripe(payment, 4_000)
    post = dana.world.stripe.pending_webhooks()
    for _, body, signature in [*post, *reversed(post)]:
        assert deliver_webhook(wiring.app, body, signature) == 200
    after = dana.payment(payment)
    assert states(after) == [("refund", "done", 4_000)] and after.refundable == 8_000
    assert dana.invoice(invoice).due == 4_000
    assert len(dana.person.ledger()) == 2
    check_books(dana.person)


def test_a_refund_made_at_stripe_and_one_by_staff_add_up(dana: Till) -> None:
    """Staff does not know of the other one yet: Stripe does, and says no."""
    invoice, payment = paid(dana)
    dana.refunded_at_stripe(payment, 8_000)
    after = dana.gets_back(payment, 5_000, "r1")
    assert {(one.id == "r1", one.state) for one in after.backs} == {(True, "failed"), (False, "done")}
    assert dana.invoice(invoice).due == 8_000
    assert dana.gets_back(payment, 4_000).refundable == 0
    check_books(dana.person)


# Through the banks


def test_a_refund_to_a_bank_account_takes_days(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with())
    wait(dana, days=8)
    after = dana.gets_back(payment, 5_000, "r1")
    assert states(after) == [("refund", "pending", 5_000)] and after.refundable == 7_000
    assert dana.invoice(invoice).due == 0, "it is not back yet"
    with pytest.raises(Invalid, match="At most"):
        dana.gets_back(payment, 7_001)
    wait(dana, days=8)
    assert states(dana.payment(payment)) == [("refund", "done", 5_000)]
    assert dana.invoice(invoice).due == 5_000
    check_books(dana.person)


def test_what_is_on_its_way_through_the_banks_is_not_refunded_out_of_the_same_credit_again(dana: Till) -> None:
    voided, other = dana.person.invoice(10_000), dana.person.invoice(4_000)
    payment = dana.pays(voided, dana.banks_with())
    wait(dana, days=8)
    dana.void(voided)
    dana.orders([(other.id, 4_000)], NEW, credit=4_000)
    dana.gets_back(payment, 5_000)
    with pytest.raises(Conflict, match="has been used"):
        dana.gets_back(payment, 1_001)
    dana.gets_back(payment, 1_000)
    wait(dana, days=8)
    assert free(dana) == 0
    check_books(dana.person)


def wait(till: Till, days: int) -> None:
    for _ in range(days * 2):
        till.clock.forward(hours=12)
        till.world.stripe.advance()
        till.sweep()


def test_a_refund_that_the_bank_sends_back_pays_the_invoice_again(evergreen: Company, clock: Clock) -> None:
    dana = Till(evergreen.customer(password=None, saved_card="pm_card_refundFail"), clock)
    invoice, payment = paid(dana)
    dana.gets_back(payment, 5_000, "r1")
    assert dana.invoice(invoice).due == 5_000
    dana.webhooks(wiring.app)
    clock.forward(hours=2)
    dana.world.stripe.advance()
    assert set(dana.webhooks(wiring.app)) == {200}
    after = dana.payment(payment)
    assert states(after) == [("refund", "undone", 5_000)] and after.refundable == 12_000
    assert after.backs[0].reason == "unknown", "Stripe's word for why"
    assert dana.invoice(invoice).due == 0
    kinds = [row["kind"] for row in dana.person.ledger()]
    assert sorted(kinds) == ["received", "refund_undone", "refunded"]
    check_books(dana.person)


def test_a_pending_refund_that_fails_never_moved_anything(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with())
    wait(dana, days=8)
    dana.gets_back(payment, 5_000, "r1")
    (refund,) = refunds(dana)
    refund.update(status="failed", failure_reason="lost_or_stolen_card")
    clock_and_sweep(dana)
    after = dana.payment(payment)
    assert states(after) == [("refund", "failed", 5_000)] and after.backs[0].reason == "lost_or_stolen_card"
    assert dana.invoice(invoice).due == 0 and after.refundable == 12_000
    check_books(dana.person)


def clock_and_sweep(till: Till) -> None:
    till.clock.forward(hours=2)
    till.sweep()


# Stripe is not well


def test_a_refund_that_stripe_refuses_says_so_and_moves_nothing(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.disputes(payment)
    dispute = dana.gets_back(payment, 5_000, "r1")
    assert {(one.kind, one.state) for one in dispute.backs} == {("refund", "failed"), ("dispute", "done")}
    assert next(one for one in dispute.backs if one.id == "r1").reason == "charge_disputed"
    assert dana.invoice(invoice).due == 12_000, "only the dispute took it"
    check_books(dana.person)


def only_asking(wire: Wire, fault: Any, times: int = 1_000_000) -> None:
    wire.down("stripe POST /v1/refunds", fault, times)


@pytest.mark.parametrize("fault", ["lost before", "lost after", "error", "error after", "throttled"])
def test_a_refund_that_stripe_did_not_answer_is_finished_by_the_sweep(dana: Till, wire: Wire, fault: Any) -> None:
    invoice, payment = paid(dana)
    only_asking(wire, fault, times=2)
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    assert dana.invoice(invoice).due == 0 and dana.payment(payment).refundable == 7_000, "its room is taken"
    clock_and_sweep(dana)
    clock_and_sweep(dana)
    assert states(dana.payment(payment)) == [("refund", "done", 5_000)] and len(refunds(dana)) == 1
    assert dana.invoice(invoice).due == 5_000
    check_books(dana.person)


@pytest.mark.parametrize("after", [False, True])
def test_a_500_that_stripe_repeats_for_a_day_does_not_hide_what_became_of_the_refund(
    dana: Till, wire: Wire, after: bool
) -> None:
    """It is kept under the idempotency key, whether the refund was made or not."""
    invoice, payment = paid(dana)
    armed = [True]

    def arm(_: int, call: Any) -> None:
        if armed and call.what == "stripe POST /v1/refunds":
            armed.clear()
            dana.world.stripe.faults.server_error("/v1/refunds", after=after)

    wire.plan = arm
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    clock_and_sweep(dana)
    assert states(dana.payment(payment)) == [("refund", "done" if after else "starting", 5_000)]
    for _ in range(13):
        clock_and_sweep(dana)
    assert states(dana.payment(payment)) == [("refund", "done" if after else "failed", 5_000)]
    assert dana.invoice(invoice).due == (5_000 if after else 0)
    check_books(dana.person)


@pytest.mark.parametrize("fault", ["lost after", "error after"])
def test_a_refund_that_took_effect_unanswered_is_seen_at_the_next_look(dana: Till, wire: Wire, fault: Any) -> None:
    """However long asking again gets no answer."""
    invoice, payment = paid(dana)
    only_asking(wire, fault)
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    assert dana.gets_back(payment, 5_000, "r1").refundable == 7_000
    assert len(refunds(dana)) == 1 and dana.invoice(invoice).due == 5_000
    wire.heal()
    check_books(dana.person)


def test_what_else_came_back_is_written_down_while_a_refund_gets_no_answer(dana: Till, wire: Wire) -> None:
    invoice, payment = paid(dana)
    only_asking(wire, "error")
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    wire.heal()
    dana.refunded_at_stripe(payment, 2_000)
    only_asking(wire, "error")
    assert set(dana.webhooks(wiring.app)) == {200}
    assert ("refund", "done", 2_000) in states(dana.payment(payment))
    assert dana.invoice(invoice).due == 2_000
    wire.heal()
    clock_and_sweep(dana)
    assert dana.invoice(invoice).due == 7_000
    check_books(dana.person)


def test_a_refund_that_stripe_never_heard_of_is_given_up_when_its_key_may_be_forgotten(dana: Till, wire: Wire) -> None:
    """Nothing gets through for a day; then it is not asked for blindly any more."""
    invoice, payment = paid(dana)
    only_asking(wire, "lost before")
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    for _ in range(26):
        dana.clock.forward(hours=1)
        dana.sweep()
    wire.heal()
    (back,) = dana.payment(payment).backs
    assert (back.state, back.reason) == ("failed", "unanswered")
    assert refunds(dana) == [] and dana.invoice(invoice).due == 0
    dana.sweep()
    assert dana.gets_back(payment, 12_000).refundable == 0, "another refund can be made"
    check_books(dana.person)


def test_an_account_that_is_disconnected_decides_nothing(dana: Till, wire: Wire) -> None:
    """Its first answer was lost: it may have been made."""
    invoice, payment = paid(dana)
    only_asking(wire, "lost after")
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    wire.down("stripe", "disconnected")
    with pytest.raises(Unavailable):
        dana.gets_back(payment, 5_000, "r1")
    clock_and_sweep(dana)
    assert states(dana.payment(payment)) == [("refund", "starting", 5_000)]
    wire.heal()
    clock_and_sweep(dana)
    assert states(dana.payment(payment)) == [("refund", "done", 5_000)] and dana.invoice(invoice).due == 5_000
    check_books(dana.person)


@pytest.mark.parametrize("what", ["stripe POST", "stripe GET", "dynamodb TransactWriteItems"])
@pytest.mark.parametrize("when", ["killed before", "killed after"])
def test_a_process_that_dies_over_a_refund(dana: Till, wire: Wire, what: str, when: Any) -> None:
    invoice, payment = paid(dana)
    wire.down(what, when, times=1)
    with pytest.raises(Killed):
        dana.gets_back(payment, 5_000, "r1")
    wire.heal()
    for _ in range(3):
        clock_and_sweep(dana)
    assert states(dana.payment(payment)) in ([("refund", "done", 5_000)], [])
    dana.gets_back(payment, 5_000, "r1")
    assert len(refunds(dana)) == 1 and dana.invoice(invoice).due == 5_000
    check_books(dana.person)


# Disputes


def test_a_dispute_takes_the_money_and_a_lost_one_keeps_it(dana: Till) -> None:
    invoice, payment = paid(dana)
    dispute = dana.disputes(payment)
    assert set(dana.webhooks(wiring.app)) == {200}
    assert states(dana.payment(payment)) == [("dispute", "done", 12_000)]
    assert dana.invoice(invoice).due == 12_000 and dana.payment(payment).refundable == 0
    with pytest.raises(Conflict, match="nothing left"):
        dana.gets_back(payment, 1)
    dana.world.stripe.close_dispute(dispute, "lost")
    dana.webhooks(wiring.app)
    assert states(dana.payment(payment)) == [("dispute", "done", 12_000)]
    assert len(dana.person.ledger()) == 2
    check_books(dana.person)


def test_a_dispute_that_is_won_pays_its_invoice_again(dana: Till) -> None:
    invoice, payment = paid(dana)
    dispute = dana.disputes(payment)
    dana.webhooks(wiring.app)
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    assert states(dana.payment(payment)) == [("dispute", "undone", 12_000)]
    assert dana.invoice(invoice).due == 0 and dana.payment(payment).refundable == 12_000
    check_books(dana.person)


def test_won_before_anybody_heard_of_it_comes_to_the_same(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.world.stripe.close_dispute(dana.disputes(payment), "won")
    for _, body, signature in reversed(dana.world.stripe.pending_webhooks()):
        assert deliver_webhook(wiring.app, body, signature) == 200
    assert states(dana.payment(payment)) == [("dispute", "undone", 12_000)] and dana.invoice(invoice).due == 0
    assert sorted(row["amount"] for row in dana.person.ledger()) == [-12_000, 12_000, 12_000]
    check_books(dana.person)


def test_won_after_the_invoice_was_paid_otherwise_it_is_credit(dana: Till) -> None:
    invoice, payment = paid(dana)
    dispute = dana.disputes(payment)
    dana.webhooks(wiring.app)
    dana.hands_over(9_000, to=[invoice])
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    assert (dana.invoice(invoice).due, free(dana)) == (0, 9_000)
    check_books(dana.person)


def test_won_while_another_payment_holds_the_invoice(dana: Till) -> None:
    invoice, payment = paid(dana)
    dispute = dana.disputes(payment)
    dana.webhooks(wiring.app)
    other = dana.pays(invoice, NEW)
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    assert free(dana) == 12_000, "the room is the other one's"
    dana.at_checkout(other)
    assert dana.comes_back(other).state == "succeeded"
    assert (dana.invoice(invoice).due, free(dana)) == (0, 12_000)
    check_books(dana.person)


def test_a_dispute_after_a_part_was_refunded(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.gets_back(payment, 5_000)
    dana.disputes(payment)
    dana.webhooks(wiring.app)
    after = dana.payment(payment)
    assert states(after) == [("refund", "done", 5_000), ("dispute", "done", 7_000)] and after.refundable == 0
    assert dana.invoice(invoice).due == 12_000
    check_books(dana.person)


def test_a_bank_may_dispute_the_whole_after_a_part_was_refunded(dana: Till) -> None:
    """Banks do: then more has gone than came, and the rest is owed."""
    invoice, payment = paid(dana)
    dana.gets_back(payment, 5_000)
    dispute = dana.disputes(payment)
    dana.world.stripe.state.world(dana.company.company.stripe_account).get("dispute", dispute)["amount"] = 12_000
    dana.webhooks(wiring.app)
    assert (dana.invoice(invoice).due, free(dana)) == (12_000, -5_000)
    assert sum(row["amount"] for row in dana.person.ledger()) == -5_000
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    assert (dana.invoice(invoice).due, free(dana)) == (5_000, 0), "what was refunded stays refunded"


def test_an_inquiry_takes_nothing(dana: Till) -> None:
    invoice, payment = paid(dana)
    dana.webhooks(wiring.app)
    dispute = dana.disputes(payment)
    world = dana.world.stripe.state.world(dana.company.company.stripe_account)
    for status in ("warning_needs_response", "warning_under_review", "warning_closed", "prevented"):
        world.get("dispute", dispute)["status"] = status
        money_back.settle_back(dana.world.services, dana.person.account, payment.id)
        assert dana.payment(payment).backs == () and dana.invoice(invoice).due == 0
    world.get("dispute", dispute)["status"] = "needs_response"
    dana.webhooks(wiring.app)
    assert dana.invoice(invoice).due == 12_000, "now it does"
    check_books(dana.person)


def test_a_dispute_of_an_invoice_that_was_written_off(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.saved, amount=5_000)
    dana.write_off(invoice)
    dana.disputes(payment)
    dana.webhooks(wiring.app)
    assert (dana.invoice(invoice).paid, dana.invoice(invoice).due, dana.person.now.sums.balance) == (0, 0, 0)
    check_books(dana.person)


def test_a_dispute_that_is_won_pays_the_invoice_that_was_written_off_meanwhile(dana: Till) -> None:
    """Not the customer: it was money for this invoice."""
    invoice = dana.person.invoice(12_000)
    dispute = dana.disputes(dana.pays(invoice, dana.saved))
    dana.webhooks(wiring.app)
    dana.write_off(invoice)
    dana.world.stripe.close_dispute(dispute, "won")
    dana.webhooks(wiring.app)
    now = dana.invoice(invoice)
    assert (now.status, now.paid, now.due, dana.person.now.sums.credit) == ("written_off", 12_000, 0, 0)
    check_books(dana.person)


def test_a_refund_and_the_sweep_and_a_webhook_at_once_count_once(dana: Till, wire: Wire) -> None:
    for number in range(10):
        invoice, payment = paid(dana, 3_000 + number)
        cut, started = [number], len(wire.calls)

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, which: Payment = payment) -> None:
            if left and here >= at + left[0]:
                left.clear()
                money_back.settle_back(dana.world.services, dana.person.account, which.id)

        wire.plan = cut_in  # type: ignore[assignment]
        assert states(dana.gets_back(payment, 1_000)) == [("refund", "done", 1_000)]
        wire.heal()
        assert dana.invoice(invoice).due == 1_000
    assert len(refunds(dana)) == 10
    check_books(dana.person)


def test_what_did_not_arrive_has_nothing_to_come_back(dana: Till, wire: Wire) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    wire.calls.clear()
    assert money_back.settle_back(dana.world.services, dana.person.account, payment.id).state == "starting"
    assert not wire.of("stripe")


# A refund out of account credit


@pytest.fixture
def voided_debit(dana: Till) -> Payment:
    """A bank debit that arrived, whose invoice was voided since: its money is account credit."""
    bank = dana.banks_with()
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, bank)
    dana.time_passes(hours=24 * 8)
    dana.void(invoice)
    assert free(dana) == 12_000
    return dana.payment(payment)


def test_credit_is_put_aside_while_its_refund_is_on_its_way(dana: Till, voided_debit: Payment) -> None:
    after = dana.gets_back(voided_debit, 9_000, "r1")
    assert states(after) == [("refund", "pending", 9_000)] and free(dana) == 3_000
    check_books(dana.person)
    other = dana.person.invoice(12_000)
    with pytest.raises(Conflict, match="credit has changed"):
        dana.orders([(other.id, 12_000)], dana.saved, credit=12_000)
    dana.time_passes(hours=24 * 8)
    assert states(dana.payment(voided_debit)) == [("refund", "done", 9_000)] and free(dana) == 3_000
    check_books(dana.person)


def test_credit_comes_free_again_when_its_refund_fails(dana: Till, voided_debit: Payment, wire: Wire) -> None:
    wire.down("stripe POST /v1/refunds", "error")
    with pytest.raises(Unavailable):
        dana.gets_back(voided_debit, 12_000, "r1")
    assert free(dana) == 0, "Stripe may have heard it"
    check_books(dana.person)
    for _ in range(4):
        dana.clock.forward(hours=5)
        dana.sweep()
    wire.heal()
    assert states(dana.payment(voided_debit)) == [("refund", "failed", 12_000)] and free(dana) == 12_000
    check_books(dana.person)


def test_an_invoice_is_not_voided_while_its_payment_is_being_refunded(dana: Till) -> None:
    bank = dana.banks_with()
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, bank)
    dana.time_passes(hours=24 * 8)
    dana.gets_back(payment, 5_000, "r1")
    with pytest.raises(Conflict, match="being refunded"):
        dana.void(invoice)
    dana.time_passes(hours=24 * 8)
    assert dana.void(invoice).status == "void" and free(dana) == 7_000
    check_books(dana.person)


# Every event is lost


def test_the_sweep_finds_a_dispute_that_was_won_and_never_told(dana: Till) -> None:
    invoice, payment = paid(dana)
    dispute = dana.disputes(payment)
    dana.webhooks(wiring.app)
    assert dana.invoice(invoice).due == 12_000
    dana.clock.forward(days=30)
    dana.world.stripe.close_dispute(dispute, "won")
    dana.world.stripe.pending_webhooks()  # lost
    dana.sweep()
    assert dana.invoice(invoice).due == 0
    assert dana.payment(payment).task_at is None, "nothing more can come"
    check_books(dana.person)


def test_a_dispute_is_looked_at_until_it_is_surely_over(dana: Till) -> None:
    _, payment = paid(dana)
    dana.disputes(payment)
    dana.webhooks(wiring.app)
    dana.clock.forward(days=119)
    dana.sweep()
    assert dana.payment(payment).task_at
    dana.clock.forward(days=2)
    dana.sweep()
    assert dana.payment(payment).task_at is None
