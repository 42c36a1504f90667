"""Activate a portal: the company, its first admin, and its address for ever if that is chosen already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed
from chalicelib.errors import N_, Conflict
from chalicelib.services import Services
from chalicelib.tenants import records, rules
from chalicelib.tenants.records import people
from chalicelib.tenants.rules import Company

INVITE_DAYS = 7
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Activated:
    """A new portal. `invite_url` lets its first admin choose a password; it is shown once."""

    company: Company
    invite_url: str


def activate(services: Services, company: Company, admin_email: str) -> Activated:
    """Make the company, its first admin and the invite, and reserve the address for ever, all in one transaction.

    Without a slug no address is reserved: the company chooses it in the console. `company.id` is set here. Invalid: the
    address or e-mail can't be one. Conflict: the address is taken.
    """
    if company.slug:
        rules.check_slug(company.slug)
    email = rules.check_email(admin_email)
    now = services.now()
    tenant = services.new_id(now)
    company = Company(
        id=tenant, slug=company.slug, name=company.name.strip(), colour=rules.check_colour(company.colour),
        phone=company.phone, email=company.email, address=company.address, locale=company.locale,
        currency=company.currency, time_zone=company.time_zone,
    )  # fmt: skip
    store = services.tables.for_tenant(tenant)
    token = tokens.derive(services.secrets.links, "invite", tenant, email, now.isoformat())
    address = [records.reserve_slug(company.slug, tenant)] if company.slug else []
    try:
        services.tables.platform().transact(
            *address,
            records.register(tenant),
            records.new_company(store, company, now),
            people.new_admin(store, email, "admin", now),
            people.new_invite(store, tokens.fingerprint(token), email, 0, now + timedelta(days=INVITE_DAYS)),
        )
    except ConditionFailed as failed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        if records.company(store) is None:
            raise Conflict(N_("The address “%(slug)s” is taken."), slug=company.slug) from failed
    return Activated(company, services.settings.console(f"/invite/{tenant}/{token}"))


def suggestions(services: Services, name: str) -> Sequence[str]:
    """Free addresses made from a company's name."""
    platform = services.tables.platform()
    free = (slug for slug in rules.suggest(name) if records.owner_of_slug(platform, slug) is None)
    return list(islice(free, SUGGESTED))
