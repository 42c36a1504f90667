"""Checkout sessions: a page of Stripe's that takes one payment, or saves one payment method.
The page itself is in `pages/checkout.py`; what pressing its button means is here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.stripe.engine import Engine, Listener, TaskRun
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.resources import accounts, collecting, mandates, setup_intents
from sandbox.stripe.resources.common import check_amount, checked_currency, merged_metadata, update
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import Task, World

Json = dict[str, Any]

_INTENT_DATA = [
    "application_fee_amount",
    "capture_method",
    "description",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
]


# Making one


def _create(call: Call) -> Json:
    engine, world, params = call.engine, call.world, call.params
    mode = params.get("mode")
    if mode not in ("payment", "setup"):
        raise invalid("This sandbox knows the modes payment and setup.", "mode")
    if not params.get("success_url"):
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in params and not params[name].startswith(("http://", "https://")):
            raise invalid("Not a valid URL", name, "url_invalid")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("This sandbox serves the hosted page only.", "ui_mode")
    account = accounts.account_of(engine, world)
    if account and not account["charges_enabled"] and mode == "payment":
        raise invalid("Your account cannot currently make charges.", code="account_invalid")
    if customer := call.get("customer"):
        world.get("customer", customer, "customer")
        if "customer_email" in params:
            raise invalid(
                "You may only specify one of these parameters: customer, customer_email.",
                "customer",
                "parameters_exclusive",
            )
    items, currency, total = _line_items(call, mode)
    types = _types(call, mode, currency)
    session: Json = {
        "id": engine.id("cs_test", 58),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": call.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": call.get("billing_address_collection"),
        "cancel_url": call.get("cancel_url"),
        "client_reference_id": call.get("client_reference_id"),
        "client_secret": None,
        "collected_information": {"shipping_details": None},
        "consent": None,
        "consent_collection": None,
        "created": engine.stamp(),
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {**_NO_TEXT, **(call.get("custom_text") or {})},
        "customer": customer,
        "customer_creation": params.get("customer_creation", "if_required") if mode == "payment" else None,
        "customer_details": None,
        "customer_email": call.get("customer_email"),
        "excluded_payment_method_types": call.get("excluded_payment_method_types"),
        "expires_at": _expiry(call),
        "invoice": None,
        "livemode": False,
        "locale": call.get("locale"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "mode": mode,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always",
        "payment_method_configuration_details": None,
        "payment_method_options": call.get("payment_method_options") or {},
        "payment_method_types": types,
        "payment_status": "unpaid" if mode == "payment" else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": call.get("saved_payment_method_options"),
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": call.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if items else None,
        "ui_mode": "hosted_page",
        "url": None,
        "wallet_options": None,
    }
    session["url"] = f"{engine.base_url}/c/pay/{session['id']}"
    lines = {"object": "list", "data": items, "has_more": False}
    lines["url"] = f"/v1/checkout/sessions/{session['id']}/line_items"
    data = params.get("payment_intent_data" if mode == "payment" else "setup_intent_data") or {}
    world.add(session, includable={"line_items": lines}, intent_data=data)
    if mode == "setup":
        _start_setup(engine, world, session, data)
    engine.schedule("expire_session", world, session["id"], datetime.fromtimestamp(session["expires_at"], UTC))
    return session


_NO_TEXT: Json = dict.fromkeys(["after_submit", "shipping_address", "submit", "terms_of_service_acceptance"])


def _line_items(call: Call, mode: str) -> tuple[list[Json], str | None, int | None]:
    given = call.params.get("line_items")
    if mode == "setup":
        if given:
            raise invalid("You can not pass `line_items` in `setup` mode.", "line_items")
        if not call.params.get("currency") and "allowed_payment_method_types" not in call.params:
            raise invalid("Missing required param: currency.", "currency", "parameter_missing")
        currency = call.params.get("currency")
        return [], checked_currency(currency) if currency else None, None
    if not given:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    items = [_line_item(call, item, f"line_items[{place}]") for place, item in enumerate(given)]
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    total = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"]
    check_amount(total, currency, "line_items", "The Checkout Session's total amount")
    return items, currency, total


def _line_item(call: Call, item: Json, param: str) -> Json:
    data = item.get("price_data")
    if not data:
        raise invalid("This sandbox keeps no prices: use price_data.", f"{param}[price_data]", "parameter_missing")
    if not data.get("product_data"):
        raise invalid(
            f"Missing required param: {param}[price_data][product_data].",
            f"{param}[price_data][product_data]",
            "parameter_missing",
        )
    if "unit_amount" not in data:
        raise invalid(
            "You must specify either `unit_amount` or `unit_amount_decimal` when creating a price.",
            f"{param}[price_data]",
            "parameter_missing",
        )
    if "quantity" not in item:
        raise invalid("Quantity is required. Add `quantity` to `" + param + "`", f"{param}[quantity]")
    if data["unit_amount"] < 0:
        raise invalid(
            "This value must be greater than or equal to 0.",
            f"{param}[price_data][unit_amount]",
            "parameter_invalid_integer",
        )
    currency = checked_currency(data["currency"], f"{param}[price_data][currency]")
    total = data["unit_amount"] * item["quantity"]
    price: Json = {
        "id": call.engine.id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.engine.stamp(),
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "product": call.engine.id("prod", 14),
        "type": "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    return {
        "id": call.engine.id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": data["product_data"]["name"],
        "price": price,
        "quantity": item["quantity"],
    }


def _types(call: Call, mode: str, currency: str | None) -> list[str]:
    customer = bool(call.get("customer"))
    return collecting.method_types(call.params, currency or "usd", customer=customer, saving=mode == "setup")


def _expiry(call: Call) -> int:
    now = call.engine.now()
    given = call.params.get("expires_at")
    if given is None:
        return int((now + timedelta(hours=24)).timestamp())
    soonest, latest = now + timedelta(minutes=30), now + timedelta(hours=24)
    if not int(soonest.timestamp()) <= given <= int(latest.timestamp()) + 1:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            "expires_at",
        )
    return int(given)


def _start_setup(engine: Engine, world: World, session: Json, data: Json) -> None:
    setup = setup_intents.new_setup(
        engine,
        world,
        customer=session["customer"],
        description=data.get("description"),
        metadata=merged_metadata({}, data.get("metadata")),
        on_behalf_of=data.get("on_behalf_of"),
        payment_method_types=session["payment_method_types"],
    )
    session["setup_intent"] = setup["id"]
    world.secret(setup["id"])["session"] = session["id"]


# Paying


def submit(engine: Engine, world: World, session: Json, method: Json, *, save: bool = False) -> StripeError | None:
    """The customer pressed the button of an open session, with this payment method. The error is what the page shows;
    the customer may try again."""
    session["customer_details"] = _details(session, method)
    if method["type"] == "us_bank_account":
        mandates.grant(engine, world, method)
    back = f"{engine.base_url}/c/pay/{session['id']}/return"
    if session["mode"] == "setup":
        setup = world.get("setup_intent", session["setup_intent"])
        setup.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
        error = setup_intents.confirm(engine, world, setup, return_url=back)
        _settle(engine, world, session, setup)
        return error
    intent = _intent(engine, world, session, save=save)
    if save:
        method["allow_redisplay"] = "always"
    intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
    error = collecting.confirm(engine, world, intent, return_url=back)
    _settle(engine, world, session, intent)
    return error


def _intent(engine: Engine, world: World, session: Json, *, save: bool) -> Json:
    """The session's payment intent: made when the customer first presses the button, and the same one ever
    after."""
    if session["payment_intent"]:
        return world.get("payment_intent", session["payment_intent"])
    data = world.secret(session["id"])["intent_data"]
    if session["customer"] is None and session["customer_creation"] == "always":
        session["customer"] = _new_customer(engine, world, session)
    fields = {name: data[name] for name in _INTENT_DATA if data.get(name) is not None}
    if save and session["customer"]:
        fields.setdefault("setup_future_usage", "off_session")
    intent = collecting.new_intent(
        engine,
        world,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        metadata=merged_metadata({}, data.get("metadata")),
        payment_method_options=session["payment_method_options"],
        payment_method_types=session["payment_method_types"],
        **fields,
    )
    session["payment_intent"] = intent["id"]
    world.secret(intent["id"])["session"] = session["id"]
    return intent


def _new_customer(engine: Engine, world: World, session: Json) -> str:
    from sandbox.stripe.resources.customers import create_customer

    details = session["customer_details"]
    params = {name: details[name] for name in ("email", "name") if details.get(name)}
    return str(create_customer(Call(engine, world, (), params))["id"])


def _details(session: Json, method: Json) -> Json:
    billing = method["billing_details"]
    return {
        "address": billing["address"],
        "email": billing["email"] or session["customer_email"],
        "name": billing["name"],
        "phone": billing["phone"],
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _settle(engine: Engine, world: World, session: Json, intent: Json) -> None:
    """Close the session once its intent has gone as far as the customer can take it here."""
    waits_for_deposit = (intent["next_action"] or {}).get("type") == "verify_with_microdeposits"
    if session["status"] != "open":
        return
    if intent["status"] in ("succeeded", "processing", "requires_capture") or waits_for_deposit:
        session["status"] = "complete"
        session["url"] = None
        if intent["object"] == "payment_intent" and intent["status"] == "succeeded":
            session["payment_status"] = "paid"
        engine.emit(world, "checkout.session.completed", session)


def _intent_changed(engine: Engine, world: World, intent: Json) -> None:
    """An intent of a session came to an end: here, on the bank's page, or days later."""
    session = world.tables.get("checkout.session", {}).get(world.secret(intent["id"]).get("session", ""))
    if session is None:
        return
    if session["status"] == "open":
        _settle(engine, world, session, intent)
    elif session["mode"] == "payment" and session["payment_status"] == "unpaid":
        if intent["status"] == "succeeded":
            session["payment_status"] = "paid"
            engine.emit(world, "checkout.session.async_payment_succeeded", session)
        elif intent["status"] == "requires_payment_method":
            engine.emit(world, "checkout.session.async_payment_failed", session)


