"""Every test gets a Porchlight of its own on moto, with a clock that only the test moves, and no way to the network."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from botocore import UNSIGNED
from hypothesis import HealthCheck, settings
from moto.core import models as moto_core
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

import app as wiring
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import REGION, WEBHOOK_SECRET, Aws, World
from tests import chromium, shortcut, whole_run
from tests.access import canaries, log_watch, watch
from tests.browser import Browser
from tests.builders import Company, a_company
from tests.infra import calls

settings.register_profile(
    "porchlight",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("porchlight")
canaries.install()
watch.install()
calls.install()
log_watch.install()
shortcut.install()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(whole_run)
    config.pluginmanager.register(chromium)


# Of what is left for the end, each file is one worker's: these take longest.
FIRST = (
    "api/test_schemathesis.py", "outages/test_deeds.py", "test_commands.py", "documents/test_faults.py",
    "billing/test_orders_of_events.py", "sandbox/test_demo_goes_on.py", "web/test_markup.py", "sandbox/test_running.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(FIRST))


def pytest_collection_finish() -> None:
    """What was imported stays: it need not be looked through for rubbish again and again."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(autouse=True)
def _nobody_gets_at_another_company() -> Iterator[None]:
    """While anybody's request was answered, no key of another company's was sent (tests/access/watch.py), nor was the
    answer anything of another company's (tests/access/canaries.py)."""
    watch.wrong.clear()
    canaries.forget()
    yield
    assert not watch.wrong, "\n".join(watch.wrong)
    assert not canaries.sung, "\n".join(canaries.sung)


@pytest.fixture(autouse=True)
def _no_function_calls_what_its_policy_does_not_allow() -> Iterator[None]:
    """See tests/infra/calls.py."""
    calls.refused.clear()
    yield
    assert not calls.refused, "\n".join(dict.fromkeys(calls.refused))


@pytest.fixture(autouse=True)
def _nothing_is_logged_that_must_not_be() -> Iterator[None]:
    """See tests/access/log_watch.py."""
    log_watch.forget()
    yield
    assert not log_watch.found, "\n".join(log_watch.found)


@pytest.fixture(scope="session", autouse=True)
def _clients_are_made_once() -> Iterator[None]:
    """A boto3 client takes 65 ms to make. moto answers whichever client asks, so one of each is enough for a run."""
    make, made = boto3.client, {}

    def client(service: str, **options: Any) -> Any:
        # One that makes a call again is another than one that does not.
        retries = str(getattr(options.get("config"), "retries", ""))
        key = (service, options.get("region_name"), options.get("endpoint_url"), retries)
        if key not in made:
            made[key] = make(service, **options)
        return made[key]

    boto3.client = client
    yield
    boto3.client = make


@pytest.fixture(scope="session", autouse=True)
def _a_password_is_tried_once() -> Iterator[None]:
    """argon2 takes 25 ms. Whether a password fits a hash is the same each time: it is found out once for a run."""
    verify, tried = PasswordHasher.verify, dict[tuple[Any, Any], bool | Argon2Error | InvalidHashError]()

    def fits(self: PasswordHasher, stored: Any, password: Any) -> bool:
        if (stored, password) not in tried:
            try:
                tried[stored, password] = verify(self, stored, password)
            except (Argon2Error, InvalidHashError) as error:
                tried[stored, password] = error
        found = tried[stored, password]
        if isinstance(found, Exception):
            raise type(found)(*found.args)
        return found

    PasswordHasher.verify = fits  # type: ignore[method-assign, assignment]
    yield
    PasswordHasher.verify = verify  # type: ignore[method-assign]


_connections: list[Any] = []
_kept: list[Aws] = []


def aws() -> Aws:
    """moto with the template deployed, and empty. Deployed once for many tests: that takes longer than most of them."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
    if not _kept or _kept[0].outputs["TenantsTable"] not in backend.tables:
        _kept[:] = [sandbox_world.start_aws("test")]
        return _kept[0]
    sandbox_world.environment()
    # What it listens for is still noted: moto would add all of it again, 1,300 addresses a test.
    with patch.object(moto_core, "RESPONSES_METHODS", []):
        _kept[0].moto.start(reset=False)
    for table in backend.tables.values():
        table.items.clear()
    for bucket in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values():
        bucket.keys.clear()
    for queue in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.values():
        queue._messages = []
        queue._pending_messages = set()
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.clear()
    sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.clear()
    return _kept[0]


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    made = sandbox_world.build(clock=clock, stripe=stripe, aws=aws())
    tables = made.services.tables
    object.__setattr__(tables, "sleep", lambda seconds: None)
    if not _connections:
        # Nobody checks the signatures, which take a tenth of a call.
        tables.connection.client.meta.events.register("choose-signer.dynamodb", lambda **_: UNSIGNED)
        _connections[:] = [tables.connection]
    tables.__dict__["connection"] = _connections[0]
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
