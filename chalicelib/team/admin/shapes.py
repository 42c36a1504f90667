"""What the API says of people, and of the company they work for."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chalicelib.tenants.rules.company import Company
from chalicelib.web.api.shapes import Shape

Email = Annotated[str, Meta(max_length=254, description="An e-mail address, as in name@example.com.")]
Password = Annotated[str, Meta(max_length=200)]
CompanyId = Annotated[
    str, Meta(pattern="^[0-9A-Z]{26}$", max_length=26, description="A company's id: 26 digits and capital letters.")
]
Token = Annotated[str, Meta(min_length=1, max_length=100, description="The last part of the mailed link.")]


class CompanyRef(Shape):
    """A company. `slug` is its portal's address, empty until it has chosen one."""

    id: str
    name: str
    slug: str


def told(company: Company) -> CompanyRef:
    return CompanyRef(company.id, company.name, company.slug)
