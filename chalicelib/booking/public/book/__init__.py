"""`/book`: the way to a booking, a step a file. Which service (`services`), when (`times`), who and where (`details`),
all of it once more (`review`), and booked (`done`)."""

from chalicelib.booking.public.book import details, done, review, services, times

__all__ = ["details", "done", "review", "services", "times"]
