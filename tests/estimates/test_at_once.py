"""Many at the same moment: whoever comes in between any two calls of the store, an estimate is decided once, told once,
and becomes one invoice; and what the first page says is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.errors import Conflict, NotFound, PortalError
from chalicelib.estimates.rules import Decision, Estimate
from tests.billing.till import check_books
from tests.billing.wire import Call, Wire, forgetting
from tests.estimates.desk import Desk, check

TWENTY = 20


def all_at_once(wire: Wire, actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each has read what it decides on before any of them writes; then they write one after the other, the last to come
    first. What each came to: an answer, or an error word."""
    answers: list[Any] = [None] * len(actions)
    waiting = iter(range(len(actions)))

    def run(place: int) -> None:
        try:
            answers[place] = actions[place]()
        except PortalError as word:
            answers[place] = word

    def plan(_: int, call: Call) -> None:
        if call.what == "dynamodb TransactWriteItems":
            following()

    def following() -> None:
        for place in waiting:
            run(place)
            return

    wire.plan = plan
    following()
    wire.heal()
    assert None not in answers, "somebody was never let in"
    return answers


def test_twenty_at_once_accept_and_decline_once(desk: Desk, wire: Wire) -> None:
    estimate, other = desk.offers(), desk.offers()
    answers = all_at_once(wire, [lambda: desk.accepts(estimate), lambda: desk.declines(estimate, "No")] * (TWENTY // 2))
    decided = [one for one in answers if isinstance(one, Decision)]
    refused = [one for one in answers if isinstance(one, Conflict)]
    assert len(decided) == len(refused) == TWENTY // 2 and {one.kind for one in refused} == {"decided"}
    assert len({one.kind for one in decided}) == 1 and desk.whole(estimate).decisions == (decided[0],)
    # The last to come was the first to write.
    assert desk.now(estimate).status == "lost" and desk.told == ["estimate_declined_company"]
    assert desk.waits == [other.number]
    check(desk)


def test_twenty_clicks_on_accept_are_one_acceptance(desk: Desk, wire: Wire) -> None:
    estimate = desk.offers()
    answers = all_at_once(wire, [lambda: desk.accepts(estimate)] * TWENTY)
    assert {*answers} == {*desk.whole(estimate).decisions} and len(desk.told) == 2
    check(desk)


def test_several_estimates_decided_at_once_are_all_decided(desk: Desk, wire: Wire) -> None:
    """They share what the first page says."""
    offered = [desk.offers() for _ in range(6)]
    acts: list[Callable[[], Any]] = []
    for place, one in enumerate(offered):
        act = (desk.accepts, desk.declines)[place % 2]
        acts.append(lambda act=act, one=one: act(one))
    answers = all_at_once(wire, acts)
    assert all(isinstance(one, Decision) for one in answers)
    assert desk.waits == [] and len(desk.told) == 9
    check(desk)


def test_twenty_at_once_make_one_invoice(desk: Desk, wire: Wire) -> None:
    estimate = desk.offers(50_000)
    desk.accepts(estimate)
    answers = all_at_once(
        wire,
        [lambda: desk.invoices(estimate), lambda: desk.invoices(estimate, number="X", issued=False)] * (TWENTY // 2),
    )
    assert len({one.invoice.id for one in answers}) == 1 and sum(one.made for one in answers) == 1
    (invoice,) = desk.till.invoices
    assert desk.now(estimate).invoice == invoice.id
    assert len(desk.trail("estimate.convert")) == len(desk.trail("invoice.create")) == 1
    check(desk)
    check_books(desk.till.person)


# Two at once, the other before each call of the one

DEEDS: dict[str, Callable[[Desk, Estimate], object]] = {
    "accept": lambda desk, one: desk.accepts(one),
    "decline": lambda desk, one: desk.declines(one, "No"),
    "ask": lambda desk, one: desk.asks(one),
    "change": lambda desk, one: desk.prices(one, 90_000),
    "rename": lambda desk, one: desk.changes(one, external_id="e-2", number="other"),
    "mark": lambda desk, one: desk.marks(one, "won"),
    "re-open": lambda desk, one: desk.opens(one),
    "invoice": lambda desk, one: desk.invoices(one),
    "another one": lambda desk, one: desk.offers(),
    "another decided": lambda desk, one: desk.declines(desk.offers()),
    "money": lambda desk, one: desk.till.person.invoice(1_000),
}


@pytest.mark.parametrize("first", ["accept", "decline", "ask", "change", "mark", "re-open", "invoice"])
def test_whoever_comes_in_between_all_that_is_kept_agrees(first: str, desk: Desk, wire: Wire) -> None:
    tried = 0
    for other in DEEDS:
        number = 0
        while _two_at_once(desk, wire, first, other, number):
            number, tried = number + 1, tried + 1
    assert tried >= 2 * len(DEEDS)


def _two_at_once(desk: Desk, wire: Wire, first: str, other: str, number: int) -> bool:
    """The other comes in before this call of the one. Whether the one makes so many."""
    with forgetting(desk.till.world):
        estimate = desk.offers(external_id="e-1")
        if first in ("re-open", "invoice"):
            desk.accepts(estimate)
        calls, came = [0], [False]

        def come_in(_: int, call: Call) -> None:
            if call.what.startswith("dynamodb"):
                calls[0] += 1
            if calls[0] > number and not came[0]:
                came[0] = True
                wire.heal()
                with suppress(PortalError):
                    DEEDS[other](desk, estimate)

        wire.plan = come_in
        with suppress(Conflict, NotFound):
            DEEDS[first](desk, estimate)
        wire.heal()
        why = f"{other} before call {number} of {first}"
        try:
            check(desk)
            check_books(desk.till.person)
        except AssertionError as wrong:
            raise AssertionError(why) from wrong
        return came[0]


@pytest.mark.parametrize("deed", ["change", "re-open", "mark", "ask"])
def test_a_customer_never_accepts_what_they_did_not_see(deed: str, desk: Desk, wire: Wire) -> None:
    """Staff change the price while the customer's acceptance is under way."""
    estimate = desk.offers(50_000)
    if deed == "re-open":
        desk.marks(estimate, "lost")

    def come_in(_: int, call: Call) -> None:
        if call.what == "dynamodb TransactWriteItems":
            wire.heal()
            DEEDS[deed](desk, estimate)

    wire.plan = come_in
    with suppress(Conflict):
        desk.accepts(estimate)
    wire.heal()
    for decision in desk.whole(estimate).decisions:
        assert decision.by != "customer" or (decision.revision, decision.total) == (1, 50_000)
    check(desk)


def test_two_of_one_external_id_are_one(desk: Desk, wire: Wire) -> None:
    draft = desk.draft(external_id="e-1")
    answers = all_at_once(wire, [lambda: desk.sends(draft)] * 5)
    assert len({one.id for one in answers}) == 1 and len(desk.waits) == 1
    assert len(desk.trail("estimate.create")) == 1
    check(desk)


def test_standard_terms_changed_at_once_are_versions_one_after_the_other(desk: Desk, wire: Wire) -> None:
    all_at_once(wire, [lambda text=text: desk.demands(text) for text in ("a", "b", "c")])
    rows = desk.store.query("tenants", desk.store.tenant, prefix="estimate-terms#", limit=100).items
    assert sorted(row["version"] for row in rows) == [1, 2, 3] and {row["text"] for row in rows} == {"a", "b", "c"}
    assert len(desk.trail("estimate_terms.change")) == 3
