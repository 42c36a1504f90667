"""The whole of Porchlight in one process: started by `make run` with a family of ports, by browser tests on free ones.

One lock is held by whoever touches Porchlight or moto: the portal's requests, the worker, the files, the desk. Nobody
waits for another request to ourselves while holding it. Stripe's sandbox never needs it: it may be called with the
lock held, and its webhooks go out from threads of its own.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import app as wiring
from chalicelib.aws.metrics import Metrics
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from sandbox import demo, gateway, happenings, people, serve, website
from sandbox import world as worlds
from sandbox.demo import Till
from sandbox.desk.site import Desk
from sandbox.files import FilesServer, keep_in_process
from sandbox.happenings import Fates, What
from sandbox.mailbox import Mail, Mailbox
from sandbox.phones import Phones
from sandbox.ports import Ports
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.worker import Worker
from sandbox.world import WEBHOOK_SECRET, World


class Clock:
    """The sandbox's time: real time, and what was let pass on top."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class RealStripe:
    """Stripe's own test mode instead of the sandbox: a secret key, and a connected account that may charge."""

    key: str
    account: str = ""
    webhook_secret: str = ""

    def till(self, webhook_secrets: tuple[str, ...]) -> Till:
        import stripe

        secrets = (self.webhook_secret,) if self.webhook_secret else webhook_secrets
        gateway = StripeGateway(self.key, secrets)
        return Till(
            stripe.StripeClient(self.key), gateway, lambda name: self.account if name == people.EVERGREEN.name else ""
        )


@dataclass
class Sandbox:
    """`with Sandbox() as sandbox:` is a running Porchlight with the demo companies in it.

    `port` 0 takes free ports; otherwise the family that begins there (see `ports.py`). `prefix` ('/api') puts the
    portal below a path, as a gateway's stage does. `lock` is to be held around anything done to `world` from outside.
    """

    port: int = 0
    prefix: str = ""
    real_stripe: RealStripe | None = None
    lock: Any = field(default_factory=threading.RLock)

    def start(self) -> Sandbox:
        """Build the world, fill it, and answer. PortInUse before anything has begun."""
        collecting = gc.isenabled()
        gc.disable()  # nearly all that is made here stays: looking for garbage in it takes a third of the start
        try:
            self._build()
            self._listen()
        finally:
            if collecting:
                gc.enable()
        return self

    def _build(self) -> None:
        self.ports = Ports.family(self.port) if self.port else Ports.free()
        serve.check_free(self.ports.all)
        self.clock = Clock()
        # Stripe is at 127.0.0.1 and the portal at localhost: other sites to a browser, as in earnest.
        self.stripe = StripeSandbox(self.clock, self.ports.stripe)
        self.world: World = worlds.build(
            self.portal_url,
            clock=self.clock,
            stripe=self.stripe,
            over_http=True,
            files_url=self.files_url,
            stage="local",
        )
        services = self.world.services
        keep_in_process(services.files)
        # To the desk, with the rest of a run's log, and not among what `make run` prints.
        services.metrics = Metrics(services.settings.stage, logging.getLogger("chalicelib.metrics").info)
        self.mailbox, self.phones = Mailbox(self.clock), Phones(self.clock)
        self.fates = Fates(self.world)
        outputs = self.world.outputs
        self.worker = Worker(
            self.lock,
            self.clock,
            outputs["MessagesQueueUrl"],
            outputs["AuditsQueueUrl"],
            outputs["JobsQueueUrl"],
            outputs["EventsQueueUrl"],
            self._collect,
        )
        till = Till.of_sandbox(self.stripe)
        if self.real_stripe:
            till = self.real_stripe.till(services.secrets.stripe_webhooks)
            services.settings = replace(services.settings, stripe_url="")
            services.payments = till.gateway
        self.demo = demo.fill(self.world, till)
        self.worker.deliver()
        self.worker.note_events()

    def _collect(self) -> None:
        """What was sent since the last time, for the desk."""
        self.mailbox.collect()
        self.phones.collect()
        self.fates.collect()

    def _listen(self) -> None:
        ports, services = self.ports, self.world.services
        files = FilesServer(services.files, self.lock, services.settings.origin)
        desk = Desk(self)
        webhooks = f"http://{serve.HOST}:{ports.portal}{self.prefix}/stripe/webhooks"
        self.stripe.add_webhook(webhooks, WEBHOOK_SECRET, connect=True)
        self._servers = [
            gateway.portal(wiring.app, ports.portal, self.lock, self.prefix),
            serve.listen(ports.files, files.answer),
            serve.listen(ports.website, website.Website(f"{self.portal_url}/{people.SLUG}").answer),
            serve.listen(ports.desk, desk.answer),
        ]
        self.stripe.start()
        for server in self._servers:
            server.start()
        self.worker.start()

    def stop(self) -> None:
        """End all of it, and forget everything. Whoever is still connected is cut off."""
        self.worker.stop()
        for server in self._servers:
            server.stop()
        self.world.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Where it is

    @property
    def portal_url(self) -> str:
        """Without a slash at the end; a company's portal is one segment further."""
        return f"http://localhost:{self.ports.portal}{self.prefix}"

    @property
    def files_url(self) -> str:
        return f"http://localhost:{self.ports.files}"

    @property
    def website_url(self) -> str:
        return f"http://localhost:{self.ports.website}"

    @property
    def desk_url(self) -> str:
        return f"http://localhost:{self.ports.desk}"

    # What can be done to it

    def pass_time(self, by: timedelta) -> None:
        """Let time go by, with what Stripe and the schedules do meanwhile."""
        self.clock.ahead += by
        self.stripe.advance()
        self.settle()
        self.worker.sweep()
        self.settle()
        self.worker.audit()

    def befall(self, mail: Mail, what: What) -> None:
        """SES tells this of a mail that was sent."""
        tenant, customer, message = mail.name.split(".")
        with self.lock:
            happenings.befell(self.world, tenant, customer, message, mail.to, what)
        self.settle()

    def text_back(self, number: str, words: str) -> None:
        """The owner of this phone answers a text."""
        with self.lock:
            self.phones.answered(number, words)
            happenings.answered(self.world, number, words)
        self.settle()

    def settle(self, seconds: float = 5.0) -> bool:
        """Wait until Stripe's webhooks are through and all mail is sent. Whether that was so in time.

        Not to be called with the lock held: the webhooks need it.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self._webhooks_under_way():
                self.worker.go_on()
                self.worker.deliver()
                self.worker.note_events()
                if not self._webhooks_under_way():
                    return True
            time.sleep(0.02)
        return False

    def _webhooks_under_way(self) -> bool:
        """Those that failed or are late by wish are not waited for."""
        now = self.clock()
        return any(
            delivery.status == "sending"
            or (delivery.status == "pending" and not delivery.attempts and not (delivery.not_before or now) > now)
            for event in self.stripe.events
            for delivery in event.deliveries
        )
