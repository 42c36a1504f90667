"""Tie a connected Stripe account to a company, and hand out the private link by which it connects one."""

from __future__ import annotations

from datetime import timedelta

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import N_, Conflict, NotFound
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.actions.companies import company_of

CONNECT_DAYS = 7


def connect_stripe(services: Services, store: Store, account: str, charges_enabled: bool) -> None:
    """Tie an account that is there already to this company, as the sandbox does; people connect theirs by
    `billing/actions/connect.py`. One account serves one company: Conflict if it serves another."""
    try:
        services.tables.platform().transact(
            records.reserve_account(account, store.tenant), records.set_charges(store, account, charges_enabled)
        )
    except ConditionFailed:
        if records.owner_of_account(services.tables.platform(), account) != store.tenant:
            raise Conflict(N_("This Stripe account belongs to another company.")) from None
        store.write(records.set_charges(store, account, charges_enabled))


def adopt_account(services: Services, store: Store, account: str, instead_of: str = "", *also: Write) -> None:
    """Give the company the Stripe account that was made for it, in place of one that is gone or of none.

    `also` is written with it. Another call that did the same is fine. Conflict: it has got a different one meanwhile.
    """
    try:
        services.tables.platform().transact(
            records.reserve_account(account, store.tenant), records.adopt_account(store, account, instead_of), *also
        )
    except ConditionFailed:
        if company_of(store).stripe_account != account:
            raise Conflict() from None


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
