"""The API of visits: planned, on the way, complete or canceled, and what was done."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from chalicelib.customers.actions import finding as people
from chalicelib.errors import Conflict
from chalicelib.visits.actions import keeping, listing, reading
from chalicelib.visits.actions.keeping import ANOTHERS
from chalicelib.visits.actions.listing import Wanted
from chalicelib.visits.admin import finding, presenting
from chalicelib.visits.admin.visit_shapes import VisitFields, VisitList, VisitSearch, VisitStatus, VisitView
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import CALENDAR, begins, day_if_any
from chalicelib.web.api.ids import external
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Visits")

EXAMPLE = {
    "customer": "ext:1042",
    "external_id": "job-5531",
    "title": "Quarterly pest control",
    "starts_at": "2026-12-01T08:00:00-07:00",
    "ends_at": "2026-12-01T10:00:00-07:00",
    "technician": "Marco Ruiz",
    "products": [{"name": "Demand CS", "amount": "2 oz", "note": "EPA 100-1066"}],
}


@routes.get("/visits", "visits:read")
def list_visits(caller: Admin, query: VisitSearch) -> VisitList:
    """List visits, the latest first or the soonest. What was just changed may take a moment to be listed, except with
    `customer`. With `status` a page may be short: go on while there is a `next`."""
    store, wanted = caller.store, _wanted(caller, query)
    scope = f"{store.tenant}#visits#{query.since}#{query.until}#{query.status}#{query.customer}#{query.order}"
    after = parts.begins(caller, scope, query.cursor)
    if query.customer:
        (known,) = people.find_all(store, [query.customer])
        if known is None:
            return VisitList([], None)
        page = listing.of_customer(store, known.id, wanted, query.limit, after)
    else:
        page = listing.of_company(store, wanted, query.limit, after)
    rows = [presenting.row(one.customer, page.names.get(one.customer, ""), one.visit) for one in page.items]
    return VisitList(rows, parts.goes_on(caller, scope, page.last))


def _wanted(caller: Admin, query: VisitSearch) -> Wanted:
    zone = ZoneInfo(caller.company.time_zone)
    since, until = day_if_any("?since", query.since, CALENDAR), day_if_any("?until", query.until, CALENDAR)
    return Wanted(
        begins(since, zone) if since else None, begins(until + timedelta(days=1), zone) if until else None,
        query.status or None, query.order == "soonest",
    )  # fmt: skip


@routes.post("/visits", "visits:write", errors=(Conflict,), example=EXAMPLE)
def create_visit(caller: Admin, body: VisitFields) -> VisitView:
    """Create a visit. Its customer sees it at once, among those to come or in the history.

    If it is complete, was done within the last days, and is their last one, they get a message that asks how it was:
    see `PUT /visits/{id}/status`. `external-id-taken`: another visit has this `external_id`.
    """
    draft = presenting.draft(body, caller.services.now())
    calendar = finding.named_calendar(caller, body.customer)
    kept = keeping.create(calendar, caller.new_id(), draft, caller.note)
    return presenting.kept(caller, kept)


@routes.get("/visits/{id}", "visits:read")
def read_visit(caller: Admin, id: str) -> VisitView:
    """Read a visit, with what was done, its photos, and what its customer said of it."""
    return presenting.visit(caller, *reading.whole(caller.store, *finding.visit(caller, id)))


@routes.put("/visits/{id}", "visits:write", also=(201,), errors=(Conflict,), example=EXAMPLE)
def change_visit(caller: Admin, id: str, body: VisitFields) -> Sent[VisitView]:
    """Change a visit; by an `ext:` id of yours that is new, create it (201). What is so already is not written again,
    so that this is safe to repeat. Photos stay as they are.

    States go as `PUT /visits/{id}/status` says. No visit goes to another customer (`customer-fixed`). When one that was
    booked online is, its booking says (`visit-booked`).
    """
    now = caller.services.now()
    if id.startswith(people.OWN):
        draft = presenting.draft(body, now, external(id))
        kept = keeping.upsert(finding.named_calendar(caller, body.customer), caller.new_id(), draft, caller.note)
    else:
        customer, visit = finding.visit(caller, id)
        reading.one(caller.store, customer, visit)
        draft, calendar = presenting.draft(body, now), finding.named_calendar(caller, body.customer)
        if customer != calendar.customer:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        kept = keeping.change(calendar, visit, draft, caller.note)
    return Sent(presenting.kept(caller, kept), status=201 if kept.made else 200)


@routes.put("/visits/{id}/status", "visits:write", errors=(Conflict,), example={"status": "on_the_way"})
def set_visit_status(caller: Admin, id: str, body: VisitStatus) -> VisitView:
    """Say where a visit stands. The same again changes nothing.

    Scheduled and on the way go to and fro, and become complete or canceled. A canceled visit can only be scheduled
    again (`visit-cancelled`). A complete one can be taken back until its customer has rated it (`visit-rated`).
    Whether one that was booked online takes place, its booking says (`visit-booked`).

    The first time that a visit becomes complete, its customer is asked how it was, by a message and on their first
    page: if it was completed within the last 7 days and is their last one. What is entered later tells nobody.
    """
    customer, visit = finding.visit(caller, id)
    kept = keeping.set_status(finding.calendar(caller, customer), visit, body.status, caller.note)
    return presenting.kept(caller, kept)
