"""Invoices and receipts as PDF: what is on them and how it looks. From values to bytes: no I/O, no clock.

A paper is a page too, so this room uses the catalogue, the formats and the colours of `web`. The library that draws is
heavy and only these functions need it, so it is imported by their first call. The same values are the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.billing.rules import Details, Invoice, Payment
from chalicelib.paper.stationery import Stationery

if TYPE_CHECKING:
    from chalicelib.billing.pdf.receipts import Part

# Raise it when a change of the drawing must reach papers that were made before.
LAYOUT = 1

__all__ = ["LAYOUT", "Stationery", "invoice", "receipt"]


def invoice(stationery: Stationery, invoice: Invoice, details: Details, bill_to: Sequence[str]) -> bytes:
    """An invoice with its lines and what was paid on it. `bill_to` is name and address, a line each."""
    from chalicelib.billing.pdf.invoices import draw

    return draw(stationery, invoice, details, bill_to)


def receipt(stationery: Stationery, payment: Payment, parts: Sequence[Part], payer: Sequence[str]) -> bytes:
    """What a payment that succeeded paid: (invoice number, amount) in order; and what went back of it since.
    `payer` is name and address, a line each."""
    from chalicelib.billing.pdf.receipts import draw

    return draw(stationery, payment, parts, payer)
