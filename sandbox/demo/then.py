"""The past, for actions: for a moment it is then, and what they hand over to the worker stays here, as long since sent.

A message is what its cause has written. Here it gets what a sent one has besides: its subject, and that it arrived.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from chalicelib.aws.queue import SqsQueue
from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.messages import records as outbox
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from sandbox.demo import told
from sandbox.demo.past import new_id

# Writes a transaction may have.
MOST = 50


@contextmanager
def at(services: Services, then: datetime, chance: random.Random) -> Iterator[None]:
    """For a moment it is then, and ids come from our own chance."""
    clock, made_id = services.clock, services.new_id
    services.clock, services.new_id = lambda: then, lambda when: new_id(chance, when)
    try:
        yield
    finally:
        services.clock, services.new_id = clock, made_id


@dataclass
class Post:
    """In the place of the queue of messages."""

    handed: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: dict[str, str]) -> bool:
        self.handed.append((body["customer"], body["message"]))
        return True

    def put_all(self, bodies: Sequence[dict[str, str]]) -> None:
        for body in bodies:
            self.put(body)

    def deliver(self, store: Store, company: Company, customers: Sequence[Customer]) -> None:
        """All that was handed over was sent a moment later, and arrived."""
        by_id = {one.id: one for one in customers}
        for start in range(0, len(self.handed), MOST):
            some = list(dict.fromkeys(self.handed[start : start + MOST]))
            items = store.get(*(outbox.message_key(store, customer, id) for customer, id in some))
            writes = []
            for (customer, id), item in zip(some, items, strict=True):
                if item is None or item["state"] != "pending":
                    continue
                message, posted = outbox.to_message(item), datetime.fromisoformat(item["posted_at"])
                sent: dict[str, Any] = {
                    "sent_at": told.after(posted, told.TAKEN),
                    "summary": told.subject(company, by_id.get(customer), message),
                    "outcome": "delivered",
                    "outcome_at": told.after(posted, told.ARRIVED),
                }
                writes.append(outbox.finish(store, customer, id, "sent", **sent))
            if writes:
                store.transact(*writes)
        self.handed.clear()


@contextmanager
def posted(services: Services) -> Iterator[Post]:
    """What is handed over meanwhile comes to this post, and not onto the queue."""
    queue, post = services.queue, Post()
    services.queue = cast(SqsQueue, post)
    try:
        yield post
    finally:
        services.queue = queue
