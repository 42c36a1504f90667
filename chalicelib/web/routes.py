"""The route wrapper: what happens around every view, so that a view is about ten lines of its own business.

It says who calls, refuses posts from other sites, parses the form, turns error words into pages and adds the headers.
Chalice's middleware can't do this (it never sees a route's exceptions), and a Blueprint at module level is damaged by
its second registration: so `Routes` only lists, and `blueprint()` makes a new one each time.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date
from functools import lru_cache
from typing import Any, get_type_hints
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalice.app import Blueprint, Response

from chalicelib import errors
from chalicelib.customers.rules import is_local_path, language
from chalicelib.services import Services, services
from chalicelib.tenants import actions as tenants
from chalicelib.tenants.rules import Company
from chalicelib.web import access, forms, requests
from chalicelib.web.access import Anyone, Caller, Customer, Visitor
from chalicelib.web.errors import UNEXPECTED, UNEXPECTED_TEXT, status
from chalicelib.web.replies import Away, Page, Plain, Reply, SeeOther
from chalicelib.web.requests import Request

log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Route:
    """One route as it was written: who may call it is the type of its view's first argument."""

    method: str
    path: str
    view: Callable[..., Reply]
    who: type[Caller]
    content_type: str
    own_pages_only: bool


class Routes:
    """A feature's routes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.routes: list[Route] = []

    def get(self, path: str) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
        return self._add("GET", path, "", own_pages_only=False)

    def post(
        self, path: str, *, content_type: str = FORM, own_pages_only: bool = True
    ) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
        """`own_pages_only=False` only for callers that are no browsers."""
        return self._add("POST", path, content_type, own_pages_only=own_pages_only)

    def _add(
        self, method: str, path: str, content_type: str, *, own_pages_only: bool
    ) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
        def register(view: Callable[..., Reply]) -> Callable[..., Reply]:
            first = next(iter(inspect.signature(view).parameters))
            who = _hints(view)[first]
            self.routes.append(Route(method, path, view, who, content_type, own_pages_only))
            return view

        return register

    def blueprint(self) -> Blueprint:
        """A new blueprint with all the routes."""
        made = Blueprint(f"chalicelib.{self.name}")
        for route in self.routes:
            options = {"content_types": [route.content_type]} if route.content_type else {}
            made.route(route.path, methods=[route.method], name=route.view.__name__, **options)(_entry(made, route))
        return made


@lru_cache(maxsize=512)
def _hints(view: Callable[..., Reply]) -> dict[str, Any]:
    return get_type_hints(view)


def _entry(blueprint: Blueprint, route: Route) -> Callable[..., Response]:
    def entry(**path: str) -> Response:
        container = services()
        request = requests.read(blueprint.current_request, trust_cloudfront=bool(container.settings.trust_cloudfront))
        return answer(container, route, request, path)

    return entry


def answer(services: Services, route: Route, request: Request, path: dict[str, str]) -> Response:
    """The response of one route to one request, whatever goes wrong."""
    slug = path.pop("slug", "")
    visitor: Anyone | Visitor = Anyone(services, request)
    caller: Caller = visitor
    try:
        if route.who is not Anyone:
            caller = visitor = Visitor(services, request, tenants.find(services, slug), slug)
            if route.own_pages_only and route.method == "POST":
                _refuse_other_sites(services, request)
            if route.who is Customer:
                caller = access.customer(services, request, visitor.store)
        arguments = _arguments(route, request, path)
        return respond(services, caller, route.view(caller, **arguments))
    except errors.PortalError as error:
        return _problem(services, caller, route, error)
    except Exception:
        log.exception("unexpected: %s %s", route.method, route.path)
        return _unexpected(services, caller)


def _refuse_other_sites(services: Services, request: Request) -> None:
    if not access.same_origin(request, services.settings.origin):
        raise errors.NotAllowed(errors.N_("This form was sent from another website. Open the page here and try again."))


def _arguments(route: Route, request: Request, path: dict[str, str]) -> dict[str, Any]:
    """Path parameters as they are; `form` and `query` as the dataclass the view asks for."""
    hints = _hints(route.view)
    arguments: dict[str, Any] = dict(path)
    if "form" in hints:
        arguments["form"] = forms.parse(hints["form"], request.form())
    if "query" in hints:
        arguments["query"] = forms.parse(hints["query"], request.query)
    return arguments


def respond(services: Services, caller: Caller, reply: Reply) -> Response:
    """Chalice's response for a view's reply."""
    settings = services.settings
    root = _root(services, caller)
    if isinstance(reply, Plain):
        return Response(reply.body, {**_HEADERS, "Content-Type": reply.content_type, **reply.headers}, reply.status)
    if isinstance(reply, Away):
        own = tuple(one for one in (settings.stripe_url, settings.files_endpoint) if one)
        if not reply.url.startswith(("https://", *own)) or not reply.url.isprintable():
            raise AssertionError("a redirect must lead to a known place")
        keep = f"private, max-age={reply.max_age}" if reply.max_age else "no-store"
        return Response("", {**_HEADERS, "Location": reply.url, "Cache-Control": keep}, 303)
    headers: dict[str, Any] = {**_HEADERS, "Cache-Control": "no-store"}
    if reply.cookies:
        headers["Set-Cookie"] = [cookie.header(root or "/", settings.secure) for cookie in reply.cookies]
    if isinstance(reply, SeeOther):
        if not is_local_path(reply.path):
            raise AssertionError("a redirect must stay on the portal")
        path = root if reply.path == "/" else root + reply.path
        return Response("", {**headers, "Location": path or "/"}, 303)
    from chalicelib.web import pages

    context = _context(services, caller)
    html = pages.render(reply.template, context, **reply.values)
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers["Content-Security-Policy"] = _policy(services, pages.style_hash(context))
    headers["Content-Language"] = context.language
    return Response(html, headers, reply.status)


def _root(services: Services, caller: Caller) -> str:
    if isinstance(caller, Anyone):
        return services.settings.prefix
    # A redirect needs no more than this, so it must not read the company.
    slug = caller.slug if isinstance(caller, Visitor) else caller.company.slug
    return f"{services.settings.prefix}/{slug}"


def _context(services: Services, caller: Caller) -> Any:
    from chalicelib.web import pages

    if isinstance(caller, Anyone):
        accepts = caller.request.headers.get("accept-language", "")
        return pages.PageContext(
            prefix=services.settings.prefix,
            company=None,
            language=language("", accepts, "en"),
            me=None,
            today=services.now().astimezone(UTC).date(),
            path=caller.request.path,
        )
    company = caller.company
    signed_in = isinstance(caller, Customer)
    return pages.PageContext(
        prefix=services.settings.prefix,
        company=_view(company, services.settings.prefix),
        language=caller.language,
        me=caller.profile.name if isinstance(caller, Customer) else None,
        today=today(caller),
        path=caller.request.path,
        link_session=isinstance(caller, Customer) and caller.session.proof == "link",
        accounts=len(caller.session.accounts) if signed_in and isinstance(caller, Customer) else 1,
    )


@lru_cache(maxsize=64)
def _view(company: Company, prefix: str) -> Any:
    from chalicelib.messages.mails import view

    logo = f"{prefix}/{company.slug}/logo/{quote(company.logo, safe='')}" if company.logo else None
    return view(company, logo)


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}


def _policy(services: Services, style: str) -> str:
    """No inline script or style but the one whose hash this is. Forms may end at Stripe: browsers apply
    form-action to the redirect after a post too."""
    stripe = services.settings.stripe_url or "https://checkout.stripe.com https://hooks.stripe.com"
    files = services.settings.files_endpoint or f"https://*.s3.{services.settings.region}.amazonaws.com"
    return (
        f"default-src 'none'; style-src 'self' '{style}'; script-src 'self'; img-src 'self' {files} data:; "
        f"connect-src 'self'; form-action 'self' {stripe}; base-uri 'none'; frame-ancestors 'none'"
    )


def _problem(services: Services, caller: Caller, route: Route, error: errors.PortalError) -> Response:
    """The page, or the way on, for an error word."""
    if isinstance(caller, Visitor) and isinstance(error, errors.Unauthenticated):
        return respond(services, caller, SeeOther(_sign_in_path(services, caller, route)))
    if isinstance(caller, Visitor) and isinstance(error, errors.PasswordChangeDue):
        return respond(services, caller, SeeOther("/password"))
    number, title = status(error)
    extra = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
    try:
        response = respond(services, caller, _problem_page(services, caller, number, title, error.text, error.values))
    except errors.PortalError:
        # The store does not even say whose portal this is: the page of no company.
        nobody = Anyone(services, caller.request)
        response = respond(services, nobody, _problem_page(services, nobody, number, title, error.text, error.values))
    response.headers.update(extra)
    return response


def _sign_in_path(services: Services, caller: Visitor, route: Route) -> str:
    """Sign-in, and then back to where they were: the page asked for, or the page the form was on."""
    settings, slug = services.settings, caller.slug
    if route.method == "GET":
        back = caller.request.path.removeprefix(f"/{slug}") or "/"
    else:
        back = access.came_from(caller.request, settings.origin, settings.prefix, slug)
    if back == "/" or not is_local_path(back):
        return "/sign-in"
    return f"/sign-in?next={quote(back, safe='/')}"


def _problem_page(
    services: Services, caller: Caller, number: int, title: str, text: str, values: dict[str, object]
) -> Page:
    from chalicelib.web.pages import translate

    reads = _context(services, caller).language
    home = (
        []
        if isinstance(caller, Anyone)
        else [(translate(reads, errors.N_("Go to the first page")), _root(services, caller))]
    )
    return Page(
        "problem.html",
        {"title": translate(reads, title), "detail": say(services, caller, text, values), "actions": home},
        number,
    )


def say(services: Services, caller: Caller, text: str, values: dict[str, object]) -> str:
    """An error's text in the reader's language, amounts as the company's country writes them."""
    from chalicelib.money import Money
    from chalicelib.web.formats import Formats
    from chalicelib.web.pages import translate

    context = _context(services, caller)
    company = context.company
    shown = dict(values)
    if company is not None:
        fmt = Formats(context.language, company.locale, company.currency, company.time_zone)
        shown = {k: fmt.money(v.amount, v.currency) if isinstance(v, Money) else v for k, v in values.items()}
    return translate(context.language, text, **shown)


def _unexpected(services: Services, caller: Caller) -> Response:
    number, title = UNEXPECTED
    nobody = Anyone(services, caller.request)
    try:
        return respond(services, caller, _problem_page(services, caller, number, title, UNEXPECTED_TEXT, {}))
    except Exception:
        return respond(services, nobody, _problem_page(services, nobody, number, title, UNEXPECTED_TEXT, {}))


def today(caller: Visitor | Customer) -> date:
    """The day it is where the company is."""
    return caller.services.now().astimezone(ZoneInfo(caller.company.time_zone)).date()


def form_errors(caller: Caller, error: errors.Invalid) -> dict[str, str]:
    """What a form shown again says: the field (or '' for all of it) and the words."""
    return {error.field: say(caller.services, caller, error.text, error.values)}
