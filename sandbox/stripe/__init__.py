"""A stateful local stand-in for Stripe's HTTP API, hosted pages and webhooks, which stripe-python talks to
unchanged. Knows Stripe and nothing of Porchlight. Never packaged."""

from sandbox.stripe.sandbox import StripeSandbox
from sandbox.stripe.transport import InProcessClient

__all__ = ["InProcessClient", "StripeSandbox"]
