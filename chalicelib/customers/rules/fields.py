"""A customer as the company wants it: what it sent, tidied and checked. Pure. Invalid names the field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.customers.rules.customer import Contact, Customer, tidy_login, with_contacts
from chalicelib.errors import Invalid
from chalicelib.tenants.rules import check_email

EXTERNAL_ID = re.compile(r"[A-Za-z0-9._~-]{1,100}")
PHONE = re.compile(r"[^\W\d_]{0,3}[0-9+().,/ x*-]{1,40}", re.IGNORECASE)
LOGIN = re.compile(r"[^\s#\"<>\\]{3,254}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a company says of a customer. `language` '' leaves it to them."""

    name: str
    first_name: str
    contacts: tuple[Contact, ...] = ()
    address: tuple[str, ...] = ()
    language: str = ""
    external_id: str = ""


def wanted(
    name: str, first_name: str, contacts: Sequence[Contact], address: Sequence[str], language: str, external_id: str
) -> Wanted:
    """What was sent, tidied. Without a first name it is the first word of the name."""
    tidy = _line(name, "name")
    if not tidy:
        raise Invalid("name", "Give the customer a name.")
    people = (_contact(one, f"contacts/{place}") for place, one in enumerate(contacts))
    lines = (_line(one, f"address/{place}") for place, one in enumerate(address))
    return Wanted(
        tidy, _line(first_name, "first_name") or tidy.split()[0], tuple(one for one in people if one != Contact()),
        tuple(one for one in lines if one), language, external_id,
    )  # fmt: skip


def _contact(contact: Contact, field: str) -> Contact:
    email = check_email(contact.email, f"{field}/email") if contact.email.strip() else ""
    if "#" in email or not email.isprintable():
        raise Invalid(f"{field}/email", "This address can't be written to. Enter another one.")
    phone = _line(contact.phone, f"{field}/phone")
    if phone and not (PHONE.fullmatch(phone) and any(one.isdigit() for one in phone)):
        raise Invalid(f"{field}/phone", "Write a phone number, as in (303) 555-0142.")
    return Contact(_line(contact.name, f"{field}/name"), email, phone)


def _line(text: str, field: str) -> str:
    """One line, its words one blank apart."""
    line = " ".join(text.split())
    if not line.isprintable():
        raise Invalid(field, "There are characters in it that can't be shown. Take them out.")
    return line


def changed(before: Customer, wanted: Wanted) -> Customer:
    """The customer as the company wants it. A language it does not name stays what the customer chose."""
    return replace(
        with_contacts(before, wanted.contacts), name=wanted.name, first_name=wanted.first_name, address=wanted.address,
        language=wanted.language or before.language, external_id=wanted.external_id,
    )  # fmt: skip


def described(customer: Customer | None) -> dict[str, Any]:
    """What the audit trail compares."""
    if customer is None:
        return {}
    contacts = [{"name": one.name, "email": one.email, "phone": one.phone} for one in customer.contacts]
    told = {
        "name": customer.name, "first_name": customer.first_name, "contacts": contacts,
        "address": list(customer.address), "language": customer.language, "external_id": customer.external_id,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def login(typed: str) -> str:
    """A login as it is kept. An address or a name without blanks."""
    tidy = tidy_login(typed)
    if not LOGIN.fullmatch(tidy) or not tidy.isprintable():
        raise Invalid("login", 'Use 3 characters or more, without blanks and # " < > \\: an e-mail address or a name.')
    return tidy
