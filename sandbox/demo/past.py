"""The demo's past, made up without a world: what each customer was billed, and how they paid it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from ulid import ULID

from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.tenants.rules import Company
from sandbox import catalogue
from sandbox.people import Person

TERMS = timedelta(days=14)
# Since then customers pay on the portal; before, they sent checks.
PORTAL = timedelta(days=300)
# A bank debit begun this long ago has surely arrived, or come back.
DEBITS_ARRIVE = timedelta(days=10)

# How money came: a saved card or bank account, a new card on Checkout, or by hand.
How = Literal["saved", "new", "hand"]
# What became of it at the bank, where that is not the usual.
Fate = Literal["", "returned", "under_way"]


@dataclass
class Bill:
    """An invoice. `paid` is what was paid on it in the end, `credited` the credit note that it ended with."""

    invoice: Invoice
    details: Details
    state: str
    paid: int = 0
    credited: int = 0


@dataclass
class Planned:
    """A payment: when, what of which bills, and how. `words` says how, if by hand; `over` came beyond the bills,
    `refund` was given back some days later."""

    id: str
    at: datetime
    parts: list[tuple[Bill, int]]
    how: How
    words: str
    fate: Fate = ""
    over: int = 0
    refund: int = 0

    @property
    def amount(self) -> int:
        return sum(amount for _, amount in self.parts) + self.over


@dataclass
class History:
    """A customer's id with all bills, newest first, and the payments, oldest first."""

    person: Person
    id: str
    joined: datetime
    bills: list[Bill]
    payments: list[Planned] = field(default_factory=list)


def plan(company: Company, people: Sequence[Person], first: int, now: datetime) -> list[History]:
    """A company's customers, what they were billed and how they paid. `first` is the oldest invoice's number."""
    chance = random.Random(company.slug)
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    histories = []
    for person in people:
        bills = _bills(person, company, today, chance)
        joined = at_noon(today - timedelta(days=person.since + 14), company)
        histories.append(History(person, new_id(chance, joined), joined, bills))
    _number([bill for one in histories for bill in one.bills], first)
    chance = random.Random(f"{company.slug} pays")
    for one in histories:
        one.payments = _payments(one, _Days(company, today, chance))
    return histories


# What was billed

# An unpaid invoice's state -> days from today until it is due.
_UNPAID = {"draft": 14, "due": 12, "processing": 9, "due_soon": 3, "part_paid": 6, "overdue": -12, "long_overdue": -47}
# Paid by whatever chance says, by a check, with others in one payment, by a debit after one that came back, and whole
# before a part of it was credited and refunded.
_PAID = {"paid", "check", "together", "returned", "credited"}


def _bills(person: Person, company: Company, today: date, chance: random.Random) -> list[Bill]:
    """A customer's invoices, newest first."""
    bills = []
    step = person.since / max(person.count, 1)
    for n in range(person.count):
        state = person.states[n] if n < len(person.states) else "paid"
        days = round(n * step) + (chance.randrange(3) if n >= len(person.states) else 0)
        if state in _UNPAID:
            due = today + timedelta(days=_UNPAID[state])
            issued = min(due - TERMS, today)
        else:
            issued = today - timedelta(days=days + 1)
            due = issued + TERMS
        bills.append(_bill(person, company, state, issued, due, chance))
    bills.sort(key=lambda bill: bill.invoice.id, reverse=True)
    return bills


def _bill(person: Person, company: Company, state: str, issued: date, due: date, chance: random.Random) -> Bill:
    work = catalogue.pick(person.work, issued, chance)
    lines = tuple(Line(one.words, one.quantity, one.price, one.amount) for one in work.lines(chance))
    subtotal = sum(line.amount for line in lines)
    tax = catalogue.tax(work, lines)
    total = subtotal + tax
    status = state if state in ("draft", "void", "written_off") else "open"
    at = at_noon(issued, company) + timedelta(minutes=chance.randrange(300), seconds=chance.randrange(60))
    invoice = Invoice(
        new_id(chance, at), "", work.title, status, issued, due, company.currency, total,  # type: ignore[arg-type]
    )  # fmt: skip
    details = Details(
        lines, subtotal, tax, catalogue.TAX_NAME if tax else "", work.note, (person.name, *person.address)
    )
    credited = total // 10 if state == "credited" else 0
    paid = total * 4 // 10 // 100 * 100 if state == "part_paid" else total - credited if state in _PAID else 0
    return Bill(invoice, details, state, paid, credited)


