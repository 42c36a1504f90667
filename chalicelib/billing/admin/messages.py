"""The API's way to send a customer a message again: here, since an invoice's says what is owed by now."""

from __future__ import annotations

from chalicelib.billing.actions import resending
from chalicelib.customers.actions import messages
from chalicelib.errors import Conflict
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent

routes = ApiRoutes("Customers")


@routes.post("/customers/{id}/messages/{message}/resends", "messages:write", status=202, errors=(Conflict,))
def resend_message(caller: Admin, id: str, message: str) -> MailSent:
    """Send a message again, to where it went, by the way it went, with a new link. A message about an invoice says what
    is due by now; any other says what it said.

    `not-resendable`: a code or a password's link, or one that is still on its way. `not-theirs`: its address or number
    is not the customer's any more. `suppressed`: mail to the address is stopped. `stopped`: its owner answered
    STOP. `access-off`: its link would open nothing. `invoices-hidden`, `estimates-hidden`, `documents-hidden`: what it
    leads to is hidden from customers. An invoice's message is refused as its delivery would be.
    """
    refresh = resending.refreshing(caller.services, caller.company)
    return MailSent(
        messages.resend(caller.services, caller.company, id, message, caller.new_id(), caller.note, refresh)
    )  # fmt: skip
