"""Keep what somebody types on the way to a booking, and make the booking of it: once, whatever is clicked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.booking.actions import making, offering
from chalicelib.booking.actions.making import Wanted
from chalicelib.booking.records import bookings, drafts
from chalicelib.booking.rules import Booking
from chalicelib.booking.rules import drafts as rules
from chalicelib.booking.rules.area import territory
from chalicelib.booking.rules.details import Given, answered, booker
from chalicelib.booking.rules.drafts import Draft
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict
from chalicelib.leads.rules import forms, suspicion
from chalicelib.leads.rules.lead import Reason, Submission
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import from_network, refusal, tries

HOUR = 60 * 60
# What is typed is kept for a day: nobody fills our tables with it.
FROM_AN_ADDRESS, FROM_A_NETWORK = 60, 300
WAIT = N_("That is a lot in a short time. Please wait %(minutes)s minutes and try again.")
CHANGED = N_("Something of this has changed since you looked at it. Please look once more, then book.")
GONE = N_("What you chose isn't offered any more. Please choose again.")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a token stands for: what was typed, None if nothing was yet or it is too long ago; and the booking that it
    has become, None before. Neither is told where it is another browser's."""

    id: str
    draft: Draft | None
    booking: Booking | None
    elsewhere: bool = False


def new_token(services: Services, store: Store, shown_at: datetime | None = None) -> str:
    """The token of a form that is shown now, or was then."""
    return rules.mint(services.secrets.links, store.tenant, services.new_id(shown_at or services.now()))


def new_holder(services: Services, store: Store) -> str:
    """What a browser shows, in a cookie, to be the one in which a visitor typed."""
    return tokens.derive(services.secrets.links, "booking-holder", store.tenant, services.new_id(services.now()))


def look(services: Services, store: Store, token: str) -> Looked | None:
    """One read. None unless the token is ours."""
    id = rules.read(services.secrets.links, store.tenant, token)
    if not id:
        return None
    draft, booking = store.get(drafts.draft_key(store, token), bookings.booking_key(store, id))
    return Looked(id, drafts.to_draft(draft, services.now()), bookings.to_booking(booking) if booking else None)


def keep(services: Services, store: Store, token: str, draft: Draft, address: str) -> None:
    """Keep what was typed; what is kept already under this token gives way. TooMany: from there comes too much."""
    now = services.now()
    at = int(now.timestamp())
    limits = from_network("booking-draft", address, FROM_AN_ADDRESS, FROM_A_NETWORK, HOUR, WAIT)
    kept = replace(draft, kept_at=now.isoformat(timespec="seconds"))
    try:
        store.transact(drafts.keep_draft(store, token, kept), *tries(store, at, *limits))
    except ConditionFailed as failed:
        raise refusal(at, [one for one in limits if one.name in failed.names]) from None


def book(
    services: Services, store: Store, company: Company, id: str, draft: Draft, starts_at: datetime, seen: str, *,
    customer: Customer | None, language: str, address: str,
) -> Booking:  # fmt: skip
    """The booking of this draft, at this time. What `making.make` says; Conflict service-off too, and booking-changed:
    it is not what they have `seen`, by `rules.reviewed`."""
    offer = offering.read(store)
    service = offer.service(draft.service)
    if service is None:
        raise Conflict(GONE, kind="service-off")
    given = draft.given
    who = booker(given, customer, territory(company.locale))
    if not tokens.same(seen, rules.reviewed(offer, service, starts_at, given, who)):
        raise Conflict(CHANGED, kind="booking-changed")
    wanted = Wanted(
        service.id, starts_at, who, answered(given, service),
        given.notes, language, draft.source,
        suspected=() if customer else _reasons(draft, forms.shown_at(id), services.now()),
    )  # fmt: skip
    return making.make(services, store, company, id, wanted, customer=customer, address=address)


def _reasons(draft: Draft, shown_at: datetime, now: datetime) -> tuple[Reason, ...]:
    """Why it may be none that anybody means, by what messages are suspected by."""
    return suspicion.reasons(_message(draft.given), draft.trap, shown_at, now)


def _message(given: Given) -> Submission:
    free = "\n".join((given.notes, *(said for _, said in given.answers)))
    return Submission(given.name, given.email, given.phone, free, given.street, given.town)
