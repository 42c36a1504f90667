"""One visit and one payment, done on moto from the mailed link to the receipt, and all counted that AWS bills."""

from __future__ import annotations

import gzip
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.first_view import LEVEL
from bench.house import SLUG, House, ask, event, house, nth_invoice, pay_form
from bench.operate_units import Meter, Tally
from chalicelib import logs
from chalicelib.aws.metrics import Metrics
from chalicelib.billing.actions.comparing import Comparison
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.billing.rules.audit import WINDOW
from chalicelib.customers import records
from chalicelib.customers.actions import link
from chalicelib.web import cookies
from chalicelib.web import events as entries
from sandbox.happenings import Fates
from sandbox.stripe.http import Request, Response
from sandbox.stripe.transport import InProcessClient
from sandbox.world import WEBHOOK_SECRET, queued

REFERRED = re.compile(r'<(?:link rel="(?:stylesheet|icon)" href|script src)="([^"]+)"')
# The gateway compresses what is larger (minimum_compression_size of .chalice/config.json).
COMPRESSED_FROM = 1000
EACH_LINE = 26


@dataclass
class Step:
    """A request, or a run without one: what it used, the seconds of our own code, the calls to Stripe, the bytes that
    left and came in, and the lines in the log."""

    name: str
    used: Tally
    seconds: float
    stripe: int = 0
    sent: int = 0
    received: int = 0
    logged: int = 0
    request: bool = True


@dataclass
class Visit:
    """What was done, in its order. `files` are the style sheet and the like, which CloudFront has: bytes by name."""

    steps: list[Step] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)

    def used(self) -> Tally:
        every = Tally()
        for one in self.steps:
            every.reads += one.used.reads
            every.writes += one.used.writes
            every.calls += one.used.calls
            every.mail_bytes += one.used.mail_bytes
            every.listed += one.used.listed
        return every


