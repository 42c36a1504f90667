"""The route wrapper: what happens around every view, so that a view is about ten lines of its own business.

It says who calls, refuses posts from other sites, parses the form, and makes a response of the reply or error word.
Chalice's middleware can't do this (it never sees a route's exceptions), and a Blueprint at module level is damaged by
its second registration: so `Routes` only lists, and `blueprint()` makes a new one each time.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_type_hints

from chalice.app import Blueprint, Response

from chalicelib import errors, logs
from chalicelib.services import Services, services
from chalicelib.tenants.actions import companies
from chalicelib.web import access, embedded, forms, problems, requests, responses
from chalicelib.web.access import Anyone, Caller, Customer, Guest, Visitor
from chalicelib.web.paths import is_local_path
from chalicelib.web.replies import Plain, Reply, SeeOther
from chalicelib.web.requests import Request

log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
# What is asked for has no body, whatever some clients say of it.
ANY = "*/*"


@dataclass(frozen=True, slots=True)
class Route:
    """One route as it was written: who may call it is the type of its view's first argument. `even_off`: it goes on
    while the company has turned its portal off; `embedded`: pages of other websites ask it."""

    method: str
    path: str
    view: Callable[..., Reply]
    who: Any
    content_type: str
    own_pages_only: bool
    even_off: bool
    embedded: bool = False


class Routes:
    """A feature's routes. `embedded`: pages of other websites ask them (`embedded.py`)."""

    def __init__(self, name: str, *, embedded: bool = False) -> None:
        self.name = name
        self.embedded = embedded
        self.routes: list[Route] = []

    def get(self, path: str, *, even_off: bool = False) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
        return self._add("GET", path, ANY, own_pages_only=False, even_off=even_off)

    def post(
        self, path: str, *, page: str = "", content_type: str = FORM, own_pages_only: bool = True,
        even_off: bool = False,
    ) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:  # fmt: skip
        """`page` is where somebody goes who opens the form's own address: typed, reloaded, or after signing in.

        `own_pages_only=False` only for callers that are no browsers.
        """
        if page:
            self.get(path)(_to_page(page))
        return self._add("POST", path, content_type, own_pages_only=own_pages_only, even_off=even_off)

    def _add(
        self, method: str, path: str, content_type: str, *, own_pages_only: bool, even_off: bool
    ) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
        def register(view: Callable[..., Reply]) -> Callable[..., Reply]:
            first = next(iter(inspect.signature(view).parameters))
            who = _hints(view)[first]
            if self.embedded and path not in {route.path for route in self.routes}:
                self.routes.append(Route("OPTIONS", path, _asked_first, Anyone, ANY, False, False, True))
            kind, own = (ANY, False) if self.embedded else (content_type, own_pages_only)
            self.routes.append(Route(method, path, view, who, kind, own, even_off, self.embedded))
            return view

        return register

    def blueprint(self) -> Blueprint:
        """A new blueprint with all the routes."""
        made = Blueprint(f"chalicelib.{self.name}")
        for route in self.routes:
            name, kinds = route.view.__name__, [route.content_type]
            made.route(route.path, methods=[route.method], name=name, content_types=kinds)(_entry(made, route))
        return made


def _asked_first(caller: Anyone) -> Reply:
    """A browser's question before a request that is not simple."""
    return Plain("", status=204, headers=embedded.ASKED_FIRST)


def _to_page(page: str) -> Callable[..., Reply]:
    def to_page(caller: Visitor, **path: str) -> Reply:
        to = page.format(**path)
        if not is_local_path(to):
            raise errors.NotFound()  # an id that none of ours can be
        return SeeOther(to)

    return to_page


@lru_cache(maxsize=512)
def _hints(view: Callable[..., Reply]) -> dict[str, Any]:
    return get_type_hints(view)


def _entry(blueprint: Blueprint, route: Route) -> Callable[..., Response]:
    def entry(**path: str) -> Response:
        container = services()
        request = requests.read(blueprint.current_request, edge_keys=lambda: container.secrets.edge_keys)
        return answer(container, route, request, path)

    return entry


def answer(services: Services, route: Route, request: Request, path: dict[str, str]) -> Response:
    """The response of one route to one request, whatever goes wrong."""
    slug = path.pop("slug", "") if route.who is not Anyone else ""
    if route.embedded:
        request = embedded.bare(request)
    visitor: Anyone | Visitor = Anyone(services, request)
    caller: Caller = visitor
    try:
        if route.who is not Anyone:
            caller = visitor = Visitor(services, request, companies.find(services, slug), slug)
            logs.about(tenant=visitor.store.tenant)
            if route.own_pages_only and route.method == "POST":
                _refuse_other_sites(services, request)
            if route.who is Customer:
                caller = access.signed_in(visitor)
            elif route.who == Guest:
                caller = access.known(visitor)
            elif not route.even_off:
                visitor.must_be_on()
        if isinstance(caller, Customer):
            logs.about(customer=caller.profile.id)
        arguments = {} if route.method == "OPTIONS" else _arguments(route, request, path)
        response = responses.respond(services, caller, route.view(caller, **arguments))
        if route.embedded:
            response.headers.update(embedded.OPEN)
        return response
    except errors.PortalError as error:
        return (embedded.problem if route.embedded else problems.answer)(services, caller, error)
    except Exception:
        log.exception("unexpected: %s %s", route.method, route.path)
        return embedded.unexpected(request) if route.embedded else problems.unexpected(services, caller)


def _refuse_other_sites(services: Services, request: Request) -> None:
    if not access.same_origin(request, services.settings.origin):
        raise errors.NotAllowed(errors.N_("This form was sent from another website. Open the page here and try again."))


def _arguments(route: Route, request: Request, path: dict[str, str]) -> dict[str, Any]:
    """Path parameters as they are; `form` and `query` as the dataclass the view asks for."""
    hints = _hints(route.view)
    arguments: dict[str, Any] = dict(path)
    if "form" in hints:
        sent = embedded.sent(request) if route.embedded else request.form()
        arguments["form"] = forms.parse(hints["form"], sent)
    if "query" in hints:
        arguments["query"] = forms.parse(hints["query"], request.query)
    return arguments
