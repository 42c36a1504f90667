"""The sweep: what lost its webhook is finished, what expired is freed, and nobody holds up anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing.actions import sweep
from tests.billing.till import ASKS_THE_BANK, NEW, Till, check_books
from tests.billing.wire import Wire
from tests.builders import Company


def test_a_payment_without_its_webhook_is_found(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.world.stripe.pay(payment.next_url)
    assert dana.sweep() == 0, "not yet: the customer is just coming back"
    dana.clock.forward(minutes=3)
    assert dana.sweep() == 1
    assert dana.payment(payment).state == "succeeded"
    assert dana.sweep() == 0, "it is off the list"
    check_books(dana.person)


def test_a_process_that_died_after_the_charge_is_made_good(dana: Till, wire: Wire) -> None:
    from tests.billing.wire import Killed

    invoice = dana.person.invoice()
    wire.down("stripe POST", "killed after")
    with pytest.raises(Killed):
        dana.pays(invoice, dana.saved)
    wire.heal()
    dana.clock.forward(minutes=3)
    dana.sweep()
    assert dana.invoice(invoice).due == 0
    check_books(dana.person)


@pytest.mark.parametrize(
    ("way", "minutes"),
    [("never reached Stripe", 15), ("checkout is forgotten", 35), ("the bank's check is forgotten", 60)],
)
def test_a_hold_ends_when_it_should_even_if_all_webhooks_are_lost(
    evergreen: Company, dana: Till, wire: Wire, way: str, minutes: int
) -> None:
    """The sweep runs every five minutes."""
    till = Till(evergreen.customer("Lee", email="l@example.com", password=None, saved_card=ASKS_THE_BANK), dana.clock)
    invoice = till.person.invoice()
    if way == "never reached Stripe":
        dana.world.stripe.faults.timeout_before(times=2)
    till.pays(invoice, NEW if "checkout" in way else till.saved)
    began = dana.clock()
    while till.invoice(invoice).in_flight:
        dana.clock.forward(minutes=5)
        assert dana.clock() - began <= timedelta(minutes=minutes + 10), "the hold hangs"
        dana.sweep()
    assert dana.clock() - began >= timedelta(minutes=minutes)
    assert till.payments[0].state == "canceled"
    assert till.pays(invoice, NEW).next_url, "it can be paid again"


def test_what_is_still_under_way_is_looked_at_less_and_less(dana: Till, wire: Wire) -> None:
    dana.pays(dana.person.invoice(), NEW)
    looks = 0
    for _ in range(34):
        dana.clock.forward(minutes=1)
        looks += dana.sweep()
    assert 3 <= looks <= 6


def test_those_that_can_not_be_finished_do_not_hold_up_the_others(dana: Till, evergreen: Company, wire: Wire) -> None:
    """The oldest ones belong to a disconnected account, more than one sweep looks at."""
    stuck = [dana.pays(dana.person.invoice(100 + n), NEW) for n in range(3)]
    dana.clock.forward(minutes=1)
    good = dana.pays(dana.person.invoice(5_000), NEW)
    dana.world.stripe.pay(good.next_url)
    dana.clock.forward(minutes=4)
    paths = {f"stripe GET /v1/checkout/sessions/{dana.payment(one).checkout}" for one in stuck}
    wire.plan = lambda _, call: "disconnected" if call.what in paths else None
    assert sweep.sweep(dana.world.services, limit=3) == 3
    assert dana.payment(good).state == "starting"
    assert sweep.sweep(dana.world.services, limit=3) == 1
    assert dana.payment(good).state == "succeeded"


def test_a_fault_of_ours_in_one_payment_does_not_stop_the_others(
    dana: Till, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = dana.pays(dana.person.invoice(1_000), NEW), dana.pays(dana.person.invoice(2_000), NEW)
    dana.world.stripe.pay(good.next_url)
    finish = sweep.finish

    def stumbles(services: Any, store: Any, customer: str, payment_id: str) -> None:
        if payment_id == bad.id:
            raise KeyError("amount")
        finish(services, store, customer, payment_id)

    monkeypatch.setattr(sweep, "finish", stumbles)
    dana.clock.forward(minutes=3)
    assert dana.sweep() == 2
    assert dana.payment(good).state == "succeeded"
    assert [record.levelname for record in caplog.records if bad.id in record.message] == ["ERROR"]
    assert dana.sweep() == 0, "the bad one waits for its next turn"


@pytest.mark.parametrize("what", ["stripe", "dynamodb BatchGetItem", "dynamodb TransactWriteItems"])
def test_when_nobody_answers_the_next_sweep_does_it(dana: Till, wire: Wire, what: str) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.world.stripe.pay(payment.next_url)
    dana.clock.forward(minutes=3)
    wire.down(what)
    dana.sweep()
    wire.heal()
    assert dana.payment(payment).state == "starting"
    dana.clock.forward(minutes=10)
    dana.sweep()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_sweeping_again_and_again_does_no_harm(dana: Till) -> None:
    for total in (100, 200, 300):
        dana.world.stripe.pay(dana.pays(dana.person.invoice(total), NEW).next_url)
    for _ in range(5):
        dana.clock.forward(minutes=7)
        dana.sweep()
    assert len(dana.charges()) == len(dana.person.ledger()) == 3
    check_books(dana.person)


def test_a_second_click_in_the_middle_of_giving_up_keeps_the_payment_alive(dana: Till, wire: Wire) -> None:
    """Stripe has not heard of it for a quarter of an hour; between asking and giving up the customer clicks again."""
    invoice, attempt = dana.person.invoice(), dana.attempt()
    dana.world.stripe.faults.timeout_before(times=2)
    dana.pays(invoice, dana.saved, attempt=attempt)
    dana.clock.forward(minutes=16)
    cut = [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb TransactWriteItems":
            cut.clear()
            dana.pays(invoice, dana.saved, attempt=attempt)

    wire.plan = cut_in
    dana.sweep()
    wire.heal()
    assert dana.payment(attempt).state == "succeeded"
    assert len(dana.charges()) == 1
    check_books(dana.person)


def test_the_sweep_reads_only_what_is_due(dana: Till, wire: Wire) -> None:
    for total in (100, 200):
        dana.pays(dana.person.invoice(total), dana.saved)
    dana.clock.forward(hours=5)
    wire.calls.clear()
    assert dana.sweep() == 0
    assert [call.what for call in wire.calls] == ["dynamodb Query"]
