"""Sample pages of ratings: a visit rated and thanked for, what can't be rated, and how likely they recommend us."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.tenants.rules.company import ReviewLink
from chalicelib.visits.rules import Rating, Review, Visit, rating
from chalicelib.visits.rules.comments import LONGEST
from chalicelib.web.pages import translate
from sandbox.stylebook.things import Sample, context

DONE = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
VISIT = Visit(
    "01JD0000000000000000000901", "Quarterly pest control", "complete", DONE, DONE, "Alex Moreno", completed_at=DONE,
    version=3,
)  # fmt: skip
WORDS = "Very thorough.\nAlex even found the nest behind the shed."
RATED = Rating(
    VISIT.id, 4, WORDS, "2026-11-21T16:00:00+00:00", "2026-11-21T16:00:00+00:00", VISIT.title, VISIT.technician,
    DONE.isoformat(), "2026-11",
)  # fmt: skip
LOW = replace(RATED, stars=1, comment="", follow_up="open", told=True)
ANSWER = Review("01JD0000000000000000000902", 10, "You always come on time.", "2026-11-21T16:05:00+00:00", "2026-11")
LINKS = (
    ReviewLink("Google", "https://search.google.com/local/writereview?placeid=ChIJevergreen"),
    ReviewLink("Yelp", "https://www.yelp.com/writeareview/biz/evergreen"),
)


def samples(language: str) -> dict[str, Sample]:
    page, asked = context(language, f"/visits/{VISIT.id}/rating"), context(language, "/review")

    def rate(**values: Any) -> Sample:
        shown = {"visit": VISIT, "rated": None, "chosen": 0, "comment": "", "longest": LONGEST, "state": "form"}
        return "rating.html", page, {**shown, **values}

    def thanked(rated: Rating, **values: Any) -> Sample:
        shown = {"visit": VISIT, "rated": rated, "state": "thanks", "changeable": True, "leads_on": False}
        return "rating.html", page, {**shown, **values}

    def refused(visit: Visit, newer: str) -> Sample:
        why = translate(language, _why(visit, newer))
        return "rating.html", page, {"visit": visit, "rated": None, "state": "refused", "why": why, "newer": newer}

    def ask(**values: Any) -> Sample:
        shown = {"answered": None, "chosen": -1, "comment": "", "longest": LONGEST, "state": "form"}
        return "review.html", asked, {**shown, **values}

    def answered(review: Review, **values: Any) -> Sample:
        shown = {"answered": review, "changeable": True, "links": LINKS, "state": "thanks"}
        return "review.html", asked, {**shown, **values}

    return {
        "rating": rate(),
        "rating-chosen": rate(chosen=4),
        "rating-change": rate(rated=RATED, chosen=4, comment=WORDS),
        "rating-wrong": rate(errors={"stars": translate(language, "Choose 1 to 5 stars.")}, comment=WORDS),
        "rating-nobody": rate(visit=replace(VISIT, technician="")),
        "rating-thanks": thanked(RATED, leads_on=True),
        "rating-thanks-low": thanked(LOW),
        "rating-thanks-final": thanked(RATED, changeable=False),
        "rating-not-last": refused(VISIT, "01JD0000000000000000000903"),
        "rating-not-complete": refused(replace(VISIT, status="scheduled", completed_at=None), ""),
        "review": ask(),
        "review-chosen": ask(chosen=7),
        "review-change": ask(answered=ANSWER, chosen=10, comment=ANSWER.comment),
        "review-wrong": ask(errors={"score": translate(language, "Choose a number from 0 to 10.")}),
        "review-thanks": answered(ANSWER),
        "review-thanks-passive": answered(replace(ANSWER, score=7, comment="")),
        "review-thanks-detractor": answered(replace(ANSWER, score=0)),
        "review-thanks-no-links": answered(ANSWER, links=(), changeable=False),
    }


def _why(visit: Visit, last: str) -> str:
    """The words for a visit that can't be rated."""
    try:
        rating.must_take(visit, last, None, DONE)
    except Conflict as conflict:
        return conflict.text
    raise AssertionError("this visit can be rated")
