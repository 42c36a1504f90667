"""Deliver events to whoever listens: signed as Stripe signs, retried with a growing pause, and made to
misbehave on wish. Knows an event's bytes, type and account, and nothing of what they mean."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sandbox.stripe.faults import Faults

Json = dict[str, Any]
Send = Callable[[str, bytes, dict[str, str]], int]
"""Posts a webhook (address, body, headers) and gives the status it was answered with."""
Status = Literal["pending", "held", "sending", "delivered", "failed", "lost", "pulled"]

RETRIES = (1.0, 3.0, 10.0, 30.0)
"""Seconds before each next try. Stripe's own schedule spans three days; a test has less patience."""


@dataclass(frozen=True)
class Endpoint:
    url: str
    secret: str
    connect: bool
    """True: events of connected accounts; False: the platform's own."""
    types: tuple[str, ...] = ("*",)

    def wants(self, type: str) -> bool:
        return "*" in self.types or type in self.types


@dataclass(frozen=True)
class Attempt:
    at: datetime
    status: int | None
    """None when nobody answered."""
    error: str = ""


@dataclass
class Delivery:
    endpoint: Endpoint
    body: bytes
    status: Status = "pending"
    note: str = ""
    """The fault it was given, in a word."""
    not_before: datetime | None = None
    retry_at: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)


