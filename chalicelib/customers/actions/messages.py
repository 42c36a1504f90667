"""What a customer was told: the log of their messages, and sending one again.

What goes to the company's own team about a customer lies beside it in the store, and is not among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chalicelib.aws.store import ConditionFailed, Item
from chalicelib.customers.actions import finding
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, NotFound
from chalicelib.messages import actions as sending
from chalicelib.messages import records as outbox
from chalicelib.messages import standard
from chalicelib.messages.actions import stopped
from chalicelib.messages.records.outbox import log
from chalicelib.messages.rules import Channel, Message
from chalicelib.messages.rules.standing import Standing, standing
from chalicelib.messages.rules.template import Template
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change

Refresh = Callable[[Customer, Message], Message]


@dataclass(frozen=True, slots=True)
class Told:
    """A message to a customer. `summary` is what it said, as far as that may be kept; `reason` why it was not sent, or
    what went wrong; times are UTC, ISO 8601, '' for never. `resendable`: staff can send it again as things are now."""

    id: str
    template: str
    title: str
    channel: Channel
    to: str
    summary: str
    standing: Standing
    reason: str
    posted_at: str
    sent_at: str
    outcome_at: str
    resendable: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the log, and where the next page begins, None at the end."""

    items: list[Told]
    last: dict[str, str] | None


def page(
    services: Services, company: Company, customer: Customer, limit: int, after: dict[str, str] | None = None
) -> Page:
    """The messages to a customer, newest first, in three calls. What was just posted may take a moment to be there."""
    store = services.tables.for_tenant(company.id)
    found = log(store, customer.id, limit, after)
    items = [item for item in found.items if _template(item) is not None]
    unreachable = _unreachable(services, company, items)
    told = [_told(company, customer, item, unreachable.get(_to(item))) for item in items]
    return Page(told, found.last)


def resend(
    services: Services, company: Company, which: str, message_id: str, id: str, note: Note, refresh: Refresh
) -> str:
    """Send a customer a message again, to where it went, by the way it went, with a Portal Link of its own. Where it
    goes. The same `id` again sends nothing new.

    `refresh` brings it up to date, or says (Conflict) that it is over. It goes even if the company has turned the
    template off: somebody asked for it. Conflict: it is not one to be sent again, or can't reach the customer.
    """
    store = services.tables.for_tenant(company.id)
    customer = finding.find(store, which)
    item = outbox.read(store, customer.id, message_id)
    template = _template(item) if item else None
    if item is None or template is None:
        raise NotFound()
    to, by_mail = _to(item), _by_mail(item)
    refusal = _refusal(company, customer, template, item, _unreachable(services, company, [item]).get(to))
    if refusal is not None:
        raise refusal
    message = refresh(customer, outbox.to_message(item))
    again = replace(
        message, id=f"again-{id}{'' if by_mail else '-sms'}", to=to if by_mail else "", phone="" if by_mail else to,
        by="email" if by_mail else "sms",
    )  # fmt: skip
    entry = note("message.resend", customer.id, [Change("message", None, template.title), Change("to", None, to)])
    try:
        store.transact(outbox.new_message(store, customer.id, again, services.now()), entry)
    except ConditionFailed as failed:
        # It is there: our own answer was lost, or whoever asks asks again.
        if "message" not in failed.names:
            raise
    sending.hand_over(services, store, customer.id, again.id)
    return to


def _unreachable(services: Services, company: Company, items: Iterable[Item]) -> dict[str, Conflict]:
    """Of the addresses and numbers that these went to, those that get nothing more, and why. One read for all
    addresses, and one for all numbers."""
    by_mail = {_to(item): _by_mail(item) for item in items}
    store = services.tables.for_tenant(company.id)
    causes = stopped.addresses(store, [to for to, mail in by_mail.items() if mail])
    answered = stopped.numbers(services, [to for to, mail in by_mail.items() if not mail], company.locale)
    return {one: stopped.no_mail(cause) for one, cause in causes.items()} | dict.fromkeys(answered, stopped.no_texts())


def _refusal(
    company: Company, customer: Customer, template: Template, item: Item, unreachable: Conflict | None
) -> Conflict | None:
    """Why a message can't be sent again; None if it can."""
    if not template.resend or "texts" in item["body"]:
        return Conflict(
            "This kind of message is not sent again. Send a new one from the place it is about.", kind="not-resendable"
        )
    if item["state"] == "pending":
        return Conflict("This message is still on its way.", kind="not-resendable")
    if not customer.reached_at(_to(item)):
        return Conflict(
            "It went to an address or a number that is not this customer's any more. Send a new one.", kind="not-theirs"
        )
    if unreachable:
        return unreachable
    hidden = company.hidden_at(outbox.to_message(item).path)
    if hidden == "booking":
        return Conflict("Online booking is turned off. Turn it on in the settings first.", kind="booking-hidden")
    if hidden:
        text = f"{hidden.capitalize()} are hidden from customers. Show them in the settings first."
        return Conflict(text, kind=f"{hidden}-hidden")
    if template.needs_link and not customer.access:
        return Conflict("Portal access of this customer is turned off. Turn it on first.", kind="access-off")
    return None


def _told(company: Company, customer: Customer, item: Item, unreachable: Conflict | None) -> Told:
    template = standard.template(item["template"])
    refusal = _refusal(company, customer, template, item, unreachable)
    return Told(
        id=item["item"].removeprefix("message#"),
        template=template.name,
        title=template.title,
        channel=item["channel"],
        to=_to(item),
        summary=item.get("summary", ""),
        standing=standing(item["state"], item.get("outcome", "")),
        reason=item.get("reason") or item.get("detail", ""),
        posted_at=item["posted_at"],
        sent_at=item.get("sent_at", ""),
        outcome_at=item.get("outcome_at", ""),
        resendable=refusal is None,
    )


def _template(item: Item) -> Template | None:
    """The template of a message to the customer; None for one to the company's team, and for one there is no more."""
    try:
        found = standard.template(item["template"])
    except NotFound:
        return None
    return found if found.audience == "customer" else None


def _by_mail(item: Item) -> bool:
    return bool(item["channel"] == "email")


def _to(item: Item) -> str:
    return str(item.get("to" if _by_mail(item) else "phone", ""))
