"""A Porchlight to measure: one company, one customer with sixty invoices, and the gateway's events for their pages."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from chalicelib import passwords
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.customers import records, session_tokens
from chalicelib.customers.rules import Customer, Login, Session
from chalicelib.services import Services, new_ulid
from chalicelib.tenants.actions import activation, companies, stripe_account
from chalicelib.tenants.rules import Company
from chalicelib.web import cookies
from sandbox import issuing
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World

wiring: Any = importlib.import_module("app").app

SLUG, COLOUR = "evergreen", "#2f6b3a"
LOGIN, PASSWORD = "dana@example.com", "green-lawn-2026"
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
    """A world, and Dana, the customer whose pages are measured. `cookie` is her session's, as a browser sends it."""

    world: World
    store: Store
    dana: str
    cookie: str = ""

    @property
    def services(self) -> Services:
        return self.world.services

    def session(self, customer: str) -> str:
        """The cookie of a customer who has just signed in."""
        ends, accounts = NOW + timedelta(hours=12), ((customer, 0),)
        opened = Session(new_ulid(NOW), self.store.tenant, customer, 0, "password", ends, accounts)
        return f"{cookies.SESSION}={session_tokens.write(self.services.secrets, opened)}"

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The gateway's event for a page Dana asks for, signed in."""
        return event("GET", path, query, cookie=self.cookie)


@contextmanager
def house() -> Iterator[House]:
    """On moto, at one moment that does not pass."""
    world = sandbox_world.build(clock=_now, stripe=StripeSandbox(_now, deliver="manual"))
    try:
        store = company(world)
        made = House(world, store, customer(world, store))
        made.cookie = sign_in()
        yield made
    finally:
        world.close()


def company(world: World) -> Store:
    """Evergreen's store; it can be paid."""
    wanted = Company(
        "", SLUG, "Evergreen Pest & Lawn", COLOUR, phone="(303) 555-0142", email="office@evergreen.example",
        address=("480 Pearl St", "Boulder, CO 80302"), time_zone="America/Denver",
    )  # fmt: skip
    made = activation.activate(world.services, wanted, "owner@evergreen.example").company
    store = world.services.tables.for_tenant(made.id)
    stripe_account.connect_stripe(world.services, store, world.stripe.connect_account(made.name), True)
    return store


def customer(world: World, store: Store) -> str:
    """Dana's id: a password, a saved card, sixty invoices."""
    dana = payer(world, store, new_ulid(NOW), "pm_card_visa")
    store.write(records.set_login(store, Login(LOGIN, (dana.id,), passwords.make(PASSWORD))))
    sums = dana.sums
    for age in reversed(range(INVOICES)):
        invoice = nth_invoice(age)
        sums = issuing.issue(store, dana.id, sums, invoice, details(invoice))
    return dana.id


def payer(world: World, store: Store, id: str, token: str) -> Customer:
    """A customer with this card or bank account on file, by Stripe's test token."""
    services, account = world.services, companies.company_of(store).stripe_account
    client, options = world.stripe.client(), {"stripe_account": account}
    made = client.v1.customers.create({"name": "Dana Whitfield"}, options).id  # type: ignore[arg-type]
    if token.startswith("pm_card"):
        client.v1.payment_methods.attach(token, {"customer": made}, options)  # type: ignore[arg-type]
    else:
        agreed: Any = {
            "customer": made, "payment_method": token, "confirm": True,
            "allowed_payment_method_types": ["us_bank_account"],
            "mandate_data": {"customer_acceptance": {"type": "offline"}},
        }  # fmt: skip
        client.v1.setup_intents.create(agreed, options)  # type: ignore[arg-type]
    methods = billing.from_methods(services.payments.saved_methods(account, made))
    found = Customer(
        id, "Dana Whitfield", "Dana", (LOGIN,), address=("12 Juniper Way", "Boulder, CO"), logins=(LOGIN,),
        stripe_account=account, stripe_customer=made, methods=methods,
    )  # fmt: skip
    store.transact(*records.new_customer(store, found, NOW))
    return found


def _now() -> datetime:
    return NOW


def nth_invoice(age: int, every: timedelta = timedelta(days=18)) -> Invoice:
    """The newest invoice is 0, and the newest five are open. Always the same, and all rows of nearly one size."""
    at = NOW - timedelta(days=3) - age * every
    total = 12_000 + 725 * (age % 20)
    issued = at.date()
    return Invoice(
        f"{new_ulid(at)[:10]}{age:016d}", f"{900_000 - age}", TITLES[age % len(TITLES)], "open", issued,
        issued + timedelta(days=14), "USD", total, paid=0 if age < OPEN else total,
    )  # fmt: skip


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
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    cookie: str = "",
) -> dict[str, Any]:
    """A request of a phone's browser as API Gateway hands it to the Lambda."""
    resource, parameters = route(path)
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


def api_event(
    method: str, path: str, key: str, body: Any = None, query: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A call of the settings API by a company's software, with its key."""
    made = event(method, f"/api/v1{path}", query)
    made["headers"] = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    made["multiValueHeaders"] = {name: [value] for name, value in made["headers"].items()}
    made["body"] = None if body is None else json.dumps(body)
    return made


def route(path: str) -> tuple[str, dict[str, str]]:
    """The route a gateway chooses, fixed segments before variables, and its path's parameters."""
    wanted = path.strip("/").split("/")
    found = []
    for one in wiring.routes:
        pairs = list(zip(one.strip("/").split("/"), wanted, strict=False))
        fits = one.count("/") == path.count("/") and all(h == w or h.startswith("{") for h, w in pairs)
        if fits:
            found.append((sum(h == w for h, w in pairs), one, {h[1:-1]: w for h, w in pairs if h.startswith("{")}))
    _, chosen, parameters = max(found, key=lambda one: one[0])
    return chosen, parameters


def ask(request: dict[str, Any], *statuses: int) -> dict[str, Any]:
    """The application's answer; RuntimeError unless its status is one of these (200 or 303 if none is named)."""
    answer: dict[str, Any] = wiring(request, None)
    if answer["statusCode"] not in (statuses or (200, 303)):
        raise RuntimeError(f"{request['httpMethod']} {request['path']} was answered with {answer['statusCode']}")
    return answer


def pay_form(page: str, **chosen: str) -> dict[str, str]:
    """What the form that pays sends as it stands on a page, but for what is chosen."""
    form = re.findall(r'<form[^>]*action="[^"]*/payments".*?</form>', page, re.DOTALL)[0]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told["type"] not in ("radio", "checkbox") or " checked" in tag:
            sent[told["name"]] = unescape(told["value"])
    return {**sent, **chosen}


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
