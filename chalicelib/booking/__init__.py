"""Online booking, an add-on: what can be booked and when, bookings and what becomes of them, the calendar."""
