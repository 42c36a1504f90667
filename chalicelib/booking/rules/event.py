"""A booking as an event of people's own calendars: the file's, and what the links to Google's and Outlook's say.

Pure. The words of the description come from whoever calls: rules know no language. A place is named only to
the company's customers: whoever booked without an account has proven no address, and a mail repeats nothing that was
typed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import urlencode, urlsplit

from chalicelib.booking.rules.booking import Booking, Status
from chalicelib.calendar_file import CalendarEvent
from chalicelib.tenants.rules import Company

_STATUS: dict[Status, Literal["tentative", "confirmed", "cancelled"]] = {
    "requested": "tentative", "proposed": "tentative", "confirmed": "confirmed", "declined": "cancelled",
    "cancelled": "cancelled",
}  # fmt: skip
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def event(company: Company, booking: Booking, origin: str, *, description: str = "", url: str = "") -> CalendarEvent:
    """The booking as calendars are told of it. `origin` is where the portal is ('https://my.example.com')."""
    made = datetime.fromisoformat(booking.created_at)
    return CalendarEvent(
        uid=f"{booking.id}@{urlsplit(origin).hostname}",
        sequence=booking.sequence,
        status=_STATUS[booking.status],
        summary=f"{booking.title} · {company.name}",
        starts_at=booking.starts_at,
        ends_at=booking.over_at,
        created_at=made,
        changed_at=datetime.fromisoformat(booking.happened[-1].at) if booking.happened else made,
        description=description,
        location=booking.who.where if booking.customer else "",
        url=url,
        organizer=(company.name, company.email),
    )  # fmt: skip


def google(event: CalendarEvent) -> str:
    """Where Google's calendar offers to add it."""
    times = f"{event.starts_at:%Y%m%dT%H%M%SZ}/{event.ends_at:%Y%m%dT%H%M%SZ}"
    values = {"action": "TEMPLATE", "text": event.summary, "dates": times, "details": event.details,
              "location": event.location}  # fmt: skip
    return _link(GOOGLE, values)


def outlook(event: CalendarEvent) -> str:
    """Where Outlook on the web offers to add it."""
    values = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": event.summary,
        "startdt": f"{event.starts_at:%Y-%m-%dT%H:%M:%SZ}", "enddt": f"{event.ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "body": event.details, "location": event.location,
    }  # fmt: skip
    return _link(OUTLOOK, values)


def _link(to: str, values: dict[str, str]) -> str:
    return f"{to}?{urlencode({name: value for name, value in values.items() if value})}"
