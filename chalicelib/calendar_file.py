"""A thing with a time as a calendar file (.ics, RFC 5545), which people's own calendars read. Pure.

The same `uid` with a higher `sequence` is a change of what they have, and a cancellation takes it out again (RFC 5546);
so a file says all there is to say each time. Folding and escaping are the library's, which is imported when the first
file is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from chalicelib.plain_words import one_line, paragraphs

CONTENT_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar is told. Instants are aware; `ends_at` is after `starts_at`.

    `uid` is the thing's for ever, `sequence` counts the changes of it. `description` may have several lines; `url`
    leads to its page, and stands below the description too, since many calendars show only that. `organizer` is who
    says so and how they are reached by mail: without an address it is left out.
    """

    uid: str
    sequence: int
    status: Literal["tentative", "confirmed", "cancelled"]
    summary: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    organizer: tuple[str, str] = ("", "")

    @property
    def method(self) -> Literal["PUBLISH", "CANCEL"]:
        """What a mail that carries the file says of it too."""
        return "CANCEL" if self.status == "cancelled" else "PUBLISH"

    @property
    def details(self) -> str:
        """The description and the link below it."""
        return "\n\n".join(part for part in (self.description, self.url) if part)


def calendar_file(event: CalendarEvent, now: datetime) -> bytes:
    """The file, UTF-8, made `now`: one event in a calendar."""
    from icalendar import Calendar, Event, vCalAddress

    calendar, entry = Calendar(), Event()
    for name, value in (
        ("prodid", "-//Porchlight//Porchlight//EN"), ("version", "2.0"), ("calscale", "GREGORIAN"),
        ("method", event.method),
    ):  # fmt: skip
        calendar.add(name, value)
    for name, told in (
        ("uid", event.uid), ("sequence", event.sequence), ("status", event.status.upper()), ("dtstamp", now),
        ("created", event.created_at), ("last-modified", event.changed_at), ("dtstart", event.starts_at),
        ("dtend", event.ends_at), ("summary", one_line(event.summary)), ("description", paragraphs(event.details)),
        ("location", one_line(event.location)), ("url", event.url),
    ):  # fmt: skip
        if told != "":
            entry.add(name, told.astimezone(UTC) if isinstance(told, datetime) else told)
    who, mail = event.organizer
    if mail:
        organizer = vCalAddress(f"mailto:{mail}")
        organizer.params["CN"] = one_line(who)
        entry.add("organizer", organizer)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
