"""The composition root: settings in, services out, each made at first use, once per container.

Below this file nothing reads the clock, makes an id, or knows which cloud it runs in.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.aws.files import S3Files
    from chalicelib.aws.mail import SesMail
    from chalicelib.aws.metrics import Metrics
    from chalicelib.aws.queue import SqsQueue
    from chalicelib.aws.secrets import Secrets, Vault
    from chalicelib.aws.signatures import Certificates
    from chalicelib.aws.sms import SnsSms
    from chalicelib.aws.store import Tables
    from chalicelib.billing.gateway import Gateway
    from chalicelib.messages.actions.people import People


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_ulid(at: datetime) -> str:
    """An id that sorts by `at`: the time of the thing, not of its typing in."""
    from ulid import ULID

    return str(ULID.from_datetime(at))


@dataclass
class Services:
    """What actions are given. Tests and the sandbox replace single parts by assigning them."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[datetime], str] = new_ulid
    slugs: dict[str, str] = field(default_factory=dict)
    # How many calls to the store may be under way at once, where there is much to do. moto bears one.
    workers: int = 8
    _payments: Gateway | None = field(default=None, init=False, repr=False)
    # What it was made of; None for one that was assigned, which stays.
    _payments_of: tuple[str, tuple[str, ...]] | None = field(default=None, init=False, repr=False)

    def now(self) -> datetime:
        """The time, UTC, aware."""
        return self.clock()

    @cached_property
    def tables(self) -> Tables:
        from chalicelib.aws.store import Tables

        names = self.settings
        return Tables(names.tenants_table, names.customers_table, names.tokens_table, names.region, names.aws_endpoint)

    @cached_property
    def vault(self) -> Vault:
        from chalicelib.aws import secrets

        settings = self.settings
        return secrets.Vault(
            lambda: secrets.load(settings.region, settings.secrets_path, settings.aws_endpoint), self.now
        )

    @property
    def secrets(self) -> Secrets:
        """The installation's, as they are now: what keeps a part of them, keeps what may have been replaced."""
        return self.vault.held()

    @secrets.setter
    def secrets(self, given: Secrets) -> None:
        from chalicelib.aws.secrets import Vault

        self.vault = Vault(lambda: given, self.now)

    @cached_property
    def mail(self) -> SesMail:
        from chalicelib.aws.mail import SesMail

        settings = self.settings
        return SesMail(settings.region, settings.mail_from, settings.aws_endpoint, settings.mail_configuration_set)

    @cached_property
    def sms(self) -> SnsSms:
        from chalicelib.aws.sms import SnsSms

        return SnsSms(self.settings.region, self.settings.aws_endpoint)

    @cached_property
    def certificates(self) -> Certificates:
        """SNS's, by which its notifications are known."""
        from chalicelib.aws.signatures import Certificates

        return Certificates()

    @cached_property
    def people(self) -> People:
        """Whom messages to customers go to: messages stand before customers, and must not know them."""
        from chalicelib.customers.actions.recipients import Customers

        return Customers()

    @cached_property
    def queue(self) -> SqsQueue:
        from chalicelib.aws.queue import SqsQueue

        return SqsQueue(self.settings.region, self.settings.messages_queue, self.settings.aws_endpoint)

    @cached_property
    def audits(self) -> SqsQueue:
        """The queue of companies whose books are to be audited."""
        from chalicelib.aws.queue import SqsQueue

        return SqsQueue(self.settings.region, self.settings.audits_queue, self.settings.aws_endpoint)

    @cached_property
    def jobs(self) -> SqsQueue:
        """The queue of long work that a company has begun."""
        from chalicelib.aws.queue import SqsQueue

        return SqsQueue(self.settings.region, self.settings.jobs_queue, self.settings.aws_endpoint)

    @cached_property
    def metrics(self) -> Metrics:
        from chalicelib.aws.metrics import Metrics

        return Metrics(self.settings.stage)

    @cached_property
    def files(self) -> S3Files:
        from chalicelib.aws.files import S3Files

        settings = self.settings
        return S3Files(settings.region, settings.files_bucket, settings.files_endpoint or settings.aws_endpoint)

    @property
    def payments(self) -> Gateway:
        """Stripe, by its secrets as they are now: a key that has leaked is rolled while containers run."""
        if self._payments is None or self._payments_of is not None:
            from chalicelib.billing.gateway import stripe_gateway

            held = self.secrets
            of = held.stripe_key, held.stripe_webhooks
            if self._payments is None or of != self._payments_of:
                self._payments = stripe_gateway.StripeGateway(*of, self.settings.stripe_url)
                self._payments_of = of
        return self._payments

    @payments.setter
    def payments(self, given: Gateway) -> None:
        self._payments, self._payments_of = given, None


_current: Services | None = None


def services() -> Services:
    """This container's services; made from the environment the first time something asks."""
    global _current
    if _current is None:
        _current = Services(Settings.read(os.environ))
    return _current


def use(replacement: Services | None) -> None:
    """Put other services in place: the sandbox's, a test's; None forgets them."""
    global _current
    _current = replacement
