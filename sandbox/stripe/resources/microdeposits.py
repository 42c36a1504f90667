"""Prove a bank account by the cent that was sent to it: the same for payment intents and setup intents.
Source: docs.stripe.com/payments/ach-direct-debit, "Testing", "Micro-deposits"."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.state import World

Json = dict[str, Any]

CODE = "SM11AA"
AMOUNTS = [32, 45]
_TIMED_OUT, _TOO_OFTEN = ("SM44DD", [40, 41]), ("SM33CC", [10, 11])
_TRIES_BY_CODE, _TRIES_BY_AMOUNTS = 10, 3
DAYS_TO_VERIFY = 10


def ask(engine: Engine, intent: Json) -> Json:
    """The next action of an intent whose bank account is not proven."""
    return {
        "type": "verify_with_microdeposits",
        "verify_with_microdeposits": {
            "arrival_date": int(engine.business_days(1).timestamp()),
            "hosted_verification_url": f"{engine.base_url}/payment/microdeposits/{intent['id']}",
            "microdeposit_type": "descriptor_code",
        },
    }


def waiting(intent: Json) -> bool:
    action = intent["next_action"] or {}
    return intent["status"] == "requires_action" and action.get("type") == "verify_with_microdeposits"


def check(world: World, intent: Json, given: Json) -> StripeError | None:
    """Compare what the customer read on their statement. Raises for a wrong guess that may be tried again;
    returns the error that ends it when there is no trying again; None when it is right."""
    code, amounts = given.get("descriptor_code"), given.get("amounts")
    if (code is None) == (amounts is None):
        raise invalid("You must provide either amounts or descriptor_code to verify the bank account.")
    secret = world.secret(intent["id"])
    secret["tries"] = secret.get("tries", 0) + 1
    guess = code.strip().upper() if code is not None else sorted(amounts or [])
    left = (_TRIES_BY_CODE if code is not None else _TRIES_BY_AMOUNTS) - secret["tries"]
    if guess in (CODE, AMOUNTS):
        return None
    if guess in _TIMED_OUT:
        return timed_out()
    if guess in _TOO_OFTEN or left <= 0:
        return _ended("You have exceeded the number of allowed verification attempts.", "attempts_exceeded")
    what = "descriptor code provided does" if code is not None else "amounts provided do"
    name = "descriptor_code" if code is not None else "amounts"
    raise invalid(
        f"The {what} not match the {name.replace('_', ' ')} sent to the bank account. "
        f"You have {left} verification attempts remaining.",
        code=f"payment_method_microdeposit_verification_{name}_mismatch",
    )


def timed_out() -> StripeError:
    return _ended("Microdeposit verification was not completed in time.", "timeout")


def _ended(message: str, what: str) -> StripeError:
    return invalid(message, code=f"payment_method_microdeposit_verification_{what}")
