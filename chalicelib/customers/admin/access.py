"""A customer's access to the portal by the API: on and off, login and password, invites, sessions, links."""

from __future__ import annotations

from msgspec import UNSET

from chalicelib.customers.actions import access, finding, step_up, ways_in
from chalicelib.customers.admin.shapes import AccessChange, AccessView, LinkList, PasswordSetting
from chalicelib.customers.admin.views import access_view, link_view
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent

routes = ApiRoutes("Portal access")


@routes.get("/customers/{id}/access", "access:read")
def read_access(caller: Admin, id: str) -> AccessView:
    """Read where a customer stands with the portal."""
    return _view(caller, finding.find(caller.store, id))


@routes.patch(
    "/customers/{id}/access", "access:write", errors=(Conflict,),
    example={"login": "dana-whitfield", "must_change_password": True},
)  # fmt: skip
def change_access(caller: Admin, id: str, body: AccessChange) -> AccessView:
    """Turn access on or off, set or take the login, require a change of password at the next sign-in."""
    on, due = body.on, body.must_change_password
    after = access.change(
        caller.services, caller.store, id, caller.note,
        on=None if on is UNSET else on,
        login=None if body.login is UNSET else body.login or "",
        must_change=None if due is UNSET else due,
    )  # fmt: skip
    return _view(caller, after)


@routes.put(
    "/customers/{id}/access/password", "access:write", errors=(Conflict,),
    example={"password": "seven green gardens", "must_change": True},
)  # fmt: skip
def set_customer_password(caller: Admin, id: str, body: PasswordSetting) -> AccessView:
    """Set the password on a customer's behalf. All their sessions end."""
    access.set_password(caller.services, caller.store, id, body.password, body.must_change, caller.note)
    return _view(caller, finding.find(caller.store, id))


@routes.post("/customers/{id}/access/invites", "access:write", errors=(Conflict,))
def invite_customer(caller: Admin, id: str) -> MailSent:
    """Send the customer a link that lets them in, by e-mail or SMS as your portal invite is set."""
    ways_in.check_open(caller.company)
    return MailSent(ways_in.invite(caller.services, caller.company, id, caller.new_id(), caller.note))


@routes.post("/customers/{id}/access/password-resets", "access:write", errors=(Conflict,))
def send_customer_password_reset(caller: Admin, id: str) -> MailSent:
    """Mail the customer a link to choose a new password, for an hour. The old one works until then."""
    ways_in.check_open(caller.company)
    return MailSent(ways_in.send_reset(caller.services, caller.store, id, caller.new_id(), caller.note))


@routes.delete("/customers/{id}/access/sessions", "access:write", errors=(Conflict,))
def end_customer_sessions(caller: Admin, id: str) -> None:
    """Sign the customer out everywhere, at once. Links that were mailed go on opening."""
    access.end_sessions(caller.store, id, caller.note)


@routes.get("/customers/{id}/access/links", "access:read")
def list_links(caller: Admin, id: str) -> LinkList:
    """List the Portal Links that were sent to the customer and still open, newest first."""
    return LinkList([link_view(one) for one in access.links(caller.services, caller.store, id)])


@routes.delete("/customers/{id}/access/links/{link}", "access:write")
def revoke_link(caller: Admin, id: str, link: str) -> None:
    """End a link at once: its page says so. A session it has opened ends within two hours, or by ending sessions."""
    access.revoke_link(caller.services, caller.store, id, link, caller.note)


def _view(caller: Admin, customer: Customer) -> AccessView:
    return access_view(customer, step_up.has_password(caller.store, customer))
