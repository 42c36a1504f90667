"""Every test gets a Porchlight of its own on moto, with a clock that only the test moves, and no way to the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings

import app as wiring
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import WEBHOOK_SECRET, World
from tests.browser import Browser
from tests.builders import Company, a_company

settings.register_profile(
    "porchlight",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("porchlight")


class Clock:
    """The time it is. Starts on a Monday noon in Denver, moves only when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    made = sandbox_world.build(clock=clock, stripe=stripe)
    made.services.tables.__dict__["sleep"] = lambda seconds: None
    yield made
    made.close()


@pytest.fixture
def evergreen(world: World) -> Company:
    return a_company(world, "Evergreen Pest & Lawn", "evergreen")


@pytest.fixture
def bluewave(world: World) -> Company:
    return a_company(world, "Bluewave Pools", "bluewave")


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(wiring.app, world)
