"""Whether a customer's books agree with themselves, and with what Stripe says. Pure; minor units.

Says in words what does not, and repairs nothing. What merely follows from something already said is not said again:
one cause, one line. docs/decisions/0004-money.md has the invariants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.billing.rules.invoices import Invoice
from chalicelib.billing.rules.money_back import Movement
from chalicelib.billing.rules.payments import Back, Payment
from chalicelib.customers.rules import Pending, Sums
from chalicelib.money import Money

# How far back Stripe is asked: more than the day since the last audit, so that one night may fail.
WINDOW = timedelta(days=3)
# What Stripe did by itself reaches the books by its webhook, which may be late.
WEBHOOKS_TAKE = timedelta(hours=1)
# What Stripe took is in the books by then, whatever was lost.
SWEEPS_TAKE = timedelta(days=1)
# Of more drifts than this only the number is kept: a row has a size.
MOST_WORDS = 200

# What the ledger calls that which moves money: its keys are made of these words.
RECEIVED, VOIDED = "received", "voided"
OUT: Mapping[str, str] = {"refund": "refunded", "dispute": "disputed"}
IN: Mapping[str, str] = {"refund": "refund_undone", "dispute": "dispute_won"}


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that does not agree. `about` is which check said so; the words name ids and amounts, no people."""

    about: str
    words: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger. `cause` is its key: what moved this money, once."""

    cause: str
    kind: str
    amount: int
    credit: int
    payment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerBooks:
    """All that a customer's books say, as of one moment."""

    customer: str
    currency: str
    sums: Sums
    invoices: Sequence[Invoice]
    payments: Sequence[Payment]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment that Stripe took, with the names that we sent along."""

    intent: str
    customer: str
    payment: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class GoneBack:
    """What Stripe says went back of a payment, with the names that we sent along with that."""

    customer: str
    payment: str
    movement: Movement


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the audit of a company has come. `after` is where the next page of customers begins, `listed` whether
    there is none; `accounts` are the Stripe accounts whose payments were met, `compared` those that are through."""

    started_at: datetime
    after: Mapping[str, str] | None = None
    listed: bool = False
    accounts: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    drift: int = 0
    drifts: tuple[Drift, ...] = ()
    done: bool = False
    version: int = 0

    @property
    def since(self) -> datetime:
        """From when on Stripe is compared."""
        return self.started_at - WINDOW

    def with_findings(self, found: Sequence[Drift], counted: Mapping[str, int], **values: Any) -> Progress:
        """A step further."""
        kept = (*self.drifts, *found)[:MOST_WORDS]
        counts = dict(Counter(self.counts) + Counter(counted))
        return replace(self, drift=self.drift + len(found), drifts=kept, counts=counts, **values)


def check(books: CustomerBooks) -> list[Drift]:
    """Everything about a customer's books that does not agree; nothing if they are right."""
    invoices = [*_invoices(books)]
    sums = [] if invoices else [*_balance(books)]
    holds = [*_holds(books)]
    in_flight = [] if holds else [*_in_flight(books)]
    ledger = [*_ledger(books), *_posted(books)]
    whole = [] if ledger else [*_whole(books)]
    found = (*invoices, *sums, *holds, *in_flight, *_pending(books), *ledger, *whole)
    return [replace(one, customer=books.customer) for one in found]


def _invoices(books: CustomerBooks) -> Iterator[Drift]:
    """What was paid before Porchlight may be more than was posted, never less; and nothing is paid beyond its total."""
    for one in books.invoices:
        posted = sum(entry.amount for entry in one.posted)
        if one.paid < posted:
            words = f"Invoice {one.id} says {_m(books, one.paid)} is paid, and {_m(books, posted)} was posted to it."
            yield Drift("invoice", words)
        if one.paid + one.in_flight > one.total:
            words = f"Invoice {one.id} comes to {_m(books, one.total)}, and {_m(books, one.paid + one.in_flight)} is "
            yield Drift("invoice", words + "paid or on its way.")


def _balance(books: CustomerBooks) -> Iterator[Drift]:
    due = sum(one.due for one in books.invoices)
    if books.sums.balance != due:
        words = f"The balance says {_m(books, books.sums.balance)}, and the invoices come to {_m(books, due)}."
        yield Drift("balance", words)
        return
    count = sum(one.due > 0 for one in books.invoices)
    if books.sums.open_count != count:
        yield Drift("open_count", f"{books.sums.open_count} invoices are said to be open, and {count} are.")


def _holds(books: CustomerBooks) -> Iterator[Drift]:
    """Each hold is of an unfinished payment that pays this invoice just so, and each such payment has its holds."""
    wanted = {
        (payment.id, part.invoice_id): part.amount
        for payment in books.payments
        if not payment.final
        for part in payment.allocations
    }
    held = {(payment, one.id): amount for one in books.invoices for payment, amount in one.holds.items()}
    for payment, invoice in sorted(wanted.keys() | held.keys()):
        want, have = wanted.get((payment, invoice), 0), held.get((payment, invoice), 0)
        if want != have:
            words = f"Invoice {invoice} holds {_m(books, have)} for payment {payment}, which has {_m(books, want)} "
            yield Drift("hold", words + "under way for it.")


