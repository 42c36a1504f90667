"""Payment intents, as the API makes, changes and lists them. How one is collected is in `collecting.py`."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.errors import invalid
from sandbox.stripe.resources import charges, mandates, payment_methods
from sandbox.stripe.resources.collecting import (
    OPEN,
    cancel,
    confirm,
    method_types,
    new_intent,
    succeeded,
    unexpected_state,
    usable,
    verify_microdeposits,
)
from sandbox.stripe.resources.common import check_amount, checked_currency, merged_metadata, update
from sandbox.stripe.routes import Call, Route, listing

Json = dict[str, Any]

# Refused with a code of its own since 2026-09-30.endive.
REMOVED = {"payment_method_types": "payment_method_types_no_longer_supported"}

_ONLY_WITH_CONFIRM = (
    "off_session",
    "return_url",
    "mandate_data",
    "error_on_requires_action",
    "use_stripe_sdk",
)


def _choose_method(call: Call, intent: Json) -> None:
    """Take the payment method a request brings, by id, by test token or as data."""
    if data := call.params.get("payment_method_data"):
        method = payment_methods.from_data(call.engine, call.world, data)
    elif named := call.get("payment_method"):
        method = payment_methods.resolve(call.engine, call.world, named, "payment_method")
    else:
        return
    usable(call.world, intent, method)
    intent["payment_method"] = method["id"]
    if intent["status"] in ("requires_payment_method", "requires_action"):
        intent.update(status="requires_confirmation", next_action=None)


def _confirm_as_asked(call: Call, intent: Json) -> None:
    redirects = intent["automatic_payment_methods"] or {}
    if redirects.get("allow_redirects") == "always" and not call.get("return_url"):
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because "
            "some of these payment methods might redirect your customer off of your page, you must provide "
            "a `return_url`. If you don't want to accept redirect-based payment methods, set "
            "`automatic_payment_methods[enabled]` to `true` and "
            "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
            "Payment Intents.",
            "return_url",
        )
    mandate = call.get("mandate_data")
    if mandate and intent["payment_method"]:
        method = call.world.get("payment_method", intent["payment_method"])
        mandates.grant(call.engine, call.world, method, mandate["customer_acceptance"])
    call.world.secret(intent["id"])["error_on_requires_action"] = call.get("error_on_requires_action", False)
    error = confirm(
        call.engine,
        call.world,
        intent,
        off_session=bool(call.get("off_session")),
        return_url=call.get("return_url"),
    )
    if error:
        raise error


def _create(call: Call) -> Json:
    params = call.params
    currency = checked_currency(params["currency"])
    check_amount(params["amount"], currency)
    if not params.get("confirm"):
        for name in _ONLY_WITH_CONFIRM:
            if params.get(name):
                raise invalid(
                    f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless "
                    "`confirm` is set to true.",
                    name,
                )
    types, automatic = method_types(params, currency), None
    if "allowed_payment_method_types" not in params:
        automatic = {
            "allow_redirects": "always",
            "enabled": True,
            **(params.get("automatic_payment_methods") or {}),
        }
    if customer := call.get("customer"):
        call.world.get("customer", customer, "customer")
    fee = call.get("application_fee_amount")
    if fee is not None and (fee < 0 or fee > params["amount"]):
        raise invalid("Your application fee must be no more than the amount.", "application_fee_amount")
    plain = [
        "capture_method",
        "confirmation_method",
        "description",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
        "on_behalf_of",
        "payment_method_options",
    ]
    draft = {"payment_method_types": types, "customer": customer, "status": "requires_payment_method"}
    chosen: Json = {**draft, "payment_method": None, "next_action": None}
    _choose_method(call, chosen)
    intent = new_intent(
        call.engine,
        call.world,
        amount=params["amount"],
        currency=currency,
        customer=customer,
        application_fee_amount=fee,
        automatic_payment_methods=automatic,
        metadata=merged_metadata({}, params.get("metadata")),
        payment_method=chosen["payment_method"],
        payment_method_types=types,
        **{name: call.get(name) for name in plain if call.get(name) is not None},
    )
    if params.get("confirm"):
        _confirm_as_asked(call, intent)
    return intent


def _own(call: Call) -> Json:
    return call.world.get("payment_intent", call.id, None)


def _retrieve(call: Call) -> Json:
    return _own(call)


def _confirm(call: Call) -> Json:
    intent = _own(call)
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "confirm")
    _retype(call, intent, intent["currency"])
    update(call, intent, ("setup_future_usage", "receipt_email", "payment_method_options", "shipping"))
    _choose_method(call, intent)
    _confirm_as_asked(call, intent)
    return intent


def _update(call: Call) -> Json:
    intent = _own(call)
    if set(call.params) - {"metadata", "description", "receipt_email", "expand"} and intent["status"] not in OPEN:
        raise unexpected_state(intent, "update")
    currency = checked_currency(call.params.get("currency") or intent["currency"])
    check_amount(call.params.get("amount") or intent["amount"], currency)
    if customer := call.get("customer"):
        call.world.get("customer", customer, "customer")
    _retype(call, intent, currency)
    names = [
        "amount",
        "application_fee_amount",
        "capture_method",
        "customer",
        "description",
        "payment_method_options",
        "payment_method_types",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    ]
    update(call, intent, tuple(names))
    intent["currency"] = currency
    _choose_method(call, intent)
    return intent


def _retype(call: Call, intent: Json, currency: str) -> None:
    """Allow other kinds of payment method than before, when the request says so."""
    names = ("allowed_payment_method_types", "excluded_payment_method_types")
    if any(name in call.params for name in names):
        intent["payment_method_types"] = method_types(call.params, currency)
        intent.update({name: call.get(name) for name in names if name in call.params})


def _cancel(call: Call) -> Json:
    intent = _own(call)
    session = call.world.tables.get("checkout.session", {}).get(call.world.secret(intent["id"]).get("session", ""))
    if session and session["status"] == "open":
        raise invalid(
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the "
            "Checkout Session instead.",
            code="payment_intent_unexpected_state",
            payment_intent=intent,
        )
    cancel(call.engine, call.world, intent, call.get("cancellation_reason"))
    return intent


def _capture(call: Call) -> Json:
    intent = _own(call)
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, "capture")
    amount: int = call.params.get("amount_to_capture") or intent["amount"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise invalid(
            "The amount to capture must be no more than the amount capturable.",
            "amount_to_capture",
            "amount_too_large",
        )
    charge = call.world.get("charge", intent["latest_charge"])
    charges.capture(call.engine, call.world, charge, amount)
    charge["amount_refunded"] = charge["amount"] - amount
    call.engine.emit(call.world, "charge.captured", charge)
    succeeded(call.engine, call.world, intent, amount)
    return intent


def _verify(call: Call) -> Json:
    intent = _own(call)
    verify_microdeposits(call.engine, call.world, intent, call.params)
    return intent


def _list(call: Call) -> Json:
    rows, customer = call.world.all("payment_intent"), call.params.get("customer")
    return listing(call, [row for row in rows if customer in (None, row["customer"])])


ROUTES = [
    Route("POST", "/v1/payment_intents", "PaymentIntentCreateParams", _create, REMOVED),
    Route("GET", "/v1/payment_intents", "PaymentIntentListParams", _list),
    Route("GET", "/v1/payment_intents/:id", "PaymentIntentRetrieveParams", _retrieve),
    Route("POST", "/v1/payment_intents/:id", "PaymentIntentUpdateParams", _update, REMOVED),
    Route("POST", "/v1/payment_intents/:id/confirm", "PaymentIntentConfirmParams", _confirm, REMOVED),
    Route("POST", "/v1/payment_intents/:id/cancel", "PaymentIntentCancelParams", _cancel),
    Route("POST", "/v1/payment_intents/:id/capture", "PaymentIntentCaptureParams", _capture),
    Route(
        "POST",
        "/v1/payment_intents/:id/verify_microdeposits",
        "PaymentIntentVerifyMicrodepositsParams",
        _verify,
    ),
]
