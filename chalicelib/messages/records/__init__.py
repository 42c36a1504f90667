"""What is kept of messages. The outbox can be had from here; what the company decided of the templates, and who gets
nothing more, from their own files."""

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
