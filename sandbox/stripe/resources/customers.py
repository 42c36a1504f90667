"""Customers: whom a payment method belongs to."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.errors import invalid
from sandbox.stripe.resources import payment_methods
from sandbox.stripe.resources.common import address, update
from sandbox.stripe.routes import Call, Route, listing

Json = dict[str, Any]

_PLAIN = (
    "business_name",
    "description",
    "email",
    "individual_name",
    "name",
    "phone",
    "preferred_locales",
    "tax_exempt",
)


def _settings(call: Call, old: Json) -> Json:
    given = call.params.get("invoice_settings") or {}
    method = given.get("default_payment_method", old.get("default_payment_method")) or None
    if method and method != old.get("default_payment_method"):
        found = call.world.get("payment_method", method, "invoice_settings[default_payment_method]")
        if not call.ids or found["customer"] != call.id:
            raise invalid(
                "The customer does not have a payment method with the ID "
                f"{method}. The payment method must be attached to the customer.",
                "invoice_settings[default_payment_method]",
                "resource_missing",
            )
    return {
        "custom_fields": given.get("custom_fields", old.get("custom_fields")) or None,
        "default_payment_method": method,
        "footer": given.get("footer", old.get("footer")) or None,
        "rendering_options": given.get("rendering_options", old.get("rendering_options")) or None,
    }


def create_customer(call: Call) -> Json:
    engine = call.engine
    if call.params.get("tax_exempt") is None:
        call.params["tax_exempt"] = "none"
    customer: Json = {
        "id": engine.id("cus", 14),
        "object": "customer",
        "address": address(call.get("address")),
        "balance": call.params.get("balance", 0),
        "business_name": None,
        "created": engine.stamp(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "individual_name": None,
        "invoice_prefix": engine.id("x", 8).removeprefix("x_").upper(),
        "invoice_settings": _settings(call, {}),
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": _shipping(call),
        "tax_exempt": "none",
        "test_clock": None,
    }
    update(call, customer, _PLAIN)
    call.world.add(customer)
    engine.emit(call.world, "customer.created", customer)
    if token := call.get("payment_method"):
        method = payment_methods.resolve(engine, call.world, token, "payment_method")
        payment_methods.attach(engine, call.world, method, customer["id"])
    return customer


def _shipping(call: Call) -> Json | None:
    given = call.get("shipping")
    return {"address": address(given.get("address")), "name": None, "phone": None, **given} if given else None


def _retrieve(call: Call) -> Json:
    found = call.world.tables.get("customer", {}).get(call.id)
    return found if found and found.get("deleted") else call.world.get("customer", call.id)


def _update(call: Call) -> Json:
    customer = call.world.get("customer", call.id)
    settings = _settings(call, customer["invoice_settings"])
    previous = update(call, customer, _PLAIN)
    if settings != customer["invoice_settings"]:
        previous["invoice_settings"], customer["invoice_settings"] = customer["invoice_settings"], settings
    if "address" in call.params:
        previous["address"], customer["address"] = customer["address"], address(call.get("address"))
    if "shipping" in call.params:
        previous["shipping"], customer["shipping"] = customer["shipping"], _shipping(call)
    if previous:
        call.engine.emit(call.world, "customer.updated", customer, previous)
    return customer


def _delete(call: Call) -> Json:
    customer = call.world.get("customer", call.id)
    call.engine.emit(call.world, "customer.deleted", customer)
    for method in call.world.all("payment_method"):
        if method["customer"] == customer["id"]:
            payment_methods.detach(call.engine, call.world, method)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    call.world.tables["customer"][customer["id"]] = gone
    return gone


def _list(call: Call) -> Json:
    email = call.params.get("email")
    alive = [c for c in call.world.all("customer") if not c.get("deleted")]
    return listing(call, [c for c in alive if email is None or c["email"] == email])


def _methods(call: Call) -> Json:
    call.world.get("customer", call.id)
    return payment_methods.of_customer(call, call.id)


def _method(call: Call) -> Json:
    call.world.get("customer", call.id)
    method = call.world.get("payment_method", call.ids[1])
    if method["customer"] != call.id:
        raise invalid(f"No such PaymentMethod: '{call.ids[1]}'", "id", "resource_missing", status=404)
    return method


ROUTES = [
    Route("POST", "/v1/customers", "CustomerCreateParams", create_customer),
    Route("GET", "/v1/customers", "CustomerListParams", _list),
    Route("GET", "/v1/customers/:id", "CustomerRetrieveParams", _retrieve),
    Route("POST", "/v1/customers/:id", "CustomerUpdateParams", _update),
    Route("DELETE", "/v1/customers/:id", "CustomerDeleteParams", _delete),
    Route("GET", "/v1/customers/:id/payment_methods", "CustomerPaymentMethodListParams", _methods),
    Route("GET", "/v1/customers/:id/payment_methods/:pm", "CustomerPaymentMethodRetrieveParams", _method),
]
