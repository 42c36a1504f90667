"""A booking as staff and the company's software send it, checked. Invalid names what can't be, by its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.booking.actions import offering
from chalicelib.booking.actions.making import Wanted
from chalicelib.booking.admin.shapes import BookingFields, Who
from chalicelib.booking.rules import Booker, Offer, Service, area, details
from chalicelib.booking.rules.day import whole
from chalicelib.booking.rules.details import Asked, Given
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid
from chalicelib.plain_words import one_line, paragraphs
from chalicelib.tenants.rules.audit import Changes, changes
from chalicelib.web.api.access import Admin
from chalicelib.web.languages import language

NO_SERVICE = "There is no service of this id. Those that there are stand in the booking settings."


def wanted(caller: Admin, body: BookingFields, customer: Customer | None) -> tuple[Wanted, Changes]:
    """What was sent, for this customer of the company's, or for somebody else; and what the audit trail says of it."""
    offer = offering.read(caller.store)
    service = next((one for one in offer.services if one.id == body.service), None)
    if service is None:
        raise Invalid("service", NO_SERVICE)
    starts_at, who = moment("starts_at", body.starts_at), _who(caller, body.who, offer, service, customer)
    spoken = language(customer.language if customer else "", "", caller.company.locale)
    made = Wanted(
        service.id, starts_at, who, _answers(body, service), paragraphs(body.notes), spoken, "staff"
    )  # fmt: skip
    told = {"service": service.name, "starts_at": starts_at.isoformat(), "name": who.name}
    return made, changes({}, told)


def moment(field: str, at: datetime) -> datetime:
    """A time, in UTC and whole minutes."""
    if not 1900 <= at.year <= 2200:
        raise Invalid(field, "Use a time between the years 1900 and 2200.")
    return whole(at)


def _who(caller: Admin, sent: Who, offer: Offer, service: Service, customer: Customer | None) -> Booker:
    given = Given(sent.name, sent.email, sent.phone)
    # Staff need no answers to the service's questions, and no address: they may know what they need.
    plain = replace(service, questions=())
    given = details.tidy(given, Asked(True, "either", False, ""), plain)
    if customer is None and not given.name:
        raise Invalid("who/name", "Say the name of whom it is for, or which customer it is for.")
    asked = Asked(bool(given.name), "either" if given.email or given.phone else "", False, "")
    territory = area.territory(caller.company.locale)
    for wrong in details.wrong(given, asked, plain, offer.area, territory):
        raise Invalid(f"who/{wrong.field}", str(wrong))
    known = Booker(customer.name, customer.email, customer.phone, customer.address) if customer else Booker("")
    address = tuple(filter(None, map(one_line, sent.address))) or known.address
    return Booker(
        given.name or known.name, given.email or known.email, given.phone or known.phone, address,
        code(sent.postal_code, offer, territory, "who/postal_code") or area.code_on_file(address, territory),
    )  # fmt: skip


def code(typed: str, offer: Offer, territory: str, field: str) -> str:
    """A postal code, tidied where the company looks at them. '' for none."""
    line = one_line(typed)
    return area.checked(line, territory, field) if line and offer.area.rule != "any" else line


def _answers(body: BookingFields, service: Service) -> tuple[tuple[str, str], ...]:
    labels = {one.id: one.label for one in service.questions}
    for place, one in enumerate(body.answers):
        if one.question not in labels:
            raise Invalid(f"answers/{place}/question", "This service has no question of this id.")
    said = ((labels[one.question], paragraphs(one.answer)) for one in body.answers)
    return tuple(one for one in said if one[1])
