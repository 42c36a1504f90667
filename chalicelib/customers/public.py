"""Ways in, open to anybody who knows the portal's address. A GET shows; only a POST acts."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers import rules
from chalicelib.customers.actions import code, link, password
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.rules import Link, Proof
from chalicelib.errors import Invalid, NotFound
from chalicelib.tenants.rules import Company
from chalicelib.web import cookies
from chalicelib.web.access import Visitor
from chalicelib.web.cookies import Cookie
from chalicelib.web.paths import is_local_path
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("customers_public")

_STARS = frozenset("12345")


@dataclass(frozen=True)
class SignIn:
    login: str
    password: str
    next: str


@dataclass(frozen=True)
class AskCode:
    login: str
    next: str


@dataclass(frozen=True)
class TypedCode:
    code: str
    next: str


@dataclass(frozen=True)
class Account:
    account: str


@dataclass(frozen=True)
class Login:
    login: str


@dataclass(frozen=True)
class NewPassword:
    password: str


@dataclass(frozen=True)
class Next:
    next: str


@dataclass(frozen=True)
class Chosen:
    """The star that was pressed in a mail; '' for none."""

    stars: str


@routes.get("/{slug}/sign-in")
def sign_in_page(caller: Visitor, query: Next) -> Reply:
    if caller.session is not None and caller.session.proof != "link":
        return SeeOther(_next(query.next))
    return Page("sign_in.html", {"login": "", "next": _next(query.next), "errors": {}})


# Its own read says whether the portal is on: signing in takes three calls.
@routes.post("/{slug}/sign-in", even_off=True)
def sign_in(caller: Visitor, form: SignIn) -> Reply:
    try:
        accounts = password.verify(caller.services, caller.store, form.login, form.password, caller.request.address)
    except Invalid as wrong:
        values = {"login": form.login, "next": _next(form.next), "errors": form_errors(caller, wrong)}
        return Page("sign_in.html", values, 422)
    return _let_in(caller, accounts, "password", form.next)


@routes.get("/{slug}/sign-in/code")
def code_page(caller: Visitor) -> Reply:
    asked = code.asked(caller.store, caller.request.cookies.get(cookies.CHALLENGE, ""))
    return Page("sign_in_code.html", _code_values(asked.login, asked.path)) if asked else SeeOther("/sign-in")


@routes.post("/{slug}/sign-in/code")
def ask_code(caller: Visitor, form: AskCode) -> Reply:
    challenge = code.ask(
        caller.services, caller.store, form.login, caller.request.address, caller.language, _next(form.next)
    )
    return SeeOther("/sign-in/code", (Cookie(cookies.CHALLENGE, challenge, int(rules.CODE_LIFE.total_seconds())),))


@routes.post("/{slug}/sign-in/code/check", page="/sign-in/code")
def check_code(caller: Visitor, form: TypedCode) -> Reply:
    challenge = caller.request.cookies.get(cookies.CHALLENGE, "")
    try:
        accounts = code.check(caller.services, caller.store, challenge, form.code)
    except Invalid as wrong:
        asked = code.asked(caller.store, challenge)
        login = asked.login if asked else ""
        return Page("sign_in_code.html", _code_values(login, form.next, form_errors(caller, wrong)), 422)
    return _let_in(caller, accounts, "code", form.next)


@routes.get("/{slug}/sign-in/link/{token}")
def sign_in_link_page(caller: Visitor, token: str) -> Reply:
    found = link.look(caller.store, token)
    if found is None or found.kind != "sign-in" or found.state(caller.services.now()) != "open":
        return _expired(caller, found if found and found.kind == "sign-in" else None)
    if not code.belongs(found, caller.request.cookies.get(cookies.CHALLENGE, "")):
        return Page("link_elsewhere.html", status=409)
    name = link.owner(caller.store, found).first_name
    return Page("link.html", {"name": name, "action": caller.url(f"/sign-in/link/{token}"), "stars": ""})


@routes.post("/{slug}/sign-in/link/{token}")
def sign_in_by_link(caller: Visitor, token: str) -> Reply:
    challenge = caller.request.cookies.get(cookies.CHALLENGE, "")
    found = link.look(caller.store, token)
    if found is None or not code.belongs(found, challenge):
        return sign_in_link_page(caller, token)
    try:
        accounts = code.use_link(caller.services, caller.store, found, challenge)
    except Invalid:
        return _expired(caller, link.look(caller.store, token))
    return _let_in(caller, accounts, "code", found.path)


@routes.get("/{slug}/link/{token}")
@routes.get("/{slug}/l/{token}")
def link_page(caller: Visitor, token: str, query: Chosen) -> Reply:
    """The short address is for an SMS, where each character counts."""
    found = link.portal(caller.store, token)
    if found is None:
        return _expired(caller, None)
    mailed, customer = found
    if mailed.state(caller.services.now()) != "open":
        return _expired(caller, mailed, f"/link/{token}/renewal")
    if not customer.access:
        raise NotFound()
    stars = query.stars if _may_rate(mailed.path, query.stars) else ""
    return Page("link.html", {"name": customer.first_name, "action": caller.url(f"/link/{token}"), "stars": stars})


@routes.post("/{slug}/link/{token}")
@routes.post("/{slug}/l/{token}")
def continue_by_link(caller: Visitor, token: str, form: Chosen) -> Reply:
    try:
        session, found = link.use(caller.services, caller.store, token)
    except NotFound:
        return link_page(caller, token, form)
    return SeeOther(_leads_to(caller.company, found.path, form.stars), (cookies.session(caller.services, session),))


@routes.post("/{slug}/link/{token}/renewal", page="/link/{token}")
@routes.post("/{slug}/l/{token}/renewal", page="/l/{token}")
def renew_link(caller: Visitor, token: str) -> Reply:
    to = link.renew(caller.services, caller.store, token, caller.request.address)
    return Page("link_sent.html", _went(to))


@routes.get("/{slug}/accounts")
def accounts_page(caller: Visitor) -> Reply:
    if caller.session is not None and len(caller.session.accounts) == 1:
        return SeeOther("/")
    offered = sessions.choice(
        caller.services, caller.store, caller.request.cookies.get(cookies.CHOICE, ""), caller.session
    )
    choices = [(one.id, one.name, ", ".join(one.address)) for one in offered.accounts]
    return Page("accounts.html", {"choices": choices, "errors": {}})


@routes.post("/{slug}/accounts")
def choose_account(caller: Visitor, form: Account) -> Reply:
    token = caller.request.cookies.get(cookies.CHOICE, "")
    offered = sessions.choice(caller.services, caller.store, token, caller.session)
    session = sessions.choose(caller.services, caller.store, offered, caller.session, form.account)
    return SeeOther(offered.path, (cookies.session(caller.services, session), cookies.gone(cookies.CHOICE)))


@routes.get("/{slug}/password/forgotten")
def forgotten_page(caller: Visitor) -> Reply:
    return Page("password_forgotten.html", {"login": "", "errors": {}})


@routes.post("/{slug}/password/forgotten")
def forgotten(caller: Visitor, form: Login) -> Reply:
    password.forgotten(caller.services, caller.store, form.login, caller.request.address, caller.language)
    minutes = int(rules.RESET_LIFE.total_seconds() // 60)
    return Page("password_sent.html", {"login": form.login, "minutes": minutes})


@routes.get("/{slug}/password/reset/{token}")
def reset_page(caller: Visitor, token: str) -> Reply:
    try:
        password.open_reset(caller.services, caller.store, token)
    except NotFound:
        return _expired(caller, password.look_reset(caller.store, token))
    return Page("password_reset.html", {"action": caller.url(f"/password/reset/{token}"), "errors": {}})


@routes.post("/{slug}/password/reset/{token}")
def reset(caller: Visitor, token: str, form: NewPassword) -> Reply:
    try:
        accounts = password.reset(caller.services, caller.store, token, form.password)
    except NotFound:
        return _expired(caller, password.look_reset(caller.store, token))
    except Invalid as wrong:
        values = {"action": caller.url(f"/password/reset/{token}"), "errors": form_errors(caller, wrong)}
        return Page("password_reset.html", values, 422)
    return _let_in(caller, accounts, "code", "/")


@routes.get("/{slug}/signed-out")
def signed_out(caller: Visitor) -> Reply:
    return Page("signed_out.html")


def _let_in(caller: Visitor, accounts: tuple[str, ...], proof: Proof, next_path: str) -> Reply:
    """A session, or the choice among several accounts; never one of them silently."""
    if len(accounts) > 1:
        token = sessions.offer(caller.services, caller.store, accounts, proof, _next(next_path))
        chooser = Cookie(cookies.CHOICE, token, int(sessions.CHOICE_LIFE.total_seconds()))
        return SeeOther("/accounts", (chooser, cookies.gone(cookies.SESSION), cookies.gone(cookies.CHALLENGE)))
    session = sessions.start(caller.services, caller.store, accounts[0], proof)
    return SeeOther(_next(next_path), (cookies.session(caller.services, session), cookies.gone(cookies.CHALLENGE)))


def _next(path: str) -> str:
    """Where to go after signing in: a page of this portal, whatever the form says."""
    return path if is_local_path(path) else "/"


def _leads_to(company: Company, path: str, stars: str) -> str:
    """Where a Portal Link leads. What the company hides by now is not there, also for a link that was mailed before: it
    opens the first page. A star of a mail is chosen already on the page that asks for it."""
    if company.hidden_at(path):
        return "/"
    return f"{path}?stars={stars}" if _may_rate(path, stars) else path


def _may_rate(path: str, stars: str) -> bool:
    """Whether a page takes a rating, and these are one. What else stands in an address goes no further."""
    return path.endswith("/rating") and stars in _STARS


def _code_values(login: str, next_path: str, errors: dict[str, str] | None = None) -> dict[str, object]:
    minutes = int(rules.CODE_LIFE.total_seconds() // 60)
    return {"login": login, "minutes": minutes, "errors": errors or {}, "next": _next(next_path)}


def _expired(caller: Visitor, found: Link | None, renewal: str = "") -> Page:
    """Why a link no longer works, and, for one that only grew old, the button that sends a fresh one."""
    reason = found.state(caller.services.now()) if found else "unknown"
    action = caller.url(renewal) if renewal and reason == "expired" else None
    values = {"action": action, "reason": reason, **_went(found.email if found and action else "")}
    return Page("link_expired.html", values, 404 if found is None else 410)


def _went(to: str) -> dict[str, object]:
    """Where a link went, as whoever it went to knows it again."""
    return {"to": rules.masked(to), "by_sms": bool(to) and "@" not in to}
