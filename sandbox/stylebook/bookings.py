"""Sample pages of one booking: in each of its states, held by its link and by its customer, and the forms that change
it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.booking.actions.matching import Account
from chalicelib.booking.public.days import Calendar, StripDay, Time
from chalicelib.booking.public.own_calendars import Links
from chalicelib.booking.rules import Booker, Booking, Price
from chalicelib.booking.rules.event import GOOGLE, OUTLOOK
from sandbox.stylebook.things import Sample, context

# Denver's Tuesday, December 1, at 8 in the morning.
AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ID, KEY = "01JDBOOKING", "kq3vXl0s"
POLICY = "Please keep pets inside while we work. If nobody is at home, we charge $35 for the way."
WHO = Booker(
    "Dana Whitfield", "dana@example.com", "(303) 555-0117", ("418 Juniper Lane", "Littleton, CO 80123"), "80123"
)
BOOKING = Booking(
    ID, "pest-control", "Quarterly pest control", "confirmed", AT, 90, WHO, window=120, price=Price("from", 12_000),
    customer="01JDDANA", answers=(("Are there pets?", "Two cats"), ("Gate code", "")), cutoff=24, policy=POLICY,
    notes="The ants come in behind the dishwasher.\nPlease ring twice.", version=2,
)  # fmt: skip
VISITORS = replace(BOOKING, customer="", price=Price("estimate"), window=0, policy="", minutes=45, title="Lawn check")
NOTE = "We’re fully out that morning, but Marcus could come a day later. Would that do?"
CALENDAR = Links(GOOGLE, OUTLOOK)
PEOPLE = (
    Account("01JDDANA", "Dana Whitfield", "418 J…"), Account("01JDDANB", "Dana Whitfield", "7 Asp…"),
    Account("01JDOFFICE", "Whitfield & Sons, office"),
)  # fmt: skip


def samples(language: str) -> dict[str, Sample]:
    mine, link = (
        context(language, f"/bookings/{ID}", booking=True),
        context(language, f"/bookings/{ID}", None, booking=True),
    )

    def one(booking: Booking, standing: str = "", key: str = "", **values: Any) -> Sample:
        stands = standing or booking.status
        open_now = stands in ("requested", "proposed", "confirmed")
        always: dict[str, Any] = {
            "booking": booking, "key": key, "mine": not key, "standing": stands, "done": "",
            "shared": bool(booking.customer), "changeable": open_now, "disownable": False,
            "answerable": stands == "proposed",
            "instead_of": None, "instead_until": None, "by_customer": True, "account": [],
            "calendar": CALENDAR if stands == "confirmed" else None,
            "again": "" if open_now else "/evergreen/book/pest-control",
        }  # fmt: skip
        return "booking.html", link if key else mine, {**always, **values}

    def form(name: str, key: str = KEY, **values: Any) -> Sample:
        always = {"booking": BOOKING, "key": key, "errors": {}, "disowned": False}
        return f"booking_{name}.html", link if key else mine, {**always, **values}

    proposed = replace(BOOKING, status="proposed", note=NOTE)
    declined = replace(BOOKING, status="declined", note="We don’t come to Littleton in winter.")
    changed = {"": "This booking has changed in the meantime. Please look at it again, then decide."}
    too_long = {"note": "This is too long. Please say it in 1,000 characters."}
    slot_taken = {"": "Somebody has just booked this time. Please choose another: nothing is lost."}
    moved: dict[str, Any] = {"at": AT + DAY, "until": AT + DAY + timedelta(hours=2), "spelled": "20261202T1500Z",
             "back": "/bookings/01/time", "at_once": True}  # fmt: skip
    return {
        "booking": one(BOOKING),
        "booking-by-link": one(BOOKING, key=KEY, done="moved"),
        "booking-requested": one(replace(BOOKING, status="requested"), key=KEY),
        "booking-proposed": one(
            proposed, key=KEY, instead_of=AT - DAY, instead_until=AT - DAY + timedelta(hours=2)
        ),
        "booking-proposed-late": one(proposed, changeable=False),
        "booking-too-late": one(replace(BOOKING, note="Marcus will call before he comes."), changeable=False),
        "booking-visitor-too-late": one(VISITORS, key=KEY, changeable=False, disownable=True),
        "booking-visitor": one(VISITORS, key=KEY, account=PEOPLE[:1]),
        "booking-visitor-accounts": one(VISITORS, key=KEY, account=PEOPLE),
        "booking-declined": one(declined, key=KEY),
        "booking-cancelled": one(replace(BOOKING, status="cancelled")),
        "booking-cancelled-by-company": one(replace(BOOKING, status="cancelled"), key=KEY, by_customer=False),
        "booking-past": one(BOOKING, "past"),
        "booking-done": one(BOOKING, "done"),
        "booking-past-unanswered": one(replace(BOOKING, status="requested"), "past", key=KEY),
        "booking-changed": one(BOOKING, errors=changed),
        "booking-cancel": form("cancel", note=""),
        "booking-disown": form("cancel", note="", disowned=True),
        "booking-cancel-wrong": form("cancel", "", note="x" * 200, errors=too_long),
        "booking-answer": form("answer", booking=proposed, changeable=True, answerable=True),
        "booking-time": form("time", calendar=_calendar()),
        "booking-time-taken": form("time", "", calendar=_calendar(), errors=slot_taken),
        "booking-move": form("move", KEY, **moved),
        "booking-move-asked": form("move", KEY, **{**moved, "at_once": False}),
    }  # fmt: skip


def _calendar() -> Calendar:
    """A week with some days free, and one of them open."""
    day, link = date(2026, 11, 29), "/bookings/01/time"
    strip = tuple(StripDay(day + timedelta(n), free, n == 2, link) for n, free in enumerate((0, 4, 5, 0, 2, 6, 0)))
    hours = [AT + timedelta(hours=2 * n) for n in range(5)]
    times = [Time(one, one + timedelta(hours=2), link) for one in hours]
    parts = {"morning": times[:2], "afternoon": times[2:]}
    return Calendar(strip, link, link, day + timedelta(2), None, "", parts, [], date(2027, 1, 20), 120)
