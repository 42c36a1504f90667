"""A portal's address: chosen once, for ever, by one."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.store import ConditionFailed, Tables
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.tenants import records, rules
from chalicelib.tenants.actions import activation, companies, stripe_account
from chalicelib.tenants.rules.company import RESERVED
from sandbox.world import World
from tests.browser import Browser
from tests.builders import Company


def wanted(slug: str, name: str = "Evergreen Pest & Lawn") -> rules.Company:
    return rules.Company("", slug, name)


def test_an_activated_company_is_found_by_its_address(world: World) -> None:
    made = activation.activate(world.services, wanted("evergreen"), "Owner@Evergreen.example ")
    store = companies.find(world.services, "evergreen")
    assert companies.company_of(store).name == "Evergreen Pest & Lawn"
    assert store.tenant == made.company.id


def test_a_taken_address_is_refused_and_nothing_is_made(evergreen: Company, world: World) -> None:
    with pytest.raises(Conflict, match="“evergreen” is taken"):
        activation.activate(world.services, wanted("evergreen", "Another"), "other@example.com")
    assert companies.company_of(companies.find(world.services, "evergreen")).name == "Evergreen Pest & Lawn"
    login = world.services.tables.platform().query("tenants", "login#other@example.com").items
    assert login == []


def test_a_company_may_choose_its_address_later(world: World) -> None:
    made = activation.activate(world.services, wanted(""), "owner@example.com")
    assert companies.company_of(world.services.tables.for_tenant(made.company.id)).slug == ""
    again = activation.activate(world.services, wanted(""), "other@example.com")
    assert again.company.id != made.company.id


def test_a_lost_answer_is_not_a_taken_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction took effect, its answer was lost, and the retry found the address taken: by ourselves."""
    transact = type(world.services.tables.platform()).transact

    def twice(self, *writes):  # type: ignore[no-untyped-def]
        transact(self, *writes)
        transact(self, *writes)

    monkeypatch.setattr(type(world.services.tables.platform()), "transact", twice)
    assert activation.activate(world.services, wanted("evergreen"), "owner@example.com").company.slug == "evergreen"


@pytest.mark.parametrize(
    "slug",
    ["a", "ab", "a" * 41, "Evergreen", "ever green", "-evergreen", "evergreen-", "ever--green", "évergreen", "a_b_c",
     "evergreen/", "ever.green", "12345", "admin", "api", "assets", "console", "stripe", "sign-in", "a#b"],
)  # fmt: skip
def test_malformed_and_reserved_addresses_are_refused_in_words(world: World, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        activation.activate(world.services, wanted(slug), "owner@example.com")
    assert refused.value.field == "slug"
    assert len(str(refused.value)) > 20


@given(st.text(max_size=60) | st.text("az09-", max_size=45) | st.sampled_from(sorted(RESERVED)))
def test_an_accepted_address_is_safe_in_a_url_and_a_key(slug: str) -> None:
    try:
        rules.check_slug(slug)
    except Invalid:
        return
    assert re.fullmatch(r"[a-z0-9-]{3,40}", slug) and slug not in RESERVED


@given(st.text(max_size=80))
def test_every_suggestion_could_be_chosen(name: str) -> None:
    found = list(islice(rules.suggest(name), 8))
    assert len(set(found)) == 8
    for slug in found:
        rules.check_slug(slug)


def test_suggestions_are_made_from_the_name_and_free(evergreen: Company, world: World) -> None:
    activation.activate(world.services, wanted("evergreen-pest-lawn"), "x@example.com")
    assert activation.suggestions(world.services, "Evergreen Pest & Lawn, LLC") == [
        "evergreenpestlawn",
        "evergreen-pest-and-lawn",
        "evergreen-pest-lawn-portal",
    ]


def test_no_path_changes_or_frees_an_address(evergreen: Company, world: World) -> None:
    """The row is only ever made by a write that must find nothing there."""
    with pytest.raises(ConditionFailed):
        world.services.tables.platform().transact(records.reserve_slug("evergreen", "somebody-else"))
    with pytest.raises(AssertionError):
        records.change_company(evergreen.store, evergreen.company, slug="other")
    assert companies.find(world.services, "evergreen").tenant == evergreen.store.tenant


def test_a_container_remembers_an_address(evergreen: Company, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    companies.find(world.services, "evergreen")
    monkeypatch.setattr(Tables, "call", lambda *_: pytest.fail("asked again"))
    assert companies.find(world.services, "evergreen").tenant == evergreen.store.tenant


def test_an_unknown_address_is_not_found(world: World, browser: Browser) -> None:
    with pytest.raises(NotFound):
        companies.find(world.services, "nowhere")
    page = browser.get("/nowhere")
    assert page.status == 404
    assert "no portal at this address" in page.text
    assert browser.get("/NOWHERE!").status == 404


def test_branding_is_checked_and_kept(evergreen: Company) -> None:
    assert rules.check_colour(" #2F6B3A ") == "#2f6b3a"
    with pytest.raises(Invalid, match="six digits"):
        rules.check_colour("green")
    changed = records.change_company(evergreen.store, evergreen.company, name="Evergreen", address=("1 Main St",))
    assert evergreen.company == changed


@pytest.mark.parametrize(
    "address",
    ["", "dana", "dana@", "@example.com", "a b@example.com", "dana@example", "a@b..c", "dana@example.com\nBcc: x@y.z",
     "a" * 250 + "@example.com", "😀" * 70 + "@example.com", "d<a@example.com", "a@b@example.com", "[a@example.com",
     "ｓ@example.com"],
)  # fmt: skip
def test_what_is_certainly_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match=r"name@example\.com"):
        rules.check_email(address)


def test_one_stripe_account_serves_one_company(evergreen: Company, bluewave: Company, world: World) -> None:
    account = evergreen.company.stripe_account
    with pytest.raises(Conflict, match="another company"):
        stripe_account.connect_stripe(world.services, bluewave.store, account, True)
    stripe_account.connect_stripe(world.services, evergreen.store, account, False)
    assert evergreen.company.charges_enabled is False