def _number(bills: Iterable[Bill], first: int) -> None:
    """The company's own numbers, in the order of issue."""
    for number, bill in enumerate(sorted(bills, key=lambda bill: bill.invoice.id), start=first):
        bill.invoice = replace(bill.invoice, number=str(number))


# How it was paid


@dataclass(frozen=True, slots=True)
class _Days:
    """A company's calendar up to today, and its chance."""

    company: Company
    today: date
    chance: random.Random

    def evening(self, day: date) -> datetime:
        """Some time in the evening of a day, or of yesterday if that is not over: customers pay after work."""
        minutes = timedelta(hours=6, minutes=self.chance.randrange(300), seconds=self.chance.randrange(60))
        return at_noon(min(day, self.today - timedelta(days=1)), self.company) + minutes

    def ago(self, at: datetime) -> timedelta:
        return at_noon(self.today, self.company) - at


def _payments(history: History, days: _Days) -> list[Planned]:
    """A customer's payments, oldest first."""
    made = [one for bills in _paid_together(history) for one in _paid(history.person, bills, days)]
    made.sort(key=lambda one: one.id)
    if history.person.credit:
        # The newest check was made out for more than was owed.
        next(one for one in reversed(made) if one.how == "hand").over = history.person.credit
    return made


def _paid_together(history: History) -> Iterator[list[Bill]]:
    """Bills that were paid by one payment, oldest first."""
    paid = [one for one in reversed(history.bills) if one.paid or one.state == "processing"]
    whole = [one for one in paid if one.state == "paid"]
    together = [one for one in paid if one.state == "together"]
    yield from ([one] for one in paid if one.state not in ("paid", "together"))
    if together:
        yield together
    if history.person.monthly:
        for _, month in groupby(whole, key=lambda one: (one.invoice.issued_on.year, one.invoice.issued_on.month)):
            yield list(month)
    else:
        yield from ([one] for one in whole)


def _paid(person: Person, bills: list[Bill], days: _Days) -> Iterator[Planned]:
    """The payment of these bills; two, if the bank sent the first one back."""
    newest = bills[-1]
    issued = newest.invoice.issued_on
    if newest.state == "processing":
        yield _planned(person, [(newest, newest.invoice.total)], days.evening(days.today), days, fate="under_way")
        return
    after = timedelta(days=days.chance.randint(1, 3 if newest.state in ("together", "returned") else 11))
    parts = [(one, one.paid) for one in bills]
    if newest.state == "returned":
        yield _planned(person, parts, days.evening(issued + after), days, fate="returned")
        after += timedelta(days=11)
    at = days.evening(issued + after)
    if newest.state == "credited":
        yield _planned(person, [(newest, newest.paid + newest.credited)], at, days, refund=newest.credited)
        return
    yield _planned(person, parts, at, days)


def _planned(
    person: Person, parts: list[tuple[Bill, int]], at: datetime, days: _Days, *, fate: Fate = "", refund: int = 0
) -> Planned:
    """How it came: since there is a portal by what is on file, else by a card now and then; before, by hand."""
    state, luck = parts[-1][0].state, days.chance.random()
    words = f"Check {days.chance.randint(1040, 4980)}" if person.business or state == "check" or luck < 0.8 else "Cash"
    how: How = "hand"
    if person.access and days.ago(at) < PORTAL and state != "check":
        if not person.saved:
            how = "new" if luck < 0.5 else "hand"
        elif not person.by_bank or fate or days.ago(at) > DEBITS_ARRIVE:
            how = "saved"
    return Planned(new_id(days.chance, at), at, parts, how, words, fate, refund=refund)


# Ids and times


def new_id(chance: random.Random, at: datetime) -> str:
    """A ULID of that time whose random part is our own."""
    milliseconds = int(at.timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + chance.randbytes(10)))


def at_noon(day: date, company: Company) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(company.time_zone)).astimezone(UTC)
