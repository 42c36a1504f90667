"""Sign in with a password, and choose among the accounts that one opens."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers.actions import password
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.public.routes import let_in, routes
from chalicelib.errors import Invalid
from chalicelib.web import cookies
from chalicelib.web.access import Visitor
from chalicelib.web.paths import Next
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther


@dataclass(frozen=True)
class SignIn(Next):
    login: str
    password: str


@dataclass(frozen=True)
class Account:
    account: str


@routes.get("/{slug}/sign-in")
def sign_in_page(caller: Visitor, query: Next) -> Reply:
    if caller.session is not None and caller.session.proof != "link":
        return SeeOther(query.path)
    return Page("sign_in.html", {"login": "", "next": query.path, "errors": {}})


# Its own read says whether the portal is on: signing in takes three calls.
@routes.post("/{slug}/sign-in", even_off=True)
def sign_in(caller: Visitor, form: SignIn) -> Reply:
    try:
        accounts = password.verify(caller.services, caller.store, form.login, form.password, caller.request.address)
    except Invalid as wrong:
        values = {"login": form.login, "next": form.path, "errors": form_errors(caller, wrong)}
        return Page("sign_in.html", values, 422)
    return let_in(caller, accounts, "password", form.path)


@routes.get("/{slug}/accounts")
def accounts_page(caller: Visitor) -> Reply:
    if caller.session is not None and len(caller.session.accounts) == 1:
        return SeeOther("/")
    offered = _offered(caller)
    choices = [(one.id, one.name, ", ".join(one.address)) for one in offered.accounts]
    return Page("accounts.html", {"choices": choices, "errors": {}})


@routes.post("/{slug}/accounts")
def choose_account(caller: Visitor, form: Account) -> Reply:
    offered = _offered(caller)
    session = sessions.choose(caller.services, caller.store, offered, caller.session, form.account)
    return SeeOther(offered.path, (cookies.session(caller.services, session), cookies.gone(cookies.CHOICE)))


@routes.get("/{slug}/signed-out")
def signed_out(caller: Visitor) -> Reply:
    return Page("signed_out.html")


def _offered(caller: Visitor) -> sessions.Choice:
    token = caller.request.cookies.get(cookies.CHOICE, "")
    return sessions.choice(caller.services, caller.store, token, caller.session)
