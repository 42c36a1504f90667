"""Setup intents: save a payment method for later, with the customer's leave and no money moved."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.stripe.cards import Decline, decline
from sandbox.stripe.engine import Engine, TaskRun
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.resources import mandates, microdeposits, payment_methods
from sandbox.stripe.resources.collecting import method_types
from sandbox.stripe.resources.common import merged_metadata, update
from sandbox.stripe.resources.payment_intents import REMOVED
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import Task, World

Json = dict[str, Any]

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def new_setup(engine: Engine, world: World, **fields: Any) -> Json:
    """A setup intent that is stored and announced, and not yet confirmed. `fields` are the object's own."""
    setup: Json = {
        "id": engine.id("seti"),
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": None,
        "created": engine.stamp(),
        "customer": None,
        "description": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
        **fields,
    }
    setup["client_secret"] = f"{setup['id']}_secret_{engine.state.ids.text(25)}"
    if setup["payment_method"]:
        setup["status"] = "requires_confirmation"
    world.add(setup)
    engine.emit(world, "setup_intent.created", setup)
    return setup


def confirm(
    engine: Engine, world: World, setup: Json, *, return_url: str | None = None, authenticated: bool = False
) -> StripeError | None:
    """Prove the payment method and keep it. The error is there for the API to raise and for the pages to
    show."""
    if setup["status"] not in _OPEN:
        raise unexpected_state(setup, "confirm")
    if not setup["payment_method"]:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the "
            "SetupIntent with a payment method and then confirm it again.",
            code="setup_intent_unexpected_state",
            setup_intent=setup,
        )
    method = world.get("payment_method", setup["payment_method"], "payment_method")
    setup["last_setup_error"] = None
    card = payment_methods.card_of(world, method)
    if card is None:
        return _prove_bank(engine, world, setup, method)
    if card.authenticates != "never" and not authenticated:
        page = f"{engine.base_url}/3ds/{setup['id']}"
        setup["status"] = "requires_action"
        setup["next_action"] = (
            {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}
            if return_url
            else {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": page}}
        )
        engine.emit(world, "setup_intent.requires_action", setup)
        return None
    refused = decline("expired_card") if payment_methods.expired(method, engine.now()) else None
    if refused is None and card.declines and not card.attaches:
        refused = card.declines
    if refused:
        return _refuse(engine, world, setup, method, refused)
    _succeed(engine, world, setup, method)
    return None


def _prove_bank(engine: Engine, world: World, setup: Json, method: Json) -> StripeError | None:
    secret = world.secret(method["id"])
    if "mandate" not in secret:
        raise invalid(
            "This SetupIntent requires a mandate, but no existing mandate was found. Collect mandate "
            "acceptance from the customer and try again, providing acceptance data in the mandate_data "
            "parameter.",
            code="setup_intent_mandate_invalid",
            setup_intent=setup,
        )
    setup["mandate"] = secret["mandate"]
    if secret.get("verified"):
        _succeed(engine, world, setup, method)
        return None
    setup.update(status="requires_action", next_action=microdeposits.ask(engine, setup))
    due = engine.business_days(microdeposits.DAYS_TO_VERIFY)
    engine.schedule("setup_microdeposits_expire", world, setup["id"], due)
    engine.emit(world, "setup_intent.requires_action", setup)
    return None


def _succeed(engine: Engine, world: World, setup: Json, method: Json) -> None:
    if setup["customer"]:
        payment_methods.attach(engine, world, method, setup["customer"])
    else:
        world.secret(method["id"])["spent"] = True
    world.secret(method["id"])["set_up"] = True
    setup.update(status="succeeded", next_action=None)
    engine.emit(world, "setup_intent.succeeded", setup)


def _refuse(engine: Engine, world: World, setup: Json, method: Json, why: Decline) -> StripeError:
    error = StripeError(402, "card_error", why.message, code=why.code, decline_code=why.decline_code)
    _back_to_start(engine, world, setup, method, error)
    return error


def _back_to_start(engine: Engine, world: World, setup: Json, method: Json, error: StripeError) -> None:
    setup.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error={**error.fields, "payment_method": copy.deepcopy(method)},
    )
    engine.emit(world, "setup_intent.setup_failed", setup)
    error.fields.update(payment_method=copy.deepcopy(method), setup_intent=setup)


def authenticate(engine: Engine, world: World, setup: Json, *, success: bool) -> None:
    """What the customer did on their bank's page. A second press of the button finds nothing to do."""
    action = setup["next_action"] or {}
    if setup["status"] != "requires_action" or action.get("type") not in (
        "redirect_to_url",
        "use_stripe_sdk",
    ):
        return
    setup["next_action"] = None
    if success:
        confirm(engine, world, setup, authenticated=True)
        return
    error = invalid(
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
        code="setup_intent_authentication_failure",
    )
    _back_to_start(engine, world, setup, world.get("payment_method", setup["payment_method"]), error)


def verify_microdeposits(engine: Engine, world: World, setup: Json, given: Json) -> None:
    """The customer says what arrived in their account. Right: the account is saved."""
    if not microdeposits.waiting(setup):
        raise unexpected_state(setup, "verify microdeposits on")
    method = world.get("payment_method", setup["payment_method"])
    ended = microdeposits.check(world, setup, given)
    if ended:
        _back_to_start(engine, world, setup, method, ended)
        raise ended
    world.secret(method["id"])["verified"] = True
    _succeed(engine, world, setup, method)


