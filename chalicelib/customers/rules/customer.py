"""Who a customer is, what a session and a mailed link may do, and when they end. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Literal

SESSION = timedelta(hours=12)
LINK_SESSION = timedelta(hours=2)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
RESET_LIFE = timedelta(minutes=60)
LINK_LIFE_MIN, LINK_LIFE_MAX = timedelta(days=1), timedelta(days=90)
# An expired link can still send a fresh one to its address for this long.
LINK_MEMORY = timedelta(days=180)

LANGUAGES = ("en", "es")

Proof = Literal["password", "code", "link"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A payment under way, as the first page shows it: what it pays, the account credit it has put aside, the saved
    method it needs ('' for a new one), and when a bank debit should arrive."""

    payment: str
    amount: int
    credit: int = 0
    method_id: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """A customer's money at a glance, minor units, kept in the transaction of whatever changes it.

    `credit` is account credit that is free; below zero it is owed, beside the invoices, after a bank took money back.
    `version` counts those transactions: each is conditional on the one it read.
    """

    balance: int = 0
    in_flight: int = 0
    credit: int = 0
    open_count: int = 0
    version: int = 0
    pending: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who answers for a customer. By the e-mail they may sign in."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Glances:
    """What features above keep with a customer, so that the first page reads nothing more: JSON, each feature's own, ''
    for nothing yet. It is kept in the transaction of what it sums up, and changes with each: see `change_glance`."""

    estimates: str = ""
    documents: str = ""
    visits: str = ""
    bookings: str = ""


Standing = Literal["never_invited", "invited", "active", "off"]


@dataclass(frozen=True, slots=True)
class Customer:
    """One account of one company. `epoch` ends all its sessions when it rises, `link_epoch` all its mailed links.

    `emails` and `phones` are those of the contacts: see `with_contacts`. `stripe_customer` is who they are at
    `stripe_account`, the company's account when it was made; `methods` what they have saved there. `version` counts
    changes of who they are, and of nothing else: payments and sign-ins must not disturb them, nor they those. Times are
    UTC, ISO 8601, '' for never.
    """

    id: str
    name: str
    first_name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    language: str = ""
    logins: tuple[str, ...] = ()
    access: bool = True
    must_change: bool = False
    epoch: int = 0
    sums: Sums = Sums()
    stripe_account: str = ""
    stripe_customer: str = ""
    methods: str = "[]"
    contacts: tuple[Contact, ...] = ()
    external_id: str = ""
    created_at: str = ""
    last_sign_in: str = ""
    invited_at: str = ""
    link_epoch: int = 0
    version: int = 0
    glances: Glances = Glances()

    def __post_init__(self) -> None:
        """Whoever has addresses has contacts: an address alone is a contact without a name."""
        if not self.contacts and (self.emails or self.phones):
            pairs = zip_longest(self.emails, self.phones, fillvalue="")
            object.__setattr__(self, "contacts", tuple(Contact("", email, phone) for email, phone in pairs))

    @property
    def login(self) -> str:
        """The name they sign in by; several open the same account with the same password."""
        return self.logins[0] if self.logins else ""

    @property
    def email(self) -> str:
        """Where mail goes: the first address."""
        return self.emails[0] if self.emails else ""

    @property
    def phone(self) -> str:
        """Where an SMS goes: the first number, as it was typed."""
        return self.phones[0] if self.phones else ""

    def reached_at(self, to: str) -> bool:
        """Whether an e-mail address or a phone number, however it is spelled, is one of theirs."""
        if "@" in to:
            return to.lower() in {one.lower() for one in self.emails}
        return bool(_digits(to)) and _digits(to) in {_digits(one) for one in self.phones}

    @property
    def standing(self) -> Standing:
        """Where they stand with the portal."""
        if not self.access:
            return "off"
        if self.last_sign_in:
            return "active"
        return "invited" if self.invited_at else "never_invited"


def _digits(phone: str) -> str:
    """A number as it is compared: in North America few write the country's 1."""
    digits = re.sub(r"[^0-9]", "", phone)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def masked(to: str) -> str:
    """An e-mail address or a phone number as its owner knows it again, and nobody else learns it: 'd•••@example.com',
    '•••17'."""
    local, _, domain = to.rpartition("@")
    if local:
        return f"{local[:1]}•••@{domain}"
    return f"•••{_digits(to)[-2:]}" if _digits(to) else ""


def phone_beside(customers: Sequence[Customer], email: str) -> str:
    """The number of whoever has this address, for what opens all these accounts; '' if one of them has it not: a number
    must not let anybody into an account that it says nothing of."""
    if not customers:
        return ""
    first = customers[0]
    theirs = next((one.phone for one in first.contacts if one.email == email and one.phone), "")
    return theirs if theirs and all(one.reached_at(theirs) for one in customers) else ""


def with_contacts(customer: Customer, contacts: tuple[Contact, ...]) -> Customer:
    """A customer with these contacts, and so with their addresses and numbers."""
    emails = tuple(dict.fromkeys(one.email for one in contacts if one.email))
    phones = tuple(dict.fromkeys(one.phone for one in contacts if one.phone))
    return replace(customer, contacts=contacts, emails=emails, phones=phones)


@dataclass(frozen=True, slots=True)
class Login:
    """A person's name and password at one company, and the accounts they open."""

    name: str
    customers: tuple[str, ...]
    password: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """What a session cookie says, once it is verified.

    `proof` is how it was opened (JWT's `amr`): a link session sees and pays, and must step up for the rest.
    `accounts` are those this person may switch between, each with its epoch then: one that was revoked since is closed.
    """

    id: str
    tenant: str
    customer: str
    epoch: int
    proof: Proof
    expires: datetime
    accounts: tuple[tuple[str, int], ...]


def minutes(life: timedelta) -> int:
    """How long something lives, as people are told it."""
    return int(life.total_seconds() // 60)


def session_life(proof: Proof) -> timedelta:
    return LINK_SESSION if proof == "link" else SESSION


def may_continue(session: Session, customer: Customer, now: datetime) -> bool:
    """Whether the session still opens this account."""
    return customer.access and session.epoch == customer.epoch and now < session.expires


LinkState = Literal["open", "expired", "used", "revoked"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was sent, as it is stored. `kind`: portal (usable until it expires), sign-in and reset (once).

    `email` is where it went: of a portal link it may be a phone number.
    `challenge` binds a sign-in link to the browser that asked; `login` is the name a reset was asked for;
    `path` is where a portal link leads; `epoch` the `link_epoch` of the customer it was sent to, or for a reset all the
    epochs of its customers together: what has risen since ends the link.
    """

    kind: str
    customers: tuple[str, ...]
    email: str
    expires: datetime
    used: bool = False
    revoked: bool = False
    challenge: str = ""
    login: str = ""
    path: str = "/"
    epoch: int = 0

    def state(self, now: datetime) -> LinkState:
        if self.revoked:
            return "revoked"
        if self.used:
            return "used"
        return "open" if now < self.expires else "expired"


def link_life(days: int) -> timedelta:
    """A company's choice, held between 1 and 90 days."""
    return min(max(timedelta(days=days), LINK_LIFE_MIN), LINK_LIFE_MAX)


def tidy_login(typed: str) -> str:
    """A login as it is looked up: trimmed, in lower case. E-mail address or user name."""
    return typed.strip().lower()
