"""Putting a booking into an account that has the address its link was mailed to: asked on the booking's own page."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.booking.actions import matching
from chalicelib.booking.public.bookings.holder import Key, Sent, held
from chalicelib.booking.public.bookings.page import refused
from chalicelib.booking.public.routes import routes
from chalicelib.errors import Conflict, NotFound, TooMany
from chalicelib.web.access import Guest
from chalicelib.web.replies import Reply, SeeOther


@dataclass(frozen=True)
class Claim(Sent):
    """The account that the booking is to be in."""

    account: str


@routes.get("/{slug}/bookings/{id}/account")
def claim_page(caller: Guest, id: str, query: Key) -> Reply:
    return SeeOther(held(caller, id, query.key).path())


@routes.post("/{slug}/bookings/{id}/account")
def claim(caller: Guest, id: str, form: Claim) -> Reply:
    found = held(caller, id, form.key)
    # Signed in it is theirs, and a text message proves no e-mail address.
    if not found.mailed:
        raise NotFound()
    try:
        matching.claim(caller.services, caller.store, caller.company, found.booking, form.account)
    except (Conflict, TooMany) as wrong:
        return refused(caller, found, wrong)
    return SeeOther(found.path(done="account"))
