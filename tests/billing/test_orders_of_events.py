"""Stripe's events come in any order, twice, and sixteen at once: a payment comes to the same end, with one receipt or
one message that it failed, and the books are right."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

import app as wiring
from chalicelib.billing.actions import webhooks
from tests.billing.till import ASKS_THE_BANK, BANK, NEW, RETURNING_BANK, THOROUGH, Till, check_books, outbox, receipts
from tests.billing.wire import Call, Wire, forgetting
from tests.browser import deliver_webhook

ASKS_ON_CHECKOUT = "4000002760003184"
# An event as it is delivered: its body and its signature.
Event = tuple[bytes, str]
# How a story ends: the payment's state, what the invoice still owes, and what became of money that went back.
End = tuple[str, int, list[str]]


def a_card_that_asks_the_bank(till: Till, wire: Wire) -> End:
    """On Checkout, and the customer never comes back."""
    payment = till.pays(till.person.invoice(1_000), NEW)
    bank = till.world.stripe.pay(payment.next_url, ASKS_ON_CHECKOUT)
    till.world.stripe.browse(bank.location, {"answer": "complete"})
    return "succeeded", 0, []


def a_saved_card_whose_answer_was_lost(till: Till, wire: Wire) -> End:
    wire.down("stripe POST", "lost after")
    till.pays(till.person.invoice(1_000), till.saved)
    wire.heal()
    return "succeeded", 0, []


def a_bank_debit(till: Till, wire: Wire) -> End:
    _debit(till, BANK)
    return "succeeded", 0, []


def a_bank_debit_that_comes_back(till: Till, wire: Wire) -> End:
    _debit(till, RETURNING_BANK)
    return "failed", 1_000, []


def a_check_at_the_bank_that_failed(till: Till, wire: Wire) -> End:
    """With a saved card, and the customer never comes back."""
    till.person = till.company.customer("Lee Park", email="lee@example.com", password=None, saved_card=ASKS_THE_BANK)
    payment = till.pays(till.person.invoice(1_000), till.saved)
    till.world.stripe.browse(payment.next_url, {"answer": "fail"})
    return "failed", 1_000, []


def a_refund_before_anybody_knew_of_the_payment(till: Till, wire: Wire) -> End:
    _paid_at_stripe(till)
    account = {"stripe_account": till.company.company.stripe_account}
    wanted = {"payment_intent": till.charges()[0]["payment_intent"], "amount": 400}
    till.world.stripe.client().v1.refunds.create(wanted, account)  # type: ignore[arg-type]
    return "succeeded", 400, ["done"]


def a_dispute_that_was_won(till: Till, wire: Wire) -> End:
    _paid_at_stripe(till)
    till.world.stripe.close_dispute(till.world.stripe.dispute(till.charges()[0]["id"]), "won")
    return "succeeded", 0, ["undone"]


def _debit(till: Till, bank: str) -> None:
    payment = till.pays(till.person.invoice(1_000), NEW)
    till.at_checkout(payment, bank=bank)
    till.comes_back(payment)
    till.clock.forward(days=7)
    till.world.stripe.advance()


def _paid_at_stripe(till: Till) -> None:
    till.at_checkout(till.pays(till.person.invoice(1_000), NEW))


Story = Callable[[Till, Wire], End]
# The story, and which of its events to put into every order: those that matter first.
STORIES: dict[Story, tuple[str, ...]] = {
    a_card_that_asks_the_bank: (
        "payment_intent.succeeded", "checkout.session.completed", "payment_intent.requires_action", "charge.succeeded",
        "payment_intent.created",
    ),
    a_saved_card_whose_answer_was_lost: ("payment_intent.succeeded", "charge.succeeded", "payment_intent.created"),
    a_bank_debit: (
        "payment_intent.succeeded", "checkout.session.async_payment_succeeded", "payment_intent.processing",
        "checkout.session.completed", "charge.succeeded",
    ),
    a_bank_debit_that_comes_back: (
        "payment_intent.payment_failed", "checkout.session.async_payment_failed", "payment_intent.processing",
        "checkout.session.completed", "charge.failed",
    ),
    a_check_at_the_bank_that_failed: (
        "payment_intent.payment_failed", "payment_intent.requires_action", "payment_intent.created",
    ),
    a_refund_before_anybody_knew_of_the_payment: (
        "charge.refunded", "refund.created", "payment_intent.succeeded", "checkout.session.completed",
        "charge.succeeded",
    ),
    a_dispute_that_was_won: (
        "charge.dispute.created", "charge.dispute.closed", "payment_intent.succeeded",
        "charge.dispute.funds_reinstated", "charge.dispute.funds_withdrawn",
    ),
}  # fmt: skip
# All five of this each time, four of the others' unless asked to be thorough.
WHOLE = (a_card_that_asks_the_bank,)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_in_any_order_and_each_twice_the_end_is_the_same(story: Story, dana: Till, wire: Wire) -> None:
    end = story(dana, wire)
    events = _events(dana, STORIES[story][: 5 if THOROUGH or story in WHOLE else 4])
    orders = _every_order(dana, events, [], end)
    assert orders == [0, 1, 2, 6, 24, 120][len(events)]
    print(f"{story.__name__}: {orders} orders of {len(events)} events")


def _events(till: Till, wanted: Sequence[str]) -> list[Event]:
    told = {json.loads(body)["type"]: (body, sign) for _, body, sign in till.world.stripe.pending_webhooks()}
    return [told[one] for one in wanted]


def _every_order(till: Till, left: list[Event], before: list[Event], end: End) -> int:
    """Deliver one of those that are left, twice, and then the others in every order. How many orders there were."""
    if not left:
        _came_to(till, before, end)
        return 1
    orders = 0
    for one in left:
        with forgetting(till.world):
            for body, signature in (one, one):
                webhooks.take(till.world.services, body, signature)
            orders += _every_order(till, [other for other in left if other is not one], [*before, one], end)
    return orders


def _came_to(till: Till, events: Sequence[Event], end: End) -> None:
    order = [json.loads(body)["type"] for body, _ in events]
    for body, signature in reversed(events):
        assert webhooks.take(till.world.services, body, signature) in ("repeated", "ignored"), order
    (payment,), (invoice,) = till.payments, till.invoices
    assert (payment.state, invoice.due, [one.state for one in payment.backs]) == end, order
    assert len(receipts(till.person)) == (end[0] == "succeeded"), order
    unseen = end[0] == "failed" and not payment.expected_on
    assert len(outbox(till.person, "failed-")) == unseen, order
    check_books(till.person)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_sixteen_at_once_are_one(story: Story, dana: Till, wire: Wire) -> None:
    """Each begins before the same call of the one before it, and they end the other way round."""
    end = story(dana, wire)
    events = _events(dana, STORIES[story])
    number = 0
    while _sixteen(dana, wire, events, number, end):
        number += 1 if THOROUGH else 3
    assert number >= 6


def _sixteen(till: Till, wire: Wire, events: Sequence[Event], number: int, end: End) -> bool:
    """Whether the first makes so many calls."""
    with forgetting(till.world):
        started: list[list[Call]] = []

        def one_more() -> None:
            body, signature = events[len(started) % 2]
            mine: list[Call] = []
            started.append(mine)

            def plan(_: int, call: Call) -> None:
                mine.append(call)
                if len(mine) == number + 1 and len(started) < 16:
                    one_more()
                    wire.plan = plan

            wire.plan = plan
            assert deliver_webhook(wiring.app, body, signature) in (200, 503)

        one_more()
        wire.heal()
        for body, signature in events:
            # What was answered with a 503 comes again.
            webhooks.take(till.world.services, body, signature)
        _came_to(till, events, end)
        return len(started[0]) > number
