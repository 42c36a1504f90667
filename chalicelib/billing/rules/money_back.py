"""Money that goes back, and where it is taken from: refunds, disputes, a bank's late returns. Pure; minor units.

A bank or a card network does not ask us: what it takes must be taken from somewhere. First from what no invoice took,
then from the invoices, the last one paid first. If what lay in account credit has been spent since, the credit goes
below zero, and that is what the customer owes beside their invoices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.billing.rules.invoices import Invoice, Posted, PostedKind, post, take_off
from chalicelib.billing.rules.payments import Back, BackKind, BackState, Payment
from chalicelib.errors import N_, Conflict, Invalid
from chalicelib.money import Money

# Asked for and never answered: Stripe has surely forgotten the call by then, and it is in no list.
UNANSWERED_REFUND = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Movement:
    """What Stripe says of money going back. `ours` is the id that our refund sent along, '' for others."""

    id: str
    kind: BackKind
    amount: int
    state: BackState
    at: datetime
    reason: str = ""
    ours: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to write down: the entry as it is after, and which way its money moves."""

    back: Back
    money: Literal["none", "out", "in"]


def ask_refund(payment: Payment, refund_id: str, amount: int, reason: str, now: datetime) -> Back:
    """A refund to ask Stripe for. Conflict: nothing is left. Invalid: more than can be given back, with the figure."""
    if payment.state != "succeeded" or payment.refundable <= 0:
        raise Conflict(N_("This payment has nothing left to refund."))
    if not 0 < amount <= payment.refundable:
        most = Money(payment.refundable, payment.currency)
        raise Invalid("amount", N_("At most %(amount)s of this payment can be refunded."), amount=most)
    return Back(refund_id, "refund", amount, "starting", now, reason)


def next_step(payment: Payment, found: Sequence[Movement], now: datetime) -> Step | None:
    """The first thing that Stripe tells and the payment does not say yet; None when they agree.

    `found` is all that Stripe has for this payment, in any order.
    """
    known = {one.id: one for one in payment.backs}
    for movement in sorted(found, key=lambda one: (one.at, one.id)):
        before = known.get(movement.ours) or known.get(movement.id)
        if before is None:
            before = Back(movement.id, movement.kind, movement.amount, "starting", movement.at, movement.reason)
        step = _onward(before, movement)
        if step is not None:
            return step
    answered = {one.ours for one in found} | {one.id for one in found}
    for one in payment.backs:
        if one.state == "starting" and one.id not in answered and now - one.at > UNANSWERED_REFUND:
            return Step(replace(one, state="failed", reason="unanswered"), "none")
    return None


def _onward(before: Back, movement: Movement) -> Step | None:
    """From one state to the next. Money leaves when it is done, and comes again when that is undone; nothing else
    moves any, and nothing goes back to where it was. What came to nothing says why, in Stripe's word."""
    state = movement.state
    if state == before.state or before.state in ("failed", "undone"):
        return None
    why = (movement.reason or before.reason) if state == "failed" else before.reason
    after = replace(before, state=state, reason=why)
    if before.state == "done":
        return Step(replace(after, state="undone"), "in") if state in ("failed", "undone") else None
    if state == "done":
        return Step(after, "out")
    if state == "undone":
        return Step(replace(before, state="done"), "out")  # it left before it came again: one after the other
    return None if state == "starting" else Step(after, "none")


def take_back(
    payment: Payment, back: Back, invoices: Sequence[Invoice], credit: int, on: date
) -> tuple[list[Invoice], int]:
    """The payment's invoices with this money gone, and by how much free account credit changes (never up).

    `invoices` in the order in which they were paid, `credit` what the customer has free: what was put aside for a
    refund is not in it, and goes first. What the payment charged to an invoice can be taken from it; credit used on top
    stays.
    """
    kind: PostedKind = "refund" if back.kind == "refund" else "dispute"
    left = back.amount - back.credit
    on_invoices = [max(0, one.posted_by(payment.id) - one.posted_by(payment.id, "credit")) for one in invoices]
    aside = sum(one.credit for one in payment.backs if one.open and one.id != back.id) + back.credit
    lying = max(0, payment.amount - payment.gone_back - sum(on_invoices) - aside)
    from_credit = min(left, lying, max(0, credit))
    left -= from_credit
    changed = list(invoices)
    for place in reversed(range(len(changed))):
        part = min(left, on_invoices[place])
        if part > 0:
            changed[place] = take_off(changed[place], Posted(payment.id, on, payment.method, -part, kind))
            left -= part
    return changed, -(from_credit + left)


def credit_to_set_aside(payment: Payment, asked: Back, invoices: Sequence[Invoice], credit: int, on: date) -> int:
    """The account credit that a refund takes, when all else of the payment that is on its way back has gone before it.
    Conflict: that has been used."""
    change = 0
    for back in (*(one for one in payment.backs if one.open), asked):
        invoices, change = take_back(payment, back, invoices, credit, on)
        if credit + change < min(0, credit):
            raise Conflict(N_("Part of this payment became account credit and has been used. Refund less."))
        payment, credit = with_back(payment, replace(back, state="done")), credit + change
    return -change


def give_again(payment: Payment, back: Back, invoices: Sequence[Invoice], on: date) -> tuple[list[Invoice], int]:
    """The invoices paid again by money that came again, in the order they were paid; the rest is account credit.

    One that was given up meanwhile is paid too: it was given up for want of this money.
    """
    kind: PostedKind = "refund" if back.kind == "refund" else "dispute"
    left, changed = back.amount, []
    for one in invoices:
        part = min(left, max(0, -one.posted_by(payment.id, kind)))
        open_again = replace(one, status="open") if one.status == "written_off" else one
        paid, over = post(open_again, Posted(payment.id, on, payment.method, part, kind)) if part else (one, 0)
        changed.append(replace(paid, status=one.status))
        left -= part - over
    return changed, left


def with_back(payment: Payment, back: Back) -> Payment:
    """The payment with this entry in place of the one of its id, or added."""
    if any(one.id == back.id for one in payment.backs):
        return replace(payment, backs=tuple(back if one.id == back.id else one for one in payment.backs))
    return replace(payment, backs=(*payment.backs, back))
