"""An admin's invite: choose a password, once."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.errors import Invalid
from chalicelib.tenants.actions import invites
from chalicelib.web.access import Visitor
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply
from chalicelib.web.routes import Routes

routes = Routes("tenants_public")


@dataclass(frozen=True)
class NewPassword:
    password: str


@routes.get("/{slug}/invite/{token}")
def invite_page(caller: Visitor, token: str) -> Reply:
    return _page(caller, token, invites.open_invite(caller.services, caller.store, token))


@routes.post("/{slug}/invite/{token}")
def accept_invite(caller: Visitor, token: str, form: NewPassword) -> Reply:
    email = invites.open_invite(caller.services, caller.store, token)
    try:
        invites.accept_invite(caller.services, caller.store, token, form.password)
    except Invalid as wrong:
        return _page(caller, token, email, form_errors(caller, wrong))
    portal = caller.services.settings.origin + caller.url("/")
    return Page("invite.html", {"email": email, "done": True, "portal": portal, "errors": {}})


def _page(caller: Visitor, token: str, email: str, errors: dict[str, str] | None = None) -> Page:
    values = {"email": email, "done": False, "action": caller.url(f"/invite/{token}"), "errors": errors or {}}
    return Page("invite.html", values, 422 if errors else 200)
