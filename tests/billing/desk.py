"""Words for tests of the API of money: what a company's software sends."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.billing.till import Till
from tests.client import Answer, Client

_keys = count(1)


def key() -> str:
    """An Idempotency-Key of its own."""
    return f"key-{next(_keys)}"


def fields(till: Till, **odd: Any) -> dict[str, Any]:
    """An invoice of 120.00 for this customer; a test names the odd part."""
    made = {
        "customer": till.person.id,
        "number": "20871",
        "issued_on": "2026-11-23",
        "due_on": "2026-12-07",
        "lines": [{"description": "Perimeter treatment", "unit_price": 12_000}],
    }
    return {**made, **odd}


def lines(total: int) -> list[dict[str, Any]]:
    return [{"description": "Perimeter treatment", "unit_price": total}]


def made(owner: Client, till: Till, **odd: Any) -> dict[str, Any]:
    """A new invoice, by the API."""
    answer = owner.post("/invoices", fields(till, **odd))
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def own(invoice: dict[str, Any]) -> str:
    """The invoice's id within its customer."""
    return str(invoice["id"]).partition("-")[2]


def posts(owner: Client, path: str, body: Any, again: str = "") -> Answer:
    """A POST that moves money."""
    return owner.post(path, body, idempotency_key=again or key())


def trail(owner: Client) -> list[tuple[str, str]]:
    """Action and target of what stands in the audit trail, in no order: the clock stands still."""
    return sorted((one["action"], one["target"]) for one in owner.get("/audit?limit=100").json["items"])
