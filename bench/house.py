"""A Porchlight to measure: one company, one customer with sixty invoices, and the gateway's events for their pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import app as wiring
from chalicelib.billing.actions import invoices
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.services import Services, new_ulid
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.browser import match
from tests.builders import PASSWORD, Person, a_company, an_invoice

SLUG = "evergreen"
LOGIN = "dana@example.com"
NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
INVOICES, OPEN = 60, 5
TITLES = ("Quarterly pest control", "Lawn aeration & overseeding", "Mosquito treatment", "Wasp nest removal")
HEADERS = {
    "Host": "portal.example.com",
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.1 Mobile/15E148 Safari/604.1",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


@dataclass
class House:
    """A world, and the customer whose pages are measured. `cookie` is the session's, as a browser sends it."""

    world: World
    dana: Person
    cookie: str = ""

    @property
    def services(self) -> Services:
        return self.world.services

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The gateway's event for a page Dana asks for, signed in."""
        return event("GET", path, query, cookie=self.cookie)


@contextmanager
def house() -> Iterator[House]:
    """On moto, at one moment that does not pass."""
    world = sandbox_world.build(clock=_now, stripe=StripeSandbox(_now, deliver="manual"))
    try:
        dana = a_company(world, "Evergreen Pest & Lawn", SLUG).customer(saved_card="pm_card_visa")
        for age in reversed(range(INVOICES)):
            invoice = nth_invoice(age)
            invoices.issue(dana.company.store, dana.id, dana.now.sums, invoice, details(invoice))
        made = House(world, dana)
        made.cookie = sign_in()
        yield made
    finally:
        world.close()


def _now() -> datetime:
    return NOW


def nth_invoice(age: int, every: timedelta = timedelta(days=18)) -> Invoice:
    """The newest invoice is 0, and the newest five are open. Always the same, and all rows of nearly one size."""
    at = NOW - timedelta(days=3) - age * every
    total = 12_000 + 725 * (age % 20)
    made = replace(
        an_invoice(NOW, total, issued=at.date()),
        id=f"{new_ulid(at)[:10]}{age:016d}",
        number=f"{900_000 - age}",
        title=TITLES[age % len(TITLES)],
    )
    return made if age < OPEN else replace(made, paid=total, status="paid")


def details(invoice: Invoice) -> Details:
    """The lines of an invoice, as a company writes them."""
    words = ("Initial inspection of the house and the yard", invoice.title, "Follow-up visit within thirty days")
    part = invoice.total // 4
    lines = [Line(words[0], "1", part, part), Line(words[1], "2", part, 2 * part)]
    lines.append(Line(words[2], "1", part, invoice.total - 3 * part))
    return Details(tuple(lines), invoice.total)


def sign_in() -> str:
    """A session's cookie, by the password."""
    answer = ask(event("POST", f"/{SLUG}/sign-in", form={"login": LOGIN, "password": PASSWORD, "next": "/"}))
    cookies = answer["multiValueHeaders"]["Set-Cookie"]
    return "; ".join(one.partition(";")[0] for one in cookies if "Max-Age=0" not in one)


def event(
    method: str, path: str, query: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None, cookie: str = ""
) -> dict[str, Any]:
    """A request of a phone's browser as API Gateway hands it to the Lambda."""
    resource, parameters = match(wiring.app, path)
    headers = dict(HEADERS)
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if cookie:
        headers["Cookie"] = cookie
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": path,
            "stage": "api",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": urlencode(form) if form is not None else None,
        "isBase64Encoded": False,
    }


def ask(request: dict[str, Any], *statuses: int) -> dict[str, Any]:
    """The application's answer; RuntimeError unless its status is one of these (200 or 303 if none is named)."""
    answer: dict[str, Any] = wiring.app(request, None)
    if answer["statusCode"] not in (statuses or (200, 303)):
        raise RuntimeError(f"{request['httpMethod']} {request['path']} was answered with {answer['statusCode']}")
    return answer


@dataclass
class Call:
    """One call to DynamoDB: what was asked, and the bytes that came back."""

    operation: str
    asked: dict[str, Any]
    answered: bytes

    @property
    def units(self) -> float:
        """The capacity DynamoDB says it consumed."""
        consumed = json.loads(self.answered).get("ConsumedCapacity", [])
        parts = consumed if isinstance(consumed, list) else [consumed]
        return float(sum(one["CapacityUnits"] for one in parts))


@dataclass
class Recorder:
    """Every request that services send to DynamoDB while this is entered, retries included, as botocore sees it."""

    services: Services
    calls: list[Call] = field(default_factory=list)
    _asked: bytes = b""

    def __enter__(self) -> Recorder:
        events = self.services.tables.connection.client.meta.events
        events.register("request-created.dynamodb", self._sending, unique_id="bench-sending")
        events.register("before-parse.dynamodb", self._answered, unique_id="bench-answered")
        return self

    def __exit__(self, *_: object) -> None:
        events = self.services.tables.connection.client.meta.events
        events.unregister("request-created.dynamodb", unique_id="bench-sending")
        events.unregister("before-parse.dynamodb", unique_id="bench-answered")

    def take(self) -> list[Call]:
        """The calls since the last time."""
        taken, self.calls = self.calls, []
        return taken

    def _sending(self, request: Any, **_: object) -> None:
        self._asked = request.data

    def _answered(self, operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:
        self.calls.append(Call(operation_model.name, json.loads(self._asked), response_dict["body"]))


def recorded(services: Services, request: dict[str, Any], *statuses: int) -> tuple[dict[str, Any], list[Call]]:
    """The answer to a request, and the calls it took; the container is warm."""
    ask(request, *statuses)
    with Recorder(services) as recorder:
        return ask(request, *statuses), recorder.take()
