"""Find a company by its address, by its store, or all of them."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.aws.store import Store
from chalicelib.errors import N_, Invalid, NotFound
from chalicelib.services import Services
from chalicelib.tenants import records, rules
from chalicelib.tenants.rules import Company

PAGE = 500


def find(services: Services, slug: str) -> Store:
    """The store of the company at this address. NotFound if nobody has it.

    An address never changes its owner, so a container remembers it for ever.
    """
    tenant = services.slugs.get(slug)
    if tenant is None:
        try:
            rules.check_slug(slug)
        except Invalid:
            raise NotFound() from None
        tenant = records.owner_of_slug(services.tables.platform(), slug)
        if tenant is None:
            raise NotFound(N_("There is no portal at this address."))
        services.slugs[slug] = tenant
    return services.tables.for_tenant(tenant)


def company_of(store: Store) -> Company:
    """The company as it is now; NotFound if it is gone."""
    company = records.company(store)
    if company is None:
        raise NotFound()
    return company


def every_company(services: Services) -> Iterator[list[str]]:
    """The ids of all companies, a page at a time."""
    after: dict[str, str] | None = None
    while True:
        found, after = records.companies(services.tables.platform(), PAGE, after)
        yield found
        if after is None:
            return
