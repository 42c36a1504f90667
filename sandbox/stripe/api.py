"""One request in, one answer out: who is asking, which endpoint, has this key been used, and what may go
wrong. Knows the order of these questions and the list of resources; each resource knows the rest."""

from __future__ import annotations

import re
from typing import Any

from sandbox.stripe import errors, forms, params
from sandbox.stripe.engine import API_VERSION, Engine, Listener, TaskRun
from sandbox.stripe.errors import StripeError
from sandbox.stripe.http import Lost, Request, Response, json_response
from sandbox.stripe.idempotency import Keys
from sandbox.stripe.resources import (
    accounts,
    balance,
    charges,
    checkout,
    collecting,
    customers,
    disputes,
    events,
    mandates,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from sandbox.stripe.routes import Call, Route, rendered
from sandbox.stripe.state import World

Json = dict[str, Any]

ROUTES: list[Route] = [
    *accounts.ROUTES,
    *customers.ROUTES,
    *payment_methods.ROUTES,
    *payment_intents.ROUTES,
    *setup_intents.ROUTES,
    *checkout.ROUTES,
    *charges.ROUTES,
    *refunds.ROUTES,
    *disputes.ROUTES,
    *balance.ROUTES,
    *mandates.ROUTES,
    *events.ROUTES,
]
TASKS: dict[str, TaskRun] = {
    **collecting.TASKS,
    **setup_intents.TASKS,
    **checkout.TASKS,
    **refunds.TASKS,
}
LISTENERS: dict[str, Listener] = checkout.LISTENERS

_TEST_KEY = re.compile(r"^(sk|rk)_test_\w+$")


class Api:
    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._keys = keys

    def answer(self, request: Request) -> Response:
        """Raises `Lost` when the connection is to break."""
        engine = self._engine
        with engine.lock:
            request_id = engine.id("req", 14)
            engine.run_due()
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
        }
        if account := request.headers.get("stripe-account"):
            headers["Stripe-Account"] = account
        try:
            world = self._world(request)
            return self._once(request, world, request_id, headers)
        except StripeError as error:
            return json_response(error.status, error.body(), headers)

    # Who is asking

    def _world(self, request: Request) -> World:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if not key:
            raise errors.no_key()
        if scheme.lower() != "bearer" or not _TEST_KEY.match(key):
            raise errors.bad_key(key)
        account = request.headers.get("stripe-account")
        state = self._engine.state
        if account and account not in state.worlds:
            raise errors.no_access(key, account)
        return state.world(account)

    # Once per key

    def _once(self, request: Request, world: World, request_id: str, headers: dict[str, str]) -> Response:
        faults = self._engine.faults
        subject = request.path if request.method != "GET" else f"GET {request.path}"
        if faults.take("rate_limit", subject) is not None:
            raise errors.rate_limited()
        if faults.take("timeout_before", subject) is not None:
            raise Lost
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        raw = forms.decode(request.body if request.method == "POST" else request.query)
        if key is None:
            answer, _ = self._run(request, world, raw, request_id, None, headers)
        else:
            headers = {**headers, "Idempotency-Key": key}
            kept = self._keys.begin(world.account, key, request.path, raw)
            answer = kept or self._run_and_keep(request, world, raw, request_id, key, headers)
        if faults.take("timeout_after", subject) is not None:
            raise Lost
        return answer

    def _run_and_keep(
        self, request: Request, world: World, raw: Json, request_id: str, key: str, headers: dict[str, str]
    ) -> Response:
        executed = False
        try:
            gate = self._engine.faults.take("hold", request.path)
            if gate:
                gate["gate"].wait()
            answer, executed = self._run(request, world, raw, request_id, key, headers)
            if executed:
                self._keys.finish(world.account, key, answer)
            return answer
        finally:
            if not executed:
                self._keys.forget(world.account, key)

    # The endpoint

    def _run(
        self,
        request: Request,
        world: World,
        raw: Json,
        request_id: str,
        key: str | None,
        headers: dict[str, str],
    ) -> tuple[Response, bool]:
        """The answer, and whether an endpoint ran to make it."""
        engine = self._engine
        try:
            route, ids = _find(request)
            expand = raw.pop("expand", {})
            for name, code in route.removed.items():
                if name in raw:
                    raise errors.removed_param(name, code)
            parsed = params.parse(params.named(route.params) if route.params else None, raw)
            subject = request.path if request.method != "GET" else f"GET {request.path}"
            fault = engine.faults.take("server_error", subject)
            if fault and not fault["after"]:
                raise errors.server_failed()
            with engine.lock:
                engine.request = (request_id, key)
                try:
                    shown = route.handler(Call(engine, world, ids, parsed, request.path))
                    shown = rendered(world, shown, expand.values() if isinstance(expand, dict) else [expand])
                    answer = json_response(200, shown, headers)
                except StripeError as error:
                    answer = json_response(error.status, error.body(), headers)
                finally:
                    engine.request = (None, None)
            if fault:
                raise errors.server_failed()
            return answer, True
        except StripeError as error:
            return json_response(error.status, error.body(), headers), error.executed


def _find(request: Request) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        match = route.regex.match(request.path)
        if match and route.method == request.method:
            return route, match.groups()
    raise errors.no_route(request.method, request.path)
