"""What companies in tests offer online; a test names the odd part only. A company offers lawn mowing of an hour, on
weekdays from 8 to 17, from tomorrow on, to two customers at once, and confirms it at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking.records import offers
from chalicelib.booking.rules import Entry, Offer, Service, Span, slots
from chalicelib.booking.rules.slots import DaySlots
from chalicelib.tenants import records as tenants
from tests.builders import Company


def a_service(id: str = "lawn-mowing", name: str = "Lawn mowing", minutes: int = 60, **odd: Any) -> Service:
    return Service(id, name, minutes=minutes, **odd)


def open_weekdays(opens: float = 8, closes: float = 17) -> tuple[tuple[Span, ...], ...]:
    """From Monday to Friday; in hours."""
    return (open_from(opens, closes),) * 5 + ((),) * 2


def open_daily(opens: float = 0, closes: float = 24) -> tuple[tuple[Span, ...], ...]:
    return (open_from(opens, closes),) * 7


def open_from(*hours: float) -> tuple[Span, ...]:
    """From, to, and from, to again: in hours."""
    return tuple(
        Span(round(opens * 60), round(closes * 60)) for opens, closes in zip(hours[::2], hours[1::2], strict=True)
    )


def an_offer(*services: Service, **odd: Any) -> Offer:
    """An offer that is on. Without services it has lawn mowing."""
    values = {"hours": open_weekdays(), "crews": 2, "notice": 12, **odd}
    return Offer(on=values.pop("on", True), services=services or (a_service(),), **values)


def on_day(
    offer: Offer, service: Service, day: date, zone: ZoneInfo, entries: Iterable[Entry], now: datetime,
    besides: str = "",
) -> DaySlots:  # fmt: skip
    """The slots of one day."""
    (found,) = slots.days_slots(offer, service, day, 1, zone, entries, now, besides)
    return found


def offering(company: Company, *services: Service, **odd: Any) -> Offer:
    """The same, and the company has it from now on, whatever it had before."""
    before = offers.to_offer(company.store.get(offers.offer_key(company.store))[0])
    wanted = an_offer(*services, **odd)
    company.store.transact(
        offers.keep_offer(company.store, before, wanted), tenants.set_booking(company.store, wanted.on)
    )
    return offers.to_offer(company.store.get(offers.offer_key(company.store))[0])
