"""What Stripe's answers mean, how long a form and a call count, and what a decline is told as."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import declines, rules
from chalicelib.billing.rules import FINAL, Outcome
from chalicelib.billing.rules.payments import REPEAT_AFTER
from chalicelib.errors import Invalid
from tests.billing.things import NOW, TODAY, a_payment

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
    assert timedelta(hours=24) > rules.REPEAT_UNTIL + REPEAT_AFTER
    assert REPEAT_AFTER < rules.GIVE_UP


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


# Forms


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=12), timedelta(minutes=-5)])
def test_a_form_of_today_counts(age: timedelta) -> None:
    rules.check_attempt(NOW - age, NOW)


@pytest.mark.parametrize("age", [timedelta(hours=12, seconds=1), timedelta(days=400), timedelta(minutes=-6)])
def test_a_form_of_long_ago_or_of_the_future_does_not(age: timedelta) -> None:
    with pytest.raises(Invalid, match="too old"):
        rules.check_attempt(NOW - age, NOW)


# Bank debits, and what was taken


def test_a_debit_keeps_the_day_it_should_arrive() -> None:
    begun = rules.next_state(a_payment(), Outcome("processing", "pi_1"), NOW, TODAY)
    assert begun.expected_on == TODAY
    later = rules.next_state(begun, Outcome("processing", "pi_1"), NOW, TODAY + timedelta(days=3))
    assert later.expected_on == TODAY, "asking again later does not put it off"
    done = rules.next_state(later, Outcome("succeeded", "pi_1"), NOW, TODAY + timedelta(days=9))
    assert done.state == "succeeded" and done.expected_on == TODAY and done.held == ()


@pytest.mark.parametrize(("taken", "fit"), [("", True), ("usd", True), ("USD", True), ("eur", False), ("jpy", False)])
def test_money_in_another_currency_is_not_this_payments(taken: str, fit: bool) -> None:
    assert rules.fits(a_payment(), Outcome("succeeded", "pi_1", amount=12_000, currency=taken)) is fit
