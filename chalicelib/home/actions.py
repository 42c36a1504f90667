"""The first page: what the profile sums up, and the latest invoices. One read besides who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalicelib.aws.store import Store
from chalicelib.billing import rules
from chalicelib.billing.actions import invoices
from chalicelib.billing.rules import Invoice
from chalicelib.customers.rules import Customer

LATEST = 12
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Home:
    """What is owed at a glance. `only` is the one invoice that can be paid, where there is but one and the latest show
    it; `at_once`: one payment can pay all that is owed; `overdue` and `next_due` are None where older invoices, not
    read here, might say otherwise."""

    latest: list[Invoice]
    only: Invoice | None
    at_once: bool
    overdue: int | None
    next_due: date | None


def look(store: Store, customer: Customer, today: date) -> Home:
    """The first page's invoices. The same one Query with ten invoices or a million."""
    latest = invoices.page(store, customer.id, "all", limit=LATEST).invoices
    at_once = customer.sums.open_count <= rules.MOST_INVOICES
    open_ones = sorted((one for one in latest if one.due > 0), key=lambda one: (one.due_on, one.id))
    if len(open_ones) < customer.sums.open_count:
        return Home(latest[:SHOWN], None, at_once, None, None)
    payable = [one for one in open_ones if one.payable > 0]
    overdue = sum(one.due_on < today for one in payable)
    only, next_due = payable[0] if len(payable) == 1 else None, payable[0].due_on if payable else None
    return Home(latest[:SHOWN], only, at_once, overdue, next_due)
