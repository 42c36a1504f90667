"""Events that can be fetched again, and the webhook endpoints they go to."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.webhooks import Endpoint

Json = dict[str, Any]


def _retrieve(call: Call) -> Json:
    return call.world.get("event", call.id)


def _list(call: Call) -> Json:
    one, several = call.params.get("type"), call.params.get("types")
    rows = call.world.all("event")
    if one:
        rows = [row for row in rows if _matches(row["type"], one)]
    if several:
        rows = [row for row in rows if row["type"] in several]
    return listing(call, rows)


def _matches(type: str, wanted: str) -> bool:
    """`charge.*` stands for all types that begin so."""
    return type.startswith(wanted[:-1]) if wanted.endswith("*") else type == wanted


def _add_endpoint(call: Call) -> Json:
    secret = call.engine.id("whsec", 32)
    types = call.params["enabled_events"]
    endpoint = Endpoint(call.params["url"], secret, bool(call.get("connect")), tuple(types))
    call.engine.webhooks.add(endpoint)
    shown: Json = {
        "id": call.engine.id("we"),
        "object": "webhook_endpoint",
        "api_version": call.get("api_version"),
        "application": None,
        "created": call.engine.stamp(),
        "description": call.get("description"),
        "enabled_events": types,
        "livemode": False,
        "metadata": call.params.get("metadata") or {},
        "status": "enabled",
        "url": endpoint.url,
    }
    call.world.add(shown, endpoint=endpoint)
    return {**shown, "secret": secret}


def _endpoint(call: Call) -> Json:
    return call.world.get("webhook_endpoint", call.id)


def _endpoints(call: Call) -> Json:
    return listing(call, call.world.all("webhook_endpoint"))


def _remove_endpoint(call: Call) -> Json:
    shown = _endpoint(call)
    call.engine.webhooks.remove(call.world.secret(shown["id"])["endpoint"])
    del call.world.tables["webhook_endpoint"][shown["id"]]
    return {"id": shown["id"], "object": "webhook_endpoint", "deleted": True}


ROUTES = [
    Route("GET", "/v1/events", "EventListParams", _list),
    Route("GET", "/v1/events/:id", "EventRetrieveParams", _retrieve),
    Route("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams", _add_endpoint),
    Route("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams", _endpoints),
    Route("GET", "/v1/webhook_endpoints/:id", "WebhookEndpointRetrieveParams", _endpoint),
    Route("DELETE", "/v1/webhook_endpoints/:id", "WebhookEndpointDeleteParams", _remove_endpoint),
]
