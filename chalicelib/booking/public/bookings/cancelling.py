"""Canceling a booking: asked once, with a reason if they like. Who comes too late is told so by the booking's page;
but whoever was only told of it, since their address was typed by somebody else, gets rid of it until it begins."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.booking.actions import changing
from chalicelib.booking.public.bookings.holder import Held, Key, Sent, held
from chalicelib.booking.public.bookings.page import refused
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules.changing import MOST_NOTE, changeable, disownable
from chalicelib.errors import N_, Conflict, Invalid, TooMany
from chalicelib.web import forms
from chalicelib.web.access import Guest
from chalicelib.web.problems import form_errors, say
from chalicelib.web.replies import Page, Reply, SeeOther

# Whatever is sent comes as far as to us: so what is too long can be shown again and shortened.
_READ = 20_000
# What the company reads, in their words.
NOT_MINE = N_("I didn't book this.")


@dataclass(frozen=True)
class Cancelled(Sent):
    note: str = field(default="", metadata={forms.LONGEST: 10_000_000, forms.AS_TYPED: True})
    # 'yes': they have not booked it.
    disowned: str = ""


@routes.get("/{slug}/bookings/{id}/cancellation")
def cancellation_page(caller: Guest, id: str, query: Key) -> Reply:
    found, now = held(caller, id, query.key), caller.services.now()
    too_late = not changeable(found.booking, now)
    if too_late and not disownable(found.booking, now):
        return SeeOther(found.path())
    return _form(found, "", disowned=too_late)


@routes.post("/{slug}/bookings/{id}/cancellation")
def cancel_booking(caller: Guest, id: str, form: Cancelled) -> Reply:
    found, disowned = held(caller, id, form.key), form.disowned == "yes"
    note = say(caller.services, caller, NOT_MINE, {}) if disowned else form.note
    try:
        changing.cancel(
            caller.services, caller.store, caller.company, id, note, form.seen, disowned=disowned
        )  # fmt: skip
    except Invalid as wrong:
        return _form(found, form.note[:_READ], form_errors(caller, wrong))
    except (Conflict, TooMany) as wrong:
        return refused(caller, found, wrong)
    return SeeOther(found.path())


def _form(found: Held, note: str, wrong: dict[str, str] | None = None, *, disowned: bool = False) -> Page:
    values: dict[str, object] = {
        "booking": found.booking, "key": found.key, "note": note, "longest": MOST_NOTE, "errors": wrong or {},
        "disowned": disowned,
    }  # fmt: skip
    return Page("booking_cancel.html", values, 422 if wrong else 200, path=found.path("/cancellation"))
