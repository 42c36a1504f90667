"""Porchlight as it is deployed: the packaged zip and template on ministack, by what `make deploy` does. ministack's
CloudFront, API Gateway, Lambda (a process a function), queues, tables and mail answer, and its IAM holds each function
to its policy. Stripe is the sandbox."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from pytest_socket import enable_socket

from bench.ministack import Ministack, Missing
from infra.deploy import deploying, smoke
from infra.deploy.aws import Aws
from infra.deploy.configuration import Configuration
from infra.deploy.deploying import Deployed
from infra.deploy.secrets import Safe, keep
from infra.deploy.stack import Stack
from sandbox.stripe.sandbox import StripeSandbox
from tests import chromium
from tests.deployed.packaging import ROOT, STAGE, packaged

ACCOUNT = "123456789012"
REGION = "us-east-1"
WEBHOOK_SECRET = "whsec_deployed"
DECIDED = (STAGE, "portal@porchlight.example", "porchlight.example")
STRIPE = {"STRIPE_SECRET_KEY": "sk_test_sandbox", "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET}

LEFT_OUT = {
    "AWS::CloudWatch::Alarm": "ministack can't reckon with metrics (metric math); alarms only watch",
}
"""Types of resources that ministack can't make, and why the journey is none the worse for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chromium.mark(items, Path(__file__).parent)


@dataclass(frozen=True)
class Installation:
    """What was deployed, and where it answers."""

    ministack: Ministack
    stripe: StripeSandbox
    aws: Aws
    url: str
    environ: dict[str, str]
    again: Callable[[], Deployed]

    def call(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """The settings API, as a company's software calls it."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(
            self.direct(f"/api/v1{path}"),
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}\n{self.logs()}") from error

    def direct(self, path: str) -> str:
        """The API by an address that needs no name server: not every resolver knows what ends in .localhost."""
        id = self.aws.client("apigateway").get_rest_apis()["items"][0]["id"]
        return f"{self.ministack.url}/restapis/{id}/api/_user_request_{path}"

    def get(self, url: str) -> smoke.Answer:
        """The portal's own URL, as a browser would ask for it."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", self.ministack.port, timeout=30)
        with closing(connection):
            connection.request("GET", parts.path, headers={"Host": parts.netloc})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return smoke.Answer(answer.status, headers, answer.read().decode())

    def make(self, command: str, **told: str) -> str:
        """What an operator's command prints."""
        done = subprocess.run(
            [sys.executable, "-m", f"infra.{command}"],
            cwd=ROOT, env={**os.environ, **self.environ, **told}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def logs(self) -> str:
        """The last that the functions said."""
        logs = self.aws.client("logs")
        groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
        events = [one for group in groups for one in logs.filter_log_events(logGroupName=group)["events"]]
        return "\n".join(one["message"] for one in sorted(events, key=lambda one: one["timestamp"])[-60:])

    def mail(self, subject: str, to: str) -> dict[str, Any]:
        """The newest mail that SES took with these words in its subject; waits for it."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with urllib.request.urlopen(f"{self.ministack.url}/_ministack/ses/messages", timeout=10) as answer:
                sent = json.load(answer)["messages"].get(ACCOUNT, [])
            for one in reversed(sent):
                if to in str(one["To"]) and re.search(subject, one["Subject"], re.I):
                    return dict(one)
            time.sleep(0.2)
        subjects = [one["Subject"] for one in sent]
        raise AssertionError(f"no mail about {subject!r} to {to} among {subjects}\n{self.logs()}")


# Not for the whole run: its account is in the environment, where the worker's next file would find it.
@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    enable_socket()
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(AWS_ACCESS_KEY_ID=ACCOUNT, AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION=REGION)
    _forget_credentials()
    stripe = StripeSandbox(lambda: datetime.now(UTC))
    try:
        with stripe, _ministack(stripe) as ministack:
            yield _deployed(ministack, stripe)
    finally:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            os.environ.pop(name, None)
        os.environ.update(before)
        _forget_credentials()


def _forget_credentials() -> None:
    """boto3's own session keeps those it found first, whatever the environment says later."""
    boto3.DEFAULT_SESSION = None


def _ministack(stripe: StripeSandbox) -> Ministack:
    try:
        made = Ministack(AUTH="true", MINISTACK_ACCOUNT_ID=ACCOUNT, PORCHLIGHT_STRIPE_URL=stripe.url)
    except Missing as why:
        pytest.skip(str(why))
    # Functions inherit it: their template is the one that AWS gets.
    made.environment["PORCHLIGHT_AWS_ENDPOINT"] = made.url
    return made


@dataclass(frozen=True)
class Here(Configuration):
    """A stage whose CloudFront has a name of this machine, and no TLS."""

    port: int = 0

    def parameters(self, edge_domain: str, edge_key: str) -> dict[str, str]:
        given = super().parameters(edge_domain, edge_key)
        here = {"PublicUrl": f"http://{edge_domain.removesuffix('.net')}.localhost:{self.port}"}
        return given | here if edge_domain else given


def _deployed(ministack: Ministack, stripe: StripeSandbox) -> Installation:
    """What `make secrets` and `make deploy` do."""
    aws, decided = Aws(REGION, ministack.url, lambda line: None), Here(*DECIDED, port=ministack.port)
    keep(Safe(aws, decided), "", STRIPE, None, datetime.now(UTC))

    def build(out: Path, stage: str) -> None:
        assert stage == STAGE
        _for_ministack(packaged(), out, ministack.port)

    def deploy() -> Deployed:
        with tempfile.TemporaryDirectory() as out:
            return deploying.deploy(aws, decided, Path(out), build=build, pause=0.1)

    deployed = deploy()
    environ = deploying.environment_of(Stack(aws, decided.stack))
    environ |= {"PORCHLIGHT_AWS_ENDPOINT": ministack.url, "PORCHLIGHT_STRIPE_URL": stripe.url}
    made = Installation(ministack, stripe, aws, deployed.url, environ, deploy)
    stripe.add_webhook(made.direct("/stripe/webhooks"), WEBHOOK_SECRET, connect=True)
    return made


def _statements(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of the functions' policies."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]


def _for_ministack(built: Path, folder: Path, port: int) -> None:
    """The package with what ministack does not know left out, and an address without TLS let in."""
    template = json.loads((built / "sam.json").read_text(encoding="utf-8"))
    resources = template["Resources"]
    for name in [name for name, one in resources.items() if one["Type"] in LEFT_OUT]:
        del resources[name]
    template["Parameters"]["PublicUrl"].pop("AllowedPattern", None)
    distribution = resources["Edge"]["Properties"]["DistributionConfig"]
    (origin,) = distribution["Origins"]
    origin |= {
        "DomainName": "127.0.0.1",
        "OriginPath": {"Fn::Sub": "/restapis/${RestAPI}/api/_user_request_"},
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only", "HTTPPort": port},
    }
    for behaviour in (distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]):
        behaviour["ViewerProtocolPolicy"] = "allow-all"
    for statement in _statements(template):
        # AWS weighs it against the path that is asked for, ministack against "*" only.
        if statement["Action"] == "ssm:GetParametersByPath":
            statement["Resource"] = "*"
        # AWS asks for this action where a mail is raw, ministack for ses:SendEmail, and on "*".
        if statement["Action"] == "ses:SendRawEmail":
            statement |= {"Action": "ses:SendEmail", "Resource": "*"}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sam.json").write_text(json.dumps(template), encoding="utf-8")
    shutil.copy(built / "deployment.zip", folder)
