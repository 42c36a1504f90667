"""Money that goes back: what is asked for, what Stripe's answers make of it, and where it is taken from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import rules
from chalicelib.billing.rules import Invoice, Movement, Payment, Posted
from chalicelib.billing.rules.money_back import UNANSWERED_REFUND
from chalicelib.errors import Conflict, Invalid
from tests.billing.things import NOW, TODAY, a_back, a_movement, a_payment, an_invoice

# Asking


def test_a_refund_is_asked_for() -> None:
    paid = a_payment(state="succeeded")
    back = rules.ask_refund(paid, "r1", 12_000, "duplicate", NOW)
    assert (back.amount, back.state, back.reason) == (12_000, "starting", "duplicate")
    assert rules.with_back(paid, back).refundable == 0


@pytest.mark.parametrize("amount", [0, -1, 7_001, 12_000, 10**30])
def test_more_than_was_paid_and_is_not_on_its_way_back_is_refused_with_the_figure(amount: int) -> None:
    states = {"starting": 1_000, "pending": 1_500, "done": 2_500, "failed": 4_000, "undone": 5_000}
    backs = tuple(a_back(much, id=state, state=state) for state, much in states.items())
    with pytest.raises(Invalid) as refused:
        rules.ask_refund(a_payment(state="succeeded", backs=backs), "r1", amount, "", NOW)
    assert str(refused.value) == "At most 70.00 USD of this payment can be refunded."


@pytest.mark.parametrize(
    "payment",
    [
        *(a_payment(state=state) for state in ("starting", "requires_action", "processing", "failed", "canceled")),
        a_payment(0, state="succeeded", credit=12_000),
        a_payment(state="succeeded", backs=(a_back(12_000, state="done"),)),
    ],
)
def test_where_nothing_is_left_nothing_is_refunded(payment: Payment) -> None:
    with pytest.raises(Conflict, match="nothing left to refund"):
        rules.ask_refund(payment, "r1", 1, "", NOW)


# Hearing


def hears(payment: Payment, *found: Movement, minutes: int = 0) -> tuple[Payment, list[tuple[str, str]]]:
    """The payment once it says all that Stripe does, and the money that moved on the way."""
    moved: list[tuple[str, str]] = []
    for _ in range(100):
        step = rules.next_step(payment, found, NOW + timedelta(minutes=minutes))
        if step is None:
            return payment, moved
        payment = rules.with_back(payment, step.back)
        if step.money != "none":
            moved.append((step.back.id, step.money))
    raise AssertionError("it never ends")


ASKED = a_payment(state="succeeded", backs=(a_back(5_000, id="ours"),))


@pytest.mark.parametrize(
    ("states", "end", "moved"),
    [
        (["done"], "done", ["out"]),
        (["pending", "done"], "done", ["out"]),
        (["pending", "failed"], "failed", []),
        (["failed"], "failed", []),
        (["done", "failed"], "undone", ["out", "in"]),
        (["undone"], "undone", ["out", "in"]),
        (["done", "undone", "done"], "undone", ["out", "in"]),
        (["done", "pending"], "done", ["out"]),
        (["failed", "done"], "failed", []),
    ],
)
def test_money_leaves_once_and_comes_again_at_most_once(states: list[Any], end: str, moved: list[str]) -> None:
    payment, all_moved = ASKED, []
    for state in states:
        for _ in range(2):  # heard twice, it counts once
            payment, now = hears(payment, a_movement(5_000, id="re_9", ours="ours", state=state))
            all_moved += now
    assert [(one.id, one.state) for one in payment.backs] == [("ours", end)]
    assert all_moved == [("ours", way) for way in moved]


movements = st.lists(
    st.builds(
        a_movement,
        st.integers(1, 500),
        id=st.sampled_from(["re_1", "re_2", "dp_1", "dp_2", "re_ours"]),
        state=st.sampled_from(["pending", "done", "failed", "undone"]),
        at=st.integers(0, 3).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    ),
    unique_by=lambda one: one.id,
    max_size=5,
).map(
    lambda found: [
        replace(
            one,
            kind="dispute" if one.id.startswith("dp") else "refund",
            ours="ours" if one.id == "re_ours" else "",
        )
        for one in found
    ]
)


@given(movements, st.randoms())
def test_in_any_order_and_any_number_of_times_the_end_is_the_same(found: list[Movement], dice: Any) -> None:
    """Stripe's list may be read half, shuffled, and again: each entry moves its money once."""
    whole, _ = hears(ASKED, *found)
    payment, moved = ASKED, []
    for _ in range(4):
        some = [one for one in found if dice.random() < 0.6]
        dice.shuffle(some)
        payment, now = hears(payment, *some)
        moved += now
    payment, now = hears(payment, *found)
    moved += now
    assert {one.id: one for one in payment.backs} == {one.id: one for one in whole.backs}
    assert len(set(moved)) == len(moved), "one cause moves money once"
    assert hears(payment, *found, *found) == (payment, [])
    out = sum(one.amount for one in payment.backs if (one.id, "out") in moved and (one.id, "in") not in moved)
    assert payment.gone_back == out


