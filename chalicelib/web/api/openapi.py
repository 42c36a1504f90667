"""The OpenAPI 3.1 document, made from the rooms' routes and from the msgspec types that parse and answer.

Nothing is described here that a room says already: a shape's fields, an operation's words and its errors are the
room's. What all operations share (headers, problems, who may call) is in `openapi_shared.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from typing import Any

import msgspec

from chalicelib import errors
from chalicelib.tenants.rules.access import KEY_SCOPES
from chalicelib.web.api import openapi_shared as shared
from chalicelib.web.api.doors import DOORS, ROOT, behind
from chalicelib.web.api.problems import Problem
from chalicelib.web.api.replies import Text
from chalicelib.web.api.routes import ApiRoute
from chalicelib.web.errors import STATUS

Json = dict[str, Any]
REF = "#/components/schemas/{name}"
BODY_WORDS = (errors.Malformed, errors.WrongType, errors.TooLarge, errors.Invalid)


@lru_cache(maxsize=1)
def rendered(public_url: str) -> tuple[str, str]:
    """The document as JSON text, and its ETag. Made once a container."""
    text = msgspec.json.encode(document(public_url)).decode()
    return text, f'"{sha256(text.encode()).hexdigest()[:16]}"'


def document(public_url: str, doors: Mapping[str, tuple[str, ...]] = DOORS) -> Json:
    """The whole API as it stands behind these doors."""
    rooms = [(import_module(module), [behind(module, door) for door in listed]) for module, listed in doors.items()]
    routes = [(room.routes.tag, route) for room, listed in rooms for route in listed]
    schemas, components = _schemas([route for _, route in routes])
    paths: dict[str, Json] = {}
    versioned = {one.answer for _, one in routes if one.conditional or one.versioned}
    for tag, route in routes:
        tagged = route.answer in versioned
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(tag, route, schemas, tagged)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Porchlight settings API",
            "version": "v1",
            "summary": "Everything a company decides, and what its software sends.",
            "description": shared.ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": public_url.rstrip("/") + ROOT}],
        "security": [{"accessToken": []}, {"apiKey": []}],
        "tags": [{"name": tag, "description": words} for tag, words in _tags(rooms).items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": shared.problem_responses(),
            "parameters": shared.PARAMETERS,
            "headers": shared.HEADERS,
            "securitySchemes": shared.SECURITY,
        },
    }


def words(route: ApiRoute) -> set[type[errors.PortalError]]:
    """Every error word that a route can answer: those of all routes of its kind, and its own."""
    found: set[type[errors.PortalError]] = {errors.Unavailable, *route.errors}
    if route.scope is not None:
        found |= {errors.Unauthenticated, errors.NotAllowed, errors.TooMany}
        if _keyed(route):
            found |= {errors.Invalid, errors.Conflict}
    if route.body is bytes:
        found |= {errors.WrongType, errors.TooLarge}
    elif route.body is not None:
        found |= {*BODY_WORDS}
    if route.query is not None:
        found.add(errors.Invalid)
    if "{" in route.path or route.add_on is not None:
        found.add(errors.NotFound)
    return found


def _keyed(route: ApiRoute) -> bool:
    """Whether an Idempotency-Key is looked at."""
    return route.method == "POST" and route.scope is not None and route.keyed != "naturally"


def _operation(tag: str, route: ApiRoute, schemas: Mapping[Any, Json], tagged: bool) -> Json:
    text = _flat(route.view.__doc__ or "")
    told = (text, _query_words(route), _who(route), _again(route), _there(route))
    made: Json = {
        "operationId": route.view.__name__,
        "tags": [tag],
        "summary": re.split(r"[.:;]\s", text)[0].rstrip("."),
        "description": " ".join(part for part in told if part),
        "x-scope": route.scope,
        "security": _security(route),
    }
    if parameters := [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)]:
        made["parameters"] = parameters
    if route.body is not None:
        made["requestBody"] = {"required": True, "content": {route.content_type: _body(route, schemas)}}
    made["responses"] = {**_answers(route, schemas, tagged), **_problems(route)}
    return made


def _who(route: ApiRoute) -> str:
    if route.scope is None:
        return "Needs no credential."
    if not route.scope:
        return "Needs a credential, whatever its scopes."
    people = "" if route.scope in KEY_SCOPES else " Only for people: no API key holds it."
    return f"Needs the scope `{route.scope}`.{people}"


def _again(route: ApiRoute) -> str:
    if route.method != "POST" or route.scope is None:
        return ""
    return {
        "may": "With an `Idempotency-Key` it may be sent again safely.",
        "must": "Money moves: an `Idempotency-Key` is required, and makes it safe to send again.",
        "naturally": "It may be sent again safely.",
    }[route.keyed]


def _there(route: ApiRoute) -> str:
    return f"404 while {route.add_on.name} is off." if route.add_on is not None else ""


def _security(route: ApiRoute) -> list[Json]:
    if route.scope is None:
        return []
    # OpenAPI 3.1 lets any scheme name what is needed.
    needed = [route.scope] if route.scope else []
    by_person = {"accessToken": needed}
    return [by_person, {"apiKey": needed}] if not needed or route.scope in KEY_SCOPES else [by_person]


def _path_parameters(route: ApiRoute) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        yield {
            "name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1},
            "description": shared.path_words(route.path, name),
        }  # fmt: skip


def _query_parameters(route: ApiRoute) -> Iterator[Json]:
    if route.query is None:
        return
    shape = _query_shape(route)
    for name, schema in shape["properties"].items():
        told = dict(_tidy(schema))
        found = {"name": name, "in": "query", "required": name in shape["required"], "schema": told}
        if text := told.pop("description", ""):
            found["description"] = text
        yield found


def _query_words(route: ApiRoute) -> str:
    return _flat(_query_shape(route).get("description", "")) if route.query is not None else ""


def _query_shape(route: ApiRoute) -> Json:
    _, components = msgspec.json.schema_components([route.query], ref_template=REF)
    shape: Json = components[route.query.__name__]
    return shape


def _header_parameters(route: ApiRoute) -> Iterator[Json]:
    if _keyed(route):
        name = "IdempotencyKeyRequired" if route.keyed == "must" else "IdempotencyKey"
        yield {"$ref": f"#/components/parameters/{name}"}
    if route.conditional:
        yield {"$ref": "#/components/parameters/IfMatch"}
    if route.versioned:
        yield {"$ref": "#/components/parameters/IfMatchOptional"}


def _body(route: ApiRoute, schemas: Mapping[Any, Json]) -> Json:
    if route.lines is not None:
        return _lines(schemas[route.lines[0]], route.example)
    content: Json = {"schema": schemas[route.body]}
    if route.example is not None:
        content["example"] = route.example
    return content


def _lines(line: Json, example: Any = None) -> Json:
    """JSON Lines: OpenAPI 3.1 knows them as text; what a line is stands beside it."""
    content: Json = {"schema": {"type": "string"}, "x-line": line}
    if example is not None:
        content["example"] = example
    return content


def _answers(route: ApiRoute, schemas: Mapping[Any, Json], tagged: bool) -> Json:
    headers = [*route.headers]
    if route.scope is not None:
        headers += ["RateLimit", "RateLimit-Policy"]
    if tagged:
        headers.append("ETag")
    if _keyed(route):
        headers.append("Idempotency-Replayed")
    answer: Json = {"description": "Done; there is nothing to say."}
    if route.answer is Text and route.lines is not None:
        answer = {
            "description": "A line for each line.",
            "content": {route.content_type: _lines(schemas[route.lines[1]])},
        }
    elif route.answer is Text:
        answer = {"description": "Done.", "content": {route.content_type: {"schema": {"type": "string"}}}}
    elif route.answer is not None:
        answer = {"description": "Done.", "content": {"application/json": {"schema": schemas[route.answer]}}}
    if headers:
        answer["headers"] = shared.headers(*headers)
    status = 204 if route.answer is None else route.status
    return {str(one): answer for one in (status, *route.also)}


def _problems(route: ApiRoute) -> Json:
    numbers = {STATUS[word][0] for word in words(route)}
    return {str(one): {"$ref": f"#/components/responses/{shared.RESPONSES[one]}"} for one in sorted(numbers)}


def _schemas(routes: list[ApiRoute]) -> tuple[dict[Any, Json], Json]:
    """Each type of a body or an answer with the reference to its schema, and the schemas by name."""
    types: dict[Any, None] = {Problem: None}
    for route in routes:
        for one in (route.body, route.answer, *(route.lines or ())):
            if one not in (None, bytes, Text):
                types[one] = None
    references, components = msgspec.json.schema_components(list(types), ref_template=REF)
    named: Json = {}
    for name, schema in components.items():
        # msgspec calls shapes of one name in two rooms by their modules: alike they are one, else somebody must choose.
        short = name.rpartition(".")[2]
        tidy = _tidy(schema)
        if named.setdefault(short, tidy) != tidy:
            raise AssertionError(f"two shapes are called {short}, and they differ")
    return dict(zip(types, map(_tidy, references), strict=True)), named


def _tidy(schema: Any) -> Any:
    """Docstrings as one line, references by short names, and no titles that only say the name again."""
    if isinstance(schema, list):
        return [_tidy(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _tidy(value) for name, value in schema.items()}
    if isinstance(made.get("description"), str):
        made["description"] = _flat(made["description"])
    if isinstance(made.get("title"), str):
        del made["title"]
    if isinstance(made.get("$ref"), str):
        made["$ref"] = REF.format(name=re.split(r"[/.]", made["$ref"])[-1])
    return made


def _tags(rooms: list[tuple[Any, list[ApiRoute]]]) -> dict[str, str]:
    """The tags in the order of the doors, each with what its rooms say they are for."""
    found: dict[str, list[str]] = {}
    for room, _ in rooms:
        found.setdefault(room.routes.tag, []).append(_flat((room.__doc__ or "").strip().split("\n\n")[0]))
    return {tag: " ".join(texts) for tag, texts in found.items()}


def _flat(text: str) -> str:
    return " ".join(text.split())
