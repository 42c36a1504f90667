"""Saved ways to pay: cards and bank accounts, as pages show them. Stripe is the source of truth. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from chalicelib.errors import N_, Invalid

MethodKind = Literal["card", "bank"]
# A bank account whose numbers were typed in waits until a deposit of a cent has proven it, or never is proven.
MethodState = Literal["ready", "unverified", "failed"]
# What the customer reads on the bank statement: a code, or two amounts.
Deposit = Literal["", "code", "amounts"]

# Stripe's own counts of wrong answers (docs.stripe.com/payments/ach-direct-debit, "Micro-deposit verification").
TRIES: dict[Deposit, int] = {"code": 10, "amounts": 3, "": 0}
# More are no person's; the profile carries them all.
MOST_METHODS = 20
# So long a removal may be under way at Stripe. One that has not ended by then did not happen.
LEAVING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Method:
    """A saved card or bank account. `brand` is the network's or the bank's name; only cards have an expiry.

    `setup` is Stripe's setup intent of a bank account that is not verified; `tries_left` how often a wrong code or
    amount may still be sent; `leaving` the time (epoch seconds) at which its removal began.
    """

    id: str
    brand: str
    last4: str
    exp_month: int = 0
    exp_year: int = 0
    is_default: bool = False
    kind: MethodKind = "card"
    state: MethodState = "ready"
    setup: str = ""
    deposit: Deposit = ""
    arrives_on: date | None = None
    verify_by: date | None = None
    tries_left: int = 0
    failure: str = ""
    leaving: int = 0

    @property
    def words(self) -> str:
        return f"{self.brand} •••• {self.last4}"

    @property
    def expires(self) -> str:
        return f"{self.exp_month:02d}/{self.exp_year % 100:02d}" if self.kind == "card" else ""

    @property
    def usable(self) -> bool:
        """Whether it can be paid with, as far as it is ours to say: proven, and not on its way out."""
        return self.state == "ready" and not self.leaving

    def expired(self, today: date) -> bool:
        return self.kind == "card" and (self.exp_year, self.exp_month) < (today.year, today.month)

    def expires_soon(self, today: date) -> bool:
        """Whether this or the next month is its last."""
        if self.kind != "card" or self.expired(today):
            return False
        return (self.exp_year - today.year) * 12 + self.exp_month - today.month <= 1


@dataclass(frozen=True, slots=True)
class BillingDetails:
    """The name and address a bank compares. `country` is a code of two letters, '' where nobody has said."""

    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


def leave(methods: Sequence[Method], method_id: str, now: datetime) -> tuple[Method, ...]:
    """The methods with one marked as on its way out: no payment may begin with it any more."""
    at = int(now.timestamp())
    return tuple(replace(one, leaving=at) if one.id == method_id else one for one in methods)


def renew(known: Sequence[Method], found: Sequence[Method], now: datetime, ended: str = "") -> tuple[Method, ...]:
    """What is on file by Stripe's word, with what only we know: the tries counted, and what is being removed just now.
    `ended` is the method whose removal has ended, one way or the other: if Stripe still has it, it is back."""
    before = {one.id: one for one in known}
    made: list[Method] = []
    for one in found:
        old = before.get(one.id)
        if old is not None and old.setup == one.setup and one.state == "unverified":
            one = replace(one, tries_left=min(one.tries_left, old.tries_left))
        if old is not None and old.leaving and one.id != ended:
            under_way = now < datetime.fromtimestamp(old.leaving, UTC) + LEAVING
            one = replace(one, leaving=old.leaving if under_way else 0)
        made.append(one)
    made.sort(key=lambda one: not one.is_default)
    return tuple(made[:MOST_METHODS])


def heir(methods: Sequence[Method], today: date) -> Method | None:
    """The one that becomes the default where there is none: the first that can be paid with."""
    usable = [one for one in methods if one.usable]
    return next((one for one in usable if not one.expired(today)), next(iter(usable), None))


def read_expiry(typed: str, today: date) -> tuple[int, int]:
    """Month and year of '4/28', '04 / 2028', '0428'. Invalid in words: no such month, passed, too far away."""
    found = re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{2}|\d{4})|(\d{2})\s?(\d{2}|\d{4})", typed.strip(), re.ASCII)
    if not found:
        raise Invalid("expiry", N_("Write the month and year on the card, like 04/28."))
    month, year = int(found[1] or found[3]), int(found[2] or found[4])
    year += 2000 if year < 100 else 0
    if not 1 <= month <= 12:
        raise Invalid("expiry", N_("Write the month and year on the card, like 04/28."))
    if (year, month) < (today.year, today.month):
        raise Invalid("expiry", N_("This date has passed. Write the date on your new card."))
    if year > today.year + 20:
        raise Invalid("expiry", N_("This date is too far away. Check it and try again."))
    return month, year


def read_code(typed: str) -> str:
    """The code of a deposit as Stripe wants it. Invalid, and no try is spent, if it can't be one."""
    code = "".join(typed.split()).upper()
    if not re.fullmatch(r"SM[A-Z0-9]{4}", code):
        raise Invalid("code", N_("The code has six characters and starts with SM. Look for it on your bank statement."))
    return code


def read_cents(typed: str, field: str) -> int:
    """The cents of a deposit: '0.32', '.32', '$0.32' and '32' are the same. Invalid, and no try is spent, otherwise."""
    text = typed.strip().removeprefix("$").strip().replace(",", ".")
    wrong = Invalid(field, N_("Write the amount in cents, like 32 or 0.32. It is less than a dollar."))
    if not re.fullmatch(r"\d{1,2}|\d?\.\d{1,2}", text, re.ASCII):
        raise wrong
    cents = int(Decimal(text) * 100) if "." in text else int(text)
    if not 1 <= cents <= 99:
        raise wrong
    return cents
