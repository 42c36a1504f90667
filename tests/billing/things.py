"""Values for tests of the rules: valid ones, of which a test names only the odd part."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.billing.rules import Allocation, Back, Invoice, Movement, Payment, Terms
from chalicelib.customers.rules import Sums

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = NOW.date()
WHOLE = Terms("USD", partial=False, minimum=500)
PARTS = Terms("USD", partial=True, minimum=500)


def an_invoice(total: int = 12_000, **values: Any) -> Invoice:
    made = Invoice("inv", "10001", "Quarterly pest control", "open", TODAY, TODAY + timedelta(days=14), "USD", total)
    return replace(made, **values)


def a_payment(amount: int = 12_000, **values: Any) -> Payment:
    made = Payment("pay", "starting", amount, "USD", (Allocation("inv", "10001", amount),), "pm", "acct", NOW, NOW)
    return replace(made, **values)


def a_back(amount: int, **values: Any) -> Back:
    return replace(Back("re_1", "refund", amount, "starting", NOW), **values)


def a_movement(amount: int, **values: Any) -> Movement:
    return replace(Movement("re_1", "refund", amount, "done", NOW), **values)


def sums_of(invoices: list[Invoice], credit: int = 0, version: int = 7) -> Sums:
    """Those that are right for these invoices."""
    open_ones = [one for one in invoices if one.status == "open"]
    return Sums(
        sum(one.total - one.paid - one.credited for one in open_ones),
        sum(sum(one.holds.values()) for one in invoices),
        credit,
        sum(one.due > 0 for one in invoices),
        version,
    )
