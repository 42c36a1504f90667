"""What is kept of messages: the outbox, the company's own templates, the addresses that get no more mail."""

from chalicelib.messages.records.outbox import (
    TASK,
    MessageRow,
    claim,
    describe,
    finish,
    message_key,
    new_message,
    note_outcome,
    note_refused,
    note_sent,
    postpone,
    put_aside,
    put_off,
    read,
    skip,
    to_message,
)

__all__ = [
    "TASK",
    "MessageRow",
    "claim",
    "describe",
    "finish",
    "message_key",
    "new_message",
    "note_outcome",
    "note_refused",
    "note_sent",
    "postpone",
    "put_aside",
    "put_off",
    "read",
    "skip",
    "to_message",
]
