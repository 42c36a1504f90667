"""An invoice on paper: its lines, what they come to, and what was paid."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.billing.rules import Details, Invoice, Posted
from chalicelib.errors import N_
from chalicelib.paper.letterhead import VOID, facts, head
from chalicelib.paper.lines import lines
from chalicelib.paper.sheet import Sheets, Style
from chalicelib.paper.stationery import Stationery
from chalicelib.paper.table import Sum, sums, words
from chalicelib.paper.type import BOLD, wrap

_KINDS = {
    "charge": N_("Payment"),
    "credit": N_("Account credit used"),
    "refund": N_("Refund"),
    "dispute": N_("Taken back by the bank"),
    "voided": N_("Now account credit"),
}


def draw(stationery: Stationery, invoice: Invoice, details: Details, bill_to: Sequence[str]) -> bytes:
    """The whole document. It tells of the invoice what stays true: not how long until it is due."""
    say, fmt = stationery.say, stationery.fmt
    number, called = invoice.number, say(N_("Invoice"))
    sheets = Sheets(stationery, f"{called} {number}", invoice.issued_on)
    stamp, colour = _stamp(invoice)
    head(sheets, called, number, say(stamp) if stamp else "", stamp_colour=colour)
    dates = [(say(N_("Date")), fmt.date(invoice.issued_on)), (say(N_("Due")), fmt.date(invoice.due_on))]
    if invoice.due > 0:
        dates.append((say(N_("Left to pay")), fmt.money(invoice.due, invoice.currency)))
    facts(sheets, say(N_("Billed to")), bill_to, dates, strong=invoice.due > 0)
    if invoice.title:
        title = Style(13, BOLD)
        sheets.lines(sheets.left, wrap(invoice.title, title.font, title.size, sheets.width), title)
        sheets.y += 10
    lines(sheets, details.lines, invoice.currency)
    sums(sheets, _sums(stationery, invoice, details))
    if details.notes.strip():
        words(sheets, say(N_("Notes")), details.notes)
    return sheets.finish()


def _stamp(invoice: Invoice) -> tuple[str, str]:
    if invoice.status == "void":
        return N_("Void"), VOID
    if invoice.status == "written_off":
        return N_("Written off"), VOID
    return (N_("Paid"), "") if invoice.due <= 0 else ("", "")


def _sums(stationery: Stationery, invoice: Invoice, details: Details) -> list[Sum]:
    say = stationery.say

    def money(minor: int) -> str:
        return stationery.fmt.money(minor, invoice.currency)

    rows = []
    if details.tax or details.subtotal != invoice.total:
        rows.append(Sum(say(N_("Subtotal")), money(details.subtotal)))
        rows.append(Sum(details.tax_name or say(N_("Tax")), money(details.tax)))
    rows.append(Sum(say(N_("Total")), money(invoice.total), strong=True))
    earlier = invoice.paid - sum(one.amount for one in invoice.posted)
    if earlier:
        rows.append(Sum(say(N_("Paid earlier")), money(-earlier)))
    rows += [_entry(stationery, one, money(-one.amount)) for one in invoice.posted]
    if invoice.credited:
        rows.append(Sum(say(N_("Credit")), money(-invoice.credited)))
    changed = bool(invoice.posted or earlier or invoice.credited)
    if changed and invoice.status == "open":
        rows.append(Sum(say(N_("Left to pay")), money(invoice.due), strong=True, colour=stationery.accent))
    return rows


def _entry(stationery: Stationery, posted: Posted, amount: str) -> Sum:
    told = [stationery.fmt.date(posted.on)]
    if posted.method and posted.kind in ("charge", "refund"):
        told.append(posted.method)
    return Sum(stationery.say(_KINDS[posted.kind]), amount, note=" · ".join(told))
