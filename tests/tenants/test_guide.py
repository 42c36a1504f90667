"""The first-run guide: what is done already, and what somebody has called done."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.tenants import rules
from chalicelib.tenants.actions import activation, stripe_account
from chalicelib.tenants.records import audit
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.client import Client

NAMES = ["address", "branding", "permissions", "stripe", "website", "invite"]


@pytest.fixture
def newcomer(world: World) -> Company:
    made = activation.activate(world.services, rules.Company("", "", "Bright Pools"), "owner@bright.example").company
    return Company(world, world.services.tables.for_tenant(made.id), "bright")


@pytest.fixture
def owner(newcomer: Company) -> Client:
    return newcomer.admin()


def done(client: Client) -> list[str]:
    steps = client.get("/guide").json["steps"]
    assert [one["name"] for one in steps] == NAMES
    return [one["name"] for one in steps if one["done"]]


def test_at_first_nothing_is_done(owner: Client) -> None:
    answer = owner.get("/guide")
    assert answer.status == 200 and answer.json["finished"] is False and done(owner) == []


def test_an_address_and_charges_are_done_by_themselves(owner: Client, newcomer: Company, world: World) -> None:
    owner.put("/settings/address", {"slug": "bright"})
    assert done(owner) == ["address"]
    stripe_account.connect_stripe(world.services, newcomer.store, world.stripe.connect_account("Bright"), True)
    assert done(owner) == ["address", "stripe"]


def test_progress_is_kept_for_everybody_of_the_company(owner: Client, newcomer: Company) -> None:
    answer = owner.put("/guide", {"done": ["permissions", "branding", "stripe"], "finished": False})
    assert answer.status == 200 and answer.json == owner.get("/guide").json
    other = newcomer.admin("other@bright.example")
    assert done(other) == ["branding", "permissions", "stripe"]
    other.put("/guide", {"done": ["branding"], "finished": True})
    assert done(owner) == ["branding"] and owner.get("/guide").json["finished"] is True


def test_a_website_is_done_when_somebody_says_so(owner: Client) -> None:
    owner.put("/guide", {"done": ["website"], "finished": False})
    assert done(owner) == ["website"]


def test_an_address_is_not_there_for_being_called_done(owner: Client) -> None:
    assert owner.put("/guide", {"done": ["address"], "finished": False}).status == 200
    assert done(owner) == []


def test_the_trail_tells_of_each_change_once(owner: Client, newcomer: Company) -> None:
    for _ in range(2):
        owner.put("/guide", {"done": ["branding"], "finished": True})
    (line,) = [one for one in audit.entries(newcomer.store, 20)[0] if one.action == "guide.keep"]
    assert {(one.field, str(one.old), str(one.new)) for one in line.changes} == {
        ("done", "[]", "['branding']"), ("finished", "False", "True"),
    }  # fmt: skip


def test_a_lost_answer_keeps_it_once(owner: Client, newcomer: Company, world: World) -> None:
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        assert owner.put("/guide", {"done": ["branding"], "finished": False}).status == 200
    assert done(owner) == ["branding"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"done": ["fly"], "finished": False}, "#/done/0"),
        ({"done": [], "finished": "yes"}, "#/finished"),
        ({"done": []}, "#/finished"),
        ({"done": [], "finished": True, "step": 1}, "#/step"),
        ({"done": ["branding"] * 7, "finished": True}, "#/done"),
    ],
)
def test_what_is_no_progress_is_refused_by_its_place(owner: Client, body: dict[str, Any], pointer: str) -> None:
    answer = owner.put("/guide", body)
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == pointer


def test_who_may_only_look_may_not_keep(newcomer: Company) -> None:
    reader = newcomer.admin("reader@bright.example", role="read-only")
    assert reader.get("/guide").status == 200
    assert reader.put("/guide", {"done": [], "finished": True}).status == 403
