"""A customer's money at a glance, moved together with what it sums up. Pure; minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.billing.rules.invoices import Invoice
from chalicelib.billing.rules.payments import Payment
from chalicelib.customers.rules import Pending, Sums
from chalicelib.errors import N_, Conflict

# More at once is no customer's wish; the profile carries them all.
MOST_PENDING = 20


def move(sums: Sums, before: Sequence[Invoice], after: Sequence[Invoice], credit: int = 0) -> Sums:
    """The customer's sums when these invoices change, and `credit` is added."""
    return replace(
        sums,
        balance=sums.balance + sum(i.due for i in after) - sum(i.due for i in before),
        in_flight=sums.in_flight + sum(i.in_flight for i in after) - sum(i.in_flight for i in before),
        credit=sums.credit + credit,
        open_count=sums.open_count + sum(i.due > 0 for i in after) - sum(i.due > 0 for i in before),
        version=sums.version + 1,
    )


def with_pending(sums: Sums, payment: Payment) -> Sums:
    """The sums that know this payment is under way; or no longer, once it is over. Conflict: too many at once."""
    others = tuple(one for one in sums.pending if one.payment != payment.id)
    if payment.final:
        return replace(sums, pending=others)
    entry = Pending(payment.id, payment.total, payment.credit, payment.method_id, payment.expected_on)
    if len(others) < len(sums.pending):
        return replace(sums, pending=tuple(entry if one.payment == payment.id else one for one in sums.pending))
    if len(others) >= MOST_PENDING:
        raise Conflict(N_("Too many payments are under way. Please finish or cancel some of them first."))
    return replace(sums, pending=(*others, entry))
