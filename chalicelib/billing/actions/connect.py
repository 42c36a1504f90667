"""A company's own Stripe account: made, brought through Stripe's onboarding, and watched.

What Stripe says of it is copied onto the company, since every page asks whether payments can be taken. Events only say
when to ask; whoever asked last is who is believed.
"""

from __future__ import annotations

import logging

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing.gateway import Event, NewAccount
from chalicelib.billing.rules.connection import WORDS, Standing, standing
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.actions import companies, stripe_account
from chalicelib.tenants.actions.deciding import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import changes

log = logging.getLogger(__name__)

HEARD = ("account.updated", "account.application.deauthorized")
TRIES = 5


def hears(event: Event) -> bool:
    """Whether an event is about a company's account."""
    return event.type in HEARD


def take(services: Services, tenant: str, event: Event) -> str:
    """Something about an account has changed: ask Stripe what is so now. A word for the log.

    An account that the company has left for another keeps its payments, but says nothing about the company any more.
    """
    store = services.tables.for_tenant(tenant)
    if companies.company_of(store).stripe_account != event.account:
        log.info("event %s is of an account that the company has left", event.id)
        return "left"
    return f"account {look(services, store).kind}"


def look(services: Services, store: Store) -> Standing:
    """Where the company stands with Stripe now, which is written down. Any number of times does no harm.

    An account that was disconnected stays known, without charges: what is under way on it must still be settled.
    """
    for _ in range(TRIES):
        (item,) = store.get(records.company_key(store))
        if item is None:
            raise NotFound()
        company = records.to_company(item)
        if not company.stripe_account:
            return standing("", None)
        found = services.payments.account(company.stripe_account)
        enabled = found is not None and found.charges_enabled
        try:
            store.write(records.note_charges(store, company.stripe_account, records.charges_seen(item), enabled))
        except ConditionFailed:
            continue  # somebody asked Stripe later than we did, or the account is another now: look again
        if enabled != company.charges_enabled:
            log.info("%s can%s take payments now", store.tenant, "" if enabled else "not")
        return standing(company.stripe_account, found)
    raise Unavailable()


def onboard(services: Services, store: Store, back: str, note: Note | None = None) -> str:
    """A fresh link to Stripe's onboarding; the account is made first if there is none, or if it is gone.

    However often and whatever gets lost: one company, one account. `back` is the page of ours that Stripe leads to,
    `note` makes the audit trail's line of a new account. Conflict: Stripe has closed the account.
    """
    now = look(services, store)
    if now.kind == "refused":
        raise Conflict(WORDS["refused"], kind="stripe-refused")
    company = companies.company_of(store)
    account = company.stripe_account
    if now.kind in ("none", "gone"):
        account = services.payments.make_account(_wanted(company))
        told = changes({"account": company.stripe_account or None}, {"account": account})
        also = [note(told)] if note and told else []
        stripe_account.adopt_account(services, store, account, company.stripe_account, *also)
    return services.payments.onboarding_link(account, back)


def _wanted(company: Company) -> NewAccount:
    """The key is made of the company and of the account to be replaced: each is replaced by one."""
    region = company.locale.rpartition("-")[2]
    country = region if len(region) == 2 and region.isupper() else ""
    key = f"{company.id}.account.{company.stripe_account}"
    return NewAccount(key, company.id, company.name, company.email, country)
