"""Anything may go wrong between any two steps. Every call of the two ways to pay, to DynamoDB, the queue and Stripe,
goes wrong once in every way there is, and the books must balance all the same: charged once or not at all, and what
was charged is posted, without anybody's help but the sweep's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest

import app as wiring
from chalicelib.billing.rules import Invoice
from tests.billing.till import NEW, THOROUGH, Till, check_books, quietly, receipts
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting


def by_saved_card(till: Till, invoice: Invoice, attempt: str) -> None:
    """Pay, and look at the page that follows."""
    till.pays(invoice, till.saved, attempt=attempt)
    till.comes_back(attempt)


def by_checkout(till: Till, invoice: Invoice, attempt: str) -> None:
    """Be sent to Checkout, pay there, and come back."""
    payment = till.pays(invoice, NEW, attempt=attempt)
    if payment.next_url:
        till.world.stripe.pay(payment.next_url)
    till.comes_back(attempt)


WAYS = {"saved card": by_saved_card, "checkout": by_checkout}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_call_goes_wrong_the_books_balance(way: str, dana: Till, wire: Wire) -> None:
    pays, tried = WAYS[way], 0
    with forgetting(dana.world):
        pays(dana, dana.person.invoice(100), dana.attempt())
        whole = list(wire.calls)
        check_books(dana.person)
    assert len(whole) >= 8 and any(call.what.startswith("stripe POST") for call in whole)

    for number, call in enumerate(whole):
        for fault in _faults(call):
            for sent_again in (False, True) if THOROUGH else (tried % 2 == 0,):
                with forgetting(dana.world):
                    _one_run(dana, wire, pays, number, fault, sent_again)
                tried += 1
    print(f"{way}: {len(whole)} calls, {tried} faults")


def _faults(call: Call) -> tuple[Fault, ...]:
    """Those worth trying each time; all of them when asked to be thorough."""
    if THOROUGH or call.what.startswith("stripe"):
        return FAULTS
    if call.what in ("dynamodb BatchGetItem", "dynamodb Query"):
        return ("throttled", "killed before")
    return ("lost after", "killed before", "killed after")


_amounts = count(1_000)


def _one_run(
    dana: Till, wire: Wire, pays: Callable[[Till, Invoice, str], None], number: int, fault: Fault, sent_again: bool
) -> None:
    invoice, attempt = dana.person.invoice(next(_amounts)), dana.attempt()
    wire.calls.clear()
    wire.fails(number, fault)
    with suppress(Killed):
        quietly(pays, dana, invoice, attempt)
    wire.heal()
    if sent_again:
        dana.clock.forward(seconds=31)
        quietly(pays, dana, invoice, attempt)
    if number % 2:
        assert set(dana.webhooks(wiring.app)) <= {200}
    else:
        dana.world.stripe.pending_webhooks()  # all of them lost
    for _ in range(8):
        if not dana.invoice(invoice).in_flight:
            break
        dana.clock.forward(minutes=16)
        dana.sweep()
    now, why = dana.invoice(invoice), (number, fault, sent_again)
    assert not now.in_flight, why
    assert now.paid in (0, now.total), why
    charged = [charge for charge in dana.charges() if charge["amount"] == now.total]
    assert len(charged) == (now.paid == now.total), why
    assert [row["amount"] for row in dana.person.ledger()] == [now.total] * len(charged), why
    assert len(receipts(dana.person)) == len(charged), why
    if sent_again:
        # Nobody is kept from paying: done, or free to try again.
        assert now.paid or now.payable == now.total, why


# Two at once, one call of the one after the other


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
    """The other comes in before this call of the one, of those that write or ask Stripe. Whether the one makes so
    many."""
    with forgetting(dana.world):
        invoice, attempt, charged_before = dana.person.invoice(1_000), dana.attempt(), len(dana.charges())
        dana.world.stripe.pending_webhooks()
        if one in ("back", "sweep"):
            dana.world.stripe.pay(dana.pays(invoice, NEW, attempt=attempt).next_url)
        wire.calls.clear()
        came: list[int] = []

        met: list[Call] = []

        def come_in(here: int, call: Call) -> None:
            # What comes in between two reads is tried when asked to be thorough.
            if THOROUGH or not call.what.endswith(("BatchGetItem", "Query", "SendMessage")):
                met.append(call)
            if len(met) > number and not came:
                came.append(here)
                wire.heal()
                # Slower than any process is, and still sooner than anybody gives a payment up.
                dana.clock.forward(minutes=3)
                with suppress(AssertionError):  # there is no payment to cancel yet
                    quietly(OTHERS[other], dana, invoice, attempt)

        wire.plan = come_in
        quietly(ONES[one], dana, invoice, attempt)
        wire.heal()
        for minutes in (3, 16, 36):
            dana.clock.forward(minutes=minutes)
            dana.sweep()
        why = f"{other} before call {number} of {one}"
        assert not dana.invoice(invoice).in_flight, why
        assert not dana.person.now.sums.credit, f"{why}: more was taken than was owed"
        assert one == "checkout" or dana.invoice(invoice).due == 0 or other == "a cancellation" or "new" in other, why
        check_books(dana.person, charged_before=charged_before)
        return bool(came)
