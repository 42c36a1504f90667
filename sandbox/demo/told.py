"""What Evergreen has told its customers lately: invites, invoices, reminders, receipts, with what became of each mail.

One address no longer exists: its mail came back, and since then nothing goes there. One template says things in
Evergreen's own words, one goes by SMS too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, cast

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing.actions import notices
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.delivering import invoice_values
from chalicelib.billing.rules import Payment
from chalicelib.customers.rules import Customer
from chalicelib.messages import records as outbox
from chalicelib.messages import standard
from chalicelib.messages.actions import stopped
from chalicelib.messages.records import suppressions, templates
from chalicelib.messages.rules import Message, Outcome, Recipient, State
from chalicelib.messages.rules.template import Choice, texts_of
from chalicelib.messages.writing.language import fill
from chalicelib.messages.writing.values import Links, variables
from chalicelib.tenants.rules import Company
from sandbox.demo.past import Bill, at_noon

LATELY = timedelta(days=45)
# Of one customer's invoices and payments only so many: there are pages enough.
NEWEST = 4
# How long the mail system takes to send a mail, and to say that it arrived.
TAKEN, ARRIVED = timedelta(seconds=2), timedelta(seconds=9)
# The customer whose address no longer exists.
GONE = "pruitt"
NO_SUCH_BOX = "smtp; 550 5.1.1 The e-mail account that you tried to reach does not exist"

OWN = "invoice_ready"
OPENING = {
    "subject": "{{ invoice.title }}: your invoice{% if invoice.number %} {{ invoice.number }}{% endif %}",
    "html": """\
<h1>Thank you{% if customer.first_name %}, {{ customer.first_name }}{% endif %}</h1>
<p>It was good to be at your place. Here is what we did:</p>
<ul>
{% for line in invoice.lines %}<li>{{ line.description }}: {{ line.amount }}</li>
{% endfor %}</ul>
{% if invoice.due > 0 %}
<p class="figure">{{ invoice.due }}</p>
<p>Please pay it by {{ invoice.due_on }}.</p>
{{ portal_button | label: "See it and pay" }}
{% else %}
<p>There is nothing left to pay.</p>
{{ portal_button | label: "See the invoice" }}
{% endif %}
<p>Something not as it should be? Just answer this mail, or call Maya at {{ company.phone }}.</p>""",
    "text": """\
Thank you{% if customer.first_name %}, {{ customer.first_name }}{% endif %}. It was good to be at your place.
Here is what we did:

{% for line in invoice.lines %}- {{ line.description }}: {{ line.amount }}
{% endfor %}
{% if invoice.due > 0 %}
To pay by {{ invoice.due_on }}: {{ invoice.due }}
{% else %}
There is nothing left to pay.
{% endif %}

{{ portal_link }}

