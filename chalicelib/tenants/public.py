"""An admin's invite: choose a password, once."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.errors import N_, Invalid
from chalicelib.tenants import actions
from chalicelib.web.access import Visitor
from chalicelib.web.pages import translate
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply
from chalicelib.web.routes import Routes

routes = Routes("tenants_public")


@dataclass(frozen=True)
class NewPassword:
    password: str


@routes.get("/{slug}/invite/{token}")
def invite_page(caller: Visitor, token: str) -> Reply:
    actions.open_invite(caller.services, caller.store, token)
    return Page("password_reset.html", {"action": caller.url(f"/invite/{token}"), "errors": {}})


@routes.post("/{slug}/invite/{token}")
def accept_invite(caller: Visitor, token: str, form: NewPassword) -> Reply:
    try:
        actions.accept_invite(caller.services, caller.store, token, form.password)
    except Invalid as wrong:
        again = {"action": caller.url(f"/invite/{token}"), "errors": form_errors(caller, wrong)}
        return Page("password_reset.html", again, 422)
    title, detail = N_("Welcome to Porchlight"), N_("Your password is set, and your company's portal is live.")
    actions_ = [(translate(caller.language, N_("See the portal")), caller.url("/"))]
    values: dict[str, object] = {
        "title": translate(caller.language, title),
        "detail": translate(caller.language, detail),
        "actions": actions_,
    }
    return Page("problem.html", values)
