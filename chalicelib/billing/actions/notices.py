"""The messages that money causes: written in the transaction that moves it, handed over after. One cause, one message.

What a bank's code means is put in as a text of the catalogue (`why`): messages know nothing of billing's codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import declines
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Back, Invoice, Payment
from chalicelib.customers.rules import Customer
from chalicelib.errors import Unavailable
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services

Notices = tuple[Message, ...]
Values = Mapping[str, object]

FAILED = "payment_failed"
# Whoever looks at a failed payment so long after it ended may have a message about it that was not sent yet.
UNTOLD = timedelta(minutes=15)
SEEN = "The customer has seen it on the payment's page."


def posted(store: Store, customer: str, sent: Notices, now: datetime) -> list[Write]:
    """Their rows in the outbox."""
    return [outbox.new_message(store, customer, one, now) for one in sent]


def hand_over(services: Services, account: BillingAccount, sent: Notices) -> None:
    """Tell the worker about them; what it is not told the sweep finds, some minutes later. That a payment failed is
    left to it: Stripe's word may be faster than the customer, who comes back from their bank's page and sees it."""
    for one in sent:
        if one.template != FAILED:
            messages.hand_over(services, account.store, account.customer.id, one.id)


def receipt(account: BillingAccount, customer: Customer, payment: Payment, balance: int) -> Notices:
    """What was paid, to which invoices."""
    values = {**_payment(payment), "to_credit": payment.to_credit, "balance": balance}
    return _to_customer(account, customer, payment, f"receipt-{payment.id}", "receipt", {"payment": values})


def on_its_way(account: BillingAccount, customer: Customer, payment: Payment) -> Notices:
    """A bank debit has begun: not paid yet, and when it should be."""
    values = {"payment": _payment(payment)}
    return _to_customer(account, customer, payment, f"debit-{payment.id}", "debit_started", values)


def not_paid(
    account: BillingAccount, customer: Customer, before: Payment, payment: Payment, *, watched: bool
) -> Notices:
    """A payment has ended without money. A bank debit that came back is told to customer and company; anything else to
    the customer, unless they gave it up themselves or are looking (`watched`)."""
    if payment.state == "failed" and (before.state == "processing" or declines.is_return(payment.failure)):
        return _came_back(account, customer, payment)
    if watched or not _expected(before, payment):
        return ()
    # Nobody finished the bank's check, and Stripe names no reason.
    why = declines.words(payment.failure or "authentication_required")
    values = {"payment": {**_payment(payment), "why": why}}
    return _to_customer(account, customer, payment, _failed(payment), FAILED, values)


def seen(services: Services, account: BillingAccount, payment: Payment) -> None:
    """The page tells the customer that it failed: no message needs to, if it has not gone yet."""
    if payment.state not in ("failed", "canceled") or payment.settled_at is None:
        return
    now = services.now()
    if now - payment.settled_at > UNTOLD:
        return
    aside = outbox.put_aside(account.store, account.customer.id, _failed(payment), now, "skipped", SEEN)
    with suppress(ConditionFailed, Unavailable):
        account.store.write(aside)


def gone_back(
    account: BillingAccount, customer: Customer, payment: Payment, back: Back, again: bool, moved: Sequence[Invoice]
) -> Notices:
    """A refund that is done is told to the customer; a dispute to both, and its end to the company. `moved` are the
    invoices that this changed, as they are after it."""
    by_bank, cause = payment.expected_on is not None, f"{payment.id}-{back.id}"
    values: Values = {
        "amount": back.amount,
        "total": payment.total,
        "currency": payment.currency,
        "method": payment.method,
        "why": declines.why(back.reason),
        "by_bank": by_bank,
        "in_hand": not payment.account,
        "invoices": _invoices(payment),
        "open": [{"number": one.number, "due": one.due} for one in moved if one.due > 0],
    }
    untold = {**values, "why": ""}
    if back.kind == "refund":
        if again:
            name = f"refund-failed-{cause}"
            return _to_company(account, customer, payment, name, "refund_failed_company", {"refund": values})
        return _to_customer(account, customer, payment, f"refund-{cause}", "refund", {"refund": untold})
    if again:
        name = f"dispute-won-{cause}"
        return _to_company(account, customer, payment, name, "dispute_won_company", {"dispute": values})
    name = f"dispute-{cause}"
    # A card's bank repeats what the cardholder said; to a customer that reads like an accusation.
    return (
        *_to_customer(account, customer, payment, name, "dispute", {"dispute": values if by_bank else untold}),
        *_to_company(account, customer, payment, name, "dispute_company", {"dispute": values}),
    )


def _came_back(account: BillingAccount, customer: Customer, payment: Payment) -> Notices:
    name, about = f"returned-{payment.id}", _payment(payment)
    told = {"payment": {**about, "why": declines.words(payment.failure)}}
    why = {"payment": {**about, "why": declines.why(payment.failure)}}
    return (
        *_to_customer(account, customer, payment, name, "debit_returned", told),
        *_to_company(account, customer, payment, name, "debit_returned_company", why),
    )


def _expected(before: Payment, payment: Payment) -> bool:
    """Whether the customer may think that it was paid: not one who never finished Stripe's page, or gave it up."""
    return payment.state == "failed" or bool(payment.failure) or before.state == "requires_action"


def _failed(payment: Payment) -> str:
    return f"failed-{payment.id}"


def _to_customer(
    account: BillingAccount, customer: Customer, payment: Payment, id: str, template: str, values: Values
) -> Notices:
    if not (customer.email or customer.phone):
        return ()
    language, path = customer.language or account.company.locale[:2], f"/payments/{payment.id}"
    return (Message(id, template, customer.email, language, values, phone=customer.phone, path=path),)


def _to_company(
    account: BillingAccount, customer: Customer, payment: Payment, id: str, template: str, values: Values
) -> Notices:
    company = account.company
    if not (company.email or company.phone):
        return ()
    about = {**values, "account": {"name": customer.name}}
    place = f"/payments/{customer.id}-{payment.id}"
    language, name = company.locale[:2], f"{id}-company"
    return (Message(name, template, company.email, language, about, phone=company.phone, console_path=place),)


def _payment(payment: Payment) -> dict[str, object]:
    return {
        "total": payment.total,
        "charged": payment.amount,
        "credit": payment.credit,
        "currency": payment.currency,
        "method": payment.method,
        "receipt_number": payment.receipt_number,
        "paid_at": (payment.settled_at or payment.created_at).isoformat(),
        "expected_on": payment.expected_on.isoformat() if payment.expected_on else "",
        "invoices": _invoices(payment),
    }


def _invoices(payment: Payment) -> list[dict[str, object]]:
    return [{"number": one.number, "amount": one.amount} for one in payment.allocations]
