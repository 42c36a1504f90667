"""The shapes of ratings, of what customers say of the company, and of the report about both."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from chalicelib.visits.rules.rating import FollowUp, Handled
from chalicelib.visits.rules.review import Group
from chalicelib.web.api.shapes import Cursor, Limit, Shape, Time, TimeIfAny

Text = Annotated[str, Meta(max_length=2000)]
Name = Annotated[str, Meta(max_length=100)]
Score = Annotated[int, Meta(ge=0, le=10)]
StarCount = Annotated[int, Meta(ge=1, le=5)]
Month = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2})?$(?!\n)", description="A month, as 2026-11.")]
Average = Annotated[
    str, Meta(pattern=r"^[1-5]\.[0-9]{2}$", description="Of the stars, to two places, half up: 4.125 is 4.13.")
]
Response = Annotated[int, Meta(ge=0, le=100, description="How many per cent of those asked answered; whole, half up.")]
Nps = Annotated[
    int,
    Meta(
        ge=-100, le=100,
        description="% promoters (9, 10) − % detractors (0 to 6), rounded once; its half goes away from zero.",
    ),
]  # fmt: skip


class RatingExport(Shape):
    """Which ratings: by what the company does about them, and by technician, however the name is capitalised. An
    export's `cursor` is in the address that `Link` gives."""

    cursor: Cursor = ""
    follow_up: FollowUp | Literal[""] = ""
    technician: Name = ""


class RatingQuery(RatingExport):
    """The same, and how many."""

    limit: Limit = 20


class RatingView(Shape):
    """What a customer gave a visit: 1 to 5 stars and a comment; both can be changed for 7 days. `title`, `technician`
    and `completed_at` are as they were when it was rated. `follow_up` is what the company does about it, with its last
    note, when and by whom; one or two stars open one."""

    id: str
    customer: str
    customer_name: str
    visit: str
    title: str
    technician: str
    completed_at: Time
    stars: StarCount
    comment: str
    rated_at: Time
    changed_at: Time
    follow_up: FollowUp
    follow_up_note: str
    follow_up_at: TimeIfAny
    follow_up_by: str


class RatingList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[RatingView]
    next: str | None


class FollowUpChange(Shape):
    """How far the company is with it, and a note for the team."""

    status: Handled
    note: Text = ""


class ReviewExport(Shape):
    """Which answers: promoters gave 9 or 10, passives 7 or 8, detractors 0 to 6. An export's `cursor` is in the address
    that `Link` gives."""

    cursor: Cursor = ""
    group: Group | Literal[""] = ""


class ReviewQuery(ReviewExport):
    """The same, and how many."""

    limit: Limit = 20


class ReviewView(Shape):
    """How likely a customer is to recommend the company, 0 to 10, and why; it can be changed for 7 days."""

    id: str
    customer: str
    customer_name: str
    score: Score
    group: Group
    comment: str
    at: Time
    changed_at: TimeIfAny


class ReviewList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[ReviewView]
    next: str | None


class ReportQuery(Shape):
    """Which months, both included, 24 at the most: those the visits were completed in, where the company is. Left out:
    the last twelve."""

    from_: Month = field(name="from", default="")
    to: Month = ""


class RatingFigures(Shape):
    """`asked` is how many were asked for a rating, `ratings` how many gave one, `stars` how many gave one star, two, …
    five. What can't be reckoned is null."""

    asked: int
    ratings: int
    response: Response | None
    average: Average | None
    stars: list[int]


class MonthOfRatings(RatingFigures, kw_only=True):
    """Those of a month's visits."""

    month: str


class TechnicianFigures(RatingFigures, kw_only=True):
    """Those of a technician's visits, and of each month that has any; `technician` is empty for visits that name
    nobody."""

    technician: str
    months: list[MonthOfRatings]


class ReviewFigures(Shape):
    """`asked` is how many were asked how likely they are to recommend the company, `answers` how many said it: the sum
    of promoters, passives and detractors. `score` is the net promoter score."""

    asked: int
    answers: int
    response: Response | None
    promoters: int
    passives: int
    detractors: int
    score: Nps | None


class MonthOfReviews(ReviewFigures, kw_only=True):
    """Those of a month's answers."""

    month: str


class Totals(Shape):
    """What all these months come to."""

    ratings: RatingFigures
    reviews: ReviewFigures


class RatingReport(Shape):
    """All months of the period, those with nothing among them; technicians by name."""

    from_: str = field(name="from")
    to: str
    months: list[MonthOfRatings]
    technicians: list[TechnicianFigures]
    reviews: list[MonthOfReviews]
    totals: Totals