@dataclass
class LoggedEvent:
    """An event, and what became of it at every endpoint."""

    id: str
    type: str
    account: str | None
    at: datetime
    event: Json
    deliveries: list[Delivery] = field(default_factory=list)


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over "time.body" (docs.stripe.com/webhooks, "Verify
    manually")."""
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


class Webhooks:
    """Endpoints, the queue to them, and the log the desk shows."""

    def __init__(
        self,
        now: Callable[[], datetime],
        faults: Faults,
        *,
        send: Send = post,
        signing_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._now = now
        self._faults = faults
        self._send = send
        # Receivers check a signature's age by their own watch: it carries real time unless told otherwise.
        self._signing_clock = signing_clock or (lambda: datetime.now(UTC))
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.endpoints: list[Endpoint] = []
        self.log: list[LoggedEvent] = []
        self._queue: list[Delivery] = []
        self._reordering: list[Delivery] = []

    # In

    def add(self, endpoint: Endpoint) -> None:
        with self._lock:
            self.endpoints.append(endpoint)

    def remove(self, endpoint: Endpoint) -> None:
        with self._lock:
            self.endpoints.remove(endpoint)

    def audience(self, type: str, connect: bool) -> list[Endpoint]:
        return [e for e in self.endpoints if e.connect == connect and e.wants(type)]

    def enqueue(self, event: Json, account: str | None) -> None:
        """File the event and queue it for every endpoint that wants it. `account` is None for the
        platform's own."""
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        with self._lock:
            logged = LoggedEvent(event["id"], event["type"], account, self._now(), event)
            self.log.insert(0, logged)
            for endpoint in self.audience(event["type"], account is not None):
                self._queue_one(logged, endpoint, body)
        self._wake.set()

    def resend(self, id: str) -> int:
        """Queue a logged event again, as the Dashboard's button does. Returns to how many endpoints."""
        with self._lock:
            logged = next(entry for entry in self.log if entry.id == id)
            body = json.dumps(logged.event, indent=2, ensure_ascii=False).encode()
            audience = self.audience(logged.type, logged.account is not None)
            for endpoint in audience:
                self._push(logged, Delivery(endpoint, body, note="resent"))
        self._wake.set()
        return len(audience)

    def release(self) -> None:
        """Let go of everything that was held back."""
        with self._lock:
            self._flush_reordering()
            for delivery in self._queue:
                if delivery.status == "held":
                    delivery.status = "pending"
                delivery.not_before = None
        self._wake.set()

    def clear(self) -> None:
        with self._lock:
            self.log.clear()
            self._queue.clear()
            self._reordering.clear()

    def _queue_one(self, logged: LoggedEvent, endpoint: Endpoint, body: bytes) -> None:
        fault = self._faults.take("webhook", logged.type)
        how = fault["how"] if fault else ""
        delivery = Delivery(endpoint, body, note=how)
        if fault and how == "lost":
            delivery.status = "lost"
            logged.deliveries.append(delivery)
        elif fault and how == "late":
            if fault["seconds"] is None:
                delivery.status = "held"
            else:
                delivery.not_before = self._now() + timedelta(seconds=fault["seconds"])
            self._push(logged, delivery)
        elif fault and how == "reorder":
            delivery.status = "held"
            logged.deliveries.append(delivery)
            self._reordering.append(delivery)
            if len(self._reordering) >= fault["count"]:
                self._flush_reordering()
        else:
            self._push(logged, delivery)
            if how == "double":
                self._push(logged, Delivery(endpoint, body, note="double"))

    def _push(self, logged: LoggedEvent, delivery: Delivery) -> None:
        logged.deliveries.append(delivery)
        self._queue.append(delivery)

    def _flush_reordering(self) -> None:
        for delivery in reversed(self._reordering):
            delivery.status = "pending"
            self._queue.append(delivery)
        self._reordering.clear()

    # Out

    def pull(self) -> list[tuple[str, bytes, str]]:
        """Take what is ready to go as (address, body, signature), for a test that delivers it by its own
        hand."""
        with self._lock:
            ready = [d for d in self._queue if self._ready(d)]
            for delivery in ready:
                delivery.status = "pulled"
            self._queue = [d for d in self._queue if d not in ready]
            return [(d.endpoint.url, d.body, sign(d.body, d.endpoint.secret, self._signing_clock())) for d in ready]

    def deliver_pending(self) -> int:
        """Send what is ready, now and in this thread, without waiting for a retry's pause; also what the
        receivers cause by it. Each delivery is tried once. Returns how many were answered with a 2xx."""
        tried: list[int] = []
        delivered = 0
        while True:
            with self._lock:
                delivery = next((d for d in self._queue if self._ready(d) and id(d) not in tried), None)
                if delivery is None:
                    return delivered
                delivery.status = "sending"
            tried.append(id(delivery))
            delivered += self._try(delivery)

    def start(self, tick: Callable[[], None]) -> None:
        """Deliver in a thread of its own; `tick` is called between deliveries, for what time brings about."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(tick,), name="stripe-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=12)
            self._thread = None

    def _run(self, tick: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            tick()
            with self._lock:
                now = time.monotonic()
                delivery = next((d for d in self._queue if self._ready(d) and d.retry_at <= now), None)
                if delivery is not None:
                    delivery.status = "sending"
                else:
                    self._wake.clear()
            if delivery is None:
                self._wake.wait(timeout=0.2)
            else:
                self._try(delivery)

    def _ready(self, delivery: Delivery) -> bool:
        late = delivery.not_before is not None and delivery.not_before > self._now()
        return delivery.status == "pending" and not late

    def _try(self, delivery: Delivery) -> bool:
        """One attempt, made without holding the lock: the receiver calls back into the API while it
        answers."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(delivery.body, delivery.endpoint.secret, self._signing_clock()),
        }
        status, error = None, ""
        try:
            status = self._send(delivery.endpoint.url, delivery.body, headers)
        except Exception as failure:
            # Whatever the receiver does, it is its attempt that failed and not the sandbox.
            error = f"{type(failure).__name__}: {failure}"
        with self._lock:
            delivery.attempts.append(Attempt(self._now(), status, error))
            if status is not None and 200 <= status < 300:
                delivery.status = "delivered"
            elif len(delivery.attempts) > len(RETRIES):
                delivery.status = "failed"
            else:
                delivery.status = "pending"
                delivery.retry_at = time.monotonic() + RETRIES[len(delivery.attempts) - 1]
            if delivery.status != "pending" and delivery in self._queue:
                self._queue.remove(delivery)
            return delivery.status == "delivered"
