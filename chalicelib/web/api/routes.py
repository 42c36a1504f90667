"""The API's route wrapper: what happens around every view of an `admin` room.

It says who calls, counts the call, parses, does a repeated POST once, and answers in JSON. Like the portal's, it only
lists: `doors.py` makes the blueprint, without importing what stands behind the doors.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from chalice.app import Response

from chalicelib import errors, logs
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Scope
from chalicelib.web.access import Anyone
from chalicelib.web.api import access, answers, limits, once, parsing, problems
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, Text
from chalicelib.web.requests import Request

log = logging.getLogger(__name__)

View = Callable[..., Any]
# Whether a POST may be sent again: with an Idempotency-Key if the caller wants; only with one, since money moves; by
# its nature, since it is an upsert or changes nothing that matters.
Keyed = Literal["may", "must", "naturally"]
KILOBYTES = 1024
# The scope of a route that every credential may use, whatever it holds.
ANY: Literal[""] = ""
Needed = Scope | Literal[""] | None


@dataclass(frozen=True, slots=True)
class AddOn:
    """A part of Porchlight that a company has or has not: while it is off, its routes are not there."""

    name: str
    on: Callable[[Company], bool]


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One route as it was written. `path` is below `/api/v1`; `scope` what the caller must hold, ANY for any credential
    at all, None for no credential.

    `errors` are the words that this route can answer besides those that any can. `example` is a body that is run by a
    test. `secret`: the answer must not be kept, so a repeated POST is done again, which must come to the same. `also`
    are statuses of success besides `status`; `lines` the types of a line of the body and of the answer, where both are
    JSON Lines. `conditional`: If-Match must come with it; `versioned`: it may. `content_type` is the body's, and that
    of an answer which is Text; `headers` what an answer has besides what all have. `add_on` is the part it belongs to,
    if not all companies have it.
    """

    method: str
    path: str
    view: View
    scope: Needed
    status: int
    errors: tuple[type[errors.PortalError], ...]
    keyed: Keyed
    conditional: bool
    versioned: bool
    secret: bool
    limit: int
    content_type: str
    example: Any
    also: tuple[int, ...]
    lines: tuple[Any, Any] | None
    headers: tuple[str, ...]
    add_on: AddOn | None = None

    @property
    def hints(self) -> dict[str, Any]:
        return hints(self.view)

    @property
    def who(self) -> type:
        first = next(iter(inspect.signature(self.view).parameters))
        caller: type = self.hints[first]
        return caller

    @property
    def body(self) -> Any:
        """The type of the body; None for none."""
        return self.hints.get("body")

    @property
    def query(self) -> Any:
        return self.hints.get("query")

    @property
    def answer(self) -> Any:
        """The type of the answer's value; None for no content."""
        told = self.hints["return"]
        told = get_args(told)[0] if get_origin(told) is Sent else told
        return None if told is type(None) else told


class ApiRoutes:
    """A room's routes."""

    def __init__(self, tag: str, add_on: AddOn | None = None) -> None:
        self.tag = tag
        self.add_on = add_on
        self.routes: list[ApiRoute] = []

    def get(self, path: str, scope: Needed, **more: Any) -> Callable[[View], View]:
        return self._add("GET", path, scope, 200, **more)

    def post(self, path: str, scope: Needed, *, status: int = 201, **more: Any) -> Callable[[View], View]:
        return self._add("POST", path, scope, status, **more)

    def put(self, path: str, scope: Needed, **more: Any) -> Callable[[View], View]:
        return self._add("PUT", path, scope, 200, **more)

    def patch(self, path: str, scope: Needed, **more: Any) -> Callable[[View], View]:
        return self._add("PATCH", path, scope, 200, **more)

    def delete(self, path: str, scope: Needed, *, status: int = 204, **more: Any) -> Callable[[View], View]:
        return self._add("DELETE", path, scope, status, **more)

    def _add(
        self,
        method: str,
        path: str,
        scope: Needed,
        status: int,
        *,
        errors: tuple[type[errors.PortalError], ...] = (),
        keyed: Keyed = "may",
        conditional: bool = False,
        versioned: bool = False,
        secret: bool = False,
        limit: int = 256 * KILOBYTES,
        content_type: str = "application/json",
        example: Any = None,
        also: tuple[int, ...] = (),
        lines: tuple[Any, Any] | None = None,
        headers: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            self.routes.append(
                ApiRoute(method, path, view, scope, status, errors, keyed, conditional, versioned, secret, limit,
                         content_type, example, also, lines, headers, self.add_on)
            )  # fmt: skip
            return view

        return register


@lru_cache(maxsize=512)
def hints(view: View) -> dict[str, Any]:
    return get_type_hints(view, include_extras=True)


def answer(services: Services, route: ApiRoute, request: Request, path: dict[str, str]) -> Response:
    """The response of one route to one request, whatever goes wrong."""
    headers: dict[str, str] = {}
    try:
        caller = _caller(services, route, request, headers)
        arguments = parsing.arguments(route, request, path)
        if isinstance(caller, Admin) and route.method == "POST" and route.keyed != "naturally":
            return once.answer(caller, route, headers, lambda: _respond(services, route, caller, arguments, headers))
        return _respond(services, route, caller, arguments, headers)
    except errors.PortalError as error:
        return problems.answer(request, error, headers)
    except Exception:
        log.exception("unexpected: %s %s", route.method, route.path)
        return problems.unexpected(request, headers)


def _caller(services: Services, route: ApiRoute, request: Request, headers: dict[str, str]) -> Anyone | Admin:
    if route.scope is None:
        return Anyone(services, request)
    caller = access.admin(services, request)
    logs.about(tenant=caller.store.tenant)
    headers.update(limits.spend(caller))
    if route.scope:
        caller.must(route.scope)
    if route.add_on is not None and not route.add_on.on(caller.company):
        raise errors.NotFound()
    return caller


def _respond(
    services: Services, route: ApiRoute, caller: Anyone | Admin, arguments: dict[str, Any], headers: dict[str, str]
) -> Response:
    found = route.view(caller, **arguments)
    sent = found if isinstance(found, Sent | Text) else Sent(found)
    return answers.respond(services, route.status, sent, headers)
