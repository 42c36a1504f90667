"""Cards and bank accounts. Which test card one is stays private; the object shows what Stripe would show."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sandbox.stripe.cards import ROUTING, Bank, Card, bank_number, bank_token, card_token
from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import StripeError, invalid, missing_object
from sandbox.stripe.resources.common import EMPTY_ADDRESS, update
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import World

Json = dict[str, Any]


def new_card(
    engine: Engine,
    world: World,
    card: Card,
    *,
    month: int = 12,
    year: int | None = None,
    billing: Json | None = None,
) -> Json:
    return _new(
        engine,
        world,
        "card",
        {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year or engine.now().year + 2,
            "fingerprint": _fingerprint(world, card.number),
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        billing,
        card=card,
    )


def new_bank(
    engine: Engine,
    world: World,
    bank: Bank,
    *,
    billing: Json | None = None,
    verified: bool = True,
    **details: Any,
) -> Json:
    """`verified` is False for an account typed in by hand, which micro-deposits have to prove first."""
    return _new(
        engine,
        world,
        "us_bank_account",
        {
            "account_holder_type": details.get("account_holder_type", "individual"),
            "account_type": details.get("account_type", "checking"),
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": None,
            "fingerprint": _fingerprint(world, bank.number),
            "last4": bank.last4,
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": details.get("routing_number", ROUTING),
            "status_details": {},
        },
        billing,
        bank=bank,
        verified=verified,
    )


def _new(engine: Engine, world: World, kind: str, details: Json, billing: Json | None, **private: Any) -> Json:
    method = {
        "id": engine.id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": {**EMPTY_ADDRESS, **((billing or {}).get("address") or {})},
            **{name: (billing or {}).get(name) or None for name in ("email", "name", "phone", "tax_id")},
        },
        "created": engine.stamp(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        kind: details,
    }
    return world.add(method, **private)


def _fingerprint(world: World, number: str) -> str:
    """The same number has the same fingerprint within an account, and another one in another account."""
    return hashlib.sha256(f"{world.account}:{number}".encode()).hexdigest()[:16]


def from_token(engine: Engine, world: World, token: str) -> Json | None:
    """A new payment method for one of Stripe's test tokens."""
    if card := card_token(token):
        return new_card(engine, world, card)
    if bank := bank_token(token):
        return new_bank(engine, world, bank, billing={"name": "Jenny Rosen", "email": "jenny@example.com"})
    return None


def resolve(engine: Engine, world: World, id: str, param: str) -> Json:
    """The payment method a parameter names: one of this account's, or a fresh one for a test token."""
    return from_token(engine, world, id) or world.get("payment_method", id, param)


