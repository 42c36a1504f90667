"""What can be made to go wrong next. Each fault is asked for by name, happens a set number of times, and
is then gone. Holds wishes only: the parts that can fail ask here whether to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

_INTENTS = "/v1/payment_intents"


@dataclass
class Fault:
    kind: str
    match: str | None
    times: int
    details: dict[str, Any] = field(default_factory=dict)


class Gate:
    """Holds one request where it stands until opened, so that a test can look at what is in flight."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def wait(self) -> None:
        self.reached.set()
        self._open.wait(timeout=10)

    def open(self) -> None:
        self._open.set()


class Faults:
    """Ask for a fault; the next thing that fits `match` (a part of the path, or the start of an event's
    type) has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wishes: list[Fault] = []

    def clear(self) -> None:
        with self._lock:
            self._wishes.clear()

    def armed(self) -> list[Fault]:
        """What is wished for and has not happened yet, in the order it was asked for."""
        with self._lock:
            return list(self._wishes)

    # Requests

    def timeout_before(self, match: str = _INTENTS, times: int = 1) -> None:
        """The connection is lost and nothing happened."""
        self._wish("timeout_before", match, times)

    def timeout_after(self, match: str = _INTENTS, times: int = 1) -> None:
        """The request took effect and its answer is lost."""
        self._wish("timeout_after", match, times)

    def server_error(self, match: str = "/v1/", times: int = 1, *, after: bool = False) -> None:
        """A 500, before or after the request took effect; kept under its idempotency key either way."""
        self._wish("server_error", match, times, after=after)

    def rate_limit(self, match: str = "/v1/", times: int = 1) -> None:
        self._wish("rate_limit", match, times)

    def hold(self, match: str = _INTENTS) -> Gate:
        """The next such request stands still inside Stripe until the gate is opened."""
        gate = Gate()
        self._wish("hold", match, 1, gate=gate)
        return gate

    # Money

    def decline_charge(self, code: str = "card_declined", decline_code: str | None = None, times: int = 1) -> None:
        """The next charge is declined, whichever card it is. `decline_code` goes with `card_declined`
        only."""
        self._wish("decline", None, times, code=code, decline_code=decline_code)

    # Webhooks

    def lose_webhook(self, match: str | None = None, times: int = 1) -> None:
        """Never delivered, not even by a retry."""
        self._wish("webhook", match, times, how="lost")

    def double_webhook(self, match: str | None = None, times: int = 1) -> None:
        """Delivered twice."""
        self._wish("webhook", match, times, how="double")

    def delay_webhook(self, seconds: float | None = None, match: str | None = None, times: int = 1) -> None:
        """Delivered so many seconds late, or when `release_webhooks()` is called."""
        self._wish("webhook", match, times, how="late", seconds=seconds)

    def reorder_webhooks(self, count: int = 2, match: str | None = None) -> None:
        """The next `count` are held back and then delivered last one first."""
        self._wish("webhook", match, count, how="reorder", count=count)

    # Asked by the sandbox

    def take(self, kind: str, subject: str = "") -> dict[str, Any] | None:
        """The details of a wished-for fault that fits, used up by one; None when all should go well."""
        with self._lock:
            for wish in self._wishes:
                fits = wish.match is None or (
                    subject.startswith(wish.match) if kind == "webhook" else wish.match in subject
                )
                if wish.kind == kind and fits:
                    wish.times -= 1
                    if wish.times <= 0:
                        self._wishes.remove(wish)
                    return wish.details
        return None

    def _wish(self, kind: str, match: str | None, times: int, **details: Any) -> None:
        with self._lock:
            self._wishes.append(Fault(kind, match, times, details))
