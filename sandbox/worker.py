"""What Lambda does by itself: takes messages off the queues, runs the schedules. Through app.py's own handlers.

Every run is noted for the desk.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import boto3

import app as wiring

QUEUE_EVERY = 0.5
SWEEP_EVERY = 5 * 60.0
AUDIT_EVERY = timedelta(days=1)
KEEP = 500

log = logging.getLogger("sandbox")


@dataclass(frozen=True, slots=True)
class Run:
    """One background run: `about` what, the `seconds` it took, what it said; `error` is a traceback, or ''."""

    number: int
    name: str
    about: str
    at: datetime
    seconds: float
    result: str
    error: str = ""


class Worker:
    """Runs under the sandbox's lock: one thing at a time."""

    def __init__(
        self,
        lock: AbstractContextManager[Any],
        clock: Callable[[], datetime],
        messages_url: str,
        audits_url: str,
        jobs_url: str,
        events_url: str,
        after: Callable[[], None],
    ) -> None:
        self._lock, self._clock, self._after = lock, clock, after
        self._messages_url, self._audits_url = messages_url, audits_url
        self._jobs_url, self._events_url = jobs_url, events_url
        self._sqs = boto3.client("sqs")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._count = 0
        self._audited = clock()
        self.runs: list[Run] = []
        """Newest first."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def _run(self) -> None:
        swept = time.monotonic()
        while not self._stopping.wait(QUEUE_EVERY):
            try:
                self.go_on()
                self.deliver()
                self.note_events()
                if time.monotonic() - swept >= SWEEP_EVERY:
                    swept = time.monotonic()
                    self.sweep()
                    self.audit()
            except Exception:
                # A bug here must be seen, and must not end the only worker there is.
                log.exception("the worker stumbled")

    def deliver(self) -> int:
        """Take all messages to be sent off their queue. How many there were; one that fails stays there, as at SQS."""
        return self._take(self._messages_url, "send_messages", "message", wiring.send_messages)

    def note_events(self) -> int:
        """Take what AWS tells of messages off its queue. How many there were."""
        return self._take(self._events_url, "note_events", _told, wiring.note_events)

    def go_on(self) -> int:
        """Take what companies have begun off its queue, and do it. How many there were."""
        return self._take(self._jobs_url, "run_job", "job", wiring.run_job)

    def _take(self, url: str, name: str, about: str | Callable[[Any], str], handler: Callable[[Any, Any], Any]) -> int:
        taken = 0
        while not self._stopping.is_set():
            with self._lock:
                answer = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=0)
                for message in answer.get("Messages", []):
                    batch = {"Records": [{"body": message["Body"], "receiptHandle": message["ReceiptHandle"]}]}
                    body = json.loads(message["Body"])
                    what = str(body.get(about, "")) if isinstance(about, str) else about(body)
                    if self._note(name, what, partial(handler, batch, None)):
                        self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    self._after()
            if not answer.get("Messages"):
                return taken
            taken += 1
        return taken

    def sweep(self) -> None:
        """The schedule's run, as EventBridge would start it."""
        with self._lock:
            self._note("sweep", "every 5 minutes", partial(wiring.sweep, _SCHEDULED, None))

    def audit(self) -> None:
        """The night's run and its queue, once a day of the sandbox's time."""
        with self._lock:
            now = self._clock()
            if now - self._audited < AUDIT_EVERY:
                return
            self._audited = now
            self._note("start_audits", "every night", partial(wiring.start_audits, _SCHEDULED, None))
        self._take(self._audits_url, "audit_company", "tenant", wiring.audit_company)

    def _note(self, name: str, about: str, job: Callable[[], Any]) -> bool:
        at, began, error = self._clock(), time.perf_counter(), ""
        with _said() as lines:
            try:
                job()
            except Exception as failure:
                lines.append(f"{type(failure).__name__}: {failure}")
                error = traceback.format_exc()
        self._count += 1
        result = "; ".join(lines) or "done"
        self.runs.insert(0, Run(self._count, name, about, at, time.perf_counter() - began, result, error))
        del self.runs[KEEP:]
        return not error


def _told(envelope: Any) -> str:
    """What a notification is about, for the desk."""
    event = json.loads(envelope["Message"])
    return str(event.get("eventType") or "an answer to a text message")


# What EventBridge puts into the event of a rule on a schedule.
_SCHEDULED = {
    "id": "sandbox", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012",
    "time": "", "region": "us-east-1", "resources": [], "detail": {}, "version": "0",
}  # fmt: skip


class _Ear(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


@contextmanager
def _said() -> Iterator[list[str]]:
    """What Porchlight logs meanwhile: a run's result is its log, as in CloudWatch."""
    logger, lines = logging.getLogger("chalicelib"), list[str]()
    ear, level = _Ear(lines), logger.level
    logger.addHandler(ear)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
