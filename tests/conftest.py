"""Every test gets a Porchlight of its own on moto, with a clock that only the test moves, and no way to the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

import app as wiring
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import REGION, WEBHOOK_SECRET, Aws, World
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
_kept: list[Aws] = []


def aws() -> Aws:
    """moto with the template deployed, and empty. Deployed once for many tests: that takes longer than most of them."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
    if not _kept or _kept[0].outputs["TenantsTable"] not in backend.tables:
        _kept[:] = [sandbox_world.start_aws("test")]
        return _kept[0]
    sandbox_world.environment()
    _kept[0].moto.start(reset=False)
    for table in backend.tables.values():
        table.items.clear()
    for bucket in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values():
        bucket.keys.clear()
    for queue in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.values():
        queue._messages = []
        queue._pending_messages = set()
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.clear()
    return _kept[0]


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    made = sandbox_world.build(clock=clock, stripe=stripe, aws=aws())
    tables = made.services.tables
    object.__setattr__(tables, "sleep", lambda seconds: None)
    tables.__dict__["connection"] = next(iter(_connections), None) or tables.connection
    _connections[:] = [tables.connection]
    yield made
    made.leave()
    made.aws.moto.stop(remove_data=False)


@pytest.fixture
def evergreen(world: World) -> Company:
    return a_company(world, "Evergreen Pest & Lawn", "evergreen")


@pytest.fixture
def bluewave(world: World) -> Company:
    return a_company(world, "Bluewave Pools", "bluewave")


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(wiring.app, world)
