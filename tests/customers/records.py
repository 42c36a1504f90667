"""What tests of customers look up besides the API: the trail, what leads to a customer, who comes in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.tenants.records import audit
from tests.billing.wire import Call, Fault, Wire
from tests.builders import Company


def trail(company: Company) -> list[tuple[str, str, dict[str, tuple[Any, Any]]]]:
    """(action, target, {field: (old, new)}) of each line, the newest first, but for signing in."""
    entries, _ = audit.entries(company.store, 100)
    told = [(one.action, one.target, {each.field: (each.old, each.new) for each in one.changes}) for one in entries]
    return [one for one in told if one[0].startswith(("customer.", "access.", "message."))]


def leads_to(company: Company, customer: str) -> set[str]:
    """Everything in the company's own partition that leads to a customer."""
    found, after = set[str](), None
    while True:
        page = company.store.query("tenants", company.store.tenant, limit=1000, after=after)
        found |= {item["item"].removesuffix(f"#{customer}") for item in page.items if item.get("who") == customer}
        after = page.last
        if after is None:
            return found


def store_calls(wire: Wire, does: Callable[[], Any]) -> list[str]:
    """What is asked of the store by a call of the API, besides who calls and how often."""
    wire.calls.clear()
    does()
    return [call.what.removeprefix("dynamodb ") for call in wire.of("dynamodb")][2:]


def comes_between(wire: Wire, what: str, does: Callable[[], Any]) -> None:
    """Just before the next call of this name, somebody else does something."""
    done: list[bool] = []

    def plan(_: int, call: Call) -> Fault | None:
        if call.what == f"dynamodb {what}" and not done:
            done.append(True)
            does()
        return None

    wire.plan = plan
