"""A payment: one intention to pay, the states it goes through, and when it is looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.billing.rules.invoices import Invoice
from chalicelib.errors import N_, Invalid

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
TOO_OLD = N_("This page is too old. Please check the amount and pay again.")
# A Checkout page lives this long after the payment began; its hold no longer. Stripe's minimum is 30 minutes from the
# call, so a repeated call has five minutes in which it is the very same one.
CHECKOUT_LIFE = timedelta(minutes=35)

BackKind = Literal["refund", "dispute"]
# So long what went back may still come again: disputes are decided within four months, and what a bank can't give to
# its customer it sends back within one.
MAY_COME_AGAIN: dict[BackKind, timedelta] = {"dispute": timedelta(days=120), "refund": timedelta(days=30)}
# `starting`: Stripe was asked, or will be; `pending`: on its way through the banks; `done`: the money is back with the
# customer; `failed`: it never left; `undone`: it left and came again (a dispute won, a refund the bank sent back).
BackState = Literal["starting", "pending", "done", "failed", "undone"]


@dataclass(frozen=True, slots=True)
class Allocation:
    """How much of a payment goes to which invoice; `credit` is the part of it that account credit pays."""

    invoice_id: str
    number: str
    amount: int
    credit: int = 0

    @property
    def charge(self) -> int:
        return self.amount - self.credit


@dataclass(frozen=True, slots=True)
class Back:
    """Money of a payment on its way back, or gone back: a refund of ours, or a dispute (a bank's late return is one).

    `id` is ours for a refund asked for here, Stripe's for all others. `reason` is a code for the words. `credit` is the
    account credit that was put aside for it when it was asked for: nobody can spend it meanwhile.
    """

    id: str
    kind: BackKind
    amount: int
    state: BackState
    at: datetime
    reason: str = ""
    credit: int = 0

    @property
    def open(self) -> bool:
        return self.state in ("starting", "pending")


@dataclass(frozen=True, slots=True)
class Payment:
    """One intention to pay. Its id is the attempt minted with the form: the same attempt twice is the same payment.

    `amount` is what is charged, `credit` the account credit used on top; `to_credit` what no invoice took of it.
    `method_id` is a saved method's, or '' for a new one by Checkout. `intent` and `checkout` are Stripe's ids.
    `next_url` is where the customer goes on: Checkout, or the bank's own check. `called_at` is when Stripe was last
    asked to begin it. `account` is the Stripe account it is charged on (a company may have connected another since);
    '' for money that staff took: cash, a check. `keeps` saves a new method. `held` are the invoices as its hold left
    them, so that settling need not read what nobody has changed. `expected_on` is when a bank debit should arrive.
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
    credit: int = 0
    to_credit: int = 0
    keeps: bool = False
    expected_on: date | None = None
    backs: tuple[Back, ...] = ()
    held: tuple[Invoice, ...] = ()

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def receipt_number(self) -> str:
        return self.id[-10:]

    @property
    def total(self) -> int:
        """What it pays in all: the charge and the credit used."""
        return self.amount + self.credit

    @property
    def gone_back(self) -> int:
        """What the customer has got back of the charge."""
        return sum(one.amount for one in self.backs if one.state == "done")

    @property
    def refundable(self) -> int:
        """What can still be given back: charged, and neither back nor on its way back."""
        if self.state != "succeeded":
            return 0
        return max(
            0, self.amount - sum(one.amount for one in self.backs if one.state in ("starting", "pending", "done"))
        )

    @property
    def back_open(self) -> bool:
        """Whether money is on its way back."""
        return any(one.open for one in self.backs)


OutcomeKind = Literal["open", "requires_action", "processing", "succeeded", "failed", "canceled", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Stripe says of a payment.

    `open`: waiting for the customer on Checkout. `unknown`: Stripe has never heard of it.
    `amount` is what was received, `currency` its currency where Stripe says so.
    """

    kind: OutcomeKind
    intent: str = ""
    checkout: str = ""
    amount: int = 0
    method: str = ""
    failure: str = ""
    next_url: str = ""
    currency: str = ""


def check_attempt(made_at: datetime, now: datetime) -> None:
    """Invalid unless the form was made lately."""
    if not -timedelta(minutes=5) <= now - made_at <= ATTEMPT_LIFE:
        raise Invalid("", TOO_OLD)


def fits(payment: Payment, outcome: Outcome) -> bool:
    """Whether what Stripe took is what was asked for; in another currency, nothing may be posted."""
    return not outcome.currency or outcome.currency.upper() == payment.currency.upper()


def next_state(payment: Payment, outcome: Outcome, now: datetime, expected_on: date | None = None) -> Payment:
    """The payment after what Stripe says. A final state is never left.

    `unknown` releases the payment only once no call of ours can still make it. `expected_on` is when a bank debit that
    begins now should arrive.
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
        expected_on=(payment.expected_on or expected_on) if state == "processing" else payment.expected_on,
        held=() if final else payment.held,
    )
    return after if final else replace(after, task_at=next_look(after, state, now))


def asked_once(payment: Payment) -> bool:
    """Whether Stripe was asked to begin it a single time: what it then refuses was never made."""
    return payment.called_at == payment.created_at


def begun(payment: Payment) -> bool:
    """Whether Stripe has answered that it knows this payment."""
    return bool(payment.intent or payment.checkout)


def is_for(payment: Payment, invoices: Iterable[tuple[str, int]]) -> bool:
    """Whether it pays just these: (invoice id, amount)."""
    return {one.invoice_id: one.amount for one in payment.allocations} == dict(invoices)


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


def next_look_back(payment: Payment, now: datetime) -> datetime | None:
    """When the sweep looks again at what came back of a payment, in case every event is lost: soon where Stripe has not
    answered, hourly while banks are at it, daily while it may come again; None when nothing changes any more."""
    looks = []
    for one in payment.backs:
        if one.state == "starting":
            looks.append(now + timedelta(minutes=2))
        elif one.state == "pending":
            looks.append(now + timedelta(hours=1))
        elif one.state == "done" and payment.account and now - one.at < MAY_COME_AGAIN[one.kind]:
            looks.append(now + timedelta(days=1))
    return min(looks, default=None)
