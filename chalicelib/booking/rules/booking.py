"""What a booking is, and what may become of it. Pure.

A booking is confirmed as it is made, or requested until the company answers: it confirms, declines, or proposes another
time, which the customer takes or lets go. What waits for an answer holds its place, unless it is suspected of being no
real one. What is declined or canceled holds none, and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from chalicelib.booking.rules.day import Entry, Interval, minute
from chalicelib.booking.rules.offer import Price, Service

Status = Literal["requested", "confirmed", "proposed", "declined", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
OPEN: tuple[Status, ...] = ("requested", "confirmed", "proposed")
# Where it was made: the portal by a customer, the open page, the widget's way to it, by the company's staff.
Source = Literal["portal", "page", "widget", "staff"]
SOURCES: tuple[Source, ...] = get_args(Source)
By = Literal["customer", "company"]
# Of a booking, so many changes are remembered.
MOST_HAPPENED = 60
NOT_SAID = Price()


@dataclass(frozen=True, slots=True)
class Booker:
    """Who booked, and where the job is, as it was typed or as the company has it on file. `address` is street and town
    in lines, `postal_code` beside it."""

    name: str
    email: str = ""
    phone: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """Where the job is, in lines: the postal code beside the town, unless it stands there already."""
        town = self.address[1:] or self.address
        if not self.postal_code or _stands_in(town, self.postal_code):
            return self.address
        return (*self.address[:-1], " ".join((*self.address[-1:], self.postal_code)))

    @property
    def where(self) -> str:
        """The same in one line."""
        return ", ".join(self.place)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was done with a booking: `to` is its status since, `starts_at` its time since (UTC, ISO 8601).
    `note` is what the company told its customer, or the customer the company."""

    at: str
    by: By
    name: str
    to: Status
    starts_at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking. Instants are aware, UTC. What the offer said when it was made stays with it: `title`, `price`,
    `minutes`, `before`, `after`, `window`, and `cutoff` (hours) and `policy`.

    `customer` is the id of the company's customer it belongs to, '' while it is nobody's; `lead` the lead it is beside,
    '' for none. `answers` are (question, answer). `note` is what the company last said of it. `outside`: of the area;
    `suspected`: of being no real one. `sequence` counts the changes of what stands in people's calendars (RFC 5545),
    `version` all changes.
    """

    id: str
    service: str
    title: str
    status: Status
    starts_at: datetime
    minutes: int
    who: Booker
    before: int = 0
    after: int = 0
    window: int = 0
    price: Price = NOT_SAID
    customer: str = ""
    lead: str = ""
    language: str = "en"
    answers: tuple[tuple[str, str], ...] = ()
    notes: str = ""
    cutoff: int = 0
    policy: str = ""
    source: Source = "page"
    outside: bool = False
    suspected: bool = False
    note: str = ""
    created_at: str = ""
    sequence: int = 0
    version: int = 0
    happened: tuple[Happened, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """When the job is done, as planned."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def arrives_until(self) -> datetime:
        """The end of the arrival window; its start where there is none."""
        return self.starts_at + timedelta(minutes=self.window)

    @property
    def over_at(self) -> datetime:
        """When it is over: the job may be shorter than the window in which somebody arrives for it."""
        return over_at(self.starts_at, self.minutes, self.window)

    @property
    def changeable_until(self) -> datetime:
        """Its customer can move or cancel it until then."""
        return self.starts_at - timedelta(hours=self.cutoff)

    @property
    def open(self) -> bool:
        """Whether it is neither declined nor canceled."""
        return self.status in OPEN

    @property
    def asked_for(self) -> datetime | None:
        """The time that its customer asked for before others were proposed; None if it is this one."""
        before = next((one.starts_at for one in reversed(self.happened) if one.to != "proposed"), "")
        at = datetime.fromisoformat(before) if before else None
        return None if at == self.starts_at else at

    @property
    def as_service(self) -> Service:
        """What it was made with, whatever is offered by now."""
        return Service(self.service, self.title, minutes=self.minutes, before=self.before, after=self.after)

    @property
    def holds(self) -> bool:
        """Whether it holds its place. What is suspected holds none until the company takes it on: a flood of it must
        not fill the calendar."""
        return self.open and not self.suspected

    @property
    def busy(self) -> Interval:
        return busy_of(self.starts_at, self.minutes, self.before, self.after)

    @property
    def entry(self) -> Entry:
        """As the calendar has it."""
        start = minute(self.starts_at)
        return Entry(
            self.id, "booking", self.busy, start, start + self.minutes, self.title, self.who.name, self.customer,
            self.status, outside=self.outside,
        )  # fmt: skip


def over_at(starts_at: datetime, minutes: int, window: int) -> datetime:
    return starts_at + timedelta(minutes=max(minutes, window))


def busy_with(service: Service, starts_at: datetime) -> Interval:
    """What a job of this service takes."""
    return busy_of(starts_at, service.minutes, service.before, service.after)


def busy_of(starts_at: datetime, minutes: int, before: int, after: int) -> Interval:
    """What a job takes, with its buffers."""
    start = minute(starts_at)
    return Interval(start - before, start + minutes + after)


def _stands_in(lines: Sequence[str], code: str) -> bool:
    """Whether a postal code is in an address, however its blanks and hyphens are set."""
    spelled = r"[\s-]?".join(map(re.escape, re.sub(r"[\s-]", "", code)))
    return any(re.search(rf"\b{spelled}\b", line, re.IGNORECASE) for line in lines)