def _microdeposits_expire(engine: Engine, world: World, task: Task) -> None:
    setup = world.get("setup_intent", task.id)
    if microdeposits.waiting(setup):
        method = world.get("payment_method", setup["payment_method"])
        _back_to_start(engine, world, setup, method, microdeposits.timed_out())


def unexpected_state(setup: Json, verb: str) -> StripeError:
    return invalid(
        f"You cannot {verb} this SetupIntent because it has a status of {setup['status']}.",
        code="setup_intent_unexpected_state",
        setup_intent=setup,
    )


def _choose_method(call: Call, setup: Json) -> None:
    if data := call.params.get("payment_method_data"):
        method = payment_methods.from_data(call.engine, call.world, data)
    elif named := call.get("payment_method"):
        method = payment_methods.resolve(call.engine, call.world, named, "payment_method")
    else:
        return
    if method["type"] not in setup["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this SetupIntent. Please "
            "attach a PaymentMethod of one of the following types: "
            f"{', '.join(setup['payment_method_types'])}.",
            "payment_method",
        )
    if method["customer"] and method["customer"] != setup["customer"]:
        raise invalid(
            f"The payment method supplied ({method['id']}) belongs to a different Customer.", "payment_method"
        )
    setup["payment_method"] = method["id"]
    if setup["status"] in ("requires_payment_method", "requires_action"):
        setup.update(status="requires_confirmation", next_action=None)


def _confirm_as_asked(call: Call, setup: Json) -> None:
    redirects = setup["automatic_payment_methods"] or {}
    if redirects.get("allow_redirects") == "always" and not call.get("return_url"):
        raise invalid(
            "This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because "
            "some of these payment methods might redirect your customer off of your page, you must provide "
            "a `return_url`.",
            "return_url",
        )
    mandate = call.get("mandate_data")
    if mandate and setup["payment_method"]:
        method = call.world.get("payment_method", setup["payment_method"])
        mandates.grant(call.engine, call.world, method, mandate["customer_acceptance"])
    error = confirm(call.engine, call.world, setup, return_url=call.get("return_url"))
    if error:
        raise error


def _create(call: Call) -> Json:
    if customer := call.get("customer"):
        call.world.get("customer", customer, "customer")
    types = method_types(call.params, "usd", customer=bool(customer), saving=True)
    automatic = None
    if "allowed_payment_method_types" not in call.params:
        automatic = {
            "allow_redirects": "always",
            "enabled": True,
            **(call.params.get("automatic_payment_methods") or {}),
        }
    draft: Json = {"payment_method_types": types, "customer": customer, "status": "requires_payment_method"}
    draft["payment_method"] = None
    _choose_method(call, draft)
    names = ["description", "payment_method_options", "on_behalf_of", "usage", "flow_directions"]
    names += ["allowed_payment_method_types", "excluded_payment_method_types"]
    setup = new_setup(
        call.engine,
        call.world,
        automatic_payment_methods=automatic,
        customer=customer,
        metadata=merged_metadata({}, call.params.get("metadata")),
        payment_method=draft["payment_method"],
        payment_method_types=types,
        **{name: call.get(name) for name in names if call.get(name) is not None},
    )
    if call.params.get("confirm"):
        _confirm_as_asked(call, setup)
    return setup


def _own(call: Call) -> Json:
    return call.world.get("setup_intent", call.id)


def _update(call: Call) -> Json:
    setup = _own(call)
    if customer := call.get("customer"):
        call.world.get("customer", customer, "customer")
    update(call, setup, ("customer", "description", "payment_method_options"))
    _choose_method(call, setup)
    return setup


def _confirm(call: Call) -> Json:
    setup = _own(call)
    if setup["status"] not in _OPEN:
        raise unexpected_state(setup, "confirm")
    _choose_method(call, setup)
    _confirm_as_asked(call, setup)
    return setup


def cancel(engine: Engine, world: World, setup: Json, reason: str | None) -> None:
    if setup["status"] not in _OPEN:
        raise unexpected_state(setup, "cancel")
    setup.update(status="canceled", cancellation_reason=reason, next_action=None)
    engine.emit(world, "setup_intent.canceled", setup)


def _cancel(call: Call) -> Json:
    setup = _own(call)
    cancel(call.engine, call.world, setup, call.get("cancellation_reason"))
    return setup


def _verify(call: Call) -> Json:
    setup = _own(call)
    verify_microdeposits(call.engine, call.world, setup, call.params)
    return setup


def _list(call: Call) -> Json:
    wanted = {name: call.params[name] for name in ("customer", "payment_method") if name in call.params}
    rows = call.world.all("setup_intent")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


TASKS: dict[str, TaskRun] = {"setup_microdeposits_expire": _microdeposits_expire}

ROUTES = [
    Route("POST", "/v1/setup_intents", "SetupIntentCreateParams", _create, REMOVED),
    Route("GET", "/v1/setup_intents", "SetupIntentListParams", _list),
    Route("GET", "/v1/setup_intents/:id", "SetupIntentRetrieveParams", _own),
    Route("POST", "/v1/setup_intents/:id", "SetupIntentUpdateParams", _update, REMOVED),
    Route("POST", "/v1/setup_intents/:id/confirm", "SetupIntentConfirmParams", _confirm),
    Route("POST", "/v1/setup_intents/:id/cancel", "SetupIntentCancelParams", _cancel),
    Route("POST", "/v1/setup_intents/:id/verify_microdeposits", "SetupIntentVerifyMicrodepositsParams", _verify),
]
