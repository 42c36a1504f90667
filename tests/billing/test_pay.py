"""Paying one invoice, by the saved card and on Checkout, with all that customers, tabs, banks and Stripe do to it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.billing.actions import pay
from chalicelib.billing.rules import Invoice
from chalicelib.customers import records as customers
from chalicelib.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.actions import stripe_account
from sandbox.world import World
from tests.billing.till import ASKS_THE_BANK, DECLINES, NEW, Till, check_books, receipts
from tests.billing.wire import Killed, Wire
from tests.builders import Company
from tests.conftest import Clock


def order(invoice: Invoice, method: str, attempt: str) -> pay.Order:
    """To pay it whole."""
    return pay.Order(((invoice.id, invoice.total),), method, attempt)


@pytest.fixture
def card() -> str:
    return "pm_card_visa"


@pytest.fixture
def dana(evergreen: Company, clock: Clock, card: str) -> Till:
    return Till(evergreen.customer(password=None, saved_card=card), clock)


declining = pytest.mark.parametrize("card", [DECLINES])
asking = pytest.mark.parametrize("card", [ASKS_THE_BANK])


# All is well


def test_a_saved_card_pays_an_invoice(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.saved)
    assert payment.state == "succeeded"
    assert dana.payment(payment) == replace(payment, version=1)
    now = dana.invoice(invoice)
    assert (now.paid, now.due, now.holds) == (12_000, 0, {})
    assert [(one.method, one.amount) for one in now.posted] == [("Visa •••• 4242", 12_000)]
    assert (dana.person.now.sums.balance, dana.person.now.sums.open_count) == (0, 0)
    check_books(dana.person)


def test_checkout_holds_the_amount_until_it_is_paid(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, NEW)
    assert payment.next_url
    assert dana.invoice(invoice).holds == {payment.id: 12_000}
    assert dana.person.now.sums.in_flight == 12_000
    dana.world.stripe.pay(payment.next_url)
    assert dana.comes_back(payment).state == "succeeded"
    assert dana.invoice(invoice).due == 0
    check_books(dana.person)


@pytest.mark.parametrize("method", ["saved", NEW])
def test_a_payment_is_a_few_writes_and_calls(dana: Till, wire: Wire, method: str) -> None:
    invoice, chosen = dana.person.invoice(), dana.saved if method == "saved" else NEW
    wire.calls.clear()
    payment = dana.pays(invoice, chosen)
    if payment.next_url:
        dana.world.stripe.pay(payment.next_url)
        assert dana.comes_back(payment).state == "succeeded"
    transactions = [call.items for call in wire.of("dynamodb TransactWriteItems")]
    # The hold; Checkout's address, which is the payment's alone; the settling.
    assert transactions == ([3, 5] if method == "saved" else [3, 1, 5])
    assert len(wire.of("stripe")) <= 2
    assert not wire.of("dynamodb Scan")
    assert len(wire.of("sqs")) == 1


# What is sent


@pytest.mark.parametrize("amount", [0, 1, 499, 12_001, -12_000, 10**40])
def test_a_tampered_amount_charges_nothing(dana: Till, amount: int) -> None:
    invoice = dana.person.invoice(12_000)
    with pytest.raises(Invalid) as refused:
        dana.pays(invoice, dana.saved, amount=amount)
    assert refused.value.field == "amount"
    assert dana.payments == [] and dana.invoice(invoice) == invoice
    check_books(dana.person)


def test_a_double_click_is_one_payment(dana: Till) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    first = dana.pays(invoice, dana.saved, attempt=attempt)
    second = dana.pays(invoice, dana.saved, attempt=attempt)
    assert first.id == second.id and second.state == "succeeded"
    assert len(dana.charges()) == 1


def test_the_same_form_sent_with_other_values_is_still_the_same_payment(dana: Till) -> None:
    invoice, other, attempt = dana.person.invoice(), dana.person.invoice(500), dana.attempt()
    dana.pays(invoice, dana.saved, attempt=attempt)
    again = dana.pays(other, NEW, attempt=attempt, amount=500)
    assert [one.invoice_id for one in again.allocations] == [invoice.id]
    assert dana.invoice(other).payable == 500
    check_books(dana.person)


def test_the_second_click_gets_where_the_first_one_did(dana: Till) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    first = dana.pays(invoice, NEW, attempt=attempt)
    assert dana.pays(invoice, NEW, attempt=attempt).next_url == first.next_url


def test_a_click_that_comes_between_the_reads_of_another_is_the_same_payment(dana: Till, wire: Wire) -> None:
    """The other one's hold is already there: it must be known for its own."""
    invoice, attempt = dana.person.invoice(), dana.attempt()
    for number in range(4):
        fresh = dana.person.invoice(1_000 + number)
        mine, between = dana.attempt(), [number]

        def cut_in(here: int, call: object, fresh: Any = fresh, mine: str = mine, left: list[int] = between) -> None:
            if left and here >= left[0]:
                left.clear()
                dana.pays(fresh, dana.saved, attempt=mine)

        wire.calls.clear()
        wire.plan = cut_in  # type: ignore[assignment]
        assert dana.pays(fresh, dana.saved, attempt=mine).id == mine
        wire.heal()
        assert dana.invoice(fresh).due == 0
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "succeeded"
    check_books(dana.person)