class Runner:
    """Does visits at a house, one customer's."""

    def __init__(self, made: House) -> None:
        self.house, self.meter, self.visit = made, Meter(), Visit()
        self.cookie = ""
        self._stripe_calls, self._stripe_seconds = 0, 0.0
        self._fates, self._log = Fates(made.world), Log()
        services, stripe = made.services, made.world.stripe
        services.metrics = Metrics(services.settings.stage, self._log.line)
        services.payments = StripeGateway(
            services.secrets.stripe_key, services.secrets.stripe_webhooks, stripe.url, InProcessClient(self._answered)
        )
        stripe.add_webhook("https://portal.example.com/stripe/webhooks", WEBHOOK_SECRET, connect=True)
        self._quiet()

    def _answered(self, request: Request) -> Response:
        began = time.process_time()
        answer = self.house.world.stripe.answer(request)
        self._stripe_calls += 1
        self._stripe_seconds += time.process_time() - began
        return answer

    def step(self, name: str, request: dict[str, Any], *statuses: int) -> dict[str, Any]:
        """A request, counted."""
        with self._counted(name) as step:
            answer = ask(request, *statuses)
        body = answer["body"].encode()
        carried = gzip.compress(body, LEVEL) if len(body) >= COMPRESSED_FROM else body
        headers = answer.get("headers", {}) | {k: "".join(v) for k, v in answer.get("multiValueHeaders", {}).items()}
        step.sent = len(carried) + sum(len(f"{name}: {value}\r\n") for name, value in headers.items())
        step.received = len(request.get("body") or "")
        return answer

    def run(self, name: str, entry: Callable[[], object]) -> None:
        """What a queue's message starts, counted."""
        with self._counted(name) as step:
            entry()
        step.request = False

    @contextmanager
    def _counted(self, name: str) -> Iterator[Step]:
        self.meter.take()
        self._stripe_calls, self._stripe_seconds = 0, 0.0
        step = Step(name, Tally(), 0)
        with self.meter.running(), self._log.kept():
            began = time.process_time()
            yield step
            spent = time.process_time() - began
        step.used = self.meter.take()
        step.stripe, step.logged = self._stripe_calls, self._log.bytes
        step.seconds = max(spent - step.used.seconds - self._stripe_seconds, 0)
        self.visit.steps.append(step)

    # What is done

    def browse(self) -> Visit:
        """From the mailed link to one invoice. The link was sent before: mails have a sum of their own."""
        self.visit, self.cookie = Visit(), ""
        page = f"/{SLUG}/link/{self._link()}"
        body = self.step("link", event("GET", page))["body"]
        self._files(body)
        answer = self.step("continue", event("POST", page, form={}), 303)
        self.cookie = self._session(answer)
        self.step("home", self._get(f"/{SLUG}"))
        self.step("invoices", self._get(f"/{SLUG}/invoices", filter="all"))
        self.step("invoice", self._get(f"/{SLUG}/invoices/{nth_invoice(0).id}"))
        return self.visit

    def pay(self, age: int) -> Visit:
        """An invoice by the saved card, as a customer signed in does: its form, the charge, the page that says thank
        you, Stripe's events of it. The receipt waits on its queue."""
        self.visit, self.cookie = Visit(), self.house.cookie
        form = pay_form(self.step("pay form", self._get(f"/{SLUG}/invoices/{nth_invoice(age).id}/pay"))["body"])
        answer = self.step("charge", event("POST", f"/{SLUG}/payments", form=form, cookie=self.cookie), 303)
        location = str(answer["headers"]["Location"])
        thanks = self.step("thank you", self._get(location[location.index(f"/{SLUG}") :]))["body"]
        if "Thank you" not in thanks:
            raise RuntimeError("the saved card was not charged")
        for _, body, signature in self.house.world.stripe.pending_webhooks():
            self.step(f"webhook {json.loads(body)['type']}", _told(body, signature), 200)
        return self.visit

    def mail(self) -> Visit:
        """One Portal Link by e-mail, from being posted to the note that it arrived."""
        self.visit = Visit()
        self.run("post", self._send_link)
        self._write()
        return self.visit

    def receipt(self) -> Visit:
        """What the last payment left on the queue of messages."""
        self.visit = Visit()
        self._write()
        return self.visit

    def audit(self) -> Visit:
        """This customer's books, compared with themselves and with Stripe, as each night."""
        self.visit = Visit()
        services, store = self.house.services, self.house.store
        since = services.now() - WINDOW
        comparison = Comparison(services, store, "USD", since)
        self.run("audit", partial(comparison.customer, self.house.dana))
        return self.visit

    # How it is done

    def _write(self) -> None:
        services, outputs = self.house.services, self.house.world.outputs
        for body in queued(outputs):
            self.run("send", partial(entries.send_messages, services, [_Record(json.dumps(body))]))
        self._fates.collect()
        for body in queued(outputs, "EventsQueueUrl"):
            self.run("note", partial(entries.note_events, services, [_Record(json.dumps(body))]))

    def _send_link(self) -> str:
        services, store = self.house.services, self.house.store
        return link.send(services, store, records.customers(store, [self.house.dana])[0])

    def _link(self) -> str:
        """The token of a link that was mailed."""
        id = self._send_link()
        self._quiet()
        return link.token(self.house.services, self.house.store, self.house.dana, id)

    def _quiet(self) -> None:
        """Everything that waits is done, and not counted."""
        kept, self.visit = self.visit, Visit()
        self._write()
        self.visit = kept
        for _, body, signature in self.house.world.stripe.pending_webhooks():
            ask(_told(body, signature), 200)

    def _files(self, page: str) -> None:
        for url in REFERRED.findall(page):
            answer = ask(event("GET", url))
            self.visit.files[url.rpartition("/")[2]] = len(gzip.compress(answer["body"].encode(), LEVEL)) + sum(
                len(f"{name}: {value}\r\n") for name, value in answer["headers"].items()
            )

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        return event("GET", path, query, cookie=self.cookie)

    def _session(self, answer: dict[str, Any]) -> str:
        every = answer["multiValueHeaders"]["Set-Cookie"]
        return "; ".join(one.partition(";")[0] for one in every if one.startswith(cookies.SESSION))


class Log(logging.Handler):
    """How many bytes our lines have, as they are written in Lambda. CloudWatch adds to each."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logs.Lines("prod", "porchlight-prod-APIHandler"))
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = "8fd3a7f2-6f0e-4c0e-9c5b-2d5f0f2a9d11"
        self.line(self.format(record))

    def line(self, line: str) -> None:
        self.bytes += len(line.encode()) + EACH_LINE

    @contextmanager
    def kept(self) -> Iterator[None]:
        ours = [logging.getLogger(name) for name in ("chalicelib", "porchlight")]
        before, self.bytes = [one.level for one in ours], 0
        for one in ours:
            one.addHandler(self)
            one.setLevel(logging.INFO)
        try:
            yield
        finally:
            for one, level in zip(ours, before, strict=True):
                one.removeHandler(self)
                one.setLevel(level)


@dataclass
class _Record:
    body: str


def _told(body: bytes, signature: str) -> dict[str, Any]:
    told = event("POST", "/stripe/webhooks")
    told["body"] = body.decode()
    told["headers"] |= {"Content-Type": "application/json", "Stripe-Signature": signature}
    told["multiValueHeaders"] = {name: [value] for name, value in told["headers"].items()}
    return told


@contextmanager
def runner() -> Iterator[Runner]:
    with house() as made:
        yield Runner(made)


def totals(calls: Counter[str], *names: str) -> int:
    """How many of these calls there were: 'sqs.SendMessage'."""
    return sum(calls[name] for name in names)
