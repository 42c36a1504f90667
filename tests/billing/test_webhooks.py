"""Stripe's events: verified, filed once, and never believed; they only say where to look."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

import app as wiring
from sandbox.stripe.webhooks import sign
from sandbox.world import WEBHOOK_SECRET
from tests.billing.till import NEW, Till, check_books, receipts
from tests.billing.wire import Killed, Wire
from tests.browser import call, deliver_webhook
from tests.builders import Company

Post = list[tuple[str, bytes, str]]


def paid_on_checkout(till: Till) -> Any:
    payment = till.pays(till.person.invoice(), NEW)
    till.world.stripe.pay(payment.next_url)
    return payment


def signed(event: dict[str, Any] | bytes, secret: str = WEBHOOK_SECRET, age: int = 0) -> tuple[bytes, str]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return body, sign(body, secret, datetime.fromtimestamp(time.time() - age, UTC))


def an_event(till: Till, payment: Any, **values: Any) -> dict[str, Any]:
    metadata = {"tenant": till.company.store.tenant, "customer": till.person.id, "payment": payment.id}
    return {
        "id": "evt_test", "object": "event", "type": "payment_intent.succeeded", "created": int(time.time()),
        "account": till.company.company.stripe_account,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": metadata}}, **values,
    }  # fmt: skip


def arrives(event: dict[str, Any] | bytes, **how: Any) -> int:
    return deliver_webhook(wiring.app, *signed(event, **how))


def test_a_customer_who_never_came_back_is_settled_by_the_webhook(dana: Till) -> None:
    payment = paid_on_checkout(dana)
    assert set(dana.webhooks(wiring.app)) == {200}
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_delivered_twice_and_again_it_counts_once(dana: Till) -> None:
    payment = paid_on_checkout(dana)
    post: Post = dana.world.stripe.pending_webhooks()
    for _, body, signature in post * 3:
        assert deliver_webhook(wiring.app, body, signature) == 200
    assert dana.payment(payment).state == "succeeded"
    assert len(receipts(dana.person)) == 1
    check_books(dana.person)


def test_an_event_that_is_done_is_not_looked_into_again(dana: Till, wire: Wire) -> None:
    paid_on_checkout(dana)
    post: Post = dana.world.stripe.pending_webhooks()
    for _, body, signature in post:
        deliver_webhook(wiring.app, body, signature)
    wire.calls.clear()
    for _, body, signature in post:
        deliver_webhook(wiring.app, body, signature)
    assert not wire.of("stripe") and not wire.of("dynamodb TransactWriteItems")


def test_in_any_order_the_end_is_the_same(dana: Till) -> None:
    """A declined try, then a paid one: six or so events, delivered in many orders, each to a payment of its own."""
    orders = list(permutations(range(5)))[::17]
    for order in orders:
        payment = dana.pays(dana.person.invoice(), NEW)
        dana.world.stripe.pay(payment.next_url, "4000000000000002")
        dana.world.stripe.pay(payment.next_url)
        post: Post = dana.world.stripe.pending_webhooks()
        assert len(post) >= 5
        for place in [*order, *range(5, len(post))]:
            _, body, signature = post[place]
            assert deliver_webhook(wiring.app, body, signature) == 200
        assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_an_event_that_lies_about_its_payment_is_not_believed(dana: Till) -> None:
    """Signed, but the payment is still open at Stripe: what Stripe says when asked counts."""
    payment = dana.pays(dana.person.invoice(), NEW)
    assert arrives(an_event(dana, payment)) == 200
    assert dana.payment(payment).state == "starting"


# What is not Stripe's


@pytest.mark.parametrize(
    "signature", ["", "t=1,v1=abc", "nonsense", "t=,v1=", "t=abc,v1=0", "v1=" + "a" * 64, "t" * 9000, "t=1,v1=é"]
)
def test_unsigned_is_refused(dana: Till, signature: str) -> None:
    payment = paid_on_checkout(dana)
    body = json.dumps(an_event(dana, payment)).encode()
    assert deliver_webhook(wiring.app, body, signature) == 400
    assert dana.payment(payment).state == "starting"


def test_signed_with_another_secret_is_refused(dana: Till) -> None:
    assert arrives(an_event(dana, paid_on_checkout(dana)), secret="whsec_other") == 400


@pytest.mark.parametrize("age", [301, 86_400, -3_000])
def test_stale_is_refused(dana: Till, age: int) -> None:
    payment = paid_on_checkout(dana)
    answered = arrives(an_event(dana, payment), age=age)
    assert answered == (400 if age > 0 else answered)
    assert age < 0 or dana.payment(payment).state == "starting"


def test_changed_on_the_way_is_refused(dana: Till) -> None:
    body, signature = signed(an_event(dana, paid_on_checkout(dana)))
    assert deliver_webhook(wiring.app, body.replace(b"succeeded", b"canceled "), signature) == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"{}", b"\xff\xfe", b'{"id": 1}', b"x" * 100_000])
def test_garbage_is_refused_and_never_our_mistake(dana: Till, body: bytes) -> None:
    text = body.decode("latin-1")
    _, signature = signed(text.encode())
    answer = deliver_webhook(wiring.app, text.encode(), signature)
    assert answer in (200, 400)
    assert deliver_webhook(wiring.app, text.encode(), "t=1,v1=0") == 400


@pytest.mark.parametrize(
    "change",
    [
        {"type": "customer.created"},
        {"data": {"object": {"id": "pi_1"}}},
        {"data": {"object": {"id": "pi_1", "metadata": None}}},
        {"data": {"object": {"id": "pi_1", "metadata": {"payment": "x"}}}},
        {"type": "account.updated", "data": {"object": {"id": "acct"}}},
    ],
)
def test_what_is_not_about_a_payment_of_ours_is_answered_and_ignored(dana: Till, change: dict[str, Any]) -> None:
    payment = paid_on_checkout(dana)
    assert arrives({**an_event(dana, payment), **change}) == 200
    assert dana.payment(payment).state == "starting"


def test_a_content_type_with_a_charset_is_taken(dana: Till) -> None:
    body, signature = signed(an_event(dana, paid_on_checkout(dana)))
    headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": signature}
    answer = call(wiring.app, "POST", "/stripe/webhooks", {}, headers, body.decode(), "198.51.100.1")
    assert answer["statusCode"] == 200


# Whose it is


def test_an_event_of_another_companys_account_changes_nothing(dana: Till, bluewave: Company) -> None:
    """Bluewave names Evergreen's payment in its own metadata: its account may not speak for Evergreen."""
    payment = paid_on_checkout(dana)
    for account in (bluewave.company.stripe_account, "acct_unknown", "", None):
        assert arrives(an_event(dana, payment, account=account, id=f"evt_{account}")) == 200
    assert dana.payment(payment).state == "starting"


