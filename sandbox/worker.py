"""What Lambda does by itself: takes messages off the queue, runs the schedule. Through app.py's own handlers.

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
from datetime import datetime
from functools import partial
from typing import Any

import boto3

import app as wiring

QUEUE_EVERY = 0.5
SWEEP_EVERY = 5 * 60.0
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
        queue_url: str,
        after: Callable[[], None],
    ) -> None:
        self._lock, self._clock, self._queue_url, self._after = lock, clock, queue_url, after
        self._sqs = boto3.client("sqs")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._count = 0
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
                self.deliver()
                if time.monotonic() - swept >= SWEEP_EVERY:
                    swept = time.monotonic()
                    self.sweep()
            except Exception:
                # A bug here must be seen, and must not end the only worker there is.
                log.exception("the worker stumbled")

    def deliver(self) -> int:
        """Take all messages off the queue. How many there were; one that fails stays there, as at SQS."""
        taken = 0
        while not self._stopping.is_set():
            with self._lock:
                answer = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=0)
                for message in answer.get("Messages", []):
                    record = {"body": message["Body"], "receiptHandle": message["ReceiptHandle"]}
                    batch = {"Records": [record]}
                    about = str(json.loads(message["Body"]).get("message", ""))
                    if self._note("send_messages", about, partial(wiring.send_messages, batch, None)):
                        self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
                    self._after()
            if not answer.get("Messages"):
                return taken
            taken += 1
        return taken

    def sweep(self) -> None:
        """The schedule's run, as EventBridge would start it."""
        with self._lock:
            self._note("sweep", "every 5 minutes", partial(wiring.sweep, _SCHEDULED, None))

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
