"""Bookings' routes are there while the company has online booking: their rooms name this."""

from __future__ import annotations

from chalicelib.web.api.routes import AddOn

BOOKING = AddOn("online booking", lambda company: company.booking)
