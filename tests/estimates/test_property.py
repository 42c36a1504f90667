"""Whatever staff, the customer, the clock and the network do with a few estimates, in any order and in between each
other: each is decided once at a time, by who could, about what they saw; each cause is told once; and the first page,
the lists and the books agree with it. `PORCHLIGHT_THOROUGH=1` tries many more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PortalError
from chalicelib.estimates.rules import Decision, Estimate
from tests.billing.till import THOROUGH, check_books
from tests.billing.wire import FAULTS, Call, Killed, Wire, forgetting
from tests.estimates.desk import Desk, check

Deed = Callable[[Desk, Estimate], object]

DEEDS: dict[str, Deed] = {
    "offer": lambda desk, one: desk.offers(),
    "draft": lambda desk, one: desk.offers(issued=False),
    "price": lambda desk, one: desk.prices(one, 70_000),
    "last day": lambda desk, one: desk.changes(one, expires_on=desk.today),
    "longer": lambda desk, one: desk.changes(one, expires_on=desk.today + timedelta(days=9)),
    "terms": lambda desk, one: desk.changes(one, terms="Others."),
    "rename": lambda desk, one: desk.changes(one, number="N-1", external_id="e-1"),
    "open": lambda desk, one: desk.opens(one),
    "won": lambda desk, one: desk.marks(one, "won"),
    "lost": lambda desk, one: desk.marks(one, "lost", "By phone"),
    "remove": lambda desk, one: desk.removes(one),
    "invoice": lambda desk, one: desk.invoices(one),
    "accept": lambda desk, one: desk.accepts(one),
    "decline": lambda desk, one: desk.declines(one, "No"),
    "ask": lambda desk, one: desk.asks(one),
    "a day": lambda desk, one: desk.till.clock.forward(days=1),
}

# A deed on one of the estimates; meanwhile, at a call of it, nothing, a fault of the wire, or another deed.
deeds = st.sampled_from(sorted(DEEDS))
trouble = st.none() | st.tuples(st.integers(0, 3), st.sampled_from([*FAULTS, *DEEDS]))
steps = st.lists(st.tuples(deeds, st.integers(0, 3), trouble), max_size=14)


@settings(max_examples=1_000 if THOROUGH else 40)
@given(steps)
def test_all_that_is_kept_agrees_whatever_happens(
    desk: Desk, wire: Wire, what: list[tuple[str, int, tuple[int, str] | None]]
) -> None:
    started = desk.till.clock.time
    with forgetting(desk.till.world):
        desk.till.clock.time = started
        seen = [desk.offers(), desk.offers(terms="You pay at once."), desk.offers(issued=False)]
        try:
            for deed, which, meanwhile in what:
                _step(desk, wire, seen, deed, which, meanwhile)
                check(desk)
                check_books(desk.till.person)
        finally:
            wire.heal()
            desk.till.clock.time = started


def _step(
    desk: Desk, wire: Wire, seen: list[Estimate], deed: str, which: int, meanwhile: tuple[int, str] | None
) -> None:
    """One deed on one of those that somebody has seen, as they saw it then."""
    place = which % len(seen)
    one, calls = seen[place], [0]

    def plan(_: int, call: Call) -> object:
        if meanwhile is None or not call.what.startswith("dynamodb"):
            return None
        calls[0] += 1
        if calls[0] - 1 != meanwhile[0]:
            return None
        if meanwhile[1] in FAULTS:
            return meanwhile[1]
        wire.heal()
        with suppress(PortalError):
            DEEDS[meanwhile[1]](desk, one)
        return None

    wire.plan = plan  # type: ignore[assignment]
    made: object = None
    with suppress(PortalError, Killed):
        made = DEEDS[deed](desk, one)
    wire.heal()
    if isinstance(made, Estimate) and deed in ("offer", "draft"):
        seen.append(made)
    if isinstance(made, Decision) and made.by == "customer":
        assert (made.kind == "accepted") == (deed == "accept")
    if which % 2:
        # They look at it again, as it is by now.
        with suppress(PortalError):
            seen[place] = desk.now(one)
