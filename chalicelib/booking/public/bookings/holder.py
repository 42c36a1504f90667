"""Who may see a booking and change it: the customer whose it is, signed in, or who has its own link, whose key opens
this one booking and nothing else. To all others it is not there.

Where a booking is and what was typed is repeated only to its customer: signed in, or by a key that was sent where the
company reaches them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from chalicelib import tokens
from chalicelib.booking.actions import reading
from chalicelib.booking.public.callers import must_sign_in, signed_in
from chalicelib.booking.rules import Booking, keys
from chalicelib.errors import N_, NotFound
from chalicelib.web.access import Guest

# So long after its time a booking's link still opens it.
OPEN_FOR = timedelta(days=30)
CALL = N_(
    "Bookings can't be looked at online at the moment. Nothing has changed about your visit: if something comes up, "
    "please call us at %(phone)s."
)
ASK = N_(
    "Bookings can't be looked at online at the moment. Nothing has changed about your visit: if something comes up, "
    "please ask %(company)s."
)


@dataclass(frozen=True)
class Key:
    """The key of the mailed link; '' for who is signed in."""

    key: str


@dataclass(frozen=True)
class Sent:
    """What each form of a booking carries: the key, and which state of the booking was seen."""

    key: str
    version: str

    @property
    def seen(self) -> int:
        """-1 for what our forms never send."""
        return int(self.version) if self.version.isascii() and self.version.isdecimal() else -1


@dataclass(frozen=True, slots=True)
class Held:
    """A booking, and how it is held. `key` goes along from page to page, '' where signing in is what opens it; `mailed`
    if it was sent by e-mail, whose reader has that mailbox. `shared` says whether this is its customer."""

    booking: Booking
    key: str = field(repr=False)
    mailed: bool = False
    shared: bool = False

    @property
    def mine(self) -> bool:
        return not self.key

    @property
    def bare(self) -> Booking:
        """The booking, without its place for whoever must not read it."""
        booking = self.booking
        return booking if self.shared else replace(booking, who=replace(booking.who, address=(), postal_code=""))

    def path(self, rest: str = "", **query: str) -> str:
        """A page of it below the portal's address."""
        values = {**query, "key": self.key}
        tail = urlencode({name: value for name, value in values.items() if value}, quote_via=quote)
        return f"/bookings/{self.booking.id}{rest}" + (f"?{tail}" if tail else "")


def held(caller: Guest, id: str, key: str) -> Held:
    """The booking of this id. NotFound: there is none, or it is not theirs, or its link is over. Whoever brings no key
    is asked to sign in."""
    on, me = caller.company.booking, signed_in(caller)
    if not key and not (on and me):
        if on:
            must_sign_in(caller)
        raise NotFound()
    booking = reading.one(caller.store, id)
    if on and me and booking.customer == me:
        return Held(booking, "", shared=True)
    found = _by_key(caller, booking, key) if key else None
    if found is None or caller.services.now() > booking.starts_at + OPEN_FOR:
        raise NotFound()
    if not on:
        raise _hidden(caller, booking)
    return found


def _by_key(caller: Guest, booking: Booking, key: str) -> Held | None:
    """The booking as this key opens it; None for a key that is none of its own."""
    links, tenant = caller.services.secrets.links, caller.store.tenant
    for mailed, names in ((True, keys.by_mail), (False, keys.by_text)):
        if booking.customer and tokens.same(key, tokens.derive(links, *names(tenant, booking.id, booking.customer))):
            return Held(booking, key, mailed, shared=True)
        if tokens.same(key, tokens.derive(links, *names(tenant, booking.id))):
            return Held(booking, key, mailed)
    return None


def _hidden(caller: Guest, booking: Booking) -> NotFound:
    """While booking is off: to who has the link of a visit that takes place all the same, that it does."""
    phone = caller.company.phone
    if not booking.holds:
        return NotFound()
    return NotFound(CALL, phone=phone) if phone else NotFound(ASK, company=caller.company.name)