def test_what_stripe_does_not_know_fails_only_when_no_call_can_be_under_way() -> None:
    at = int(UNANSWERED_REFUND.total_seconds() / 60)
    assert hears(ASKED, minutes=at)[0].backs[0].state == "starting"
    gone, moved = hears(ASKED, minutes=at + 1)
    assert (gone.backs[0].state, gone.backs[0].reason, moved) == ("failed", "unanswered", [])
    assert gone.refundable == 12_000
    assert hears(ASKED, a_movement(5_000, id="re_9", ours="ours"), minutes=at + 1)[0].backs[0].state == "done"
    assert rules.REPEAT_UNTIL <= UNANSWERED_REFUND, "it is not asked for once more after that"


def test_what_came_to_nothing_says_why_in_stripes_word() -> None:
    asked = replace(ASKED, backs=(a_back(5_000, id="ours", reason="customer moved"),))
    for before in ((), ("done",)):
        payment = asked
        for state in (*before, "failed"):
            word = "expired_or_canceled_card" if state == "failed" else ""
            payment, _ = hears(payment, a_movement(5_000, id="re_9", ours="ours", state=state, reason=word))
        assert payment.backs[0].reason == "expired_or_canceled_card"
    done, _ = hears(asked, a_movement(5_000, id="re_9", ours="ours"))
    assert done.backs[0].reason == "customer moved"


# Where it is taken from


def paid(*parts: int, credit: tuple[int, ...] = (), lying: int = 0) -> tuple[Payment, list[Invoice]]:
    """A payment and its invoices, so much charged to each, and so much account credit used on top; `lying` is what no
    invoice took."""
    invoices = []
    for number, part in enumerate(parts):
        used = credit[number] if number < len(credit) else 0
        one = an_invoice(part + used or 1, id=f"i{number}")
        for entry in (Posted("pay", TODAY, "", used, "credit"), Posted("pay", TODAY, "Visa", part)):
            one, _ = rules.post(one, entry)
        invoices.append(one)
    return a_payment(sum(parts) + lying, state="succeeded", to_credit=lying, credit=sum(credit)), invoices


def test_it_is_taken_from_the_invoice_paid_last() -> None:
    payment, invoices = paid(1_000, 2_000, 3_000)
    changed, credit = rules.take_back(payment, a_back(4_500), invoices, 0, TODAY)
    assert [one.paid for one in changed] == [1_000, 500, 0] and credit == 0
    assert [one.due for one in changed] == [0, 1_500, 3_000], "it is owed again"
    assert changed[2].posted[-1] == Posted("pay", TODAY, "", -3_000, "refund")


def test_first_comes_what_no_invoice_took() -> None:
    payment, invoices = paid(1_000, lying=500)
    changed, credit = rules.take_back(payment, a_back(700), invoices, 500, TODAY)
    assert ([one.paid for one in changed], credit) == ([800], -500)


def test_what_was_spent_of_it_is_taken_from_the_invoices_before_credit_is_owed() -> None:
    payment, invoices = paid(1_000, lying=500)
    assert rules.take_back(payment, a_back(700), invoices, 200, TODAY)[1] == -200
    changed, credit = rules.take_back(payment, a_back(1_500), invoices, 200, TODAY)
    assert ([one.paid for one in changed], credit) == ([0], -500), "a bank does not ask: 300 are owed"


def test_account_credit_that_was_used_on_top_stays() -> None:
    payment, invoices = paid(600, credit=(400,))
    changed, credit = rules.take_back(payment, a_back(600, kind="dispute"), invoices, 50, TODAY)
    assert (changed[0].paid, changed[0].due, credit) == (400, 600, 0)


def test_what_was_paid_on_an_invoice_that_was_voided_comes_out_of_credit() -> None:
    payment, (invoice,) = paid(600, credit=(400,))
    voided, credit = rules.void(invoice, TODAY)
    changed, change = rules.take_back(payment, a_back(600), [voided], credit, TODAY)
    assert (changed, change) == ([voided], -600)


