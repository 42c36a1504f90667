"""How the demo goes on from its past, and what it is without a sandbox to have one in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.billing import records as billing
from chalicelib.billing.actions import audit, sweep
from chalicelib.booking.actions import calendar
from chalicelib.customers import records
from sandbox import demo, people
from sandbox import world as worlds
from sandbox.demo import Demo, Till
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.builders import ledger

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    made = worlds.build(clock=lambda: NOW, stripe=StripeSandbox(lambda: NOW, deliver="manual"))
    yield made
    made.close()


def audited(world: World, made: Demo, now: datetime) -> dict[str, dict[str, Any]]:
    """The night's report of each company."""
    world.services.clock = lambda: now
    date = now.date().isoformat()
    reports = {}
    for slug, store in made.stores.items():
        assert audit.company(world.services, store.tenant, date, lambda: 600)
        key = f"{store.tenant}/audit/{date}.json"
        found = world.services.files.client.get_object(Bucket=world.services.settings.files_bucket, Key=key)
        reports[slug] = json.loads(found["Body"].read())
    return reports


def test_the_nightly_audit_finds_nothing(world: World) -> None:
    made = demo.fill(world)
    reports = audited(world, made, NOW)
    assert [report["drifts"] for report in reports.values()] == [[], []]
    assert reports[people.SLUG]["compared"]["stripe_payments"]
    later = NOW + timedelta(days=8)
    world.services.clock = lambda: later
    world.stripe.advance(later)
    sweep.sweep(world.services)
    assert {report["drift"] for report in audited(world, made, later).values()} == {0}


def test_the_debit_under_way_arrives_by_itself(world: World) -> None:
    made = demo.fill(world)
    store, id = made.stores[people.SLUG], made.customers["sunrise"].id
    (before,) = [one for one in billing.list_payments(store, id, 10)[0] if not one.final]
    later = NOW + timedelta(days=7)
    world.services.clock = lambda: later
    world.stripe.advance(later)
    sweep.sweep(world.services)
    after = billing.payment(store, id, before.id)
    assert after
    assert after.state == "succeeded"
    (invoice,) = billing.invoices(store, id, [before.allocations[0].invoice_id])
    assert (invoice.due, invoice.holds) == (0, {})
    assert records.customers(store, [id])[0].sums.pending == ()


def test_without_a_sandbox_the_past_is_checks_and_cash(world: World) -> None:
    """Stripe's own test mode has no past to make up."""
    till = Till.of_sandbox(world.stripe)
    made = demo.fill(world, Till(till.client, till.gateway, till.account))
    store = made.stores[people.SLUG]
    for key in ("dana", "sunrise"):
        id = made.customers[key].id
        payments, _ = billing.list_payments(store, id, 1000)
        assert {(one.account, one.state) for one in payments} == {("", "succeeded")}
        found, _ = billing.list_invoices(store, id, "all", 1000)
        sums = records.customers(store, [id])[0].sums
        assert (sums.in_flight, sums.balance) == (0, sum(one.due for one in found))
        rows = ledger(store, id)
        posted = sum(entry.amount for one in found for entry in one.posted)
        assert posted + sums.credit == sum(row["amount"] for row in rows)
    assert not list(world.stripe.state.every("charge"))
    assert billing.to_methods(made.customers["dana"].methods)


@pytest.mark.parametrize("now", [
    pytest.param(datetime(2026, 12, 24, 18, 0, tzinfo=UTC), id="Christmas"),
    pytest.param(datetime(2027, 3, 14, 8, 30, tzinfo=UTC), id="the night on which the clock springs forward"),
])  # fmt: skip
def test_the_calendar_is_as_full_on_any_day(world: World, now: datetime) -> None:
    """Whatever is closed around it."""
    world.services.clock = lambda: now
    store, weeks = demo.fill(world).stores[people.SLUG], timedelta(days=21)
    found = calendar.between(store, now - weeks, now + weeks)
    kinds = Counter("block" if one.kind == "block" else one.status for one in found)
    assert (kinds["requested"], kinds["proposed"], kinds["block"]) == (2, 1, 1)
    assert kinds["confirmed"] >= 12
