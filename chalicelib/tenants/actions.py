"""Activate a portal, find a company by its address, invite its first admin, tie a Stripe account to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from chalicelib import passwords, tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import N_, Conflict, Invalid, NotFound
from chalicelib.services import Services
from chalicelib.tenants import records, rules
from chalicelib.tenants.rules import Company

INVITE_DAYS = 7
CONNECT_DAYS = 7
PAGE = 500


@dataclass(frozen=True, slots=True)
class Activated:
    """A new portal. `invite_url` lets its first admin choose a password; it is shown once."""

    company: Company
    invite_url: str


def activate(services: Services, company: Company, admin_email: str) -> Activated:
    """Reserve the address for ever and make the company, its first admin and the invite, all in one transaction.

    `company.id` is set here. Invalid: the address or e-mail can't be one. Conflict: the address is taken.
    """
    rules.check_slug(company.slug)
    email = rules.check_email(admin_email)
    now = services.now()
    tenant = services.new_id(now)
    company = Company(
        tenant, company.slug, company.name.strip(), rules.check_colour(company.colour), "", company.phone,
        company.email, company.address, company.locale, company.currency, company.time_zone,
    )  # fmt: skip
    store = services.tables.for_tenant(tenant)
    token = tokens.derive(services.secrets.links, "invite", tenant, email, now.isoformat())
    try:
        services.tables.platform().transact(
            records.reserve_slug(company.slug, tenant),
            records.register(tenant),
            records.new_company(store, company, now),
            records.new_admin(store, email, "admin", now),
            records.login(email, tenant),
            records.new_invite(store, tokens.fingerprint(token), email, now + timedelta(days=INVITE_DAYS)),
        )
    except ConditionFailed as failed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        if records.owner_of_slug(services.tables.platform(), company.slug) != tenant:
            raise Conflict(N_("The address “%(slug)s” is taken."), slug=company.slug) from failed
    return Activated(company, services.settings.portal(company.slug, f"/invite/{token}"))


def suggestions(services: Services, name: str, count: int = 3) -> Sequence[str]:
    """Free addresses made from a company's name."""
    platform = services.tables.platform()
    free = (slug for slug in rules.suggest(name) if records.owner_of_slug(platform, slug) is None)
    return list(islice(free, count))


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


def connect_stripe(services: Services, store: Store, account: str, charges_enabled: bool) -> None:
    """Tie a connected Stripe account to this company; one account serves one company. Conflict if it serves another."""
    try:
        services.tables.platform().transact(
            records.reserve_account(account, store.tenant), records.set_charges(store, account, charges_enabled)
        )
    except ConditionFailed:
        if records.owner_of_account(services.tables.platform(), account) != store.tenant:
            raise Conflict(N_("This Stripe account belongs to another company.")) from None
        store.write(records.set_charges(store, account, charges_enabled))


def adopt_account(services: Services, store: Store, account: str, instead_of: str = "") -> None:
    """Give the company the Stripe account that was made for it, in place of one that is gone or of none.

    Another call that did the same is fine. Conflict: it has got a different one meanwhile.
    """
    try:
        services.tables.platform().transact(
            records.reserve_account(account, store.tenant), records.adopt_account(store, account, instead_of)
        )
    except ConditionFailed:
        if company_of(store).stripe_account != account:
            raise Conflict() from None


def every_company(services: Services) -> Iterator[list[str]]:
    """The ids of all companies, a page at a time."""
    after: dict[str, str] | None = None
    while True:
        found, after = records.companies(services.tables.platform(), PAGE, after)
        yield found
        if after is None:
            return


def invite_to_connect(services: Services, store: Store) -> str:
    """The token of a private page on which the company connects its Stripe account; usable until it expires."""
    now = services.now()
    token = tokens.derive(services.secrets.links, "connect", store.tenant, now.isoformat())
    store.write(records.new_connect(store, tokens.fingerprint(token), now + timedelta(days=CONNECT_DAYS)))
    return token


def open_connect(services: Services, store: Store, token: str) -> None:
    """NotFound unless this token opens the page. Changes nothing."""
    (item,) = store.get(records.connect_key(store, tokens.fingerprint(token)))
    if item is None or item["expires"] <= services.now().timestamp():
        raise NotFound(N_("This link has expired. Ask for a new one."))


def open_invite(services: Services, store: Store, token: str) -> str:
    """The e-mail an invite is for. Changes nothing. NotFound: unknown, used or expired."""
    (item,) = store.get(records.invite_key(store, tokens.fingerprint(token)))
    if item is None or item.get("used") or item["expires"] <= services.now().timestamp():
        raise NotFound(N_("This invite has expired or was used. Ask for a new one."))
    return str(item["email"])


def accept_invite(services: Services, store: Store, token: str, password: str) -> None:
    """Set the invited admin's password; the invite is used up with it, in one transaction."""
    email = open_invite(services, store, token)
    passwords.check(password)
    try:
        store.transact(
            records.use_invite(store, tokens.fingerprint(token)),
            records.set_admin_password(store, email, passwords.make(password)),
        )
    except ConditionFailed:
        raise NotFound(N_("This invite has expired or was used. Ask for a new one.")) from None
