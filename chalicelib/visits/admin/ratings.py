"""Ratings of visits, and what the company does about them."""

from __future__ import annotations

from chalicelib.visits.actions import following, reporting
from chalicelib.visits.actions.reporting import Wanted
from chalicelib.visits.admin import finding
from chalicelib.visits.admin.rating_shapes import FollowUpChange, RatingExport, RatingList, RatingQuery, RatingView
from chalicelib.visits.rules import Rating
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import thing
from chalicelib.web.api.replies import Text
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Ratings")


@routes.get("/ratings", "ratings:read")
def list_ratings(caller: Admin, query: RatingQuery) -> RatingList:
    """List ratings, newest first. What was just given or changed may take a moment to be listed.

    With `technician` a page looks through 500 ratings at the most and may be short: go on while there is a `next`.
    """
    scope = parts.scope(caller, "ratings", _asked(query))
    below = parts.below(caller, scope, query.cursor)
    page = reporting.page_of_ratings(caller.store, _wanted(query), query.limit, below)
    items = [_present(named.one.customer, named.name, named.one.rating) for named in page.items]
    return RatingList(items, parts.cursor(caller, scope, page.last))


@routes.get("/ratings/export", "ratings:read", content_type=parts.CSV, headers=parts.HEADERS)
def export_ratings(caller: Admin, query: RatingExport) -> Text:
    """Export ratings as CSV (RFC 4180), newest first, up to 2,000 at once: where there is more, `Link` names the next
    part. Only the first part has the header row.

    It is UTF-8 with a byte order mark, which Excel needs. Times are where the company is, with their offset. An
    apostrophe stands before what a spreadsheet would take for a formula.
    """
    scope = parts.scope(caller, "ratings-export", _asked(query))
    below = parts.below(caller, scope, query.cursor)
    sheet = reporting.sheet_of_ratings(caller.store, _wanted(query), caller.company.time_zone, below)
    return parts.export(caller, sheet, "ratings", "/ratings/export", scope, _asked(query))


@routes.get("/ratings/{id}", "ratings:read")
def read_rating(caller: Admin, id: str) -> RatingView:
    """Read a visit's rating, by the visit's id: Porchlight's, or ext: and your own."""
    customer, rating = following.whole(caller.store, *finding.visit(caller, id))
    return _present(customer.id, customer.name, rating)


@routes.put(
    "/ratings/{id}/follow-up",
    "ratings:write",
    example={"status": "contacted", "note": "Called. Alex goes back on Friday."},
)
def set_follow_up(caller: Admin, id: str, body: FollowUpChange) -> RatingView:
    """Set what you do about a rating: `open`, `contacted` or `resolved`, in any order, with a note for your team. The
    same again changes nothing."""
    customer, rating = following.follow_up(
        caller.services, caller.store, *finding.visit(caller, id), body.status, body.note, caller.actor, caller.note
    )
    return _present(customer.id, customer.name, rating)


def _present(customer: str, name: str, one: Rating) -> RatingView:
    place = thing(customer, one.visit)
    return RatingView(
        place, customer, name, place, one.title, one.technician, one.completed_at, one.stars, one.comment, one.rated_at,
        one.changed_at, one.follow_up, one.follow_up_note, one.follow_up_at, one.follow_up_by,
    )  # fmt: skip


def _wanted(query: RatingExport) -> Wanted:
    return Wanted(query.follow_up, query.technician)


def _asked(query: RatingExport) -> dict[str, str]:
    return {"follow_up": query.follow_up, "technician": query.technician}
