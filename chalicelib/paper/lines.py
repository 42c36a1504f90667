"""The lines of an invoice or an estimate, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.errors import N_
from chalicelib.paper.sheet import Sheets
from chalicelib.paper.table import table


class Line(Protocol):
    """What a line says; papers know no feature."""

    @property
    def description(self) -> str: ...
    @property
    def quantity(self) -> str: ...
    @property
    def unit_price(self) -> int: ...
    @property
    def amount(self) -> int: ...


def lines(sheets: Sheets, given: Sequence[Line], currency: str) -> None:
    """Quantity and price only where some line needs them."""
    say, money = sheets.stationery.say, sheets.stationery.fmt.money
    counted = any(one.quantity.strip() not in ("", "1") or one.unit_price != one.amount for one in given)
    heads = [say(N_("Service")), say(N_("Amount"))]
    if counted:
        heads[1:1] = [say(N_("Quantity")), say(N_("Price"))]
    rows = []
    for one in given:
        row = [one.description, money(one.amount, currency)]
        if counted:
            row[1:1] = [one.quantity, money(one.unit_price, currency)]
        rows.append(row)
    table(sheets, heads, rows)
