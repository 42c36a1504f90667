"""Where threads race. moto's transactions are not atomic under threads; ministack's are, so these tests run on it: a
process of its own on a free port, with the same template deployed through its CloudFormation."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from chalicelib import services as composition
from chalicelib.billing.gateway import StripeGateway
from chalicelib.services import Services
from chalicelib.settings import Settings
from infra.local import deploy
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import SECRETS_PATH, SENDER, WEBHOOK_SECRET, Aws, World, environment, put_secrets
from tests.conftest import Clock

PLACE = Path(sys.prefix) / "ministack"
PROGRAM = PLACE / "bin" / "ministack"


@pytest.fixture(scope="session")
def ministack() -> Iterator[str]:
    """Its address."""
    if not PROGRAM.exists():
        pytest.skip("ministack is not installed: make test brings it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(PROGRAM)],
        env={**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=PLACE,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except urllib.error.HTTPError as answered:
            answered.close()
            return
        except OSError:
            assert process.poll() is None, "ministack ended"
            time.sleep(0.1)
    raise AssertionError("ministack does not answer")


@pytest.fixture(scope="session")
def installation(ministack: str) -> dict[str, str]:
    """The template, deployed; its outputs."""
    environment()
    make = boto3.client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3, "client", lambda service, **options: make(service, endpoint_url=ministack, **options))
        outputs = deploy("races")
        put_secrets()
    return outputs


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def one_for_all(clock: Clock, ministack: str, installation: dict[str, str]) -> World:
    stripe = StripeSandbox(clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
    stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
    return World(container(clock, ministack, installation, stripe), stripe, Aws(None, installation))


@pytest.fixture
def world(one_for_all: World) -> Iterator[World]:
    """As the other tests' world, on ministack. What tests make stays: each makes a company of its own."""
    composition.use(one_for_all.services)
    yield one_for_all
    composition.use(None)


def container(clock: Clock, ministack: str, outputs: dict[str, str], stripe: StripeSandbox) -> Services:
    """One container's services: its own clients, as each Lambda has."""
    settings = Settings(
        stage="races", public_url="http://localhost:8000", tenants_table=outputs["TenantsTable"],
        customers_table=outputs["CustomersTable"], tokens_table=outputs["TokensTable"],
        files_bucket=outputs["FilesBucket"], mail_from=SENDER,
        messages_queue=outputs["MessagesQueueUrl"].replace("localhost", "127.0.0.1"),
        secrets_path=SECRETS_PATH, region="us-east-1", aws_endpoint=ministack, stripe_url=stripe.url,
    )  # fmt: skip
    services = Services(settings, clock=clock)
    services.payments = StripeGateway(  # type: ignore[misc]
        "sk_test_sandbox", (WEBHOOK_SECRET,), stripe.url, stripe.http_client()
    )
    return services


@pytest.fixture(scope="session")
def containers(one_for_all: World, clock: Clock, ministack: str, installation: dict[str, str]) -> list[Services]:
    """Twenty of them, warm."""
    made = [container(clock, ministack, installation, one_for_all.stripe) for _ in range(20)]
    for one in made:
        assert one.tables.connection.client
    return made
