"""A customer's cards and bank accounts on file. Stripe has the truth; what pages need is kept on the profile."""

from __future__ import annotations

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.gateway import Event
from chalicelib.services import Services


def hears(event: Event) -> bool:
    """Whether an event is about what is on file."""
    return False


def take(services: Services, tenant: str, event: Event) -> str:
    raise NotImplementedError


def known_at_stripe(services: Services, account: BillingAccount) -> BillingAccount:
    """The account with its customer known at Stripe, made there now if need be."""
    raise NotImplementedError
