"""What every resource stands on: the state, the clock, ids, events, and things that happen by themselves
later. Resources are given an engine; the engine knows none of them."""

from __future__ import annotations

import copy
import heapq
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import stripe
from stripe._api_version import _ApiVersion

from sandbox.stripe.faults import Faults
from sandbox.stripe.state import Ids, State, Task, World
from sandbox.stripe.webhooks import Webhooks

Json = dict[str, Any]
TaskRun = Callable[["Engine", World, Task], None]
Listener = Callable[["Engine", World, Json], None]
"""Called with the object of an event just emitted: how a Checkout session learns what became of its
payment."""

assert stripe.VERSION, "the sandbox speaks the version of the API that the installed library does"
API_VERSION: str = _ApiVersion.CURRENT


class Engine:
    def __init__(
        self,
        clock: Callable[[], datetime],
        webhooks: Webhooks,
        faults: Faults,
        *,
        seed: int,
        bank_days: int,
        tasks: dict[str, TaskRun],
        listeners: dict[str, Listener],
    ) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self._seed = seed
        self._numbers = itertools.count()
        self._tasks = tasks
        self._listeners = listeners
        self.bank_days = bank_days
        self.webhooks = webhooks
        self.faults = faults
        self.base_url = "http://stripe.sandbox"
        self.lock = threading.RLock()
        """Held by whoever reads or writes the state: Stripe's objects change one request at a time here."""
        self.request: tuple[str | None, str | None] = (None, None)
        """(request id, idempotency key) of the request being served, for the events it causes."""
        self.reset()

    def reset(self) -> None:
        ids = Ids(self._seed)
        platform = ids.new("acct", 16)
        self.state = State(ids, platform, {platform: World(platform)})
        self._ahead = timedelta()

    # Time

    def now(self) -> datetime:
        return self._clock() + self._ahead

    def stamp(self) -> int:
        return int(self.now().timestamp())

    def advance(self, to: datetime | None) -> None:
        """Let time pass until `to` (or to what the clock says now), with all that is due on the way, in
        order."""
        with self.lock:
            if to is not None:
                self._ahead = max(timedelta(), to - self._clock())
            self.run_due()

    @contextmanager
    def at(self, then: datetime) -> Iterator[None]:
        """For a moment it is then. Nobody else is served meanwhile."""
        with self.lock:
            clock, ahead = self._clock, self._ahead
            self._clock, self._ahead = lambda: then, timedelta()
            try:
                yield
            finally:
                self._clock, self._ahead = clock, ahead

    def run_due(self) -> None:
        with self.lock:
            tasks = self.state.tasks
            while tasks and tasks[0].due <= self.now():
                task = heapq.heappop(tasks)
                self._tasks[task.name](self, self.state.world(task.account), task)

    def schedule(self, name: str, world: World, id: str, due: datetime, **with_: Any) -> None:
        heapq.heappush(self.state.tasks, Task(due, next(self._numbers), name, world.account, id, with_))

    def business_days(self, days: int) -> datetime:
        """So many working days from now. Banks' holidays are not known here."""
        at = self.now()
        while days > 0:
            at += timedelta(days=1)
            days -= at.weekday() < 5
        return at

    # Ids and events

    def id(self, prefix: str, length: int = 24) -> str:
        return self.state.ids.new(prefix, length)

    def emit(self, world: World, type: str, obj: Json, previous: Json | None = None) -> None:
        """Record an event with the object as it is now, and send it on its way."""
        connected = world.account if world.account != self.state.platform else None
        data: Json = {"object": copy.deepcopy(obj)}
        if previous:
            data["previous_attributes"] = previous
        request_id, key = self.request
        event: Json = {
            "id": self.id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.stamp(),
            "data": data,
            "livemode": False,
            "pending_webhooks": len(self.webhooks.audience(type, connected is not None)),
            "request": {"id": request_id, "idempotency_key": key},
            "type": type,
        }
        if connected:
            event["account"] = connected
        world.add(event)
        self.webhooks.enqueue(event, connected)
        if type in self._listeners:
            self._listeners[type](self, world, obj)
