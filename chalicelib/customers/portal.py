"""What a signed-in customer decides about their own sign-in: leave, prove more, change the password, the language."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from chalicelib.customers import rules
from chalicelib.customers.actions import password, step_up
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.rules import Session
from chalicelib.errors import Invalid, StepUpDue
from chalicelib.web import access, cookies
from chalicelib.web.access import Customer, Visitor
from chalicelib.web.cookies import Cookie
from chalicelib.web.paths import Next, local_path
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("customers_portal")

YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class NewPassword(Next):
    password: str
    current: str


@dataclass(frozen=True)
class Password(Next):
    password: str


@dataclass(frozen=True)
class TypedCode(Next):
    code: str


@dataclass(frozen=True)
class Language:
    """`next` is the page that it was chosen on, the company's address before it."""

    language: str
    next: str


@routes.post("/{slug}/sign-out", page="/")
def sign_out(caller: Visitor) -> Reply:
    if caller.session is not None:
        sessions.end(caller.services, caller.store, caller.session)
    return SeeOther("/signed-out", (cookies.gone(cookies.SESSION), cookies.gone(cookies.CHOICE)))


@routes.get("/{slug}/step-up")
def step_up_page(caller: Customer, query: Next) -> Reply:
    if caller.session.proof != "link":
        return SeeOther(query.path)
    return _step_up_page(caller, query.path, {})


@routes.post("/{slug}/step-up")
def step_up_by_password(caller: Customer, form: Password) -> Reply:
    services, address = caller.services, caller.request.address
    try:
        opened = step_up.by_password(services, caller.store, caller.profile, form.password, address)
    except Invalid as wrong:
        return _step_up_page(caller, form.path, form_errors(caller, wrong), 422)
    return _stepped_up(caller, opened, form.path)


@routes.get("/{slug}/step-up/code")
def step_up_code_page(caller: Customer, query: Next) -> Reply:
    if caller.session.proof != "link":
        return SeeOther(query.path)
    asked = step_up.asked(caller.store, cookies.challenge_of(caller.request), caller.profile)
    return _step_up_page(caller, query.path, {}, sent=asked)


@routes.post("/{slug}/step-up/code")
def ask_step_up_code(caller: Customer, form: Next) -> Reply:
    challenge = step_up.ask_code(caller.services, caller.store, caller.profile, caller.request.address, form.path)
    return SeeOther(f"/step-up/code?next={quote(form.path, safe='/')}", (cookies.challenge(challenge),))


@routes.post("/{slug}/step-up/code/check", page="/step-up/code")
def step_up_by_code(caller: Customer, form: TypedCode) -> Reply:
    challenge = cookies.challenge_of(caller.request)
    try:
        opened = step_up.by_code(caller.services, caller.store, caller.profile, challenge, form.code)
    except Invalid as wrong:
        return _step_up_page(caller, form.path, form_errors(caller, wrong), 422, sent=True)
    return _stepped_up(caller, opened, form.path)


@routes.get("/{slug}/password")
def password_page(caller: Visitor, query: Next) -> Reply:
    customer = access.customer(caller.services, caller.request, caller.store, change_due=True)
    if customer.session.proof == "link":
        raise StepUpDue()
    return _password_page(caller, customer, query.path, {})


@routes.post("/{slug}/password")
def change_password(caller: Visitor, form: NewPassword) -> Reply:
    """The one form that somebody with a change of password due gets to. A link session proves too little for it."""
    customer = access.customer(caller.services, caller.request, caller.store, change_due=True)
    session, profile = customer.session, customer.profile
    if session.proof == "link":
        raise StepUpDue()
    try:
        opened = password.change(caller.services, caller.store, session, profile, form.current, form.password)
    except Invalid as wrong:
        return _password_page(caller, customer, form.path, form_errors(caller, wrong), 422)
    return SeeOther(form.path, (cookies.session(caller.services, opened),))


@routes.post("/{slug}/language", page="/")
def choose_language(caller: Visitor, form: Language) -> Reply:
    """Kept on the profile of a customer, and in a cookie for whoever has not signed in."""
    chosen = form.language if form.language in rules.LANGUAGES else "en"
    if caller.session is not None:
        sessions.set_language(caller.store, caller.session.customer, chosen)
    path = form.next.removeprefix(f"/{caller.slug}") or "/"
    return SeeOther(local_path(path), (Cookie(cookies.LANGUAGE, chosen, YEAR),))


def _stepped_up(caller: Customer, opened: Session, path: str) -> SeeOther:
    """On with the session that proves more, in the place of the link's."""
    return SeeOther(path, (cookies.session(caller.services, opened), cookies.gone(cookies.CHALLENGE)))


def _step_up_page(
    caller: Customer, path: str, errors: dict[str, str], status: int = 200, *, sent: bool = False
) -> Page:
    values = {
        "next": path,
        "errors": errors,
        "has_password": step_up.has_password(caller.store, caller.profile),
        "email": rules.masked(caller.profile.email),
        "sent": sent,
        "minutes": rules.minutes(rules.CODE_LIFE),
    }
    return Page("step_up.html", values, status)


def _password_page(caller: Visitor, customer: Customer, path: str, errors: dict[str, str], status: int = 200) -> Page:
    values = {
        "action": caller.url("/password"),
        "errors": errors,
        "required": customer.profile.must_change,
        "ask_current": password.must_prove(customer.session, customer.profile),
        "next": path,
    }
    return Page("password_change.html", values, status)
