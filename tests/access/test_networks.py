"""Limits by address: of IPv6 anybody has a whole /64, and who tries from one of its addresses after the other is slowed
down like somebody who has one. Audit and signatures name the address itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.customers.actions import code, link, step_up
from chalicelib.customers.actions import password as customers_password
from chalicelib.errors import PortalError
from chalicelib.team.actions import invites, sessions
from chalicelib.team.actions import password as team_password
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.networks import network, site
from chalicelib.tenants.throttle import from_address, from_network
from sandbox.world import World
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Client

# Two of one network, and one of another at the same site.
NEIGHBOURS, ELSEWHERE = ("2001:db8:7:1::1", "2001:db8:7:1:ffff::2"), "2001:db8:7:2::1"


@pytest.mark.parametrize(
    ("address", "own", "whole"),
    [
        ("2001:db8:7:1:2:3:4:5", "2001:db8:7:1::/64", "2001:db8:7::/48"),
        ("2001:DB8:7:1::", "2001:db8:7:1::/64", "2001:db8:7::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("203.0.113.9", "203.0.113.9", ""),
        ("::ffff:203.0.113.9", "203.0.113.9", ""),
        ("unknown", "unknown", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_whose_address_it_is(address: str, own: str, whole: str) -> None:
    assert (network(address), site(address)) == (own, whole)


def test_a_limit_by_address_is_its_networks() -> None:
    assert from_address("x-address", NEIGHBOURS[0], 5, 60) == from_address("x-address", NEIGHBOURS[1], 5, 60)
    assert [one.name for one in from_network("x", ELSEWHERE, 5, 50, 60, "Wait.")] == ["x-address", "x-network"]
    assert [one.name for one in from_network("x", "203.0.113.9", 5, 50, 60, "Wait.")] == ["x-address"]


def test_no_feature_makes_one_of_its_own() -> None:
    made = re.compile(r'\bLimit\(\s*f?"[^"]*(address|network)')
    files = [one for one in Path("chalicelib").rglob("*.py") if made.search(one.read_text())]
    assert [one.as_posix() for one in files] == ["chalicelib/tenants/throttle.py"]


Door = Callable[[World, Company, str], Any]


def _refresh_token(world: World, company: Company) -> str:
    return company.admin().cookies["porchlight_admin"]


DOORS: dict[str, Door] = {
    "sign-in": lambda world, company, address: customers_password.verify(
        world.services, company.store, "dana@example.com", "a guess", address
    ),
    "reset": lambda world, company, address: customers_password.forgotten(
        world.services, company.store, "dana@example.com", address, "en"
    ),
    "code": lambda world, company, address: code.ask(
        world.services, company.store, "dana@example.com", address, "en", "/"
    ),
    "renew": lambda world, company, address: link.renew(world.services, company.store, "no token", address),
    "sign-in by step up": lambda world, company, address: step_up.by_password(
        world.services, company.store, company.customer(email="", password=None).now, "a guess", address
    ),
    "admin-sign-in": lambda world, _, address: sessions.verify(
        world.services, "owner@evergreen.example", "a guess", address
    ),
    "admin-sign-in by change": lambda world, company, address: team_password.change(
        world.services, company.store, "owner@evergreen.example", "a guess", "another password", address
    ),
    "admin-refresh": lambda world, company, address: sessions.refresh(
        world.services, _refresh_token(world, company), address
    ),
    "admin-sign-out": lambda world, company, address: sessions.sign_out(
        world.services, _refresh_token(world, company), address
    ),
    "admin-reset": lambda world, _, address: team_password.ask(world.services, "owner@evergreen.example", address),
    "admin-reset-use": lambda world, _, address: team_password.reset(
        world.services, "no token", "another password", address
    ),
    "admin-invite": lambda world, company, address: invites.look(world.services, company.store, "no token", address),
}


def by_address(world: World, name: str) -> list[int]:
    """How many tries are counted under this name, address by address as far as they are told apart."""
    rows = boto3.client("dynamodb").scan(TableName=world.outputs["TokensTable"], ConsistentRead=True)["Items"]
    return sorted(int(one["tries"]["N"]) for one in rows if f"#tries#{name}-address#" in one["token"]["S"])


@pytest.mark.parametrize("door", DOORS)
def test_neighbours_of_one_network_are_counted_as_one(world: World, evergreen: Company, door: str) -> None:
    for address in (*NEIGHBOURS, ELSEWHERE):
        with suppress(PortalError):
            DOORS[door](world, evergreen, address)
    assert by_address(world, door.partition(" ")[0]) == [1, 2]


def test_who_guesses_from_ever_new_addresses_is_stopped(evergreen: Company, browser: Browser) -> None:
    told = []
    for number in range(62):
        browser.address = f"2001:db8:7:1::{number:x}"
        told.append(browser.sign_in("evergreen", login=f"user-{number}@example.com").status)
    assert told[59:] == [422, 429, 429]
    browser.address = ELSEWHERE
    assert browser.sign_in("evergreen", login="another@example.com").status == 422


def test_the_trail_names_the_address_itself(world: World, evergreen: Company) -> None:
    owner = Client(world, evergreen.admin().token, address=NEIGHBOURS[1])
    changed = owner.put("/session/password", {"current": ADMIN_PASSWORD, "password": "a longer password 2026"})
    assert changed.status == 200
    (entry, *_), _ = audit.entries(evergreen.store, 10)
    assert (entry.action, entry.address) == ("password.change", NEIGHBOURS[1])
