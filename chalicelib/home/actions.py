"""The first page: what the profile sums up, and the latest invoices. One read besides who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalicelib.aws.store import Store
from chalicelib.billing.actions import invoices
from chalicelib.billing.rules import Invoice
from chalicelib.customers.rules import Customer

LATEST = 12
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Home:
    """What is owed at a glance. `first` is the oldest due invoice that can be paid, where the latest show it;
    `overdue` and `next_due` are None where older invoices, not read here, might say otherwise; `unfinished` are the
    payments under way on those that were read."""

    latest: list[Invoice]
    first: Invoice | None
    overdue: int | None
    next_due: date | None
    unfinished: dict[str, int]


def look(store: Store, customer: Customer, today: date) -> Home:
    """The first page's invoices. The same one Query with ten invoices or a million."""
    latest = invoices.page(store, customer.id, "all", limit=LATEST).invoices
    unfinished: dict[str, int] = {}
    for one in latest:
        for payment, amount in one.holds.items():
            unfinished[payment] = unfinished.get(payment, 0) + amount
    open_ones = sorted((one for one in latest if one.due > 0), key=lambda one: (one.due_on, one.id))
    if len(open_ones) < customer.sums.open_count:
        return Home(latest[:SHOWN], None, None, None, unfinished)
    payable = [one for one in open_ones if one.payable > 0]
    overdue = sum(one.due_on < today for one in payable)
    first = payable[0] if payable else None
    return Home(latest[:SHOWN], first, overdue, first.due_on if first else None, unfinished)
