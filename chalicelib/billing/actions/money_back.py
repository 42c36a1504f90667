"""Give money back, and write down what went back by itself: refunds, disputes, banks' late returns.

One idempotent action for staff, webhook and sweep alike: ask Stripe for all that came back of a payment, and write down
what the payment does not say yet, one entry a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions import notices
from chalicelib.billing.actions.books import BillingAccount, Books, around
from chalicelib.billing.rules import Back, Invoice, Movement, Payment, Step
from chalicelib.customers import records as customers
from chalicelib.errors import N_, Conflict, Unavailable
from chalicelib.services import Services

log = logging.getLogger(__name__)

TRIES = 8
# No payment has so many refunds and disputes.
MOST_STEPS = 200


def refund(
    services: Services, account: BillingAccount, payment_id: str, amount: int, refund_id: str, reason: str = ""
) -> Payment:
    """Give back a payment or a part of it (minor units), at Stripe or, for money that staff took, on paper.

    `refund_id` is the caller's, one for each refund meant: the same again is the same refund. It is taken off the
    invoices, the last paid first, and off what lies in account credit. Invalid: more than can be given back. Conflict:
    nothing to give back, or it became account credit that has been used. Unavailable: neither done nor refused yet;
    the sweep goes on with it.
    """
    for _ in range(TRIES):
        books = around(account.store, account.customer.id, payment_id)
        if not any(one.id == refund_id for one in books.payment.backs):
            asked = rules.ask_refund(books.payment, refund_id, amount, reason, services.now())
            _can_be_taken(account, services, books, asked)
            if not _note(services, account, books, asked):
                continue
        return settle_back(services, account, payment_id)
    raise Unavailable()


def _can_be_taken(account: BillingAccount, services: Services, books: Books, asked: Back) -> None:
    _, credit = rules.take_back(
        books.payment, asked, books.invoices, books.customer.sums.credit, account.day(services.now())
    )
    if books.customer.sums.credit + credit < min(0, books.customer.sums.credit):
        raise Conflict(N_("Part of this payment became account credit and has been used. Refund less."))


def _note(services: Services, account: BillingAccount, books: Books, back: Back) -> bool:
    """The refund on the payment's row, before anybody is asked: it takes its room. Whether nobody was faster."""
    payment, now = books.payment, services.now()
    after = rules.with_back(payment, back)
    after = replace(after, task_at=rules.next_look(after, after.state, now))
    try:
        account.store.write(records.change_payment(account.store, account.customer.id, payment, after))
    except ConditionFailed:
        return False
    return True


def settle_back(services: Services, account: BillingAccount, payment_id: str) -> Payment:
    """Bring a payment to what Stripe says came back of it; a refund that nobody has heard of is asked for again, by
    the very same key. Unavailable: nothing is half done."""
    books = around(account.store, account.customer.id, payment_id)
    if books.payment.state != "succeeded":
        return books.payment
    found = _movements(services, account, books.payment)
    for _ in range(MOST_STEPS):
        step = rules.next_step(books.payment, found, services.now())
        if step is None:
            return books.payment
        _apply(services, account, books, step)
        # Whether it was us or somebody else: what it says now is what counts.
        books = around(account.store, account.customer.id, payment_id)
    raise Unavailable()


def _movements(services: Services, account: BillingAccount, payment: Payment) -> Sequence[Movement]:
    unasked = [one for one in payment.backs if one.state == "starting"]
    if not payment.account:
        return [Movement(one.id, "refund", one.amount, "done", one.at, one.reason, one.id) for one in unasked]
    payer = account.payer(payment)
    answered = [
        services.payments.refund(payer, payment, one) for one in unasked if services.now() - one.at < rules.REPEAT_UNTIL
    ]
    found = services.payments.movements(payer, payment)
    listed = {one.id for one in found}
    return [*found, *(one for one in answered if one.id not in listed)]


def _apply(services: Services, account: BillingAccount, books: Books, step: Step) -> None:
    """One step, in one transaction: the payment's row, and where money moves invoices, sums, ledger and notices too."""
    store, customer, now = account.store, books.customer, services.now()
    before, back = books.payment, step.back
    after = rules.with_back(before, back)
    after = replace(after, task_at=rules.next_look(after, after.state, now) if after.back_open else None)
    writes = [records.change_payment(store, customer.id, before, after)]
    sent: notices.Notices = ()
    if step.money != "none":
        out = step.money == "out"
        changed, credit = (
            rules.take_back(before, back, books.invoices, customer.sums.credit, account.day(now))
            if out
            else rules.give_again(before, back, books.invoices, account.day(now))
        )
        sent = notices.gone_back(account, customer, after, back, again=not out)
        writes += [
            *_changed(account, books.invoices, changed),
            customers.change_sums(
                store, customer.id, customer.sums, rules.move(customer.sums, books.invoices, changed, credit)
            ),
            records.went_back(store, customer.id, after, back, step.money, credit, now),
            *notices.posted(store, customer.id, sent, now),
        ]
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        log.info("payment %s: %s moved meanwhile", before.id, failed)
        return
    notices.hand_over(services, account, sent)


def _changed(account: BillingAccount, before: Sequence[Invoice], after: Sequence[Invoice]) -> list[Write]:
    return [
        records.change_invoice(account.store, account.customer.id, old, new)
        for old, new in zip(before, after, strict=True)
        if old != new
    ]
