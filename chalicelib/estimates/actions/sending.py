"""Send an estimate: a message with a Portal Link that opens it, by e-mail or SMS."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.customers.actions import addressing, link
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, NotFound
from chalicelib.estimates.actions.reading import gather
from chalicelib.estimates.actions.values import estimate_values
from chalicelib.estimates.rules import Standing
from chalicelib.messages.rules import Channel
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change


@dataclass(frozen=True, slots=True)
class Order:
    """How an estimate is to be sent. `to` is one of the customer's addresses or numbers, their first where it is ''."""

    to: str = ""
    by: Channel = "email"


def deliver(
    services: Services, account: BillingAccount, estimate_id: str, order: Order, note: Note, link_id: str
) -> str:
    """Send the customer a link to their estimate; where it goes. The same `link_id` again sends nothing new.

    NotFound: there is none. Conflict: it does not wait for them, there is nowhere to send it, or they could not see it.
    Invalid: not an address or a number of theirs.
    """
    known, customer, _others = gather(account.store, account.customer.id, estimate_id)
    if known is None:
        raise NotFound()
    estimate, details = known
    _must_wait(estimate.standing(account.day(services.now())))
    _must_be_visible(account.company, customer)
    to = addressing.where(services, account.store, account.company, customer, order.to, order.by, "the estimate")
    entry = note(
        "estimate.send", f"{customer.id}-{estimate.id}", [Change("to", None, to), Change("channel", None, order.by)]
    )
    link.send(
        services, account.store, customer, path=f"/estimates/{estimate.id}", template="estimate_ready",
        values={"estimate": estimate_values(estimate, details)}, to=to, by=order.by, link_id=link_id, also=[entry],
    )  # fmt: skip
    return to


def _must_wait(standing: Standing) -> None:
    if standing == "expired":
        raise Conflict("This estimate has expired. Give it a later day first.", kind="expired")
    if standing != "pending":
        raise Conflict(
            "Only an estimate that waits for the customer can be sent. Issue a draft first; re-open a decided one.",
            kind="not-pending",
        )


def _must_be_visible(company: Company, customer: Customer) -> None:
    if not company.on:
        raise Conflict("The portal is off: the link would lead nowhere. Turn it on first.", kind="portal-off")
    if not company.shows("estimates"):
        raise Conflict("Estimates are hidden from customers. Show them in the settings first.", kind="estimates-hidden")
    if not customer.access:
        raise Conflict("This customer's access to the portal is off. Turn it on first.", kind="access-off")
