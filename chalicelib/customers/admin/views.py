"""Between what the API says of customers and what they are."""

from __future__ import annotations

from chalicelib.customers.admin.shapes import AccessView, ContactPart, CustomerFields, CustomerView, LinkView, Sums
from chalicelib.customers.records.links import SentLink
from chalicelib.customers.rules import Contact, Customer
from chalicelib.customers.rules.fields import Wanted, wanted


def wanted_of(body: CustomerFields) -> Wanted:
    """What was sent, tidied. Invalid names the field."""
    contacts = [Contact(one.name, one.email, one.phone) for one in body.contacts]
    return wanted(body.name, body.first_name, contacts, body.address, body.language, body.external_id or "")


def view(customer: Customer) -> CustomerView:
    sums = customer.sums
    return CustomerView(
        customer.id,
        customer.external_id or None,
        customer.name,
        customer.first_name,
        [ContactPart(one.name, one.email, one.phone) for one in customer.contacts],
        list(customer.address),
        customer.language,
        Sums(sums.balance, sums.in_flight, sums.credit, sums.open_count),
        customer.standing,
        customer.created_at,
    )


def access_view(customer: Customer, has_password: bool) -> AccessView:
    return AccessView(
        customer.standing, customer.login or None, has_password, customer.must_change, customer.last_sign_in,
        customer.invited_at,
    )  # fmt: skip


def link_view(link: SentLink) -> LinkView:
    return LinkView(link.id, link.to, link.path, link.sent_at.isoformat(), link.expires.isoformat())
