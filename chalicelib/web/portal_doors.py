"""Front doors of the portal's rooms that are imported when somebody comes in: every route by name, and the room.

All functions start from the same app.py, and whoever only pays must not wait for estimates, documents, visits and
booking to load. A test compares this list with the rooms, whose routes say who may call and what they are sent.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.services import services
from chalicelib.web import requests, routes
from chalicelib.web.routes import ANY, FORM, Route

DOORS: dict[str, tuple[str, ...]] = {
    "chalicelib.estimates.portal": (
        "GET /{slug}/estimates",
        "GET /{slug}/estimates/{id}",
        "GET /{slug}/estimates/{id}/pdf",
        "GET /{slug}/estimates/{id}/acceptance",
        "POST /{slug}/estimates/{id}/acceptance",
        "GET /{slug}/estimates/{id}/refusal",
        "POST /{slug}/estimates/{id}/refusal",
        "GET /{slug}/estimates/{id}/changes",
        "POST /{slug}/estimates/{id}/changes",
    ),
    "chalicelib.documents.portal": (
        "GET /{slug}/documents",
        "GET /{slug}/documents/{id}",
        "GET /{slug}/documents/{id}/file",
    ),
    "chalicelib.visits.portal": (
        "GET /{slug}/visits",
        "GET /{slug}/visits/{id}",
        "GET /{slug}/visits/{id}/photos/{photo}",
        "GET /{slug}/visits/{id}/rating",
        "POST /{slug}/visits/{id}/rating",
        "GET /{slug}/review",
        "POST /{slug}/review",
        "GET /{slug}/review/later",
        "POST /{slug}/review/later",
    ),
    "chalicelib.booking.public": (
        "GET /{slug}/book",
        "GET /{slug}/book/{service}",
        "GET /{slug}/book/{service}/{time}",
        "POST /{slug}/book/{service}/{time}",
        "GET /{slug}/book/review/{draft}",
        "POST /{slug}/book/review/{draft}",
        "GET /{slug}/book/done/{draft}",
        "GET /{slug}/book/done/{draft}/calendar",
        "GET /{slug}/bookings/{id}",
        "GET /{slug}/bookings/{id}/calendar",
        "GET /{slug}/bookings/{id}/account",
        "POST /{slug}/bookings/{id}/account",
        "GET /{slug}/bookings/{id}/time",
        "POST /{slug}/bookings/{id}/time",
        "GET /{slug}/bookings/{id}/cancellation",
        "POST /{slug}/bookings/{id}/cancellation",
        "GET /{slug}/bookings/{id}/answer",
        "POST /{slug}/bookings/{id}/answer",
    ),
}


def blueprint() -> Blueprint:
    """A new blueprint with the routes of all these rooms."""
    made = Blueprint("chalicelib.web_portal")
    for room, doors in DOORS.items():
        for door in doors:
            method, _, path = door.partition(" ")
            name = room.split(".")[1] + "_" + method.lower()
            kinds = [FORM if method == "POST" else ANY]
            made.route(path, methods=[method], name=name, content_types=kinds)(_entry(made, room, door))
    return made


def _entry(blueprint: Blueprint, room: str, door: str) -> Any:
    def entry(**path: str) -> Response:
        container = services()
        request = requests.read(blueprint.current_request, edge_keys=lambda: container.secrets.edge_keys)
        return routes.answer(container, behind(room, door), request, path)

    return entry


def behind(room: str, door: str) -> Route:
    """The route of this door, in its room."""
    method, _, path = door.partition(" ")
    found: Route = next(one for one in import_module(room).routes.routes if one.method == method and one.path == path)
    return found
