"""Payment intents: cards that pay, decline and ask to authenticate; bank debits that take days."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox


def test_a_card_pays_and_every_step_is_announced(sandbox: StripeSandbox, company: str, pay: Any, happened: Any) -> None:
    intent = pay(metadata={"payment": "01H"})
    assert (intent.status, intent.amount_received) == ("succeeded", 12000)
    assert happened() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    (charge,) = sandbox.state.charges(company)
    assert charge["id"] == intent.latest_charge
    assert charge["metadata"] == {"payment": "01H"}


def test_two_payments_are_two_charges(sandbox: StripeSandbox, company: str, pay: Any) -> None:
    pay()
    pay()
    assert len(sandbox.state.charges(company)) == 2


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_declined_card_says_why(
    sandbox: StripeSandbox, company: str, pay: Any, token: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(stripe.CardError) as error:
        pay(token)
    told: Any = error.value.error
    assert (error.value.code, told.decline_code, error.value.http_status) == (code, decline_code, 402)
    assert told.payment_intent.status == "requires_payment_method"
    assert told.payment_intent.last_payment_error.code == code
    assert sandbox.state.charges(company) == []


def test_a_declined_intent_can_be_paid_with_another_card(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any, happened: Any
) -> None:
    with pytest.raises(stripe.CardError) as error:
        pay("pm_card_chargeDeclined")
    told: Any = error.value.error
    happened()
    intent = client.v1.payment_intents.confirm(told.payment_intent.id, {"payment_method": "pm_card_visa"})
    assert intent.status == "succeeded"
    assert intent.last_payment_error is None
    assert happened() == ["charge.succeeded", "payment_intent.succeeded"]
    assert len(sandbox.state.charges(company)) == 1


def test_an_intent_is_paid_once(sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any) -> None:
    intent = pay()
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as error:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert error.value.code == "payment_intent_unexpected_state"
    assert len(sandbox.state.charges(company)) == 1


@pytest.mark.parametrize("token", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
def test_a_card_that_asks_to_authenticate_pays_once_it_has(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any, happened: Any, token: str
) -> None:
    intent = pay(token, return_url="https://portal.test/back?x=1")
    assert intent.status == "requires_action"
    assert happened()[-1] == "payment_intent.requires_action"
    page = intent.next_action.redirect_to_url.url
    assert "Complete" in sandbox.browse(page).text
    answer = sandbox.browse(page, {"answer": "complete"})
    assert answer.status == 303
    assert answer.location.startswith(f"https://portal.test/back?x=1&payment_intent={intent.id}")
    assert f"payment_intent_client_secret={intent.client_secret}" in answer.location
    assert answer.location.endswith("redirect_status=succeeded")
    assert sandbox.browse(page, {"answer": "complete"}).location == answer.location
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert len(sandbox.state.charges(company)) == 1


def test_failing_to_authenticate_charges_nothing(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any
) -> None:
    intent = pay("pm_card_authenticationRequired", return_url="https://portal.test/back")
    answer = sandbox.browse(intent.next_action.redirect_to_url.url, {"answer": "fail"})
    assert answer.location.endswith("redirect_status=failed")
    again = client.v1.payment_intents.retrieve(intent.id)
    assert again.status == "requires_payment_method"
    assert again.last_payment_error
    assert again.last_payment_error.code == "payment_intent_authentication_failure"
    assert sandbox.state.charges(company) == []


def test_authenticated_and_still_out_of_funds(sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any) -> None:
    token = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    intent = pay(token, return_url="https://portal.test/back")
    sandbox.browse(intent.next_action.redirect_to_url.url, {"answer": "complete"})
    again = client.v1.payment_intents.retrieve(intent.id)
    assert again.last_payment_error
    assert again.last_payment_error.decline_code == "insufficient_funds"


def test_off_session_nobody_is_there_to_authenticate(pay: Any, customer: str, saved: Any) -> None:
    card = saved("pm_card_authenticationRequired")
    with pytest.raises(stripe.CardError) as error:
        pay(card, customer=customer, off_session=True)
    told: Any = error.value.error
    assert (error.value.code, told.payment_intent.status) == (
        "authentication_required",
        "requires_payment_method",
    )


def test_a_saved_card_can_decline_later(pay: Any, customer: str, saved: Any) -> None:
    card = saved("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError):
        pay(card, customer=customer, off_session=True)


def test_a_card_expires(pay: Any, customer: str, saved: Any, clock: Any) -> None:
    card = saved()
    assert pay(card, customer=customer, off_session=True).status == "succeeded"
    clock.passes(days=3 * 366)
    with pytest.raises(stripe.CardError, match="expired"):
        pay(card, customer=customer, off_session=True)


def test_dynamic_methods_want_a_return_url(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        client.v1.payment_intents.create(params)
    with pytest.raises(stripe.InvalidRequestError, match="off_session"):
        client.v1.payment_intents.create({"amount": 900, "currency": "usd", "off_session": True})


def test_a_method_of_another_customer_is_refused(client: stripe.StripeClient, pay: Any, saved: Any) -> None:
    card, other = saved(), client.v1.customers.create({"name": "Lee"}).id
    for customer in ({}, {"customer": other}):
        with pytest.raises(stripe.InvalidRequestError, match="belongs to the Customer"):
            pay(card, **customer)


def test_a_method_used_without_a_customer_is_used_up(pay: Any) -> None:
    method = pay().payment_method
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        pay(method)


def test_setup_future_usage_saves_the_card(client: stripe.StripeClient, pay: Any, customer: str) -> None:
    intent = pay(customer=customer, setup_future_usage="off_session")
    assert client.v1.payment_methods.retrieve(intent.payment_method).customer == customer
    assert pay(intent.payment_method, customer=customer, off_session=True).status == "succeeded"


def test_set_aside_then_captured_in_part(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any
) -> None:
    intent = pay(capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 12000)
    done = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 5000})
    assert (done.status, done.amount_received) == ("succeeded", 5000)


def test_cancelled_is_final(client: stripe.StripeClient, happened: Any) -> None:
    intent = client.v1.payment_intents.create({"amount": 900, "currency": "usd"})
    assert client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}).canceled_at
    assert happened()[-1] == "payment_intent.canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})


def test_an_intent_is_updated_until_it_is_paid(client: stripe.StripeClient, pay: Any) -> None:
    intent = client.v1.payment_intents.create({"amount": 900, "currency": "usd", "metadata": {"a": "1", "b": "2"}})
    changed = client.v1.payment_intents.update(intent.id, {"amount": 950, "metadata": {"a": "", "c": "3"}})
    assert (changed.amount, changed.metadata.to_dict()) == (950, {"b": "2", "c": "3"})
    with pytest.raises(stripe.InvalidRequestError, match="cannot update"):
        client.v1.payment_intents.update(pay().id, {"amount": 950})


# Bank debits

MANDATE = {"customer_acceptance": {"type": "offline"}}


def test_a_bank_debit_settles_four_working_days_later(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, pay: Any, clock: Any, happened: Any
) -> None:
    intent = pay("pm_usBankAccount_success", mandate_data=MANDATE)
    assert intent.status == "processing"
    assert happened()[-1] == "payment_intent.processing"
    clock.passes(days=3)
    sandbox.advance()
    assert client.v1.payment_intents.retrieve(intent.id).status == "processing"
    assert sandbox.state.charges(company) == []
    clock.passes(days=1)
    sandbox.advance()
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert happened() == ["charge.succeeded", "payment_intent.succeeded"]
    assert len(sandbox.state.charges(company)) == 1


def test_weekends_are_no_working_days(
    sandbox: StripeSandbox, client: stripe.StripeClient, pay: Any, clock: Any
) -> None:
    clock.passes(days=3)
    intent = pay("pm_usBankAccount_success", mandate_data=MANDATE)  # a Thursday
    clock.passes(days=5)
    sandbox.advance()
    assert client.v1.payment_intents.retrieve(intent.id).status == "processing"
    clock.passes(days=1)
    sandbox.advance()
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(
    ("token", "code", "network_code"),
    [
        ("pm_usBankAccount_insufficientFunds", "insufficient_funds", "R01"),
        ("pm_usBankAccount_accountClosed", "account_closed", "R02"),
        ("pm_usBankAccount_noAccount", "no_account", "R03"),
    ],
)
def test_a_debit_comes_back(
    sandbox: StripeSandbox,
    company: str,
    client: stripe.StripeClient,
    pay: Any,
    happened: Any,
    clock: Any,
    token: str,
    code: str,
    network_code: str,
) -> None:
    intent = pay(token, mandate_data=MANDATE)
    happened()
    clock.passes(days=4)
    sandbox.advance()
    again = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert again.status == "requires_payment_method"
    assert again.last_payment_error
    assert again.last_payment_error.code == code
    assert again.last_payment_error.network_decline_code == network_code
    assert again.latest_charge.status == "failed"  # type: ignore[union-attr]
    assert happened() == ["charge.failed", "payment_intent.payment_failed"]
    assert sandbox.state.charges(company) == []


def test_a_debit_needs_the_customers_leave(pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        pay("pm_usBankAccount_success")
    assert error.value.code == "payment_intent_mandate_invalid"


def test_typed_bank_numbers_are_proven_by_micro_deposit(
    sandbox: StripeSandbox, client: stripe.StripeClient, clock: Any
) -> None:
    params: Any = {
        "amount": 900,
        "currency": "usd",
        "allowed_payment_method_types": ["us_bank_account"],
        "confirm": True,
        "mandate_data": MANDATE,
        "payment_method_data": {
            "type": "us_bank_account",
            "billing_details": {"name": "Dana Reed"},
            "us_bank_account": {
                "routing_number": "110000000",
                "account_number": "000123456789",
                "account_holder_type": "individual",
            },
        },
    }
    intent = client.v1.payment_intents.create(params)
    action: Any = intent.next_action
    assert action.verify_with_microdeposits.microdeposit_type == "descriptor_code"
    with pytest.raises(stripe.InvalidRequestError, match="9 verification attempts remaining"):
        client.v1.payment_intents.verify_microdeposits(intent.id, {"descriptor_code": "SM0000"})
    done = client.v1.payment_intents.verify_microdeposits(intent.id, {"amounts": [45, 32]})
    assert done.status == "processing"
    late = client.v1.payment_intents.create(params)
    clock.passes(days=15)
    sandbox.advance()
    expired = client.v1.payment_intents.retrieve(late.id)
    assert expired.last_payment_error
    assert expired.last_payment_error.code == "payment_method_microdeposit_verification_timeout"
