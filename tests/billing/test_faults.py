"""Anything may go wrong between any two steps. Every call of the two ways to pay, to DynamoDB, the queue and Stripe,
goes wrong once in every way there is, and the books must balance all the same: charged once or not at all, and what
was charged is posted, without anybody's help but the sweep's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

import app as wiring
from chalicelib.billing.rules import Payment
from tests.billing.till import NEW, Till, check_books, quietly
from tests.billing.wire import FAULTS, Fault, Killed, Wire, forgetting
from tests.builders import Company, Person


def by_saved_card(till: Till, invoice: object, attempt: str) -> None:
    """Pay, and look at the page that follows."""
    till.pays(invoice, till.saved, attempt=attempt)  # type: ignore[arg-type]
    till.comes_back(attempt)


def by_checkout(till: Till, invoice: object, attempt: str) -> None:
    """Be sent to Checkout, pay there, and come back."""
    payment: Payment = till.pays(invoice, NEW, attempt=attempt)  # type: ignore[arg-type]
    if payment.next_url:
        till.world.stripe.pay(payment.next_url)
    till.comes_back(attempt)


WAYS = {"saved card": by_saved_card, "checkout": by_checkout}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_call_goes_wrong_the_books_balance(way: str, evergreen: Company, dana: Till, wire: Wire) -> None:
    pays, tried = WAYS[way], 0
    invoice = dana.person.invoice(100)
    wire.calls.clear()
    pays(dana, invoice, dana.attempt())
    whole = [call.what for call in wire.calls]
    assert len(whole) >= 8 and any(what.startswith("stripe POST") for what in whole)

    for number in range(len(whole)):
        for fault in FAULTS:
            for then in ("it is left alone", "the form is sent again"):
                with forgetting(dana.world):
                    _one_run(dana, wire, pays, number, fault, then)
                tried += 1
    print(f"{way}: {len(whole)} calls, {tried} faults")


_amounts = count(1_000)


def _one_run(
    dana: Till, wire: Wire, pays: Callable[[Till, object, str], None], number: int, fault: Fault, then: str
) -> None:
    invoice, attempt = dana.person.invoice(next(_amounts)), dana.attempt()
    wire.calls.clear()
    wire.fails(number, fault)
    try:
        quietly(pays, dana, invoice, attempt)
    except Killed:
        pass
    wire.heal()
    if then == "the form is sent again":
        dana.clock.forward(seconds=31)
        quietly(pays, dana, invoice, attempt)
        dana.clock.forward(minutes=1)
    dana.webhooks(wiring.app) if number % 2 else dana.world.stripe.pending_webhooks()
    _ends_well(dana, invoice, attempt, (number, fault, then))


def _ends_well(dana: Till, invoice: object, attempt: str, why: object) -> None:
    for _ in range(40):
        if not dana.invoice(invoice).in_flight:  # type: ignore[arg-type]
            break
        dana.clock.forward(minutes=5)
        dana.world.stripe.advance()
        dana.sweep()
    now = dana.invoice(invoice)  # type: ignore[arg-type]
    assert not now.in_flight, why
    assert now.paid in (0, now.total), why
    charged = [c for c in dana.charges() if c["amount"] == now.total]
    assert len(charged) == (now.paid == now.total), why
