"""What can be booked, when there is room, and what may become of a booking. Pure."""

from chalicelib.booking.rules.booking import Booker, Booking, Happened, Status
from chalicelib.booking.rules.day import Entry, Interval
from chalicelib.booking.rules.offer import Area, Offer, Price, Question, Service, Span, SpecialDays

__all__ = [
    "Area", "Booker", "Booking", "Entry", "Happened", "Interval", "Offer", "Price", "Question", "Service", "Span",
    "SpecialDays", "Status",
]  # fmt: skip
