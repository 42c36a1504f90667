"""What a signed-in customer decides about their own sign-in: leave, change the password, choose the language."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers import rules
from chalicelib.customers.actions import password
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.sessions import write
from chalicelib.errors import Invalid, NotAllowed, Unauthenticated
from chalicelib.web import access, cookies
from chalicelib.web.access import Customer, Visitor
from chalicelib.web.cookies import Cookie
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("customers_portal")

YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class NewPassword:
    password: str


@dataclass(frozen=True)
class Language:
    language: str
    next: str


@routes.post("/{slug}/sign-out")
def sign_out(caller: Visitor) -> Reply:
    if caller.session is not None:
        sessions.end(caller.services, caller.store, caller.session)
    return SeeOther("/signed-out", (cookies.gone(cookies.SESSION), cookies.gone(cookies.CHOICE)))


@routes.get("/{slug}/password")
def password_page(caller: Visitor) -> Reply:
    customer = _who_must_change(caller)
    return Page(
        "password_change.html",
        {"action": caller.url("/password"), "errors": {}, "required": customer.profile.must_change},
    )


@routes.post("/{slug}/password")
def change_password(caller: Visitor, form: NewPassword) -> Reply:
    customer = _who_must_change(caller)
    profile, session = customer.profile, customer.session
    try:
        password.change(customer.store, session, profile.login or profile.email, form.password)
    except Invalid as wrong:
        values = {
            "action": caller.url("/password"),
            "errors": form_errors(caller, wrong),
            "required": profile.must_change,
        }
        return Page("password_change.html", values, 422)
    opened = sessions.start(customer.services, customer.store, session.customer, session.proof, session.accounts)
    lifetime = int((opened.expires - customer.services.now()).total_seconds())
    return SeeOther("/", (Cookie(cookies.SESSION, write(customer.services.secrets, opened), lifetime),))


@routes.post("/{slug}/language")
def choose_language(caller: Visitor, form: Language) -> Reply:
    """Kept on the profile of a customer, and in a cookie for whoever has not signed in."""
    chosen = form.language if form.language in rules.LANGUAGES else "en"
    if caller.session is not None:
        sessions.set_language(caller.store, caller.session.customer, chosen)
    path = form.next.removeprefix(f"/{caller.company.slug}") or "/"
    back = path if rules.is_local_path(path) else "/"
    return SeeOther(back, (Cookie(cookies.LANGUAGE, chosen, YEAR),))


def _who_must_change(caller: Visitor) -> Customer:
    """The one caller who gets in with a change of password due. A link session proves too little to set one."""
    customer = access.customer(caller.services, caller.request, caller.store, change_due=True)
    if customer.session.proof == "link":
        raise NotAllowed()
    if not (customer.profile.login or customer.profile.email):
        raise Unauthenticated()
    return customer
