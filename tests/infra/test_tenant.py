"""What an operator can't ask for when a company is made: refused in words, before anything is reserved."""

import pytest

from chalicelib.errors import NotFound
from chalicelib.tenants.actions import companies
from infra.tenant import Wanted, create
from sandbox.world import World


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("currency", "ZZZ", "no such currency"),
        ("currency", "US$", "no such currency"),
        ("time_zone", "Mars/Olympus", "no such time zone"),
        ("locale", "xx-YY", "no such locale"),
        ("contact", "nobody", "e-mail address"),
    ],
)
def test_what_does_not_exist_is_refused_and_reserves_nothing(world: World, field: str, value: str, words: str) -> None:
    wanted = Wanted("Bright Pools", "bright", "owner@bright.example", **{field: value})
    refused = create(world.services, wanted)
    assert words in refused.error and not refused.portal
    with pytest.raises(NotFound):
        companies.find(world.services, "bright")


def test_a_currency_without_minor_units_is_one(world: World) -> None:
    create(world.services, Wanted("Bright Pools", "bright", "owner@bright.example", currency="jpy"))
    assert companies.company_of(companies.find(world.services, "bright")).currency == "JPY"


def test_a_company_without_an_address_has_an_invite_alone(world: World) -> None:
    made = create(world.services, Wanted("Bright Pools", "", "owner@bright.example"))
    assert made.error == made.portal == ""
    assert made.invite.startswith("http://localhost:8000/console#/invite/")
