"""The company's Stripe account by the API: where it stands, and the way to Stripe's own pages."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.tenants.records import audit
from sandbox.world import World
from tests.billing.wire import Wire
from tests.builders import Company, a_company
from tests.client import Client


@pytest.fixture
def newcomer(world: World) -> Company:
    return a_company(world, "Bright Pools", "bright", connected=False)


@pytest.fixture
def boss(newcomer: Company) -> Client:
    return newcomer.admin()


def accounts(world: World) -> int:
    return len(world.stripe.client().v1.accounts.list().data)


def test_before_anything_there_is_no_account(boss: Client) -> None:
    answer = boss.get("/settings/stripe")
    assert answer.json == {"state": "none", "words": "Not connected to Stripe yet.", "needs": []}


def test_onboarding_makes_an_account_once_and_leads_back_to_the_console(
    boss: Client, newcomer: Company, world: World
) -> None:
    first, second = boss.post("/settings/stripe/onboarding"), boss.post("/settings/stripe/onboarding")
    assert first.status == second.status == 201 and accounts(world) == 1
    assert first.json["url"].startswith(world.stripe.url) and first.json["url"] != second.json["url"]
    assert newcomer.company.stripe_account and not newcomer.company.charges_enabled
    answer = boss.get("/settings/stripe").json
    assert answer["state"] == "open" and answer["needs"]
    (line,) = [one for one in audit.entries(newcomer.store, 20)[0] if one.action == "stripe.connect"]
    assert [(one.field, one.old, one.new) for one in line.changes] == [
        ("account", None, newcomer.company.stripe_account)
    ]


def test_whoever_has_finished_comes_back_to_the_console_and_is_ready(boss: Client, world: World) -> None:
    link = boss.post("/settings/stripe/onboarding").json["url"]
    world.stripe.browse(link)
    back = world.stripe.browse(link, {"answer": "finish"})
    assert back.location == "http://localhost:8000/console?from=stripe"
    assert boss.get("/settings/stripe").json["state"] == "ready"
    assert boss.post("/settings/stripe/onboarding").status == 201


def test_an_account_that_stripe_has_closed_goes_no_further(evergreen: Company, owner: Client, world: World) -> None:
    world.stripe.restrict_account(evergreen.company.stripe_account, "rejected.fraud")
    answer = owner.post("/settings/stripe/onboarding")
    assert (answer.status, answer.kind) == (409, "stripe-refused") and "Stripe's support" in answer.json["detail"]
    assert owner.get("/settings/stripe").json["state"] == "refused"


def test_a_company_that_can_charge_is_ready(evergreen: Company, owner: Client) -> None:
    assert owner.get("/settings/stripe").json == {"state": "ready", "words": "You can take payments.", "needs": []}


def test_when_stripe_is_silent_it_says_so(boss: Client, wire: Wire, newcomer: Company) -> None:
    boss.post("/settings/stripe/onboarding")
    wire.down("stripe")
    for answer in (boss.get("/settings/stripe"), boss.post("/settings/stripe/onboarding")):
        assert (answer.status, answer.kind) == (424, "unreachable")


@pytest.mark.parametrize("fault", ["lost after", "lost before", "doubled"])
def test_whatever_is_lost_it_is_one_account(
    boss: Client, newcomer: Company, world: World, wire: Wire, fault: Any
) -> None:
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    assert boss.post("/settings/stripe/onboarding").status == 201
    assert accounts(world) == 1 and newcomer.company.stripe_account
    assert [one.action for one in audit.entries(newcomer.store, 20)[0]].count("stripe.connect") == 1


def test_who_may_only_look_may_not_connect(newcomer: Company) -> None:
    reader = newcomer.admin("reader@bright.example", role="read-only")
    assert reader.get("/settings/stripe").status == 200
    assert reader.post("/settings/stripe/onboarding").status == 403 and not newcomer.company.stripe_account
