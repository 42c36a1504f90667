"""Decide how a payment is spread over invoices: shown before the customer confirms, and posted just so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.billing.rules.invoices import Invoice
from chalicelib.billing.rules.payments import Allocation
from chalicelib.errors import N_, Conflict, Invalid
from chalicelib.money import Money, least_charge

# A transaction takes 100 items; beside the invoices come the payment, the sums, the ledger's row and two messages.
MOST_INVOICES = 90
# The most that Stripe charges at once, eight digits; and the currencies that it takes in coarser steps than they have
# (docs.stripe.com/currencies, "Special cases" and "Three-decimal currencies").
MOST_CHARGE = 99_999_999
_STEPS = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10, "ISK": 100, "UGX": 100}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a company lets customers pay: its currency, whether in part, and the least of a part (minor units)."""

    currency: str
    partial: bool
    minimum: int


def allocate_balance(invoices: Sequence[Invoice], currency: str) -> tuple[Allocation, ...]:
    """The whole balance, oldest due first; an invoice with a payment under way keeps only what is not under way.

    At most as many as one transaction takes: the oldest part that fits.
    """
    payable = sorted(
        (one for one in invoices if one.payable > 0 and one.currency == currency), key=lambda one: (one.due_on, one.id)
    )
    return tuple(Allocation(one.id, one.number, one.payable) for one in payable[:MOST_INVOICES])


def allocate_shown(
    invoices: Sequence[Invoice], shown: Sequence[tuple[str, int]], terms: Terms
) -> tuple[Allocation, ...]:
    """The allocation that a balance page showed: (invoice id, amount), if it still stands; else Conflict.

    Each invoice whole: a part is only paid on a single one.
    """
    known = {one.id: one for one in invoices}
    wanted = dict(shown)
    changed = Conflict(N_("The invoices have changed since this page was opened. Please look at them again."))
    if not wanted or len(wanted) != len(shown) or len(wanted) > MOST_INVOICES or wanted.keys() - known.keys():
        raise changed
    if any(known[id].currency != terms.currency for id in wanted):
        raise changed
    if any(amount <= 0 or amount != known[id].payable for id, amount in wanted.items()):
        raise changed
    return allocate_balance([known[id] for id in wanted], terms.currency)


def allocate_invoice(invoice: Invoice, amount: int, terms: Terms) -> tuple[Allocation, ...]:
    """Pay one invoice, whole or in part: at least the company's minimum unless less is due, and never over.

    Conflict: nothing left to pay, or all of it is under way. Invalid `amount`: too much or too little, with the figure.
    """
    if invoice.status != "open" or invoice.due <= 0:
        raise Conflict(N_("This invoice has nothing left to pay."))
    if invoice.payable <= 0:
        raise Conflict(N_("A payment for this invoice is already under way."))
    if invoice.currency != terms.currency:
        raise Conflict(N_("This invoice is in another currency. Please contact us to pay it."))
    due, least = Money(invoice.payable, invoice.currency), smallest(invoice, terms)
    if amount > invoice.payable:
        raise Invalid("amount", N_("That is more than is due. You can pay up to %(amount)s."), amount=due)
    if amount < least and least == invoice.payable:
        raise Invalid("amount", N_("This invoice can only be paid in full: %(amount)s."), amount=due)
    if amount < least:
        raise Invalid("amount", N_("The smallest payment is %(amount)s."), amount=Money(least, invoice.currency))
    rest = invoice.payable - amount
    if 0 < rest < least_charge(invoice.currency):
        left = Money(rest, invoice.currency)
        raise Invalid(
            "amount", N_("That would leave %(left)s, which is too little to pay later. Pay all of it."), left=left
        )
    return (Allocation(invoice.id, invoice.number, amount),)


def smallest(invoice: Invoice, terms: Terms) -> int:
    """The least that can be paid on an invoice now: all that is due where parts are off or less is due."""
    return min(invoice.payable, terms.minimum) if terms.partial else invoice.payable


def check_charge(charge: int, currency: str) -> None:
    """Invalid for a charge that Stripe does not make: too small, too large, or in coins that its currency has not.
    Nothing at all is fine, credit pays it then."""
    if 0 < charge < least_charge(currency):
        least = Money(least_charge(currency), currency)
        raise Invalid("", N_("Online payments start at %(amount)s. Please contact us to pay less."), amount=least)
    if charge > MOST_CHARGE:
        most = Money(MOST_CHARGE, currency)
        raise Invalid("", N_("Online payments end at %(amount)s. Please pay in parts, or contact us."), amount=most)
    if charge % _STEPS.get(currency, 1):
        raise Invalid("", N_("This amount can't be paid online in this currency. Please contact us to pay it."))


def usable_credit(total: int, available: int, currency: str) -> int:
    """The account credit that can be used on this total: all there is, or so much less that what is left can be
    charged."""
    credit = max(0, min(total, available))
    if 0 < total - credit < least_charge(currency):
        credit = max(0, total - least_charge(currency))
    return credit


def use_credit(allocations: Sequence[Allocation], credit: int) -> tuple[Allocation, ...]:
    """Account credit first, on the oldest; what it does not cover is charged."""
    left, parts = max(0, credit), []
    for one in allocations:
        part = min(left, one.amount)
        parts.append(replace(one, credit=part))
        left -= part
    return tuple(parts)


def spread(invoices: Sequence[Invoice], amount: int) -> tuple[tuple[Allocation, ...], int]:
    """Money that staff took, over these invoices in order; and the remainder, which becomes account credit."""
    left, parts = amount, []
    for one in invoices:
        if part := min(left, one.payable):
            parts.append(Allocation(one.id, one.number, part))
            left -= part
    return tuple(parts), left
