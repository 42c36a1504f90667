"""The first step to a booking: which service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.booking.actions import history, offering
from chalicelib.booking.public.book import area
from chalicelib.booking.public.book.way import WHATEVER, here
from chalicelib.booking.public.callers import signed_in
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules import Service
from chalicelib.web.access import Guest
from chalicelib.web.replies import Page, Reply


@dataclass(frozen=True)
class SentBack:
    """Why somebody was sent back here: 'off', their service is offered no more; 'over', what they typed has gone;
    'elsewhere', it was typed in another browser."""

    why: str = field(metadata=WHATEVER)


@dataclass(frozen=True, slots=True)
class Choice:
    """A service, where it leads, and when they had it last."""

    service: Service
    link: str
    had: datetime | None = None


@routes.get("/{slug}/book")
def services_page(caller: Guest, query: SentBack) -> Reply:
    way = here(caller)
    if way.done:
        return way.done
    offer = offering.read(caller.store)
    if asked := area.asks(caller, offer, way, "/book"):
        return asked
    offered = [one for one in offer.services if one.on]
    customer = signed_in(caller)
    had = history.had(caller.store, customer, offered, caller.services.now()) if customer else {}
    known = sorted((one for one in offered if one.id in had), key=lambda one: had[one.id], reverse=True)
    choices = [
        Choice(one, way.to(f"/book/{one.id}"), had.get(one.id))
        for one in (*known, *(one for one in offered if one.id not in had))
    ]
    values = {"choices": choices, "why": query.why if query.why in ("off", "over", "elsewhere") else "", "postal": ""}
    if offer.area.rule == "refused" and not customer:
        values["postal"] = way.postal
    return Page("book_services.html", values, path=way.to("/book"))
