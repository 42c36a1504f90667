"""A forgotten password: a link by mail, and a new password by the link."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers import rules
from chalicelib.customers.actions import password
from chalicelib.customers.public.routes import let_in, over, routes
from chalicelib.errors import Invalid, NotFound
from chalicelib.web.access import Visitor
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply


@dataclass(frozen=True)
class Login:
    login: str


@dataclass(frozen=True)
class NewPassword:
    password: str


@routes.get("/{slug}/password/forgotten")
def forgotten_page(caller: Visitor) -> Reply:
    return Page("password_forgotten.html", {"login": "", "errors": {}})


@routes.post("/{slug}/password/forgotten")
def forgotten(caller: Visitor, form: Login) -> Reply:
    password.forgotten(caller.services, caller.store, form.login, caller.request.address, caller.language)
    return Page("password_sent.html", {"login": form.login, "minutes": rules.minutes(rules.RESET_LIFE)})


@routes.get("/{slug}/password/reset/{token}")
def reset_page(caller: Visitor, token: str) -> Reply:
    try:
        password.open_reset(caller.services, caller.store, token)
    except NotFound:
        return over(caller, password.look_reset(caller.store, token))
    return _page(caller, token)


@routes.post("/{slug}/password/reset/{token}")
def reset(caller: Visitor, token: str, form: NewPassword) -> Reply:
    try:
        accounts = password.reset(caller.services, caller.store, token, form.password)
    except NotFound:
        return over(caller, password.look_reset(caller.store, token))
    except Invalid as wrong:
        return _page(caller, token, form_errors(caller, wrong), 422)
    return let_in(caller, accounts, "code", "/")


def _page(caller: Visitor, token: str, errors: dict[str, str] | None = None, status: int = 200) -> Page:
    values = {"action": caller.url(f"/password/reset/{token}"), "errors": errors or {}}
    return Page("password_reset.html", values, status)
