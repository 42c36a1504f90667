"""Sign in by a mailed code: six digits to type, or the link in the same mail."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers import rules
from chalicelib.customers.actions import code, link
from chalicelib.customers.public.routes import let_in, over, routes
from chalicelib.errors import Invalid
from chalicelib.web import cookies
from chalicelib.web.access import Visitor
from chalicelib.web.paths import Next, local_path
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther


@dataclass(frozen=True)
class AskCode(Next):
    login: str


@dataclass(frozen=True)
class TypedCode(Next):
    code: str


@routes.get("/{slug}/sign-in/code")
def code_page(caller: Visitor) -> Reply:
    asked = code.asked(caller.store, cookies.challenge_of(caller.request))
    return _page(asked.login, local_path(asked.path)) if asked else SeeOther("/sign-in")


@routes.post("/{slug}/sign-in/code")
def ask_code(caller: Visitor, form: AskCode) -> Reply:
    challenge = code.ask(caller.services, caller.store, form.login, caller.request.address, caller.language, form.path)
    return SeeOther("/sign-in/code", (cookies.challenge(challenge),))


@routes.post("/{slug}/sign-in/code/check", page="/sign-in/code")
def check_code(caller: Visitor, form: TypedCode) -> Reply:
    challenge = cookies.challenge_of(caller.request)
    try:
        accounts = code.check(caller.services, caller.store, challenge, form.code)
    except Invalid as wrong:
        asked = code.asked(caller.store, challenge)
        return _page(asked.login if asked else "", form.path, form_errors(caller, wrong), 422)
    return let_in(caller, accounts, "code", form.path)


@routes.get("/{slug}/sign-in/link/{token}")
def sign_in_link_page(caller: Visitor, token: str) -> Reply:
    found = link.look(caller.store, token)
    if found is None or found.kind != "sign-in" or found.state(caller.services.now()) != "open":
        return over(caller, found if found and found.kind == "sign-in" else None)
    if not code.belongs(found, cookies.challenge_of(caller.request)):
        return Page("link_elsewhere.html", status=409)
    name = link.owner(caller.store, found).first_name
    return Page("link.html", {"name": name, "action": caller.url(f"/sign-in/link/{token}"), "stars": ""})


@routes.post("/{slug}/sign-in/link/{token}")
def sign_in_by_link(caller: Visitor, token: str) -> Reply:
    challenge = cookies.challenge_of(caller.request)
    found = link.look(caller.store, token)
    if found is None or not code.belongs(found, challenge):
        return sign_in_link_page(caller, token)
    try:
        accounts = code.use_link(caller.services, caller.store, found, challenge)
    except Invalid:
        return over(caller, link.look(caller.store, token))
    return let_in(caller, accounts, "code", local_path(found.path))


def _page(login: str, path: str, errors: dict[str, str] | None = None, status: int = 200) -> Page:
    values = {"login": login, "minutes": rules.minutes(rules.CODE_LIFE), "errors": errors or {}, "next": path}
    return Page("sign_in_code.html", values, status)
