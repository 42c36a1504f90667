"""A customer's pages of visits."""

from chalicelib.visits.portal import rating, review, visits
from chalicelib.visits.portal.routes import routes

__all__ = ["rating", "review", "routes", "visits"]
