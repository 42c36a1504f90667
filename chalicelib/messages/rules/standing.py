"""Where a message stands, as staff are told: one word for what we know of it and what the mail system says. Pure."""

from __future__ import annotations

from typing import Literal

from chalicelib.messages.rules.message import Outcome, State

Standing = Literal["queued", "sent", "delivered", "bounced", "complained", "skipped", "failed"]


def standing(state: State, outcome: Outcome) -> Standing:
    """What became of it says more than that it was sent."""
    if outcome:
        return outcome
    return "queued" if state == "pending" else state
