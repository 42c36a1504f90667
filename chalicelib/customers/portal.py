"""What a signed-in customer decides about their own sign-in: leave, change the password, choose the language."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers import rules
from chalicelib.customers.actions import password
from chalicelib.customers.actions import session as sessions
from chalicelib.errors import N_, Invalid, NotAllowed
from chalicelib.web import access, cookies
from chalicelib.web.access import Customer, Visitor
from chalicelib.web.cookies import Cookie
from chalicelib.web.paths import is_local_path
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("customers_portal")

YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class NewPassword:
    password: str
    current: str
    next: str


@dataclass(frozen=True)
class Next:
    next: str


@dataclass(frozen=True)
class Language:
    language: str
    next: str


@routes.post("/{slug}/sign-out", page="/")
def sign_out(caller: Visitor) -> Reply:
    if caller.session is not None:
        sessions.end(caller.services, caller.store, caller.session)
    return SeeOther("/signed-out", (cookies.gone(cookies.SESSION), cookies.gone(cookies.CHOICE)))


@routes.get("/{slug}/password")
def password_page(caller: Visitor, query: Next) -> Reply:
    customer = access.customer(caller.services, caller.request, caller.store, change_due=True)
    if customer.session.proof == "link":
        return SeeOther("/sign-in?next=/password")
    return _password_page(caller, customer, query.next, {})


@routes.post("/{slug}/password")
def change_password(caller: Visitor, form: NewPassword) -> Reply:
    """The one form that somebody with a change of password due gets to. A link session proves too little for it."""
    customer = access.customer(caller.services, caller.request, caller.store, change_due=True)
    services, store, session = caller.services, caller.store, customer.session
    if session.proof == "link":
        raise NotAllowed(N_("Sign in with your password or a mailed code to do this."))
    accounts = sessions.accounts_standing(store, session)
    try:
        password.change(services, store, session, customer.profile, form.current, form.password)
    except Invalid as wrong:
        return _password_page(caller, customer, form.next, form_errors(caller, wrong), 422)
    opened = sessions.start(services, store, session.customer, session.proof, accounts)
    return SeeOther(form.next if is_local_path(form.next) else "/", (cookies.session(services, opened),))


@routes.post("/{slug}/language", page="/")
def choose_language(caller: Visitor, form: Language) -> Reply:
    """Kept on the profile of a customer, and in a cookie for whoever has not signed in."""
    chosen = form.language if form.language in rules.LANGUAGES else "en"
    if caller.session is not None:
        sessions.set_language(caller.store, caller.session.customer, chosen)
    path = form.next.removeprefix(f"/{caller.slug}") or "/"
    return SeeOther(path if is_local_path(path) else "/", (Cookie(cookies.LANGUAGE, chosen, YEAR),))


def _password_page(
    caller: Visitor, customer: Customer, next_path: str, errors: dict[str, str], status: int = 200
) -> Page:
    values = {
        "action": caller.url("/password"),
        "errors": errors,
        "required": customer.profile.must_change,
        "ask_current": password.must_prove(customer.session, customer.profile),
        "next": next_path if is_local_path(next_path) else "/",
    }
    return Page("password_change.html", values, status)
