"""The messages that money causes: written in the transaction that moves it, handed over after. One cause, one mail.

What a bank's code means is put in as a text of the catalogue (`why`): messages know nothing of billing's codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing import declines
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Back, Invoice, Payment
from chalicelib.customers.rules import Customer
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services

Notices = tuple[Message, ...]


def posted(store: Store, customer: str, sent: Notices, now: datetime) -> list[Write]:
    """Their rows in the outbox."""
    return [outbox.new_message(store, customer, one, now) for one in sent]


def hand_over(services: Services, account: BillingAccount, sent: Notices) -> None:
    """Tell the worker about them; what it is not told the sweep finds."""
    for one in sent:
        messages.hand_over(services, account.store, account.customer.id, one.id)


def receipt(account: BillingAccount, customer: Customer, payment: Payment, balance: int) -> Notices:
    """What was paid, to which invoices."""
    values = {
        "receipt_number": payment.receipt_number,
        "paid_at": (payment.settled_at or payment.created_at).isoformat(),
        "to_credit": payment.to_credit,
        "balance": balance,
    }
    return _to_customer(account, customer, payment, f"receipt-{payment.id}", "receipt", values)


def on_its_way(account: BillingAccount, customer: Customer, payment: Payment) -> Notices:
    """A bank debit has begun: not paid yet, and when it should be."""
    values = {"expected_on": payment.expected_on.isoformat() if payment.expected_on else ""}
    return _to_customer(account, customer, payment, f"debit-{payment.id}", "debit_started", values)


def came_back(account: BillingAccount, customer: Customer, before: Payment, payment: Payment) -> Notices:
    """A bank debit that had begun did not arrive: the invoices are open again, and company and customer are told. What
    the customer sees fail on the page needs no mail."""
    if before.state != "processing" or payment.state != "failed":
        return ()
    name = f"returned-{payment.id}"
    told, why = {"why": declines.words(payment.failure)}, {"why": declines.why(payment.failure)}
    return (
        *_to_customer(account, customer, payment, name, "debit_returned", told),
        *_to_company(account, customer, payment, name, "debit_returned_company", why),
    )


def gone_back(
    account: BillingAccount, customer: Customer, payment: Payment, back: Back, again: bool, moved: Sequence[Invoice]
) -> Notices:
    """A refund that is done is told to the customer; a dispute to both, and its end to the company. `moved` are the
    invoices that this changed, as they are after it."""
    by_bank, cause = payment.expected_on is not None, f"{payment.id}-{back.id}"
    values = {
        "back": back.amount,
        "why": declines.why(back.reason),
        "by_bank": by_bank,
        "in_hand": not payment.account,
        "open": [[one.id, one.number, one.due] for one in moved if one.due > 0],
    }
    if back.kind == "refund":
        if again:
            return _to_company(account, customer, payment, f"refund-failed-{cause}", "refund_failed_company", values)
        return _to_customer(account, customer, payment, f"refund-{cause}", "refund", {**values, "why": ""})
    if again:
        return _to_company(account, customer, payment, f"dispute-won-{cause}", "dispute_won_company", values)
    name = f"dispute-{cause}"
    return (
        *_to_customer(account, customer, payment, name, "dispute", values if by_bank else {**values, "why": ""}),
        *_to_company(account, customer, payment, name, "dispute_company", values),
    )


def _to_customer(
    account: BillingAccount, customer: Customer, payment: Payment, id: str, template: str, values: Mapping[str, object]
) -> Notices:
    if not customer.email:
        return ()
    language = customer.language or account.company.locale[:2]
    about = {**_about(payment), "name": customer.first_name, "path": f"/payments/{payment.id}", **values}
    return (Message(id, template, customer.email, language, about),)


def _to_company(
    account: BillingAccount, customer: Customer, payment: Payment, id: str, template: str, values: Mapping[str, object]
) -> Notices:
    if not account.company.email:
        return ()
    about = {**_about(payment), "name": customer.name, "path": "", **values}
    return (Message(f"{id}-company", template, account.company.email, account.company.locale[:2], about),)


def _about(payment: Payment) -> dict[str, object]:
    parts: Sequence[list[object]] = [[one.invoice_id, one.number, one.amount] for one in payment.allocations]
    return {"amount": payment.amount, "credit": payment.credit, "method": payment.method, "allocations": parts}
