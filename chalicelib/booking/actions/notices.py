"""The messages that a booking causes. Whoever changes it writes them in the transaction of the change, and hands them
over after.

A customer of the company is told at the address, the number and in the language that they have there. Whoever else
booked is told at what they typed: nobody knows whose that is, so that what goes there repeats nothing that was typed
but the time and the service; texts go to numbers of the company's country only, and none about what they change
themselves, since each costs the company money. The company is told where it wants its leads, with all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws import sms
from chalicelib.aws.store import Store
from chalicelib.booking.rules import keys
from chalicelib.booking.rules.booking import Booker, Booking, By, Status
from chalicelib.booking.rules.changing import Change
from chalicelib.booking.rules.event import event
from chalicelib.customers.rules import Customer
from chalicelib.leads.actions.receiving import told_at
from chalicelib.leads.rules.submission import mailable
from chalicelib.messages.rules import Message
from chalicelib.tenants.rules import Company

Values = dict[str, Any]
_BY_STATUS: Mapping[Status, str] = {
    "requested": "booking_requested", "confirmed": "booking_confirmed", "proposed": "booking_proposed",
    "declined": "booking_declined", "cancelled": "booking_cancelled",
}  # fmt: skip


def messages(
    store: Store, company: Company, customer: Customer | None, before: Booking | None, after: Booking, change: Change,
    by: By,
) -> list[Message]:  # fmt: skip
    """What is told of a change: to whoever booked, and to the company unless it was their own. `customer` is whose it
    is, None for nobody's; `before` is None as it is made. Nothing of what is suspected, until the company takes it on.

    Those to the company have a `console_path`. One read where it has named no address, else none.
    """
    if after.suspected and by == "customer":
        return []
    now = datetime.fromisoformat(after.happened[-1].at)
    moved = before is not None and before.starts_at != after.starts_at
    template = "booking_moved" if moved and after.status in ("requested", "confirmed") else _BY_STATUS[after.status]
    found = []
    told = {**about(after, customer, now), **_earlier(before, after), "by_company": by == "company"}
    if by == "company":
        told["note"] = after.happened[-1].note
    if to_booker := to_who_booked(store, company, customer, after, _id(after, "told"), template, told):
        strangers_own = customer is None and by == "customer" and before is not None
        found.append(replace(to_booker, phone="") if strangers_own and to_booker.to else to_booker)
    if by == "customer":
        found += _to_company(store, company, customer, before, after, change, now)
    return found


def to_who_booked(
    store: Store, company: Company, customer: Customer | None, booking: Booking, id: str, template: str, told: Values,
    until: str = "",
) -> Message | None:  # fmt: skip
    """A message to whoever booked, with the booking's own link and the file for their calendar; None where they can't
    be reached. After `until` it is of no use."""
    who = _reached(customer, booking.who)
    phone = who.phone if customer or _may_be_texted(company, who.phone) else ""
    if not (who.email or phone):
        return None
    language = (customer.language or company.locale[:2]) if customer else booking.language
    return Message(
        id, template, who.email, language, {"booking": told}, _keys(store, customer, booking, who),
        phone=phone, path=f"/bookings/{booking.id}?key=%s", calendar=_for_calendars(company, booking), until=until,
    )  # fmt: skip


def _keys(store: Store, customer: Customer | None, booking: Booking, who: Booker) -> dict[str, tuple[str, ...]]:
    """The key of the mail's link, and that of the text message's: whoever has a telephone has not shown that an e-mail
    address is theirs."""
    mine = customer.id if customer else ""
    mailbox = mine if customer and who.email == customer.email else ""
    telephone = mine if customer and who.phone == customer.phone else ""
    return {
        "url": keys.by_mail(store.tenant, booking.id, mailbox),
        "url_by_sms": keys.by_text(store.tenant, booking.id, telephone),
    }


def about(booking: Booking, customer: Customer | None, now: datetime) -> Values:
    """What its messages say of a booking. Where the job is, only to the company's own customers."""
    until = booking.changeable_until
    return {
        "service": booking.title, "status": booking.status, **_when(booking.starts_at, booking.arrives_until),
        "zone": booking.starts_at.isoformat(), "price": {"kind": booking.price.kind, "amount": booking.price.amount},
        "first_name": customer.first_name if customer else "", "known": customer is not None,
        "address": booking.who.where if customer else "", "policy": booking.policy,
        "change_until": until.isoformat() if booking.open and until > now else "",
    }  # fmt: skip


def _to_company(
    store: Store, company: Company, customer: Customer | None, before: Booking | None, after: Booking, change: Change,
    now: datetime,
) -> list[Message]:  # fmt: skip
    to = told_at(store, company)
    if not (to or company.phone):
        return []
    who = after.who
    known = _reached(customer, who)
    answer_to = known.email if mailable(known.email) else ""
    booker = {
        "name": who.name, "email": known.email, "phone": known.phone, "address": who.where,
        "customer": customer is not None, "outside": after.outside, "source": after.source, "notes": after.notes,
        "answers": [{"question": question, "answer": answer} for question, answer in after.answers],
        "change": _done(before, after, change), "answer_to": answer_to,
    }  # fmt: skip
    told = {**about(after, customer, now), **_earlier(before, after), "note": after.happened[-1].note}
    template = "booking_company" if before is None else "booking_changed_company"
    return [Message(
        _id(after, "company"), template, to, company.locale[:2], {"booking": told, "booker": booker},
        reply_to=answer_to, phone=company.phone, console_path=f"/bookings/{after.id}",
    )]  # fmt: skip


def _id(booking: Booking, what: str) -> str:
    """Of one change, which counts the version up."""
    return f"booking-{booking.id}-{booking.version}-{what}"


def _done(before: Booking | None, after: Booking, change: Change) -> str:
    """What its customer did, in a word of the templates'."""
    taken = before is not None and before.status == "proposed" and after.status == "confirmed"
    if taken:
        return "accepted"
    return "refused" if change == "answered" else change


def _earlier(before: Booking | None, after: Booking) -> Values:
    """The time that it had before; of a proposal, the one that was asked for."""
    if before is None:
        return {}
    was = after.asked_for if after.status == "proposed" else before.starts_at
    if was is None or was == after.starts_at:
        return {}
    when = _when(was, was + (before.arrives_until - before.starts_at))
    return {f"old_{name}": value for name, value in when.items()}


def _when(since: datetime, until: datetime) -> Values:
    return {"on": since.isoformat(), "arrival": [since.isoformat(), until.isoformat()]}


def _reached(customer: Customer | None, who: Booker) -> Booker:
    """At which address and number they are reached: a customer at what they typed where nothing is on file."""
    if customer is not None and (customer.email or customer.phone):
        return Booker(who.name, customer.email, customer.phone)
    return Booker(who.name, who.email if mailable(who.email) else "", who.phone)


def _may_be_texted(company: Company, phone: str) -> bool:
    """Whether a number that nobody has proven is of the company's country, as far as it is one."""
    number = sms.number(phone, company.locale) if phone else ""
    return not number or sms.at_home(number, company.locale)


def _for_calendars(company: Company, booking: Booking) -> Values:
    """What the calendar file says, as `messages/writing/calendar.py` wants it."""
    found = event(company, booking, "")
    times = ("starts_at", "ends_at", "created_at", "changed_at")
    return {
        "uid": booking.id, "sequence": found.sequence, "status": found.status, "summary": found.summary,
        "location": found.location, **{name: getattr(found, name).isoformat() for name in times},
        "arrives": _when(booking.starts_at, booking.arrives_until)["arrival"],
    }  # fmt: skip
