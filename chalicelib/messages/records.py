"""The outbox: a message lies beside the customer it is for, written in the same transaction as its cause."""

from __future__ import annotations

import json
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Store
from chalicelib.messages.rules import FIRST_LOOK, LEASE, Message

TASK = "message"


class MessageRow(CustomersRow):
    template = UnicodeAttribute()
    to = UnicodeAttribute()
    language = UnicodeAttribute()
    body = UnicodeAttribute()
    reply_to = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    posted_at = UnicodeAttribute()
    attempts = NumberAttribute()
    lease = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    task = UnicodeAttribute(null=True)
    task_at = UnicodeAttribute(null=True)


def new_message(store: Store, customer: str, message: Message, now: datetime) -> Write:
    """The outbox row. It is on the sweep's list until it is sent."""
    row = MessageRow(
        store.customer(customer),
        f"message#{message.id}",
        template=message.template,
        to=message.to,
        language=message.language,
        body=json.dumps({"values": dict(message.values), "secrets": {k: list(v) for k, v in message.secrets.items()}}),
        reply_to=message.reply_to or None,
        state="pending",
        posted_at=now.isoformat(),
        attempts=0,
        task=TASK,
        task_at=(now + FIRST_LOOK).isoformat(),
    )
    return create(row, "message")


def read(store: Store, customer: str, message_id: str) -> Item | None:
    return store.get(store.customer_key(customer, f"message#{message_id}"))[0]


def to_message(item: Item) -> Message:
    body = json.loads(item["body"])
    secrets = {name: tuple(names) for name, names in body["secrets"].items()}
    message_id = item["item"].removeprefix("message#")
    return Message(
        message_id, item["template"], item["to"], item["language"], body["values"], secrets, item.get("reply_to", "")
    )


def claim(store: Store, customer: str, message_id: str, now: datetime) -> Write:
    """Take it for a minute: two deliveries of one queue message must not both send."""
    row = MessageRow(store.customer(customer), f"message#{message_id}")
    free = MessageRow.lease.does_not_exist() | (MessageRow.lease < now.isoformat())
    return change(row, "message", (MessageRow.state == "pending") & free, lease=(now + LEASE).isoformat())


def finish(store: Store, customer: str, message_id: str, state: str, reason: str | None = None) -> Write:
    row = MessageRow(store.customer(customer), f"message#{message_id}")
    return change(row, "message", state=state, reason=reason, lease=None, task=None, task_at=None)


def postpone(store: Store, customer: str, message_id: str, attempts: int, until: datetime) -> Write:
    row = MessageRow(store.customer(customer), f"message#{message_id}")
    return change(row, "message", attempts=attempts, lease=None, task_at=until.isoformat())


def put_off(store: Store, customer: str, message_id: str, until: datetime) -> Write:
    """Not before `until` on the sweep's list again; fails for one that has been sent meanwhile."""
    row = MessageRow(store.customer(customer), f"message#{message_id}")
    return change(row, "message", MessageRow.state == "pending", task_at=until.isoformat())
