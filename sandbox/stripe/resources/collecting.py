"""Payment intents: one wish to be paid, through however many attempts it takes, to at most one successful
charge. Where money is decided on; charges only record it."""

from __future__ import annotations

import copy
import heapq
from typing import Any

from sandbox.stripe.cards import Bank, Card, Decline, decline
from sandbox.stripe.engine import Engine, TaskRun
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.resources import accounts, charges, disputes, microdeposits, payment_methods
from sandbox.stripe.state import Task, World

Json = dict[str, Any]

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


# Making one


def method_types(params: Json, currency: str, *, customer: bool = True, saving: bool = False) -> list[str]:
    """The kinds of payment method to offer: what a US account has on, narrowed to what was allowed and not
    excluded. What does not fit is left out without a word (docs.stripe.com/changelog/dahlia/2026-07-29,
    "allowed payment method types"). A bank account can't be saved without a customer to save it to."""
    allowed, excluded = (
        params.get("allowed_payment_method_types"),
        params.get("excluded_payment_method_types"),
    )
    for other in (
        "excluded_payment_method_types",
        "automatic_payment_methods",
        "payment_method_configuration",
    ):
        if allowed and params.get(other):
            raise invalid(
                f"You may only specify one of these parameters: allowed_payment_method_types, {other}.",
                "allowed_payment_method_types",
                "parameters_exclusive",
            )
    debits = currency == "usd" and (customer or not saving)
    offered = ["card", "us_bank_account"] if debits else ["card"]
    types = [k for k in offered if (not allowed or k in allowed) and k not in (excluded or [])]
    if not types:
        raise invalid(
            "No valid payment method types for this request. Please ensure that you have activated payment "
            f"methods compatible with your chosen currency: {currency}.",
            "allowed_payment_method_types",
        )
    return types


def new_intent(engine: Engine, world: World, **fields: Any) -> Json:
    """An intent that is stored and announced, and not yet confirmed. `fields` are the object's own."""
    intent: Json = {
        "id": engine.id("pi"),
        "object": "payment_intent",
        "amount": 0,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": engine.stamp(),
        "currency": "usd",
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
        **fields,
    }
    intent["client_secret"] = f"{intent['id']}_secret_{engine.state.ids.text(25)}"
    if intent["payment_method"]:
        intent["status"] = "requires_confirmation"
    world.add(intent)
    engine.emit(world, "payment_intent.created", intent)
    return intent


# Confirming one


def confirm(
    engine: Engine,
    world: World,
    intent: Json,
    *,
    off_session: bool = False,
    return_url: str | None = None,
    authenticated: bool = False,
) -> StripeError | None:
    """Ask for the money. What it came to is in the intent; the error is there for the API to raise, and
    for the hosted pages to show. Raises for a request that makes no sense, which leaves the intent as it
    was."""
    _ready_to_charge(engine, world, intent)
    method = world.get("payment_method", intent["payment_method"], "payment_method")
    usable(world, intent, method)
    intent["last_payment_error"] = None
    card, bank = payment_methods.card_of(world, method), payment_methods.bank_of(world, method)
    if bank is not None:
        return _debit(engine, world, intent, method, bank)
    assert card is not None
    if not authenticated and _wants_authentication(world, intent, method, card, off_session):
        if off_session:
            refusal = decline("authentication_required", "authentication_required")
            return _refuse(engine, world, intent, method, refusal)
        return _ask_to_authenticate(engine, world, intent, return_url)
    wished = engine.faults.take("decline")
    if wished:
        refused: Decline | None = decline(wished["code"], wished["decline_code"])
    elif payment_methods.expired(method, engine.now()):
        refused = decline("expired_card")
    else:
        refused = card.declines
    if refused:
        return _refuse(engine, world, intent, method, refused, authenticated=authenticated)
    _take(engine, world, intent, method, authenticated)
    return None


def _ready_to_charge(engine: Engine, world: World, intent: Json) -> None:
    account = accounts.account_of(engine, world)
    if account is not None and not account["charges_enabled"]:
        raise invalid(
            "Your account cannot currently make charges. To find out why charges are currently disabled "
            "and learn more, look at the `charges_enabled` and `requirements` hash on account "
            f"{account['id']}."
        )
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "confirm")
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either "
            "update the PaymentIntent with a payment method and then confirm it again, or confirm it again "
            "directly with a payment method or ConfirmationToken.",
            code="payment_intent_unexpected_state",
            payment_intent=intent,
        )


def usable(world: World, intent: Json, method: Json) -> None:
    if method["type"] not in intent["payment_method_types"]:
        allowed = ", ".join(intent["payment_method_types"])
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please "
            f"attach a PaymentMethod of one of the following types: {allowed}.",
            "payment_method",
            "payment_intent_incompatible_payment_method",
        )
    owner = method["customer"]
    if owner and owner != intent["customer"]:
        raise invalid(
            f"The PaymentMethod you provided ({method['id']}) belongs to the Customer {owner}. Please "
            "include the Customer in the `customer` parameter on the PaymentIntent.",
            "payment_method",
        )
    if not owner and world.secret(method["id"]).get("spent"):
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
            "attachment, shared with a connected account without Customer attachment, or was detached from "
            "a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach "
            "it to a Customer first.",
            "payment_method",
        )


