"""What the customer's bank asks: to authenticate a card (3-D Secure), or what the micro-deposit on the
statement says."""

from __future__ import annotations

from typing import Any

from sandbox.stripe import forms
from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import StripeError
from sandbox.stripe.http import Response, html_response, see_other
from sandbox.stripe.pages.layout import error_box, field, notice, page, text
from sandbox.stripe.resources import accounts, collecting, microdeposits, setup_intents
from sandbox.stripe.resources.common import money
from sandbox.stripe.state import World

Json = dict[str, Any]


def show_3ds(engine: Engine, world: World, intent: Json) -> Response:
    if intent["status"] != "requires_action":
        return _after_3ds(world, intent)
    what = "to save this card"
    if intent["object"] == "payment_intent":
        what = f"to pay {money(intent['amount'], intent['currency'])}"
    name = accounts.business_name(engine, world)
    return html_response(
        page(
            "Your bank asks",
            '<form class="card" method="post"><h1>3-D Secure 2 test page</h1>'
            f"<p>{text(name)} asks {what}. Is this you?</p>"
            '<button class="do" name="answer" value="complete">Complete</button>'
            '<button class="plain" name="answer" value="fail">Fail</button></form>',
        )
    )


def post_3ds(engine: Engine, world: World, intent: Json, form: dict[str, str]) -> Response:
    """Complete or Fail; and back to where the payment came from. Pressed twice, it counts once."""
    secret = world.secret(intent["id"])
    action = (intent["next_action"] or {}).get("redirect_to_url")
    if action:
        secret["return_url"] = action["return_url"]
    module = collecting if intent["object"] == "payment_intent" else setup_intents
    module.authenticate(engine, world, intent, success=form.get("answer") == "complete")
    return _after_3ds(world, intent)


def _after_3ds(world: World, intent: Json) -> Response:
    back = world.secret(intent["id"]).get("return_url")
    if not back:
        return html_response(notice("Done", "You can close this page."))
    name = str(intent["object"])
    failed = intent["status"] == "requires_payment_method"
    extra = {
        name: intent["id"],
        f"{name}_client_secret": intent["client_secret"],
        "redirect_status": "failed" if failed else "succeeded",
    }
    return see_other(forms.with_query(back, **extra))


def show_microdeposits(intent: Json, error: str = "", status: int = 200) -> Response:
    if not microdeposits.waiting(intent):
        return html_response(notice("Nothing to verify", "This bank account is not waiting to be verified."))
    return html_response(
        page(
            "Verify your bank account",
            error_box(error) + '<form class="card" method="post"><h1>Verify your bank account</h1>'
            "<p>A deposit of $0.01 is on your statement, with a six-character code that starts with SM.</p>"
            + field("Code", "descriptor_code", hint=microdeposits.CODE)
            + '<button class="do">Verify</button></form>',
        ),
        status,
    )


def post_microdeposits(engine: Engine, world: World, intent: Json, form: dict[str, str]) -> Response:
    module = collecting if intent["object"] == "payment_intent" else setup_intents
    try:
        module.verify_microdeposits(engine, world, intent, {"descriptor_code": form.get("descriptor_code", "")})
    except StripeError as error:
        if microdeposits.waiting(intent):
            return show_microdeposits(intent, error.message, 422)
        return html_response(notice("Your bank account was not verified", error.message), 422)
    return html_response(notice("Verified", "Your bank account is verified. You can close this page."))
