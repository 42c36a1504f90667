"""What may be rated, changed, asked and answered, and when: decided without anything around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Conflict, Invalid
from chalicelib.visits.rules import Rating, Visit, rating, review
from chalicelib.visits.rules.comments import tidied
from chalicelib.visits.rules.glance import Asking

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
VISIT = Visit("V1", "Quarterly pest control", "complete", NOW, NOW, "Marco Ruiz", completed_at=NOW - DAY)


def given_at(at: datetime, stars: int = 4, **odd: object) -> Rating:
    made = rating.rated(None, VISIT, "2026-11", stars, "", at)
    return replace(made, **odd)  # type: ignore[arg-type]


def refused(visit: Visit, last: str, before: Rating | None, now: datetime = NOW) -> str:
    try:
        rating.must_take(visit, last, before, now)
    except Conflict as conflict:
        return conflict.kind
    return ""


def test_the_last_complete_visit_is_rated_and_no_other() -> None:
    assert refused(VISIT, "V1", None) == ""
    assert refused(VISIT, "V2", None) == "not-last"
    assert refused(VISIT, "", None) == "not-last"
    for status in ("scheduled", "on_the_way", "cancelled"):
        assert refused(replace(VISIT, status=status), "V1", None) == "not-complete"  # type: ignore[arg-type]


def test_a_rating_is_changed_for_seven_days_whichever_visit_is_the_last() -> None:
    before = given_at(NOW)
    assert refused(VISIT, "V2", before, NOW + 7 * DAY) == ""
    assert refused(VISIT, "V1", before, NOW + 7 * DAY + SECOND) == "too-late"
    changed = rating.rated(before, VISIT, "2026-11", 5, "Better now", NOW + 6 * DAY)
    assert refused(VISIT, "V1", changed, NOW + 8 * DAY) == "too-late", "changing it does not give more time"


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
def test_one_or_two_stars_open_a_follow_up(stars: int) -> None:
    made = given_at(NOW, stars)
    assert (made.low, made.follow_up) == (stars <= 2, "open" if stars <= 2 else "none")


@pytest.mark.parametrize("stars", [-1, 0, 6, 100])
def test_there_are_one_to_five_stars(stars: int) -> None:
    with pytest.raises(Invalid) as wrong:
        rating.check_stars(stars)
    assert wrong.value.field == "stars"


@pytest.mark.parametrize(
    ("before", "follow_up", "after", "then"),
    [
        (5, "none", 1, "open"),
        (3, "resolved", 2, "open"),
        (4, "contacted", 1, "contacted"),
        (1, "open", 5, "open"),
        (2, "resolved", 5, "resolved"),
        (2, "resolved", 1, "resolved"),
        (1, "contacted", 2, "contacted"),
        (5, "none", 4, "none"),
    ],
)
def test_what_becomes_of_the_follow_up_when_a_rating_is_changed(
    before: int, follow_up: str, after: int, then: str
) -> None:
    known = given_at(NOW, before, follow_up=follow_up, follow_up_note="Called", follow_up_by="Sam")
    changed = rating.rated(known, VISIT, "2026-12", after, "Hm", NOW + DAY)
    assert (changed.follow_up, changed.stars, changed.comment) == (then, after, "Hm")
    assert (changed.rated_at, changed.month, changed.follow_up_note) == (known.rated_at, "2026-11", "Called")
    assert changed.version == known.version + 1


def test_a_comment_is_tidied_and_not_too_long() -> None:
    assert tidied("  Thank you,\r\nMarco!\r ") == "Thank you,\nMarco!"
    assert tidied("x" * 1_998 + "\r\n" + "y") == "x" * 1_998 + "\ny", "a line break is one character, as browsers count"
    with pytest.raises(Invalid) as wrong:
        tidied("x" * 2_001)
    assert wrong.value.field == "comment"


# How likely they are to recommend the company


def test_who_promotes_and_who_does_not() -> None:
    assert [review.group(score) for score in range(11)] == ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2


def test_who_was_never_asked_may_be() -> None:
    assert review.may_ask(Asking(), NOW) and review.may_answer(Asking(), NOW) and not review.asks(Asking(), NOW)


@given(
    st.integers(0, 200), st.integers(0, 200) | st.none(), st.integers(0, 200) | st.none()
)  # fmt: skip
def test_nobody_is_asked_again_for_ninety_days(asked: int, answered: int | None, put_off: int | None) -> None:
    """From the last of: asked, answered, put off."""

    def ago(days: int | None) -> str:
        return (NOW - days * DAY).isoformat() if days is not None else ""

    asking = Asking(ago(asked), ago(answered), ago(put_off))
    last = min(one for one in (asked, answered, put_off) if one is not None)
    assert review.may_ask(asking, NOW) == (last >= 90)
    assert review.may_answer(asking, NOW) == (answered is None or answered >= 90)
    since = [one for one in (answered, put_off) if one is not None and one <= asked]
    assert review.asks(asking, NOW) == (asked < 30 and not since)


def test_the_first_page_asks_for_thirty_days() -> None:
    asked = Asking(NOW.isoformat())
    assert review.asks(asked, NOW) and review.asks(asked, NOW + 30 * DAY - SECOND)
    assert not review.asks(asked, NOW + 30 * DAY) and not review.asks(asked, NOW - SECOND)
    assert not review.may_ask(asked, NOW + 90 * DAY - SECOND) and review.may_ask(asked, NOW + 90 * DAY)


def test_who_put_it_off_is_asked_again_by_a_later_visit() -> None:
    asking = Asking(NOW.isoformat(), put_off_at=(NOW + DAY).isoformat())
    assert not review.asks(asking, NOW + 2 * DAY)
    again = replace(asking, asked_at=(NOW + 91 * DAY).isoformat())
    assert review.may_ask(asking, NOW + 91 * DAY) and review.asks(again, NOW + 92 * DAY)