def _wants_authentication(world: World, intent: Json, method: Json, card: Card, off_session: bool) -> bool:
    options = (intent["payment_method_options"] or {}).get("card") or {}
    if options.get("request_three_d_secure") in ("any", "challenge") and not off_session:
        return True
    if card.authenticates == "unless_set_up":
        return not (off_session and world.secret(method["id"]).get("set_up"))
    return card.authenticates == "always"


def _ask_to_authenticate(engine: Engine, world: World, intent: Json, return_url: str | None) -> StripeError | None:
    page = f"{engine.base_url}/3ds/{intent['id']}"
    if world.secret(intent["id"]).get("error_on_requires_action"):
        method = world.get("payment_method", intent["payment_method"])
        return _refuse(engine, world, intent, method, decline("authentication_required", "authentication_required"))
    intent["status"] = "requires_action"
    if return_url:
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": page},
        }
    else:
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": page}}
    engine.emit(world, "payment_intent.requires_action", intent)
    return None


def authenticate(engine: Engine, world: World, intent: Json, *, success: bool) -> None:
    """What the customer did on their bank's page. A second press of the button finds nothing to do."""
    action = intent["next_action"] or {}
    if intent["status"] != "requires_action" or action.get("type") not in (
        "redirect_to_url",
        "use_stripe_sdk",
    ):
        return
    intent["next_action"] = None
    if success:
        world.secret(intent["payment_method"])["set_up"] = bool(intent["setup_future_usage"])
        confirm(engine, world, intent, authenticated=True)
        return
    method = world.get("payment_method", intent["payment_method"])
    error = invalid(
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
        code="payment_intent_authentication_failure",
    )
    _back_to_start(engine, world, intent, method, error)


def _take(engine: Engine, world: World, intent: Json, method: Json, authenticated: bool) -> None:
    """The bank said yes: one charge, and the intent is done (or waits to be captured)."""
    charge = charges.new_charge(engine, world, intent, method, authenticated=authenticated)
    later = intent["capture_method"] == "manual"
    charges.succeed(engine, world, charge, captured=not later)
    intent["next_action"] = None
    _keep_method(engine, world, intent, method)
    if later:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        engine.emit(world, "payment_intent.amount_capturable_updated", intent)
        return
    succeeded(engine, world, intent, intent["amount"])
    if charges.disputed_later(world, method):
        disputes.open_dispute(engine, world, charge, "fraudulent")


def succeeded(engine: Engine, world: World, intent: Json, amount: int) -> None:
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0, processing=None)
    engine.emit(world, "payment_intent.succeeded", intent)


def _keep_method(engine: Engine, world: World, intent: Json, method: Json) -> None:
    """Saved for next time when that was asked for; otherwise one that is nobody's is used up."""
    if intent["setup_future_usage"] and intent["customer"]:
        payment_methods.attach(engine, world, method, intent["customer"])
    elif not method["customer"]:
        world.secret(method["id"])["spent"] = True


def _refuse(
    engine: Engine, world: World, intent: Json, method: Json, why: Decline, *, authenticated: bool = False
) -> StripeError:
    charge = charges.new_charge(engine, world, intent, method, authenticated=authenticated)
    charges.fail(engine, world, charge, why)
    param = {"incorrect_cvc": "cvc", "expired_card": "exp_month"}.get(why.code)
    more = {"decline_code": why.decline_code, "charge": charge["id"]}
    error = StripeError(402, "card_error", why.message, code=why.code, param=param, **more)
    _back_to_start(engine, world, intent, method, error)
    return error


def _back_to_start(engine: Engine, world: World, intent: Json, method: Json, error: StripeError) -> None:
    """The attempt failed and another payment method is wanted."""
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        last_payment_error={**error.fields, "payment_method": copy.deepcopy(method)},
    )
    engine.emit(world, "payment_intent.payment_failed", intent)
    error.fields.update(payment_method=copy.deepcopy(method), payment_intent=intent)


# Bank debits


