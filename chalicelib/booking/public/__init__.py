"""Pages of booking: open to all, they know who is signed in, or whom a mailed link names."""

from chalicelib.booking.public import answering, bookings, cancelling, details, done, moving, review, services, times
from chalicelib.booking.public.routes import routes

__all__ = [
    "answering", "bookings", "cancelling", "details", "done", "moving", "review", "routes", "services", "times",
]  # fmt: skip
