"""Bookings, blocked time and free times as the API shows them: times on the company's clock, with its offset."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from chalicelib.booking.admin.shapes import (
    AnswerView,
    BookingView,
    CalendarDay,
    CalendarEntry,
    HappenedView,
    OpenHours,
    PriceView,
    ServiceName,
    SlotDay,
    SlotView,
    WhoView,
)
from chalicelib.booking.rules import Booking, Entry, Offer, Status
from chalicelib.booking.rules.changing import allowed
from chalicelib.booking.rules.day import instant
from chalicelib.booking.rules.slots import DaySlots, spans_on, special_on
from chalicelib.customers.actions import finding as people
from chalicelib.errors import NotFound
from chalicelib.visits.actions import reading as visits
from chalicelib.visits.rules import Visit
from chalicelib.web.api.access import Admin


def zone(caller: Admin) -> ZoneInfo:
    return ZoneInfo(caller.company.time_zone)


def local(at: datetime | str, zone: ZoneInfo) -> str:
    """An instant on the company's clock."""
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return at.astimezone(zone).isoformat(timespec="seconds")


def booking(caller: Admin, one: Booking) -> BookingView:
    """A single one, with its visit if there is one: what staff may do hangs on whether that is complete."""
    if one.customer and one.status in ("confirmed", "cancelled"):
        # A request that was canceled has had none.
        with suppress(NotFound):
            customer, whole = visits.whole(caller.store, one.customer, one.id)
            return _booking(caller, one, customer.name, whole.visit)
    return waiting(caller, [one])[0]


def waiting(caller: Admin, found: Sequence[Booking]) -> list[BookingView]:
    """Those that have no visit, since they wait for an answer. One read for the names of their customers."""
    ids = list({one.customer: None for one in found if one.customer})
    names = {one.id: one.name for one in (people.find_all(caller.store, ids) if ids else ()) if one}
    return [_booking(caller, one, names.get(one.customer, ""), None) for one in found]


def _booking(caller: Admin, one: Booking, name: str, visit: Visit | None) -> BookingView:
    clock, who = zone(caller), one.who
    done = visit is not None and visit.status == "complete"
    return BookingView(
        id=one.id,
        status=one.status,
        service=ServiceName(one.service, one.title),
        starts_at=local(one.starts_at, clock),
        ends_at=local(one.ends_at, clock),
        arrives_until=local(one.arrives_until, clock),
        changeable_until=local(one.changeable_until, clock),
        minutes=one.minutes,
        before=one.before,
        after=one.after,
        window=one.window,
        customer=one.customer or None,
        customer_name=name,
        who=WhoView(who.name, who.email, who.phone, list(who.address), who.postal_code),
        answers=[AnswerView(*pair) for pair in one.answers],
        notes=one.notes,
        price=PriceView(one.price.kind, one.price.amount),
        policy=one.policy,
        source=one.source,
        outside=one.outside,
        suspected=one.suspected,
        note=one.note,
        lead=one.lead or None,
        visit=f"{one.customer}-{visit.id}" if visit else None,
        happened=[
            HappenedView(local(each.at, clock), each.by, each.name, each.to, local(each.starts_at, clock), each.note)
            for each in one.happened
        ],
        created_at=local(one.created_at, clock),
        allowed=list(allowed(one, caller.services.now(), done)),
    )


def day(offer: Offer, day: date, zone: ZoneInfo) -> CalendarDay:
    """A day of the calendar: when the company is open, and why the hours are others than usual."""
    special = special_on(offer, day)
    hours = [
        OpenHours(local(instant(one.start), zone), local(instant(one.end), zone)) for one in spans_on(offer, day, zone)
    ]
    return CalendarDay(day.isoformat(), special.name if special else "", hours)


@lru_cache(maxsize=8192)
def _shown(minute: int, clock: ZoneInfo) -> str:
    """A minute of the calendar on the company's clock. Jobs begin and end at the same times of the same days, and the
    console asks for them again and again."""
    return local(instant(minute), clock)


def entry(one: Entry, clock: ZoneInfo) -> CalendarEntry:
    start, end, since, until = (_shown(minute, clock) for minute in (one.start, one.end, one.busy.start, one.busy.end))
    status = cast(Status, one.status) if one.status else None
    return CalendarEntry(
        one.id, one.kind, start, end, since, until, one.title, one.who, one.customer or None, status,
        one.crews, one.outside,
    )  # fmt: skip


def slots(one: DaySlots, window: int, clock: ZoneInfo, refused: bool) -> SlotDay:
    """A day's times. `window` in minutes; `refused`: nobody comes there at all."""
    if refused:
        return SlotDay(one.day.isoformat(), one.name, "area", [])
    found = [
        SlotView(
            local(each.starts_at, clock), local(each.starts_at + timedelta(minutes=window), clock),
            local(each.ends_at, clock),
        )
        for each in one.slots
    ]  # fmt: skip
    return SlotDay(one.day.isoformat(), one.name, one.why, found)
