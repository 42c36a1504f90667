"""Finish what lost its webhook, release what expired. Runs every few minutes; any number of times does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import inf

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records, rules
from chalicelib.billing.actions import money_back
from chalicelib.billing.actions.books import BillingAccount, around, read
from chalicelib.billing.actions.settle import settle
from chalicelib.billing.rules import Payment
from chalicelib.errors import PortalError
from chalicelib.services import Services
from chalicelib.tenants.actions import companies

log = logging.getLogger(__name__)

AFTER_FAILING = timedelta(hours=1)
# Seconds: what one payment may take while Stripe does not answer, and what the sweep has to do after payments.
LONGEST = 30


def sweep(services: Services, limit: int = 200, left: Callable[[], float] = lambda: inf) -> int:
    """Look at every payment that is due for a look, the longest waiting first, as long as enough seconds are `left`: in
    an outage each takes many. How many there were.

    One that can't be finished now does not stop the others, and goes to the end of the list: a company whose account
    is disconnected must not hold up everybody else's payments.
    """
    found = services.tables.platform().overdue(records.TASK, services.now(), limit)
    for tenant, customer, payment_id in found:
        if left() < LONGEST:
            log.warning("the sweep leaves payments for the next one")
            break
        store = services.tables.for_tenant(tenant)
        try:
            finish(services, store, customer, payment_id)
        except Exception as error:
            known = isinstance(error, PortalError)
            log.log(
                logging.WARNING if known else logging.ERROR, "payment %s is left for later", payment_id, exc_info=True
            )
            _put_off(services, store, customer, payment_id)
    return len(found)


def _put_off(services: Services, store: Store, customer: str, payment_id: str) -> None:
    try:
        _later(services, store, customer, read(store, customer, payment_id).payment, failed=True)
    except PortalError:
        log.warning("payment %s stays where it is on the list", payment_id, exc_info=True)


def finish(services: Services, store: Store, customer: str, payment_id: str) -> None:
    """Settle one payment, or what comes back of it, or put it further down the list if it is still under way."""
    books = around(store, customer, payment_id)
    account = BillingAccount(store, companies.company_of(store), books.customer)
    if books.payment.final:
        money_back.settle_back(services, account, payment_id)
        _later(services, store, customer, read(store, customer, payment_id).payment)
        return
    if rules.forsaken(books.payment, services.now()):
        services.payments.cancel(account.payer(books.payment), books.payment)
    if not settle(services, account, books).final:
        _later(services, store, customer, read(store, customer, payment_id).payment)


def _later(services: Services, store: Store, customer: str, payment: Payment, failed: bool = False) -> None:
    """Further down the list; off it, when all has been heard of a payment that is over."""
    now = services.now()
    if payment.task_at is None or payment.task_at > now:
        return
    look = rules.next_look_back(payment, now) if payment.final else rules.next_look(payment, payment.state, now)
    again = replace(payment, task_at=look or (now + AFTER_FAILING if failed else None))
    try:
        store.write(records.change_payment(store, customer, payment, again))
    except ConditionFailed:
        return  # somebody moved it on: then it is on no list, or further down already
