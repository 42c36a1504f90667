"""Send a document: a message with a Portal Link that opens its page, by e-mail or SMS."""

from __future__ import annotations

from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.customers.actions import addressing
from chalicelib.customers.actions import link as links
from chalicelib.documents import records
from chalicelib.documents.actions import notices
from chalicelib.documents.actions.sharing import target
from chalicelib.documents.rules import EVERYONE
from chalicelib.errors import Conflict, NotFound
from chalicelib.messages.rules import Channel
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change


def deliver(
    services: Services, store: Store, company: Company, owner: str, id: str, to: str, by: Channel, note: Note,
    link_id: str,
) -> str:  # fmt: skip
    """Send the customer a link to their document; where it goes. The same `link_id` again sends nothing new.

    Conflict: it is everyone's, there is nowhere to send it, or the customer could not see it. Invalid: not an address
    or a number of theirs.
    """
    if owner == EVERYONE:
        if records.document(store, owner, id) is None:
            raise NotFound()
        raise Conflict(
            "This document is for all customers: it can't be sent to one. They see it in their portal.",
            kind="shared-with-all",
        )
    row, profile = store.get(records.document_key(store, owner, id), customers.profile_key(store, owner))
    if row is None or profile is None:
        raise NotFound()
    document, customer = records.to_document(row), customers.to_customer(profile)
    notices.must_be_seen(company, customer, document.shown(services.now()))
    to = addressing.where(services, store, company, customer, to, by, "the document")
    changes = [Change("to", None, to), Change("channel", None, by)]
    links.send(
        services, store, customer, path=notices.path(document), template=notices.TEMPLATE,
        values=notices.values(document), to=to, by=by, link_id=link_id,
        also=[note("document.send", target(document), changes)],
    )  # fmt: skip
    return to
