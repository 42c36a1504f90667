"""A company as pages and papers show it, made of what is kept of it."""

from __future__ import annotations

from chalicelib.tenants.rules import Company
from chalicelib.web.pages import CompanyView


def view(company: Company, logo_url: str | None = None) -> CompanyView:
    """What may be shown of a company; `logo_url` is where its logo is fetched, None for none."""
    return CompanyView(
        company.slug, company.name, company.colour, logo_url, company.phone, company.email, company.address,
        company.locale, company.currency, company.time_zone,
    )  # fmt: skip
