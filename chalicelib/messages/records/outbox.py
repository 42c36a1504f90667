"""The outbox: a message lies beside the customer it is for, written in the same transaction as its cause. What was sent
stays, as the log of what the customer was told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Page, Store
from chalicelib.messages.rules import FIRST_LOOK, LEASE, Channel, Message, Outcome, State

TASK = "message"
BY_TENANT = ("by_tenant", "list", "list_key")


class MessageRow(CustomersRow):
    """`message#<id>`. One row is one e-mail or one SMS: that of an SMS beside an e-mail is `message#<id>-sms`."""

    template = UnicodeAttribute()
    to = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    channel = UnicodeAttribute()
    language = UnicodeAttribute()
    body = UnicodeAttribute()
    reply_to = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    posted_at = UnicodeAttribute()
    attempts = NumberAttribute()
    lease = UnicodeAttribute(null=True)
    # It was tried and not taken: when it may be tried again.
    not_before = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    # When its Portal Link ends, where it has one.
    link_ends = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    # As it was sent, secrets masked: the subject of an e-mail, the text of an SMS.
    summary = UnicodeAttribute(null=True)
    # The mail system's own name for it.
    sent_id = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    outcome_at = UnicodeAttribute(null=True)
    detail = UnicodeAttribute(null=True)
    task = UnicodeAttribute(null=True)
    task_at = UnicodeAttribute(null=True)
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


def message_key(store: Store, customer: str, message_id: str) -> Key:
    return store.customer_key(customer, f"message#{message_id}")


def new_message(store: Store, customer: str, message: Message, now: datetime, channel: Channel | None = None) -> Write:
    """The outbox row. It is on the sweep's list until it is sent. `channel` is what it goes by, an e-mail unless it is
    asked for otherwise."""
    row = MessageRow(
        store.customer(customer),
        f"message#{message.id}",
        template=message.template,
        to=message.to or None,
        phone=message.phone or None,
        channel=channel or message.by or "email",
        language=message.language,
        body=json.dumps(_body(message)),
        reply_to=message.reply_to or None,
        state="pending",
        posted_at=now.isoformat(),
        attempts=0,
        task=TASK,
        task_at=(now + FIRST_LOOK).isoformat(),
        list=_list(store, customer),
        list_key=f"{now.isoformat(timespec='microseconds')}#{message.id}",
    )
    return create(row, "message")


def _body(message: Message) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "values": dict(message.values),
        "secrets": {name: list(names) for name, names in message.secrets.items()},
        "path": message.path,
        "console_path": message.console_path,
        "by": message.by,
        "texts": dict(message.texts),
        "calendar": dict(message.calendar),
        "until": message.until,
    }
    return {name: part for name, part in parts.items() if part}


def _list(store: Store, customer: str) -> str:
    return f"{store.tenant}#messages#{customer}"


def read(store: Store, customer: str, message_id: str) -> Item | None:
    return store.get(message_key(store, customer, message_id))[0]


def log(store: Store, customer: str, limit: int, after: dict[str, str] | None = None) -> Page:
    """The messages to a customer, newest first, a page at a time. What was just written may take a moment."""
    return store.query("customers", _list(store, customer), index=BY_TENANT, limit=limit, after=after)


def to_message(item: Item) -> Message:
    body = json.loads(item["body"])
    secrets = {name: tuple(names) for name, names in body.get("secrets", {}).items()}
    return Message(
        item["item"].removeprefix("message#"), item["template"], item.get("to", ""), item["language"],
        body.get("values", {}), secrets, item.get("reply_to", ""), item.get("phone", ""), body.get("path", ""),
        body.get("console_path", ""), body.get("by", ""), body.get("texts", {}), body.get("calendar", {}),
        body.get("until", ""),
    )  # fmt: skip


def claim(store: Store, customer: str, message_id: str, now: datetime, *, link_ends: str = "") -> Write:
    """Take it for a minute and a half: two deliveries of one queue message must not both send. Fails for one that was
    sent, or is not due again yet."""
    row = _row(store, customer, message_id)
    due = MessageRow.not_before.does_not_exist() | (MessageRow.not_before <= now.isoformat())
    more = {"link_ends": link_ends} if link_ends else {}
    return change(row, "message", _free(now) & due, lease=(now + LEASE).isoformat(), **more)


def put_aside(
    store: Store, customer: str, message_id: str, now: datetime, state: Literal["skipped", "failed"], reason: str
) -> Write:
    """It is not to be sent, or can't be. Fails for one that somebody is sending, or has sent."""
    row = _row(store, customer, message_id)
    return change(row, "message", _free(now), state=state, reason=reason, lease=None, task=None, task_at=None)