def _in_flight(books: CustomerBooks) -> Iterator[Drift]:
    held = sum(one.in_flight for one in books.invoices)
    if books.sums.in_flight != held:
        words = f"{_m(books, books.sums.in_flight)} is said to be on its way, and the invoices hold {_m(books, held)}."
        yield Drift("in_flight", words)


def _pending(books: CustomerBooks) -> Iterator[Drift]:
    listed = {one.payment: one for one in books.sums.pending}
    under_way = {one.id: one for one in books.payments if not one.final}
    for id in sorted(listed.keys() ^ under_way.keys()):
        fact = "is not listed as under way, and is" if id in under_way else "is listed as under way, and is not"
        yield Drift("pending", f"Payment {id} {fact}.")
    for id in sorted(listed.keys() & under_way.keys()):
        payment, entry = under_way[id], listed[id]
        if (entry.amount, entry.credit) != (payment.total, payment.credit):
            yield Drift("pending", _amounts_differ(books, payment, entry))


def _amounts_differ(books: CustomerBooks, payment: Payment, entry: Pending) -> str:
    return (
        f"Payment {payment.id} is listed with {_m(books, entry.amount)}, {_m(books, entry.credit)} of it credit; "
        f"it is {_m(books, payment.total)}, {_m(books, payment.credit)} of it credit."
    )


def _ledger(books: CustomerBooks) -> Iterator[Drift]:
    """Each movement of a payment has its one row in the ledger, and each row its movement."""
    wanted: dict[str, int] = {}
    for payment in books.payments:
        wanted |= moved_by(payment)
    for invoice in books.invoices:
        if (voided := _voided_on(invoice)) and f"{invoice.id}#{VOIDED}" not in {one.cause for one in books.entries}:
            yield Drift(
                "ledger", f"Invoice {invoice.id} gave {_m(books, voided)} to credit, and the ledger has no row."
            )
    for one in books.entries:
        if one.kind == VOIDED:
            yield from _void_row(books, one)
            continue
        want = wanted.pop(one.cause, None)
        if want is None:
            yield Drift("ledger", f"The ledger has {_m(books, one.amount)} as {one.cause}, which nothing caused.")
        elif want != one.amount:
            words = f"The ledger has {_m(books, one.amount)} as {one.cause}, and it was {_m(books, want)}."
            yield Drift("ledger", words)
    for cause, amount in wanted.items():
        yield Drift("ledger", f"The ledger has no row {cause}, of {_m(books, amount)}.")


def _void_row(books: CustomerBooks, entry: Entry) -> Iterator[Drift]:
    """A voided invoice gave what was paid on it to credit: what was posted, and what was paid before Porchlight."""
    invoice = next((one for one in books.invoices if entry.cause == f"{one.id}#{VOIDED}"), None)
    if invoice is None or invoice.status != "void":
        yield Drift("ledger", f"The ledger has {entry.cause}, and no such invoice is void.")
    elif entry.amount or entry.credit < _voided_on(invoice):
        words = f"The ledger has {_m(books, entry.credit)} of credit as {entry.cause}, and "
        yield Drift("ledger", words + f"{_m(books, _voided_on(invoice))} was taken off the invoice.")


def moved_by(payment: Payment) -> dict[str, int]:
    """The rows that a payment must have in the ledger: cause -> amount."""
    if payment.state != "succeeded":
        return {}
    rows = {f"{payment.id}#{RECEIVED}": payment.amount}
    for back in payment.backs:
        if back.state in ("done", "undone"):
            rows[f"{payment.id}#{OUT[back.kind]}#{back.id}"] = -back.amount
        if back.state == "undone":
            rows[f"{payment.id}#{IN[back.kind]}#{back.id}"] = back.amount
    return rows


def _posted(books: CustomerBooks) -> Iterator[Drift]:
    """What a payment posted to invoices, and what became credit, is what was paid."""
    posted: Counter[str] = Counter()
    for invoice in books.invoices:
        for one in invoice.posted:
            posted[one.payment_id] += one.amount if one.kind in ("charge", "credit") else 0
    for payment in books.payments:
        have = posted.pop(payment.id, 0) + payment.to_credit
        want = payment.total if payment.state == "succeeded" else 0
        if have != want:
            words = f"Payment {payment.id} paid {_m(books, want)}, and {_m(books, have)} of it went somewhere."
            yield Drift("posted", words)
    for id, amount in sorted(posted.items()):
        yield Drift("posted", f"{_m(books, amount)} was posted for payment {id}, which there is not.")


