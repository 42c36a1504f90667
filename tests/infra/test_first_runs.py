"""The first thing that a fresh container does: the functions that need secrets read those of their own stage, and of no
other. (In other tests the secrets are there before anything begins.)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.billing.actions import audit, sweep
from chalicelib.billing.gateway import stripe_gateway
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.customers.actions import link
from chalicelib.messages import actions as messages
from sandbox.world import World, put_secrets, queued
from tests.billing.till import Till
from tests.browser import Browser
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.infra import calls, policies

READS = "ssm:GetParametersByPath"


@pytest.fixture
def fresh(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A container that has read nothing yet; `start` makes it so. Stripe is the sandbox in process, as ever."""
    http = world.stripe.http_client()
    monkeypatch.setattr(
        stripe_gateway, "StripeGateway", lambda key, secrets, url: StripeGateway(key, secrets, url, http)
    )
    return world


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, set[policies.Grant]]]:
    """What was needed in this test alone; it counts for the whole run as well."""
    before = {function: set(grants) for function, grants in calls.used.items()}
    for grants in calls.used.values():
        grants.clear()
    calls._known.clear()
    yield calls.used
    for function, grants in before.items():
        calls.used[function] |= grants


def start(world: World) -> None:
    for made in ("vault", "_payments"):
        world.services.__dict__.pop(made, None)


def have_read() -> set[str]:
    return {function for function, grants in calls.used.items() if any(one.action == READS for one in grants)}


@pytest.fixture
def dana(evergreen: Company) -> Person:
    return evergreen.customer(saved_card="pm_card_visa")


def test_a_page_that_opens_a_session(fresh: World, dana: Person, browser: Browser) -> None:
    start(fresh)
    assert browser.sign_in("evergreen").status == 200
    assert have_read() == {"api_handler"}


def test_a_message_with_a_link(fresh: World, dana: Person) -> None:
    link.send(fresh.services, dana.company.store, dana.now)
    (body,) = queued(fresh.outputs)
    start(fresh)
    messages.deliver(fresh.services, body["tenant"], body["customer"], body["message"])
    assert have_read() == {"send_messages"}


def test_a_payment_that_hangs(fresh: World, dana: Person, clock: Clock) -> None:
    till = Till(dana, clock)
    till.pays(dana.invoice(), "new")
    clock.forward(days=2)
    start(fresh)
    assert sweep.sweep(fresh.services) == 1
    assert have_read() == {"sweep"}


def test_a_companys_books(fresh: World, dana: Person, clock: Clock) -> None:
    till = Till(dana, clock)
    till.pays(dana.invoice(), till.saved)
    clock.forward(hours=5)
    start(fresh)
    assert audit.company(fresh.services, dana.company.store.tenant, "2026-11-24", lambda: 1_000.0)
    assert have_read() == {"audit_company"}


def test_who_may_read_secrets_does() -> None:
    may = {name for name, policy in policies.of_functions("test").items() if any(READS in one for one in policy.grants)}
    assert may == {"api_handler", "send_messages", "sweep", "audit_company"}


def test_secrets_of_another_stage_are_refused(fresh: World, dana: Person, browser: Browser) -> None:
    put_secrets("prod")
    start(fresh)
    fresh.services.settings = replace(fresh.services.settings, secrets_path="/porchlight/prod")
    browser.sign_in("evergreen")
    (refused,) = set(calls.refused)
    calls.refused.clear()
    assert refused.endswith("ssm:GetParametersByPath on arn:aws:ssm:us-east-1:123456789012:parameter/porchlight/prod")