def test_another_tab_is_refused_in_words(dana: Till) -> None:
    invoice = dana.person.invoice()
    dana.pays(invoice, NEW)
    with pytest.raises(Conflict, match="already under way"):
        dana.pays(invoice, dana.saved)
    assert dana.charges() == []


def test_an_invoice_paid_elsewhere_meanwhile_is_not_paid_again(dana: Till) -> None:
    invoice = dana.person.invoice()
    dana.pays(invoice, dana.saved)
    with pytest.raises(Conflict, match="nothing left to pay"):
        dana.pays(invoice, dana.saved)
    assert len(dana.charges()) == 1


def test_another_customers_invoice_is_unknown(dana: Till, evergreen: Company, clock: Clock) -> None:
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    theirs = lee.person.invoice()
    with pytest.raises(NotFound):
        dana.pays(theirs, dana.saved)
    assert lee.invoice(theirs) == theirs and dana.payments == []


def test_another_companys_invoice_is_unknown(dana: Till, bluewave: Company) -> None:
    theirs = bluewave.customer(password=None).invoice()
    with pytest.raises(NotFound):
        dana.pays(theirs, dana.saved)


def test_a_draft_is_unknown(dana: Till) -> None:
    with pytest.raises(NotFound):
        dana.pays(dana.person.invoice(status="draft"), dana.saved)


@pytest.mark.parametrize("status", ["void", "written_off"])
def test_what_is_not_owed_can_not_be_paid(dana: Till, status: str) -> None:
    with pytest.raises(Conflict, match="nothing left"):
        dana.pays(dana.person.invoice(status=status), dana.saved)


def test_only_ones_own_card_can_be_chosen(dana: Till, evergreen: Company, clock: Clock) -> None:
    lee = Till(evergreen.customer("Lee Park", email="l@example.com", password=None, saved_card="pm_card_visa"), clock)
    invoice = dana.person.invoice()
    for method in (lee.saved, "", "pm_", "NEW", "x" * 2000):
        with pytest.raises(Invalid) as refused:
            dana.pays(invoice, method)
        assert refused.value.field == "method"
    assert dana.charges() == [] and dana.payments == []


def test_a_card_expires_when_its_month_ends_where_the_company_is(dana: Till) -> None:
    (card,) = dana.person.account.methods
    year, month = (card.exp_year, card.exp_month + 1) if card.exp_month < 12 else (card.exp_year + 1, 1)
    dana.clock.time = datetime(year, month, 1, 3, tzinfo=UTC)  # the evening before, in Denver
    dana.pays(dana.person.invoice(), card.id)
    dana.clock.forward(hours=12)
    with pytest.raises(Invalid, match="expired"):
        dana.pays(dana.person.invoice(), card.id)


