"""Settle a payment: one idempotent action for the webhook, the return page and the sweep alike.

Ask Stripe what became of it, decide, and write payment, invoices, sums, ledger and receipt in one transaction. Whoever
comes second finds the payment's version moved on and has nothing left to do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.aws.metrics import FAILED, SUCCEEDED
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions import notices
from chalicelib.billing.actions.books import BillingAccount, Books, around
from chalicelib.billing.rules import Invoice, Outcome, Payment, Posted
from chalicelib.customers import records as customers
from chalicelib.errors import Unavailable
from chalicelib.services import Services

log = logging.getLogger(__name__)

TRIES = 8
COUNTED = {"succeeded": SUCCEEDED, "failed": FAILED}


def settle(
    services: Services, account: BillingAccount, books: Books, outcome: Outcome | None = None, *, watched: bool = False
) -> Payment:
    """Bring a payment to where Stripe says it is. `outcome` spares a call to Stripe when it was just answered;
    `watched`: the customer is looking, and needs no message to know that it failed.

    Unavailable: Stripe or the store did not answer; nothing is half done, and the sweep will come again.
    """
    for _ in range(TRIES):
        payment = books.payment
        if payment.final:
            return payment
        if outcome is None:
            outcome = services.payments.look(account.payer(payment), payment)
        if outcome.kind == "failed":
            # Before the hold is given back, the intent must be dead: nothing may charge it afterwards.
            outcome = _make_sure(services, account, payment, outcome)
        if not rules.fits(payment, outcome):
            log.error("payment %s of %s was taken in %s", payment.id, account.store.tenant, outcome.currency)
            raise Unavailable()
        now = services.now()
        after = rules.next_state(payment, outcome, now, rules.bank_days_after(account.day(now)))
        if _same(payment, after):
            return payment
        posting = posting_of(services, account, books, after, outcome, watched=watched)
        try:
            account.store.transact(records.change_payment(account.store, account.customer.id, payment, posting.payment),
                                   *posting.writes)  # fmt: skip
        except ConditionFailed as failed:
            log.info("payment %s: %s moved meanwhile", payment.id, failed)
            if "payment" in failed.names:
                outcome = None  # somebody has heard from Stripe since we asked: ask again
            books = around(account.store, account.customer.id, payment.id)
            continue
        if after.state in COUNTED:
            services.metrics.count(COUNTED[after.state], 1, now, tenant=account.store.tenant)
        notices.hand_over(services, account, posting.sent)
        return posting.payment
    raise Unavailable()


def _make_sure(services: Services, account: BillingAccount, payment: Payment, failed: Outcome) -> Outcome:
    known = rules.next_state(payment, failed, services.now())
    if not rules.begun(known) and rules.asked_once(known):
        # Refused at the first call: nothing was made. Not asking also frees the hold where Stripe would refuse to
        # tell, since the account was disconnected.
        return failed
    payer = account.payer(known)
    services.payments.cancel(payer, known)
    now = services.payments.look(payer, known)
    return now if now.kind in ("succeeded", "processing") else failed


def _same(before: Payment, after: Payment) -> bool:
    """Whether nothing but the time of the next look differs."""
    return (before.state, before.intent, before.checkout, before.next_url, before.method) == (
        after.state, after.intent, after.checkout, after.next_url, after.method,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """What a payment's new state changes besides its own row: the writes, and the messages that go with them."""

    payment: Payment
    writes: list[Write]
    sent: notices.Notices


def posting_of(
    services: Services,
    account: BillingAccount,
    books: Books,
    after: Payment,
    outcome: Outcome,
    used_now: int = 0,
    *,
    quiet: bool = False,
    watched: bool = False,
) -> Posting:
    """The transaction without the payment's own row: four more writes for one invoice that was paid.

    `used_now` is the change of account credit that no hold has made before: below zero for credit used at once.
    `quiet`: nobody gets a message about it; `watched` as in `settle`.
    """
    store, customer, now = account.store, books.customer, services.now()
    if not after.final:
        return _under_way(account, books, after, now)
    changed, over = _spread(books, after, outcome.amount, account.day(after.settled_at or now))
    after = replace(after, to_credit=over if after.state == "succeeded" else 0)
    sums = rules.with_pending(rules.move(customer.sums, books.invoices, changed, over + used_now), after)
    writes = [
        records.change_invoice(store, customer.id, old, new)
        for old, new in zip(books.invoices, changed, strict=True)
        if old != new
    ]
    writes.append(customers.change_sums(store, customer.id, customer.sums, sums))
    if after.state == "succeeded":
        writes.append(records.received(store, customer.id, after, outcome.amount, over - after.credit, now))
        sent = notices.receipt(account, customer, after, sums.balance)
    else:
        sent = notices.not_paid(account, customer, books.payment, after, watched=watched)
    sent = () if quiet else sent
    return Posting(after, [*writes, *notices.posted(store, customer.id, sent, now)], sent)


def _under_way(account: BillingAccount, books: Books, after: Payment, now: datetime) -> Posting:
    """Only what the first page says of it, when that changes: a bank debit's expected day, a new kind of method."""
    store, customer = account.store, books.customer
    sums = rules.with_pending(customer.sums, after)
    if sums.pending == customer.sums.pending:
        return Posting(after, [], ())
    sums = replace(sums, version=sums.version + 1)
    begins = after.state == "processing" and books.payment.state != "processing"
    sent = notices.on_its_way(account, customer, after) if begins else ()
    writes = [customers.change_sums(store, customer.id, customer.sums, sums)]
    return Posting(after, [*writes, *notices.posted(store, customer.id, sent, now)], sent)


def _spread(books: Books, after: Payment, amount: int, day: date) -> tuple[list[Invoice], int]:
    """The invoices with the money on them, or with their holds gone; and what no invoice took, credit among it."""
    released = [rules.release(invoice, after.id) for invoice in books.invoices]
    if after.state != "succeeded":
        return released, after.credit
    left, unused = amount, 0
    changed = []
    planned = {one.invoice_id: one for one in after.allocations}
    for invoice in released:
        plan = planned[invoice.id]
        part = min(left, plan.charge)
        left -= part
        paid, over = (
            rules.post(invoice, Posted(after.id, day, "", plan.credit, "credit")) if plan.credit else (invoice, 0)
        )
        unused += over
        paid, over = rules.post(paid, Posted(after.id, day, after.method, part)) if part else (paid, 0)
        unused += over
        changed.append(paid)
    return changed, unused + left
