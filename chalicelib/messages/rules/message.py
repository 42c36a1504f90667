"""What a message is and when it is tried again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

FIRST_LOOK = timedelta(minutes=2)
# Longer than a worker may take, so that who holds a message when it ends is dead.
LEASE = timedelta(seconds=90)
GIVE_UP = timedelta(days=3)
# How long the queue gets for what the sweep handed over, before the sweep does it again.
HANDED_OVER = timedelta(minutes=15)

Channel = Literal["email", "sms"]
# pending: to be sent. skipped: not to be sent, for `reason`. failed: could not be, for `reason`.
State = Literal["pending", "sent", "skipped", "failed"]
# What became of it after it was sent, as far as the mail system says.
Outcome = Literal["", "delivered", "bounced", "complained"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message with one cause.

    `id` is made from the cause (`receipt-<payment>`), so that one cause can't send two. It goes by e-mail `to` an
    address and by SMS to `phone`, '' for none, as the company has its template set; `by` says which of them whatever
    the template's switches say, where somebody asked for it.

    `values` are the variables of the template beside the company's and the customer's, by group: {"invoice": {"total":
    12960, …}}; JSON: money in minor units, days and times ISO 8601. What they are is said in
    `standard/variables/<group>.json`.

    `path` is where its button and link lead, below the portal. To a customer that is a Portal Link, made when it is
    sent; with `secrets["url"]` it is a link of another kind, `%s` in the path standing for its token; where the SMS has
    one of its own, that is `secrets["url_by_sms"]`. `console_path` in its place leads into the console. `secrets` are
    the parts that must not lie in the store: name -> (kind, *names) of `tokens.derive`, or of `tokens.derive_code` for
    one called `code`. They are derived when the message is sent.

    An answer goes to `reply_to`, '' for the company. `calendar` is what the calendar file with the e-mail says, as
    `writing/calendar.py` wants it; without it there is no file. After `until` (UTC, ISO 8601; '' for never) it tells
    nothing any more, and is not sent.

    `texts` stand in the place of the template's, in a test of texts that are not saved: {"subject": …, "html": …,
    "text": …} or {"sms": …}.
    """

    id: str
    template: str
    to: str
    language: str
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reply_to: str = ""
    phone: str = ""
    path: str = ""
    console_path: str = ""
    by: Channel | Literal[""] = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    until: str = ""


def next_try(attempts: int, now: datetime) -> datetime:
    """When a message that was not taken is due again: in 2, 4, 8 … minutes, six hours at the most."""
    return now + min(timedelta(minutes=2 ** min(attempts, 12)), timedelta(hours=6))


def hopeless(posted_at: datetime, now: datetime) -> bool:
    """After three days nobody is waiting for it any more."""
    return now - posted_at > GIVE_UP
