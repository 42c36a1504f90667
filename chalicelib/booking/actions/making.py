"""Make a booking: one for each form, however often it is sent. Whoever comes too late for the last place is told so,
and nothing is kept of it.

Somebody whom the company doesn't know becomes a lead in the same transaction, under the same id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.aws import sms
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Contended, Store
from chalicelib.booking.actions import keeping, notices
from chalicelib.booking.actions.finding import service_of
from chalicelib.booking.actions.keeping import Seen
from chalicelib.booking.rules import glance, slots
from chalicelib.booking.rules.area import inside
from chalicelib.booking.rules.booking import Booker, Booking, Happened, Source, Status, busy_with
from chalicelib.booking.rules.day import whole
from chalicelib.booking.rules.offer import Offer, Service
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, NotFound, Unavailable
from chalicelib.leads.actions import booked as leads
from chalicelib.leads.rules.lead import Reason, Sender, Submission
from chalicelib.leads.rules.submission import line, mailbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants import throttle
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.throttle import Limit

HOUR, DAY = 60 * 60, 24 * 60 * 60
FROM_AN_ADDRESS, FROM_A_NETWORK = 10, 50
# Of visitors, from one address in a day.
VISITORS_FROM_AN_ADDRESS = 20
# What is suspected counts by itself: a flood of it must not close the calendar to others.
FOR_A_COMPANY, SUSPECTED_FOR_A_COMPANY = 200, 20
# In a day: of somebody whom the company doesn't know, and of a customer.
OF_A_VISITOR, OF_A_CUSTOMER = 5, 30
# To addresses that nobody has proven: of each box and each number in a day, of a company in an hour; and texts, which
# cost, of a company in a day.
MAILS_TO_A_BOX, MAILS_OF_A_COMPANY, TEXTS_OF_A_COMPANY = 5, 120, 300
WAIT = N_("That is many bookings in a short time. Please call us, or try again in %(minutes)s minutes.")
BUSY = N_("Many people are booking just now. Please call us, or try again in %(minutes)s minutes.")
ENOUGH = N_("You have booked several times today. Please call us for more: we are glad to help.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to book, tidied and checked. `service` is its id, `starts_at` aware; `answers` are (question,
    answer). `suspected` is why it may be nobody's real wish."""

    service: str
    starts_at: datetime
    who: Booker
    answers: tuple[tuple[str, str], ...] = ()
    notes: str = ""
    language: str = "en"
    source: Source = "page"
    suspected: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Call:
    """What is asked for, by whom. `staff` None: by who books, from this address."""

    company: Company
    id: str
    wanted: Wanted
    customer: str
    staff: Actor | None
    confirmed: bool | None
    address: str


def make(
    services: Services, store: Store, company: Company, id: str, wanted: Wanted, *, customer: Customer | None = None,
    address: str = "", by: Actor | None = None, confirmed: bool | None = None, tell: bool = True,
    also: Sequence[Write] = (),
) -> Booking:  # fmt: skip
    """A booking under this id, which is a ULID. The same id again is the same booking, as it is by then.

    `by` staff: it is confirmed unless `confirmed` is False, hours, notice, horizon and step don't count, and no address
    is too far; only room does. `tell`: False keeps it from who it is for.

    NotFound: booking is off; nobody ever offered this; no such customer. Conflict: `slot-…`, `service-off`,
    `area-refused`, `too-many-bookings`. TooMany says when to try again.
    """
    call = _Call(company, id, wanted, customer.id if customer else "", by, confirmed, address)
    sent: list[Message] = []
    quiet = _Quiet(not tell, mail=False, sms=False)
    for attempt in range(keeping.TRIES):
        now = services.now()
        offer, before = keeping.first(store, id)
        if before is not None:
            if call.customer and before.customer != call.customer:
                raise NotFound()
            keeping.hand_over(services, store, before, sent)
            return before
        service = service_of(offer, wanted.service, by_staff=by is not None)
        slots.must_be_thinkable(wanted.starts_at, now)
        seen = keeping.beside(store, offer, id, call.customer, busy_with(service, wanted.starts_at))
        booking = _booking(call, offer, service, now)
        _check(call, seen, service, booking, now)
        told = notices.messages(store, company, seen.customer, None, booking, "made", "company" if by else "customer")
        sent = _heard(told, quiet)
        limits, mails = _limits(call, store, booking), _mails(call, store, booking, sent)
        at = int(now.timestamp())
        try:
            store.transact(
                *keeping.writes(store, seen, None, booking, now), *_lead(call, store, booking, now),
                *keeping.post(store, booking, sent, now), *throttle.tries(store, at, *limits, *mails), *also,
            )  # fmt: skip
        except Contended:
            keeping.pause(services, attempt)
            continue
        except ConditionFailed as failed:
            used_up = [one for one in limits if one.name in failed.names]
            if used_up and "booking" not in failed.names:
                raise throttle.refusal(at, used_up) from None
            if "booking" not in failed.names:
                quiet = quiet.more(failed.names)
                sent = []
            keeping.pause(services, attempt)
            continue
        keeping.hand_over(services, store, booking, sent)
        return booking
    raise Unavailable()


