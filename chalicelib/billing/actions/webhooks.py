"""Stripe's events. They say only where to look: the event is verified, filed once, and the thing itself is asked for.

Delivered at least once, in any order, for three days: none of that matters to an action that fetches and settles.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from chalicelib import logs
from chalicelib.billing import records
from chalicelib.billing.actions import connect, money_back, wallet
from chalicelib.billing.actions.books import BillingAccount, in_hand
from chalicelib.billing.actions.settle import settle
from chalicelib.billing.gateway import Event
from chalicelib.customers import records as customers
from chalicelib.services import Services
from chalicelib.tenants import records as tenant_records

log = logging.getLogger(__name__)

KEEP_DAYS = 30
SETTLING = ("payment_intent.", "checkout.session.")
MONEY_BACK = ("refund.", "charge.refund", "charge.dispute.")


def take(services: Services, body: bytes, signature: str) -> str:
    """Act on one delivery; a word for the log. Forged: not Stripe's, or too old. Unavailable: deliver it again.

    An event of an account that is not the payment's company's is nobody's: it is answered and changes nothing.
    """
    event = services.payments.read_event(body, signature)
    acts = event.type.startswith((*SETTLING, *MONEY_BACK)) or connect.hears(event) or wallet.hears(event)
    if not acts or not event.account:
        return "ignored"
    tenant = tenant_records.owner_of_account(services.tables.platform(), event.account)
    if tenant is None:
        log.warning("event %s is of an account that is nobody's", event.id)
        return "foreign"
    if connect.hears(event):
        return connect.take(services, tenant, event)
    if wallet.hears(event):
        return wallet.take(services, tenant, event)
    event = _named(services, event)
    if not (event.payment and event.customer):
        return "ignored"
    if tenant != event.tenant:
        log.warning("event %s names a company that its account is not of", event.id)
        return "foreign"
    return _act(services, tenant, event)


def _named(services: Services, event: Event) -> Event:
    """The event with the names of its payment. A dispute, or a refund made at Stripe, bears none: its payment does."""
    if event.payment or not event.intent or not event.type.startswith(MONEY_BACK):
        return event
    tenant, customer, payment = services.payments.names_of(event.account, event.intent)
    return replace(event, tenant=tenant, customer=customer, payment=payment)


def _act(services: Services, tenant: str, event: Event) -> str:
    logs.about(tenant=tenant, customer=event.customer)
    store = services.tables.for_tenant(tenant)
    filed, found, profile, company = store.get(
        records.event_key(store, event.id),
        records.payment_key(store, event.customer, event.payment),
        customers.profile_key(store, event.customer),
        tenant_records.company_key(store),
    )
    if records.is_done(filed):
        return "repeated"
    # Filed before it acts, finished after: a delivery that died in between acts again, which settling allows.
    store.write(records.file_event(store, event.id, event.created + KEEP_DAYS * 86_400))
    if found is None or profile is None or company is None:
        log.warning("event %s is about a payment we don't know", event.id)
        return "unknown"
    customer, payment = customers.to_customer(profile), records.to_payment(found)
    account = BillingAccount(store, tenant_records.to_company(company), customer)
    if payment.account != event.account:
        log.warning("event %s is of another account than its payment", event.id)
        return "foreign"
    settled = settle(services, account, in_hand(store, customer.id, payment, customer))
    if event.type.startswith(MONEY_BACK):
        money_back.settle_back(services, account, payment.id)
    elif event.type == "payment_intent.succeeded" and settled.state in ("failed", "canceled"):
        # Must not be: money came in for a payment that was given up. A person has to look; the log raises the alarm.
        log.error("payment %s of %s is %s, and Stripe has charged it", payment.id, tenant, settled.state)
    store.write(records.finish_event(store, event.id))
    return "settled"
