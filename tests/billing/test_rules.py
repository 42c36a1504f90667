"""What is owed, what may be paid, and what Stripe's answers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import declines, rules
from chalicelib.billing.rules import FINAL, Allocation, Invoice, Method, Outcome, Payment, State, Terms
from chalicelib.customers.rules import Sums
from chalicelib.errors import Conflict, Invalid

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = NOW.date()
WHOLE = Terms("USD", partial=False, minimum=500)
PARTS = Terms("USD", partial=True, minimum=500)


def an_invoice(total: int = 12_000, **values: Any) -> Invoice:
    made = Invoice("inv", "10001", "Quarterly pest control", "open", TODAY, TODAY + timedelta(days=14), "USD", total)
    return replace(made, **values)


def a_payment(amount: int = 12_000, **values: Any) -> Payment:
    made = Payment("pay", "starting", amount, "USD", (Allocation("inv", "10001", amount),), "pm", "acct", NOW, NOW)
    return replace(made, **values)


# States by day


@pytest.mark.parametrize(
    ("invoice", "state"),
    [
        (an_invoice(due_on=TODAY + timedelta(days=3)), State("due", 3)),
        (an_invoice(due_on=TODAY), State("due", 0)),
        (an_invoice(due_on=TODAY - timedelta(days=1)), State("overdue", 1)),
        (an_invoice(due_on=TODAY - timedelta(days=400)), State("overdue", 400)),
        (an_invoice(paid=1, due_on=TODAY + timedelta(days=2)), State("part_paid", 2)),
        (an_invoice(credited=1, due_on=TODAY), State("part_paid", 0)),
        (an_invoice(paid=1, due_on=TODAY - timedelta(days=2)), State("overdue", 2)),
        (an_invoice(holds={"p": 12_000}, due_on=TODAY - timedelta(days=2)), State("processing")),
        (an_invoice(holds={"p": 5_000}, due_on=TODAY - timedelta(days=2)), State("overdue", 2)),
        (an_invoice(paid=12_000), State("paid")),
        (an_invoice(paid=7_000, credited=5_000), State("paid")),
        (an_invoice(total=0), State("paid")),
        (an_invoice(status="void", paid=12_000), State("void")),
        (an_invoice(status="written_off", due_on=date(2020, 1, 1)), State("written_off")),
    ],
)
def test_an_invoice_says_where_it_stands(invoice: Invoice, state: State) -> None:
    assert invoice.state(TODAY) == state


@pytest.mark.parametrize("status", ["draft", "void", "written_off"])
def test_what_is_not_open_owes_nothing(status: str) -> None:
    assert an_invoice(status=status).due == an_invoice(status=status).payable == 0


# What may be paid


def test_an_invoice_is_paid_whole() -> None:
    assert rules.allocate_invoice(an_invoice(), 12_000, WHOLE) == (Allocation("inv", "10001", 12_000),)
    assert rules.allocate_invoice(an_invoice(paid=2_000, credited=1_000), 9_000, WHOLE)[0].amount == 9_000


@pytest.mark.parametrize("amount", [0, -1, 1, 11_999, 12_001, 10**30])
def test_another_amount_than_what_is_owed_is_refused_with_what_is_owed(amount: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.allocate_invoice(an_invoice(), amount, WHOLE)
    assert refused.value.values["amount"].amount == 12_000  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("invoice", "words"),
    [
        (an_invoice(paid=12_000), "nothing left"),
        (an_invoice(status="void"), "nothing left"),
        (an_invoice(status="written_off"), "nothing left"),
        (an_invoice(holds={"other": 12_000}), "under way"),
    ],
)
def test_what_can_not_be_paid_says_why(invoice: Invoice, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        rules.allocate_invoice(invoice, 12_000, WHOLE)


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=12), timedelta(minutes=-5)])
def test_a_form_of_today_counts(age: timedelta) -> None:
    rules.check_attempt(NOW - age, NOW)


@pytest.mark.parametrize("age", [timedelta(hours=12, seconds=1), timedelta(days=400), timedelta(minutes=-6)])
def test_a_form_of_long_ago_or_of_the_future_does_not(age: timedelta) -> None:
    with pytest.raises(Invalid, match="too old"):
        rules.check_attempt(NOW - age, NOW)


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    card = Method("pm", "Visa", "4242", 11, 2026)
    assert not card.expired(date(2026, 11, 30))
    assert card.expired(date(2026, 12, 1))


# Holding, releasing, posting: sums


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Invoice], Sums]:
    """Some invoices of a customer, and the sums that are right for them."""
    invoices = []
    for number in range(draw(st.integers(1, 4))):
        total = draw(st.integers(0, 1000))
        paid = draw(st.integers(0, total))
        credited = draw(st.integers(0, total - paid))
        held = draw(st.integers(0, total - paid - credited))
        status = draw(st.sampled_from(["open", "open", "open", "void", "written_off"]))
        made = an_invoice(total, id=f"i{number}", paid=paid, credited=credited, status=status)
        invoices.append(replace(made, holds={"earlier": held}) if held else made)
    return invoices, sums_of(invoices, draw(st.integers(0, 500)))


def sums_of(invoices: list[Invoice], credit: int = 0, version: int = 7) -> Sums:
    open_ones = [one for one in invoices if one.status == "open"]
    return Sums(
        sum(one.total - one.paid - one.credited for one in open_ones),
        sum(sum(one.holds.values()) for one in invoices),
        credit,
        sum(one.due > 0 for one in invoices),
        version,
    )


@given(books(), st.data())
def test_whatever_is_done_the_sums_are_the_sums_and_no_invoice_is_overbooked(
    start: tuple[list[Invoice], Sums], data: st.DataObject
) -> None:
    invoices, sums = start
    for step in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(invoices) - 1))
        before, payment = invoices[place], a_payment(id=data.draw(st.sampled_from(["a", "b", "earlier"])))
        amount, over = data.draw(st.integers(-5, 1200)), 0
        what = data.draw(st.sampled_from(["hold", "release", "post"]))
        if what == "hold":
            try:
                after = rules.hold(before, f"{payment.id}{step}", amount)
            except Conflict:
                assert not 0 < amount <= before.payable
                continue
        elif what == "release":
            after = rules.release(before, payment.id)
        else:
            # Stripe received what was held, or what it says that it received.
            received = before.holds.get(payment.id, max(0, amount))
            after, over = rules.post(before, payment, received, TODAY)
            assert after.paid - before.paid + over == received, "no cent is lost"
            assert payment.id not in after.holds
            assert sum(one.amount for one in after.posted) == after.paid - start[0][place].paid
        sums = rules.move(sums, [before], [after], over)
        invoices = [*invoices[:place], after, *invoices[place + 1 :]]
        assert sums == sums_of(invoices, sums.credit, sums.version)
        assert after.paid <= after.total
        if what == "hold":
            assert after.paid + after.in_flight <= after.total
    assert sums.version > 7 or invoices == start[0]


@given(st.integers(1, 10_000), st.data())
def test_holds_never_exceed_what_is_owed(total: int, data: st.DataObject) -> None:
    invoice = an_invoice(total)
    for number in range(6):
        amount = data.draw(st.integers(1, 10_000))
        if amount > invoice.payable:
            with pytest.raises(Conflict):
                rules.hold(invoice, f"p{number}", amount)
        else:
            invoice = rules.hold(invoice, f"p{number}", amount)
        assert invoice.paid + invoice.in_flight <= invoice.total
    for number in range(6):
        held = invoice.holds.get(f"p{number}", 0)
        invoice, over = rules.post(invoice, a_payment(id=f"p{number}"), held, TODAY)
        assert over == 0, "a hold keeps its room"
        assert invoice.paid + invoice.in_flight <= invoice.total


def test_what_staff_credited_meanwhile_becomes_the_customers_credit() -> None:
    held = rules.hold(an_invoice(10_000), "pay", 10_000)
    after, over = rules.post(replace(held, credited=4_000), a_payment(), 10_000, TODAY)
    assert (after.paid, over, after.due) == (6_000, 4_000, 0)


def test_money_for_an_invoice_voided_meanwhile_is_the_customers() -> None:
    held = rules.hold(an_invoice(10_000), "pay", 10_000)
    after, over = rules.post(replace(held, status="void"), a_payment(), 10_000, TODAY)
    assert (after.paid, over, after.holds, after.posted) == (0, 10_000, {}, ())


def test_an_invoice_remembers_which_payment_paid_it() -> None:
    after, _ = rules.post(an_invoice(), a_payment(method="Visa •••• 4242"), 12_000, TODAY)
    assert [(one.payment_id, one.on, one.method, one.amount) for one in after.posted] == [
        ("pay", TODAY, "Visa •••• 4242", 12_000)
    ]


# What Stripe's answers mean

KINDS = ["open", "requires_action", "processing", "succeeded", "failed", "canceled", "unknown"]
outcomes = st.builds(
    Outcome,
    st.sampled_from(KINDS),
    intent=st.sampled_from(["", "pi_1"]),
    checkout=st.sampled_from(["", "cs_1"]),
    amount=st.just(12_000),
    failure=st.sampled_from(["", "expired_card"]),
    next_url=st.sampled_from(["", "https://stripe.example/next"]),
)


@given(st.lists(st.tuples(outcomes, st.integers(0, 120)), max_size=8))
def test_a_final_state_is_never_left(heard: list[tuple[Outcome, int]]) -> None:
    payment, now = a_payment(), NOW
    for outcome, minutes in heard:
        now += timedelta(minutes=minutes)
        after = rules.next_state(payment, outcome, now)
        if payment.final:
            assert after == payment
        assert after.final == (after.state in FINAL) == (after.settled_at is not None) == (after.task_at is None)
        assert not (after.final and after.next_url), "nothing is left to do"
        assert bool(after.failure) <= (after.state == "failed" or after.failure == rules.UNANSWERED)
        if not after.final:
            assert after.task_at is not None and now < after.task_at <= now + timedelta(hours=1), "the sweep will look"
        payment = after


@given(st.permutations(["open", "requires_action", "processing"]), st.sampled_from(["succeeded", "failed", "canceled"]))
def test_whatever_order_events_come_in_the_end_is_the_same(order: list[Any], end: Any) -> None:
    """Each event makes us ask Stripe; once it has ended there, that is the answer, however late the events are."""
    payment, stripe_has_ended = a_payment(intent="pi_1"), False
    for kind in [*order, end, *reversed(order), end]:
        stripe_has_ended = stripe_has_ended or kind == end
        payment = rules.next_state(payment, Outcome(end if stripe_has_ended else kind, "pi_1"), NOW)
    assert payment.state == end


def test_what_stripe_has_not_heard_of_is_given_up_only_when_no_call_can_be_under_way() -> None:
    unknown, just = Outcome("unknown"), rules.GIVE_UP
    assert rules.next_state(a_payment(), unknown, NOW + just).state == "starting"
    assert rules.next_state(a_payment(), unknown, NOW + just + timedelta(seconds=1)).state == "canceled"
    again = a_payment(called_at=NOW + just)
    assert rules.next_state(again, unknown, NOW + just + timedelta(seconds=1)).state == "starting"


def test_an_unanswered_call_is_repeated_only_while_stripe_surely_remembers_its_key() -> None:
    payment = a_payment()
    assert not rules.may_repeat(payment, NOW + timedelta(seconds=30)), "the first may still be under way"
    assert rules.may_repeat(payment, NOW + timedelta(seconds=31))
    assert not rules.may_repeat(payment, NOW + timedelta(hours=12)), "after a day a key is forgotten"
    assert not rules.may_repeat(replace(payment, intent="pi_1"), NOW + timedelta(minutes=1)), "it was answered"
    assert not rules.may_repeat(replace(payment, state="canceled"), NOW + timedelta(minutes=1))
    assert timedelta(hours=24) > rules.REPEAT_UNTIL + rules.REPEAT_AFTER
    assert rules.REPEAT_AFTER < rules.GIVE_UP


def test_a_bank_check_is_forsaken_after_an_hour() -> None:
    waiting = a_payment(state="requires_action")
    assert not rules.forsaken(waiting, NOW + timedelta(hours=1))
    assert rules.forsaken(waiting, NOW + timedelta(hours=1, seconds=1))
    assert not rules.forsaken(replace(waiting, state="processing"), NOW + timedelta(days=3)), "banks take their time"


def test_money_on_its_way_leaves_nothing_for_the_customer_to_do() -> None:
    waiting = a_payment(state="requires_action", next_url="https://bank.example")
    assert rules.next_state(waiting, Outcome("processing", "pi_1"), NOW).next_url == ""


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "fraudulent", "pickup_card", "never_heard_of", ""])
def test_whoever_holds_a_stolen_card_learns_nothing(code: str) -> None:
    assert declines.words(code) == declines.GENERIC


@pytest.mark.parametrize("code", ["expired_card", "insufficient_funds", "incorrect_cvc", "refused", "processing_error"])
def test_a_decline_says_what_to_do(code: str) -> None:
    assert any(way in declines.words(code) for way in ("another card", "again", "contact us"))
    assert declines.words(code) != declines.GENERIC
