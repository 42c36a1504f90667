"""Stripe's events. They say only where to look: the event is verified, filed once, and the payment itself is asked for.

Delivered at least once, in any order, for three days: none of that matters to an action that fetches and settles.
"""

from __future__ import annotations

import logging

from chalicelib.billing import records
from chalicelib.billing.actions.settle import BillingAccount, read, settle
from chalicelib.billing.gateway import Event
from chalicelib.errors import NotFound
from chalicelib.services import Services
from chalicelib.tenants import actions as tenants
from chalicelib.tenants import records as tenant_records

log = logging.getLogger(__name__)

KEEP_DAYS = 30
SETTLING = ("payment_intent.", "checkout.session.")


def take(services: Services, body: bytes, signature: str) -> str:
    """Act on one delivery; a word for the log. Forged: not Stripe's, or too old. Unavailable: deliver it again.

    An event of an account that is not the payment's company's is nobody's: it is answered and changes nothing.
    """
    event = services.payments.read_event(body, signature)
    if not event.type.startswith(SETTLING) or not (event.payment and event.customer):
        return "ignored"
    platform = services.tables.platform()
    tenant = tenant_records.owner_of_account(platform, event.account) if event.account else None
    if tenant is None or tenant != event.tenant:
        log.warning("event %s names a company that its account is not of", event.id)
        return "foreign"
    return _act(services, tenant, event)


def _act(services: Services, tenant: str, event: Event) -> str:
    store = services.tables.for_tenant(tenant)
    if records.event_done(store, event.id):
        return "repeated"
    # Filed before it acts, finished after: a delivery that died in between acts again, which settling allows.
    store.write(records.file_event(store, event.id, event.created + KEEP_DAYS * 86_400))
    try:
        books = read(store, event.customer, event.payment)
    except NotFound:
        log.warning("event %s is about a payment we don't know", event.id)
        return "unknown"
    payment = settle(services, BillingAccount(store, tenants.company_of(store), books.customer), books)
    if event.type == "payment_intent.succeeded" and payment.state in ("failed", "canceled"):
        # Must not be: money came in for a payment that was given up. A person has to look; the log raises the alarm.
        log.error("payment %s of %s is %s, and Stripe has charged it", payment.id, tenant, payment.state)
    store.write(records.finish_event(store, event.id))
    return "settled"
