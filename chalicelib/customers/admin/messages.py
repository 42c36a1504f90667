"""The API of what a customer was told: the log of their messages. Sending one again is billing's, which knows what has
become of an invoice since."""

from __future__ import annotations

import msgspec

from chalicelib.customers.actions import finding, messages
from chalicelib.customers.admin.shapes import MessageList, MessageView
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Listing

routes = ApiRoutes("Customers")


@routes.get("/customers/{id}/messages", "messages:read")
def list_messages(caller: Admin, id: str, query: Listing) -> MessageList:
    """List what a customer was sent, newest first: each e-mail and each SMS, and what became of it."""
    customer = finding.find(caller.store, id)
    scope = f"{caller.store.tenant}#{customer.id}#messages"
    after = parts.begins(caller, scope, query.cursor)
    page = messages.page(caller.services, caller.company, customer, query.limit, after)
    shown = [msgspec.convert(one, MessageView, from_attributes=True) for one in page.items]
    return MessageList(shown, parts.goes_on(caller, scope, page.last))
