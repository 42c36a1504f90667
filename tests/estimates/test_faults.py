"""Whatever goes wrong between any two calls of what is done with an estimate, done again it has happened once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.billing.faults import Run, try_all
from tests.billing.till import Till, outbox
from tests.billing.wire import Wire
from tests.estimates.desk import Desk, check

Does = Callable[[Desk], tuple[Callable[[], object], Callable[[], bool]]]


def accept(desk: Desk) -> Any:
    one = desk.offers(terms="You pay at once.")
    return lambda: desk.accepts(one), lambda: desk.now(one).status == "won" and len(desk.told) == 2


def decline(desk: Desk) -> Any:
    one = desk.offers()
    return lambda: desk.declines(one, "No"), lambda: desk.now(one).status == "lost" and len(desk.told) == 1


def ask(desk: Desk) -> Any:
    one, request = desk.offers(), desk.till.attempt()
    return lambda: desk.asks(one, request=request), lambda: len(desk.whole(one).change_requests) == len(desk.told) == 1


def create(desk: Desk) -> Any:
    draft, id = desk.draft(), desk.till.attempt()
    return lambda: desk.sends(draft, id), lambda: len(desk.waits) == len(desk.trail("estimate.create")) == 1


def upsert(desk: Desk) -> Any:
    draft = desk.draft(external_id="e-1")
    return lambda: desk.sends(draft), lambda: len(desk.waits) == len(desk.trail("estimate.create")) == 1


def change(desk: Desk) -> Any:
    one = desk.offers()

    def done() -> bool:
        now = desk.now(one)
        return (now.total, now.revision) == (9_000, 2) and len(desk.trail("estimate.change")) == 1

    return lambda: desk.prices(one, 9_000), done


def remove(desk: Desk) -> Any:
    draft = desk.draft(issued=False, external_id="e-1")
    one = desk.sends(draft)

    def goes() -> None:
        if desk.trail("estimate.delete") == []:
            desk.removes(one)

    return goes, lambda: len(desk.trail("estimate.delete")) == 1


def issue(desk: Desk) -> Any:
    one = desk.offers(issued=False)
    return lambda: desk.opens(one), lambda: len(desk.waits) == len(desk.trail("estimate.issue")) == 1


def reopen(desk: Desk) -> Any:
    one = desk.offers()
    desk.declines(one)
    return (
        lambda: desk.opens(one),
        lambda: desk.now(one).revision == 2 and len(desk.waits) == len(desk.trail("estimate.reopen")) == 1,
    )


def mark(desk: Desk) -> Any:
    one = desk.offers()
    return (
        lambda: desk.marks(one, "won", "By phone"),
        lambda: desk.now(one).decisions == 1 and desk.waits == [] and len(desk.trail("estimate.mark")) == 1,
    )


def convert(desk: Desk) -> Any:
    one = desk.offers(7_000)
    desk.accepts(one)
    return (
        lambda: desk.invoices(one),
        lambda: [i.total for i in desk.till.invoices] == [7_000] and len(desk.trail("estimate.convert")) == 1,
    )


def deliver(desk: Desk) -> Any:
    one, link = desk.offers(), desk.till.attempt()
    return (
        lambda: desk.mails(one, link),
        lambda: len(outbox(desk.till.person, f"link-{link}")) == len(desk.trail("estimate.send")) == 1,
    )


def demand(desk: Desk) -> Any:
    return lambda: desk.demands("Ours."), lambda: len(desk.trail("estimate_terms.change")) == 1


FLOWS: tuple[Does, ...] = (
    accept, decline, ask, create, upsert, change, remove, issue, reopen, mark, convert, deliver, demand,
)  # fmt: skip


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_done_again_it_has_happened_once(flow: Does, desk: Desk, wire: Wire) -> None:
    def run(till: Till) -> Run:
        at = Desk(till)
        goes, done = flow(at)

        def happened() -> bool:
            check(at)
            return done()

        return Run(goes, happened)

    assert try_all(run, desk.till, wire) >= 4
