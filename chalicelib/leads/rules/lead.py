"""A lead: somebody who wrote to the company, what they wrote, and how far the company is with them. Pure.

Who books online and is no customer yet is a lead too, beside their booking.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.tenants.rules.access import Actor

# Where it was written: the widget on the company's website, the portal's open page, the portal by a customer; with a
# booking online by somebody whom the company doesn't know.
Source = Literal["widget", "page", "portal", "booking"]
SOURCES: tuple[Source, ...] = get_args(Source)

Status = Literal["new", "contacted", "won", "lost"]
STATUSES: tuple[Status, ...] = get_args(Status)

# Why it may be spam: no sign of our form, sent sooner than anybody types, the trap filled in, too many links.
Reason = Literal["no_form", "too_fast", "trap", "links"]

# The lists that a company's leads lie on: one a status, and the suspected ones apart.
Folder = Literal[Status, "spam"]


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody wrote, tidied (`submission.py`). At least one of `email` and `phone` is there.

    `service` and `preferred_time` are in the visitor's own words; `page` is where they wrote it, as
    'example.com/contact', '' where nobody knows.
    """

    name: str
    email: str
    phone: str
    message: str
    service: str = ""
    preferred_time: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. `address` is where the request came from; `customer` and `name` are who was signed in, '' for anybody
    else, and `by_link` whether they came by a mailed link."""

    address: str
    language: str
    customer: str = ""
    name: str = ""
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """One message that came in. `received_at` is UTC, ISO 8601 with microseconds, so that it sorts.

    `language` is the one they wrote from; `customer` the customer who was signed in, or was found to have booked, ''
    for anybody else. `reasons` are why it was suspected when it came; `spam` is what the company holds of it now.
    `version` counts the changes.
    """

    id: str
    received_at: str
    wrote: Submission
    source: Source
    language: str
    customer: str = ""
    status: Status = "new"
    spam: bool = False
    reasons: tuple[Reason, ...] = ()
    version: int = 0

    @property
    def booking(self) -> str:
        """The id of the booking that it is beside, '' for none: both have the same."""
        return self.id if self.source == "booking" else ""

    @property
    def folder(self) -> Folder:
        return "spam" if self.spam else self.status

    @property
    def position(self) -> str:
        """Where it lies on its list: newest first from its end."""
        return f"{self.received_at}#{self.id}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing the company did with a lead: `status` and `spam` say what `old` became; `note` is `text`.

    `number` is the lead's version since: what happened in one moment has an order all the same.
    """

    id: str
    at: str
    by: Actor
    number: int
    kind: Literal["status", "spam", "note"]
    old: str = ""
    new: str = ""
    text: str = ""


def is_blank(text: str) -> bool:
    """Whether nothing in a text can be seen."""
    return all(unicodedata.category(one)[0] in "ZC" for one in text)
