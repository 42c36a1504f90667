"""What we say to Stripe and what we make of its answers."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.billing import gateway, rules
from chalicelib.billing.gateway import Forged, NewAccount, Payer, Refused, payments
from chalicelib.billing.gateway.shapes import REFUSED
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.billing.rules import Allocation, Back, Method, Payment
from chalicelib.billing.rules.methods import BillingDetails
from chalicelib.errors import Unavailable
from sandbox.stripe.http import json_response
from sandbox.stripe.transport import InProcessClient
from sandbox.stripe.webhooks import sign
from sandbox.world import WEBHOOK_SECRET
from tests.billing.purse import Purse
from tests.billing.till import NEW, Till
from tests.billing.wire import Wire
from tests.builders import Company

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
    return {"id": "pi_1", "status": status, "amount_received": 0, "currency": "usd", "payment_method": None, **more}


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
    assert payments._intent_outcome(answer).kind == kind


def session(status: str, paid: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": "cs_1", "status": status, "payment_intent": paid, "payment_status": "unpaid", "amount_total": 12_000,
            "currency": "usd", "url": "https://checkout.example", **more}  # fmt: skip


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
    outcome = payments._session_outcome(answer)
    assert outcome.kind == kind and outcome.checkout == "cs_1"
    assert outcome.amount == (12_000 if kind == "succeeded" else 0)


def test_of_a_refusal_only_what_names_nobody_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    refusal = error("invalid_request_error", "email_invalid", param="customer_email")
    refusal["error"]["message"] = "Invalid email address: dana@example.com"
    for status in (400, 403):
        caplog.clear()
        stripe = answering(status, refusal)
        assert stripe.open_checkout(PAYER, a_payment(), "https://x", "https://x", "1", NOW).kind == "failed"
        for call in (
            lambda here=stripe: here.make_account(NewAccount("key", "tenant", "Dana", "dana@example.com", "US")),
            lambda here=stripe: here.onboarding_link("acct", "https://x"),
            lambda here=stripe: here.account("acct"),
            lambda here=stripe: here.activity("acct", "tenant", NOW),
        ):
            with pytest.raises(Unavailable):
                call()
        assert "@example.com" not in caplog.text
        assert caplog.text.count("email_invalid customer_email") == 5


def test_what_stripe_forbids_is_logged_with_its_word(caplog: pytest.LogCaptureFixture) -> None:
    """A 403 has its code in the body alone."""
    stripe = answering(403, error("invalid_request_error", "account_invalid"))
    charged = a_payment(intent="pi_1", state="succeeded")
    for call in (
        lambda: stripe.saved_methods("acct", "cus_1"),
        lambda: stripe.movements(PAYER, charged),
        lambda: stripe.refund(PAYER, charged, Back("back", "refund", 500, "starting", NOW)),
    ):
        caplog.clear()
        with suppress(Unavailable):
            call()
        assert "account_invalid" in caplog.text


@pytest.mark.parametrize(
    ("status", "kind", "code", "more", "reason"),
    [
        (400, "invalid_request_error", "charge_disputed", {}, "charge_disputed"),
        (402, "card_error", "card_declined", {}, "card_declined"),
        (402, "card_error", "lost_card", {"payment_intent": {"id": "pi_1", "status": "succeeded"}}, "lost_card"),
        (402, "card_error", "", {}, REFUSED),
    ],
)  # fmt: skip
def test_a_refund_that_stripe_refuses_is_one_that_failed(
    status: int, kind: str, code: str, more: dict[str, Any], reason: str
) -> None:
    stripe, back = answering(status, error(kind, code, **more)), Back("back", "refund", 500, "starting", NOW)
    found = stripe.refund(PAYER, a_payment(intent="pi_1", state="succeeded"), back)
    assert (found.id, found.kind, found.state, found.reason, found.ours) == ("", "refund", "failed", reason, "back")


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


# What is on file


def wallet_calls(stripe: StripeGateway) -> dict[str, Any]:
    """Every call about saved methods by its name."""
    card, bank = Method("pm_1", "Visa", "4242"), Method("pm_2", "Bank", "6789", kind="bank", state="failed", setup="si")
    return {
        "new customer": lambda: stripe.new_customer(PAYER, "Dana"),
        "saved": lambda: stripe.saved_methods("acct", "cus_1"),
        "owner": lambda: stripe.owner_of("acct", "cus_1"),
        "add": lambda: stripe.open_setup(PAYER, "card", "USD", "https://x", "https://x"),
        "default": lambda: stripe.set_default("acct", "cus_1", "pm_1"),
        "billing": lambda: stripe.billing_of("acct", "pm_1"),
        "update": lambda: stripe.update_method("acct", card, BillingDetails("Dana"), (4, 2028)),
        "remove": lambda: stripe.remove_method("acct", card),
        "forget": lambda: stripe.remove_method("acct", bank),
        "verify": lambda: stripe.verify_deposit("acct", "si_1", "SM11AA", ()),
    }


@pytest.mark.parametrize("status", [500, 429, 401, 403])
@pytest.mark.parametrize("call", wallet_calls(answering(200, {})))
def test_a_wallet_that_stripe_does_not_answer_for_is_unavailable(call: str, status: int) -> None:
    kind = "api_error" if status == 500 else "invalid_request_error"
    with pytest.raises(Unavailable):
        wallet_calls(answering(status, error(kind, "account_invalid")))[call]()


@pytest.mark.parametrize("call", ["new customer", "add", "default", "billing", "update", "verify"])
@pytest.mark.parametrize(("status", "kind"), [(400, "invalid_request_error"), (402, "card_error")])
def test_what_stripe_will_not_do_with_a_wallet_is_one_word(call: str, status: int, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        wallet_calls(answering(status, error(kind, "some_code")))[call]()
    assert (refused.value.code, refused.value.left) == ("some_code", None)


def test_what_can_not_be_shown_is_not_taken_for_nothing() -> None:
    """A customer whom Stripe does not know: an empty wallet would be a guess."""
    stripe = answering(404, error("invalid_request_error", "resource_missing"))
    with pytest.raises(Unavailable):
        stripe.saved_methods("acct", "cus_1")
    assert stripe.owner_of("acct", "cus_1") == ("", "")
    wallet_calls(stripe)["remove"]()


@pytest.mark.parametrize(
    ("code", "text", "left", "short"),
    [
        ("descriptor_code_mismatch", "You have 9 verification attempts remaining.", 9, "mismatch"),
        ("amounts_mismatch", "You have 1 verification attempt remaining.", 1, "mismatch"),
        ("amounts_mismatch", "no", None, "mismatch"),
        ("attempts_exceeded", "no", None, "attempts_exceeded"),
        ("timeout", "no", None, "timeout"),
    ],
)
def test_stripes_words_for_deposits_are_read(code: str, text: str, left: int | None, short: str) -> None:
    long = f"payment_method_microdeposit_verification_{code}"
    body = {"error": {"type": "invalid_request_error", "code": long, "message": text}}
    with pytest.raises(Refused) as refused:
        answering(400, body).verify_deposit("acct", "si_1", "SM11AA", ())
    assert (refused.value.code, refused.value.left) == (short, left)


def test_every_call_about_a_wallet_names_the_connected_account(evergreen: Company) -> None:
    purse = Purse(evergreen.customer(password=None))
    accounts: set[str] = set()
    http: Any = purse.world.services.payments._http_client
    answer = http._answer
    http._answer = lambda request: accounts.add(request.headers.get("stripe-account", "")) or answer(request)
    card, bank = purse.adds(), purse.types_bank()
    purse.changes(card)
    purse.prefers(card)
    purse.verifies(bank, "SM11AA")
    purse.removes(card)
    http._answer = answer
    assert accounts == {evergreen.company.stripe_account}


# Webhooks


@pytest.mark.parametrize(
    ("thing", "previous", "whose"),
    [
        ({"object": "customer", "id": "cus_1"}, {}, "cus_1"),
        ({"object": "payment_method", "customer": "cus_1"}, {}, "cus_1"),
        ({"object": "payment_method", "customer": None}, {"customer": "cus_1"}, "cus_1"),
        ({"object": "setup_intent", "customer": "cus_1"}, {}, "cus_1"),
        ({"object": "setup_intent", "customer": None}, {}, ""),
        ({"object": "charge", "customer": {"id": "cus_1"}}, {}, ""),
    ],
)
def test_an_event_says_whose_wallet_it_is_about(thing: dict[str, Any], previous: dict[str, Any], whose: str) -> None:
    data = {"object": thing, "previous_attributes": previous}
    body = json.dumps({"id": "evt_1", "type": "x.y", "created": 1, "data": data}).encode()
    stripe = StripeGateway("sk_test_x", (WEBHOOK_SECRET,), "")
    assert stripe.read_event(body, sign(body, WEBHOOK_SECRET, datetime.now(UTC))).stripe_customer == whose


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
