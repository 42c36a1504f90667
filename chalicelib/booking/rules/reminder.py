"""When a customer is reminded of a confirmed booking. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta


def remind_at(starts_at: datetime, hours: int, now: datetime) -> datetime | None:
    """So many hours before it; None where there is no reminder: the company sends none, or the time for it has passed,
    and whoever books so late was told of it just now."""
    at = starts_at - timedelta(hours=hours)
    return at if hours and at > now else None
