"""An estimate on paper: its lines, what they come to, the terms; and how it was decided, signature and all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.errors import N_
from chalicelib.estimates.rules import Decision, Details, Estimate
from chalicelib.paper.letterhead import VOID, facts, head
from chalicelib.paper.lines import lines
from chalicelib.paper.sheet import Sheets, Style
from chalicelib.paper.signature import signature
from chalicelib.paper.stationery import Stationery
from chalicelib.paper.table import Sum, sums, words
from chalicelib.paper.type import BOLD, wrap


def drawn(
    stationery: Stationery, estimate: Estimate, details: Details, decision: Decision | None, whom: Sequence[str]
) -> bytes:
    """The whole document. It tells of the estimate what stays true: not whether it has expired by now."""
    say, fmt = stationery.say, stationery.fmt
    called, number = say(N_("Estimate")), estimate.number
    sheets = Sheets(stationery, f"{called} {number}", estimate.issued_on)
    stamp, colour = _stamp(decision)
    head(sheets, called, number, say(stamp) if stamp else "", stamp_colour=colour)
    dates = [(say(N_("Date")), fmt.date(estimate.issued_on))]
    if estimate.expires_on is not None:
        dates.append((say(N_("Good until")), fmt.date(estimate.expires_on)))
    facts(sheets, say(N_("For")), whom, dates, strong=estimate.expires_on is not None and decision is None)
    if estimate.title:
        title = Style(13, BOLD)
        sheets.lines(sheets.left, wrap(estimate.title, title.font, title.size, sheets.width), title)
        sheets.y += 10
    lines(sheets, details.lines, estimate.currency)
    sums(sheets, _sums(stationery, estimate, details))
    if details.notes.strip():
        words(sheets, say(N_("Notes")), details.notes)
    # What was agreed to is what the decision says: the very words.
    if terms := (decision.terms if decision else "") or details.terms:
        words(sheets, say(N_("Terms")), terms)
    if decision is not None and decision.kind == "accepted":
        _accepted(sheets, estimate, decision)
    return sheets.finish()


def _stamp(decision: Decision | None) -> tuple[str, str]:
    if decision is None:
        return "", ""
    return (N_("Accepted"), "") if decision.kind == "accepted" else (N_("Declined"), VOID)


def _sums(stationery: Stationery, estimate: Estimate, details: Details) -> list[Sum]:
    say, money = stationery.say, stationery.fmt.money
    rows = []
    if details.tax or details.subtotal != estimate.total:
        rows.append(Sum(say(N_("Subtotal")), money(details.subtotal, estimate.currency)))
        rows.append(Sum(details.tax_name or say(N_("Tax")), money(details.tax, estimate.currency)))
    rows.append(Sum(say(N_("Total")), money(estimate.total, estimate.currency), strong=True, colour=stationery.accent))
    return rows


def _accepted(sheets: Sheets, estimate: Estimate, decision: Decision) -> None:
    """Who accepted what, when and from where; what staff wrote down has no signature."""
    say, amount = sheets.stationery.say, sheets.stationery.fmt.money(decision.total, estimate.currency)
    told = [
        (say(N_("Date and time")), _when(sheets.stationery, decision.at)),
        (say(N_("Estimate")), say(N_("%(number)s, revision %(revision)s"), number=estimate.number,
                                  revision=decision.revision)),
    ]  # fmt: skip
    if decision.by_customer:
        if decision.terms:
            text = N_("%(name)s accepted this estimate for %(amount)s and agreed to the terms above, in full.")
        else:
            text = N_("%(name)s accepted this estimate for %(amount)s.")
        statement = say(text, name=decision.signature, amount=amount)
        told.append((say(N_("Terms")), _terms(sheets.stationery, decision)))
        told.append((say(N_("Internet address")), decision.address or "–"))
        told.append((say(N_("Browser")), decision.agent or "–"))
    else:
        company = sheets.stationery.company.name
        text = N_("%(company)s recorded that this estimate was accepted for %(amount)s.")
        statement = say(text, company=company, amount=amount)
    below = say(N_("Signed by typing this name"))
    signature(sheets, say(N_("Accepted")), statement, decision.signature, below, told)


def _when(stationery: Stationery, at: str) -> str:
    """On the company's clock, with its zone; and beside it for everybody's."""
    moment = datetime.fromisoformat(at)
    here = moment.astimezone(ZoneInfo(stationery.company.time_zone))
    return f"{stationery.fmt.moment(moment)} {here:%Z} ({moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def _terms(stationery: Stationery, decision: Decision) -> str:
    say = stationery.say
    if not decision.terms:
        return say(N_("None"))
    if decision.terms_version:
        return say(N_("As above, version %(version)s"), version=decision.terms_version)
    return say(N_("As above, written for this estimate"))
