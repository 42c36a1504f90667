"""Checkout: the session, and its page as a customer uses it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox

TYPED = {
    "kind": "card",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 30",
    "cvc": "123",
    "name": "Dana Reed",
    "email": "dana@example.com",
}


def test_paying_by_card(
    sandbox: StripeSandbox,
    company: str,
    client: stripe.StripeClient,
    customer: str,
    checkout: Any,
    happened: Any,
) -> None:
    session = checkout(
        customer=customer,
        client_reference_id="01H",
        metadata={"attempt": "a1"},
        payment_intent_data={"metadata": {"payment": "01H"}, "setup_future_usage": "off_session"},
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    page = sandbox.browse(session.url)
    for words in (
        "Sunny Pest Control",
        "$120.00",
        "Invoice 1007",
        "https://portal.test/invoices",
        "Pay $120.00",
    ):
        assert words in page.text
    assert "<script" not in page.text
    happened()
    answer = sandbox.browse(session.url, TYPED)
    assert (answer.status, answer.location) == (303, f"https://portal.test/paid?session={session.id}")
    assert happened() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_method.attached",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent", "line_items"]})
    intent: Any = paid.payment_intent
    assert (paid.status, paid.payment_status, paid.amount_total) == ("complete", "paid", 12000)
    assert (intent.metadata.to_dict(), intent.customer) == ({"payment": "01H"}, customer)
    assert paid.line_items
    assert paid.line_items.data[0].amount_total == 12000
    assert len(sandbox.state.charges(company)) == 1


def test_pressing_twice_charges_once(sandbox: StripeSandbox, company: str, checkout: Any) -> None:
    session = checkout()
    first, second = sandbox.browse(session.url, TYPED), sandbox.browse(session.url, TYPED)
    assert first.location == second.location
    assert "already done" in sandbox.browse(session.url).text
    assert len(sandbox.state.charges(company)) == 1
    assert len(sandbox.state.world(company).all("payment_method")) == 1


def test_two_presses_at_the_same_moment_charge_once(
    sandbox: StripeSandbox, company: str, checkout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, together = checkout(), threading.Barrier(4)
    answers: list[str] = []
    engine, make_id = sandbox.engine, sandbox.engine.id

    def slowly(*args: Any) -> str:
        time.sleep(0.002)  # so that the others would get a turn, if they could
        return make_id(*args)

    def press() -> None:
        together.wait(5)
        answers.append(sandbox.browse(session.url, TYPED).location)

    monkeypatch.setattr(engine, "id", slowly)
    presses = [threading.Thread(target=press) for _ in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join(5)
    assert answers == [f"https://portal.test/paid?session={session.id}"] * 4
    assert len(sandbox.state.charges(company)) == 1


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card&#x27;s security code is incorrect."),
        ("4000000000000119", "An error occurred while processing your card."),
    ],
)
def test_a_decline_shows_the_form_again_with_the_words(
    sandbox: StripeSandbox, company: str, client: stripe.StripeClient, checkout: Any, card: str, words: str
) -> None:
    session = checkout()
    page = sandbox.pay(session.url, card)
    assert page.status == 402
    assert words in page.text
    assert 'name="number"' in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert sandbox.pay(session.url).status == 303
    assert len(sandbox.state.charges(company)) == 1
    assert len(client.v1.payment_intents.list().data) == 1


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"number": "4242 4242 4242 4241"}, "card number is invalid"),
        ({"number": "4111 1111 1111 1111"}, "used a non test card"),
        ({"number": "4242"}, "card number is incomplete"),
        ({"expiry": "10/26"}, "in the past"),
        ({"expiry": "13/30"}, "expiration date is incomplete"),
        ({"cvc": "12"}, "security code is incomplete"),
    ],
)
def test_what_can_not_be_a_card_is_refused(
    sandbox: StripeSandbox, company: str, checkout: Any, odd: dict[str, str], words: str
) -> None:
    page = sandbox.browse(checkout().url, {**TYPED, **odd})
    assert page.status == 422
    assert words in page.text
    assert sandbox.state.world(company).all("charge") == []


@pytest.mark.parametrize("card", ["4000002500003155", "4000002760003184", "4000000000003220"])
def test_3d_secure_on_the_way(sandbox: StripeSandbox, company: str, checkout: Any, card: str) -> None:
    session = checkout()
    bank = sandbox.pay(session.url, card).location
    assert "/3ds/" in bank
    failed = sandbox.browse(sandbox.browse(bank, {"answer": "fail"}).location)
    assert (failed.status, "unable to authenticate" in failed.text) == (402, True)
    bank = sandbox.pay(session.url, card).location
    done = sandbox.browse(sandbox.browse(bank, {"answer": "complete"}).location)
    assert done.location == f"https://portal.test/paid?session={session.id}"
    assert len(sandbox.state.charges(company)) == 1


def test_a_bank_debit_is_complete_now_and_paid_later(
    sandbox: StripeSandbox, client: stripe.StripeClient, checkout: Any, clock: Any, happened: Any
) -> None:
    session = checkout(allowed_payment_method_types=["us_bank_account"])
    assert "Name on the account" in sandbox.browse(session.url).text
    assert sandbox.pay(session.url, bank="000123456789").status == 303
    now = client.v1.checkout.sessions.retrieve(session.id)
    assert (now.status, now.payment_status) == ("complete", "unpaid")
    assert happened()[-1] == "checkout.session.completed"
    clock.passes(days=4)
    sandbox.advance()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert happened()[-1] == "checkout.session.async_payment_succeeded"


def test_a_bank_debit_that_comes_back(
    sandbox: StripeSandbox, client: stripe.StripeClient, checkout: Any, clock: Any, happened: Any
) -> None:
    session = checkout()
    assert "US bank account" in sandbox.browse(session.url + "?kind=us_bank_account").text
    sandbox.pay(session.url, bank="000222222227")
    clock.passes(days=4)
    sandbox.advance()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert happened()[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_typed_bank_numbers_wait_for_the_micro_deposit_page(
    sandbox: StripeSandbox, client: stripe.StripeClient, checkout: Any
) -> None:
    session = checkout()
    form = {"kind": "us_bank_account", "routing_number": "110000000", "account_number": "000123456789"}
    assert sandbox.browse(session.url, {**form, "name": "Dana"}).status == 303
    intent = client.v1.payment_intents.list().data[0]
    action: Any = intent.next_action
    page = action.verify_with_microdeposits.hosted_verification_url
    assert "does not match" in sandbox.browse(page, {"descriptor_code": "SM0000"}).text
    assert "Verified" in sandbox.browse(page, {"descriptor_code": "SM11AA"}).text
    assert client.v1.payment_intents.retrieve(intent.id).status == "processing"


def test_saving_a_card(
    sandbox: StripeSandbox, client: stripe.StripeClient, customer: str, checkout: Any, happened: Any
) -> None:
    session = checkout(
        mode="setup",
        line_items=None,
        currency="usd",
        customer=customer,
        setup_intent_data={"metadata": {"a": "1"}},
    )
    assert client.v1.setup_intents.retrieve(session.setup_intent).metadata
    assert sandbox.pay(session.url, "4000000000000002").status == 402
    assert sandbox.pay(session.url).status == 303
    setup = client.v1.setup_intents.retrieve(session.setup_intent)
    assert client.v1.customers.payment_methods.list(customer).data[0].id == setup.payment_method
    assert happened()[-3:] == [
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_customer_may_tick_to_save_the_card(
    sandbox: StripeSandbox, client: stripe.StripeClient, customer: str, checkout: Any
) -> None:
    options = {"payment_method_save": "enabled"}
    for save, kept in [(False, 0), (True, 1)]:
        session = checkout(customer=customer, saved_payment_method_options=options)
        assert 'name="save"' in sandbox.browse(session.url).text
        sandbox.pay(session.url, save=save)
        assert len(client.v1.customers.payment_methods.list(customer).data) == kept


def test_a_session_expires_after_a_day(
    sandbox: StripeSandbox, company: str, checkout: Any, clock: Any, happened: Any
) -> None:
    session = checkout()
    clock.passes(hours=24)
    sandbox.advance()
    assert happened()[-1] == "checkout.session.expired"
    assert sandbox.pay(session.url).status == 410
    assert sandbox.state.charges(company) == []


def test_a_session_is_expired_by_hand_with_its_intent(
    sandbox: StripeSandbox, client: stripe.StripeClient, checkout: Any
) -> None:
    session = checkout()
    sandbox.pay(session.url, "4000000000000002")
    intent = client.v1.payment_intents.list().data[0].id
    with pytest.raises(stripe.InvalidRequestError, match="Checkout Session"):
        client.v1.payment_intents.cancel(intent)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert client.v1.payment_intents.retrieve(intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client.v1.checkout.sessions.expire(session.id)


def test_expires_at_is_kept_within_bounds(checkout: Any, clock: Any) -> None:
    soon = int((clock() + timedelta(minutes=31)).timestamp())
    assert checkout(expires_at=soon).expires_at == soon
    with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
        checkout(expires_at=int((clock() + timedelta(minutes=5)).timestamp()))


@pytest.mark.parametrize(
    ("odd", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"line_items": [{"price_data": {"currency": "usd", "unit_price": 5}}]}, None),
        ({"payment_intent_data": {"meta": {"a": "b"}}}, "payment_intent_data[meta][a]"),
    ],
)
def test_a_misspelt_parameter_deep_down_is_refused(checkout: Any, odd: Any, param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        checkout(**odd)
    assert error.value.param == (param or "line_items[0][price_data][unit_price]")


def test_allowed_types_that_do_not_fit_are_left_out(checkout: Any) -> None:
    assert checkout(allowed_payment_method_types=["card", "klarna"]).payment_method_types == ["card"]
    setup = {"mode": "setup", "line_items": None, "currency": "usd"}
    assert checkout(**setup).payment_method_types == ["card"], "nobody to save a bank account to"
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        checkout(allowed_payment_method_types=["klarna"])


def test_pages_escape_what_they_are_told(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    company = sandbox.connect_account("<b>Sunny</b>")
    session = sandbox.client(stripe_account=company).v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://portal.test/ok",
            "cancel_url": 'https://portal.test/"><script>',
            "line_items": [
                {
                    "quantity": 2,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 500,
                        "product_data": {"name": "<script>alert(1)</script>"},
                    },
                }
            ],
        }
    )
    assert session.url
    page = sandbox.browse(session.url).text
    assert "<script>" not in page
    assert "<b>Sunny" not in page
    assert "&times; 2" in page


def test_a_page_that_is_not_there(sandbox: StripeSandbox) -> None:
    assert sandbox.browse(f"{sandbox.url}/c/pay/cs_test_nobody").status == 404
    assert sandbox.browse(f"{sandbox.url}/").status == 404
