"""Customers, their payment methods, and setup intents."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox


def test_a_customer_is_kept_changed_and_deleted(client: stripe.StripeClient, happened: Any) -> None:
    customers = client.v1.customers
    made = customers.create({"name": "Dana", "email": "dana@example.com", "metadata": {"tenant": "t1"}})
    customers.update(made.id, {"phone": "555-0100", "name": "Lee", "metadata": {"tenant": "", "crm": "7"}})
    again = customers.retrieve(made.id)
    assert again.metadata
    assert (again.phone, again.name, again.metadata.to_dict()) == ("555-0100", "Lee", {"crm": "7"})
    assert [c.id for c in customers.list({"email": "dana@example.com"}).data] == [made.id]
    assert customers.delete(made.id).deleted
    assert customers.retrieve(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        customers.update(made.id, {"name": "Lee"})
    assert happened() == ["customer.created", "customer.updated", "customer.deleted"]


def test_a_wallet_lists_what_is_attached(client: stripe.StripeClient, customer: str, saved: Any, happened: Any) -> None:
    card, bank = saved("pm_card_mastercard"), saved("pm_usBankAccount_success")
    methods = client.v1.customers.payment_methods
    assert [m.id for m in methods.list(customer).data] == [bank, card]
    assert [m.id for m in methods.list(customer, {"type": "card"}).data] == [card]
    client.v1.payment_methods.detach(card)
    assert [m.id for m in methods.list(customer).data] == [bank]
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_methods.attach(card, {"customer": customer})
    assert happened()[-3:] == [
        "payment_method.attached",
        "payment_method.attached",
        "payment_method.detached",
    ]


def test_the_default_method_must_be_the_customers_own(client: stripe.StripeClient, customer: str, saved: Any) -> None:
    card = saved()
    set_to = client.v1.customers.update
    changed = set_to(customer, {"invoice_settings": {"default_payment_method": card}})
    assert changed.invoice_settings
    assert changed.invoice_settings.default_payment_method == card
    other = client.v1.customers.create({"name": "Lee"}).id
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        set_to(other, {"invoice_settings": {"default_payment_method": card}})
    client.v1.payment_methods.detach(card)
    left = client.v1.customers.retrieve(customer).invoice_settings
    assert left
    assert left.default_payment_method is None


def test_a_card_that_declines_is_not_saved(client: stripe.StripeClient, customer: str, saved: Any) -> None:
    with pytest.raises(stripe.CardError):
        saved("pm_card_chargeDeclined")
    assert client.v1.customers.payment_methods.list(customer).data == []


def test_a_saved_method_can_be_renamed(client: stripe.StripeClient, saved: Any, happened: Any) -> None:
    card = saved()
    changed = client.v1.payment_methods.update(
        card,
        {"billing_details": {"name": "D. Reed"}, "card": {"exp_year": 2031}, "allow_redisplay": "always"},
    )
    assert changed.card
    assert (changed.billing_details.name, changed.card.exp_year) == ("D. Reed", 2031)
    assert happened()[-1] == "payment_method.updated"


def test_card_numbers_are_not_taken_by_the_api(client: stripe.StripeClient) -> None:
    params: Any = {"type": "card", "card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2030}}
    with pytest.raises(stripe.CardError, match="not allowed"):
        client.v1.payment_methods.create(params)


def test_a_setup_saves_a_card_for_later(client: stripe.StripeClient, customer: str, pay: Any, happened: Any) -> None:
    setup = client.v1.setup_intents.create(
        {
            "customer": customer,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "allowed_payment_method_types": ["card"],
        }
    )
    assert setup.status == "succeeded"
    assert pay(setup.payment_method, customer=customer, off_session=True).status == "succeeded"
    assert "setup_intent.succeeded" in happened()


def test_a_card_set_up_once_is_not_asked_again(
    sandbox: StripeSandbox, client: stripe.StripeClient, customer: str, pay: Any, happened: Any
) -> None:
    setup = client.v1.setup_intents.create(
        {
            "customer": customer,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": "https://portal.test/back",
        }
    )
    assert setup.status == "requires_action"
    assert happened()[-1] == "setup_intent.requires_action"
    action: Any = setup.next_action
    answer = sandbox.browse(action.redirect_to_url.url, {"answer": "complete"})
    assert f"setup_intent={setup.id}" in answer.location
    assert pay(setup.payment_method, customer=customer, off_session=True).status == "succeeded"


def test_a_setup_fails_with_the_banks_no(client: stripe.StripeClient, happened: Any) -> None:
    with pytest.raises(stripe.CardError) as error:
        client.v1.setup_intents.create(
            {
                "payment_method": "pm_card_chargeDeclined",
                "confirm": True,
                "return_url": "https://portal.test/back",
            }
        )
    told: Any = error.value.error
    assert told.setup_intent.status == "requires_payment_method"
    assert happened()[-1] == "setup_intent.setup_failed"


@pytest.mark.parametrize("given", [{"descriptor_code": "sm11aa"}, {"amounts": [32, 45]}])
def test_a_bank_account_is_saved_once_it_is_proven(
    client: stripe.StripeClient, customer: str, checkout: Any, sandbox: StripeSandbox, given: Any
) -> None:
    session = checkout(mode="setup", line_items=None, currency="usd", customer=customer)
    form = {"kind": "us_bank_account", "routing_number": "110000000", "account_number": "000123456789"}
    sandbox.browse(session.url, {**form, "name": "Dana Reed"})
    setup = client.v1.setup_intents.retrieve(session.setup_intent)
    assert setup.status == "requires_action"
    assert client.v1.customers.payment_methods.list(customer).data == []
    done = client.v1.setup_intents.verify_microdeposits(setup.id, given)
    assert done.status == "succeeded"
    assert client.v1.customers.payment_methods.list(customer).data[0].id == done.payment_method


def test_too_many_wrong_codes_end_it(
    client: stripe.StripeClient, customer: str, checkout: Any, sandbox: StripeSandbox
) -> None:
    session = checkout(mode="setup", line_items=None, currency="usd", customer=customer)
    form = {"kind": "us_bank_account", "routing_number": "110000000", "account_number": "000123456789"}
    sandbox.browse(session.url, {**form, "name": "Dana Reed"})
    codes = []
    for _ in range(10):
        with pytest.raises(stripe.InvalidRequestError) as error:
            client.v1.setup_intents.verify_microdeposits(session.setup_intent, {"descriptor_code": "SM9999"})
        codes.append(error.value.code)
    start = "payment_method_microdeposit_verification_"
    assert codes == [f"{start}descriptor_code_mismatch"] * 9 + [f"{start}attempts_exceeded"]
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == "requires_payment_method"
