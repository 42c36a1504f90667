"""A room that no feature has, with a route of each sort, and a program that asks it: the edge by itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from chalice.app import Response
from msgspec import UNSET, Meta, UnsetType, field

from chalicelib import tokens
from chalicelib.errors import Conflict
from chalicelib.tenants import api_keys
from chalicelib.tenants.records import keys
from chalicelib.tenants.rules.access import KEY_SCOPES, Scope
from chalicelib.web.api import routes as edge
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoute, ApiRoutes
from chalicelib.web.api.shapes import Day, ExternalId, Listing, Positive, Shape
from chalicelib.web.requests import Request
from tests.builders import Company

routes = ApiRoutes("Things")
made: list[str] = []
"""Ids of what was made, in order."""
before: list[Callable[[], None]] = []
"""What happens in the middle of making the next thing."""


class Part(Shape):
    amount: Positive
    colour: Literal["", "red", "green"] = ""


class Thing(Shape):
    name: Annotated[str, Meta(min_length=1, max_length=20)]
    parts: Annotated[list[Part], Meta(max_length=3)] = field(default_factory=list)
    on: Day | None = None
    external_id: ExternalId | None = None
    note: str | UnsetType | None = UNSET


class Made(Shape):
    id: str
    name: str


class Search(Listing):
    colour: Literal["", "red", "green"] = ""


class Found(Shape):
    text: str


@routes.post("/things", "customers:write", limit=2048)
def make(caller: Admin, body: Thing) -> Sent[Made]:
    return Sent(_make(caller, body), {"Location": "/things/1"})


@routes.post("/charges", "customers:write", keyed="must")
def charge(caller: Admin, body: Thing) -> Made:
    return _make(caller, body)


@routes.post("/keys", "customers:write", secret=True)
def make_secret(caller: Admin, body: Thing) -> Made:
    return _make(caller, body)


@routes.post("/upserts", "customers:write", keyed="naturally")
def upsert(caller: Admin, body: Thing) -> Made:
    return _make(caller, body)


@routes.get("/things", "customers:read")
def search(caller: Admin, query: Search) -> Found:
    return Found(f"{query.colour}{query.limit}{query.cursor}")


@routes.get("/things/{id}", "customers:read")
def thing(caller: Admin, id: str) -> Sent[Found]:
    return tagged(Found(id), 7)


@routes.put("/things/{id}", "customers:write", conditional=True)
def set_thing(caller: Admin, id: str, body: Thing) -> Found:
    return Found(str(caller.expected_version()))


@routes.post("/lines", "customers:write", keyed="naturally", content_type="application/jsonl", limit=100)
def lines(caller: Admin, body: bytes) -> Found:
    return Found(body.decode())


def _make(caller: Admin, body: Thing) -> Made:
    id = caller.new_id()
    while before:
        before.pop()()
    if id in made:
        raise Conflict("It is there.", kind="is-there")
    made.append(id)
    return Made(id, body.name)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def kind(self) -> str:
        return str(self.json["type"]).removeprefix("urn:porchlight:problem:")

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong by its place."""
        return {one["pointer"]: one["detail"] for one in self.json["errors"]}


def a_key(company: Company, *scopes: Scope, name: str = "Office software") -> str:
    """A key of the company's software; without scopes it may do all that a key may."""
    services = company.world.services
    now = services.now()
    id = services.new_id(now)
    spelled = api_keys.spell(services.secrets.links, company.store.tenant, id)
    fingerprint = tokens.fingerprint(api_keys.read(spelled).secret)  # type: ignore[union-attr]
    made = keys.ApiKey(id, name, fingerprint, scopes or KEY_SCOPES, now.isoformat(), "owner@evergreen.example")
    company.store.write(keys.new_key(company.store, made))
    return spelled


@dataclass
class Program:
    """Asks the room, by a key of the company's."""

    company: Company
    token: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        made.clear()
        before.clear()
        self.token = self.token or a_key(self.company)

    def send(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        """`body` is JSON unless it is bytes already; header names are spelled with underscores."""
        route, given = _route(method, path)
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"authorization": f"Bearer {self.token}", **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method, "/api/v1" + path, query or {}, sent, raw, "203.0.113.9")
        response: Response = edge.answer(self.company.world.services, route, request, given)
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, told, response.body)

    def make(self, name: str = "Rake", at: str = "/things", **headers: str) -> Answer:
        return self.send("POST", at, {"name": name}, **headers)


def _route(method: str, path: str) -> tuple[ApiRoute, dict[str, str]]:
    first, _, id = path.removeprefix("/").partition("/")
    wanted = f"/{first}/{{id}}" if id else f"/{first}"
    route = next(one for one in routes.routes if (one.method, one.path) == (method, wanted))
    return route, {"id": id} if id else {}
