"""What goes wrong on wish, and what is true afterwards."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox


def test_a_lost_request_did_nothing(sandbox: StripeSandbox, company: str, pay: Any) -> None:
    sandbox.faults.timeout_before()
    with pytest.raises(stripe.APIConnectionError):
        pay()
    assert sandbox.state.world(company).all("payment_intent") == []


def test_a_lost_answer_took_effect_and_the_retry_finds_it(sandbox: StripeSandbox, company: str, pay: Any) -> None:
    sandbox.faults.timeout_after()
    with pytest.raises(stripe.APIConnectionError):
        pay(options={"idempotency_key": "payment-1"})
    assert len(sandbox.state.charges(company)) == 1
    assert pay(options={"idempotency_key": "payment-1"}).status == "succeeded"
    assert len(sandbox.state.charges(company)) == 1


def test_stripe_pythons_own_retries_charge_once(sandbox: StripeSandbox, company: str) -> None:
    client = sandbox.client(stripe_account=company, max_network_retries=2)
    sandbox.faults.timeout_after(times=2)
    payment: Any = {
        "amount": 900,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "allowed_payment_method_types": ["card"],
    }
    assert client.v1.payment_intents.create(payment).status == "succeeded"
    assert len(sandbox.state.charges(company)) == 1


def test_a_500_after_the_fact_hides_a_charge(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any
) -> None:
    sandbox.faults.server_error("/v1/payment_intents", after=True)
    with pytest.raises(stripe.APIError):
        pay()
    assert len(sandbox.state.charges(company)) == 1
    assert client.v1.payment_intents.list().data[0].status == "succeeded"


def test_a_read_can_fail_too(sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any) -> None:
    intent = pay()
    sandbox.faults.timeout_before("GET /v1/payment_intents")
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.retrieve(intent.id)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_too_many_requests(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    sandbox.faults.rate_limit()
    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.create({"name": "Dana"}, {"idempotency_key": "k"})
    assert client.v1.customers.create({"name": "Dana"}, {"idempotency_key": "k"}).name == "Dana"


def test_the_next_charge_declines_whichever_card(sandbox: StripeSandbox, pay: Any) -> None:
    sandbox.faults.decline_charge("card_declined", "do_not_honor")
    with pytest.raises(stripe.CardError) as error:
        pay()
    told: Any = error.value.error
    assert told.decline_code == "do_not_honor"
    assert pay().status == "succeeded"


def test_time_can_be_let_pass_without_moving_the_clock(sandbox: StripeSandbox, clock: Any, pay: Any) -> None:
    from datetime import timedelta

    intent = pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    sandbox.advance(clock() + timedelta(days=4))
    assert sandbox.now() == clock() + timedelta(days=4)
    assert sandbox.state.locate(intent.id)[1]["status"] == "succeeded"  # type: ignore[index]


def test_reset_forgets_all_but_the_endpoints(sandbox: StripeSandbox, pay: Any) -> None:
    pay()
    sandbox.reset()
    assert sandbox.events == []
    company = sandbox.connect_account("Sunny")
    sandbox.client(stripe_account=company).v1.customers.create({"name": "Dana"})
    assert len(sandbox.pending_webhooks()) == 1
