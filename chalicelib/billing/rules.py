"""Invoices and payments: what is owed, what may be paid, what Stripe's answers mean. Pure; minor units throughout.

The invariants of docs/decisions/0004-money.md are about what stands here; they are property-tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.customers.rules import Sums
from chalicelib.errors import N_, Conflict, Invalid
from chalicelib.money import Money

InvoiceStatus = Literal["draft", "open", "void", "written_off"]
StateKind = Literal["due", "overdue", "part_paid", "processing", "paid", "void", "written_off"]
PaymentState = Literal["starting", "requires_action", "processing", "succeeded", "failed", "canceled"]

FINAL: frozenset[PaymentState] = frozenset({"succeeded", "failed", "canceled"})
# A call that Stripe never heard of by now never reaches it: our own time-outs are seconds.
GIVE_UP = timedelta(minutes=15)
# A second click may repeat an unanswered call once the first can no longer be under way, and while Stripe surely
# remembers the idempotency key, which makes both one charge: it forgets keys after 24 hours.
REPEAT_AFTER = timedelta(seconds=30)
REPEAT_UNTIL = timedelta(hours=12)
# Nobody finishes a bank's check after this long; until then the invoice keeps the hold.
CHECK_LIFE = timedelta(hours=1)
# What such a payment says of itself: nobody canceled it.
UNANSWERED = "unanswered"
# How old a form's attempt may be.
ATTEMPT_LIFE = timedelta(hours=12)
# A Checkout page lives this long after the payment began; its hold no longer. Stripe's minimum is 30 minutes from the
# call, so a repeated call has five minutes in which it is the very same one.
CHECKOUT_LIFE = timedelta(minutes=35)


@dataclass(frozen=True, slots=True)
class State:
    """An invoice's state for people. `days` until due, or since it was."""

    kind: StateKind
    days: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """A payment as the invoice it paid remembers it."""

    payment_id: str
    on: date
    method: str
    amount: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice's row says. `holds` are payments under way: payment id -> amount; `posted` those that arrived."""

    id: str
    number: str
    title: str
    status: InvoiceStatus
    issued_on: date
    due_on: date
    currency: str
    total: int
    paid: int = 0
    credited: int = 0
    holds: Mapping[str, int] = field(default_factory=dict)
    posted: tuple[Posted, ...] = ()
    version: int = 0

    @property
    def in_flight(self) -> int:
        return sum(self.holds.values())

    @property
    def due(self) -> int:
        """What is still owed. A draft, void or written-off invoice owes nothing."""
        return self.total - self.paid - self.credited if self.status == "open" else 0

    @property
    def payable(self) -> int:
        """What can be paid now: due and not already on its way."""
        return max(0, self.due - self.in_flight)

    def state(self, today: date) -> State:
        """In words, `today` being the company's."""
        if self.status in ("void", "written_off"):
            return State("void" if self.status == "void" else "written_off")
        if self.due <= 0:
            return State("paid")
        if self.payable <= 0:
            return State("processing")
        if today > self.due_on:
            return State("overdue", (today - self.due_on).days)
        if self.paid or self.credited:
            return State("part_paid", (self.due_on - today).days)
        return State("due", (self.due_on - today).days)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice. `quantity` is written as the company wrote it ("1.5")."""

    description: str
    quantity: str
    unit_price: int
    amount: int


@dataclass(frozen=True, slots=True)
class Details:
    """What only the invoice's own page shows."""

    lines: tuple[Line, ...]
    subtotal: int
    tax: int = 0
    tax_name: str = ""
    notes: str = ""
    bill_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """How much of a payment goes to which invoice."""

    invoice_id: str
    number: str
    amount: int


@dataclass(frozen=True, slots=True)
class Method:
    """A saved way to pay, as pages show it. Stripe is the source of truth; this is what the first page needs."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool = False

    @property
    def expires(self) -> str:
        return f"{self.exp_month:02d}/{self.exp_year % 100:02d}"

    def expired(self, today: date) -> bool:
        return (self.exp_year, self.exp_month) < (today.year, today.month)


@dataclass(frozen=True, slots=True)
class Payment:
    """One intention to pay. Its id is the attempt minted with the form: the same attempt twice is the same payment.

    `method_id` is a saved method's, or '' for a new one by Checkout. `intent` and `checkout` are Stripe's ids.
    `next_url` is where the customer goes on: Checkout, or the bank's own check. `called_at` is when Stripe was last
    asked to begin it. `account` is the Stripe account it is charged on: a company may have connected another since.
    """

    id: str
    state: PaymentState
    amount: int
    currency: str
    allocations: tuple[Allocation, ...]
    method_id: str
    account: str
    created_at: datetime
    called_at: datetime
    method: str = ""
    intent: str = ""
    checkout: str = ""
    next_url: str = ""
    failure: str = ""
    settled_at: datetime | None = None
    task_at: datetime | None = None
    version: int = 0

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def receipt_number(self) -> str:
        return self.id[-10:]


OutcomeKind = Literal["open", "requires_action", "processing", "succeeded", "failed", "canceled", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Stripe says of a payment.

    `open`: waiting for the customer on Checkout. `unknown`: Stripe has never heard of it.
    `amount` is what was received.
    """

    kind: OutcomeKind
    intent: str = ""
    checkout: str = ""
    amount: int = 0
    method: str = ""
    failure: str = ""
    next_url: str = ""


