"""Two at once, one call of the one after the other: whoever comes in between any two calls, the books balance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

import app as wiring
from chalicelib.billing.rules import Invoice, Payment
from tests.billing.till import NEW, THOROUGH, Till, check_books, quietly
from tests.billing.wire import Call, Wire, forgetting
from tests.browser import deliver_webhook

# Paying


def by_saved_card(till: Till, invoice: Invoice, attempt: str) -> None:
    """Pay, and look at the page that follows."""
    till.pays(invoice, till.saved, attempt=attempt)
    till.comes_back(attempt)


def by_checkout(till: Till, invoice: Invoice, attempt: str) -> None:
    """Be sent to Checkout, pay there, and come back."""
    till.at_checkout(till.pays(invoice, NEW, attempt=attempt))
    till.comes_back(attempt)


def on_checkout_and_back(till: Till, invoice: Invoice, attempt: str) -> None:
    """The page is opened when it was paid on Checkout, and nobody knows yet."""
    till.comes_back(attempt)


def left_to_the_sweep(till: Till, invoice: Invoice, attempt: str) -> None:
    till.clock.forward(minutes=3)
    till.sweep()


ONES = {"saved card": by_saved_card, "checkout": by_checkout, "back": on_checkout_and_back, "sweep": left_to_the_sweep}
OTHERS: dict[str, Callable[[Till, Invoice, str], object]] = {
    "the same form": lambda till, invoice, attempt: till.pays(invoice, till.saved, attempt=attempt),
    "another form": lambda till, invoice, attempt: till.pays(invoice, till.saved),
    "a part of another invoice": lambda till, invoice, attempt: till.pays(
        till.person.invoice(900), till.saved, amount=600
    ),
    "another form for a new card": lambda till, invoice, attempt: till.pays(invoice, NEW),
    "the page": lambda till, invoice, attempt: till.comes_back(attempt),
    "a cancellation": lambda till, invoice, attempt: till.cancels(till.payment(attempt)),
    "the sweep": lambda till, invoice, attempt: till.sweep(),
    "webhooks": lambda till, invoice, attempt: till.webhooks(wiring.app),
}


@pytest.mark.parametrize("one", ONES)
def test_whoever_comes_in_between_two_calls_the_books_balance(one: str, dana: Till, wire: Wire) -> None:
    tried = 0
    for other in OTHERS:
        number = 0
        while _two_at_once(dana, wire, one, other, number):
            number, tried = number + 1, tried + 1
    assert tried >= 14
    print(f"{one}: {tried} interleavings")


def _two_at_once(dana: Till, wire: Wire, one: str, other: str, number: int) -> bool:
    """The other comes in before this call of the one. Whether the one makes so many."""
    with forgetting(dana.world):
        invoice, attempt = dana.person.invoice(1_000), dana.attempt()
        if one in ("back", "sweep"):
            dana.at_checkout(dana.pays(invoice, NEW, attempt=attempt))

        def comes_in() -> None:
            # Slower than any process is, and still sooner than anybody gives a payment up.
            dana.clock.forward(minutes=3)
            with suppress(AssertionError):  # there is no payment to cancel yet
                quietly(OTHERS[other], dana, invoice, attempt)

        came = _in_between(wire, number, lambda: ONES[one](dana, invoice, attempt), comes_in)
        for minutes in (3, 16, 36):
            dana.clock.forward(minutes=minutes)
            dana.sweep()
        why = f"{other} before call {number} of {one}"
        assert not dana.invoice(invoice).in_flight, why
        assert not dana.person.now.sums.credit, f"{why}: more was taken than was owed"
        assert one == "checkout" or dana.invoice(invoice).due == 0 or other == "a cancellation" or "new" in other, why
        check_books(dana.person)
        return came


def _in_between(wire: Wire, number: int, one: Callable[[], object], other: Callable[[], object]) -> bool:
    """The one, with the other before its call of this number, of those that write or ask Stripe. Whether it makes so
    many."""
    met: list[Call] = []
    came: list[Call] = []

    def come_in(_: int, call: Call) -> None:
        # What comes in between two reads is tried when asked to be thorough.
        if THOROUGH or not call.what.endswith(("BatchGetItem", "Query", "SendMessage")):
            met.append(call)
        if len(met) > number and not came:
            came.append(call)
            wire.heal()
            other()

    wire.plan = come_in
    quietly(one)
    wire.heal()
    return bool(came)


# Money back, of an invoice of 1,000 that was paid by card; each is meant once, whoever asks for it how often


def the_refund(till: Till, payment: Payment) -> None:
    till.gets_back(payment, 600, payment.id[:-1] + "0")


def another_refund(till: Till, payment: Payment) -> None:
    till.gets_back(payment, 600)


def the_void(till: Till, payment: Payment) -> None:
    till.void(till.invoices[0])


def what_stripe_says(till: Till, payment: Payment) -> None:
    """The latest of it; the others come later."""
    for _, body, signature in till.world.stripe.pending_webhooks()[-1:]:
        deliver_webhook(wiring.app, body, signature)


def a_refund_at_stripe(till: Till, payment: Payment) -> None:
    """Nobody here has heard of it."""
    till.refunded_at_stripe(payment, 300)
    what_stripe_says(till, payment)


def a_dispute(till: Till, payment: Payment) -> None:
    if not till.charges()[-1]["disputed"]:
        till.disputes(payment)
    what_stripe_says(till, payment)


def credit_is_spent(till: Till, payment: Payment) -> None:
    """Whatever there is of it, on a part of another invoice."""
    invoice = till.person.invoice(1_000)
    till.orders([(invoice.id, 700)], till.saved, credit=min(700, max(0, till.person.now.sums.credit)))


BACK = (the_refund, the_void, a_refund_at_stripe, a_dispute)
MEANWHILE = (the_refund, another_refund, the_void, what_stripe_says, a_dispute, credit_is_spent)


@pytest.mark.parametrize("one", BACK, ids=lambda one: one.__name__)
def test_whoever_comes_in_while_money_goes_back_the_books_balance(
    one: Callable[[Till, Payment], None], dana: Till, wire: Wire
) -> None:
    payment = dana.pays(dana.person.invoice(1_000), dana.saved)
    dana.world.stripe.pending_webhooks()
    tried = 0
    for other in MEANWHILE:
        number, came = 0, True
        while came:
            with forgetting(dana.world):
                came = _in_between(
                    wire, number, lambda: one(dana, payment), lambda other=other: quietly(other, dana, payment)
                )
                for minutes in (3, 61, 61):
                    dana.clock.forward(minutes=minutes)
                    dana.sweep()
                dana.webhooks(wiring.app)
                why = f"{other.__name__} before call {number} of {one.__name__}"
                assert dana.quiet, why
                try:
                    check_books(dana.person)
                except AssertionError as wrong:
                    raise AssertionError(why) from wrong
            number, tried = number + 1, tried + came
    assert tried >= 6
    print(f"{one.__name__}: {tried} interleavings")
