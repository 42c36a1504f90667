"""Pages of booking, open to all: `book/` is the way to a booking, `bookings/` what becomes of one that is made. They
know who is signed in, or whom a mailed link names."""

from chalicelib.booking.public import book, bookings
from chalicelib.booking.public.routes import routes

__all__ = ["book", "bookings", "routes"]
