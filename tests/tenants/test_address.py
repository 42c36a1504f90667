"""The portal's address by the API: chosen once, reserved for ever."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.aws.store import Platform
from chalicelib.tenants import records, rules
from chalicelib.tenants.actions import activation
from chalicelib.tenants.records import audit
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client


@pytest.fixture
def newcomer(world: World) -> Company:
    """A company that has not chosen its address yet."""
    wanted = rules.Company("", "", "Bright Pools", time_zone="America/Denver")
    made = activation.activate(world.services, wanted, "owner@bright.example").company
    return Company(world, world.services.tables.for_tenant(made.id), "bright")


@pytest.fixture
def owner(newcomer: Company) -> Client:
    return newcomer.admin()


def owner_of(world: World, slug: str) -> str | None:
    return records.owner_of_slug(world.services.tables.platform(), slug)


def test_before_it_is_chosen_there_is_none(owner: Client) -> None:
    assert owner.get("/settings").json["portal"] == {"on": True, "slug": "", "url": None}


def test_it_is_chosen_and_the_portal_is_there(owner: Client, newcomer: Company, browser: Browser) -> None:
    assert browser.get("/bright-pools/sign-in").status == 404
    answer = owner.put("/settings/address", {"slug": "bright-pools"})
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.json["portal"] == {"on": True, "slug": "bright-pools", "url": "http://localhost:8000/bright-pools"}
    assert owner.get("/settings").json == answer.json
    assert owner_of(newcomer.world, "bright-pools") == newcomer.store.tenant
    assert "Bright Pools" in browser.get("/bright-pools/sign-in").text
    (line,) = [one for one in audit.entries(newcomer.store, 20)[0] if one.action == "address.choose"]
    assert [(one.field, one.old, one.new) for one in line.changes] == [("portal/slug", None, "bright-pools")]


def test_the_same_again_is_fine_and_another_one_never(owner: Client, newcomer: Company) -> None:
    first = owner.put("/settings/address", {"slug": "bright"})
    again = owner.put("/settings/address", {"slug": "bright"})
    assert (again.status, again.json, again.headers["etag"]) == (200, first.json, first.headers["etag"])
    for other in ("brighter", "admin", "x"):
        answer = owner.put("/settings/address", {"slug": other})
        assert (answer.status, answer.kind) == (409, "slug-permanent")
    assert newcomer.company.slug == "bright" and owner_of(newcomer.world, "brighter") is None


def test_a_taken_one_is_refused_with_free_ones(owner: Client, newcomer: Company, evergreen: Company) -> None:
    answer = owner.put("/settings/address", {"slug": "evergreen"})
    assert (answer.status, answer.kind) == (409, "slug-taken")
    assert "“evergreen” is taken" in answer.json["detail"] and "bright-pools" in answer.json["detail"]
    assert newcomer.company.slug == "" and owner_of(newcomer.world, "evergreen") == evergreen.store.tenant


@pytest.mark.parametrize(
    "slug", ["", "ab", "a" * 41, "Bright", "bright pools", "-bright", "b--right", "brïght", "admin", "console", "12345",
             "a/b", "a#b", "a\x00b"],
)  # fmt: skip
def test_a_malformed_or_reserved_one_is_refused_in_words(owner: Client, newcomer: Company, slug: str) -> None:
    answer = owner.put("/settings/address", {"slug": slug})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/slug"
    assert len(answer.json["detail"]) > 20 and newcomer.company.slug == ""


def test_before_it_is_chosen_settings_point_to_where(owner: Client) -> None:
    etag = owner.get("/settings").headers["etag"]
    answer = owner.patch("/settings", {"portal": {"slug": "bright"}}, if_match=etag)
    assert (answer.status, answer.kind) == (409, "no-address") and "/settings/address" in answer.json["detail"]
    same = {"portal": {"slug": "", "url": None}, "company": {"name": "Brighter"}}
    assert owner.patch("/settings", same, if_match=etag).status == 200


def test_suggestions_are_free_and_by_the_companys_name(owner: Client, evergreen: Company) -> None:
    mine = owner.get("/settings/address/suggestions").json["suggestions"]
    assert mine[0] == "bright-pools" and len(mine) == 3
    other = owner.get("/settings/address/suggestions?name=Evergreen").json["suggestions"]
    assert "evergreen" not in other and other[0].startswith("evergreen")
    long = owner.get("/settings/address/suggestions?name=" + "x" * 101)
    assert (long.status, long.json["errors"][0]["pointer"]) == (422, "?name")


def test_a_reserved_one_is_refused_with_free_ones(owner: Client, newcomer: Company) -> None:
    for slug in ("admin", "12345"):
        answer = owner.put("/settings/address", {"slug": slug})
        assert (answer.status, answer.kind) == (422, "slug-reserved")
        assert f"“{slug}” is reserved" in answer.json["detail"] and "bright-pools" in answer.json["detail"]
        assert answer.json["errors"][0]["pointer"] == "#/slug"
    assert owner.put("/settings/address", {"slug": "-x-"}).kind == "invalid"


@pytest.mark.parametrize("name", ["Чистый дом", "水道屋", "!!!"])
def test_a_name_without_latin_letters_makes_addresses_that_read_well(owner: Client, name: str) -> None:
    found = owner.get("/settings/address/suggestions?name=" + quote(name)).json["suggestions"]
    assert found == ["portal-2", "portal-3", "portal-4"]


@pytest.mark.parametrize("fault", ["lost after", "lost before", "throttled", "doubled"])
def test_whatever_is_lost_it_is_chosen_once(owner: Client, newcomer: Company, world: World, fault: Any) -> None:
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", fault, times=1)
        answer = owner.put("/settings/address", {"slug": "bright"})
    assert (answer.status, answer.json["portal"]["slug"]) == (200, "bright")
    assert owner_of(world, "bright") == newcomer.store.tenant and newcomer.company.version == 1


def test_a_setting_that_is_changed_meanwhile_is_kept(owner: Client, newcomer: Company, world: World) -> None:
    with on_the_wire(world) as wire:

        def meanwhile(_: int, call: Any) -> None:
            if call.what == "dynamodb TransactWriteItems":
                wire.heal()
                assert owner.patch("/settings", {"company": {"name": "Brighter"}}, if_match='"0"').status == 200

        wire.plan = meanwhile
        assert owner.put("/settings/address", {"slug": "bright"}).status == 200
    assert (newcomer.company.slug, newcomer.company.name, newcomer.company.version) == ("bright", "Brighter", 2)


def test_two_companies_want_one_in_the_same_moment(owner: Client, newcomer: Company, world: World) -> None:
    wanted = rules.Company("", "bright", "Bright Lawns")
    with on_the_wire(world) as wire:

        def meanwhile(_: int, call: Any) -> None:
            if call.what == "dynamodb TransactWriteItems":
                wire.heal()
                platform = Platform(world.services.tables)
                platform.write(records.reserve_slug(wanted.slug, "01JD0000000000000000000000"))

        wire.plan = meanwhile
        answer = owner.put("/settings/address", {"slug": "bright"})
    assert (answer.status, answer.kind) == (409, "slug-taken") and newcomer.company.slug == ""


def test_who_may_only_look_may_not_choose(newcomer: Company) -> None:
    reader = newcomer.admin("reader@bright.example", role="read-only")
    assert reader.get("/settings/address/suggestions").status == 200
    assert reader.put("/settings/address", {"slug": "bright"}).status == 403 and newcomer.company.slug == ""
