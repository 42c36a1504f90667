"""Estimates as PDF: what is on them and how it looks. From values to bytes: no I/O, no clock.

The library that draws is heavy and only this needs it, so it is imported by the first call. The same values are the
same bytes.
"""

from __future__ import annotations

from chalicelib.customers.rules import Customer
from chalicelib.estimates.rules import Decision, Details, Estimate
from chalicelib.tenants.rules import Company

__all__ = ["draw"]


def draw(
    company: Company,
    language: str,
    logo: bytes,
    customer: Customer,
    estimate: Estimate,
    details: Details,
    decision: Decision | None,
) -> bytes:
    """An estimate with its lines and terms; `decision` is the one that stands, and with an acceptance the paper bears
    the signature and the words agreed to. `logo` is a PNG's or JPEG's bytes, or nothing."""
    from chalicelib.estimates.pdf.estimates import drawn
    from chalicelib.paper.stationery import Stationery
    from chalicelib.web.company_view import view

    stationery = Stationery(view(company), language, logo)
    return drawn(stationery, estimate, details, decision, (customer.name, *customer.address))
