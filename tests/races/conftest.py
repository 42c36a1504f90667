"""Where threads race. moto's transactions are not atomic under threads; ministack's are, so these tests run on it: a
process of its own on a free port, with the same template deployed through its CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bench.ministack import Ministack, Missing
from chalicelib import services as composition
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.services import Services
from chalicelib.settings import Settings
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import SENDER, WEBHOOK_SECRET, Aws, World, secrets_path
from tests.builders import Company, a_company
from tests.conftest import Clock


@pytest.fixture(scope="session")
def ministack() -> Iterator[Ministack]:
    try:
        made = Ministack()
    except Missing as why:
        pytest.skip(str(why))
    with made:
        yield made


@pytest.fixture(scope="session")
def installation(ministack: Ministack) -> dict[str, str]:
    """The template, deployed; its outputs."""
    return ministack.install("races")


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def one_for_all(clock: Clock, ministack: Ministack, installation: dict[str, str]) -> World:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    return World(container(clock, ministack.url, installation, stripe), stripe, Aws(None, installation))


@pytest.fixture
def world(one_for_all: World) -> Iterator[World]:
    """As the other tests' world, on ministack. What tests make stays: each makes a company of its own."""
    composition.use(one_for_all.services)
    yield one_for_all
    composition.use(None)


@pytest.fixture
def company(world: World) -> Company:
    """A company of the test's own. An address is for ever, and ministack goes on from test to test."""
    return a_company(
        world, "Evergreen Pest & Lawn", f"evergreen-{world.services.new_id(world.services.now())[-12:].lower()}"
    )


def container(clock: Clock, aws: str, outputs: dict[str, str], stripe: StripeSandbox) -> Services:
    """One container's services: its own clients, as each Lambda has."""
    settings = Settings(
        stage="races", public_url="http://localhost:8000", tenants_table=outputs["TenantsTable"],
        customers_table=outputs["CustomersTable"], tokens_table=outputs["TokensTable"],
        files_bucket=outputs["FilesBucket"], mail_from=SENDER,
        messages_queue=outputs["MessagesQueueUrl"].replace("localhost", "127.0.0.1"),
        audits_queue=outputs["AuditsQueueUrl"].replace("localhost", "127.0.0.1"),
        jobs_queue=outputs["JobsQueueUrl"].replace("localhost", "127.0.0.1"),
        secrets_path=secrets_path("races"), region="us-east-1", aws_endpoint=aws, stripe_url=stripe.url,
    )  # fmt: skip
    services = Services(settings, clock=clock)
    services.payments = StripeGateway(  # type: ignore[misc]
        "sk_test_sandbox", (WEBHOOK_SECRET,), stripe.url, stripe.http_client()
    )
    return services


@pytest.fixture(scope="session")
def containers(one_for_all: World, clock: Clock, ministack: Ministack, installation: dict[str, str]) -> list[Services]:
    """Twenty of them, warm."""
    made = [container(clock, ministack.url, installation, one_for_all.stripe) for _ in range(20)]
    for one in made:
        assert one.tables.connection.client
    return made
