"""The report of ratings and reviews: by month, by technician, and what it all comes to. Pure.

Counts are whole numbers, and everything else is made of them: an average in decimal with two places, half up (4.125
becomes 4.13); the score of recommendations as a whole number from −100 to 100, its half away from zero (12.5 becomes
13, −12.5 becomes −13); a response as whole per cent, half up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from chalicelib.errors import Invalid

# Months of one report.
MOST_MONTHS = 24
USUAL_MONTHS = 12

Stars = tuple[int, ...]
"""How many ratings of one star, of two, … of five."""
NO_STARS: Stars = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class RatingCount:
    """A month of one technician's: `who` is the same for all spellings of `technician`, who is '' for visits of
    nobody's name."""

    month: str
    who: str
    technician: str
    asked: int
    stars: Stars


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """A month's answers to how likely they are to recommend the company."""

    month: str
    asked: int = 0
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> int | None:
        return score(self.promoters, self.passives, self.detractors)

    @property
    def response(self) -> int | None:
        """Never more than all: some answer who were not asked, or not in this month."""
        found = response(self.asked, self.answers)
        return found if found is None else min(100, found)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Some visits' ratings: how many were asked for, and how many there are of each number of stars."""

    asked: int = 0
    stars: Stars = NO_STARS

    @property
    def count(self) -> int:
        return sum(self.stars)

    @property
    def average(self) -> str | None:
        return average(self.stars)

    @property
    def response(self) -> int | None:
        return response(self.asked, self.count)

    def __add__(self, other: Ratings) -> Ratings:
        return Ratings(
            self.asked + other.asked, tuple(one + two for one, two in zip(self.stars, other.stars, strict=True))
        )


@dataclass(frozen=True, slots=True)
class Technician:
    """A technician's ratings in all, and by month where there are any."""

    name: str
    total: Ratings
    months: tuple[tuple[str, Ratings], ...]


@dataclass(frozen=True, slots=True)
class RatingReport:
    """All months of the period, also those of which there is nothing; technicians by their names, nobody's last."""

    months: tuple[tuple[str, Ratings], ...]
    technicians: tuple[Technician, ...]
    reviews: tuple[ReviewCount, ...]
    total: Ratings
    total_reviews: ReviewCount


def person(technician: str) -> str:
    """A technician's name as it is compared: the same however it is spaced or capitalised."""
    return " ".join(unicodedata.normalize("NFKC", technician).casefold().split())


def month_of(at: datetime, zone: str) -> str:
    """The month of an instant where the company is: '2026-11'."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def period(first: str, last: str, today: date) -> tuple[str, ...]:
    """The months from one to another, both included; '' for the usual: until this month, a year of them. Invalid
    (`from` or `to`): no such month, none, or too many."""
    end = _month("to", last) if last else _number(today)
    begin = _month("from", first) if first else max(end - USUAL_MONTHS + 1, 12)
    if end < begin:
        raise Invalid("to", "These months end before they begin. Send a to that is from, or later.")
    if end - begin >= MOST_MONTHS:
        raise Invalid("from", f"A report has {MOST_MONTHS} months at the most. Send a later from, or an earlier to.")
    return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(begin, end + 1))


def _month(field: str, text: str) -> int:
    try:
        return _number(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise Invalid(field, "There is no such month. Write it as 2026-11.") from None


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def report(months: Sequence[str], ratings: Iterable[RatingCount], reviews: Iterable[ReviewCount]) -> RatingReport:
    """What these counts come to in these months."""
    by_month = dict.fromkeys(months, Ratings())
    by_who: dict[str, dict[str, Ratings]] = {}
    names: dict[str, str] = {}
    for one in sorted(ratings, key=lambda count: count.month):
        found = Ratings(one.asked, one.stars)
        if found == Ratings():
            # What was asked about was set back, or is another's.
            continue
        by_month[one.month] += found
        by_who.setdefault(one.who, {})[one.month] = found
        # As it was last written.
        names[one.who] = one.technician
    answered = {one.month: one for one in reviews}
    people = [
        Technician(names[who], sum(theirs.values(), Ratings()), tuple(theirs.items())) for who, theirs in by_who.items()
    ]
    all_reviews = tuple(answered.get(month, ReviewCount(month)) for month in months)
    return RatingReport(
        tuple(by_month.items()),
        tuple(sorted(people, key=lambda one: (not one.name, one.name.casefold()))),
        all_reviews,
        sum(by_month.values(), Ratings()),
        ReviewCount(
            "", sum(one.asked for one in all_reviews), sum(one.promoters for one in all_reviews),
            sum(one.passives for one in all_reviews), sum(one.detractors for one in all_reviews),
        ),
    )  # fmt: skip


def average(stars: Stars) -> str | None:
    """'4.13'; None without ratings."""
    count = sum(stars)
    if not count:
        return None
    points = sum(number * how_many for number, how_many in enumerate(stars, start=1))
    return str((Decimal(points) / count).quantize(Decimal("0.01"), ROUND_HALF_UP))


def score(promoters: int, passives: int, detractors: int) -> int | None:
    """% promoters − % detractors, −100 … 100; None without answers."""
    answers = promoters + passives + detractors
    if not answers:
        return None
    # Rounded once, at the end: the two shares by themselves could each be off by a half.
    return int((Decimal(100 * (promoters - detractors)) / answers).quantize(Decimal(1), ROUND_HALF_UP))


def response(asked: int, given: int) -> int | None:
    """How many per cent of those asked have answered; None where nobody was asked."""
    if not asked:
        return None
    return int((Decimal(100 * given) / asked).quantize(Decimal(1), ROUND_HALF_UP))
