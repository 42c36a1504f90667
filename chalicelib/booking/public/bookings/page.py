"""The page of one booking: when it is, how it stands, and what can be done about it. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.booking.actions import matching
from chalicelib.booking.public import own_calendars
from chalicelib.booking.public.bookings.holder import Held, Key, held
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules import Booking
from chalicelib.booking.rules.changing import changeable, disownable
from chalicelib.errors import PortalError, TooMany
from chalicelib.visits.actions import booked
from chalicelib.web.access import Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply

Standing = Literal["requested", "proposed", "confirmed", "declined", "cancelled", "past", "done"]


@dataclass(frozen=True)
class Look(Key):
    """`done` is what was done just now, which the page says."""

    done: str


@routes.get("/{slug}/bookings/{id}")
def booking_page(caller: Guest, id: str, query: Look) -> Reply:
    return shown(caller, held(caller, id, query.key), query.done)


@routes.get("/{slug}/bookings/{id}/calendar")
def booking_file(caller: Guest, id: str, query: Key) -> Reply:
    found = held(caller, id, query.key)
    return own_calendars.file(caller, found.bare, found.path())


def standing(booking: Booking, now: datetime) -> Standing:
    """How it stands now: what is open and over is past."""
    return "past" if booking.open and now >= booking.over_at else booking.status


def refused(caller: Guest, was: Held, wrong: PortalError) -> Page:
    """The booking as it is by now, and why it was not changed."""
    wait = wrong.retry_after if isinstance(wrong, TooMany) else 0
    told = {"": say(caller.services, caller, wrong.text, wrong.values)}
    return shown(caller, held(caller, was.booking.id, was.key), told=told, number=status(wrong)[0], wait=wait)


def shown(
    caller: Guest, found: Held, done: str = "", *, told: dict[str, str] | None = None, number: int = 200, wait: int = 0
) -> Page:
    """The page; with `told`, what went wrong, it says nothing of what was done."""
    booking, now = found.booking, caller.services.now()
    stands = "done" if _done(caller, booking) else standing(booking, now)
    open_now = stands in ("requested", "proposed", "confirmed")
    instead_of = booking.asked_for if stands == "proposed" else None
    values: dict[str, object] = {
        "booking": booking, "key": found.key, "mine": found.mine, "standing": stands, "errors": told or {},
        "done": _said(done, booking) if not told else "",
        # What was typed is repeated only to a customer: whoever booked without an account has proven no address.
        "shared": found.shared,
        "changeable": changeable(booking, now, done=stands == "done"),
        "disownable": disownable(booking, now),
        "answerable": stands == "proposed" and now <= booking.starts_at,
        "instead_of": instead_of,
        "instead_until": instead_of + timedelta(minutes=booking.window) if instead_of else None,
        "by_customer": bool(booking.happened) and booking.happened[-1].by == "customer",
        "account": matching.offered(caller.store, booking) if open_now and found.mailed else [],
        "calendar": own_calendars.links(caller, found.bare) if stands == "confirmed" else None,
        "again": "" if open_now else caller.url(f"/book/{booking.service}"),
    }  # fmt: skip
    return Page("booking.html", values, number, path=found.path(), retry_after=wait)


def _done(caller: Guest, booking: Booking) -> bool:
    """Whether somebody was there already, be it before its time. Nobody's booking has no visit to tell of it."""
    if booking.status != "confirmed" or not booking.customer:
        return False
    visit = booked.visit(caller.store, booking.customer, booking.id)
    return visit is not None and visit.status == "complete"


def _said(done: str, booking: Booking) -> str:
    """What the page may say was done: only what the booking bears out, since anybody can write an address."""
    true = {"moved": booking.status in ("requested", "confirmed"), "taken": booking.status == "confirmed",
            "account": bool(booking.customer)}  # fmt: skip
    return done if true.get(done) else ""
