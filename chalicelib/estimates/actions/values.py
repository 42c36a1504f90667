"""What messages and other texts say of an estimate, how it was decided, and what was asked for."""

from __future__ import annotations

from chalicelib.estimates.rules import Decision, Details, Estimate
from chalicelib.plain_words import beginning

# Characters of a line's description: the message must fit a row, and a letterbox, however much an estimate says.
DESCRIPTION = 120


def estimate_values(estimate: Estimate, details: Details) -> dict[str, object]:
    """The variables of the group `estimate`."""
    return {
        "number": estimate.number,
        "title": estimate.title,
        "total": estimate.total,
        "currency": estimate.currency,
        "issued_on": estimate.issued_on.isoformat(),
        "expires_on": estimate.expires_on.isoformat() if estimate.expires_on else "",
        "lines": [
            {
                "description": beginning(line.description, DESCRIPTION),
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
            }
            for line in details.lines
        ],
    }


def decision_values(decision: Decision) -> dict[str, object]:
    """Those of the group `decision`."""
    return {"at": decision.at, "signature": decision.signature, "reason": decision.reason}
