"""The message that a document is there: for one customer as it is shared, sent again by hand, or for all by the queue's
worker. And whether a customer who is told of it could see it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.customers.rules import Customer
from chalicelib.documents.rules import EVERYONE, Category, Document
from chalicelib.errors import N_, Conflict
from chalicelib.messages.rules import Message
from chalicelib.tenants.rules import Company

TEMPLATE = "document_shared"
# As the messages say it, in each language; "other" says nothing.
WORDS: Mapping[Category, str] = {
    "contract": N_("Contract"),
    "label": N_("Label"),
    "safety_sheet": N_("Safety sheet"),
    "photo": N_("Photo"),
    "report": N_("Report"),
    "other": "",
}


def message_id(document_id: str) -> str:
    """One document, one message: to each customer whom it is for."""
    return f"document-{document_id}"


def message(company: Company, customer: Customer, document: Document) -> Message | None:
    """What tells a customer of a document; None for who has neither address nor number."""
    if not (customer.email or customer.phone):
        return None
    language = customer.language or company.locale[:2]
    return Message(
        message_id(document.id), TEMPLATE, customer.email, language, values(document), phone=customer.phone,
        path=path(document),
    )  # fmt: skip


def values(document: Document) -> dict[str, object]:
    return {"document": {"name": document.name, "category": WORDS[document.category]}}


def path(document: Document) -> str:
    """Its page in the portal."""
    return f"/documents/{reference(document)}"


def reference(document: Document) -> str:
    """What a customer's addresses call it."""
    return f"{EVERYONE}-{document.id}" if document.customer == EVERYONE else document.id


def must_be_seen(company: Company, customer: Customer | None, shown: bool = True) -> None:
    """Conflict: nobody who is told of it could see it. `shown`: whether it is one of its days."""
    if not company.on:
        raise Conflict("The portal is off: the link would lead nowhere. Turn it on first.", kind="portal-off")
    if not company.shows("documents"):
        raise Conflict("Documents are hidden from customers. Show them in the settings first.", kind="documents-hidden")
    if customer is not None and not customer.access:
        raise Conflict("This customer's access to the portal is off. Turn it on first.", kind="access-off")
    if not shown:
        raise Conflict(
            "Customers don't see this document now: change the days on which they do, or wait.", kind="not-visible"
        )
