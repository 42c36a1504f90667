"""The routes of billing's pages, which the modules of this folder add to."""

from __future__ import annotations

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.tenants.rules import Permission
from chalicelib.web.access import Customer
from chalicelib.web.routes import Routes

routes = Routes("billing_portal")


def must_show(caller: Customer, *permissions: Permission) -> None:
    """NotFound for what the company hides: it is not there, whoever has its address."""
    if not all(caller.company.shows(one) for one in permissions):
        raise NotFound()


def account_of(caller: Customer) -> BillingAccount:
    return BillingAccount(caller.store, caller.company, caller.profile)