Something not as it should be? Just answer this mail, or call Maya at {{ company.phone }}.""",
}
BY_SMS = "receipt"
CHOICES = {
    OWN: Choice(texts={"en": {"email": OPENING}}),
    BY_SMS: Choice(sms=True),
}


class Told(Protocol):
    """A customer's money, as `filling.py` makes it up."""

    billing: BillingAccount
    payments: list[Payment]

    @property
    def customer(self) -> Customer: ...

    @property
    def bills(self) -> Sequence[Bill]: ...


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message of the past, and how it ended."""

    at: datetime
    message: Message
    outcome: Outcome = "delivered"
    state: State = "sent"
    reason: str = ""


def choices(store: Store) -> Iterator[Write]:
    """What Evergreen has decided of its templates."""
    for name, after in CHOICES.items():
        yield templates.decide(store, name, Choice(), after)


def rows(accounts: Iterable[Told], now: datetime) -> Iterator[Write]:
    """The log of each customer, and the address that gets no more."""
    for one in accounts:
        customer = one.customer
        if not customer.email or not customer.access:
            continue
        for sent in _sent(one, customer, now):
            yield _row(one.billing, customer, sent)
            if sent.outcome == "bounced":
                at, store = after(sent.at, ARRIVED), one.billing.store
                yield suppressions.suppress(
                    store, customer.email, "bounced", NO_SUCH_BOX, at, customer.id, sent.message.id
                )


def _sent(one: Told, customer: Customer, now: datetime) -> list[_Sent]:
    found = [*_invited(customer), *_billed(one, customer, now), *_paid(one, customer, now)]
    found = [sent for sent in found if sent.at < now - ARRIVED]
    found.sort(key=lambda sent: sent.at)
    if customer.external_id != GONE:
        return found
    *before, last = found
    again = replace(last.message, id=f"{last.message.id}-again")
    at = min(last.at + timedelta(hours=5), now - timedelta(minutes=10))
    return [*before, replace(last, outcome="bounced"), _Sent(at, again, "", "skipped", stopped.NO_MAIL["bounced"])]


def _invited(customer: Customer) -> Iterator[_Sent]:
    if customer.invited_at:
        message = _about(customer, "link-invite", "portal_invite", {}, "/")
        yield _Sent(datetime.fromisoformat(customer.invited_at), message)


def _billed(one: Told, customer: Customer, now: datetime) -> Iterator[_Sent]:
    """The invoices as they were sent, and a reminder, two days late, of those that nobody paid."""
    company = one.billing.company
    lately = [bill for bill in one.bills if bill.invoice.status == "open"][:NEWEST]
    for bill in lately:
        invoice, at = bill.invoice, at_noon(bill.invoice.issued_on, company) + timedelta(minutes=5)
        if at < now - LATELY:
            continue
        values = {"invoice": invoice_values(invoice, bill.details, one.billing.day(at))}
        path = f"/invoices/{invoice.id}"
        yield _Sent(at, _about(customer, f"link-{invoice.id}", OWN, values, path))
        late = at_noon(invoice.due_on, company) + timedelta(days=2)
        if bill.state == "overdue" and late < now:
            yield _Sent(late, _about(customer, f"link-{invoice.id}-late", "invoice_reminder", values, path))


def _paid(one: Told, customer: Customer, now: datetime) -> Iterator[_Sent]:
    """What was told of payments made on the portal."""
    lately = [payment for payment in one.payments if payment.account and payment.created_at > now - LATELY]
    for payment in lately[-NEWEST:]:
        if payment.state == "succeeded":
            told = notices.receipt(one.billing, customer, payment, customer.sums.balance)
        elif payment.state == "processing":
            told = notices.on_its_way(one.billing, customer, payment)
        else:
            before = replace(payment, state="processing")
            told = notices.not_paid(one.billing, customer, before, payment, watched=False)
        at = payment.settled_at or payment.created_at
        yield from (_Sent(at, message) for message in told if message.to == customer.email)


def _about(customer: Customer, id: str, template: str, values: Mapping[str, object], path: str) -> Message:
    return Message(
        id, template, customer.email, customer.language or "en", values, phone=next(iter(customer.phones), ""),
        path=path, by="email",
    )  # fmt: skip


def _row(account: BillingAccount, customer: Customer, sent: _Sent) -> Write:
    made = outbox.new_message(account.store, customer.id, sent.message, sent.at)
    row = cast(outbox.MessageRow, made.row)
    row.state, row.task, row.task_at, row.reason = sent.state, None, None, sent.reason or None
    if sent.state == "sent":
        row.sent_at, row.summary = after(sent.at, TAKEN), subject(account.company, customer, sent.message)
    if sent.outcome:
        row.outcome, row.outcome_at = sent.outcome, after(sent.at, ARRIVED)
        row.detail = NO_SUCH_BOX if sent.outcome == "bounced" else None
    return made


def after(at: datetime, by: timedelta) -> str:
    """So much later, as rows have it."""
    return (at + by).isoformat(timespec="seconds")


def subject(company: Company, customer: Customer | None, message: Message) -> str:
    """As its reader saw it. `customer` is who it was to, or about; None for nobody's."""
    template = standard.template(message.template)
    to = None
    if customer:
        to = Recipient(customer.id, customer.name, customer.first_name, customer.email, message.phone)
    values = variables(template, message.values, company, to, Links(""), message.language)
    texts, _ = texts_of(template, CHOICES.get(template.name, Choice()), message.language, "email")
    return fill(texts["subject"], "subject", values)
