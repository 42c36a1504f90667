"""Refunds, disputes, and the balance that shows them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox
from sandbox.stripe.errors import StripeError


def test_refunds_never_pass_what_was_taken(client: stripe.StripeClient, pay: Any, happened: Any) -> None:
    intent = pay(amount=1000)
    happened()
    part = client.v1.refunds.create({"payment_intent": intent.id, "amount": 400, "metadata": {"why": "late"}})
    assert (part.status, part.amount) == ("succeeded", 400)
    assert happened() == ["refund.created", "charge.refunded"]
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as error:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 601})
    assert error.value.param == "amount"
    rest = client.v1.refunds.create({"charge": intent.latest_charge})
    assert rest.amount == 600
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (1000, True)
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded") as error:
        client.v1.refunds.create({"charge": intent.latest_charge})
    assert error.value.code == "charge_already_refunded"
    assert [r.id for r in client.v1.refunds.list({"payment_intent": intent.id}).data] == [rest.id, part.id]


def test_what_was_not_paid_is_not_refunded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 900, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="successful charge to refund"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_a_refund_to_a_bank_account_takes_days(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any, happened: Any
) -> None:
    intent = pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    clock.passes(days=4)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    clock.passes(days=7)
    sandbox.advance()
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert happened()[-1] == "refund.updated"


def test_a_refund_can_fail_later(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any, happened: Any
) -> None:
    intent = pay("pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    clock.passes(hours=2)
    sandbox.advance()
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    assert happened()[-2:] == ["refund.updated", "refund.failed"]


def test_the_disputing_card_pays_and_is_disputed(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, happened: Any
) -> None:
    intent = pay("pm_card_createDispute")
    assert "charge.dispute.created" in happened()
    (dispute,) = client.v1.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.reason, dispute.amount, dispute.status) == ("fraudulent", 12000, "needs_response")
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert error.value.code == "charge_disputed"
    sandbox.close_dispute(dispute.id, "won")
    assert happened()[-1] == "charge.dispute.closed"
    rows = client.v1.balance_transactions.list({"source": dispute.id}).data
    assert [row.amount for row in rows] == [12000, -12000]


def test_any_charge_can_be_disputed_by_hand(sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any) -> None:
    dispute = sandbox.dispute(pay().latest_charge, "product_not_received")
    assert client.v1.disputes.retrieve(dispute).reason == "product_not_received"
    assert client.v1.disputes.close(dispute).status == "lost"


def test_the_balance_adds_up(client: stripe.StripeClient, pay: Any) -> None:
    first = pay(amount=10000, application_fee_amount=100)
    client.v1.refunds.create({"payment_intent": first.id, "amount": 2500})
    rows = client.v1.balance_transactions.list({}).data
    assert [(row.type, row.amount, row.fee) for row in rows] == [("refund", -2500, 0), ("charge", 10000, 420)]
    assert all(row.net == row.amount - row.fee for row in rows)
    kept = client.v1.balance_transactions.retrieve(rows[1].id)
    assert {fee.type: fee.amount for fee in kept.fee_details} == {"stripe_fee": 320, "application_fee": 100}


# By hand


def test_a_refund_from_the_dashboard_is_like_any_other(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, happened: Any
) -> None:
    intent = pay(amount=1000)
    happened()
    made = sandbox.refund(intent.latest_charge, 300)
    assert happened() == ["refund.created", "charge.refunded"]
    assert client.v1.refunds.retrieve(made).amount == 300
    with pytest.raises(StripeError, match="greater than unrefunded amount"):
        sandbox.refund(intent.latest_charge, 701)


@pytest.mark.parametrize(("code", "ends"), [(None, "succeeded"), ("insufficient_funds", "requires_payment_method")])
def test_a_bank_may_answer_a_debit_before_its_time(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any, happened: Any, code: str, ends: str
) -> None:
    intent = pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    sandbox.settle_debit(intent.latest_charge, code)
    assert client.v1.payment_intents.retrieve(intent.id).status == ends
    happened()
    clock.passes(days=10)
    sandbox.advance()
    assert happened() == []
    with pytest.raises(StripeError, match="no debit on its way"):
        sandbox.settle_debit(intent.latest_charge)


def test_a_past_can_be_made_up(sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any) -> None:
    then = clock() - timedelta(days=30)
    with sandbox.at(then):
        old = pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    assert old.created == int(then.timestamp())
    assert sandbox.now() == clock()
    with sandbox.at(then + timedelta(days=1)):
        assert client.v1.payment_intents.retrieve(old.id).status == "processing"
    assert client.v1.payment_intents.retrieve(old.id).status == "succeeded"
