"""How likely are you to recommend us? 0 to 10; then the same public review links for everybody, whatever they said."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.errors import Conflict, Invalid
from chalicelib.visits.actions import reviewing
from chalicelib.visits.portal.routes import routes
from chalicelib.visits.rules import Review
from chalicelib.visits.rules.comments import LONGEST
from chalicelib.visits.rules.review import MOST
from chalicelib.web import forms
from chalicelib.web.access import Customer
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page, Reply, SeeOther

_SCORES = tuple(str(score) for score in range(MOST + 1))


@dataclass(frozen=True)
class Chosen:
    """`score` as a link chooses it; `change`, if the answer is to be changed."""

    score: str
    change: str


@dataclass(frozen=True)
class Answered:
    """A comment may hold line breaks, which browsers send as two characters and count as one."""

    score: str
    comment: str = field(default="", metadata={forms.LONGEST: 2 * LONGEST})


@routes.get("/{slug}/review")
def review_page(caller: Customer, query: Chosen) -> Reply:
    now = caller.services.now()
    found = reviewing.standing(caller.store, caller.profile, now)
    if found is None:
        return _form(None, score_of(query.score), "")
    if query.change and found.changeable(now):
        return _form(found, found.score, found.comment)
    values = {
        "state": "thanks", "answered": found, "changeable": found.changeable(now),
        "links": caller.company.review_links,
    }  # fmt: skip
    return Page("review.html", values)


@routes.post("/{slug}/review")
def answer(caller: Customer, form: Answered) -> Reply:
    try:
        reviewing.answer(
            caller.services, caller.store, caller.company, caller.profile.id, score_of(form.score), form.comment
        )  # fmt: skip
    except Invalid as wrong:
        found = reviewing.standing(caller.store, caller.profile, caller.services.now())
        return _form(found, score_of(form.score), form.comment, form_errors(caller, wrong))
    except Conflict:
        # Answered before, and too late to change it: the page they come to says so, and thanks.
        pass
    return SeeOther("/review")


@routes.post("/{slug}/review/later", page="/")
def put_off(caller: Customer) -> Reply:
    reviewing.put_off(caller.services, caller.store, caller.profile.id)
    return SeeOther("/")


def score_of(sent: str) -> int:
    """0 to 10 as our own pages send it; -1 for anything else."""
    return int(sent) if sent in _SCORES else -1


def _form(before: Review | None, score: int, comment: str, wrong: dict[str, str] | None = None) -> Page:
    values = {
        "state": "form", "answered": before, "chosen": score, "comment": comment, "longest": LONGEST,
        "errors": wrong or {},
    }  # fmt: skip
    return Page("review.html", values, 422 if wrong else 200)