def landing(session: Json) -> str:
    """Where the customer goes when it is done."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


# The rest of the API


def expire(engine: Engine, world: World, session: Json) -> None:
    session.update(status="expired", url=None)
    if session["payment_intent"]:
        intent = world.get("payment_intent", session["payment_intent"])
        if intent["status"] in ("requires_payment_method", "requires_confirmation", "requires_action"):
            collecting.cancel(engine, world, intent, None)
    if session["setup_intent"]:
        setup = world.get("setup_intent", session["setup_intent"])
        if setup["status"] != "succeeded":
            setup_intents.cancel(engine, world, setup, None)
    engine.emit(world, "checkout.session.expired", session)


def _expire_when_due(engine: Engine, world: World, task: Task) -> None:
    session = world.get("checkout.session", task.id)
    if session["status"] == "open":
        expire(engine, world, session)


def _own(call: Call) -> Json:
    return call.world.get("checkout.session", call.id)


def _expire(call: Call) -> Json:
    session = _own(call)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            "This Checkout Session has a status of "
            f"`{session['status']}`."
        )
    expire(call.engine, call.world, session)
    return session


def _update(call: Call) -> Json:
    session = _own(call)
    update(call, session, ())
    return session


def _list(call: Call) -> Json:
    names = ("customer", "payment_intent", "status")
    wanted = {name: call.params[name] for name in names if name in call.params}
    rows = call.world.all("checkout.session")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


def _lines(call: Call) -> Json:
    items = call.world.secret(_own(call)["id"])["includable"]["line_items"]["data"]
    return listing(call, items[::-1])


TASKS: dict[str, TaskRun] = {"expire_session": _expire_when_due}

LISTENERS: dict[str, Listener] = dict.fromkeys(
    [
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.amount_capturable_updated",
        "setup_intent.succeeded",
    ],
    _intent_changed,
)

ROUTES = [
    Route("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", _create),
    Route("GET", "/v1/checkout/sessions", "checkout.SessionListParams", _list),
    Route("GET", "/v1/checkout/sessions/:id", "checkout.SessionRetrieveParams", _own),
    Route("POST", "/v1/checkout/sessions/:id", "checkout.SessionUpdateParams", _update),
    Route("POST", "/v1/checkout/sessions/:id/expire", "checkout.SessionExpireParams", _expire),
    Route("GET", "/v1/checkout/sessions/:id/line_items", "checkout.SessionLineItemListParams", _lines),
]
