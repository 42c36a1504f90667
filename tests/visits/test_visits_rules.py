"""What a visit may be, and what may become of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Conflict, Invalid
from chalicelib.visits.rules import Photo, Product, Report, Status, Visit, drafting, glance
from chalicelib.visits.rules.drafting import Draft
from chalicelib.visits.rules.glance import Glance, LastVisit, NextVisit

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
DRAFT = Draft("Quarterly pest control", NOW, NOW + timedelta(hours=2))
STATUSES: tuple[Status, ...] = get_args(Status)


def a_visit(status: Status = "scheduled", **odd: Any) -> Visit:
    done = NOW if status == "complete" else None
    return replace(Visit("01V", "Pest control", status, NOW, NOW + timedelta(hours=2), completed_at=done), **odd)


def test_a_draft_is_tidied() -> None:
    sent = Draft(
        "  Quarterly\n pest\u202e  control ", datetime(2026, 12, 1, 8, 0, 0, 900, timezone(-timedelta(hours=7))),
        datetime(2026, 12, 1, 17, 0, tzinfo=UTC), " Marco\u2066  Ruiz ", work=" Sealed.\r\n\nSpr\u200bayed. ",
        products=(Product(" Demand\u202d  CS ", " 2 oz "),), notes="\n\u2069",
    )  # fmt: skip
    tidy = drafting.check_draft(sent, NOW)
    assert tidy == Draft(
        "Quarterly pest control", datetime(2026, 12, 1, 15, 0, tzinfo=UTC), datetime(2026, 12, 1, 17, 0, tzinfo=UTC),
        "Marco Ruiz", work="Sealed.\n\nSprayed.", products=(Product("Demand CS", "2 oz"),),
    )  # fmt: skip
    assert tidy.starts_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"title": " \n "}, "title"),
        ({"ends_at": NOW - timedelta(seconds=1)}, "ends_at"),
        ({"ends_at": NOW + timedelta(hours=24, seconds=1)}, "ends_at"),
        ({"starts_at": NOW.replace(tzinfo=None)}, "starts_at"),
        ({"starts_at": NOW.replace(year=1979)}, "starts_at"),
        ({"ends_at": NOW.replace(year=2199)}, "ends_at"),
        ({"ends_at": datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))}, "ends_at"),
        ({"starts_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=23)))}, "starts_at"),
        ({"completed_at": NOW}, "completed_at"),
        ({"status": "cancelled", "completed_at": NOW}, "completed_at"),
        ({"status": "complete", "completed_at": NOW + timedelta(minutes=11)}, "completed_at"),
        ({"status": "complete", "completed_at": NOW.replace(tzinfo=None)}, "completed_at"),
        ({"products": (Product("Demand CS"), Product(" "))}, "products/1/name"),
        ({"work": "ä" * 60_000}, "work"),
    ],
)
def test_what_can_be_no_visit_is_named(odd: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        drafting.check_draft(replace(DRAFT, **odd), NOW)
    assert wrong.value.field == field


@pytest.mark.parametrize("hours", [0, 24])
def test_a_window_may_be_no_time_or_a_day(hours: int) -> None:
    assert drafting.check_draft(replace(DRAFT, ends_at=NOW + timedelta(hours=hours)), NOW)


WAYS = {
    "scheduled": {"scheduled", "on_the_way", "complete", "cancelled"},
    "on_the_way": {"scheduled", "on_the_way", "complete", "cancelled"},
    "complete": {"scheduled", "on_the_way", "complete", "cancelled"},
    "cancelled": {"scheduled", "cancelled"},
}


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_which_ways_a_visit_goes(before: Status, after: Status) -> None:
    visit = a_visit(before)
    if after in WAYS[before]:
        assert drafting.set_status(visit, after, NOW).status == after
    else:
        with pytest.raises(Conflict) as refused:
            drafting.set_status(visit, after, NOW)
        assert refused.value.kind == "visit-cancelled"


@pytest.mark.parametrize("after", STATUSES)
def test_a_rated_visit_stays_complete(after: Status) -> None:
    visit = a_visit("complete")
    if after == "complete":
        assert drafting.set_status(visit, after, NOW, rated=True) is visit
        return
    with pytest.raises(Conflict) as refused:
        drafting.set_status(visit, after, NOW, rated=True)
    assert refused.value.kind == "visit-rated"


def test_only_a_complete_visit_has_a_time_when_it_was_done() -> None:
    complete = drafting.set_status(a_visit(), "complete", NOW)
    assert complete.completed_at == NOW
    assert drafting.set_status(complete, "scheduled", NOW).completed_at is None


@pytest.mark.parametrize(
    ("ago", "expected"), [(timedelta(hours=24), NOW), (timedelta(hours=25), NOW - timedelta(hours=25))]
)
def test_an_office_that_catches_up_completes_visits_when_they_were(ago: timedelta, expected: datetime) -> None:
    visit = a_visit(starts_at=NOW - ago - timedelta(hours=2), ends_at=NOW - ago)
    assert drafting.set_status(visit, "complete", NOW).completed_at == expected


def test_a_change_keeps_when_it_was_done_and_its_photos() -> None:
    photo = Photo("01P", "The nest", 1600, 1200)
    visit, report = a_visit("complete", external_id="job-1"), Report("Sealed.", photos=(photo,))
    draft = replace(DRAFT, title="Ants", status="complete", work="Sealed twice.")
    after, said = drafting.change_visit(visit, report, draft, NOW + timedelta(days=3), rated=True)
    assert (after.completed_at, after.external_id, after.title) == (NOW, "job-1", "Ants")
    assert said == Report("Sealed twice.", photos=(photo,))


@pytest.mark.parametrize(
    ("status", "hours", "coming"),
    [
        ("scheduled", 0, True), ("on_the_way", 0, True), ("complete", 0, False), ("cancelled", 0, False),
        ("scheduled", 13.9, True), ("scheduled", 14, False), ("on_the_way", 14, False),
    ],
)  # fmt: skip
def test_a_visit_is_to_come_until_half_a_day_after_its_window(status: Status, hours: float, coming: bool) -> None:
    assert a_visit(status).is_coming(NOW + timedelta(hours=hours)) is coming


def to_come(number: int) -> NextVisit:
    at = NOW + timedelta(days=number)
    return glance.to_next(a_visit(id=f"0{number}", starts_at=at, ends_at=at))


def test_the_first_page_goes_on_to_the_visit_after_by_itself() -> None:
    seen = Glance(3, to_come(0), later=(to_come(1), to_come(2)))
    shown = [seen.coming(NOW + timedelta(days=number, hours=13)) for number in range(-1, 4)]
    assert [one and one.id for one in shown] == ["00", "01", "02", None, None]


texts = st.text(min_size=1, max_size=8)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.isoformat()
)
nexts = st.builds(NextVisit, texts, texts, st.sampled_from(STATUSES), moments, moments, texts)


@given(
    st.integers(0, 9), st.none() | nexts, st.none() | st.builds(LastVisit, texts, texts, moments, texts, st.just(0)),
    st.lists(nexts, max_size=2),
)  # fmt: skip
def test_a_glance_is_read_as_it_was_written(
    version: int, first: NextVisit | None, last: LastVisit | None, later: list[NextVisit]
) -> None:
    seen = Glance(version, first, last, later=tuple(later))
    assert glance.read(glance.write(seen)) == seen
