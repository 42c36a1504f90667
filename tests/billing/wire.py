"""The wire between Porchlight and what it leans on, for tests: every call out is counted, and any of them can go wrong.

AWS is caught where moto takes over from botocore, so that botocore's own retries are part of what is tested; Stripe
where stripe-python hands a request to its network.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from sandbox.stripe.http import Lost, Request, Response, json_response
from sandbox.world import World
from tests import shortcut
from tests.infra import calls as policed

Fault = Literal[
    "lost before",  # the connection breaks and nothing happened
    "lost after",  # it took effect and the answer is lost
    "error",  # an answer of 500, nothing happened
    "error after",  # an answer of 500, and it took effect
    "throttled",
    "killed before",  # our own process dies
    "killed after",
    "doubled",  # the network delivers it twice; the second answer counts
    "disconnected",  # Stripe has nothing to tell us about this account any more
    "refused",  # nobody listens there
    "overloaded",  # an answer of 503, in HTML: something in front of the service said it
]
FAULTS: tuple[Fault, ...] = (
    "lost before", "lost after", "error", "error after", "throttled", "killed before", "killed after", "doubled",
)  # fmt: skip


class Killed(BaseException):
    """The process died here: nothing catches it, nothing after it runs."""


@dataclass(frozen=True)
class Call:
    """One request on its way. `what` is 'dynamodb TransactWriteItems' or 'stripe POST /v1/payment_intents'."""

    what: str
    body: Any = None

    @property
    def items(self) -> int:
        return len(self.body.get("TransactItems", ())) if isinstance(self.body, dict) else 0


def nothing(number: int, call: Call) -> Fault | None:
    return None


@dataclass
class Wire:
    """What went over the wire, and what goes wrong with it."""

    plan: Callable[[int, Call], Fault | None] = nothing
    calls: list[Call] = field(default_factory=list)
    decided: list[Fault | None] = field(default_factory=list)
    """What goes wrong with the call that comes next on the wire, where that is known already (tests/shortcut.py)."""

    def of(self, what: str) -> list[Call]:
        """Calls whose name begins like this."""
        return [call for call in self.calls if call.what.startswith(what)]

    def call(self, service: str, operation: str, body: Any) -> Call:
        return Call(f"{service} {operation}", body)

    def next_fault(self, call: Call) -> Fault | None:
        self.calls.append(call)
        # Who cuts in by a plan is somebody else than the function that is calling.
        with policed.meanwhile():
            return self.plan(len(self.calls) - 1, call)

    def fails(self, number: int, fault: Fault) -> None:
        """The call of this number goes wrong; what it is repeated by does not."""
        self.plan = lambda here, _: fault if here == number else None

    def down(self, what: str, fault: Fault = "lost before", times: int = 1_000_000) -> None:
        """Calls of this name go wrong, so many times."""
        left = [times]

        def plan(_: int, call: Call) -> Fault | None:
            if not call.what.startswith(what) or left[0] <= 0:
                return None
            left[0] -= 1
            return fault

        self.plan = plan

    def heal(self) -> None:
        self.plan = nothing


@contextmanager
def on_the_wire(world: World) -> Iterator[Wire]:
    """Everything that this world sends goes over the wire until the end of the block."""
    wire = Wire()
    moto = BotocoreStubber.__call__
    http: Any = world.services.payments._http_client  # type: ignore[attr-defined]
    stripe, sleeps = http._answer, botocore.endpoint.time

    def to_aws(self: Any, event_name: str, request: Any, **more: Any) -> Any:
        fault = wire.decided.pop() if wire.decided else wire.next_fault(_aws_call(event_name, request))
        return _aws_faulty(fault, lambda: moto(self, event_name, request, **more), request)

    def to_stripe(request: Request) -> Response:
        verb = Call(f"stripe {request.method} {request.path}")
        answer: Response = _stripe_faulty(wire.next_fault(verb), lambda: stripe(request))
        return answer

    if moto is shortcut.MOTO:
        to_aws.wire = wire  # type: ignore[attr-defined]
    BotocoreStubber.__call__ = to_aws
    botocore.endpoint.time = SimpleNamespace(sleep=lambda seconds: None)
    http._answer = to_stripe
    try:
        yield wire
    finally:
        BotocoreStubber.__call__, http._answer, botocore.endpoint.time = moto, stripe, sleeps


def _aws_call(event_name: str, request: Any) -> Call:
    _, service, operation = event_name.split(".")
    body = request.body
    try:
        parsed = json.loads(body) if body else None
    except (ValueError, TypeError):  # a file on its way to S3 is a stream
        parsed = None
    return Call(f"{service} {operation}", parsed)


def _aws_faulty(fault: Fault | None, send: Callable[[], Any], request: Any) -> Any:
    if fault == "killed before":
        raise Killed()
    if fault == "lost before":
        raise ReadTimeoutError(endpoint_url=request.url)
    if fault == "error":
        return _aws_error(request, 500, "InternalServerError")
    if fault == "throttled":
        return _aws_error(request, 400, "ThrottlingException")
    if fault == "refused":
        raise EndpointConnectionError(endpoint_url=request.url)
    if fault == "overloaded":
        return AWSResponse(request.url, 503, {"content-type": "text/html"}, MockRawResponse(_OVERLOADED))
    answer = send()
    if fault == "killed after":
        raise Killed()
    if fault == "lost after":
        raise ReadTimeoutError(endpoint_url=request.url)
    if fault == "error after":
        return _aws_error(request, 500, "InternalServerError")
    return send() if fault == "doubled" else answer


_OVERLOADED = "<html><body><h1>503 Service Unavailable</h1></body></html>"


def _aws_error(request: Any, status: int, code: str) -> AWSResponse:
    body = json.dumps({"__type": f"com.amazonaws#{code}", "message": "not now"})
    headers = {"x-amzn-errortype": code, "content-type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


def _stripe_faulty(fault: Fault | None, send: Callable[[], Response]) -> Response:
    if fault == "killed before":
        raise Killed()
    if fault in ("lost before", "refused"):
        raise Lost()
    if fault == "overloaded":
        return Response(503, _OVERLOADED.encode(), {"Content-Type": "text/html"})
    if fault == "error":
        return json_response(500, {"error": {"type": "api_error", "message": "not now"}}, {})
    if fault == "throttled":
        refusal = {"type": "invalid_request_error", "code": "rate_limit", "message": "slow down"}
        return json_response(429, {"error": refusal}, {})
    if fault == "disconnected":
        refusal = {"type": "invalid_request_error", "code": "account_invalid", "message": "no access to this account"}
        return json_response(403, {"error": refusal}, {})
    answer = send()
    if fault == "killed after":
        raise Killed()
    if fault == "lost after":
        raise Lost()
    if fault == "error after":
        return json_response(500, {"error": {"type": "api_error", "message": "not now"}}, {})
    return send() if fault == "doubled" else answer


@contextmanager
def forgetting(world: World) -> Iterator[None]:
    """What is written inside is forgotten afterwards, by Stripe too: moto copies whole tables, so that runs must not
    pile up."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.dynamodb import dynamodb_backends

    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][world.services.settings.region]
    before = {name: copy.deepcopy(table.items) for name, table in backend.tables.items()}
    stripe, keys = world.stripe.state, world.stripe._keys
    worlds, tasks, kept = copy.deepcopy(stripe.worlds), copy.deepcopy(stripe.tasks), dict(keys._kept)
    try:
        yield
    finally:
        stripe.worlds, stripe.tasks, keys._kept = worlds, tasks, kept
        world.stripe.pending_webhooks()
        # By name: a transaction that moto rolls back leaves other table objects behind.
        for name, items in before.items():
            backend.tables[name].items = items
