"""The money at Stripe's sandbox: every charge there is, the demo's past among them, and what can happen to one next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.money import Money
from sandbox.stripe.sandbox import StripeSandbox

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Something a bank, a card network or staff can do to a charge. `hint` says what it means."""

    words: str
    hint: str
    fits: Callable[[StripeSandbox, Json], bool]
    do: Callable[[StripeSandbox, Json], object]


def _under_way(stripe: StripeSandbox, charge: Json) -> bool:
    return bool(charge["status"] == "pending")


def _left(charge: Json) -> int:
    """What has not been refunded."""
    return int(charge["amount"] - charge["amount_refunded"])


def _paid(stripe: StripeSandbox, charge: Json) -> bool:
    return bool(charge["status"] == "succeeded" and not charge["disputed"] and _left(charge) > 0)


def _disputed(stripe: StripeSandbox, charge: Json) -> bool:
    dispute = dispute_of(stripe, charge)
    return dispute is not None and dispute["status"] not in ("won", "lost")


def _close(status: Any) -> Callable[[StripeSandbox, Json], object]:
    def close(stripe: StripeSandbox, charge: Json) -> None:
        if dispute := dispute_of(stripe, charge):
            stripe.close_dispute(dispute["id"], status)

    return close


STEPS = {
    "arrive": Step(
        "Let it arrive", "The bank pays, days before it would.", _under_way,
        lambda stripe, charge: stripe.settle_debit(charge["id"]),
    ),
    "return": Step(
        "Send it back", "R01: not enough money in the account.", _under_way,
        lambda stripe, charge: stripe.settle_debit(charge["id"], "insufficient_funds"),
    ),
    "refund-half": Step(
        "Refund half", "As staff does in Stripe’s own Dashboard.", _paid,
        lambda stripe, charge: stripe.refund(charge["id"], max(1, _left(charge) // 2)),
    ),
    "refund": Step(
        "Refund the rest", "As staff does in Stripe’s own Dashboard.", _paid,
        lambda stripe, charge: stripe.refund(charge["id"], _left(charge)),
    ),
    "dispute": Step(
        "Dispute it", "The customer’s bank takes the money back at once.", _paid,
        lambda stripe, charge: stripe.dispute(charge["id"]),
    ),
    "win": Step("Company wins", "The dispute is over, and the money comes again.", _disputed, _close("won")),
    "lose": Step("Company loses", "The dispute is over, and the money stays away.", _disputed, _close("lost")),
}  # fmt: skip


def charges(stripe: StripeSandbox) -> list[Json]:
    """Of all companies, newest first."""
    with stripe.engine.lock:
        found = list(stripe.state.every("charge"))
    # Of those made in one second, too, the newest first.
    return sorted(found, key=lambda one: int(one["created"]))[::-1]


def charge(stripe: StripeSandbox, id: str) -> Json | None:
    return next((one for one in charges(stripe) if one["id"] == id), None)


def charge_of(event: Json) -> str:
    """The id of the charge that an event is about, '' for none."""
    thing = event["data"]["object"]
    return str(
        (thing["id"] if thing["object"] == "charge" else thing.get("charge") or thing.get("latest_charge")) or ""
    )


def steps(stripe: StripeSandbox, charge: Json) -> dict[str, Step]:
    """What can happen to it now."""
    return {name: step for name, step in STEPS.items() if step.fits(stripe, charge)}


def dispute_of(stripe: StripeSandbox, charge: Json) -> Json | None:
    found = [one for one in stripe.state.every("dispute") if one["charge"] == charge["id"]]
    return found[-1] if found else None


def refunds_of(stripe: StripeSandbox, charge: Json) -> list[Json]:
    return [one for one in stripe.state.every("refund") if one["charge"] == charge["id"]]


def at(thing: Json) -> datetime:
    return datetime.fromtimestamp(thing["created"], UTC)


def amount(thing: Json) -> str:
    return str(Money(thing["amount"], thing["currency"].upper()))


def method(charge: Json) -> str:
    """'Visa •••• 4242', 'Stripe Test Bank •••• 6789'."""
    details = charge["payment_method_details"]
    shown = details[details["type"]]
    name = shown.get("brand") or shown.get("bank_name") or "bank"
    return f"{name.title()} •••• {shown['last4']}"


def company(stripe: StripeSandbox, charge: Json) -> str:
    """Whose account it is on."""
    located = stripe.state.locate(charge["id"])
    account = stripe.state.world().find(located[0].account) if located else None
    return str((account or {}).get("business_profile", {}).get("name") or "")


def outcome(stripe: StripeSandbox, charge: Json) -> tuple[str, str]:
    """What became of it: a word and its mood."""
    if charge["status"] == "pending":
        return "On its way", "wait"
    if charge["status"] == "failed":
        bank = (charge["outcome"] or {}).get("network_decline_code")
        return (f"Came back, {bank}" if bank else "Declined"), "bad"
    if dispute := dispute_of(stripe, charge):
        words = {"won": ("Dispute won", "good"), "lost": ("Dispute lost", "bad")}
        return words.get(dispute["status"], ("Disputed", "bad"))
    if charge["amount_refunded"]:
        return ("Refunded" if charge["refunded"] else "Part refunded"), ""
    return "Paid", "good"