@pytest.mark.parametrize("payment_id", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "#", "x" * 3_000, "\x00", "invoice#1"])
def test_an_event_about_an_unknown_payment_is_answered(dana: Till, payment_id: str) -> None:
    event = an_event(dana, paid_on_checkout(dana))
    event["data"]["object"]["metadata"]["payment"] = payment_id
    assert arrives(event) == 200


def test_an_event_about_an_unknown_customer_is_answered(dana: Till) -> None:
    event = an_event(dana, paid_on_checkout(dana))
    event["data"]["object"]["metadata"]["customer"] = "somebody#else"
    assert arrives(event) == 200


# Something goes wrong meanwhile


def test_when_stripe_does_not_answer_it_is_asked_to_deliver_again(dana: Till, wire: Wire) -> None:
    payment = paid_on_checkout(dana)
    event = an_event(dana, payment)
    wire.down("stripe")
    assert arrives(event) == 503
    wire.heal()
    assert dana.payment(payment).state == "starting"
    assert arrives(event) == 200
    assert dana.payment(payment).state == "succeeded"


@pytest.mark.parametrize("what", ["dynamodb", "dynamodb PutItem", "dynamodb TransactWriteItems", "dynamodb UpdateItem"])
def test_when_the_store_does_not_answer_it_is_asked_to_deliver_again(dana: Till, wire: Wire, what: str) -> None:
    payment = paid_on_checkout(dana)
    event = an_event(dana, payment)
    wire.down(what, "throttled")
    assert arrives(event) == 503
    wire.heal()
    assert arrives(event) == 200
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_a_delivery_that_died_after_filing_the_event_acts_again(dana: Till, wire: Wire) -> None:
    payment = paid_on_checkout(dana)
    event = an_event(dana, payment)
    wire.down("stripe", "killed before")
    with pytest.raises(Killed):
        arrives(event)
    wire.heal()
    assert arrives(event) == 200
    assert dana.payment(payment).state == "succeeded"


def test_money_for_a_payment_that_was_given_up_raises_the_alarm(dana: Till, caplog: pytest.LogCaptureFixture) -> None:
    """Must not happen; if it does, a person has to know."""
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    dana.cancels(payment)
    assert arrives(an_event(dana, payment)) == 200
    assert [record.levelname for record in caplog.records if "Stripe has charged it" in record.message] == ["ERROR"]
    assert dana.payment(payment).state == "canceled", "a final state is never left"
