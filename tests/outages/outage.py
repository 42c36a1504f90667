"""One service down at a time, in every way a service is: and the rest of the world going on around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_string, policy
from functools import cached_property
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

import app as wiring
from chalicelib.errors import PortalError
from chalicelib.web import events
from sandbox.world import REGION, World, queued, sent_mail, sent_texts
from tests.access.api_scene import Records, some_records
from tests.access.scene import Scene, a_scene
from tests.billing.till import check_books
from tests.billing.wire import Fault, Wire, forgetting
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.messages.post import record

# What nobody can do without is not among them: see test_store.py.
SERVICES = {"Stripe": "stripe", "SES": "sesv2", "SNS": "sns", "S3": "s3", "SQS": "sqs"}
# Nobody listens, no answer comes in time, an answer of 500, one of 503 that is no AWS's, too many calls.
WAYS: tuple[Fault, ...] = ("refused", "lost before", "error", "overloaded", "throttled")
# What a page or a problem says to whoever must come again.
TRY_AGAIN = re.compile(r"try again|in a minute|moment", re.IGNORECASE)


@dataclass
class Outage:
    """A company full of things, all that it sends, and what becomes of it."""

    scene: Scene
    wire: Wire
    down: str = ""
    fault: Fault = "refused"
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.scene.world

    @property
    def clock(self) -> Clock:
        return self.scene.clock

    @cached_property
    def records(self) -> Records:
        """What the company has by its API."""
        return some_records(self.scene.evergreen, self.scene.admin)

    @property
    def owner(self) -> Client:
        return self.scene.admin

    def begins(self, service: str, fault: Fault) -> None:
        self.down, self.fault = service, fault
        self.wire.down(service, fault)

    def ends(self) -> None:
        self.down = ""
        self.wire.heal()

    def asked(self, service: str) -> bool:
        """Whether it was called since the calls were counted anew."""
        return bool(self.wire.of(f"{service} "))

    def called(self) -> set[str]:
        return {name for name, prefix in SERVICES.items() if self.asked(prefix)}

    def works(self, minutes: float = 0) -> None:
        """The queues' workers, Stripe's deliveries and the sweep, once around. What fails comes again."""
        self.clock.forward(minutes=minutes)
        for _, body, signature in self.world.stripe.pending_webhooks():
            assert deliver_webhook(wiring.app, body, signature) < 500
        with suppress(PortalError):
            events.sweep(self.world.services)
        healthy = self.wire.plan
        self.wire.heal()
        # SQS itself brings these: who is not reached by us is not out of order for Lambda.
        messages, jobs = queued(self.world.outputs), queued(self.world.outputs, "JobsQueueUrl")
        self.wire.plan = healthy
        for body in messages:
            with suppress(PortalError):
                wiring.send_messages(record(body), None)
        for body in jobs:
            with suppress(PortalError):
                wiring.run_job(record(body), None)

    def goes_on(self, *rounds: float) -> None:
        """An hour, in which all that hangs comes to its end."""
        for minutes in rounds or (4, 16, 40):
            self.works(minutes)

    def state(self) -> dict[str, Any]:
        """All there is in the end, but for ids, times and what only counts."""
        check_books(self.scene.dana.person)
        return {
            "mails": Counter(_told(one.raw_data) for one in sent_mail()),
            "texts": Counter(number for number, _ in sent_texts()),
            "money": _money(self),
            "rows": _rows(self.scene.evergreen),
            "files": _files(self.scene.evergreen),
        }


def _told(mail: str) -> tuple[str, str]:
    message = message_from_string(mail, policy=policy.default)
    # A code is another each time.
    return str(message["To"]), re.sub(r"^\d{6}", "000000", str(message["Subject"]))


def _money(outage: Outage) -> list[tuple[int, int]]:
    """What each payment took and gave back, at Stripe."""
    stripe = outage.world.stripe.state.world(outage.scene.evergreen.company.stripe_account)
    return sorted((one["amount"], one["amount_refunded"]) for one in stripe.all("charge"))


def _rows(company: Company) -> Counter[str]:
    """How many of each kind, and in which state."""
    found: Counter[str] = Counter()
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.values():
        if table.name.endswith("tokens"):
            continue
        for item in table.all_items():
            row = item.to_json()["Attributes"]
            partition = (row.get("tenant") or row.get("customer"))["S"]
            if partition.startswith(company.store.tenant):
                kind, state = row["item"]["S"].partition("#")[0], row.get("state", {}).get("S", "")
                # A Checkout that nobody used is given up, opened or not.
                found[f"{kind} {state}".strip().replace("payment failed", "payment canceled")] += 1
    return found


def _files(company: Company) -> int:
    (bucket,) = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values()
    return sum(key.startswith(company.store.tenant) and "/uploads/" not in key for key in bucket.keys)


@contextmanager
def rewound(outage: Outage) -> Iterator[None]:
    """What happens inside is forgotten afterwards, wherever it lies, and the clock is set back."""
    (bucket,) = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values()
    began, keys = outage.clock.time, dict(bucket.keys)
    _empty(outage)
    with forgetting(outage.world):
        yield
    outage.clock.time = began
    bucket.keys.clear()
    # As moto keeps them, with their versions.
    dict.update(bucket.keys, keys)
    _empty(outage)


def _empty(outage: Outage) -> None:
    for queue in ("MessagesQueueUrl", "JobsQueueUrl"):
        queued(outage.world.outputs, queue)
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.clear()
    sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.clear()


def an_outage(world: World, clock: Clock, evergreen: Company, bluewave: Company, wire: Wire) -> Outage:
    scene = a_scene(world, clock, evergreen, bluewave)
    assert scene.dana
    return Outage(scene, wire)
