"""What we say to Stripe and what we make of its answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.billing import gateway, rules
from chalicelib.billing.gateway import Forged, Payer, StripeGateway
from chalicelib.billing.rules import Allocation, Payment
from chalicelib.errors import Unavailable
from sandbox.stripe.http import json_response
from sandbox.stripe.transport import InProcessClient
from sandbox.stripe.webhooks import sign
from sandbox.world import WEBHOOK_SECRET
from tests.billing.till import NEW, Till
from tests.billing.wire import Wire

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


def a_payment(**values: Any) -> Payment:
    made = Payment("pay", "starting", 12_000, "USD", (Allocation("inv", "1", 12_000),), "", "acct", NOW, NOW)
    return replace(made, **values)


def answering(status: int, body: dict[str, Any]) -> StripeGateway:
    """A gateway to a Stripe that gives this answer to everything."""
    http = InProcessClient(lambda request: json_response(status, body, {}))
    return StripeGateway("sk_test_x", (WEBHOOK_SECRET,), "http://stripe.sandbox", http)


PAYER = Payer("acct", "tenant", "customer", "dana@example.com", "cus_1")


def error(kind: str, code: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "no", **more}}


# Its answers


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, error("api_error")),
        (503, error("api_error")),
        (429, error("invalid_request_error", "rate_limit")),
        (409, error("idempotency_error", "idempotency_key_in_use")),
        (400, error("idempotency_error")),
        (401, error("invalid_request_error")),
        (402, error("card_error", "card_declined")),
    ],
)
def test_what_leaves_open_whether_it_happened_is_looked_for_later(status: int, body: dict[str, Any]) -> None:
    stripe = answering(status, body)
    with pytest.raises(Unavailable):
        stripe.charge(PAYER, a_payment(method_id="pm_1"), "https://x.example")
    with pytest.raises(Unavailable):
        stripe.open_checkout(PAYER, a_payment(), "https://x.example", "https://x.example", "1", NOW)


@pytest.mark.parametrize("status", [500, 429, 401, 403, 404, 400])
def test_a_look_that_fails_decides_nothing(status: int) -> None:
    stripe = answering(status, error("invalid_request_error" if status < 429 else "api_error", "account_invalid"))
    for payment in (a_payment(), a_payment(method_id="pm"), a_payment(intent="pi_1"), a_payment(checkout="cs_1")):
        with pytest.raises(Unavailable):
            stripe.look(PAYER, payment)


@pytest.mark.parametrize("status", [500, 429, 401, 403, 409])
def test_a_cancellation_that_may_not_have_happened_says_so(status: int) -> None:
    stripe = answering(status, error("idempotency_error" if status == 409 else "api_error"))
    with pytest.raises(Unavailable):
        stripe.cancel(PAYER, a_payment(intent="pi_1"))


def test_what_is_past_canceling_is_told_by_a_look(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    gate = dana.world.services.payments
    gate.cancel(dana.person.account.payer(payment), payment)
    assert gate.look(dana.person.account.payer(payment), payment).kind == "succeeded"


@pytest.mark.parametrize(("status", "code"), [(400, "amount_too_small"), (400, "resource_missing"), (403, "")])
def test_what_stripe_will_not_begin_failed_and_not_for_the_banks_reasons(status: int, code: str) -> None:
    outcome = answering(status, error("invalid_request_error", code)).charge(
        PAYER, a_payment(method_id="pm"), "https://x"
    )
    assert (outcome.kind, outcome.failure, outcome.intent) == ("failed", gateway.REFUSED, "")


def test_an_answer_that_is_no_json_is_no_answer() -> None:
    class Broken(InProcessClient):
        def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> Any:
            return "<html>502 Bad Gateway</html>", 502, {}

    stripe = StripeGateway("sk_test_x", (WEBHOOK_SECRET,), "http://stripe.sandbox", Broken(lambda request: None))  # type: ignore[arg-type, return-value]
    with pytest.raises(Unavailable):
        stripe.charge(PAYER, a_payment(method_id="pm"), "https://x")


def intent(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "pi_1", "status": status, "amount_received": 0, "payment_method": None, **more}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (intent("succeeded", amount_received=12_000), "succeeded"),
        (intent("processing"), "processing"),
        (intent("requires_action"), "requires_action"),
        (intent("requires_payment_method"), "failed"),
        (intent("requires_confirmation"), "failed"),
        (intent("canceled"), "canceled"),
        (intent("canceled", last_payment_error={"code": "expired_card"}), "failed"),
    ],
)
def test_an_intent_becomes_an_outcome(answer: dict[str, Any], kind: str) -> None:
    assert gateway._intent_outcome(answer).kind == kind


def session(status: str, paid: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": "cs_1", "status": status, "payment_intent": paid, "payment_status": "unpaid", "amount_total": 12_000,
            "url": "https://checkout.example", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (session("open"), "open"),
        (session("open", intent("requires_payment_method")), "open"),
        (session("expired"), "canceled"),
        (session("expired", intent("canceled")), "canceled"),
        (session("expired", intent("succeeded", amount_received=12_000)), "succeeded"),
        (session("open", intent("succeeded", amount_received=12_000)), "succeeded"),
        (session("complete", intent("succeeded", amount_received=12_000)), "succeeded"),
        (session("complete", intent("processing")), "processing"),
        (session("complete", "pi_1", payment_status="paid"), "succeeded"),
        (session("complete", "pi_1"), "processing"),
    ],
)
def test_a_checkout_becomes_an_outcome(answer: dict[str, Any], kind: str) -> None:
    outcome = gateway._session_outcome(answer)
    assert outcome.kind == kind and outcome.checkout == "cs_1"
    assert outcome.amount == (12_000 if kind == "succeeded" else 0)


# Looking for what was never answered


def test_only_ones_own_payment_is_found(dana: Till) -> None:
    """Same payment id, another customer or company: not it."""
    payment = dana.pays(dana.person.invoice(), dana.saved)
    lost = replace(payment, intent="", state="starting")
    own, look = dana.person.account.payer(payment), dana.world.services.payments.look
    assert look(own, lost).kind == "succeeded"
    assert look(replace(own, customer="other"), lost).kind == "unknown"
    assert look(replace(own, tenant="other"), lost).kind == "unknown"
    assert look(own, replace(lost, id="other")).kind == "unknown"


@pytest.mark.parametrize("off", [timedelta(seconds=-50), timedelta(minutes=14)])
def test_clocks_that_differ_and_late_calls_do_not_hide_a_payment(dana: Till, off: timedelta) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    shifted = replace(payment, intent="", created_at=payment.created_at - off, called_at=payment.called_at - off)
    assert dana.world.services.payments.look(dana.person.account.payer(payment), shifted).kind == "succeeded"


def test_where_there_is_too_much_to_look_through_nothing_is_decided() -> None:
    endless = {"data": [{"id": "cs_x", "metadata": {}}], "has_more": True, "object": "list"}
    with pytest.raises(Unavailable):
        answering(200, endless).look(PAYER, a_payment())


# What we say


def test_a_key_stands_for_one_step_of_one_payment_of_one_customer(dana: Till) -> None:
    keys: list[str] = []
    http: Any = dana.world.services.payments._http_client
    answer = http._answer

    def noting(request: Any) -> Any:
        if request.method == "POST":
            keys.append(request.headers.get("idempotency-key", ""))
        return answer(request)

    http._answer = noting
    first = dana.pays(dana.person.invoice(), dana.saved)
    second = dana.pays(dana.person.invoice(), NEW)
    http._answer = answer
    tenant, person = dana.company.store.tenant, dana.person.id
    assert keys == [f"{tenant}.{person}.{first.id}.charge", f"{tenant}.{person}.{second.id}.checkout"]
    assert all(len(key) <= 255 for key in keys)


def test_every_call_names_the_connected_account(dana: Till) -> None:
    accounts: set[str] = set()
    http: Any = dana.world.services.payments._http_client
    answer = http._answer
    http._answer = lambda request: accounts.add(request.headers.get("stripe-account", "")) or answer(request)
    dana.pays(dana.person.invoice(), dana.saved)
    canceled = dana.pays(dana.person.invoice(), NEW)
    dana.cancels(canceled)
    http._answer = answer
    assert accounts == {dana.company.company.stripe_account}


def test_an_unanswered_call_is_sent_once_more_under_the_same_key(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice()
    dana.world.stripe.faults.timeout_after()
    wire.calls.clear()
    assert dana.pays(invoice, dana.saved).state == "succeeded"
    assert len(wire.of("stripe POST /v1/payment_intents")) == 2
    assert len(dana.charges()) == 1


def test_long_names_fit_on_checkout(dana: Till) -> None:
    payer, payment = dana.person.account.payer, a_payment(account=dana.company.company.stripe_account)
    payment = replace(payment, created_at=dana.clock(), called_at=dana.clock())
    expires = dana.clock() + rules.CHECKOUT_LIFE
    opened = dana.world.services.payments.open_checkout(
        payer(payment), payment, "https://x.example", "https://x.example", "Ünï " * 500, expires
    )
    assert opened.kind == "open"


# Webhooks


def test_any_of_our_secrets_will_do_and_no_other() -> None:
    body = b'{"id": "evt_1", "type": "x.y", "created": 1, "data": {"object": {}}}'
    now = datetime.now(UTC)
    two = StripeGateway("sk_test_x", ("whsec_platform", "whsec_connect"), "")
    for secret in ("whsec_platform", "whsec_connect"):
        assert two.read_event(body, sign(body, secret, now)).id == "evt_1"
    for secret in ("whsec_other", ""):
        with pytest.raises(Forged):
            two.read_event(body, sign(body, secret, now))
    with pytest.raises(Forged):
        StripeGateway("sk_test_x", (), "").read_event(body, sign(body, "", now))
