"""A customer's pages of estimates: what was offered, and deciding it."""

from chalicelib.estimates.portal import answering, estimates
from chalicelib.estimates.portal.routes import routes

__all__ = ["answering", "estimates", "routes"]
