"""The API of what a company offers online: one document, read and changed as a whole, so that two admins can't
overwrite each other. It is there while online booking is off, since here it is turned on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import UNSET

from chalicelib.booking.actions import offering
from chalicelib.booking.admin.settings_shapes import (
    AreaPart,
    BookingSettings,
    BookingSettingsChange,
    PricePart,
    QuestionPart,
    ServicePart,
    SpanPart,
    SpecialPart,
    WeekPart,
)
from chalicelib.booking.rules.offer import (
    PLAIN,
    WEEKDAYS,
    Offer,
    Price,
    Question,
    Service,
    Span,
    SpecialDays,
    clock,
    minutes_of,
)
from chalicelib.errors import Conflict, Invalid, Stale, Unconditional
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import sent

routes = ApiRoutes("Bookings")

EXAMPLE = {
    "on": True,
    "services": [
        {
            "name": "Lawn mowing",
            "minutes": 60,
            "after": 15,
            "price": {"kind": "from", "amount": 4500},
            "questions": [{"label": "How large is your lawn?", "required": True}],
        }
    ],
    "hours": {"saturday": [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "15:00"}]},
    "special": [{"since": "2026-11-26", "until": "2026-11-27", "name": "Thanksgiving"}],
    "area": {"rule": "flagged", "codes": ["80301", "803*"]},
}


@routes.get("/booking-settings", "settings:read")
def read_booking_settings(caller: Admin) -> Sent[BookingSettings]:
    """Read what is offered online, with its version as the ETag: services, hours, and the rules of the calendar."""
    offer = offering.read(caller.store)
    return tagged(present(offer), offer.version)


@routes.patch(
    "/booking-settings", "settings:write", conditional=True, errors=(Invalid, Conflict, Stale, Unconditional),
    example=EXAMPLE,
)  # fmt: skip
def change_booking_settings(caller: Admin, body: BookingSettingsChange) -> Sent[BookingSettings]:
    """Change some of what is offered online. Send the ETag of what you have read as If-Match. A new service needs a
    name and a length. Bookings that are made keep the price, the cut-off and the policy they were made with."""
    before = offering.read(caller.store)
    if caller.expected_version() != before.version:
        raise Stale()
    after = offering.change(
        caller.store, caller.company, before, _wanted(before, body),
        caller.own_note("booking_settings.change"),
    )  # fmt: skip
    return tagged(present(after), after.version)


def _wanted(before: Offer, body: BookingSettingsChange) -> Offer:
    """The offer with what was sent in the place of what it had."""
    values: dict[str, Any] = {name: getattr(body, name) for name in PLAIN if getattr(body, name) is not UNSET}
    if body.services is not UNSET:
        values["services"] = tuple(_service(one) for one in body.services)
    if body.special is not UNSET:
        values["special"] = tuple(_special(one, f"special/{place}") for place, one in enumerate(body.special))
    hours = {name: _spans(spans) for name, spans in sent(body.hours).items()}
    area = sent(body.area)
    if "codes" in area:
        area["codes"] = tuple(area["codes"])
    return replace(
        before, hours=tuple(hours.get(name, spans) for name, spans in zip(WEEKDAYS, before.hours, strict=True)),
        area=replace(before.area, **area), **values,
    )  # fmt: skip


def _service(sent: ServicePart) -> Service:
    questions = tuple(Question(one.id, one.label, one.required) for one in sent.questions)
    price = Price(sent.price.kind, sent.price.amount)
    return Service(
        sent.id, sent.name, sent.words, sent.minutes, sent.before, sent.after, price, questions, sent.on
    )  # fmt: skip


def _special(sent: SpecialPart, field: str) -> SpecialDays:
    return SpecialDays(
        day(f"{field}/since", sent.since), day(f"{field}/until", sent.until), sent.name, _spans(sent.hours)
    )


def _spans(sent: list[SpanPart]) -> tuple[Span, ...]:
    return tuple(Span(minutes_of(one.opens), minutes_of(one.closes)) for one in sent)


def present(offer: Offer) -> BookingSettings:
    """An offer as the API shows it."""
    return BookingSettings(
        services=[_present_service(one) for one in offer.services],
        hours=WeekPart(*(_present_spans(one) for one in offer.hours)),
        special=[
            SpecialPart(one.since.isoformat(), one.until.isoformat(), one.name, _present_spans(one.hours))
            for one in offer.special
        ],
        area=AreaPart(offer.area.rule, list(offer.area.codes)),
        **{name: getattr(offer, name) for name in PLAIN},
    )


def _present_service(service: Service) -> ServicePart:
    return ServicePart(
        service.name, service.minutes, service.id, service.words, service.before, service.after,
        PricePart(service.price.kind, service.price.amount),
        [QuestionPart(one.label, one.id, one.required) for one in service.questions], service.on,
    )  # fmt: skip


def _present_spans(spans: tuple[Span, ...]) -> list[SpanPart]:
    return [SpanPart(clock(one.opens), clock(one.closes)) for one in spans]
