"""Pages of visits: those to come and those that were, and what was done at one."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.errors import NotFound
from chalicelib.visits.actions import photos, reading
from chalicelib.visits.actions.reading import Whole
from chalicelib.visits.portal.routes import routes
from chalicelib.visits.rules import Photo, Visit, glance
from chalicelib.visits.rules.photos import SMALL
from chalicelib.web import cursors
from chalicelib.web.access import Customer
from chalicelib.web.replies import Away, Page, Reply

# So many visits to come stand before the history.
FIRST = 5
# What a look at them takes, so that cancelled ones and those of today leave room.
LOOK = 15


@dataclass(frozen=True)
class Listing:
    filter: str
    cursor: str


@dataclass(frozen=True)
class Picture:
    """A photo as the page shows it: the small one, and its pixels."""

    id: str
    caption: str
    small_url: str
    width: int
    height: int


@routes.get("/{slug}/visits")
def visit_list(caller: Customer, query: Listing) -> Reply:
    store, customer, now = caller.store, caller.profile.id, caller.services.now()
    filter = "upcoming" if query.filter == "upcoming" else ""
    key, scope = caller.services.secrets.links, f"{store.tenant}#{customer}#visits#{filter}"
    after = cursors.read(key, scope, query.cursor)
    values: dict[str, object] = {
        "filter": filter, "first_page": after is None, "upcoming": [], "more_upcoming": False, "history": [],
        "ratings": {},
    }  # fmt: skip
    if filter:
        page = reading.upcoming(store, customer, now, after)
        values["upcoming"] = page.visits
    else:
        page = reading.history(store, customer, now, after)
        values["history"], values["ratings"] = page.visits, page.ratings
        if after is None:
            soon = reading.upcoming(store, customer, now, limit=LOOK)
            values["upcoming"] = soon.visits[:FIRST]
            values["more_upcoming"] = len(soon.visits) > FIRST or soon.last is not None
    return Page("visits.html", {**values, "next_cursor": cursors.write(key, scope, page.last)})


@routes.get("/{slug}/visits/{id}")
def visit(caller: Customer, id: str) -> Reply:
    found = reading.one(caller.store, caller.profile.id, id)
    return Page("visit.html", {**_rating(caller, found), "visit": found.visit, "report": found.report,
                               "booking": f"/bookings/{id}" if _can_move(caller, found.visit) else "",
                               "photos": [_picture(caller, id, one) for one in found.report.photos]})  # fmt: skip


def _can_move(caller: Customer, visit: Visit) -> bool:
    """Whether it came of an online booking that is still to come: the booking's own page moves and cancels it."""
    open_yet = visit.status == "scheduled" and visit.is_coming(caller.services.now())
    return visit.booked and caller.company.booking and open_yet


def _rating(caller: Customer, found: Whole) -> dict[str, object]:
    """What is said of the rating: the one there is, or whether this visit can be rated now."""
    last = glance.read(caller.profile.glances.visits).last
    return {
        "rating": found.rating,
        "can_change": found.rating is not None and found.rating.changeable(caller.services.now()),
        "can_rate": found.rating is None and last is not None and last.id == found.visit.id,
    }


def _picture(caller: Customer, visit: str, one: Photo) -> Picture:
    files = caller.services.files.for_tenant(caller.store.tenant)
    _, small = photos.links(files, caller.profile.id, visit, one)
    shrunk = min(1, SMALL / max(one.width, one.height))
    return Picture(one.id, one.caption, small, max(1, round(one.width * shrunk)), max(1, round(one.height * shrunk)))


@routes.get("/{slug}/visits/{id}/photos/{photo}")
def photo(caller: Customer, id: str, photo: str) -> Reply:
    """The whole photo, by a link that was made just now: those on the page have ended if it was open for long."""
    found = reading.one(caller.store, caller.profile.id, id)
    one = next((each for each in found.report.photos if each.id == photo), None)
    if one is None:
        raise NotFound()
    files = caller.services.files.for_tenant(caller.store.tenant)
    big, _ = photos.links(files, caller.profile.id, id, one)
    return Away(big)
