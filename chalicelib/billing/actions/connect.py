"""A company's own Stripe account: made, brought through Stripe's onboarding, and watched."""

from __future__ import annotations

from chalicelib.billing.gateway import Event
from chalicelib.services import Services


def hears(event: Event) -> bool:
    """Whether an event is about a company's account."""
    return False


def take(services: Services, tenant: str, event: Event) -> str:
    raise NotImplementedError
