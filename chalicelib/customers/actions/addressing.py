"""Which of a customer's addresses or numbers staff send something to, and whether it may go there at all."""

from __future__ import annotations

from chalicelib.aws import sms
from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, Invalid
from chalicelib.messages.actions import stopped
from chalicelib.messages.rules import Channel
from chalicelib.services import Services
from chalicelib.tenants.rules import Company


def where(
    services: Services, store: Store, company: Company, customer: Customer, wanted: str, by: Channel, what: str
) -> str:
    """The address, or by SMS the number, that `what` ("the invoice") goes to: `wanted`, or their first where it is ''.

    Conflict: there is none, or it takes nothing. Invalid: not one of theirs.
    """
    if by == "sms":
        to = _number(company, customer, wanted)
        stopped.must_take_texts(services, to, company.locale)
    else:
        to = _address(customer, wanted, what)
        stopped.must_take_mail(store, to)
    return to


def _address(customer: Customer, wanted: str, what: str) -> str:
    address = wanted.strip().lower() or customer.email
    if not address:
        raise Conflict(f"This customer has no e-mail address. Add one, then send {what}.", kind="no-address")
    if address not in customer.emails:
        raise Invalid("to", "This is none of the customer's addresses. Add it to their contacts first.")
    return address


def _number(company: Company, customer: Customer, wanted: str) -> str:
    """The number as the customer's contacts have it, however `wanted` is spelled."""
    numbers = [(sms.number(one, company.locale), one) for one in customer.phones]
    if not wanted.strip():
        first = next((typed for number, typed in numbers if number), "")
        if not first:
            raise Conflict("This customer has no phone number that takes texts. Add one first.", kind="no-phone")
        return first
    number = sms.number(wanted, company.locale)
    if not number:
        raise Invalid("to", "This is no number that takes texts. Write one, as in (303) 555-0142.")
    theirs = dict(reversed(numbers)).get(number, "")
    if not theirs:
        raise Invalid("to", "This is none of the customer's numbers. Add it to their contacts first.")
    return theirs
