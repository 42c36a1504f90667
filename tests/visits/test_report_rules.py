"""The report's arithmetic: its parts add up, and it is never rounded twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.visits.rules import report as rules
from chalicelib.visits.rules.report import RatingCount, Ratings, ReviewCount, average, period, response, score

COUNTS = st.integers(0, 10_000_000)
STARS = st.tuples(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
MONTHS = ("2026-09", "2026-10", "2026-11")


@given(COUNTS, COUNTS, COUNTS)
@example(9, 0, 7)
@example(0, 1, 1)
def test_the_score_is_the_difference_of_two_shares(promoters: int, passives: int, detractors: int) -> None:
    found, answers = score(promoters, passives, detractors), promoters + passives + detractors
    if not answers:
        assert found is None
        return
    assert found is not None and -100 <= found <= 100
    exact = Fraction(100 * (promoters - detractors), answers)
    assert abs(found - exact) <= Fraction(1, 2), "it is as near as a whole number can be"
    assert score(detractors, passives, promoters) == -found, "praise and blame weigh the same"
    assert (found > 0) <= (promoters > detractors) and (found < 0) <= (promoters < detractors)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1, 0, 0), 100), ((0, 0, 1), -100), ((0, 1, 0), 0), ((5, 3, 2), 30), ((1, 1, 1), 0),
        ((1, 7, 0), 13),  # 12.5
        ((0, 7, 1), -13),  # −12.5
        ((1, 199, 0), 1),  # 0.5
        ((0, 199, 1), -1),  # −0.5
        ((1, 200, 0), 0),  # 0.4975
        ((2, 1, 0), 67), ((1, 2, 0), 33),
    ],
)  # fmt: skip
def test_a_half_goes_away_from_zero(parts: tuple[int, int, int], expected: int) -> None:
    assert score(*parts) == expected


@given(STARS)
def test_an_average_lies_between_one_and_five(stars: tuple[int, ...]) -> None:
    found, count = average(stars), sum(stars)
    if not count:
        assert found is None
        return
    assert found is not None and Decimal("1.00") <= Decimal(found) <= Decimal("5.00")
    exact = Fraction(sum(n * many for n, many in enumerate(stars, 1)), count)
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("stars", "expected"),
    [
        ((0, 0, 0, 0, 3), "5.00"), ((1, 0, 0, 0, 0), "1.00"), ((0, 0, 0, 7, 1), "4.13"),  # 4.125
        ((0, 0, 1, 1, 1), "4.00"), ((1, 0, 0, 0, 2), "3.67"), ((0, 199, 1, 0, 0), "2.01"),  # 2.005
        ((0, 0, 0, 0, 0), None),
    ],
)  # fmt: skip
def test_an_average_has_two_places_half_up(stars: tuple[int, ...], expected: str | None) -> None:
    assert average(stars) == expected


def test_a_response_is_whole_per_cent_of_those_asked() -> None:
    assert [response(8, 1), response(3, 2), response(200, 1), response(5, 0)] == [13, 67, 1, 0]
    assert response(0, 0) is None and response(0, 3) is None
    assert ReviewCount("2026-11", asked=2, promoters=3).response == 100, "somebody answered who was not asked"


def test_a_technician_whose_visit_turned_out_to_be_anothers_is_not_in_the_report() -> None:
    counts = [RatingCount("2026-11", "a", "Ana Silva", 0, (0,) * 5), RatingCount("2026-11", "b", "Bo", 1, (0,) * 5)]
    made = rules.report(MONTHS, counts, [])
    assert [(one.name, [month for month, _ in one.months]) for one in made.technicians] == [("Bo", ["2026-11"])]


RATED = st.builds(
    RatingCount, st.sampled_from(MONTHS), st.sampled_from("abc"), st.sampled_from(("", "Ana", "Bo")), COUNTS, STARS
)
REVIEWED = st.builds(ReviewCount, st.sampled_from(MONTHS), COUNTS, COUNTS, COUNTS, COUNTS)


@given(st.lists(RATED, max_size=12), st.lists(REVIEWED, unique_by=lambda one: one.month))
def test_the_parts_add_up(counts: list[RatingCount], reviews: list[ReviewCount]) -> None:
    unique = list({(one.month, one.who): one for one in counts}.values())
    made = rules.report(MONTHS, unique, reviews)
    assert [month for month, _ in made.months] == list(MONTHS) == [one.month for one in made.reviews]
    assert made.total == sum((one for _, one in made.months), Ratings())
    assert made.total == sum((one.total for one in made.technicians), Ratings())
    for one in made.technicians:
        assert one.total == sum((part for _, part in one.months), Ratings())
        assert [month for month, _ in one.months] == sorted(month for month, _ in one.months)
    for month, whole in made.months:
        assert whole == sum(
            (part for one in made.technicians for each, part in one.months if each == month), Ratings()
        )  # fmt: skip
    assert sum(made.total.stars) == made.total.count
    everybody = made.total_reviews
    assert everybody.answers == sum(one.answers for one in made.reviews)
    assert everybody.promoters + everybody.passives + everybody.detractors == everybody.answers


def test_technicians_are_listed_by_their_last_names_spelling_and_nobodys_visits_last() -> None:
    counts = [
        RatingCount("2026-09", "m", "marco ruiz", 1, (0, 0, 0, 0, 1)),
        RatingCount("2026-11", "m", "Marco Ruiz", 1, (0, 0, 0, 0, 1)),
        RatingCount("2026-10", "-", "", 2, (0, 0, 1, 0, 0)),
        RatingCount("2026-10", "a", "Ana Silva", 1, (0, 0, 0, 1, 0)),
    ]
    made = rules.report(MONTHS, reversed(counts), [])
    assert [(one.name, one.total.count) for one in made.technicians] == [("Ana Silva", 1), ("Marco Ruiz", 2), ("", 1)]


TODAY = date(2026, 11, 23)


def test_a_report_is_of_the_last_twelve_months_unless_others_are_asked_for() -> None:
    usual = period("", "", TODAY)
    assert (usual[0], usual[-1], len(usual)) == ("2025-12", "2026-11", 12)
    assert period("2026-11", "2026-11", TODAY) == ("2026-11",)
    assert period("2025-12", "2026-01", TODAY) == ("2025-12", "2026-01")
    assert len(period("2024-12", "", TODAY)) == 24
    assert period("", "2026-03", TODAY)[0] == "2025-04"
    assert period("", "0001-03", TODAY) == ("0001-01", "0001-02", "0001-03"), "there is no month before the first"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-13", "", "from"), ("", "2026-00", "to"), ("2026-12", "2026-11", "to"), ("2027-01", "", "to"),
        ("2024-11", "2026-11", "from"), ("0000-01", "0000-02", "to"), ("2026-1", "", "from"),
    ],
)  # fmt: skip
def test_months_that_are_none(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        period(first, last, TODAY)
    assert wrong.value.field == field


def test_a_month_is_that_of_the_companys_place() -> None:
    new_year = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert rules.month_of(new_year, "America/Denver") == "2026-12"
    assert rules.month_of(new_year, "Europe/Berlin") == "2027-01"


def test_a_name_is_the_same_however_it_is_spelled() -> None:
    assert rules.person(" Marco\u00a0 RUIZ ") == rules.person("marco ruiz") != rules.person("Marco Ruis")