def skip(store: Store, customer: str, message_id: str, reason: str) -> Write:
    """Its cause has taken it back. Fails for one that is sent, or has ever been begun."""
    row = _row(store, customer, message_id)
    untouched = (MessageRow.state == "pending") & MessageRow.lease.does_not_exist()
    return change(row, "message", untouched, state="skipped", reason=reason, task=None, task_at=None)


def _free(now: datetime) -> Condition:
    """Nobody has sent it, and nobody is about it: one who was has died."""
    unsent = (MessageRow.state == "pending") & MessageRow.outcome.does_not_exist()
    free: Condition = unsent & (MessageRow.lease.does_not_exist() | (MessageRow.lease < now.isoformat()))
    return free


def finish(
    store: Store, customer: str, message_id: str, state: State, reason: str | None = None, **more: str | None
) -> Write:
    """It needs nothing more. `more`: sent_at, summary, sent_id. Fails where the mail system's events have said already
    what became of it."""
    row = _row(store, customer, message_id)
    pending = MessageRow.state == "pending"
    return change(row, "message", pending, state=state, reason=reason, lease=None, task=None, task_at=None, **more)


def describe(store: Store, customer: str, message_id: str, summary: str) -> Write:
    """What was sent, where the events were faster than our own note of it."""
    return change(_row(store, customer, message_id), "message", summary=summary, lease=None)


def postpone(store: Store, customer: str, message_id: str, attempts: int, until: datetime) -> Write:
    """It was not taken: not before `until` again. Fails for one that was sent, as its events have told meanwhile."""
    row, at = _row(store, customer, message_id), until.isoformat()
    pending = MessageRow.state == "pending"
    return change(row, "message", pending, attempts=attempts, lease=None, not_before=at, task_at=at)


def put_off(store: Store, customer: str, message_id: str, until: datetime) -> Write:
    """Not before `until` on the sweep's list again; fails for one that has been sent meanwhile."""
    row = _row(store, customer, message_id)
    return change(row, "message", MessageRow.state == "pending", task_at=until.isoformat())


def note_sent(store: Store, customer: str, message_id: str, at: str, sent_id: str) -> Write:
    """The mail system says that it has it. Fails for one of which we know that."""
    return change(_row(store, customer, message_id), "message", MessageRow.state == "pending", **_sent(at, sent_id))


def note_refused(store: Store, customer: str, message_id: str, reason: str) -> Write:
    """The mail system took it, looked at it, and won't send it."""
    row = _row(store, customer, message_id)
    still = MessageRow.state.is_in("pending", "sent") & MessageRow.outcome.does_not_exist()
    return change(row, "message", still, state="failed", reason=reason, task=None, task_at=None)


def note_outcome(
    store: Store, item: Item, outcome: Outcome, at: str, detail: str, sent_id: str, *, over: tuple[Outcome, ...]
) -> Write:
    """What became of a message as it was read. Fails where something stands that is not among `over`: a complaint is
    not undone by the news of the delivery before it. What has an outcome was sent, whatever we knew of it."""
    row = MessageRow(item["customer"], item["item"])
    free = MessageRow.outcome.does_not_exist()
    for one in over:
        free = free | (MessageRow.outcome == one)
    sent = {} if item["state"] == "sent" else {**_sent(at, sent_id), "reason": None}
    return change(row, "message", free, outcome=outcome, outcome_at=at, detail=detail or None, **sent)


def _sent(at: str, sent_id: str) -> dict[str, str | None]:
    return {"state": "sent", "sent_at": at, "sent_id": sent_id or None, "task": None, "task_at": None}


def _row(store: Store, customer: str, message_id: str) -> MessageRow:
    return MessageRow(store.customer(customer), f"message#{message_id}")
