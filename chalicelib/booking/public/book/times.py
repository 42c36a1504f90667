"""The second step: when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.booking.actions import finding
from chalicelib.booking.public import days
from chalicelib.booking.public.book import area
from chalicelib.booking.public.book.way import WHATEVER, Way, here, instead
from chalicelib.booking.public.callers import signed_in
from chalicelib.booking.public.days import WEEK, Choosing, Links, Looking, day_of, is_free
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules.drafts import read_time, spell_time
from chalicelib.booking.rules.slots import Why, refusal, why_not
from chalicelib.errors import Conflict, NotFound
from chalicelib.web.access import Guest
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.responses import today


@dataclass(frozen=True)
class Days:
    """Which day is looked at, or which week; `gone` is a time that was chosen and can't be booked any more."""

    week: str = field(metadata=WHATEVER)
    day: str = field(metadata=WHATEVER)
    gone: str = field(metadata=WHATEVER)


@routes.get("/{slug}/book/{service}")
def times_page(caller: Guest, service: str, query: Days) -> Reply:
    way = here(caller)
    if way.done:
        return way.done
    first = today(caller)
    day, week = days.asked(query.day, first), days.asked(query.week, first)
    try:
        choosing = days.look_for(_looking(caller, service), first, day, week)
    except (NotFound, Conflict) as wrong:
        return instead(way, wrong)
    found, path = choosing.found, f"/book/{service}"
    if asked := area.asks(caller, found.offer, way, path):
        return asked
    zone = ZoneInfo(caller.company.time_zone)
    shown = days.calendar(choosing, first, found.offer.window, zone, _links(caller, way, service))
    gone = read_time(query.gone)
    told = _told(caller, choosing, gone) if gone else None
    # Who has typed nothing has only come late.
    lost = told == "full" and way.found is not None and way.found.draft is not None
    why = "" if told is None else days.TAKEN if told == "full" and not lost else refusal(told).text
    values: dict[str, object] = {
        "service": found.service, "calendar": shown, "back": way.to("/book"),
        "gone": gone if lost else None,
        "gone_until": gone + timedelta(minutes=found.offer.window) if gone else None,
        "told": say(caller.services, caller, why, {}) if why else "",
    }  # fmt: skip
    return Page("book_time.html", values, path=way.to(path, day=shown.day.isoformat() if shown.day else ""))


def _looking(caller: Guest, service: str) -> Looking:
    store, company, now = caller.store, caller.company, caller.services.now()
    return Looking(
        lambda since: finding.look(store, company, service, since, WEEK, now),
        lambda found, since: finding.free_after(store, company, found.offer, found.service, since, now),
    )


def _links(caller: Guest, way: Way, service: str) -> Links:
    path, draft = f"/book/{service}", way.found.draft if way.found else None
    # Where all the details are known, a time leads past them.
    known = draft is not None and draft.service == service and draft.customer == signed_in(caller)

    def time(at: datetime) -> str:
        spelled = spell_time(at)
        return f"/book/review/{way.draft}?time={spelled}" if known else way.to(f"{path}/{spelled}")

    return Links(lambda day: way.to(path, day=day.isoformat()), lambda week: way.to(path, week=week.isoformat()), time)


def _told(caller: Guest, choosing: Choosing, gone: datetime) -> Why | Literal["step"] | None:
    """Why a time of this day can't be booked any more; None if it can."""
    found, chosen = choosing.found, choosing.chosen
    if chosen is None or chosen.day != day_of(caller, gone) or is_free(found, gone):
        return None
    zone = ZoneInfo(caller.company.time_zone)
    # What does not speak against it by itself is taken.
    return why_not(found.offer, found.service, gone, zone, (), caller.services.now()) or "full"


def elsewhere(caller: Guest, way: Way, service: str, at: datetime) -> SeeOther:
    """To the day of a time that is not there any more, with what was typed."""
    return SeeOther(way.to(f"/book/{service}", day=day_of(caller, at).isoformat(), gone=spell_time(at)))
