"""What pages are given of estimates: the rules' dataclasses with what templates show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chalicelib.billing.rules import Line
from chalicelib.estimates.rules import ChangeRequest, Decision, Details, Estimate, Standing

EventKind = Literal["accepted", "declined", "changes"]


@dataclass(frozen=True, slots=True)
class EstimateItem:
    """A row of the list, and what every page of an estimate begins with. `invoice`: the one that was made of it, where
    the customer may see it; lists know of none."""

    id: str
    number: str
    title: str
    issued_on: date
    expires_on: date | None
    currency: str
    total: int
    standing: Standing
    changes_asked: bool
    invoice: str


@dataclass(frozen=True, slots=True)
class EstimateSheet(EstimateItem):
    """The estimate's own page."""

    revision: int
    lines: tuple[Line, ...]
    subtotal: int
    tax: int
    tax_name: str
    notes: str
    terms: str


@dataclass(frozen=True, slots=True)
class Event:
    """What was decided or asked for, and when. `by_customer` false: the company marked it. `signature` and `text`, the
    customer's words, are '' where there are none. `number` is a decision's."""

    kind: EventKind
    at: datetime
    by_customer: bool
    signature: str = ""
    text: str = ""
    number: int = 0


def item(estimate: Estimate, today: date) -> EstimateItem:
    return EstimateItem(
        estimate.id, estimate.number, estimate.title, estimate.issued_on, estimate.expires_on, estimate.currency,
        estimate.total, estimate.standing(today), estimate.changes_asked, estimate.invoice,
    )  # fmt: skip


def sheet(estimate: Estimate, details: Details, today: date) -> EstimateSheet:
    return EstimateSheet(
        estimate.id, estimate.number, estimate.title, estimate.issued_on, estimate.expires_on, estimate.currency,
        estimate.total, estimate.standing(today), estimate.changes_asked, estimate.invoice, estimate.revision,
        details.lines, details.subtotal, details.tax, details.tax_name, details.notes, details.terms,
    )  # fmt: skip


def decision(one: Decision) -> Event:
    # What staff noted for themselves is not for the customer.
    text = one.reason if one.by_customer else ""
    return Event(one.kind, datetime.fromisoformat(one.at), one.by_customer, one.signature, text, one.number)


def history(decisions: Sequence[Decision], requests: Sequence[ChangeRequest], stands: Decision | None) -> list[Event]:
    """What came before, newest first; the decision that stands is told elsewhere."""
    events = [decision(one) for one in decisions if one != stands]
    events += [Event("changes", datetime.fromisoformat(one.at), True, text=one.text) for one in requests]
    return sorted(events, key=lambda one: one.at, reverse=True)
