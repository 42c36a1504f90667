"""Give money back, and write down what went back by itself: refunds, disputes, banks' late returns.

One idempotent action for staff, webhook and sweep alike: ask Stripe for all that came back of a payment, and write down
what the payment does not say yet, one entry a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions import notices
from chalicelib.billing.actions.books import BillingAccount, Books, around
from chalicelib.billing.rules import Back, Invoice, Movement, Payment, Step
from chalicelib.customers import records as customers
from chalicelib.errors import Unavailable
from chalicelib.services import Services

log = logging.getLogger(__name__)

TRIES = 8


def refund(
    services: Services,
    account: BillingAccount,
    payment_id: str,
    amount: int,
    refund_id: str,
    reason: str = "",
    *also: Write,
) -> Payment:
    """Give back a payment or a part of it (minor units), at Stripe or, for money that staff took, on paper. `also` is
    written when it is noted, before anybody is asked.

    `refund_id` is the caller's, one for each refund meant: the same again is the same refund. It is taken off the
    invoices, the last paid first, and off what lies in account credit. Invalid: more than can be given back. Conflict:
    nothing to give back, or it became account credit that has been used. Unavailable: neither done nor refused yet;
    the sweep goes on with it.
    """
    for _ in range(TRIES):
        books = around(account.store, account.customer.id, payment_id)
        if not any(one.id == refund_id for one in books.payment.backs):
            asked = rules.ask_refund(books.payment, refund_id, amount, reason, services.now())
            credit, day = books.customer.sums.credit, account.day(services.now())
            aside = rules.credit_to_set_aside(books.payment, asked, books.invoices, credit, day)
            if not _note(services, account, books, replace(asked, credit=aside), also):
                continue
        after = settle_back(services, account, payment_id)
        if any(one.id == refund_id and one.state == "starting" for one in after.backs):
            raise Unavailable()
        return after
    raise Unavailable()


def ask(
    services: Services,
    account: BillingAccount,
    payment_id: str,
    amount: int,
    refund_id: str,
    reason: str = "",
    *also: Write,
) -> Payment:
    """As `refund`, for those who look again: one that is noted and has no answer from Stripe yet is told of as
    `starting`, and goes on by itself. Unavailable: nothing is noted."""
    try:
        return refund(services, account, payment_id, amount, refund_id, reason, *also)
    except Unavailable:
        found = records.payment(account.store, account.customer.id, payment_id)
        if found is None or not any(one.id == refund_id for one in found.backs):
            raise
        return found


def _note(services: Services, account: BillingAccount, books: Books, back: Back, also: Sequence[Write]) -> bool:
    """The refund on the payment's row, and its credit put aside, before anybody is asked. Whether nobody was faster:
    the sums are written in any case, so that what was decided on is what there is."""
    payment, sums, store = books.payment, books.customer.sums, account.store
    after = rules.with_back(payment, back)
    after = replace(after, task_at=rules.next_look_back(after, services.now()))
    try:
        store.transact(
            records.change_payment(store, account.customer.id, payment, after),
            customers.change_sums(store, account.customer.id, sums, rules.move(sums, (), (), -back.credit)),
            *also,
        )
    except ConditionFailed:
        return False
    return True


def settle_back(services: Services, account: BillingAccount, payment_id: str) -> Payment:
    """Bring a payment to what Stripe says came back of it; a refund that Stripe does not know is asked for again, by
    the very same key, and stays `starting` if that gets no answer. Unavailable: nothing is half done."""
    books = around(account.store, account.customer.id, payment_id)
    if books.payment.state != "succeeded":
        return books.payment
    found = _movements(services, account, books.payment)
    quarrels = 0
    while quarrels < TRIES:
        step = rules.next_step(books.payment, found, services.now())
        if step is None:
            return books.payment
        quarrels += not _apply(services, account, books, step)
        # Whether it was us or somebody else: what it says now is what counts.
        books = around(account.store, account.customer.id, payment_id)
    raise Unavailable()


def _movements(services: Services, account: BillingAccount, payment: Payment) -> Sequence[Movement]:
    unasked = [one for one in payment.backs if one.state == "starting"]
    if not payment.account:
        return [Movement(one.id, "refund", one.amount, "done", one.at, one.reason, one.id) for one in unasked]
    payer = account.payer(payment)
    found = list(services.payments.movements(payer, payment))
    listed = {one.ours for one in found}
    for one in unasked:
        if one.id not in listed and services.now() - one.at < rules.REPEAT_UNTIL:
            # One that gets no answer must not keep what else came back from being written down.
            with suppress(Unavailable):
                found.append(services.payments.refund(payer, payment, one))
    return found


def _apply(services: Services, account: BillingAccount, books: Books, step: Step) -> bool:
    """One step, in one transaction: the payment's row, and where money moves invoices, sums, ledger and notices too.
    Whether nothing had moved meanwhile."""
    store, customer, now = account.store, books.customer, services.now()
    before, back = books.payment, step.back
    after = rules.with_back(before, back)
    after = replace(after, task_at=rules.next_look_back(after, now))
    writes = [records.change_payment(store, customer.id, before, after)]
    sent: notices.Notices = ()
    if step.money != "none":
        out = step.money == "out"
        changed, credit = (
            rules.take_back(before, back, books.invoices, customer.sums.credit, account.day(now))
            if out
            else rules.give_again(before, back, books.invoices, account.day(now))
        )
        moved = [new for old, new in zip(books.invoices, changed, strict=True) if old != new]
        sent = notices.gone_back(account, customer, after, back, again=not out, moved=moved)
        writes += [
            *_changed(account, books.invoices, changed),
            customers.change_sums(
                store, customer.id, customer.sums, rules.move(customer.sums, books.invoices, changed, credit)
            ),
            records.went_back(store, customer.id, after, back, step.money, credit - (back.credit if out else 0), now),
            *notices.posted(store, customer.id, sent, now),
        ]
    elif back.state == "failed" and back.credit:
        freed = rules.move(customer.sums, (), (), back.credit)
        writes.append(customers.change_sums(store, customer.id, customer.sums, freed))
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        log.info("payment %s: %s moved meanwhile", before.id, failed)
        return False
    notices.hand_over(services, account, sent)
    return True


def _changed(account: BillingAccount, before: Sequence[Invoice], after: Sequence[Invoice]) -> list[Write]:
    return [
        records.change_invoice(account.store, account.customer.id, old, new)
        for old, new in zip(before, after, strict=True)
        if old != new
    ]