def from_data(engine: Engine, world: World, data: Json) -> Json:
    """`payment_method_data` or the create endpoint's own parameters: a bank account by its numbers, never
    a card."""
    kind = data.get("type")
    if kind == "card":
        card = data.get("card") or {}
        if token := card.get("token"):
            raise missing_object("token", token, "card[token]", status=400)
        raise StripeError(
            402,
            "card_error",
            "Your card was declined. Your request was in test mode, but sending card numbers directly to "
            "the API is not allowed: use a test token such as pm_card_visa, or Checkout.",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    if kind != "us_bank_account":
        raise invalid(f'The payment method type "{kind}" is not available in this sandbox.', "type")
    bank = data.get("us_bank_account") or {}
    billing = data.get("billing_details") or {}
    if not billing.get("name"):
        raise invalid("Missing required param: billing_details[name].", "billing_details[name]", "parameter_missing")
    for name in ("routing_number", "account_number", "account_holder_type"):
        if not bank.get(name):
            raise invalid(
                f"Missing required param: us_bank_account[{name}].",
                f"us_bank_account[{name}]",
                "parameter_missing",
            )
    if bank["routing_number"] != ROUTING:
        raise invalid(
            f"You must use a test routing number, such as {ROUTING}, in test mode.",
            "us_bank_account[routing_number]",
            "routing_number_invalid",
        )
    details = {name: bank[name] for name in ("account_holder_type", "account_type") if bank.get(name)}
    return new_bank(engine, world, bank_number(bank["account_number"]), billing=billing, verified=False, **details)


def attach(engine: Engine, world: World, method: Json, customer: str) -> None:
    """Make it the customer's. Attaching it again to the same one changes nothing."""
    if method["customer"] == customer:
        return
    if method["customer"] is not None:
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    method["customer"] = customer
    engine.emit(world, "payment_method.attached", method)


def detach(engine: Engine, world: World, method: Json) -> None:
    """Take it from its customer, for good: Stripe lets nobody use it again."""
    customer = world.tables.get("customer", {}).get(method["customer"] or "")
    previous, method["customer"] = {"customer": method["customer"]}, None
    world.secret(method["id"])["spent"] = True
    if customer and (customer.get("invoice_settings") or {}).get("default_payment_method") == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
    engine.emit(world, "payment_method.detached", method, previous)


def card_of(world: World, method: Json) -> Card | None:
    card = world.secret(method["id"]).get("card")
    return card if isinstance(card, Card) else None


def bank_of(world: World, method: Json) -> Bank | None:
    bank = world.secret(method["id"]).get("bank")
    return bank if isinstance(bank, Bank) else None


def expired(method: Json, now: datetime) -> bool:
    card = method.get("card")
    return card is not None and (card["exp_year"], card["exp_month"]) < (now.year, now.month)


def of_customer(call: Call, customer: str) -> Json:
    kind, redisplay = call.params.get("type"), call.params.get("allow_redisplay")
    return listing(
        call,
        [
            method
            for method in call.world.all("payment_method")
            if method["customer"] == customer
            and kind in (None, method["type"])
            and redisplay in (None, method["allow_redisplay"])
        ],
    )


def _create(call: Call) -> Json:
    if "type" not in call.params:
        raise invalid("Missing required param: type.", "type", "parameter_missing")
    method = from_data(call.engine, call.world, call.params)
    update(call, method, ("allow_redisplay",))
    return method


def _own(call: Call) -> Json:
    return call.world.get("payment_method", call.id)


def _attach(call: Call) -> Json:
    customer = call.params.get("customer")
    if not customer:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    call.world.get("customer", customer, "customer")
    method = from_token(call.engine, call.world, call.id) or _own(call)
    secret = call.world.secret(method["id"])
    if secret.get("spent"):
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached "
            "from a Customer, and may not be used again."
        )
    card = card_of(call.world, method)
    if card and card.declines and not card.attaches:
        raise StripeError(
            402,
            "card_error",
            card.declines.message,
            code=card.declines.code,
            decline_code=card.declines.decline_code,
        )
    if bank_of(call.world, method) and not secret.get("verified"):
        raise invalid(
            "US bank account PaymentMethods must be verified before they can be attached to a Customer: "
            "use a SetupIntent.",
            "payment_method",
        )
    attach(call.engine, call.world, method, customer)
    return method


def _detach(call: Call) -> Json:
    method = _own(call)
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            "payment_method",
            "resource_missing",
        )
    detach(call.engine, call.world, method)
    return method


def _update(call: Call) -> Json:
    method = _own(call)
    if method["customer"] is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    previous = update(call, method, ("allow_redisplay",))
    for name in ("billing_details", "card", "us_bank_account"):
        given = call.params.get(name)
        if given and name in method:
            old = dict(method[name])
            method[name].update({k: v or None for k, v in given.items() if k in method[name]})
            if old != method[name]:
                previous[name] = old
    if previous:
        call.engine.emit(call.world, "payment_method.updated", method, previous)
    return method


def _list(call: Call) -> Json:
    customer = call.params.get("customer")
    if customer is None:
        return listing(call, [])
    call.world.get("customer", customer, "customer")
    return of_customer(call, customer)


ROUTES = [
    Route("POST", "/v1/payment_methods", "PaymentMethodCreateParams", _create),
    Route("GET", "/v1/payment_methods", "PaymentMethodListParams", _list),
    Route("GET", "/v1/payment_methods/:id", "PaymentMethodRetrieveParams", _own),
    Route("POST", "/v1/payment_methods/:id", "PaymentMethodUpdateParams", _update),
    Route("POST", "/v1/payment_methods/:id/attach", "PaymentMethodAttachParams", _attach),
    Route("POST", "/v1/payment_methods/:id/detach", "PaymentMethodDetachParams", _detach),
]
