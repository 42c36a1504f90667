"""Requests for the first page per second, the store's answers replayed: against a handler without any of our layers,
and against the same page behind another router.

The bare handler makes the same two calls by a plain boto3 client and sends the finished bytes. Powertools' resolver is
given the same view, the same look-up of who is calling and the same headers; only routing and events differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler import Response as PowertoolsResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from bench.house import SLUG, Call, ask, house, recorded
from bench.page_cpu import plain_calls
from bench.replay import Replay, answers, like, standing
from bench.table import Figure, at_least, interleave, many, shown
from chalicelib.home.portal import home
from chalicelib.services import Services
from chalicelib.tenants.actions import companies
from chalicelib.web import access, responses
from chalicelib.web.requests import Request

ROUNDS = 60
REQUESTS = 10
BARE_LIMIT = 0.8
POWERTOOLS_LIMIT = 1.0


def measure() -> list[Figure]:
    """Record the first page on moto, then ask four handlers for it in turns."""
    with house() as made:
        request = made.get(f"/{SLUG}")
        answer, calls = recorded(made.services, request)
        services = like(made)
    plain = boto3.client("dynamodb", services.settings.region, config=Config(retries={"mode": "standard"}))
    plain_replay = Replay()
    plain_replay.attach(plain)
    plain_replay.play(answers(calls))
    with standing(services) as replay:
        replay.play(answers(calls))
        handlers = {
            "ours": ask,
            "bare": bare(plain, calls, answer),
            "powertools": powertools(services),
            "same_client": bare(services.tables.connection.client, calls, answer),
        }
        for name, handler in handlers.items():
            if handler(request)["body"] != answer["body"]:
                raise RuntimeError(f"{name} answered with another page")
        contenders = {name: many(_asking(handler, request), REQUESTS) for name, handler in handlers.items()}
        taken = interleave(contenders, ROUNDS, warm_up=3)
    rate = {name: REQUESTS / median(times) for name, times in taken.items()}
    # Rounds are compared with themselves: what slowed one handler in a round slowed the other too.
    ratio = {name: median(t / o for t, o in zip(taken[name], taken["ours"], strict=True)) for name in rate}
    how = f"median of {ROUNDS} interleaved rounds"
    return [
        at_least(
            "house.throughput_bare", ratio["bare"], BARE_LIMIT, "x",
            f"{rate['ours']:,.0f} requests a second against {rate['bare']:,.0f} by boto3 and ready bytes; {how}",
        ),
        at_least(
            "house.throughput_powertools", ratio["powertools"], POWERTOOLS_LIMIT, "x",
            f"{rate['ours']:,.0f} requests a second against {rate['powertools']:,.0f} by Powertools' resolver; {how}",
        ),
        shown("house.throughput", rate["ours"], "requests/s", f"the first page on one core; {how}"),
        shown(
            "house.throughput_same_client", ratio["same_client"], "x",
            f"against {rate['same_client']:,.0f} of the bare handler if it had our lighter client; {how}",
        ),
    ]  # fmt: skip


def _asking(handler: Callable[[dict[str, Any]], object], request: dict[str, Any]) -> Callable[[], object]:
    return lambda: handler(request)


def bare(client: Any, calls: Sequence[Call], answer: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The least a handler can be: the same calls, the same bytes."""
    call = plain_calls(client, calls)
    body, headers = answer["body"], answer["headers"]

    def handle(event: dict[str, Any]) -> dict[str, Any]:
        call()
        return {"statusCode": 200, "headers": dict(headers), "body": body, "isBase64Encoded": False}

    return handle


def powertools(services: Services) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The first page as a route of Powertools' resolver."""
    resolver = APIGatewayRestResolver()

    @resolver.get("/<slug>")
    def first_page(slug: str) -> PowertoolsResponse[str]:
        event = resolver.current_event
        headers = {name.lower(): value for name, value in event.headers.items()}
        pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        request = Request(
            event.http_method, event.path, event.query_string_parameters, headers, b"",
            event.request_context.identity.source_ip, {name: value for name, _, value in pairs},
        )  # fmt: skip
        caller = access.customer(services, request, companies.find(services, slug))
        made = responses.respond(services, caller, home(caller))
        return PowertoolsResponse(
            made.status_code, content_type=str(made.headers["Content-Type"]), body=made.body, headers=made.headers
        )

    context = LambdaContext()
    return lambda event: resolver.resolve(event, context)
