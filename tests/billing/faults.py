"""Anything may go wrong between any two steps: a flow of money is run once to list its calls to AWS and Stripe, then
again for each call and each fault, and must end well all the same, with no help but a second press of the button and
the sweep."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import app as wiring
from tests.billing.till import THOROUGH, Till, check_books, quietly
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting
from tests.browser import deliver_webhook

READS = ("dynamodb BatchGetItem", "dynamodb GetItem", "dynamodb Query")


@dataclass(frozen=True)
class Run:
    """A flow with its scene set. `goes` is what goes wrong, and may be done again by whoever did it; `done` tells
    whether it came to what was wanted. If it did not, nothing may have happened; `sure`: that is no end, since it has
    happened at Stripe already, whose webhooks come again. `hours` is how long things take at most by themselves."""

    goes: Callable[[], object]
    done: Callable[[], bool]
    sure: bool = False
    hours: float = 1


Flow = Callable[[Till], Run]


def delivers(till: Till) -> Callable[[], None]:
    """Stripe delivers what it has to say now, two events of it; done again, it has not noticed that we heard."""
    post = till.world.stripe.pending_webhooks()[:2]

    def goes() -> None:
        for _, body, signature in post:
            deliver_webhook(wiring.app, body, signature)

    return goes


def try_all(flow: Flow, till: Till, wire: Wire, share: int = 1) -> int:
    """Each call of a flow goes wrong in each way; how many were tried. `share`: only every so manieth of them, for a
    flow much like another, unless asked to be thorough."""
    with forgetting(till.world):
        run, started = flow(till), till.clock.time
        with forgetting(till.world):
            wire.calls.clear()
            run.goes()
            calls = list(wire.calls)
            assert _rests(till, run) and run.done()
            check_books(till.person)
        plans = [(number, fault) for number, call in enumerate(calls) for fault in _worth(call)]
        tried = 0
        for number, fault in plans if THOROUGH else plans[::share]:
            for again in (True, False) if THOROUGH else (tried % 2 == 0,):
                with forgetting(till.world):
                    till.clock.time = started
                    _try(run, till, wire, number, fault, again)
                tried += 1
    print(f"{len(calls)} calls, {tried} faults")
    return tried


def _worth(call: Call) -> tuple[Fault, ...]:
    """Those worth trying each time; all of them when asked to be thorough."""
    if THOROUGH or call.what.startswith("stripe"):
        return FAULTS
    if call.what in READS:
        return ("throttled", "killed before")
    return ("lost after", "killed before", "killed after")


def _try(run: Run, till: Till, wire: Wire, number: int, fault: Fault, again: bool) -> None:
    before = till.person.ledger()
    wire.calls.clear()
    wire.fails(number, fault)
    with suppress(Killed):
        quietly(run.goes)
    wire.heal()
    what = wire.calls[number].what if number < len(wire.calls) else "that was not made"
    why = f"{fault} at call {number}, {what}; done again: {again}"
    if again or run.sure:
        till.clock.forward(seconds=31)
        quietly(run.goes)
    post = till.world.stripe.pending_webhooks()
    if number % 2:
        # Otherwise all of them are lost.
        assert {deliver_webhook(wiring.app, body, signature) for _, body, signature in post} <= {200}, why
    assert _rests(till, run), why
    done = run.done()
    assert done or not (again or run.sure), why
    assert done or till.person.ledger() == before, why
    try:
        check_books(till.person)
    except AssertionError as wrong:
        raise AssertionError(why) from wrong


def _rests(till: Till, run: Run) -> bool:
    """Time passes until nothing is under way any more, with nobody about but the sweep."""
    for _ in range(8):
        if till.quiet:
            return True
        till.clock.forward(hours=max(run.hours / 4, 0.27))
        till.world.stripe.advance()
        till.sweep()
    return till.quiet
