"""An estimate: what a company offers a customer, and how it was decided. Pure; minor units.

An estimate is decided once: accepted or declined by the customer, or marked so by staff. Staff can re-open it; every
decision stays on record. What options, packages and deposits will need hangs on `Details`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chalicelib.billing.rules import Line

Status = Literal["draft", "pending", "won", "lost"]
# What people see: a pending one whose last day is over has expired.
Standing = Literal["draft", "pending", "won", "lost", "expired"]
DecisionKind = Literal["accepted", "declined"]
# Who decided, where it was not staff.
CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an estimate's row says. `expires_on` is the last day it can be accepted on, where the company is; None for
    none. `revision` counts what customers may have seen: it rises when the offer changes, and nobody accepts another
    one than the one they were looking at. `version` counts every write. `decisions` is how often it was decided;
    `invoice` the invoice that was made of it ('' for none). `changes_asked`: the customer has asked for changes since
    the offer last changed."""

    id: str
    number: str
    title: str
    status: Status
    issued_on: date
    expires_on: date | None
    currency: str
    total: int
    revision: int = 1
    version: int = 0
    decisions: int = 0
    decided_at: str = ""
    invoice: str = ""
    changes_asked: bool = False
    external_id: str = ""

    def standing(self, today: date) -> Standing:
        """`today` is the company's."""
        if self.status == "pending" and self.expires_on is not None and today > self.expires_on:
            return "expired"
        return self.status


@dataclass(frozen=True, slots=True)
class Details:
    """What only the estimate's own page shows. `terms` is what the customer agrees to, in the words of the company's
    standard terms of `terms_version`, 0 where the estimate has words of its own; '' for none. `follows`: a draft that
    takes the standard terms of the moment when it is issued; these are those of when it was written."""

    lines: tuple[Line, ...]
    subtotal: int
    tax: int = 0
    tax_name: str = ""
    notes: str = ""
    terms: str = ""
    terms_version: int = 0
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """How an estimate was decided, for good: who by, from where, about which revision, and what they agreed to.

    `by` is CUSTOMER, or what the audit trail calls the staff who marked it. `signature` is the name as it was typed,
    '' where there is none; `address` and `agent` are those of the request; `at` is UTC, ISO 8601. `reason` is what a
    customer said who declined. `terms` are the words, whole.
    """

    number: int
    kind: DecisionKind
    at: str
    by: str
    revision: int
    total: int
    signature: str = ""
    reason: str = ""
    terms: str = ""
    terms_version: int = 0
    address: str = ""
    agent: str = ""

    @property
    def by_customer(self) -> bool:
        return self.by == CUSTOMER


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What a customer would like changed. `id` is a ULID; `at` UTC, ISO 8601."""

    id: str
    at: str
    revision: int
    text: str


@dataclass(frozen=True, slots=True)
class Signing:
    """Who decides, and from where, as a request says it. `language` is the one they read in, '' where nobody knows."""

    address: str
    agent: str
    at: datetime
    language: str = ""
