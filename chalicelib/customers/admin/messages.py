"""The API of what a customer was told: the log of their messages. Sending one again is billing's, which knows what has
become of an invoice since."""

from __future__ import annotations

import msgspec

from chalicelib.customers.actions import finding, messages
from chalicelib.customers.admin.shapes import MessageList, MessageView
from chalicelib.errors import Invalid
from chalicelib.web import cursors
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Listing

routes = ApiRoutes("Customers")


@routes.get("/customers/{id}/messages", "messages:read")
def list_messages(caller: Admin, id: str, query: Listing) -> MessageList:
    """List what a customer was sent, newest first: each e-mail and each SMS, and what became of it."""
    customer = finding.find(caller.store, id)
    key, scope = caller.services.secrets.links, f"{caller.store.tenant}#{customer.id}#messages"
    try:
        after = cursors.read(key, scope, query.cursor)
    except Invalid as wrong:
        raise Invalid("?cursor", wrong.text) from None
    page = messages.page(caller.services, caller.company, customer, query.limit, after)
    shown = [msgspec.convert(one, MessageView, from_attributes=True) for one in page.items]
    return MessageList(shown, cursors.write(key, scope, page.last))
