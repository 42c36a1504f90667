"""Charges: each attempt at taking money, whether the bank said yes, no, or not yet."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.cards import Decline
from sandbox.stripe.engine import Engine
from sandbox.stripe.resources import balance, payment_methods
from sandbox.stripe.resources.common import update
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import World

Json = dict[str, Any]


def new_charge(engine: Engine, world: World, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """A pending charge. One of `succeed`, `fail` or nothing (a bank debit on its way) follows."""
    charge: Json = {
        "id": engine.id("ch" if method["type"] == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": dict(method["billing_details"]),
        "calculated_statement_descriptor": intent["statement_descriptor"] or "STRIPE SANDBOX",
        "captured": False,
        "created": engine.stamp(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": intent["on_behalf_of"],
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(engine, world, method, authenticated),
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": intent["transfer_data"],
        "transfer_group": intent["transfer_group"],
    }
    intent["latest_charge"] = charge["id"]
    return world.add(charge)


def succeed(engine: Engine, world: World, charge: Json, *, captured: bool = True) -> None:
    charge.update(status="succeeded", paid=True, outcome=_outcome("authorized", "Payment complete."))
    charge["receipt_url"] = f"{engine.base_url}/receipts/{charge['id']}"
    if captured:
        capture(engine, world, charge, charge["amount"])
    engine.emit(world, "charge.succeeded", charge)


def capture(engine: Engine, world: World, charge: Json, amount: int) -> None:
    """Take the money that was set aside: only now does the balance know of it."""
    card = charge["payment_method_details"]["type"] == "card"
    charge.update(captured=True, amount_captured=amount)
    charge["balance_transaction"] = balance.book(
        engine,
        world,
        charge["id"],
        "charge" if card else "payment",
        amount,
        charge["currency"],
        fee=balance.card_fee(amount) if card else balance.debit_fee(amount),
        application_fee=charge["application_fee_amount"] or 0,
        category="charge",
        description=charge["description"],
    )["id"]


def fail(engine: Engine, world: World, charge: Json, decline: Decline, network_code: str | None = None) -> None:
    reason = decline.decline_code or decline.code
    charge.update(
        status="failed",
        failure_code=decline.code,
        failure_message=decline.message,
        outcome={
            **_outcome("issuer_declined", "The bank did not return any further details with this decline."),
            "network_status": "declined_by_network",
            "network_decline_code": network_code,
            "reason": reason,
        },
    )
    engine.emit(world, "charge.failed", charge)


def _outcome(kind: str, message: str) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": message,
        "type": kind,
    }


def _details(engine: Engine, world: World, method: Json, authenticated: bool) -> Json:
    kind = method["type"]
    shown = method[kind]
    if kind == "card":
        names = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
        secure = {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": None,
            "result": "authenticated",
            "result_reason": None,
            "transaction_id": None,
            "version": "2.2.0",
        }
        return {
            "type": "card",
            "card": {
                **{name: shown[name] for name in names},
                "checks": dict(shown["checks"]),
                "installments": None,
                "mandate": None,
                "network": shown["brand"],
                "three_d_secure": secure if authenticated else None,
            },
        }
    bank_names = (
        "account_holder_type",
        "account_type",
        "bank_name",
        "fingerprint",
        "last4",
        "routing_number",
    )
    return {
        "type": kind,
        kind: {
            **{name: shown[name] for name in bank_names},
            "expected_debit_date": engine.business_days(1).date().isoformat(),
            "mandate": world.secret(method["id"]).get("mandate"),
            "payment_reference": None,
        },
    }


def disputed_later(world: World, method: Json) -> bool:
    card, bank = payment_methods.card_of(world, method), payment_methods.bank_of(world, method)
    return bool((card and card.disputed) or (bank and bank.disputed))


def _retrieve(call: Call) -> Json:
    return call.world.get("charge", call.id)


def _update(call: Call) -> Json:
    charge = call.world.get("charge", call.id)
    previous = update(call, charge, ("description", "receipt_email", "customer", "shipping", "transfer_group"))
    if previous:
        call.engine.emit(call.world, "charge.updated", charge, previous)
    return charge


def _list(call: Call) -> Json:
    names = ("customer", "payment_intent", "transfer_group")
    wanted = {name: call.params[name] for name in names if name in call.params}
    rows = call.world.all("charge")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


ROUTES = [
    Route("GET", "/v1/charges", "ChargeListParams", _list),
    Route("GET", "/v1/charges/:id", "ChargeRetrieveParams", _retrieve),
    Route("POST", "/v1/charges/:id", "ChargeUpdateParams", _update),
]
