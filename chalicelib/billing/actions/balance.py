"""What paying the balance would pay: decided by the same rule that posts it, so that what is shown is what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Allocation, Invoice

# More than one payment takes, so that it is known whether there are more.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Balance:
    """Each invoice with what is paid of it, oldest due first; those a payment is under way for, those in a currency
    that can't be charged, and whether more are owed than one payment takes."""

    parts: tuple[tuple[Invoice, Allocation], ...]
    under_way: tuple[Invoice, ...]
    foreign: tuple[Invoice, ...]
    more: bool

    @property
    def total(self) -> int:
        return sum(one.amount for _, one in self.parts)


def offer(account: BillingAccount) -> Balance:
    """What can be paid of the balance now. One Query, however long the past.

    Invoices under way lie before those that can be paid: room is made for them.
    """
    limit = AT_ONCE + rules.MOST_INVOICES * len(account.customer.sums.pending)
    found = records.oldest_due(account.store, account.customer.id, limit)
    allocations = rules.allocate_balance(found, account.terms.currency)
    foreign = _payable(found, account, ours=False)
    more = len(found) == limit or len(allocations) < len(_payable(found, account, ours=True))
    known = {one.id: one for one in found}
    return Balance(
        tuple((known[one.invoice_id], one) for one in allocations),
        tuple(one for one in found if one.payable <= 0),
        foreign,
        more,
    )


def _payable(found: Sequence[Invoice], account: BillingAccount, *, ours: bool) -> tuple[Invoice, ...]:
    return tuple(one for one in found if one.payable > 0 and (one.currency == account.terms.currency) == ours)
