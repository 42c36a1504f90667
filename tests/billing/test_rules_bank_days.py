"""Days on which American banks move money."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.rules.bank_days import bank_days_after, is_bank_day

# frbservices.org/about/holiday-schedules, as printed there. A holiday on a Saturday is not made up for.
HOLIDAYS = {
    2026: ["01-01", "01-19", "02-16", "05-25", "06-19", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25"],
    2027: ["01-01", "01-18", "02-15", "05-31", "06-19", "07-05", "09-06", "10-11", "11-11", "11-25", "12-25"],
    2028: ["01-01", "01-17", "02-21", "05-29", "06-19", "07-04", "09-04", "10-09", "11-23", "12-25"],
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_federal_reserves_holidays_are_no_bank_days(year: int) -> None:
    closed = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year]}
    day = date(year, 1, 1)
    while day.year == year:
        assert is_bank_day(day) == (day.weekday() < 5 and day not in closed), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("begun", "arrives"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),  # Thanksgiving and a weekend between
        (date(2026, 11, 16), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2026, 12, 24), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 7)),
        (date(2026, 11, 21), date(2026, 11, 27)),  # a Saturday counts as the Friday before
        (date(2027, 7, 2), date(2027, 7, 9)),  # Independence Day on a Sunday is kept on Monday
        (date(2026, 7, 2), date(2026, 7, 8)),  # on a Saturday it is not
    ],
)
def test_a_debit_arrives_four_bank_days_later(begun: date, arrives: date) -> None:
    assert bank_days_after(begun) == arrives


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 12))
def test_so_many_bank_days_lie_between(day: date, count: int) -> None:
    after = bank_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (after - day).days + 1)]
    assert sum(map(is_bank_day, between)) == count and is_bank_day(after)
