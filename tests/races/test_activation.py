"""Two companies want the same address at the same moment: one gets it, for ever."""

from __future__ import annotations

from functools import partial
from typing import Any

from chalicelib.aws.wire import plain
from chalicelib.errors import Conflict
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.actions import activation, companies
from chalicelib.tenants.actions.activation import Activated
from chalicelib.tenants.records import COMPANIES, people
from chalicelib.tenants.rules import Company
from sandbox.world import World
from tests.races.racing import ROUNDS, at_once


def naming(world: World, table: str, word: str) -> list[dict[str, Any]]:
    """All rows of a table that have this word in them, whoever's they are."""
    tables = world.services.tables
    pages = tables.connection.client.get_paginator("scan").paginate(TableName=tables.name(table), ConsistentRead=True)
    rows = [plain(row) for page in pages for row in page["Items"]]
    return [row for row in rows if any(word in str(value) for value in row.values())]


def test_one_of_many_gets_the_address(world: World, containers: list[Services]) -> None:
    for _ in range(ROUNDS):
        listed = len(naming(world, "tenants", COMPANIES))
        slug = f"green-{world.services.new_id(world.services.now())[-10:].lower()}"
        answers = at_once(
            [
                partial(
                    activation.activate, one, Company("", slug, f"Company {number}"), f"owner{number}@{slug}.example"
                )
                for number, one in enumerate(containers)
            ]
        )

        won = [answer for answer in answers if isinstance(answer, Activated)]
        assert len(won) == 1
        assert [type(answer) for answer in answers].count(Conflict) == len(containers) - 1
        assert companies.find(containers[0], slug).tenant == won[0].company.id
        # The others left nothing behind: no company without an address, no admin, no invite.
        winner, owner = won[0].company, f"owner{won[0].company.name.removeprefix('Company ')}@{slug}.example"
        assert {row["tenant"] for row in naming(world, "tenants", slug)} == {winner.id, f"slug#{slug}"}
        assert len(naming(world, "tenants", COMPANIES)) == listed + 1
        assert [row["email"] for row in naming(world, "tokens", slug)] == [owner]
        assert [one.email for one in people.members(world.services.tables.for_tenant(winner.id))] == [owner]
        assert records.company(world.services.tables.for_tenant(won[0].company.id)) == won[0].company