def test_a_refund_never_takes_credit_that_was_used_however_many_are_under_way() -> None:
    payment, invoices = paid(1_000, lying=3_000)

    def aside(of: Payment, amount: int, credit: int) -> int:
        return rules.credit_to_set_aside(of, a_back(amount), invoices, credit, TODAY)

    assert aside(payment, 3_000, 2_000) == 2_000, "1,000 comes off the invoice"
    with pytest.raises(Conflict, match="has been used"):
        aside(payment, 3_001, 2_000)
    for state in ("starting", "pending"):
        busy = replace(payment, backs=(a_back(2_500, id="other", state=state, credit=2_000),))
        assert aside(busy, 500, 0) == 0
        with pytest.raises(Conflict, match="has been used"):
            aside(busy, 501, 0)
    over = replace(payment, backs=(a_back(2_500, id="other", state="failed"),))
    assert aside(over, 501, 2_000) == 501
    assert aside(payment, 1_000, -700) == 0, "what is owed already is no hindrance"
    with pytest.raises(Conflict, match="has been used"):
        aside(payment, 1_001, -700)


def test_a_dispute_won_pays_its_invoice_again_or_becomes_credit() -> None:
    payment, invoices = paid(1_000, 2_000)
    dispute = a_back(3_000, kind="dispute")
    (first, second), _ = rules.take_back(payment, dispute, invoices, 0, TODAY)
    again, credit = rules.give_again(payment, dispute, [first, second], TODAY)
    assert ([one.paid for one in again], credit) == ([1_000, 2_000], 0)
    elsewhere, _ = rules.post(first, Posted("other", TODAY, "Cash", 900))
    written_off = rules.write_off(second)
    again, credit = rules.give_again(payment, dispute, [elsewhere, written_off], TODAY)
    assert ([(one.paid, one.status) for one in again], credit) == ([(1_000, "open"), (2_000, "written_off")], 900)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300)), min_size=1, max_size=5),
    st.integers(0, 400),
    st.integers(-100, 900),
    st.data(),
)
def test_no_cent_is_lost_whatever_goes_back_and_comes_again(
    parts: list[tuple[int, int]], lying: int, credit: int, data: st.DataObject
) -> None:
    payment, invoices = paid(*(one for one, _ in parts), credit=tuple(used for _, used in parts), lying=lying)
    start, free, gone = sum(one.paid for one in invoices), credit, []
    for number in range(data.draw(st.integers(1, 5))):
        if gone and data.draw(st.booleans()):
            back = gone.pop(data.draw(st.integers(0, len(gone) - 1)))
            changed, more = rules.give_again(payment, back, invoices, TODAY)
            moved = back.amount
            payment = rules.with_back(payment, replace(back, state="undone"))
            assert more >= 0
        else:
            room = payment.refundable
            kind = data.draw(st.sampled_from(["refund", "dispute"]))
            # A bank may take the whole amount once more after a part of it was refunded.
            amount = data.draw(st.integers(1, max(1, payment.amount if kind == "dispute" else room)))
            back = a_back(amount, id=f"b{number}", kind=kind, state="done")
            changed, more = rules.take_back(payment, back, invoices, credit, TODAY)
            moved = -amount
            payment, gone = rules.with_back(payment, back), [*gone, back]
            assert more <= 0
            if credit + more < min(0, credit):
                assert all(one.posted_by("pay") <= one.posted_by("pay", "credit") for one in changed), (
                    "credit is owed only when the invoices have nothing of it left"
                )
        assert sum(one.paid for one in changed) - sum(one.paid for one in invoices) + more == moved
        for one in changed:
            assert one.posted_by("pay", "credit") <= one.paid <= one.total
        invoices, credit = changed, credit + more
    assert sum(one.paid for one in invoices) + credit == start + free - sum(one.amount for one in gone)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=4), st.integers(0, 300), st.data())
def test_what_comes_again_undoes_what_went(parts: list[int], lying: int, data: st.DataObject) -> None:
    payment, invoices = paid(*parts, lying=lying)
    back = a_back(data.draw(st.integers(1, payment.amount)), kind="dispute")
    changed, out = rules.take_back(payment, back, invoices, lying, TODAY)
    again, into = rules.give_again(payment, back, changed, TODAY)
    assert out + into == 0 and [one.paid for one in again] == [one.paid for one in invoices]
