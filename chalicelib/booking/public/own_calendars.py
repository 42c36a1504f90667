"""A booking for people's own calendars: the file, and where Google's and Outlook's offer to add it."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.booking.rules import Booking
from chalicelib.booking.rules import event as events
from chalicelib.calendar_file import CONTENT_TYPE, CalendarEvent, calendar_file
from chalicelib.errors import N_
from chalicelib.web.access import Guest
from chalicelib.web.replies import Plain

NAME = "booking.ics"
_COMES = N_("We come %(arrival)s, %(zone)s.")


@dataclass(frozen=True, slots=True)
class Links:
    google: str
    outlook: str


def file(caller: Guest, booking: Booking, path: str = "") -> Plain:
    """The file, for whoever may see the booking; `path` is its page below the portal's address."""
    event = _event(caller, booking, path)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{NAME}"'}
    content_type = f"{CONTENT_TYPE}; charset=utf-8; method={event.method}"
    return Plain(calendar_file(event, caller.services.now()).decode(), content_type, headers=headers)


def links(caller: Guest, booking: Booking) -> Links:
    """Whoever goes there shows it to Google or Microsoft: so no key of a link is among it."""
    event = _event(caller, booking, f"/bookings/{booking.id}" if booking.customer else "")
    return Links(events.google(event), events.outlook(event))


def _event(caller: Guest, booking: Booking, path: str) -> CalendarEvent:
    from chalicelib.messages.writing.values import arrival, zone
    from chalicelib.web.pages import translate
    from chalicelib.web.responses import formats

    fmt, since, origin = formats(caller), booking.starts_at, caller.services.settings.origin
    comes = translate(
        caller.language, _COMES, arrival=arrival(fmt, since, booking.arrives_until), zone=zone(fmt, since)
    )
    return events.event(
        caller.company, booking, origin, description=comes if booking.open else "",
        url=origin + caller.url(path) if path else "",
    )  # fmt: skip
