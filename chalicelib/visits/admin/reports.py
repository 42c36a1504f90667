"""The report about visits' ratings and about how likely customers are to recommend the company, by months."""

from __future__ import annotations

from chalicelib.errors import Invalid
from chalicelib.visits.actions import reporting
from chalicelib.visits.admin.rating_shapes import (
    MonthOfRatings,
    MonthOfReviews,
    RatingFigures,
    RatingReport,
    ReportQuery,
    ReviewFigures,
    TechnicianFigures,
    Totals,
)
from chalicelib.visits.rules.report import Ratings, ReviewCount, period
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Ratings")


@routes.get("/reports/ratings", "ratings:read", errors=(Invalid,))
def read_rating_report(caller: Admin, query: ReportQuery) -> RatingReport:
    """Read ratings by month and by technician, and your net promoter score with its parts. It is exact: each rating
    is counted in the moment it is given or changed."""
    try:
        months = period(query.from_, query.to, caller.today())
    except Invalid as wrong:
        raise Invalid("?" + wrong.field, wrong.text) from None
    found = reporting.report(caller.store, months)
    return RatingReport(
        months[0],
        months[-1],
        [_month(month, one) for month, one in found.months],
        [
            TechnicianFigures(
                *_figures(one.total), technician=one.name, months=[_month(month, part) for month, part in one.months]
            )
            for one in found.technicians
        ],
        [MonthOfReviews(*_answers(one), month=one.month) for one in found.reviews],
        Totals(RatingFigures(*_figures(found.total)), ReviewFigures(*_answers(found.total_reviews))),
    )


def _month(month: str, one: Ratings) -> MonthOfRatings:
    return MonthOfRatings(*_figures(one), month=month)


def _figures(one: Ratings) -> tuple[int, int, int | None, str | None, list[int]]:
    return one.asked, one.count, one.response, one.average, list(one.stars)


def _answers(one: ReviewCount) -> tuple[int, int, int | None, int, int, int, int | None]:
    return one.asked, one.answers, one.response, one.promoters, one.passives, one.detractors, one.score
