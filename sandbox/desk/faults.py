"""The faults of Stripe that have a button: what each is called, and how it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe.faults import Fault, Faults

LATE_SECONDS = 600
# stripe-python asks once more by itself: the connection has to break twice to be noticed.
CALLS = 2


@dataclass(frozen=True, slots=True)
class Button:
    """`group` is what it happens to; `armed` says it while it has not happened yet."""

    group: str
    words: str
    armed: str
    arm: Callable[[Faults], None]
    fits: Callable[[Fault], bool]


def _webhook(how: str) -> Callable[[Fault], bool]:
    return lambda fault: fault.kind == "webhook" and fault.details.get("how") == how


def _kind(kind: str) -> Callable[[Fault], bool]:
    return lambda fault: fault.kind == kind


BUTTONS = {
    "webhook-lost": Button(
        "webhook", "Lost", "Next webhook gets lost", lambda f: f.lose_webhook(), _webhook("lost")
    ),
    "webhook-double": Button(
        "webhook", "Twice", "Next webhook comes twice", lambda f: f.double_webhook(), _webhook("double")
    ),
    "webhook-late": Button(
        "webhook", "Late", "Next webhook comes 10 minutes late",
        lambda f: f.delay_webhook(LATE_SECONDS), _webhook("late"),
    ),
    "charge-declined": Button(
        "charge", "Declined", "Next charge is declined", lambda f: f.decline_charge(), _kind("decline")
    ),
    "charge-timeout-before": Button(
        "charge", "Timed out before", "Next charge times out, and nothing was charged",
        lambda f: f.timeout_before("/v1/", CALLS), _kind("timeout_before"),
    ),
    "charge-timeout-after": Button(
        "charge", "Timed out after", "Next charge times out, though it was charged",
        lambda f: f.timeout_after("/v1/", CALLS), _kind("timeout_after"),
    ),
}  # fmt: skip


def armed(faults: Faults) -> dict[str, int]:
    """Button -> how often it is armed, for those that are."""
    wishes = faults.armed()
    found = {name: sum(button.fits(wish) for wish in wishes) for name, button in BUTTONS.items()}
    return {name: count for name, count in found.items() if count}
