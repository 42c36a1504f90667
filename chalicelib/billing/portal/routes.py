"""The routes of billing's pages, which the modules of this folder add to."""

from __future__ import annotations

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.web.access import Customer
from chalicelib.web.routes import Routes

routes = Routes("billing_portal")


def account_of(caller: Customer) -> BillingAccount:
    return BillingAccount(caller.store, caller.company, caller.profile)
