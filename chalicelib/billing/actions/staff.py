"""What a company's staff does with money: void, write off, credit an invoice, take cash and checks, apply credit.

Each is one transaction, conditional on what was read. Whoever calls proves first that they may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.pay import post_at_once
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, Invalid, NotFound, Unavailable
from chalicelib.services import Services

TRIES = 5
CASH, CHECK = "Cash", "Check"
MOST = 100_000_000_00


def void(services: Services, account: BillingAccount, invoice_id: str) -> Invoice:
    """The invoice is owed no longer; what was paid on it becomes account credit. The same again changes nothing.

    Conflict: a payment is under way, or the invoice is not open.
    """
    day, now, store = account.day(services.now()), services.now(), account.store

    def change(invoice: Invoice) -> tuple[Invoice, int, list[Write]]:
        after, credit = rules.void(invoice, day)
        if not credit:
            return after, 0, []
        moved = records.voided(store, account.customer.id, invoice.id, invoice.currency, credit, now)
        return after, credit, [moved, *_none_on_its_way_back(account, invoice)]

    return _change(account, invoice_id, "void", change)


def _none_on_its_way_back(account: BillingAccount, invoice: Invoice) -> list[Write]:
    """That no payment on this invoice is being refunded, now and when it is written: the refund counts on finding its
    money there. Conflict if one is."""
    store, customer = account.store, account.customer.id
    ids = dict.fromkeys(one.payment_id for one in invoice.posted)
    payments = [
        records.to_payment(item)
        for item in store.get(*(records.payment_key(store, customer, id) for id in ids))
        if item
    ]
    if any(one.back_open for one in payments):
        raise Conflict(N_("A payment of this invoice is being refunded. Wait until that is done."))
    return [records.unchanged(store, customer, one) for one in payments]


def write_off(account: BillingAccount, invoice_id: str) -> Invoice:
    """The rest of an invoice is given up. The same again changes nothing. Conflict as for `void`."""
    return _change(account, invoice_id, "written_off", lambda invoice: (rules.write_off(invoice), 0, []))


def credit(account: BillingAccount, invoice_id: str, amount: int, seen: int) -> Invoice:
    """Take something off what is owed on an invoice. `seen` is its version when staff decided: the same again is
    refused, as is anything that has changed since. Conflict: that, or more than is due."""

    def change(invoice: Invoice) -> tuple[Invoice, int, list[Write]]:
        if invoice.version != seen:
            raise Conflict()
        return rules.credit(invoice, amount), 0, []

    return _change(account, invoice_id, "", change)


def _change(
    account: BillingAccount,
    invoice_id: str,
    already: str,
    change: Callable[[Invoice], tuple[Invoice, int, list[Write]]],
) -> Invoice:
    """Gather, decide, apply: the invoice and the sums in one transaction, and again when something has moved."""
    store = account.store
    for _ in range(TRIES):
        before, customer = _fresh(account, [invoice_id])
        if not before:
            raise NotFound()
        (invoice,) = before
        if invoice.status == already:
            return invoice
        after, to_credit, more = change(invoice)
        sums = rules.move(customer.sums, [invoice], [after], to_credit)
        try:
            store.transact(
                records.change_invoice(store, customer.id, invoice, after),
                customers.change_sums(store, customer.id, customer.sums, sums),
                *more,
            )
        except ConditionFailed:
            continue
        return replace(after, version=after.version + 1)
    raise Unavailable()


def _fresh(account: BillingAccount, ids: Sequence[str]) -> tuple[tuple[Invoice, ...], Customer]:
    store, customer = account.store, account.customer.id
    profile, *items = store.get(
        customers.profile_key(store, customer), *(records.invoice_key(store, customer, one) for one in ids)
    )
    if profile is None:
        raise NotFound()
    return tuple(records.to_invoice(one) for one in items if one), customers.to_customer(profile)


def take_payment(
    services: Services,
    account: BillingAccount,
    payment_id: str,
    amount: int,
    method: str,
    invoice_ids: Sequence[str] | None = None,
) -> Payment:
    """Enter money that came in by hand (`method`: "Cash", "Check 1042"), minor units.

    It pays these invoices in order, or all that is owed, oldest due first; what is left becomes account credit.
    `payment_id` is a ULID of the day it came in; the same again is the same payment. Invalid: no amount, no method.
    """
    if not 0 < amount <= MOST:
        raise Invalid("amount", N_("Enter the amount that was paid."))
    if not method.strip():
        raise Invalid("method", N_("Say how it was paid: cash, or the check's number."))
    for _ in range(TRIES):
        known = records.payment(account.store, account.customer.id, payment_id)
        if known is not None:
            return known
        if invoice_ids is None:
            _, customer = _fresh(account, [])
            found = _owed(account, customer)
        else:
            wanted = list(dict.fromkeys(invoice_ids))
            if len(wanted) > rules.MOST_INVOICES:
                raise Invalid("invoices", N_("Choose at most %(count)s invoices at once."), count=rules.MOST_INVOICES)
            before, customer = _fresh(account, wanted)
            if len(before) != len(wanted):
                raise NotFound()
            found = list(before)
        _must_be_in(account.terms.currency, found)
        allocations, _rest = rules.spread(found, amount)
        now, named = services.now(), {one.id: one for one in found}
        payment = Payment(
            payment_id, "starting", amount, account.terms.currency, allocations, "", "", now, now, method=method.strip()
        )
        paid = tuple(named[one.invoice_id] for one in allocations)
        done = post_at_once(services, replace(account, customer=customer), payment, paid)
        if done is not None:
            return done
    raise Unavailable()


def apply_credit(services: Services, account: BillingAccount, payment_id: str, invoice_id: str, amount: int) -> Payment:
    """Pay an invoice, or a part of it, out of account credit. `payment_id` as for `take_payment`.

    Conflict: more than there is, or than is due.
    """
    for _ in range(TRIES):
        known = records.payment(account.store, account.customer.id, payment_id)
        if known is not None:
            return known
        before, customer = _fresh(account, [invoice_id])
        if not before:
            raise NotFound()
        _must_be_in(account.terms.currency, before)
        if not 0 < amount <= min(customer.sums.credit, before[0].payable):
            raise Conflict(N_("That is more than the account credit, or more than is due."))
        now = services.now()
        allocations = rules.use_credit(rules.spread(before, amount)[0], amount)
        payment = Payment(payment_id, "starting", 0, before[0].currency, allocations, "", "", now, now, credit=amount)
        done = post_at_once(services, replace(account, customer=customer), payment, before)
        if done is not None:
            return done
    raise Unavailable()


def _owed(account: BillingAccount, customer: Customer) -> list[Invoice]:
    """What can be paid, oldest due first, as much of it as fits one transaction. Those under way lie among it: room is
    made for them."""
    limit = rules.MOST_INVOICES * (1 + len(customer.sums.pending))
    found = records.oldest_due(account.store, account.customer.id, limit)
    mine = [one for one in found if one.payable > 0 and one.currency == account.terms.currency]
    return mine[: rules.MOST_INVOICES]


def _must_be_in(currency: str, invoices: Sequence[Invoice]) -> None:
    if any(one.currency != currency for one in invoices):
        raise Conflict(N_("This invoice is in another currency. Please contact us to pay it."))
