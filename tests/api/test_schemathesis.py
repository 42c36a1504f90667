"""The whole API against its own OpenAPI document: whatever is sent, by whomever, no answer is undocumented, none is of
another shape, none is a mistake of ours, and what the document does not allow is refused.

Schemathesis makes the requests up: those at the edges of each field, and others at random, the same ones each run. Ids
and what no schema can say (days, time zones) are mostly real, so that requests get past the first refusal.
Of those at the edges each operation gets of each kind (too long, missing, of another type …) the first, and of the
other fields with the same kind every fourth. `PORCHLIGHT_THOROUGH=1` sends all, and many more at random.
"""

from __future__ import annotations

import copy
import json
import quopri
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

import app as wiring
from chalicelib.billing.admin.imports import JSON_LINES
from chalicelib.booking.actions import offering
from chalicelib.tenants.rules.access import KEY_SCOPES
from chalicelib.web.api import openapi
from tests.access.api_scene import REFRESH, Records, routes, secrets_in, some_records
from tests.access.scene import lift_limits
from tests.api.gateway import Gateway
from tests.billing.till import THOROUGH
from tests.billing.wire import forgetting
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client

# How many requests at random each operation gets, beside those at the edges, which only an admin sends.
AT_RANDOM, BY_OTHERS = (300, 300) if THOROUGH else (4, 2)
OF_A_KIND = 1 if THOROUGH else 4
# What a request that fits the document may meet nevertheless: things that no schema can say (a time zone that is none,
# a state that forbids it, a version that has passed).
REFUSED = ["2xx", "401", "403", "404", "409", "412", "413", "422"]
NOT_FITTING = ["400", "401", "403", "404", "409", "412", "413", "415", "422", "428"]


def configuration(edges: bool, at_random: int) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {"max-examples": at_random, "deterministic": True, "no-shrink": not THOROUGH},
            "phases": {
                "examples": {"enabled": edges},
                # Other methods than a path has never reach us: the gateway answers them.
                "coverage": {"enabled": edges, "unexpected-methods": []},
                "stateful": {"enabled": False},
            },
            # A line of an import that is wrong is answered in the line of its result.
            "operations": [{"include-name": "POST /import", "generation": {"mode": "positive"}}],
            "checks": {
                "positive_data_acceptance": {"expected-statuses": REFUSED},
                "negative_data_rejection": {"expected-statuses": NOT_FITTING},
                "missing_required_header": {"expected-statuses": ["401", "422", "428"]},
            },
        }
    )