def _booking(call: _Call, offer: Offer, service: Service, now: datetime) -> Booking:
    wanted, staff = call.wanted, call.staff
    once = call.confirmed is not False if staff else offer.confirming == "once" and not wanted.suspected
    status: Status = "confirmed" if once else "requested"
    starts_at = whole(wanted.starts_at)
    at = now.isoformat(timespec="seconds")
    name = staff.name if staff else wanted.who.name
    began = Happened(
        at, "company" if staff else "customer", name, status, starts_at.isoformat(timespec="minutes")
    )  # fmt: skip
    return Booking(
        call.id, service.id, service.name, status, starts_at, service.minutes, wanted.who, service.before,
        service.after, offer.window, service.price, call.customer, "" if call.customer or staff else call.id,
        wanted.language, wanted.answers, wanted.notes, offer.cutoff, offer.policy, wanted.source,
        outside=not inside(offer.area, wanted.who.postal_code), suspected=bool(wanted.suspected), created_at=at,
        happened=(began,),
    )  # fmt: skip


def _check(call: _Call, seen: Seen, service: Service, booking: Booking, now: datetime) -> None:
    """Conflict: it can't be made."""
    if call.staff is None:
        if booking.outside and seen.offer.area.rule == "refused":
            raise Conflict(
                N_("We don't come to this postal code yet. Please call us: perhaps we'll find a way."),
                kind="area-refused",
            )
        keeping.must_be_offered(seen, service, call.wanted.starts_at, call.company, now, call.id)
    keeping.must_have_room(seen, booking)
    glance.must_have_few(seen.customer, now)


def _lead(call: _Call, store: Store, booking: Booking, now: datetime) -> list[Write]:
    """Whom the company doesn't know it learns of among its leads too."""
    if not booking.lead:
        return []
    who, reasons = booking.who, call.wanted.suspected
    wrote = Submission(
        who.name, who.email, who.phone, booking.notes or f"Booked online: {booking.title}.", booking.title,
        _in_words(booking.starts_at, call.company),
    )  # fmt: skip
    return [leads.new_lead(store, booking.lead, wrote, Sender(call.address, booking.language), now, reasons)]


def _in_words(at: datetime, company: Company) -> str:
    """As the console's readers say it."""
    local = at.astimezone(ZoneInfo(company.time_zone))
    return f"{local:%A, %B} {local.day}, {local.year}, {local.hour % 12 or 12}:{local:%M %p (%Z)}"


def _limits(call: _Call, store: Store, booking: Booking) -> list[Limit]:
    """How often may be booked: from there, at this company, by this person. Staff may."""
    if call.staff:
        return []
    found: list[Limit] = []
    if call.address:
        found += throttle.from_network("booking", call.address, FROM_AN_ADDRESS, FROM_A_NETWORK, HOUR, WAIT)
    if call.customer:
        return [*found, Limit("booking-customer", call.customer, OF_A_CUSTOMER, DAY, ENOUGH)]
    if booking.suspected:
        return [*found, Limit("booking-suspected", store.tenant, SUSPECTED_FOR_A_COMPANY, HOUR, BUSY)]
    if call.address:
        daily = throttle.from_address("booking-address-day", call.address, VISITORS_FROM_AN_ADDRESS, DAY, ENOUGH)
        found.append(daily)
    found.append(Limit("booking-company", store.tenant, FOR_A_COMPANY, HOUR, BUSY))
    if booking.who.email:
        found.append(Limit("booking-email", mailbox(booking.who.email), OF_A_VISITOR, DAY, ENOUGH))
    if booking.who.phone:
        found.append(Limit("booking-phone", _called(call, booking.who.phone), OF_A_VISITOR, DAY, ENOUGH))
    return found


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Where who booked hears nothing: by neither, by mail, by SMS."""

    all: bool
    mail: bool
    sms: bool

    def more(self, used_up: Sequence[str]) -> _Quiet:
        """With what these limits forbid."""
        return _Quiet(
            self.all or "booking-mails" in used_up, self.mail or "booking-mail" in used_up,
            self.sms or "booking-sms" in used_up or "booking-texts" in used_up,
        )  # fmt: skip


def _heard(told: list[Message], quiet: _Quiet) -> list[Message]:
    """What is sent of it; the company hears of it in any case."""
    found = []
    for one in told:
        heard = one
        if not one.console_path:
            to, phone = ("" if quiet.mail else one.to), ("" if quiet.sms else one.phone)
            heard = replace(one, to=to, phone=phone)
            if quiet.all or not (to or phone):
                continue
        found.append(heard)
    return found


def _mails(call: _Call, store: Store, booking: Booking, sent: list[Message]) -> list[Limit]:
    """How often is written to an address that nobody has proven: the page must be no way to mail strangers."""
    if call.staff or booking.customer:
        return []
    found = []
    for one in sent:
        if not one.console_path:
            found.append(Limit("booking-mails", store.tenant, MAILS_OF_A_COMPANY, HOUR))
            if one.to:
                found.append(Limit("booking-mail", mailbox(one.to), MAILS_TO_A_BOX, DAY))
            if one.phone:
                found.append(Limit("booking-sms", _called(call, one.phone), MAILS_TO_A_BOX, DAY))
                found.append(Limit("booking-texts", store.tenant, TEXTS_OF_A_COMPANY, DAY))
    return found


def _called(call: _Call, phone: str) -> str:
    """The telephone that rings, in whatever digits and letters its number was typed."""
    return sms.number(phone, call.company.locale) or line(phone)
