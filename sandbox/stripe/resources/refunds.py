"""Refunds: money given back, never more than was taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.stripe.engine import Engine, TaskRun
from sandbox.stripe.errors import invalid
from sandbox.stripe.resources import balance, payment_methods
from sandbox.stripe.resources.common import merged_metadata, money, update
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import Task, World

Json = dict[str, Any]


def _charge(call: Call) -> Json:
    if call.params.get("charge"):
        return call.world.get("charge", call.params["charge"], "charge")
    if not call.params.get("payment_intent"):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    intent = call.world.get("payment_intent", call.params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            "payment_intent",
            "payment_intent_unexpected_state",
        )
    return call.world.get("charge", intent["latest_charge"])


def _create(call: Call) -> Json:
    charge = _charge(call)
    amount = call.params.get("amount", charge["amount"] - charge["amount_refunded"])
    metadata = merged_metadata({}, call.params.get("metadata"))
    return refund_charge(call.engine, call.world, charge, amount, call.get("reason"), metadata)


def refund_charge(
    engine: Engine,
    world: World,
    charge: Json,
    amount: int,
    reason: str | None = None,
    metadata: Json | None = None,
) -> Json:
    """Give a part of a charge back, or all that is left; refused where it can't be."""
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} has not succeeded and cannot be refunded.", "charge")
    if charge["disputed"]:
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            "charge",
            "charge_disputed",
        )
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", "charge", "charge_already_refunded")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({money(amount, charge['currency'])}) is greater than unrefunded amount on "
            f"charge ({money(left, charge['currency'])})",
            "amount",
            "amount_too_large",
        )
    return refund(engine, world, charge, amount, reason, metadata)


def refund(
    engine: Engine,
    world: World,
    charge: Json,
    amount: int,
    reason: str | None = None,
    metadata: Json | None = None,
) -> Json:
    """Give money back. To a card at once; to a bank account some days later."""
    method = world.get("payment_method", charge["payment_method"])
    to_card = method["type"] == "card"
    made: Json = {
        "id": engine.id("re" if to_card else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": engine.stamp(),
        "currency": charge["currency"],
        "destination_details": (
            {
                "type": "card",
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
            }
            if to_card
            else {"type": "us_bank_transfer", "us_bank_transfer": {}}
        ),
        "metadata": metadata or {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded" if to_card else "pending",
        "transfer_reversal": None,
    }
    kind = "refund" if to_card else "payment_refund"
    booked = balance.book(engine, world, made["id"], kind, -amount, charge["currency"], category="refund")
    made["balance_transaction"] = booked["id"]
    world.add(made)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    engine.emit(world, "refund.created", made)
    engine.emit(world, "charge.refunded", charge)
    card = payment_methods.card_of(world, method)
    if not to_card:
        engine.schedule("settle_refund", world, made["id"], engine.business_days(engine.bank_days))
    elif card and card.refund_fails:
        engine.schedule("fail_refund", world, made["id"], engine.now() + timedelta(hours=1))
    return made


def _settle(engine: Engine, world: World, task: Task) -> None:
    made = world.get("refund", task.id)
    if made["status"] == "pending":
        made["status"] = "succeeded"
        engine.emit(world, "refund.updated", made, {"status": "pending"})


def _fail(engine: Engine, world: World, task: Task) -> None:
    """The customer's bank sends it back: the money is the account's again, and the charge counts as
    unrefunded."""
    made = world.get("refund", task.id)
    charge = world.get("charge", made["charge"])
    back = balance.book(
        engine,
        world,
        made["id"],
        "refund_failure",
        made["amount"],
        made["currency"],
        category="refund_failure",
    )
    previous = {"status": made["status"]}
    made.update(status="failed", failure_reason="unknown", failure_balance_transaction=back["id"])
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    engine.emit(world, "refund.updated", made, previous)
    engine.emit(world, "refund.failed", made)


def _retrieve(call: Call) -> Json:
    return call.world.get("refund", call.id)


def _update(call: Call) -> Json:
    made = call.world.get("refund", call.id)
    call.engine.emit(call.world, "refund.updated", made, update(call, made, ()))
    return made


def _list(call: Call) -> Json:
    wanted = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    rows = call.world.all("refund")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


TASKS: dict[str, TaskRun] = {"settle_refund": _settle, "fail_refund": _fail}

ROUTES = [
    Route("POST", "/v1/refunds", "RefundCreateParams", _create),
    Route("GET", "/v1/refunds", "RefundListParams", _list),
    Route("GET", "/v1/refunds/:id", "RefundRetrieveParams", _retrieve),
    Route("POST", "/v1/refunds/:id", "RefundUpdateParams", _update),
]