@pytest.mark.parametrize(
    "attempt",
    ["", "x", "a" * 25, "a" * 27, "a" * 10_000, "#" * 26, "é" * 26, "U" * 26, "Z" * 26, "7" + "Z" * 25, "0" * 26,
     "01ABC\x00DEFGHJKMNPQRSTVWXYZ0"],
)  # fmt: skip
def test_an_attempt_that_is_none_is_refused_in_words(dana: Till, attempt: str) -> None:
    invoice = dana.person.invoice()
    with pytest.raises(Invalid, match="too old"):
        pay.start(dana.world.services, dana.person.account, order(invoice, dana.saved, attempt))
    assert dana.payments == []


@pytest.mark.parametrize("age", [timedelta(hours=13), timedelta(days=300), timedelta(minutes=-30)])
def test_a_form_of_another_time_is_refused(dana: Till, age: timedelta) -> None:
    old = dana.world.services.new_id(dana.clock() - age)
    with pytest.raises(Invalid, match="too old"):
        dana.pays(dana.person.invoice(), dana.saved, attempt=old)
    assert dana.payments == []


def test_an_old_form_of_a_payment_that_was_made_still_leads_to_it(dana: Till) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    dana.pays(invoice, dana.saved, attempt=attempt)
    dana.clock.forward(days=30)
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "succeeded"
    assert len(dana.charges()) == 1


def test_two_customers_with_the_same_attempt_both_pay(dana: Till, evergreen: Company, clock: Clock) -> None:
    lee = Till(evergreen.customer("Lee Park", email="l@example.com", password=None, saved_card="pm_card_visa"), clock)
    attempt = dana.attempt()
    assert dana.pays(dana.person.invoice(100), dana.saved, attempt=attempt).state == "succeeded"
    assert lee.pays(lee.person.invoice(200), lee.saved, attempt=attempt).state == "succeeded"
    assert sorted(charge["amount"] for charge in dana.charges()) == [100, 200]


# The company can't take payments


def test_a_company_that_is_not_connected_can_not_be_paid(world: World, clock: Clock) -> None:
    from tests.builders import a_company

    company = a_company(world, "Evergreen Pest & Lawn", "evergreen", connected=False)
    dana = Till(company.customer(password=None), clock)
    with pytest.raises(NotAllowed, match="isn't available yet"):
        dana.pays(dana.person.invoice(), NEW)


@pytest.mark.parametrize("method", ["saved", NEW])
def test_an_account_that_stripe_has_restricted_refuses_and_frees_the_invoice(dana: Till, method: str) -> None:
    invoice, chosen = dana.person.invoice(), dana.saved if method == "saved" else NEW
    dana.world.stripe.restrict_account(dana.company.company.stripe_account)
    payment = dana.pays(invoice, chosen)
    assert (payment.state, payment.failure) == ("failed", "refused")
    assert dana.invoice(invoice).payable == 12_000
    check_books(dana.person)


@pytest.mark.parametrize("method", ["saved", NEW])
def test_an_account_that_was_disconnected_refuses_and_frees_the_invoice(dana: Till, wire: Wire, method: str) -> None:
    invoice, chosen = dana.person.invoice(), dana.saved if method == "saved" else NEW
    wire.down("stripe", "disconnected")
    assert dana.pays(invoice, chosen).state == "failed"
    assert dana.invoice(invoice).payable == 12_000


@pytest.mark.parametrize("unanswered", [False, True])
def test_while_an_account_is_disconnected_nothing_is_decided_about_what_it_may_have_taken(
    dana: Till, wire: Wire, unanswered: bool
) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    if unanswered:
        dana.world.stripe.faults.timeout_after(times=2)
        dana.pays(invoice, dana.saved, attempt=attempt)
    else:
        dana.world.stripe.pay(dana.pays(invoice, NEW, attempt=attempt).next_url)
    wire.down("stripe", "disconnected")
    dana.clock.forward(seconds=40)
    dana.pays(invoice, dana.saved, attempt=attempt)
    dana.time_passes()
    assert dana.comes_back(attempt).state == "starting"
    assert dana.invoice(invoice).payable == 0, "it may be paid: nobody pays it twice"
    wire.heal()
    dana.time_passes()
    assert dana.payment(attempt).state == "succeeded"
    check_books(dana.person)


