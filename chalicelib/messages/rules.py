"""What a message is and when it is tried again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

FIRST_LOOK = timedelta(minutes=2)
LEASE = timedelta(minutes=1)
GIVE_UP = timedelta(days=3)
# How long the queue gets for what the sweep handed over, before the sweep does it again.
HANDED_OVER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Message:
    """One message with one cause.

    `id` is made from the cause (`receipt-<payment>`), so that one cause can't send two. `values` fill the template and
    are JSON; `secrets` are the parts that must not lie in the store: name -> (kind, *names) of `tokens.derive`, or of
    `tokens.derive_code` for one called `code`. They are derived when the message is sent.
    An answer goes to `reply_to`, '' for the company.
    """

    id: str
    template: str
    to: str
    language: str
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reply_to: str = ""


def next_try(attempts: int, now: datetime) -> datetime:
    """When a message that was not taken is due again: 1, 2, 4 … minutes, six hours at the most."""
    return now + min(timedelta(minutes=2 ** min(attempts, 12)), timedelta(hours=6))


def hopeless(posted_at: datetime, now: datetime) -> bool:
    """After three days nobody is waiting for it any more."""
    return now - posted_at > GIVE_UP
