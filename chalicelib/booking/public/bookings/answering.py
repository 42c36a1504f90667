"""Answering the time that the company proposes: taken on the booking's own page, let go after one more question."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.booking.actions import changing
from chalicelib.booking.public.bookings.holder import Key, Sent, held
from chalicelib.booking.public.bookings.page import refused, standing
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules.changing import changeable
from chalicelib.errors import Conflict, TooMany
from chalicelib.web.access import Guest
from chalicelib.web.replies import Page, Reply, SeeOther


@dataclass(frozen=True)
class Answered(Sent):
    """`take` is 'yes' or 'no'; anything else is no answer."""

    take: str


@routes.get("/{slug}/bookings/{id}/answer")
def answer_page(caller: Guest, id: str, query: Key) -> Reply:
    found, now = held(caller, id, query.key), caller.services.now()
    if standing(found.booking, now) != "proposed":
        return SeeOther(found.path())
    values: dict[str, object] = {
        "booking": found.booking, "key": found.key,
        "changeable": changeable(found.booking, now), "answerable": now <= found.booking.starts_at,
    }  # fmt: skip
    return Page("booking_answer.html", values, path=found.path("/answer"))


@routes.post("/{slug}/bookings/{id}/answer")
def answer(caller: Guest, id: str, form: Answered) -> Reply:
    found, take = held(caller, id, form.key), form.take == "yes"
    if form.take not in ("yes", "no"):
        return SeeOther(found.path("/answer"))
    try:
        changing.answer(caller.services, caller.store, caller.company, id, take, form.seen)
    except (Conflict, TooMany) as wrong:
        return refused(caller, found, wrong)
    return SeeOther(found.path(done="taken" if take else ""))
