"""Make an estimate of what a company's staff or software says it shall be, and change one: what may change, and when.
Pure.

A draft may change wholly, and nobody has seen it. One that waits for the customer may too, and each change of what they
see is another revision. One that is decided does not change: whoever wants that re-opens it first.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from chalicelib.billing.rules import (
    FIRST_DAY,
    LARGEST_DETAILS,
    LAST_DAY,
    MOST,
    Line,
    check_lines,
    check_number,
    told_lines,
)
from chalicelib.errors import Conflict, Invalid
from chalicelib.estimates.rules.estimate import Details, Estimate
from chalicelib.estimates.rules.words import exact
from chalicelib.plain_words import one_line, paragraphs

Changeable = Literal["all", "nothing"]
Known = tuple[Estimate, Details]

MOST_TERMS = 20_000
DECIDED = "This estimate is decided: nothing of it changes any more. Re-open it first."


@dataclass(frozen=True, slots=True)
class Terms:
    """A company's standard terms, '' for none. `version` counts their changes; 0: there never were any."""

    text: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An estimate as it shall be: all that a company decides of it. `issued` false: a draft, which customers don't see.

    `terms` None: the company's standard terms as they are when the customer first sees the estimate: a draft has those
    of now, and takes those of then; what is issued keeps those it has. `external_id` '' leaves what it is called as it
    is.
    """

    number: str
    issued_on: date
    expires_on: date | None
    lines: tuple[Line, ...]
    title: str = ""
    tax: int = 0
    tax_name: str = ""
    notes: str = ""
    terms: str | None = None
    issued: bool = True
    external_id: str = ""

    @property
    def total(self) -> int:
        return self.subtotal + self.tax

    @property
    def subtotal(self) -> int:
        return sum(one.amount for one in self.lines)


def check_terms(text: str, field: str) -> str:
    """Terms, tidied. Invalid: they can't be kept."""
    return exact(text, field, MOST_TERMS)


def check_draft(draft: Draft) -> Draft:
    """The draft, tidied. Invalid names what can't be, by its place in the API's estimate."""
    number = check_number(draft.number)
    if not number:
        raise Invalid("number", "Give the estimate a number, of letters and digits.")
    for field, day in (("issued_on", draft.issued_on), ("expires_on", draft.expires_on)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(field, f"Use a day between {FIRST_DAY} and {LAST_DAY}.")
    if draft.expires_on is not None and draft.expires_on < draft.issued_on:
        raise Invalid("expires_on", "An estimate can't expire before it is issued. Use its issue date or a later day.")
    lines = check_lines(draft.lines)
    if not 0 <= draft.total <= MOST:
        raise Invalid("lines", f"Lines and tax come to {draft.total}. A total is from 0 to {MOST} minor units.")
    terms = None if draft.terms is None else check_terms(draft.terms, "terms")
    tidy = replace(draft, number=number, title=one_line(draft.title), lines=lines, tax_name=one_line(draft.tax_name),
                   notes=paragraphs(draft.notes), terms=terms)  # fmt: skip
    # Standard terms are checked when they are set, and leave room for the rest.
    if len(json.dumps(asdict(_details(tidy, Terms(terms or ""))), ensure_ascii=False).encode()) > LARGEST_DETAILS:
        raise Invalid("lines", "This is too much text for one estimate. Shorten the lines, or make two estimates.")
    return tidy


def _details(draft: Draft, terms: Terms) -> Details:
    version = terms.version if terms.text else 0
    follows = draft.terms is None and not draft.issued
    return Details(draft.lines, draft.subtotal, draft.tax, draft.tax_name, draft.notes, terms.text, version, follows)


def _terms(draft: Draft, known: Known | None, standard: Terms) -> Terms:
    """What the customer will agree to. Words that are the standard's, or were when they were taken, keep its version;
    and what an issued estimate says is not changed by leaving it out."""
    as_it_is = Terms(known[1].terms, known[1].terms_version) if known else None
    if draft.terms is None:
        return as_it_is if known and as_it_is and known[0].status != "draft" else standard
    if as_it_is and draft.terms == as_it_is.text:
        return as_it_is
    return standard if draft.terms == standard.text else Terms(draft.terms)


def with_standard(details: Details, standard: Terms, *, issued: bool) -> Details:
    """What a draft says while these are the standard terms, or, once it is `issued`, from now on."""
    if not details.follows:
        return details
    version = standard.version if standard.text else 0
    return replace(details, terms=standard.text, terms_version=version, follows=not issued)


def make_estimate(id: str, draft: Draft, currency: str, standard: Terms) -> Known:
    """A new estimate of a checked draft."""
    estimate = Estimate(
        id, draft.number, draft.title, "pending" if draft.issued else "draft", draft.issued_on, draft.expires_on,
        currency, draft.total, external_id=draft.external_id,
    )  # fmt: skip
    return estimate, _details(draft, _terms(draft, None, standard))


def changeable(estimate: Estimate) -> Changeable:
    """Which of its parts may still change."""
    return "all" if estimate.status in ("draft", "pending") else "nothing"


def change_estimate(estimate: Estimate, details: Details, draft: Draft, standard: Terms) -> Known:
    """An estimate as a checked draft wants it; the very same if it is so already, whatever has become of it since.

    Conflict: it is issued and can't be a draft again; it is decided.
    """
    if estimate.status != "draft" and not draft.issued:
        raise Conflict("This estimate is issued: it can't be a draft again. Mark it as lost instead.",
                       kind="already-issued")  # fmt: skip
    after = replace(
        estimate, number=draft.number, title=draft.title, issued_on=draft.issued_on, expires_on=draft.expires_on,
        total=draft.total, external_id=draft.external_id or estimate.external_id,
        status="pending" if estimate.status == "draft" and draft.issued else estimate.status,
    )  # fmt: skip
    new = _details(draft, _terms(draft, (estimate, details), standard))
    # What the company's software calls it is nobody's offer.
    if (replace(after, external_id=estimate.external_id), new) == (estimate, details):
        return after, details
    if changeable(estimate) == "nothing":
        raise Conflict(DECIDED, kind="decided")
    if estimate.status == "pending":
        after = replace(after, revision=estimate.revision + 1, changes_asked=False)
    return after, new


def must_be_draft(estimate: Estimate) -> None:
    """Conflict for one that is issued: what a customer has seen is marked as lost, not removed."""
    if estimate.status != "draft":
        raise Conflict("This estimate is issued: it can't be deleted. Mark it as lost instead.", kind="already-issued")


def told(estimate: Estimate, details: Details) -> dict[str, Any]:
    """An estimate as the audit trail tells of it."""
    return {
        "external_id": estimate.external_id or None, "number": estimate.number, "title": estimate.title,
        "status": estimate.status, "issued_on": estimate.issued_on.isoformat(),
        "expires_on": estimate.expires_on.isoformat() if estimate.expires_on else None, "total": estimate.total,
        "lines": told_lines(details.lines), "tax": details.tax, "tax_name": details.tax_name, "notes": details.notes,
        "terms": details.terms,
    }  # fmt: skip
