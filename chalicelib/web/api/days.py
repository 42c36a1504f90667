"""Days as the API's callers write them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.errors import Invalid

# A calendar is reckoned from days of these years: what is added to them is a time still.
CALENDAR = (1900, 2200)


def day(field: str, text: str, years: tuple[int, int] | None = None) -> date:
    """Invalid: there is no such day, or it is outside of these years."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "There is no such day. Write it as 2026-11-23.") from None
    if years and not years[0] <= found.year <= years[1]:
        raise Invalid(field, f"Use a day between {years[0]} and {years[1]}.")
    return found


def day_if_any(field: str, text: str | None, years: tuple[int, int] | None = None) -> date | None:
    """The same; None for none."""
    return day(field, text, years) if text else None


def begins(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins where the company is; days on which clocks change have 23 hours or 25."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
