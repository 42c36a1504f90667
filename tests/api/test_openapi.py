"""The document tells what the API does: it is OpenAPI 3.1, it names all there is, and its examples run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email import message_from_string, policy
from functools import cached_property
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import app as wiring
from chalicelib import errors
from chalicelib.messages.records import suppressions
from chalicelib.tenants.rules.access import HELD
from chalicelib.web.api import openapi, openapi_shared
from chalicelib.web.api.doors import DOORS, behind
from chalicelib.web.api.routes import ApiRoute, ApiRoutes
from chalicelib.web.errors import STATUS
from sandbox.world import World, sent_mail
from tests.access.api_scene import PIXEL, QUERIES
from tests.api import things
from tests.api.told import conforms, the_document
from tests.booking.offers import offering
from tests.booking.office import TUESDAY, asked_for, blocks, books
from tests.browser import REQUEST, Browser, call
from tests.builders import Company, Person
from tests.client import Answer, Client
from tests.documents.desk import Desk
from tests.visits.camera import added
from tests.visits.planner import planned
from tests.visits.rater import rates, visited

ROUTES = [behind(module, door) for module, doors in DOORS.items() for door in doors]


def name(route: ApiRoute) -> str:
    return f"{route.method} {route.path}"


def operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in the_document()["paths"].items()
        for method, operation in methods.items()
    }


# The document itself


def test_it_is_openapi_31() -> None:
    OpenAPIV31SpecValidator(the_document()).validate()


def test_anybody_may_read_it_and_keep_it_for_a_while(browser: Browser) -> None:
    page = browser.get("/api/openapi.json")
    assert (page.status, page.headers["content-type"]) == (200, "application/json")
    assert page.headers["cache-control"] == "public, max-age=300"
    document = json.loads(page.html)
    assert document == the_document()
    assert document["servers"] == [{"url": "http://localhost:8000/api/v1"}]
    browser.headers["if-none-match"] = page.headers["etag"]
    again = browser.get("/api/openapi.json")
    assert (again.status, again.html, again.headers["etag"]) == (304, "", page.headers["etag"])


def test_below_a_stage_it_says_so() -> None:
    assert openapi.document("https://my.example.com/api/")["servers"] == [{"url": "https://my.example.com/api/api/v1"}]


def test_every_door_is_in_it() -> None:
    assert set(operations()) == {door for doors in DOORS.values() for door in doors}


def test_every_operation_is_told_in_words() -> None:
    tags = {one["name"]: one["description"] for one in the_document()["tags"]}
    assert all(tags.values())
    for door, operation in operations().items():
        assert 5 < len(operation["summary"]) <= 100, door
        assert operation["tags"][0] in tags
        assert operation["description"].startswith(operation["summary"])
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description") or "$ref" in parameter or parameter["in"] == "query", door


# What an operation may do: its name begins so, and goes on with what it is done to.
VERBS = {
    "accept", "change", "choose", "create", "credit", "delete", "deliver", "end", "enter", "export", "import", "invite",
    "lift", "list", "open", "preview", "read", "refresh", "refund", "remove", "request", "resend", "reset", "revoke",
    "send", "set", "share", "sign", "start", "suggest", "use",
}  # fmt: skip


def test_names_are_of_one_thing_each() -> None:
    ids = [operation["operationId"] for operation in operations().values()]
    assert len(ids) == len(set(ids))
    for one in ids:
        verb, _, thing = one.partition("_")
        assert verb in VERBS and re.fullmatch("[a-z_]+", thing), one
    assert all(re.fullmatch("[A-Za-z]+", one) for one in the_document()["components"]["schemas"])


def test_a_summary_says_what_is_done() -> None:
    """As its name does: with a verb, not with what is answered."""
    for door, operation in operations().items():
        first, *_ = operation["summary"].split()
        assert first not in {"A", "All", "An", "Everybody", "Free", "Have", "How", "The", "Where", "Who", "Whom"}, door


def test_a_path_says_whether_it_takes_an_id_of_your_own() -> None:
    told = [(door, one) for door, made in operations().items() for one in made.get("parameters", ()) if "name" in one]
    own = {door.split("/")[1] for door, one in told if one["name"] == "id" and "`ext:" in one["description"]}
    assert own == {"customers", "invoices", "estimates", "documents", "visits"}, "those that have an external_id"
    (link,) = (one for door, one in told if one["name"] == "link")
    assert link["description"] == "The link's id."


def test_every_shape_is_told_in_words() -> None:
    schemas = the_document()["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []
    assert schemas["CustomerView"]["properties"]["created_at"]["format"] == "date-time"
    assert "format" not in schemas["AccessView"]["properties"]["invited_at"], "it may be empty"


def test_a_mail_on_its_way_is_one_shape() -> None:
    sending = {door for door, one in operations().items() if "MailSent" in json.dumps(one)}
    assert sending == {
        "POST /team/{email}/invites", "POST /customers/{id}/access/invites",
        "POST /customers/{id}/access/password-resets", "POST /customers/{id}/messages/{message}/resends",
        "POST /invoices/{id}/deliveries", "POST /estimates/{id}/deliveries",
        "POST /documents/{id}/deliveries",
        "POST /message-templates/{name}/tests",
    }  # fmt: skip


def test_what_changes_the_settings_version_without_if_match_says_so() -> None:
    told = operations()
    for door in ("PUT /settings/address", "PUT /settings/logo", "DELETE /settings/logo"):
        assert "changes the version of the settings, and needs no `If-Match`" in told[door]["description"]


def test_two_shapes_of_one_name_that_differ_are_refused() -> None:
    other = ApiRoutes("Others")

    class Made(things.Shape):
        """Another one than that of the things."""

        number: int

    @other.get("/others", None)
    def others(caller: things.Admin) -> things.Made:
        raise NotImplementedError

    def mine(caller: things.Admin) -> Any:
        raise NotImplementedError

    mine.__annotations__["return"] = Made
    other.get("/mine", None)(mine)
    with pytest.raises(AssertionError, match="two shapes are called Made"):
        openapi._schemas(other.routes)


def test_every_word_that_the_api_can_say_has_a_response() -> None:
    for route in ROUTES:
        for word in openapi.words(route):
            assert STATUS[word][0] in openapi_shared.RESPONSES, (name(route), word)
    for response in the_document()["components"]["responses"].values():
        ((_, content),) = response["content"].items()
        conforms(content["example"], content["schema"])


def test_who_may_call_is_told() -> None:
    told = operations()
    assert told["POST /session"]["security"] == []
    assert told["GET /customers"]["security"] == [
        {"accessToken": ["customers:read"]}, {"apiKey": ["customers:read"]},
    ]  # fmt: skip
    assert told["GET /team"]["security"] == [{"accessToken": ["team:read"]}]
    assert "no API key" in told["GET /team"]["description"]
    assert "`customers:read`" in told["GET /customers"]["description"]
    for operation in told.values():
        assert operation["x-scope"] in (None, "", *HELD["admin"])


def test_headers_are_told() -> None:
    told = operations()
    names = {one.get("$ref", "").rpartition("/")[2] for one in told["POST /payments/{id}/refunds"]["parameters"]}
    assert "IdempotencyKeyRequired" in names
    parameters = the_document()["components"]["parameters"]
    assert parameters["IdempotencyKeyRequired"]["required"] is True
    assert "required" not in parameters["IdempotencyKey"]
    assert {"$ref": "#/components/parameters/IfMatch"} in told["PATCH /settings"]["parameters"]
    assert {"ETag", "RateLimit", "RateLimit-Policy"} <= set(told["GET /settings"]["responses"]["200"]["headers"])
    responses = the_document()["components"]["responses"]
    assert "Retry-After" in responses["TooMany"]["headers"]
    assert "WWW-Authenticate" in responses["Unauthenticated"]["headers"]


def test_what_a_room_says_is_what_the_document_says() -> None:
    room = {f"{route.method} {route.path}": route for route in things.routes.routes}
    assert errors.Conflict in openapi.words(room["POST /things"])
    assert errors.Conflict not in openapi.words(room["POST /upserts"])
    assert errors.Malformed not in openapi.words(room["POST /lines"])
    assert errors.NotFound in openapi.words(room["GET /things/{id}"])
    assert errors.Invalid in openapi.words(room["GET /things"])


# Paths that are none


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/customers", "/api/invoices", "/api/sign-in"]
)
def test_a_path_that_the_api_does_not_have(world: World, path: str) -> None:
    answer = call(wiring.app, "GET", path, {}, {}, None, "203.0.113.9")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"]) == {
        "type": "urn:porchlight:problem:not-found", "title": "Not found", "status": 404,
        "detail": "There is no such address in the API: see /api/openapi.json.",
        "instance": f"urn:porchlight:request:{REQUEST}",
    }  # fmt: skip
    conforms(json.loads(answer["body"]), {"$ref": "#/components/schemas/Problem"})


def test_a_post_to_such_a_path(world: World) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = call(wiring.app, "POST", "/api/sign-in", {}, headers, "login=x", "203.0.113.9")
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (404, "application/problem+json")
    assert "no such address in the API" in json.loads(answer["body"])["detail"]


def test_a_title_is_one_of_programs_and_no_pages(browser: Browser, evergreen: Company) -> None:
    owner = evergreen.admin()
    assert owner.get("/customers/ext:nobody").json["title"] == "Not found"
    owner.put("/customers/ext:1", {"name": "Dana Whitfield"})
    taken = owner.post("/customers", {"name": "Lou Park", "external_id": "1"})
    assert (taken.status, taken.json["title"]) == (409, "Not possible now")


def test_how_to_send_again_is_told_as_it_is(evergreen: Company) -> None:
    owner, dana = evergreen.admin(), {"name": "Dana Whitfield", "external_id": "1"}
    assert "a `POST` that carries an `external_id`" not in the_document()["info"]["description"]
    assert owner.post("/customers", dana).status == 201
    assert owner.post("/customers", dana).kind == "external-id-taken"
    assert [owner.put("/customers/ext:2", {"name": "Lou Park"}).status for _ in range(2)] == [201, 200]


# Its examples run


class Prepared:
    """A company's owner, who has whatever an example is about made when it is needed."""

    def __init__(self, browser: Browser, company: Company) -> None:
        self.browser, self.company, self.owner = browser, company, company.admin()

    def ask(self, route: ApiRoute) -> Answer:
        body, headers = route.example, {"content_type": route.content_type}
        if route.add_on is not None:
            offering(self.company)
        path = PATHS.get(name(route), PATHS.get(route.path.split("}")[0] + "}", lambda has: {}))(self)
        if name(route) in VALUES:
            body = {**body, **VALUES[name(route)](self)}
        if route.keyed == "must":
            headers["idempotency_key"] = "0d5e9b3a"
        if route.conditional:
            headers["if_match"] = self.owner.get(self.versioned(route).format(**path)).headers["etag"]
        client = self.owner if route.scope is not None else Client(self.company.world, cookies=self.owner.cookies)
        return client.send(route.method, route.path.format(**path) + QUERIES.get(name(route), ""), body, **headers)

    def versioned(self, route: ApiRoute) -> str:
        """Where what this route changes is read, with its version."""
        template = "/message-templates/{name}"
        return template if route.path.startswith(template) else route.path

    def make(self, path: str, body: Any = None) -> Any:
        answer = self.owner.post(path, body, idempotency_key=f"made {path} {body}")
        assert answer.status in (200, 201, 202), answer.text
        return answer.json

    @cached_property
    def customer(self) -> str:
        dana = {"name": "Dana Whitfield", "external_id": "1042", "contacts": [{"email": "dana@example.com"}]}
        return str(self.make("/customers", dana)["id"])

    def invoice(self, **values: Any) -> str:
        lines = [{"description": "Inspection", "unit_price": 12_000}]
        sent = {"customer": self.customer, "number": "20870", "issued_on": "2026-11-23", "due_on": "2026-12-07"}
        return str(self.make("/invoices", {**sent, "lines": lines, **values})["id"])

    def estimate(self, **values: Any) -> str:
        lines = [{"description": "Barrier", "unit_price": 12_000}]
        sent = {"customer": self.customer, "number": "2113", "issued_on": "2026-11-23", "lines": lines}
        return str(self.make("/estimates", {**sent, **values})["id"])

    def won(self) -> str:
        made = self.estimate()
        assert self.owner.put(f"/estimates/{made}/status", {"status": "won"}).status == 200
        return made

    def payment(self) -> str:
        return str(self.make(f"/customers/{self.customer}/payments", {"amount": 500, "method": "Cash"})["id"])

    def invoice_with_credit(self) -> str:
        self.payment()
        return self.invoice()

    def link(self) -> str:
        self.make(f"/customers/{self.customer}/access/invites")
        self.browser.deliver_mail()
        return str(self.owner.get(f"/customers/{self.customer}/access/links").json["items"][0]["id"])

    def message(self) -> str:
        self.link()
        sent = self.owner.get(f"/customers/{self.customer}/messages").json["items"]
        return str(next(one["id"] for one in sent if one["resendable"]))

    def member(self) -> str:
        return str(self.make("/team", {"email": "robin@evergreen.example", "role": "read-only"})["email"])

    def suppression(self) -> str:
        store, then = self.company.store, "2026-11-20T08:00:00+00:00"
        store.write(suppressions.suppress(store, "old@example.com", "bounced", "550 5.1.1", then, "team", "test-1"))
        return str(self.owner.get("/suppressions").json["items"][0]["id"])

    def upload(self) -> str:
        id = str(self.make("/settings/logo/uploads", {"content_type": "image/png", "size": len(PIXEL)})["upload"])
        files = self.company.world.services.files.for_tenant(self.company.store.tenant)
        files.put(f"uploads/{id}", PIXEL, "image/png")
        return id

    def document(self) -> str:
        desk = Desk(self.company, self.owner)
        return str(desk.shares(Person(self.company, self.customer))["id"])

    def document_upload(self) -> dict[str, str]:
        return {"customer": self.customer, "upload": Desk(self.company, self.owner).uploads()}

    def visit(self) -> str:
        return str(planned(self.owner, self.customer)["id"])

    def photo(self) -> dict[str, str]:
        visit = planned(self.owner, self.customer)
        return {"id": visit["id"], "photo": added(self.owner, self.company, visit, PIXEL).json["photos"][0]["id"]}

    def rating(self) -> str:
        dana = Person(self.company, self.customer)
        visit = visited(self.owner, dana)
        assert rates(dana, visit, 2, "The back yard was left out.").status == 200
        return f"{dana.id}-{visit}"

    def booking(self) -> str:
        return str(books(self.owner)["id"])

    def request(self) -> str:
        return str(asked_for(self.owner)["id"])

    def block(self) -> str:
        return str(blocks(self.owner, TUESDAY, TUESDAY.replace(hour=11))["block"]["id"])

    def invited(self) -> dict[str, str]:
        self.member()
        return {"company": self.company.store.tenant, "token": self._mailed(r"/console#/invite/\w+/([\w-]{43})")}

    def forgot(self) -> dict[str, str]:
        self.make("/password-resets", {"email": "owner@evergreen.example"})
        return {"token": self._mailed(r"/console#/reset/([\w-]{43})")}

    def _mailed(self, link: str) -> str:
        self.browser.deliver_mail()
        message = message_from_string(sent_mail()[-1].raw_data, policy=policy.default)
        (token,) = re.findall(link, message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        return str(token)


# What the variables of a path are filled in with, by the path up to them or by the route.
PATHS: dict[str, Callable[[Prepared], dict[str, str]]] = {
    "/customers/{id}": lambda has: {"id": has.customer and "ext:1042"},
    "DELETE /customers/{id}/access/links/{link}": lambda has: {"id": has.customer, "link": has.link()},
    "POST /customers/{id}/messages/{message}/resends": lambda has: {"id": has.customer, "message": has.message()},
    "/invoices/{id}": lambda has: {"id": has.invoice()},
    "PUT /invoices/{id}": lambda has: {"id": has.customer and "ext:inv-20871"},
    "DELETE /invoices/{id}": lambda has: {"id": has.invoice(status="draft")},
    "/estimates/{id}": lambda has: {"id": has.estimate()},
    "PUT /estimates/{id}": lambda has: {"id": has.customer and "ext:est-2114"},
    "DELETE /estimates/{id}": lambda has: {"id": has.estimate(status="draft")},
    "PUT /estimates/{id}/invoice": lambda has: {"id": has.won()},
    "/payments/{id}": lambda has: {"id": has.payment()},
    "/bulk-invites/{id}": lambda has: {"id": has.make("/bulk-invites", {"customers": [has.customer]})["id"]},
    "/keys/{id}": lambda has: {"id": has.make("/keys", {"name": "Old", "scopes": ["customers:read"]})["id"]},
    "/leads/{id}": lambda has: {"id": has.company.lead().id},
    "/documents/{id}": lambda has: {"id": has.document()},
    "/visits/{id}": lambda has: {"id": has.visit()},
    "PUT /visits/{id}": lambda has: {"id": has.customer and "ext:job-5531"},
    "DELETE /visits/{id}/photos/{photo}": Prepared.photo,
    "/ratings/{id}": lambda has: {"id": has.rating()},
    "/bookings/{id}": lambda has: {"id": has.booking()},
    "PUT /bookings/{id}/status": lambda has: {"id": has.request()},
    "PUT /bookings/{id}/proposal": lambda has: {"id": has.request()},
    "/booking-blocks/{id}": lambda has: {"id": has.block()},
    "/message-templates/{name}": lambda has: {"name": "portal_invite", "language": "en"},
    "/suppressions/{id}": lambda has: {"id": has.suppression()},
    "/team/{email}": lambda has: {"email": has.member()},
}
# What of an example only its reader can know.
VALUES: dict[str, Callable[[Prepared], dict[str, str]]] = {
    "POST /invoices": lambda has: {"customer": has.customer},
    "POST /estimates": lambda has: {"customer": has.customer},
    "POST /documents": Prepared.document_upload,
    "POST /visits": lambda has: {"customer": has.customer},
    "POST /bookings": lambda has: {"customer": has.customer},
    "PUT /bookings/{id}/customer": lambda has: {"customer": has.customer},
    "POST /visits/{id}/photos": lambda has: {"upload": has.upload()},
    "PUT /settings/logo": lambda has: {"upload": has.upload()},
    "POST /customers/{id}/credit-uses": lambda has: {"invoice": has.invoice_with_credit()},
    "POST /invites/look": Prepared.invited,
    "POST /invites/acceptance": Prepared.invited,
    "POST /password-resets/acceptance": Prepared.forgot,
}


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_every_body_has_an_example_that_is_one(route: ApiRoute) -> None:
    told = operations()[name(route)]
    if "requestBody" not in told:
        assert route.example is None or route.body is not None
        return
    ((_, content),) = told["requestBody"]["content"].items()
    if "x-line" in content:
        for line in content["example"].splitlines():
            conforms(json.loads(line), content["x-line"])
    else:
        conforms(content["example"], content["schema"])


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_what_the_document_shows_works(browser: Browser, evergreen: Company, route: ApiRoute) -> None:
    """Every operation once, with its example: it does what it is for, and answers as told."""
    answer = Prepared(browser, evergreen).ask(route)
    assert answer.status in (route.status if route.answer is not None else 204, *route.also), answer.text
