"""Settle a payment: one idempotent action for the webhook, the return page and the sweep alike.

Ask Stripe what became of it, decide, and write payment, invoices, sums, ledger and receipt in one transaction. Whoever
comes second finds the payment's version moved on and has nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records, rules
from chalicelib.billing.gateway import Payer
from chalicelib.billing.rules import Invoice, Outcome, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

log = logging.getLogger(__name__)

TRIES = 8


@dataclass(frozen=True, slots=True)
class BillingAccount:
    """Whose payment it is: the company, its store, the customer."""

    store: Store
    company: Company
    customer: Customer

    def payer(self, payment: Payment) -> Payer:
        """As Stripe is told. The account is the payment's own, whatever the company has connected since."""
        return Payer(
            payment.account, self.store.tenant, self.customer.id, self.customer.email, self.customer.stripe_customer
        )

    def day(self, now: datetime) -> date:
        """The day it is where the company is."""
        return now.astimezone(ZoneInfo(self.company.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Books:
    """A payment with all that it changes, as it was read in one go."""

    payment: Payment
    invoices: tuple[Invoice, ...]
    customer: Customer


def read(store: Store, customer: str, payment_id: str) -> Books:
    """The payment, then its invoices and the customer in one read; NotFound if there is no such payment."""
    payment = records.payment(store, customer, payment_id)
    if payment is None:
        raise NotFound()
    return _around(store, customer, payment)


def _around(store: Store, customer: str, payment: Payment) -> Books:
    profile, *items = store.get(
        customers.profile_key(store, customer),
        *(records.invoice_key(store, customer, one.invoice_id) for one in payment.allocations),
    )
    if profile is None:
        raise NotFound()
    found = tuple(records.to_invoice(item) for item in items if item)
    return Books(payment, found, customers.to_customer(profile))


def settle(services: Services, account: BillingAccount, books: Books, outcome: Outcome | None = None) -> Payment:
    """Bring a payment to where Stripe says it is. `outcome` spares a call to Stripe when it was just answered.

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
        after = rules.next_state(payment, outcome, services.now())
        if _same(payment, after):
            return payment
        try:
            account.store.transact(*_writes(services, account, books, after, outcome))
        except ConditionFailed as failed:
            log.info("payment %s: %s moved meanwhile", payment.id, failed)
            books = read(account.store, account.customer.id, payment.id)
            if "payment" in failed.names:
                outcome = None  # somebody has heard from Stripe since we asked: ask again
            continue
        if after.state == "succeeded" and account.customer.email:
            messages.hand_over(services, account.store, account.customer.id, _receipt_id(after))
        return after
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


def _writes(
    services: Services, account: BillingAccount, books: Books, after: Payment, outcome: Outcome
) -> Sequence[Write]:
    """The transaction: five writes for a payment of one invoice that succeeded."""
    store, customer, now = account.store, books.customer, services.now()
    writes = [records.change_payment(store, customer.id, books.payment, after)]
    if not after.final:
        return writes
    changed, credit = _spread(books, after, outcome, account.day(now))
    sums = rules.move(customer.sums, books.invoices, changed, credit)
    writes += [
        records.change_invoice(store, customer.id, old, new)
        for old, new in zip(books.invoices, changed, strict=True)
        if old != new
    ]
    writes.append(customers.change_sums(store, customer.id, customer.sums, sums))
    if after.state == "succeeded":
        writes.append(records.received(store, customer.id, after, outcome, credit, now))
        if customer.email:
            receipt = _receipt(account, customer, after, outcome, sums.balance)
            writes.append(outbox.new_message(store, customer.id, receipt, now))
    return writes


def _spread(books: Books, after: Payment, outcome: Outcome, day: date) -> tuple[list[Invoice], int]:
    """The invoices with the money on them, or with their holds gone; and what no invoice took."""
    if after.state != "succeeded":
        return [rules.release(invoice, after.id) for invoice in books.invoices], 0
    left = outcome.amount
    changed = []
    planned = {one.invoice_id: one.amount for one in after.allocations}
    for invoice in books.invoices:
        part = min(left, planned[invoice.id])
        posted, over = rules.post(invoice, after, part, day)
        changed.append(posted)
        left -= part - over
    return changed, left


def _receipt_id(payment: Payment) -> str:
    return f"receipt-{payment.id}"


def _receipt(account: BillingAccount, customer: Customer, payment: Payment, outcome: Outcome, balance: int) -> Message:
    return Message(
        _receipt_id(payment), "receipt", customer.email, customer.language or account.company.locale[:2],
        {
            "name": customer.first_name,
            "amount": outcome.amount,
            "method": payment.method,
            "receipt_number": payment.receipt_number,
            "paid_at": (payment.settled_at or payment.created_at).isoformat(),
            "allocations": [[one.invoice_id, one.number, one.amount] for one in payment.allocations],
            "balance": balance,
            "path": f"/payments/{payment.id}",
        },
    )  # fmt: skip
