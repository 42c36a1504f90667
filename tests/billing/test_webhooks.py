"""Stripe's events: verified, filed once, and never believed; they only say where to look."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

import app as wiring
from sandbox.stripe.cards import BANKS, CARDS
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
    # What is on file is mirrored each time it is heard of: that moves no money.
    post: Post = [one for one in dana.world.stripe.pending_webhooks() if b'"payment": "' in one[1]]
    assert len(post) >= 3
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


@pytest.mark.parametrize("name", ["id", "type", "account"])
@pytest.mark.parametrize("value", [7, None, ["x"], {"x": 1}, True, "", "x" * 3_000, "é" * 200, "\ud83d"])
def test_a_signed_event_of_odd_names_is_answered_and_ignored(dana: Till, name: str, value: Any) -> None:
    payment = paid_on_checkout(dana)
    assert arrives({**an_event(dana, payment), name: value}) == 200
    assert dana.payment(payment).state == "starting"


@pytest.mark.parametrize("value", [7, None, ["x"], {"x": 1}, "x" * 3_000, "é" * 500, "\ud83d"])
@pytest.mark.parametrize("name", ["tenant", "customer", "payment"])
@pytest.mark.parametrize("type", ["payment_intent.succeeded", "charge.dispute.created", "payment_method.updated"])
def test_odd_names_in_a_things_metadata_are_none_of_ours(dana: Till, type: str, name: str, value: Any) -> None:
    payment = paid_on_checkout(dana)
    event = an_event(dana, payment, type=type)
    event["data"]["object"]["metadata"][name] = value
    assert arrives(event) == 200
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
    assert arrives(event) == 424
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


# Money that goes back


def money_back_event(till: Till, payment: Any, type: str, **thing: Any) -> dict[str, Any]:
    """As Stripe sends it for what was not made by us: without our names."""
    intent = till.payment(payment).intent
    about = {"id": "x_1", "object": "refund", "metadata": {}, "payment_intent": intent, **thing}
    return an_event(till, payment, type=type, id=f"evt_{type}", data={"object": about})


HEARD = [
    "refund.created", "refund.updated", "refund.failed", "charge.refunded", "charge.refund.updated",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
]  # fmt: skip


@pytest.mark.parametrize("type", HEARD)
def test_any_event_about_money_that_went_back_makes_us_look(dana: Till, type: str) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    dana.refunded_at_stripe(payment, 4_000)
    for _ in range(2):
        assert arrives(money_back_event(dana, payment, type)) == 200
    assert dana.invoice(invoice).due == 4_000 and len(dana.person.ledger()) == 2
    check_books(dana.person)


@pytest.mark.parametrize(
    "type",
    ["payout.paid", "charge.succeeded", "charge.expired", "invoice.paid", "refunds", "", "x" * 300,
     "charge.captured", "application_fee.refunded", "radar.early_fraud_warning.created"],
)  # fmt: skip
def test_what_we_do_not_hear_is_answered_and_asks_nobody(dana: Till, wire: Wire, type: str) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    event = money_back_event(dana, payment, type)
    wire.calls.clear()
    assert arrives(event) == 200
    assert not wire.of("stripe") and not wire.of("dynamodb PutItem")


@pytest.mark.parametrize("intent", ["pi_unknown", "", None, 5, {"id": "pi_1"}])
def test_a_dispute_of_a_payment_that_is_none_of_ours_is_answered(dana: Till, intent: Any) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    event = money_back_event(dana, payment, "charge.dispute.created", object="dispute", payment_intent=intent)
    assert arrives(event) == 200
    assert dana.payment(payment).backs == ()


def test_a_payment_that_the_company_took_by_itself_at_stripe_is_none_of_ours(dana: Till) -> None:
    client, account = dana.world.stripe.client(), {"stripe_account": dana.company.company.stripe_account}
    wanted: Any = {"amount": 700, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
                   "allowed_payment_method_types": ["card"]}  # fmt: skip
    made = client.v1.payment_intents.create(wanted, account)  # type: ignore[arg-type]
    client.v1.refunds.create({"payment_intent": made.id}, account)  # type: ignore[arg-type]
    assert set(dana.webhooks(wiring.app)) == {200}
    assert dana.payments == [] and dana.person.ledger() == []


def test_another_account_can_not_speak_for_a_payment_that_went_back(dana: Till, bluewave: Company) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    dana.refunded_at_stripe(payment, 4_000)
    dana.world.stripe.pending_webhooks()
    names = {"tenant": dana.company.store.tenant, "customer": dana.person.id, "payment": payment.id}
    for account in (bluewave.company.stripe_account, "acct_unknown"):
        for metadata in ({}, names):
            event = money_back_event(dana, payment, "refund.created", metadata=metadata)
            assert arrives({**event, "account": account, "id": f"evt_{account}{len(metadata)}"}) == 200
    assert dana.payment(payment).backs == ()


def test_when_stripe_does_not_say_whose_dispute_it_is_it_is_asked_to_deliver_again(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, dana.saved)
    dana.disputes(payment)
    event = money_back_event(dana, payment, "charge.dispute.created", object="dispute")
    for down in ("stripe GET /v1/payment_intents", "stripe GET /v1/disputes", "stripe GET /v1/refunds"):
        wire.down(down)
        assert arrives(event) == 424
        wire.heal()
    assert dana.invoice(invoice).due == 0
    assert arrives(event) == 200
    assert dana.invoice(invoice).due == 12_000
    check_books(dana.person)


def test_in_any_order_what_went_back_comes_to_the_same(dana: Till) -> None:
    """Paid, a part refunded, disputed and won: all its events, in many orders, each twice."""
    for turn, order in enumerate(list(permutations(range(5)))[::23]):
        invoice = dana.person.invoice(3_000 + turn)
        payment = dana.pays(invoice, dana.saved)
        dana.refunded_at_stripe(payment, 1_000)
        dana.world.stripe.close_dispute(dana.disputes(payment), "won")
        post: Post = dana.world.stripe.pending_webhooks()
        for place in [*order, *range(5, len(post)), *range(len(post))]:
            _, body, signature = post[place]
            assert deliver_webhook(wiring.app, body, signature) == 200
        ends = {(one.kind, one.state) for one in dana.payment(payment).backs}
        assert ends == {("refund", "done"), ("dispute", "undone")}
        assert dana.invoice(invoice).due == 1_000
    check_books(dana.person)


# What is written into the log


def test_nothing_of_a_card_or_bank_number_is_ever_logged(dana: Till, caplog: pytest.LogCaptureFixture) -> None:
    """The whole of it at its most talkative: paid, declined, checked, debited, returned, refunded, disputed."""
    caplog.set_level(logging.DEBUG)
    for card in CARDS:
        payment = dana.pays(dana.person.invoice(1_000), NEW)
        dana.world.stripe.pay(payment.next_url, card)
        dana.comes_back(payment)
        dana.webhooks(wiring.app)
    for bank in BANKS:
        dana.at_checkout(dana.pays(dana.person.invoice(2_000), NEW), bank=bank)
    dana.gets_back(dana.pays(dana.person.invoice(3_000), dana.saved), 1_000)
    dana.disputes(dana.pays(dana.person.invoice(4_000), dana.saved))
    dana.time_passes(hours=24 * 9)
    dana.webhooks(wiring.app)
    said = "\n".join(f"{one.getMessage()} {one.exc_text or ''} {one.args}" for one in caplog.records)
    assert len(caplog.records) > 100 and "payment" in said
    for number in [*CARDS, *BANKS]:
        assert number not in said
