"""The address of a portal: chosen once by its company, and for ever from then on."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.aws.store import ConditionFailed
from chalicelib.errors import Conflict, Invalid, Stale
from chalicelib.services import Services
from chalicelib.tenants import records, rules
from chalicelib.tenants.actions.activation import suggestions
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.actions.deciding import Note
from chalicelib.tenants.rules.audit import Change
from chalicelib.tenants.rules.company import Company

TRIES = 5
RESERVED = "slug-reserved"
PERMANENT = "A portal's address is permanent: nobody can change it."


def choose(services: Services, before: Company, slug: str, note: Note) -> Company:
    """Reserve the address for ever and give it to a company that has none, in one transaction. The company then.

    Invalid: malformed or reserved. Conflict: somebody else has it, or the company has another one; the same again is
    fine.
    """
    platform, store, company = services.tables.platform(), services.tables.for_tenant(before.id), before
    for _ in range(TRIES):
        if company.slug:
            if company.slug == slug:
                return company
            raise Conflict(PERMANENT, kind="slug-permanent")
        _must_be_possible(services, company, slug)
        after = replace(company, slug=slug, version=company.version + 1)
        try:
            platform.transact(
                records.reserve_slug(slug, company.id),
                records.choose_slug(store, company, slug),
                note([Change("portal/slug", None, slug)]),
            )
        except ConditionFailed as failed:
            # The answer of our own success may have been lost and the write sent again; or a setting was changed
            # meanwhile, which makes no difference.
            company = company_of(store)
            if "slug" in failed.names and not company.slug:
                raise _taken(services, company, slug) from None
        else:
            return after
    raise Stale()


def _must_be_possible(services: Services, company: Company, slug: str) -> None:
    try:
        rules.check_slug(slug)
    except Invalid as wrong:
        if wrong.kind != RESERVED:
            raise
        text = "The address “%(slug)s” is reserved. These are free: %(free)s."
        raise Invalid("slug", text, kind=RESERVED, slug=slug, free=_free(services, company)) from None


def _taken(services: Services, company: Company, slug: str) -> Conflict:
    text = "The address “%(slug)s” is taken. These are free: %(free)s."
    return Conflict(text, kind="slug-taken", slug=slug, free=_free(services, company))


def _free(services: Services, company: Company) -> str:
    return ", ".join(suggestions(services, company.name))
