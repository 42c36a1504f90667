"""A whole Porchlight on one machine: AWS by moto, Stripe by the sandbox, and the services that stand on them.

`make run`, the tests and the measurements all begin here, so that they all run on the template that production gets.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from moto import mock_aws

from chalicelib import services as composition
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.services import Services
from chalicelib.settings import Settings
from infra.local import deploy
from sandbox import happenings, moto_speed
from sandbox.stripe.sandbox import StripeSandbox

REGION = "us-east-1"
SENDER = "portal@porchlight.example"
WEBHOOK_SECRET = "whsec_sandbox_platform_and_connect"


@dataclass
class Aws:
    """moto, with the template deployed, secrets in place and a sender that SES knows. `outputs` are the template's."""

    moto: Any
    outputs: dict[str, str]


@dataclass
class World:
    """What is running. `close()` ends it and forgets everything; `leave()` lets moto keep what it has."""

    services: Services
    stripe: StripeSandbox
    aws: Aws

    @property
    def outputs(self) -> dict[str, str]:
        return self.aws.outputs

    def leave(self) -> None:
        composition.use(None)
        self.stripe.stop()

    def close(self) -> None:
        self.leave()
        self.aws.moto.stop()


def environment() -> None:
    """AWS clients need a region and credentials to sign with, even where nobody checks them."""
    os.environ.update(
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID="sandbox",
        AWS_SECRET_ACCESS_KEY="sandbox",
        AWS_EC2_METADATA_DISABLED="true",
    )
    os.environ.pop("AWS_PROFILE", None)


def build(
    public_url: str = "http://localhost:8000",
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    stripe: StripeSandbox | None = None,
    over_http: bool = False,
    files_url: str = "",
    stage: str = "test",
    aws: Aws | None = None,
) -> World:
    """Start moto (unless `aws` is running) and make the services.

    `over_http`: Porchlight talks to Stripe's sandbox by its port, as to the real one; else in process.
    """
    aws = aws or start_aws(stage)
    outputs = aws.outputs
    stripe = stripe or StripeSandbox(clock, deliver="manual")
    settings = Settings(
        stage=stage,
        public_url=public_url,
        tenants_table=outputs["TenantsTable"],
        customers_table=outputs["CustomersTable"],
        tokens_table=outputs["TokensTable"],
        files_bucket=outputs["FilesBucket"],
        messages_queue=outputs["MessagesQueueUrl"],
        audits_queue=outputs["AuditsQueueUrl"],
        jobs_queue=outputs["JobsQueueUrl"],
        mail_from=SENDER,
        mail_configuration_set=f"porchlight-{stage}",
        mail_topic=outputs["MailTopic"],
        texts_topic=outputs["TextsTopic"],
        secrets_path=secrets_path(stage),
        region=REGION,
        files_endpoint=files_url,
        stripe_url=stripe.url,
    )
    services = Services(settings, clock=clock, workers=1)
    services.certificates = happenings.certificates()
    object.__setattr__(services.mail, "sleep", lambda seconds: None)
    if not over_http:
        services.payments = StripeGateway(
            services.secrets.stripe_key, services.secrets.stripe_webhooks, stripe.url, stripe.http_client()
        )
    composition.use(services)
    return World(services, stripe, aws)


def start_aws(stage: str) -> Aws:
    """Start moto, deploy `infra/resources.json`, put the secrets in place."""
    environment()
    moto_speed.hurry()
    happenings.listen()
    moto = mock_aws()
    moto.start()
    outputs = deploy(stage)
    put_secrets(stage)
    boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    return Aws(moto, outputs)


def secret_values() -> dict[str, str]:
    """What an operator puts into Parameter Store; fixed here, so that a restart signs nobody out."""
    return {
        "signing_keys": json.dumps({"sandbox-1": base64.b64encode(b"sandbox signing key " * 2).decode()}),
        "link_key": base64.b64encode(b"sandbox key for mailed links " * 2).decode(),
        "stripe_secret_key": "sk_test_sandbox",
        "stripe_webhook_secrets": WEBHOOK_SECRET,
    }


def secrets_path(stage: str) -> str:
    """Where a stage's are, as the template says."""
    return f"/porchlight/{stage}"


def put_secrets(stage: str) -> None:
    """Put them there."""
    ssm = boto3.client("ssm")
    for name, value in secret_values().items():
        ssm.put_parameter(Name=f"{secrets_path(stage)}/{name}", Value=value, Type="SecureString", Overwrite=True)


def sent_mail() -> list[Any]:
    """Every e-mail SES took, oldest first, as moto keeps it (`raw_data` is the MIME text)."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.ses.models import ses_backends

    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def sent_texts() -> list[tuple[str, str]]:
    """Every text message SNS took, oldest first: the number and the words."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.sns.models import sns_backends

    return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values())


def queued(outputs: dict[str, str], queue: str = "MessagesQueueUrl") -> list[dict[str, str]]:
    """Take everything off a queue: that of messages, `AuditsQueueUrl`, `JobsQueueUrl`, `EventsQueueUrl`."""
    sqs, url = boto3.client("sqs"), outputs[queue]
    bodies: list[dict[str, str]] = []
    while True:
        # The queue waits 20 s for a first message unless told not to.
        batch = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        if not batch:
            return bodies
        for one in batch:
            bodies.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
