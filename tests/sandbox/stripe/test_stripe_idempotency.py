"""Idempotency keys: one effect, the same answer again, and what is not kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox
from sandbox.stripe.http import Request, Response


def post(sandbox: StripeSandbox, company: str, body: str, key: str = "k1", path: str = "/v1/customers") -> Response:
    headers = {
        "Authorization": "Bearer sk_test_x",
        "Stripe-Account": company,
        "Idempotency-Key": key,
    }
    return sandbox.answer(Request.to("POST", f"{sandbox.url}{path}", headers, body))


CHARGE = "amount=900&currency=usd&payment_method=pm_card_visa&confirm=true&allowed_payment_method_types[0]=card"


def test_the_same_key_charges_once_and_answers_the_same_bytes(sandbox: StripeSandbox, company: str) -> None:
    first = post(sandbox, company, CHARGE, path="/v1/payment_intents")
    again = post(sandbox, company, CHARGE, path="/v1/payment_intents")
    assert first.status == again.status == 200
    assert again.body == first.body
    assert again.headers["Request-Id"] == first.headers["Request-Id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(sandbox.state.charges(company)) == 1


def test_a_decline_is_replayed_too(sandbox: StripeSandbox, company: str) -> None:
    body = CHARGE.replace("pm_card_visa", "pm_card_chargeDeclined")
    first = post(sandbox, company, body, path="/v1/payment_intents")
    again = post(sandbox, company, body, path="/v1/payment_intents")
    assert (first.status, again.body) == (402, first.body)
    assert len(sandbox.state.world(company).all("charge")) == 1


def test_other_parameters_under_the_same_key_are_refused(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "Dana"}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as error:
        client.v1.customers.create({"name": "Lee"}, {"idempotency_key": "k1"})
    assert error.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.payment_intents.create({"amount": 900, "currency": "usd"}, {"idempotency_key": "k1"})


def test_each_account_has_its_own_keys(sandbox: StripeSandbox, company: str) -> None:
    other = sandbox.connect_account("Green Lawns")
    assert post(sandbox, company, "name=Dana").body != post(sandbox, other, "name=Dana").body


def test_what_never_ran_is_not_kept(sandbox: StripeSandbox, company: str) -> None:
    assert post(sandbox, company, "nmae=Dana").status == 400
    assert post(sandbox, company, "name=Dana").status == 200


def test_a_failed_answer_is_kept_and_no_retry_gets_past_it(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    sandbox.faults.server_error()
    params: Any = {"name": "Dana"}
    for _ in range(2):
        with pytest.raises(stripe.APIError) as error:
            client.v1.customers.create(params, {"idempotency_key": "k1"})
        assert error.value.http_status == 500
    assert client.v1.customers.list().data == []
    assert client.v1.customers.create(params, {"idempotency_key": "k2"}).name == "Dana"


def test_a_key_is_forgotten_after_a_day(sandbox: StripeSandbox, company: str, clock: Any) -> None:
    first = post(sandbox, company, "name=Dana")
    clock.passes(hours=23)
    assert post(sandbox, company, "name=Dana").body == first.body
    clock.passes(hours=1)
    assert post(sandbox, company, "name=Dana").body != first.body


def test_a_request_in_flight_refuses_its_twin(sandbox: StripeSandbox, company: str) -> None:
    gate = sandbox.faults.hold("/v1/customers")
    answers: list[Response] = []
    first = threading.Thread(target=lambda: answers.append(post(sandbox, company, "name=Dana")))
    first.start()
    assert gate.reached.wait(5)
    twin = post(sandbox, company, "name=Dana")
    gate.open()
    first.join(5)
    assert twin.status == 409
    assert b"idempotency_key_in_use" in twin.body
    assert answers[0].status == 200
    assert post(sandbox, company, "name=Dana").body == answers[0].body