def _whole(books: CustomerBooks) -> Iterator[Drift]:
    """All money is on an invoice or in account credit; and the credit is what the ledger says became of it."""
    came = sum(one.amount for one in books.entries)
    became_credit = sum(one.credit for one in books.entries)
    on_invoices = sum(entry.amount for one in books.invoices for entry in one.posted)
    voided = {f"{one.id}#{VOIDED}": _voided_on(one) for one in books.invoices if one.status == "void"}
    before = sum(one.credit - voided[one.cause] for one in books.entries if one.kind == VOIDED)
    if on_invoices + became_credit != came + before:
        words = f"The ledger comes to {_m(books, came)}, and {_m(books, on_invoices + became_credit - before)} of it is"
        yield Drift("ledger", words + " on invoices or in account credit.")
    aside = sum(one.credit for one in books.payments if not one.final)
    aside += sum(back.credit for one in books.payments for back in one.backs if back.open)
    if books.sums.credit + aside != became_credit:
        words = (
            f"Account credit is {_m(books, books.sums.credit)}, with {_m(books, aside)} put aside; by the ledger it "
        )
        yield Drift("credit", words + f"should come to {_m(books, became_credit)}.")


def _voided_on(invoice: Invoice) -> int:
    return -sum(one.amount for one in invoice.posted if one.kind == VOIDED)


def _m(books: CustomerBooks, amount: int) -> str:
    return str(Money(amount, books.currency))


# Against Stripe


def check_taken(taken: Taken, payment: Payment | None, entry: Entry | None, now: datetime) -> Drift | None:
    """What Stripe took must be in the books, once. A payment that is still under way is the sweep's work, for a day."""
    took = f"Stripe took {Money(taken.amount, taken.currency.upper())} by {taken.intent} for payment {taken.payment}"
    if payment is None:
        return Drift("stripe", f"{took}, which the books don't know.")
    if not payment.final:
        since = payment.expected_on or payment.created_at.date()
        late = now.date() - since > SWEEPS_TAKE and now - payment.created_at > SWEEPS_TAKE
        return Drift("stripe", f"{took}, which the books have under way since {since}.") if late else None
    if payment.state != "succeeded":
        return Drift("stripe", f"{took}, which is {payment.state}.")
    if payment.intent != taken.intent:
        return Drift("stripe", f"{took}, whose own is {payment.intent or 'none'}: charged twice?")
    if entry is None:
        return Drift("stripe", f"{took}, and the ledger has no row of it.")
    return check_received(entry, payment, taken)


def check_received(entry: Entry, payment: Payment, taken: Taken | None) -> Drift | None:
    """Money that the ledger says came in by Stripe must have been taken there."""
    says = f"The ledger says {Money(entry.amount, payment.currency)} came in by payment {payment.id}"
    if taken is None:
        return Drift("stripe", f"{says}, and Stripe took nothing for it.")
    if (taken.amount, taken.currency.upper()) != (entry.amount, payment.currency.upper()):
        return Drift("stripe", f"{says}, and Stripe took {Money(taken.amount, taken.currency.upper())}.")
    return None


def back_of(payment: Payment, movement: Movement) -> Back | None:
    """The entry in the books of what Stripe says went back."""
    return next((one for one in payment.backs if one.id in (movement.ours, movement.id)), None)


def movement_of(back: Back, found: Sequence[Movement]) -> Movement | None:
    """What Stripe says of an entry in the books."""
    return next((one for one in found if back.id in (one.ours, one.id)), None)


def check_gone_back(payment: Payment, movement: Movement, now: datetime) -> Drift | None:
    """What Stripe gave back must be in the books, unless it was just now."""
    back = back_of(payment, movement)
    if back is None:
        left = movement.state in ("done", "undone")
        if not left or now - movement.at < WEBHOOKS_TAKE:
            return None
        words = (
            f"Stripe has a {movement.kind} of {Money(movement.amount, payment.currency)} ({movement.id}) of payment "
        )
        return Drift("stripe", words + f"{payment.id}, which the books don't know.")
    return None if back.open else check_back(payment, back, movement)


def check_back(payment: Payment, back: Back, movement: Movement | None) -> Drift | None:
    """Money that the books say went back, or came again, must have done so at Stripe."""
    says = f"The books say that the {back.kind} {back.id} of payment {payment.id} is {back.state}"
    if movement is None:
        return Drift("stripe", f"{says}, and Stripe has none.") if back.state in ("done", "undone") else None
    if movement.amount != back.amount:
        theirs, ours = Money(movement.amount, payment.currency), Money(back.amount, payment.currency)
        return Drift("stripe", f"{says} with {ours}, and at Stripe it is {theirs}.")
    came_again = {"failed", "undone"}
    same = back.state == movement.state or {back.state, movement.state} <= came_again
    return None if same else Drift("stripe", f"{says}, and at Stripe it is {movement.state}.")
