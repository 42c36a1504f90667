"""Mandates: a customer's leave to debit a bank account."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.routes import Call, Route
from sandbox.stripe.state import World

Json = dict[str, Any]


def grant(engine: Engine, world: World, method: Json, acceptance: Json | None = None) -> str:
    """Record the customer's leave, once for each payment method. `acceptance` is
    `mandate_data[customer_acceptance]`."""
    secret = world.secret(method["id"])
    if "mandate" not in secret:
        given = acceptance or {
            "type": "online",
            "online": {"ip_address": "127.0.0.1", "user_agent": "Checkout"},
        }
        mandate = {
            "id": engine.id("mandate"),
            "object": "mandate",
            "customer_acceptance": {"accepted_at": engine.stamp(), **given},
            "livemode": False,
            "multi_use": {},
            "payment_method": method["id"],
            "payment_method_details": {"type": method["type"], method["type"]: {}},
            "status": "active",
            "type": "multi_use",
        }
        world.add(mandate)
        secret["mandate"] = mandate["id"]
        engine.emit(world, "mandate.updated", mandate)
    return str(secret["mandate"])


def _retrieve(call: Call) -> Json:
    return call.world.get("mandate", call.id)


ROUTES = [Route("GET", "/v1/mandates/:id", "MandateRetrieveParams", _retrieve)]
