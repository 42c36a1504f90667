"""Choosing another time for a booking: the days as when it was made, its own place counting as free; then one look at
what it would be, and only then it is moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.booking.actions import changing, finding
from chalicelib.booking.actions.finding import Found
from chalicelib.booking.public import days
from chalicelib.booking.public.bookings.holder import Held, Key, Sent, held
from chalicelib.booking.public.bookings.page import refused
from chalicelib.booking.public.days import WEEK, Choosing, Links, Looking, day_of, is_free
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules.changing import changeable
from chalicelib.booking.rules.drafts import read_time, spell_time
from chalicelib.booking.rules.slots import DaySlots, refusal
from chalicelib.errors import Conflict, TooMany
from chalicelib.web.access import Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.responses import today


@dataclass(frozen=True)
class Chosen(Key):
    """Which day is looked at, or which week; `at` is the time that was chosen."""

    week: str
    day: str
    at: str


@dataclass(frozen=True)
class Moved(Sent):
    at: str


@routes.get("/{slug}/bookings/{id}/time")
def time_page(caller: Guest, id: str, query: Chosen) -> Reply:
    found, first = held(caller, id, query.key), today(caller)
    if not changeable(found.booking, caller.services.now()):
        return SeeOther(found.path())
    at = read_time(query.at)
    if at is None:
        return _days(caller, found, days.asked(query.day, first), days.asked(query.week, first))
    if at == found.booking.starts_at:
        return SeeOther(found.path())
    day = days.asked(day_of(caller, at).isoformat(), first)
    choosing = _choose(caller, found, day)
    if not is_free(choosing.found, at):
        return _days(caller, found, day, wrong=refusal("past" if day is None else "full"))
    return _review(found, at, choosing)


@routes.post("/{slug}/bookings/{id}/time")
def move(caller: Guest, id: str, form: Moved) -> Reply:
    found, at = held(caller, id, form.key), read_time(form.at)
    if at is None:
        return SeeOther(found.path("/time"))
    try:
        changing.move(caller.services, caller.store, caller.company, id, at, form.seen)
    except Conflict as wrong:
        if wrong.kind.startswith("slot-") and changeable(found.booking, caller.services.now()):
            return _days(caller, found, days.asked(day_of(caller, at).isoformat(), today(caller)), wrong=wrong)
        return refused(caller, found, wrong)
    except TooMany as wrong:
        return refused(caller, found, wrong)
    return SeeOther(found.path(done="moved"))


def _choose(caller: Guest, held: Held, day: date | None, week: date | None = None) -> Choosing:
    store, company, booking, now = caller.store, caller.company, held.booking, caller.services.now()

    # Nobody moves to the time they have.
    def look(since: date) -> Found:
        found = finding.look_again(store, company, booking, since, WEEK, now)
        return replace(found, days=days.without(booking.starts_at, found.days))

    def after(found: Found, since: date) -> list[DaySlots]:
        free = finding.free_after(store, company, found.offer, found.service, since, now, booking.id)
        return [one for one in days.without(booking.starts_at, free) if one.slots]

    return days.look_for(Looking(look, after), today(caller), day, week)


def _days(caller: Guest, held: Held, day: date | None, week: date | None = None, wrong: Conflict | None = None) -> Page:
    choosing, links = _choose(caller, held, day, week), Links(
        lambda day: held.path("/time", day=day.isoformat()),
        lambda week: held.path("/time", week=week.isoformat()),
        lambda at: held.path("/time", at=spell_time(at)),
    )  # fmt: skip
    zone, window = ZoneInfo(caller.company.time_zone), held.booking.window
    text = "" if wrong is None else days.TAKEN if wrong.kind == "slot-taken" else wrong.text
    values: dict[str, object] = {
        "booking": held.booking, "key": held.key,
        "calendar": days.calendar(choosing, today(caller), window, zone, links),
        "errors": {"": say(caller.services, caller, text, wrong.values)} if wrong else {},
    }  # fmt: skip
    return Page("booking_time.html", values, status(wrong)[0] if wrong else 200, path=held.path("/time"))


def _review(held: Held, at: datetime, choosing: Choosing) -> Page:
    booking = held.booking
    values: dict[str, object] = {
        "booking": booking, "key": held.key, "at": at, "until": at + (booking.arrives_until - booking.starts_at),
        "spelled": spell_time(at), "back": held.path("/time"),
        "at_once": booking.status == "confirmed" and choosing.found.offer.confirming == "once",
    }  # fmt: skip
    return Page("booking_move.html", values, path=held.path("/time", at=spell_time(at)))
