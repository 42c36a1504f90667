"""What customers answer when they are asked how likely they are to recommend the company."""

from __future__ import annotations

from chalicelib.visits.actions import reporting
from chalicelib.visits.admin.rating_shapes import ReviewExport, ReviewList, ReviewQuery, ReviewView
from chalicelib.visits.rules import Review
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import thing
from chalicelib.web.api.replies import Text
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Ratings")


@routes.get("/reviews", "ratings:read")
def list_reviews(caller: Admin, query: ReviewQuery) -> ReviewList:
    """List how likely customers are to recommend you, newest first. What was just given or changed may take a moment to
    be listed."""
    scope = parts.scope(caller, "reviews", _asked(query))
    below = parts.below(caller, scope, query.cursor)
    page = reporting.page_of_reviews(caller.store, query.group, query.limit, below)
    items = [_present(named.one.customer, named.name, named.one.review) for named in page.items]
    return ReviewList(items, parts.cursor(caller, scope, page.last))


@routes.get("/reviews/export", "ratings:read", content_type=parts.CSV, headers=parts.HEADERS)
def export_reviews(caller: Admin, query: ReviewExport) -> Text:
    """Export how likely customers are to recommend you as CSV (RFC 4180), newest first. There are up to 2,000 at once:
    where there is more, `Link` names the next part. Only the first part has the header row.

    It is UTF-8 with a byte order mark, which Excel needs. Times are where the company is, with their offset. An
    apostrophe stands before what a spreadsheet would take for a formula.
    """
    scope = parts.scope(caller, "reviews-export", _asked(query))
    below = parts.below(caller, scope, query.cursor)
    sheet = reporting.sheet_of_reviews(caller.store, query.group, caller.company.time_zone, below)
    return parts.export(caller, sheet, "reviews", "/reviews/export", scope, _asked(query))


def _present(customer: str, name: str, one: Review) -> ReviewView:
    return ReviewView(
        thing(customer, one.id), customer, name, one.score, one.group, one.comment, one.at, one.changed_at
    )  # fmt: skip


def _asked(query: ReviewExport) -> dict[str, str]:
    return {"group": query.group}