def allocate_invoice(invoice: Invoice, amount: int | None = None) -> tuple[Allocation, ...]:
    """Pay one invoice whole: what can be paid of it now. Conflict when that is nothing, or not the amount shown.

    `amount` is what the page showed; the server alone decides what is owed, and says so if they differ.
    """
    if invoice.status != "open" or invoice.due <= 0:
        raise Conflict(N_("This invoice has nothing left to pay."))
    if invoice.payable <= 0:
        raise Conflict(N_("A payment for this invoice is already under way."))
    if amount is not None and amount != invoice.payable:
        raise Conflict(
            N_("The amount has changed: %(amount)s is due now. Please look at it again."),
            amount=Money(invoice.payable, invoice.currency),
        )
    return (Allocation(invoice.id, invoice.number, invoice.payable),)


def check_attempt(made_at: datetime, now: datetime) -> None:
    """Invalid unless the form was made lately."""
    if not -timedelta(minutes=5) <= now - made_at <= ATTEMPT_LIFE:
        raise Invalid("", N_("This page is too old. Please check the amount and pay again."))


def hold(invoice: Invoice, payment_id: str, amount: int) -> Invoice:
    """Put a payment's amount aside. Conflict if it no longer fits: paid + in flight never exceeds the total."""
    if amount <= 0 or amount > invoice.payable:
        raise Conflict(N_("A payment for this invoice is already under way."))
    return replace(invoice, holds={**invoice.holds, payment_id: amount})


def release(invoice: Invoice, payment_id: str) -> Invoice:
    """Take a payment's hold away, if it has one."""
    return replace(invoice, holds={key: value for key, value in invoice.holds.items() if key != payment_id})


def post(invoice: Invoice, payment: Payment, amount: int, on: date) -> tuple[Invoice, int]:
    """Pay with what was received; the invoice after it, and what did not fit. `on` is the company's day.

    A hold keeps room, but staff may have voided or credited the invoice meanwhile: then the rest is the customer's.
    """
    freed = release(invoice, payment.id)
    fits = min(amount, max(0, freed.due))
    if fits <= 0:
        return freed, amount
    entry = Posted(payment.id, on, payment.method, fits)
    return replace(freed, paid=freed.paid + fits, posted=(*freed.posted, entry)), amount - fits


def move(sums: Sums, before: Sequence[Invoice], after: Sequence[Invoice], credit: int = 0) -> Sums:
    """The customer's sums when these invoices change, and `credit` is added."""
    return Sums(
        balance=sums.balance + sum(i.due for i in after) - sum(i.due for i in before),
        in_flight=sums.in_flight + sum(i.in_flight for i in after) - sum(i.in_flight for i in before),
        credit=sums.credit + credit,
        open_count=sums.open_count + sum(i.due > 0 for i in after) - sum(i.due > 0 for i in before),
        version=sums.version + 1,
    )


def next_state(payment: Payment, outcome: Outcome, now: datetime) -> Payment:
    """The payment after what Stripe says. A final state is never left.

    `unknown` releases the payment only once no call of ours can still make it.
    """
    if payment.final:
        return payment
    kinds: dict[OutcomeKind, PaymentState] = {
        "requires_action": "requires_action",
        "processing": "processing",
        "succeeded": "succeeded",
        "failed": "failed",
        "canceled": "canceled",
    }
    state = kinds.get(outcome.kind, payment.state)
    failure = outcome.failure if state == "failed" else ""
    if outcome.kind == "unknown" and now - payment.called_at > GIVE_UP:
        state, failure = "canceled", UNANSWERED
    final = state in FINAL
    after = replace(
        payment,
        task_at=None,
        state=state,
        intent=outcome.intent or payment.intent,
        checkout=outcome.checkout or payment.checkout,
        next_url="" if final or state == "processing" else outcome.next_url or payment.next_url,
        method=outcome.method or payment.method,
        failure=failure,
        settled_at=now if final else None,
    )
    return after if final else replace(after, task_at=next_look(after, state, now))


def asked_once(payment: Payment) -> bool:
    """Whether Stripe was asked to begin it a single time: what it then refuses was never made."""
    return payment.called_at == payment.created_at


def begun(payment: Payment) -> bool:
    """Whether Stripe has answered that it knows this payment."""
    return bool(payment.intent or payment.checkout)


def may_repeat(payment: Payment, now: datetime) -> bool:
    """Whether to ask Stripe once more to begin a payment whose call was never answered. The idempotency key makes it
    one charge whatever became of the first call."""
    young = now - payment.created_at < REPEAT_UNTIL
    return payment.state == "starting" and not begun(payment) and young and now - payment.called_at > REPEAT_AFTER


def forsaken(payment: Payment, now: datetime) -> bool:
    """Whether the customer has left the bank's check open too long."""
    return payment.state == "requires_action" and now - payment.created_at > CHECK_LIFE


def next_look(payment: Payment, state: PaymentState, now: datetime) -> datetime:
    """When the sweep looks at an unfinished payment again: soon while it is fresh, hourly for bank debits, and as soon
    as it can be given up, so that a hold ends when it should even if every webhook is lost."""
    if state == "processing":
        return now + timedelta(hours=1)
    age = now - payment.created_at
    soon = now + min(max(age, timedelta(minutes=2)), timedelta(hours=1))
    if state == "requires_action":
        ends = payment.created_at + CHECK_LIFE
    elif begun(payment):
        ends = payment.created_at + CHECKOUT_LIFE
    else:
        ends = payment.called_at + GIVE_UP
    ends += timedelta(seconds=1)
    return min(soon, ends) if ends > now else soon