@dataclass
class Api:
    """A company with things in it, and the ways in. Each operation finds everything as it was made."""

    company: Company
    has: Records
    owner: Client
    key: str
    real: dict[str, list[Any]]
    tokens: dict[str, list[str]]
    asked: dict[str, list[str]]
    answers: dict[str, Counter[int]] = field(default_factory=dict)
    kinds: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    _now: str = ""
    _undo: AbstractContextManager[None] | None = None
    _turn: int = 0

    def at(self, operation: str) -> None:
        """Before a request to this operation: what requests to others have done is forgotten."""
        if operation != self._now:
            self.leave()
            self._undo, self._now = forgetting(self.company.world), operation
            self._undo.__enter__()
            self.real["token"] = self.tokens["reset" if "password-resets" in operation else "invite"]
            self.real["upload"] = [self.has.document_upload if "documents" in operation else self.has.upload]

    def repeats(self, case: Any) -> bool:
        """Whether it is much like one that was sent: at an edge of the same kind, in the same part of the request."""
        if case.meta.phase.name is not TestPhase.COVERAGE:
            return False
        edge = case.meta.phase.data
        kind = (case.operation.label, edge.scenario, edge.parameter_location)
        self.kinds[kind] += 1
        sound = case.meta.generation.mode is GenerationMode.POSITIVE
        if sound and not any(200 <= status < 300 for status in self.answers.get(case.operation.label, ())):
            return False  # none got through yet
        return self.kinds[kind] % OF_A_KIND != 1 % OF_A_KIND

    def leave(self) -> None:
        if self._undo is not None:
            self._undo.__exit__(None, None, None)
            self._undo = None

    def ids(self, method: str, path: str, name: str) -> list[str]:
        """Ids of what there is, for a parameter of a path."""
        has = self.has
        invoices = [has.draft] if method == "delete" else [has.invoice, has.draft, has.paid_invoice, has.external]
        estimates = [has.draft_estimate] if method == "delete" else [has.estimate, has.draft_estimate, has.external]
        if path.endswith("/invoice"):
            estimates = [has.won_estimate]
        visits = [has.visit, has.external] if "{photo}" in path else [has.visit, has.rating, has.external]
        if path.endswith("/deliveries"):
            estimates = [has.estimate]
        return {
            "/customers/": [has.customer, has.external],
            "/customers/{id}/access/links/": [has.link],
            "/customers/{id}/messages/": [has.message],
            "/invoices/": invoices,
            "/estimates/": estimates,
            "/documents/": [has.document, has.external],
            "/payments/": [has.payment],
            "/bulk-invites/": [has.bulk],
            "/keys/": [has.key],
            "/leads/": [has.lead],
            "/visits/": visits,
            "/visits/{id}/photos/": [has.photo],
            "/ratings/": [has.rating],
            "/bookings/": [has.request] if path.endswith("/proposal") else [has.booking, has.request],
            "/booking-blocks/": [has.block],
            "/message-templates/": ["portal_invite", "receipt"],
            "/message-templates/{name}/email/": ["en", "es"],
            "/message-templates/{name}/sms/": ["en", "es"],
            "/suppressions/": [has.suppression],
            "/team/": [has.member],
        }[path.partition("{" + name + "}")[0]]

    def filled(self, value: Any, name: str = "") -> Any:
        """A body with what is real in the place of most that was made up."""
        if isinstance(value, dict):
            return {key: self.filled(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner, name) for inner in value]
        return some(value, self.real[name]) if isinstance(value, str) and name in self.real else value

    def fill(self, case: Any) -> None:
        """What is real into the parts of a request that are not wrong on purpose."""
        operation, parts = case.operation, case.meta.components
        sound = {place for place, part in parts.items() if part.mode is GenerationMode.POSITIVE}
        if ParameterLocation.PATH in sound:
            case.path_parameters = {
                name: some(value, self.ids(operation.method, operation.path, name))
                for name, value in case.path_parameters.items()
            }
        if ParameterLocation.BODY in sound:
            case.body = self.filled(case.body)
        if ParameterLocation.QUERY in sound and operation.path in ("/bookings", "/booking-slots"):
            case.query = {name: some(str(value), self.asked[name]) if name in self.asked else value
                          for name, value in (case.query or {}).items()}  # fmt: skip
        for name in case.headers if ParameterLocation.HEADER in sound else ():
            if name.lower() == "if-match":
                case.headers[name] = some(case.headers[name], [f'"{self.version(operation.path)}"'])
            self._turn += 1
            if name.lower() == "idempotency-key" and self._turn % 4:
                case.headers[name] = f"key-{self._turn}"

    def version(self, path: str) -> int:
        """That of what is changed by a path."""
        if path.startswith("/booking-settings"):
            return offering.read(self.company.store).version
        return 0 if path.startswith("/message-templates") else self.company.company.version


