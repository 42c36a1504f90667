"""A receipt on paper: which payment paid which invoices, and what of it went back."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from chalicelib.billing.rules import Back, Payment
from chalicelib.errors import N_
from chalicelib.paper.letterhead import facts, head
from chalicelib.paper.sheet import Sheets
from chalicelib.paper.stationery import Stationery
from chalicelib.paper.table import Sum, sums, table, words

Part = tuple[str, int]


def draw(stationery: Stationery, payment: Payment, parts: Sequence[Part], payer: Sequence[str]) -> bytes:
    """The whole document."""
    say, fmt, at = stationery.say, stationery.fmt, payment.settled_at or payment.created_at
    called, number = say(N_("Receipt")), payment.receipt_number
    sheets = Sheets(stationery, f"{called} {number}", at.astimezone(ZoneInfo(stationery.company.time_zone)).date())
    head(sheets, called, number, say(N_("Received")) if payment.gone_back < payment.total else "")
    told = [(say(N_("Date")), fmt.moment(at)), (say(N_("Paid with")), payment.method or say(N_("Account credit")))]
    facts(sheets, say(N_("Received from")), payer, told)
    rows = [(f"{say(N_('Invoice'))} {number}", fmt.money(amount, payment.currency)) for number, amount in parts]
    if payment.to_credit:
        rows.append((say(N_("Kept as account credit")), fmt.money(payment.to_credit, payment.currency)))
    table(sheets, (say(N_("What it paid")), say(N_("Amount"))), rows)
    sums(sheets, _sums(stationery, payment))
    open_ones = [one for one in payment.backs if one.open]
    if open_ones:
        words(sheets, say(N_("Notes")), "\n".join(_on_its_way(stationery, payment, one) for one in open_ones))
    return sheets.finish()


def _sums(stationery: Stationery, payment: Payment) -> list[Sum]:
    say = stationery.say

    def money(minor: int) -> str:
        return stationery.fmt.money(minor, payment.currency)

    rows = []
    if payment.credit:
        rows.append(Sum(say(N_("Total")), money(payment.total)))
        rows.append(Sum(say(N_("Account credit used")), money(-payment.credit)))
    rows.append(Sum(say(N_("You paid")), money(payment.amount), strong=True, colour=stationery.accent))
    gone = [one for one in payment.backs if one.state == "done"]
    for one in gone:
        kind = N_("Refund") if one.kind == "refund" else N_("Taken back by the bank")
        rows.append(Sum(say(kind), money(-one.amount), note=_day(stationery, one)))
    if gone:
        rows.append(Sum(say(N_("Paid after refunds")), money(payment.amount - payment.gone_back), strong=True))
    return rows


def _day(stationery: Stationery, back: Back) -> str:
    return stationery.fmt.date(back.at.astimezone(ZoneInfo(stationery.company.time_zone)).date())


def _on_its_way(stationery: Stationery, payment: Payment, back: Back) -> str:
    text = N_("A refund of %(amount)s is on its way.")
    if back.kind == "dispute":
        text = N_("The bank is looking into %(amount)s of this payment.")
    return stationery.say(text, amount=stationery.fmt.money(back.amount, payment.currency))
