"""The messages that an estimate causes: written in the transaction of what they tell, handed over after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.estimates.actions.values import decision_values, estimate_values
from chalicelib.estimates.rules import ChangeRequest, Decision, Details, Estimate
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

Notices = tuple[Message, ...]


def posted(store: Store, customer: str, sent: Notices, now: datetime) -> list[Write]:
    """Their rows in the outbox."""
    return [outbox.new_message(store, customer, one, now) for one in sent]


def hand_over(services: Services, store: Store, customer: str, sent: Notices) -> None:
    for one in sent:
        messages.hand_over(services, store, customer, one.id)


def decided(company: Company, customer: Customer, estimate: Estimate, details: Details, decision: Decision) -> Notices:
    """The customer has decided: the company is told at once; of an acceptance, the customer too."""
    values = {"estimate": estimate_values(estimate, details), "decision": decision_values(decision)}
    cause, accepted = f"{estimate.id}-{decision.number}", decision.kind == "accepted"
    template = "estimate_accepted_company" if accepted else "estimate_declined_company"
    to_company = _to_company(company, customer, estimate, f"decided-{cause}-company", template, values)
    if not accepted or not (customer.email or customer.phone):
        return to_company
    told = Message(
        f"accepted-{cause}", "estimate_accepted", customer.email, customer.language or company.locale[:2], values,
        phone=customer.phone, path=f"/estimates/{estimate.id}",
    )  # fmt: skip
    return (told, *to_company)


def changes_asked(
    company: Company, customer: Customer, estimate: Estimate, details: Details, asked: ChangeRequest
) -> Notices:
    """The customer would like it otherwise."""
    values = {"estimate": estimate_values(estimate, details), "change": {"text": asked.text}}
    id = f"changes-{estimate.id}-{asked.id}-company"
    return _to_company(company, customer, estimate, id, "estimate_changes_company", values)


def _to_company(
    company: Company, customer: Customer, estimate: Estimate, id: str, template: str, values: Mapping[str, object]
) -> Notices:
    if not (company.email or company.phone):
        return ()
    about = {**values, "account": {"name": customer.name}}
    place = f"/estimates/{customer.id}-{estimate.id}"
    language = company.locale[:2]
    return (Message(id, template, company.email, language, about, phone=company.phone, console_path=place),)