def test_a_payment_under_way_is_finished_on_the_account_it_began_on(dana: Till) -> None:
    """The company connects another Stripe account while a customer is on Checkout, and an answer got lost."""
    first_account = dana.company.company.stripe_account
    invoice, lost = dana.person.invoice(), dana.person.invoice(700)
    payment = dana.pays(invoice, NEW)
    dana.world.stripe.faults.timeout_after("/v1/payment_intents", times=2)
    unanswered = dana.pays(lost, dana.saved)
    assert unanswered.state == "starting"
    other = dana.world.stripe.connect_account("Evergreen Pest & Lawn, again")
    stripe_account.connect_stripe(dana.world.services, dana.company.store, other, True)
    dana.world.stripe.pay(payment.next_url)
    assert dana.comes_back(payment).state == "succeeded"
    dana.time_passes()
    assert dana.payment(unanswered).state == "succeeded"
    assert sum(charge["amount"] for charge in dana.world.stripe.state.charges(first_account)) == 12_700
    assert sum(row["amount"] for row in dana.person.ledger()) == 12_700


# Declined


@declining
def test_a_declined_card_frees_the_invoice_and_another_card_pays_it(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    assert payment.state == "failed" and payment.failure == "generic_decline"
    assert dana.invoice(invoice).payable == 12_000 and not dana.person.now.sums.in_flight
    assert receipts(dana.person) == []
    again = dana.pays(invoice, NEW)
    dana.world.stripe.pay(again.next_url)
    assert dana.comes_back(again).state == "succeeded"
    check_books(dana.person)


@declining
def test_a_declined_payment_can_never_charge_afterwards(dana: Till) -> None:
    dana.pays(dana.person.invoice(), dana.saved)
    (intent,) = dana.world.stripe.state.world(dana.company.company.stripe_account).all("payment_intent")
    assert intent["status"] == "canceled"


@pytest.mark.parametrize(
    ("code", "decline_code", "kept"),
    [
        ("card_declined", "insufficient_funds", "insufficient_funds"),
        ("expired_card", None, "expired_card"),
        ("processing_error", None, "processing_error"),
        ("card_declined", "lost_card", "lost_card"),
    ],
)
def test_the_banks_reason_is_kept(dana: Till, code: str, decline_code: str | None, kept: str) -> None:
    dana.world.stripe.faults.decline_charge(code, decline_code)
    assert dana.pays(dana.person.invoice(), dana.saved).failure == kept


@declining
def test_the_same_form_after_a_decline_does_not_charge_again(dana: Till) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "failed"
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "failed"
    assert len(dana.world.stripe.state.world(dana.company.company.stripe_account).all("charge")) == 1


@declining
def test_if_stripe_is_gone_right_after_a_decline_the_sweep_frees_the_invoice(dana: Till) -> None:
    invoice = dana.person.invoice()
    dana.world.stripe.faults.timeout_before("/cancel", times=2)
    assert dana.pays(invoice, dana.saved).state == "starting"
    assert dana.invoice(invoice).payable == 0, "not before it surely can't charge any more"
    dana.clock.forward(minutes=3)
    dana.sweep()
    assert dana.payments[0].state == "failed"
    assert dana.invoice(invoice).payable == 12_000


# 3-D Secure


@asking
def test_the_banks_check_is_finished(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    assert payment.state == "requires_action" and "/3ds/" in payment.next_url
    dana.world.stripe.browse(payment.next_url, {"answer": "complete"})
    assert dana.comes_back(payment).state == "succeeded"
    check_books(dana.person)


@asking
def test_the_banks_check_is_failed(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    dana.world.stripe.browse(payment.next_url, {"answer": "fail"})
    after = dana.comes_back(payment)
    assert (after.state, after.failure) == ("failed", "payment_intent_authentication_failure")
    assert dana.invoice(invoice).payable == 12_000
    check_books(dana.person)


@asking
def test_the_banks_check_is_left_open(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    dana.clock.forward(minutes=59)
    dana.sweep()
    assert dana.invoice(invoice).payable == 0, "the customer may still be at it"
    dana.clock.forward(minutes=30)
    dana.sweep()
    assert dana.payment(payment).state == "canceled"
    assert dana.invoice(invoice).payable == 12_000
    dana.world.stripe.browse(payment.next_url, {"answer": "complete"})
    assert dana.charges() == [], "too late: it is canceled at Stripe too"
    check_books(dana.person)


@asking
def test_the_banks_check_is_finished_very_late_and_nobody_heard_of_it(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    dana.clock.forward(minutes=80)
    dana.world.stripe.browse(payment.next_url, {"answer": "complete"})
    dana.sweep()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


@asking
def test_the_banks_check_is_canceled_by_the_customer(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    assert dana.cancels(payment).state == "canceled"
    dana.world.stripe.browse(payment.next_url, {"answer": "complete"})
    assert dana.charges() == []
    assert dana.pays(invoice, NEW).next_url


@asking
def test_canceled_just_after_it_was_paid_is_paid(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    dana.world.stripe.browse(payment.next_url, {"answer": "complete"})
    assert dana.cancels(payment).state == "succeeded"
    check_books(dana.person)


# Checkout


def test_checkout_can_be_left_and_gone_back_to(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.clock.forward(minutes=20)
    back = dana.comes_back(payment)
    assert back.state == "starting" and back.next_url == payment.next_url
    dana.world.stripe.pay(back.next_url)
    assert dana.comes_back(payment).state == "succeeded"


def test_a_declined_try_on_checkout_is_not_the_end(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.world.stripe.pay(payment.next_url, "4000000000000002")
    assert dana.comes_back(payment).state == "starting"
    dana.world.stripe.pay(payment.next_url)
    assert dana.comes_back(payment).state == "succeeded"
    check_books(dana.person)


def test_a_forgotten_checkout_expires_and_frees_the_invoice(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    dana.clock.forward(minutes=36)
    dana.sweep()
    assert dana.payment(payment).state == "canceled"
    assert dana.invoice(invoice).payable == 12_000
    assert dana.world.stripe.pay(payment.next_url).status >= 400 or not dana.charges()
    check_books(dana.person)


def test_paid_in_the_last_minute_without_coming_back_is_paid(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.clock.forward(minutes=34)
    dana.world.stripe.pay(payment.next_url)
    dana.clock.forward(hours=5)
    dana.sweep()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_a_canceled_checkout_can_not_be_paid(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    assert dana.cancels(payment).state == "canceled"
    dana.world.stripe.pay(payment.next_url)
    assert dana.charges() == []
    assert dana.invoice(invoice).payable == 12_000
    assert dana.cancels(payment).state == "canceled", "twice is as good as once"


def test_a_cancellation_that_stripe_does_not_answer_keeps_the_hold(dana: Till) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    dana.world.stripe.faults.timeout_before("/expire", times=2)
    with pytest.raises(Unavailable):
        dana.cancels(payment)
    assert dana.invoice(invoice).payable == 0


def test_what_is_still_being_looked_for_can_not_be_canceled(dana: Till) -> None:
    dana.world.stripe.faults.timeout_after("/v1/checkout", times=2)
    payment = dana.pays(dana.person.invoice(), NEW)
    with pytest.raises(Conflict, match="still checking"):
        dana.cancels(payment)


def test_another_customers_payment_is_unknown(dana: Till, evergreen: Company, clock: Clock) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    for does in (lee.comes_back, lee.cancels):
        with pytest.raises(NotFound):
            does(payment)


# Stripe is not well


def test_stripe_times_out_before_charging(dana: Till) -> None:
    invoice = dana.person.invoice()
    dana.world.stripe.faults.timeout_before(times=2)
    payment = dana.pays(invoice, dana.saved)
    assert payment.state == "starting"
    assert dana.comes_back(payment).state == "starting", "too early to say"
    dana.clock.forward(minutes=16)
    dana.sweep()
    assert dana.payment(payment).state == "canceled"
    assert dana.invoice(invoice).payable == 12_000 and dana.charges() == []


def test_stripe_times_out_after_charging_and_the_charge_is_found_again(dana: Till) -> None:
    dana.world.stripe.faults.timeout_after(times=2)
    payment = dana.pays(dana.person.invoice(), dana.saved)
    assert payment.state == "starting"
    assert dana.comes_back(payment).state == "succeeded"
    assert len(dana.charges()) == 1
    check_books(dana.person)


@pytest.mark.parametrize("after", [False, True])
def test_a_second_click_on_an_unanswered_payment_is_one_charge(dana: Till, after: bool) -> None:
    invoice, attempt, faults = dana.person.invoice(), dana.attempt(), dana.world.stripe.faults
    (faults.timeout_after if after else faults.timeout_before)(times=2)
    dana.pays(invoice, dana.saved, attempt=attempt)
    dana.clock.forward(seconds=31)
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "succeeded"
    assert len(dana.charges()) == 1
    check_books(dana.person)


def test_an_unanswered_charge_is_not_repeated_after_stripe_forgot_its_key(dana: Till) -> None:
    """Nothing ran for two days: no sweep, no webhook. Then the customer sends the old form once more."""
    invoice, attempt = dana.person.invoice(), dana.attempt()
    dana.world.stripe.faults.timeout_after(times=2)
    dana.pays(invoice, dana.saved, attempt=attempt)
    dana.clock.forward(hours=49)
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "starting"
    assert len(dana.charges()) == 1
    assert dana.comes_back(attempt).state == "succeeded"
    check_books(dana.person)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("method", ["saved", NEW])
def test_stripe_answers_500(dana: Till, after: bool, method: str) -> None:
    """Replayed for every repeat under the same key; what happened is found by looking."""
    invoice = dana.person.invoice()
    chosen, path = (dana.saved, "/v1/payment_intents") if method == "saved" else (NEW, "/v1/checkout/sessions")
    dana.world.stripe.faults.server_error(path, after=after)
    payment = dana.pays(invoice, chosen)
    assert payment.state == "starting"
    dana.clock.forward(seconds=31)
    dana.pays(invoice, chosen, attempt=payment.id)
    found = dana.comes_back(payment)
    assert found.state == ("succeeded" if after and method == "saved" else "starting")
    assert bool(found.next_url) == (after and method == NEW), "the page of the lost answer"
    dana.time_passes()
    assert not dana.invoice(invoice).in_flight
    check_books(dana.person)


def test_stripe_wants_us_to_slow_down(dana: Till) -> None:
    invoice, attempt = dana.person.invoice(), dana.attempt()
    dana.world.stripe.faults.rate_limit()
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "starting"
    dana.clock.forward(seconds=31)
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "succeeded"
    check_books(dana.person)


def test_the_first_call_is_still_under_way_at_stripe(dana: Till) -> None:
    """The idempotency key is in use: nobody is charged twice, and the slow answer counts when it comes."""
    invoice, attempt = dana.person.invoice(), dana.attempt()
    gate, answers = dana.world.stripe.faults.hold(), []
    first = threading.Thread(target=lambda: answers.append(dana.pays(invoice, dana.saved, attempt=attempt)))
    first.start()
    assert gate.reached.wait(5)
    dana.clock.forward(seconds=31)
    assert dana.pays(invoice, dana.saved, attempt=attempt).state == "starting"
    gate.open()
    first.join()
    assert answers[0].state == "succeeded"
    assert dana.payment(attempt).state == "succeeded" and len(dana.charges()) == 1
    check_books(dana.person)


def test_a_card_removed_at_stripe_charges_nothing_and_frees_the_invoice(dana: Till) -> None:
    invoice, account = dana.person.invoice(), {"stripe_account": dana.company.company.stripe_account}
    dana.world.stripe.client().v1.payment_methods.detach(dana.saved, {}, account)
    assert dana.pays(invoice, dana.saved).state == "failed"
    assert dana.invoice(invoice).payable == 12_000


def test_an_answer_of_stripe_is_told_apart_among_many(dana: Till) -> None:
    """More than a page of payments of the same company in the same minutes, newer ones first."""
    client, account = dana.world.stripe.client(), {"stripe_account": dana.company.company.stripe_account}
    dana.world.stripe.faults.timeout_after("/v1/checkout", times=2)
    payment = dana.pays(dana.person.invoice(), NEW)
    price = {"currency": "usd", "unit_amount": 100, "product_data": {"name": "other"}}
    for _ in range(120):
        session: Any = {"mode": "payment", "success_url": "https://x.example",
                        "line_items": [{"quantity": 1, "price_data": price}]}  # fmt: skip
        client.v1.checkout.sessions.create(session, account)  # type: ignore[arg-type]
    assert "/c/pay/" in dana.comes_back(payment).next_url


# The store is not well


@pytest.mark.parametrize("which", range(8))
def test_dynamodb_throttles_once_and_nobody_notices(dana: Till, wire: Wire, which: int) -> None:
    invoice, account, saved = dana.person.invoice(), dana.person.account, dana.saved
    wire.calls.clear()
    wire.plan = lambda _, call: "throttled" if call is (wire.of("dynamodb") + [None] * 9)[which] else None
    payment = pay.start(dana.world.services, account, order(invoice, saved, dana.attempt()))
    wire.heal()
    assert payment.state == "succeeded"
    check_books(dana.person)


@pytest.mark.parametrize("fault", ["throttled", "error", "lost before"])
def test_dynamodb_does_not_answer_for_long_and_nothing_is_half_done(dana: Till, wire: Wire, fault: Any) -> None:
    invoice, account, saved = dana.person.invoice(), dana.person.account, dana.saved
    for down in ("dynamodb BatchGetItem", "dynamodb TransactWriteItems", "dynamodb"):
        wire.down(down, fault)
        with pytest.raises(Unavailable):
            pay.start(dana.world.services, account, order(invoice, saved, dana.attempt()))
        wire.heal()
        assert dana.payments == [] and dana.invoice(invoice) == invoice and dana.charges() == []
    assert dana.pays(invoice, saved).state == "succeeded"


def test_dynamodb_goes_away_after_stripe_has_charged(dana: Till, wire: Wire) -> None:
    """What Stripe said can't be written down: the payment stays under way, and is found paid later."""
    invoice, transactions = dana.person.invoice(), []

    def after_the_first(_: int, call: Any) -> Any:
        if call.what == "dynamodb TransactWriteItems":
            transactions.append(call)
        return "throttled" if call.what == "dynamodb TransactWriteItems" and len(transactions) > 1 else None

    wire.plan = after_the_first
    payment = dana.pays(invoice, dana.saved)
    wire.heal()
    assert payment.state == "starting" and len(dana.charges()) == 1
    assert dana.invoice(invoice).payable == 0
    dana.clock.forward(minutes=3)
    dana.sweep()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_the_answer_to_the_hold_is_lost_and_the_payment_goes_on_at_once(dana: Till, wire: Wire) -> None:
    """botocore sends it again, and its condition fails: that is our own success."""
    sent: list[Any] = []

    def first_transaction(_: int, call: Any) -> Any:
        if call.what != "dynamodb TransactWriteItems":
            return None
        sent.append(call)
        return "lost after" if len(sent) == 1 else None

    invoice = dana.person.invoice()
    wire.plan = first_transaction
    assert dana.pays(invoice, dana.saved).state == "succeeded"
    wire.heal()
    tokens = {call.body["ClientRequestToken"] for call in sent[:2]}
    assert len(tokens) == 1, "DynamoDB itself knows the second one for the first"
    assert len(dana.charges()) == 1
    check_books(dana.person)


def test_a_process_that_dies_before_asking_stripe_leaves_the_invoice_free_again(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice()
    wire.down("stripe", "killed before")
    with pytest.raises(Killed):
        dana.pays(invoice, dana.saved)
    wire.heal()
    dana.time_passes()
    assert dana.invoice(invoice).payable == 12_000 and dana.charges() == []


def test_charges_being_switched_off_is_seen_at_once(dana: Till) -> None:
    company = dana.company.company
    dana.company.store.write(tenant_records.set_charges(dana.company.store, company.stripe_account, False))
    with pytest.raises(NotAllowed):
        dana.pays(dana.person.invoice(), dana.saved)
    assert customers.customers(dana.company.store, [dana.person.id])[0].sums.in_flight == 0
