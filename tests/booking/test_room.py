"""Whether there is room for one more job, tried against counting every minute."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.booking.rules.day import Entry, Interval, has_room, utc_days
from tests.billing.till import THOROUGH

LONG = 40
intervals = st.tuples(st.integers(0, LONG), st.integers(1, 12)).map(lambda it: Interval(it[0], it[0] + it[1]))


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    found = []
    for number, busy in enumerate(draw(st.lists(intervals, max_size=9))):
        kind = draw(st.sampled_from(["booking", "booking", "block"]))
        crews = draw(st.integers(0, 4)) if kind == "block" else 1
        found.append(Entry(str(number), kind, busy, busy.start, busy.end, crews=crews))  # type: ignore[arg-type]
    return found


def counted(found: list[Entry], busy: Interval, crews: int, besides: str) -> bool:
    """Minute by minute."""
    for minute in range(busy.start, busy.end):
        taken = 0
        for one in found:
            if one.id != besides and one.busy.start <= minute < one.busy.end:
                taken += 1 if one.kind == "booking" else one.crews or crews
        if taken + 1 > crews:
            return False
    return True


@settings(max_examples=20_000 if THOROUGH else 600)
@given(entries(), intervals, st.integers(1, 4), st.sampled_from(["", "0", "3"]))
def test_there_is_room_where_each_minute_has_a_free_crew(
    found: list[Entry], busy: Interval, crews: int, besides: str
) -> None:
    assert has_room(found, busy, crews, besides) is counted(found, busy, crews, besides)


@given(st.integers(0, 10 * 1440), st.integers(1, 3 * 1440))
def test_a_time_lies_in_every_day_that_it_touches(start: int, length: int) -> None:
    days = utc_days(Interval(start, start + length))
    touched = sorted({minute // 1440 for minute in range(start, start + length)})
    assert [(day - utc_days(Interval(0, 1))[0]).days for day in days] == touched
