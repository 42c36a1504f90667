"""`/bookings/{id}`: one booking, for whose it is and who has its link. Its page, and a file for each thing that can be
done about it."""

from chalicelib.booking.public.bookings import answering, cancelling, claiming, moving, page

__all__ = ["answering", "cancelling", "claiming", "moving", "page"]
