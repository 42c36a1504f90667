"""Estimates, documents, visits and ratings: what their lists ask the store, whether that is the same at any length,
what a phone fetches for their pages, and what it takes to look at a file and to draw a photo anew.
"""

from __future__ import annotations

from typing import Any

from bench.first_view import first_view
from bench.house import SLUG, Call, ask, house, recorded
from bench.paperwork_flat import flat
from bench.paperwork_house import Paperwork, furnish
from bench.paperwork_looking import looking
from bench.table import Figure, at_most

# Whoever calls costs one call of the portal's, two of the API's: who it is, and how often they have called.
PORTAL_CALLER, API_CALLER = 1, 2


def measure() -> list[Figure]:
    with house() as made:
        here = furnish(made)
        figures = [*store_calls(here), *first_views(here)]
    return [*figures, *flat(), *looking()]


def store_calls(here: Paperwork) -> list[Figure]:
    """Exact; every list has more than a page."""
    dana, pages = here.house, f"/{SLUG}"
    asked: dict[str, tuple[dict[str, Any], int]] = {
        "home_waiting": (dana.get(pages), PORTAL_CALLER + 1),
        "estimates": (dana.get(f"{pages}/estimates"), PORTAL_CALLER + 1),
        "documents": (dana.get(f"{pages}/documents"), PORTAL_CALLER + 2),
        "visits": (dana.get(f"{pages}/visits"), PORTAL_CALLER + 3),
        "api_estimates": (here.api("GET", "/estimates"), API_CALLER + 5),
        "api_documents": (here.api("GET", "/documents"), API_CALLER + 2),
        "api_visits": (here.api("GET", "/visits"), API_CALLER + 2),
        "api_ratings": (here.api("GET", "/ratings"), API_CALLER + 5),
        "api_reviews": (here.api("GET", "/reviews"), API_CALLER + 4),
        "api_report": (here.api("GET", "/reports/ratings"), API_CALLER + 2),
    }
    _everything_waits(ask(asked["home_waiting"][0])["body"])
    return [_calls(name, here, *one) for name, one in asked.items()]


def _everything_waits(page: str) -> None:
    """RuntimeError unless the first page says all that it can."""
    for said in ("/estimates/", "/rating?stars=5", "/documents", "Next visit"):
        if said not in page:
            raise RuntimeError(f"the first page does not say {said!r}")


def _calls(name: str, here: Paperwork, request: dict[str, Any], most: int) -> Figure:
    made: list[Call] = recorded(here.house.services, request)[1]
    how = ", ".join(one.operation for one in made)
    return at_most(f"paperwork.calls_{name}", len(made), most, "calls", f"{how}; warm, a full page")


def first_views(here: Paperwork) -> list[Figure]:
    """Once more what first_view measures, for the pages of these features."""
    visit = f"/visits/{here.visit}"
    places = {
        "home_waiting": "", "estimates": "/estimates", "estimate": f"/estimates/{here.estimate}",
        "estimate_accept": f"/estimates/{here.estimate}/acceptance", "documents": "/documents",
        "document": f"/documents/{here.document}", "visits": "/visits", "visit": visit, "rating": f"{visit}/rating",
        "review": "/review",
    }  # fmt: skip
    return [first_view(f"paperwork.first_view_{name}", here.house.get(f"/{SLUG}{at}")) for name, at in places.items()]