def _debit(engine: Engine, world: World, intent: Json, method: Json, bank: Bank) -> StripeError | None:
    """A debit takes days. It is on its way now, and what the bank says comes later."""
    secret = world.secret(method["id"])
    if (method["us_bank_account"]["status_details"] or {}).get("blocked"):
        error = invalid(
            "The bank account is blocked: an earlier debit came back for a reason that would come again.",
            code="payment_method_bank_account_blocked",
        )
        _back_to_start(engine, world, intent, method, error)
        return error
    if "mandate" not in secret:
        raise invalid(
            "This PaymentIntent requires a mandate, but no existing mandate was found. Collect mandate "
            "acceptance from the customer and try again, providing acceptance data in the mandate_data "
            "parameter.",
            code="payment_intent_mandate_invalid",
            payment_intent=intent,
        )
    if not secret.get("verified"):
        intent.update(status="requires_action", next_action=microdeposits.ask(engine, intent))
        due = engine.business_days(microdeposits.DAYS_TO_VERIFY)
        engine.schedule("payment_microdeposits_expire", world, intent["id"], due)
        engine.emit(world, "payment_intent.requires_action", intent)
        return None
    charge = charges.new_charge(engine, world, intent, method, authenticated=False)
    engine.emit(world, "charge.pending", charge)
    intent.update(status="processing", next_action=None)
    _keep_method(engine, world, intent, method)
    engine.emit(world, "payment_intent.processing", intent)
    if bank.settles:
        wished = engine.faults.take("decline")
        due = engine.business_days(engine.bank_days)
        engine.schedule("settle_debit", world, charge["id"], due, code=wished["code"] if wished else None)
    return None


def settle_debit_now(engine: Engine, world: World, charge: Json, code: str | None = None) -> None:
    """The bank answers before its time: the debit arrives, or comes back (`code`, as R01)."""
    tasks = engine.state.tasks
    due = next((one for one in tasks if one.name == "settle_debit" and one.id == charge["id"]), None)
    if due is None:
        raise invalid(f"Charge {charge['id']} is no debit on its way.")
    tasks.remove(due)
    heapq.heapify(tasks)
    due.with_["code"] = code or due.with_["code"]
    _settle_debit(engine, world, due)


def _settle_debit(engine: Engine, world: World, task: Task) -> None:
    charge = world.get("charge", task.id)
    intent = world.get("payment_intent", charge["payment_intent"])
    method = world.get("payment_method", charge["payment_method"])
    bank = payment_methods.bank_of(world, method)
    assert bank is not None
    returned = bank.returns
    if task.with_["code"]:
        returned = (task.with_["code"], "R01", "The customer's bank returned the debit.")
    if returned is None:
        charges.succeed(engine, world, charge)
        succeeded(engine, world, intent, intent["amount"])
        if bank.disputed:
            disputes.open_dispute(engine, world, charge, "debit_not_authorized", status="lost")
        return
    code, network_code, message = returned
    blocked = {
        "R02": "bank_account_closed",
        "R03": "bank_account_invalid_details",
        "R10": "debit_not_authorized",
    }
    if network_code in blocked:
        method["us_bank_account"]["status_details"] = {
            "blocked": {"network_code": network_code, "reason": blocked[network_code]}
        }
    charges.fail(engine, world, charge, Decline(code, None, message), network_code)
    more = {"charge": charge["id"], "network_decline_code": network_code}
    error = StripeError(402, "card_error", message, code=code, **more)
    _back_to_start(engine, world, intent, method, error)


def verify_microdeposits(engine: Engine, world: World, intent: Json, given: Json) -> None:
    """The customer says what arrived in their account. Right: the debit starts."""
    if not microdeposits.waiting(intent):
        raise unexpected_state(intent, "verify microdeposits on")
    method = world.get("payment_method", intent["payment_method"])
    ended = microdeposits.check(world, intent, given)
    if ended:
        _back_to_start(engine, world, intent, method, ended)
        raise ended
    world.secret(method["id"])["verified"] = True
    confirm(engine, world, intent)


def _microdeposits_expire(engine: Engine, world: World, task: Task) -> None:
    intent = world.get("payment_intent", task.id)
    if microdeposits.waiting(intent):
        method = world.get("payment_method", intent["payment_method"])
        _back_to_start(engine, world, intent, method, microdeposits.timed_out())


# Ending one


def cancel(engine: Engine, world: World, intent: Json, reason: str | None) -> None:
    if intent["status"] not in (*OPEN, "requires_capture"):
        raise unexpected_state(intent, "cancel")
    intent.update(
        status="canceled",
        canceled_at=engine.stamp(),
        cancellation_reason=reason,
        next_action=None,
        amount_capturable=0,
    )
    engine.emit(world, "payment_intent.canceled", intent)


def unexpected_state(intent: Json, verb: str) -> StripeError:
    if verb == "confirm" and intent["status"] in ("succeeded", "processing"):
        why = (
            "it has already succeeded after being previously confirmed"
            if intent["status"] == "succeeded"
            else "it is already processing after being previously confirmed"
        )
        message = f"You cannot {verb} this PaymentIntent because {why}."
    else:
        message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
    return invalid(message, code="payment_intent_unexpected_state", payment_intent=intent)


TASKS: dict[str, TaskRun] = {
    "settle_debit": _settle_debit,
    "payment_microdeposits_expire": _microdeposits_expire,
}
