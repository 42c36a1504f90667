"""The gateway that is Stripe, put together. Loaded by the first request that needs Stripe, with all that it is of."""

from __future__ import annotations

from chalicelib.billing.gateway.accounts import Accounts
from chalicelib.billing.gateway.activity import Activities
from chalicelib.billing.gateway.events import Events
from chalicelib.billing.gateway.methods import Methods
from chalicelib.billing.gateway.money_back import MoneyBack
from chalicelib.billing.gateway.payments import Payments


class StripeGateway(Payments, MoneyBack, Methods, Accounts, Activities, Events):
    """Payments, money that goes back, saved methods, accounts, an account's activity, events."""
