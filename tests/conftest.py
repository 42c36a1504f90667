"""Every test gets a Porchlight of its own on moto, with a clock that only the test moves, and no way to the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
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


@pytest.fixture(scope="session", autouse=True)
def _clients_are_made_once() -> Iterator[None]:
    """A boto3 client takes 65 ms to make. moto answers whichever client asks, so one of each is enough for a run."""
    make, made = boto3.client, {}

    def client(service: str, **options: Any) -> Any:
        key = (service, options.get("endpoint_url"))
        if key not in made:
            made[key] = make(service, **options)
        return made[key]

    boto3.client = client
    yield
    boto3.client = make


_connections: list[Any] = []


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    made = sandbox_world.build(clock=clock, stripe=stripe)
    tables = made.services.tables
    object.__setattr__(tables, "sleep", lambda seconds: None)
    tables.__dict__["connection"] = next(iter(_connections), None) or tables.connection
    _connections[:] = [tables.connection]
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
