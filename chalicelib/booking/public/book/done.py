"""The last step: what was booked, and what happens now."""

from __future__ import annotations

from chalicelib.booking.public import own_calendars
from chalicelib.booking.public.book.way import ELSEWHERE, here, looked
from chalicelib.booking.public.callers import by_link, signed_in
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules import Booking
from chalicelib.errors import NotFound
from chalicelib.web.access import Guest
from chalicelib.web.replies import Page, Reply, SeeOther


@routes.get("/{slug}/book/done/{draft}")
def done_page(caller: Guest, draft: str) -> Reply:
    here(caller)
    found = looked(caller, draft)
    if found is None:
        raise NotFound()
    if found.elsewhere:
        return ELSEWHERE
    if found.booking is None:
        return SeeOther(f"/book/review/{draft}")
    return _page(caller, draft, found.booking)


@routes.get("/{slug}/book/done/{draft}/calendar")
def calendar_file(caller: Guest, draft: str) -> Reply:
    here(caller)
    found = looked(caller, draft)
    if found is None or found.booking is None:
        raise NotFound()
    # Of a visitor no link of the booking's own is in it: that one is mailed, to show that the address is theirs.
    mine = found.booking.customer
    return own_calendars.file(caller, found.booking, f"/bookings/{found.booking.id}" if mine else "")


def _page(caller: Guest, draft: str, booking: Booking) -> Page:
    mine = bool(booking.customer) and booking.customer == signed_in(caller)
    links = own_calendars.links(caller, booking)
    values: dict[str, object] = {
        "booking": booking, "link": f"/bookings/{booking.id}" if mine else "",
        "email": "" if by_link(caller) else booking.who.email, "file": f"/book/done/{draft}/calendar",
        "google": links.google, "outlook": links.outlook,
    }  # fmt: skip
    return Page("book_done.html", values)
