"""What a visit is, and what customers may say of it. Pure."""

from chalicelib.visits.rules.rating import FollowUp, Rating
from chalicelib.visits.rules.review import Review
from chalicelib.visits.rules.visit import Photo, Product, Report, Status, Visit

__all__ = ["FollowUp", "Photo", "Product", "Rating", "Report", "Review", "Status", "Visit"]
