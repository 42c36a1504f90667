"""What fills the company's calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.aws.store import Store
from chalicelib.booking.records import days
from chalicelib.booking.rules.day import Entry, Interval, minute, utc_days
from chalicelib.errors import Invalid

# Six weeks: a month as calendars show it.
MOST_DAYS = 42
LONGEST = timedelta(days=MOST_DAYS)


def between(store: Store, since: datetime, until: datetime) -> list[Entry]:
    """Bookings and blocked time that touch the time from `since` to just before `until`, with their buffers, by time.
    One Query. Invalid: more than six weeks, or none."""
    if not timedelta() < until - since <= LONGEST:
        raise Invalid("until", "Ask for six weeks at the most, from since to a later until.")
    wanted = Interval(minute(since), minute(until))
    touched = utc_days(wanted)
    return [one for one in days.between(store, touched[0], touched[-1]) if one.busy.overlaps(wanted)]
