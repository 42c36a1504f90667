"""Disputes: a customer's bank takes a charge back. Opened by the test card made for it, or by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import invalid
from sandbox.stripe.resources import balance
from sandbox.stripe.resources.common import update
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import World

Json = dict[str, Any]

_FEE = 1500
_OVER = ("won", "lost")


def open_dispute(
    engine: Engine, world: World, charge: Json, reason: str = "fraudulent", *, status: str = "needs_response"
) -> Json:
    """The money leaves the account at once, with a fee, until the dispute is won."""
    kind = charge["payment_method_details"]["type"]
    dispute: Json = {
        "id": engine.id("du" if kind == "card" else "dp"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": engine.stamp(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"customer_name": charge["billing_details"]["name"]},
        "evidence_details": {
            "due_by": int((engine.now() + timedelta(days=14)).timestamp()),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }
    if kind == "card":
        dispute["payment_method_details"] = {
            "type": "card",
            "card": {"brand": charge["payment_method_details"]["card"]["brand"], "case_type": "chargeback"},
        }
    world.add(dispute)
    charge["disputed"] = True
    engine.emit(world, "charge.dispute.created", dispute)
    _move(engine, world, dispute, -dispute["amount"], fee=_FEE)
    engine.emit(world, "charge.dispute.funds_withdrawn", dispute)
    if status in _OVER:
        engine.emit(world, "charge.dispute.closed", dispute)
    return dispute


def close_dispute(engine: Engine, world: World, dispute: Json, status: str) -> None:
    """`won` gives the money back; `lost` does not."""
    if dispute["status"] in _OVER:
        raise invalid(f"This dispute is already closed: it was {dispute['status']}.")
    dispute["status"] = status
    if status == "won":
        _move(engine, world, dispute, dispute["amount"])
        engine.emit(world, "charge.dispute.funds_reinstated", dispute)
    engine.emit(world, "charge.dispute.closed", dispute)


def _move(engine: Engine, world: World, dispute: Json, amount: int, fee: int = 0) -> None:
    row = balance.book(
        engine, world, dispute["id"], "adjustment", amount, dispute["currency"], fee=fee, category="dispute"
    )
    dispute["balance_transactions"].append(dict(row))


def _retrieve(call: Call) -> Json:
    return call.world.get("dispute", call.id)


def _update(call: Call) -> Json:
    dispute = call.world.get("dispute", call.id)
    previous = update(call, dispute, ())
    if evidence := call.params.get("evidence"):
        dispute["evidence"] = {**dispute["evidence"], **evidence}
        dispute["evidence_details"]["has_evidence"] = True
        if call.params.get("submit", True) and dispute["status"] == "needs_response":
            dispute["evidence_details"]["submission_count"] += 1
            previous["status"], dispute["status"] = dispute["status"], "under_review"
    call.engine.emit(call.world, "charge.dispute.updated", dispute, previous)
    return dispute


def _close(call: Call) -> Json:
    dispute = call.world.get("dispute", call.id)
    close_dispute(call.engine, call.world, dispute, "lost")
    return dispute


def _list(call: Call) -> Json:
    wanted = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    rows = call.world.all("dispute")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


ROUTES = [
    Route("GET", "/v1/disputes", "DisputeListParams", _list),
    Route("GET", "/v1/disputes/:id", "DisputeRetrieveParams", _retrieve),
    Route("POST", "/v1/disputes/:id", "DisputeUpdateParams", _update),
    Route("POST", "/v1/disputes/:id/close", "DisputeCloseParams", _close),
]