def some(value: str, real: list[Any]) -> Any:
    """Mostly something real in the place of what was made up, always in that of an example; the same each time."""
    number = zlib.crc32(value.encode("utf-8", "surrogatepass"))
    return value if number % 4 == 0 and value not in shown() else real[number // 4 % len(real)]


@cache
def shown() -> frozenset[str]:
    """The texts in the examples of bodies: ids and tokens that only their reader can know."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(inner)

    return frozenset(text for route in routes() for text in texts(route.example))


@schemathesis.serializer(JSON_LINES)
def json_lines(context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else "\n".join(map(json.dumps, value)).encode()


def document(api: Api) -> dict[str, Any]:
    """The document, which says of JSON Lines that they are text: here they are a list of what a line is."""
    made = copy.deepcopy(openapi.document(api.company.world.services.settings.public_url))
    lines = made["paths"]["/import"]["post"]["requestBody"]["content"][JSON_LINES]
    lines["schema"] = {"type": "array", "items": lines["x-line"], "minItems": 1, "maxItems": 5}
    lines["example"] = [json.loads(one) for one in lines["example"].splitlines()]
    return made


def schema_of(api: Api, edges: bool, at_random: int) -> Any:
    made = schemathesis.openapi.from_dict(document(api), config=configuration(edges, at_random))
    made.app = Gateway(wiring.app)
    return made


@pytest.fixture
def api(evergreen: Company, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Api]:
    # Schemathesis 4.32 notes there which operation it is at; pytest has no such attribute since 9.2.
    request.node._nodeid = request.node.nodeid  # type: ignore[attr-defined]
    lift_limits(monkeypatch)
    owner = evergreen.admin()
    key = owner.post("/keys", {"name": "Fuzz", "scopes": list(KEY_SCOPES)}).json["key"]
    has = some_records(evergreen, owner)
    has = replace(has, invoice=with_credit(owner, has))
    made = Api(evergreen, has, owner, key, real(evergreen, has), mailed(evergreen), asked(has))
    yield made
    made.leave()


def with_credit(owner: Client, has: Records) -> str:
    """An open invoice of a customer who has account credit."""
    paid = owner.post(f"/customers/{has.customer}/payments", {"amount": 90_000, "method": "Cash"}, idempotency_key="1")
    lines = [{"description": "Mosquito treatment", "unit_price": 4_000}]
    fields = {"number": "F-1", "issued_on": "2026-11-20", "due_on": "2026-12-04", "lines": lines}
    made = owner.post("/invoices", {"customer": has.customer, **fields})
    assert paid.status == made.status == 201, (paid.text, made.text)
    return str(made.json["id"])


def mailed(company: Company) -> dict[str, list[str]]:
    """The tokens of the invite and of the reset that are out."""
    Client(company.world).post("/password-resets", {"email": f"owner@{company.slug}.example"})
    mails = [quopri.decodestring(one.encode()).decode("utf-8", "replace") for one in
             Browser(wiring.app, company.world).deliver_mail()]  # fmt: skip
    found = dict(re.findall(r"#/(invite|reset)/(?:\w+/)?([\w-]{43})", "".join(mails)))
    return {kind: [token] for kind, token in found.items()}


def real(company: Company, has: Records) -> dict[str, list[Any]]:
    """What there is, by the name of the field that means it."""
    return {
        "customer": [has.customer, has.external],
        "customers": [has.customer],
        "invoice": [has.invoice],
        "invoices": [has.invoice],
        "upload": [has.upload],
        "company": [company.store.tenant],
        "email": [f"owner@{company.slug}.example", "robin@example.com"],
        "current": [ADMIN_PASSWORD],
        "password": [ADMIN_PASSWORD, "maple-street-77"],
        "issued_on": ["2026-11-20"],
        "due_on": ["2026-12-04"],
        "expires_on": ["2026-12-04"],
        "received_on": ["2026-11-21"],
        "visible_from": ["2026-11-20"],
        "visible_until": ["2027-01-31"],
        "time_zone": ["America/Denver"],
        "locale": ["en-US", "es-MX"],
        "colour": ["#2f6b3a"],
        "to": [""],
        "service": ["lawn-mowing"],
        "slug": [company.slug],
        "url": [company.world.services.settings.portal(company.slug)],
    }


def asked(has: Records) -> dict[str, list[str]]:
    """What there is to ask of the calendar for, by the name of the parameter."""
    return {
        "since": ["2026-11-24", "2026-12-01"], "until": ["2026-12-07"], "service": ["lawn-mowing"],
        "besides": [has.booking], "postal_code": ["80301"],
    }  # fmt: skip


@pytest.fixture
def whole(api: Api) -> Iterator[Any]:
    yield schema_of(api, edges=True, at_random=AT_RANDOM)
    shallow = {name for name, seen in api.answers.items() if not any(200 <= status < 300 for status in seen)}
    assert not shallow, f"no request to {sorted(shallow)} ever got through: what does it take?"


@pytest.fixture
def sample(api: Api) -> Any:
    return schema_of(api, edges=THOROUGH, at_random=BY_OTHERS)


def check(api: Api, case: Any, bearer: str, cookie: str = "") -> None:
    """One request, all checks; and nothing secret in the answer."""
    if api.repeats(case):
        return
    api.at(case.operation.label)
    api.fill(case)
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    cookies = {REFRESH: cookie} if cookie else {}
    response = case.call_and_validate(headers={**headers, "Sec-Fetch-Site": "same-origin"}, cookies=cookies)
    api.answers.setdefault(case.operation.label, Counter())[response.status_code] += 1
    answer = Answer(response.status_code, {}, [], response.content.decode())
    assert not [*secrets_in(case.operation.label, answer)], answer.text


@schemathesis.pytest.from_fixture("whole").parametrize()
def test_by_an_admin(case: Any, api: Api) -> None:
    check(api, case, api.owner.token, api.owner.cookies[REFRESH])


@schemathesis.pytest.from_fixture("sample").parametrize()
def test_by_a_key(case: Any, api: Api) -> None:
    check(api, case, api.key)


@schemathesis.pytest.from_fixture("sample").parametrize()
def test_by_nobody(case: Any, api: Api) -> None:
    check(api, case, "")
