"""Days on which American banks move money. Pure.

Source: the Federal Reserve's holiday schedule (frbservices.org/about/holiday-schedules). A holiday on a Sunday is kept
on Monday; one on a Saturday is not made up for.
"""

from __future__ import annotations

from datetime import date, timedelta

DEBIT_DAYS = 4
_FIXED = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}
# (month, weekday with Monday 0, which one of the month)
_NTH = {(1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4)}


def is_bank_day(day: date) -> bool:
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    if (day.month, day.weekday(), (day.day + 6) // 7) in _NTH:
        return False
    if day.month == 5 and day.weekday() == 0 and day.day > 24:
        return False  # Memorial Day, the last Monday of May
    before = day - timedelta(days=1)
    return not (day.weekday() == 0 and (before.month, before.day) in _FIXED)


def bank_days_after(day: date, count: int = DEBIT_DAYS) -> date:
    """The day that is so many bank days later: when a debit begun on `day` should have arrived."""
    while count:
        day += timedelta(days=1)
        count -= is_bank_day(day)
    return day
