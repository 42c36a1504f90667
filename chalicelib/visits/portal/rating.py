"""The page that rates a visit, and what it says afterwards. A link may choose the stars; only a form sends them."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.errors import Conflict, Invalid
from chalicelib.visits.actions import rating
from chalicelib.visits.actions.rating import Seen
from chalicelib.visits.portal.routes import routes
from chalicelib.visits.rules import rating as rules
from chalicelib.visits.rules import review
from chalicelib.visits.rules.comments import LONGEST
from chalicelib.web import forms
from chalicelib.web.access import Customer
from chalicelib.web.problems import form_errors, say
from chalicelib.web.replies import Page, Reply, SeeOther


@dataclass(frozen=True)
class Chosen:
    """`stars` as a mail's link chooses them; `change`, if the rating is to be changed."""

    stars: str
    change: str


@dataclass(frozen=True)
class Rated:
    """A comment may hold line breaks, which browsers send as two characters and count as one."""

    stars: str
    comment: str = field(default="", metadata={forms.LONGEST: 2 * LONGEST})


@routes.get("/{slug}/visits/{id}/rating")
def rating_page(caller: Customer, id: str, query: Chosen) -> Reply:
    seen, now = rating.look(caller.store, caller.profile.id, id), caller.services.now()
    found = seen.rating
    if found and not (found.changeable(now) and (query.stars or query.change)):
        return _thanks(caller, seen)
    try:
        rules.must_take(seen.visit, seen.last, found, now)
    except Conflict as wrong:
        return _refused(caller, seen, wrong, 200)
    stars = stars_of(query.stars) or (found.stars if found else 0)
    return _form(caller, seen, stars, found.comment if found else "")


@routes.post("/{slug}/visits/{id}/rating")
def rate(caller: Customer, id: str, form: Rated) -> Reply:
    customer = caller.profile.id
    try:
        rating.rate(
            caller.services, caller.store, caller.company, customer, id, stars_of(form.stars), form.comment
        )  # fmt: skip
    except Invalid as wrong:
        seen = rating.look(caller.store, customer, id)
        return _form(caller, seen, stars_of(form.stars), form.comment, form_errors(caller, wrong))
    except Conflict as wrong:
        return _refused(caller, rating.look(caller.store, customer, id), wrong, 409)
    return SeeOther(f"/visits/{id}/rating")


def stars_of(sent: str) -> int:
    """1 to 5 as our own pages send them; 0 for anything else."""
    return int(sent) if sent in ("1", "2", "3", "4", "5") else 0


def _form(caller: Customer, seen: Seen, stars: int, comment: str, wrong: dict[str, str] | None = None) -> Page:
    values = {
        "visit": seen.visit, "rated": seen.rating, "chosen": stars, "comment": comment, "longest": LONGEST,
        "errors": wrong or {}, "state": "form",
    }  # fmt: skip
    return Page("rating.html", values, 422 if wrong else 200)


def _thanks(caller: Customer, seen: Seen) -> Page:
    now = caller.services.now()
    values = {
        "visit": seen.visit, "rated": seen.rating, "state": "thanks",
        "changeable": seen.rating is not None and seen.rating.changeable(now),
        "leads_on": review.leads_on(seen.glance.asking, now),
    }  # fmt: skip
    return Page("rating.html", values)


def _refused(caller: Customer, seen: Seen, wrong: Conflict, status: int) -> Page:
    values = {
        "visit": seen.visit, "rated": seen.rating, "state": "refused",
        "why": say(caller.services, caller, wrong.text, wrong.values),
        "newer": seen.last if wrong.kind == "not-last" else "",
    }  # fmt: skip
    return Page("rating.html", values, status)
