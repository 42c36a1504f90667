"""Two companies want the same address at the same moment: one gets it, for ever."""

from __future__ import annotations

from functools import partial

from chalicelib.errors import Conflict
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.actions import activation, companies
from chalicelib.tenants.actions.activation import Activated
from chalicelib.tenants.rules import Company
from sandbox.world import World
from tests.races.racing import ROUNDS, at_once


def test_one_of_many_gets_the_address(world: World, containers: list[Services]) -> None:
    for _ in range(ROUNDS):
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
        platform = world.services.tables.platform()
        for number in range(len(containers)):
            logins = platform.query("tenants", f"login#owner{number}@{slug}.example").items
            assert bool(logins) == (won[0].company.name == f"Company {number}")
        assert records.company(world.services.tables.for_tenant(won[0].company.id)) == won[0].company
