"""Sample pages of visits: to come and gone by, one that is on its way, one that was done with all there is to it, one
that can be rated, one of which nothing was written, and nothing yet."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.visits.portal.visits import Picture
from chalicelib.visits.rules import Product, Rating, Report, Status, Visit
from sandbox.stylebook.things import Sample, context

# Denver's Wednesday, December 2, at 8 in the morning; ten days from the stylebook's today.
AT = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
HOURS = timedelta(hours=2)
DONE = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)

REPORT = Report(
    "Treated the perimeter and the kitchen.\nSealed a gap behind the dishwasher, where the ants came in.",
    (Product("Demand CS", "2 oz", "EPA 100-1066"), Product("Advion ant gel", "1 tube"), Product("Glue boards", "4")),
    "Please keep pets off the lawn until it is dry, about two hours.",
)


def a_visit(id: str, title: str, status: Status, at: datetime, technician: str = "Marco Ruiz") -> Visit:
    done = at + timedelta(hours=1) if status == "complete" else None
    return Visit(id, title, status, at, at + HOURS, technician, done)


TODAY = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
COMING = (
    a_visit("01V1", "Wasp nest removal", "on_the_way", TODAY, "Ana Bell"),
    a_visit("01V2", "Quarterly pest control", "scheduled", AT),
    a_visit("01V3", "Winter lawn treatment", "cancelled", AT + timedelta(days=14), ""),
)
LAST = replace(a_visit("01V4", "Quarterly pest control", "complete", DONE), completed_at=DONE)
WAS = (
    LAST,
    a_visit("01V5", "Fall lawn aeration and overseeding, front and back", "complete", DONE - timedelta(days=30)),
    a_visit("01V6", "Sprinkler check", "cancelled", DONE - timedelta(days=50), "Ana Bell"),
    a_visit("01V7", "Quarterly pest control", "complete", DONE - timedelta(days=92), ""),
    a_visit("01V8", "Rodent inspection", "scheduled", DONE - timedelta(days=120)),
)


def a_rating(visit: Visit, stars: int, comment: str = "") -> Rating:
    at = (visit.at + timedelta(hours=5)).isoformat()
    return Rating(visit.id, stars, comment, at, at, visit.title, visit.technician, visit.at.isoformat(), "2026-11")


RATINGS = {one.id: a_rating(one, stars) for one, stars in ((WAS[1], 5), (WAS[3], 3))}


def a_picture(id: str, caption: str, width: int, height: int, colour: str) -> Picture:
    """A photo of one colour, in the page itself: the stylebook has no files."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><rect width="100%" height="100%" '
        f'fill="{colour}"/></svg>'
    )
    return Picture(id, caption, f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}", width, height)


PHOTOS = (
    a_picture("01P1", "The gap behind the dishwasher, before", 480, 360, "#8a7f6a"),
    a_picture("01P2", "The same, sealed", 480, 360, "#6a8a7f"),
    a_picture("01P3", "", 360, 480, "#7f6a8a"),
)


def samples(language: str) -> dict[str, Sample]:
    page = context(language, "/visits")

    def listing(**values: Any) -> Sample:
        always: dict[str, Any] = {
            "filter": "", "first_page": True, "upcoming": (), "more_upcoming": False, "history": (), "ratings": {},
            "next_cursor": None,
        }  # fmt: skip
        return "visits.html", page, {**always, **values}

    def one(visit: Visit, **values: Any) -> Sample:
        always: dict[str, Any] = {
            "visit": visit, "report": Report(), "photos": (), "rating": None, "can_rate": False, "can_change": False,
            "booking": "",
        }  # fmt: skip
        return "visit.html", context(language, f"/visits/{visit.id}"), {**always, **values}

    def bookable(sample: Sample) -> Sample:
        template, shown, values = sample
        return template, replace(shown, booking=True), values

    rated = a_rating(LAST, 4, "Quick, kind, and he explained everything.")
    return {
        "visits": listing(upcoming=COMING, more_upcoming=True, history=WAS, ratings=RATINGS, next_cursor="x"),
        "visits-older": listing(first_page=False, history=WAS[1:], ratings=RATINGS),
        "visits-upcoming": listing(filter="upcoming", upcoming=COMING, next_cursor="x"),
        "visits-none-planned": listing(filter="upcoming"),
        "visits-planned-only": listing(upcoming=COMING[1:2]),
        "visits-none": listing(),
        "visits-bookable": bookable(listing(upcoming=COMING, history=WAS[:2])),
        "visits-none-bookable": bookable(listing()),
        "visits-none-older": listing(first_page=False),
        "visit": one(LAST, report=REPORT, photos=PHOTOS, rating=rated, can_change=True),
        "visit-to-rate": one(LAST, report=replace(REPORT, products=()), can_rate=True),
        "visit-on-the-way": one(COMING[0]),
        "visit-scheduled": one(COMING[1], report=replace(REPORT, products=(), work="Perimeter, kitchen and garage.")),
        "visit-booked": one(COMING[1], booking="/bookings/01V2"),
        "visit-cancelled": one(COMING[2]),
        "visit-unwritten": one(WAS[3]),
    }
