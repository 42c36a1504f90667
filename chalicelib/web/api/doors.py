"""The API's front doors: every route by name, feature by feature, and the room behind it, which is imported when
somebody comes in.

Customers' pages start from the same app.py, and must not wait for the API's types to load. A test compares this list
with the rooms.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.services import services
from chalicelib.web import requests

if TYPE_CHECKING:
    from chalicelib.web.api.routes import ApiRoute

ROOT = "/api/v1"
DOORS: dict[str, tuple[str, ...]] = {
    "chalicelib.tenants.admin.settings": (
        "GET /settings",
        "PATCH /settings",
    ),
    "chalicelib.tenants.admin.address": (
        "GET /settings/address/suggestions",
        "PUT /settings/address",
    ),
    "chalicelib.tenants.admin.logo": (
        "POST /settings/logo/uploads",
        "PUT /settings/logo",
        "DELETE /settings/logo",
    ),
    "chalicelib.tenants.admin.guide": (
        "GET /guide",
        "PUT /guide",
    ),
    "chalicelib.messages.admin.templates": (
        "GET /message-templates",
        "GET /message-templates/{name}",
        "PATCH /message-templates/{name}",
        "PUT /message-templates/{name}/email/{language}",
        "DELETE /message-templates/{name}/email/{language}",
        "PUT /message-templates/{name}/sms/{language}",
        "DELETE /message-templates/{name}/sms/{language}",
    ),
    "chalicelib.messages.admin.previews": (
        "POST /message-templates/{name}/previews",
        "POST /message-templates/{name}/tests",
    ),
    "chalicelib.messages.admin.suppressions": (
        "GET /suppressions",
        "DELETE /suppressions/{id}",
    ),
    "chalicelib.team.admin.session": (
        "POST /session/companies",
        "POST /session",
        "POST /session/refresh",
        "DELETE /session",
        "GET /session",
        "PUT /session/password",
    ),
    "chalicelib.team.admin.invites": (
        "POST /invites/look",
        "POST /invites/acceptance",
    ),
    "chalicelib.team.admin.passwords": (
        "POST /password-resets",
        "POST /password-resets/acceptance",
    ),
    "chalicelib.team.admin.members": (
        "GET /team",
        "POST /team",
        "PATCH /team/{email}",
        "DELETE /team/{email}",
        "POST /team/{email}/invites",
    ),
    "chalicelib.team.admin.keys": (
        "GET /keys",
        "POST /keys",
        "DELETE /keys/{id}",
    ),
    "chalicelib.team.admin.trail": ("GET /audit",),
    "chalicelib.customers.admin.customers": (
        "GET /customers",
        "POST /customers",
        "GET /customers/{id}",
        "PUT /customers/{id}",
    ),
    "chalicelib.customers.admin.access": (
        "GET /customers/{id}/access",
        "PATCH /customers/{id}/access",
        "PUT /customers/{id}/access/password",
        "POST /customers/{id}/access/invites",
        "POST /customers/{id}/access/password-resets",
        "DELETE /customers/{id}/access/sessions",
        "GET /customers/{id}/access/links",
        "DELETE /customers/{id}/access/links/{link}",
    ),
    "chalicelib.customers.admin.bulk_invites": (
        "POST /bulk-invites",
        "GET /bulk-invites/{id}",
    ),
    "chalicelib.customers.admin.messages": ("GET /customers/{id}/messages",),
    "chalicelib.billing.admin.messages": ("POST /customers/{id}/messages/{message}/resends",),
    "chalicelib.billing.admin.invoices": (
        "GET /invoices",
        "POST /invoices",
        "GET /invoices/{id}",
        "PUT /invoices/{id}",
        "DELETE /invoices/{id}",
        "PUT /invoices/{id}/status",
        "POST /invoices/{id}/credits",
        "POST /invoices/{id}/deliveries",
    ),
    "chalicelib.billing.admin.payments": (
        "GET /customers/{id}/payments",
        "POST /customers/{id}/payments",
        "POST /customers/{id}/credit-uses",
        "GET /payments/{id}",
        "POST /payments/{id}/refunds",
    ),
    "chalicelib.billing.admin.stripe": (
        "GET /settings/stripe",
        "POST /settings/stripe/onboarding",
    ),
    "chalicelib.billing.admin.imports": ("POST /import",),
    "chalicelib.estimates.admin.estimates": (
        "GET /estimates",
        "POST /estimates",
        "GET /estimates/{id}",
        "PUT /estimates/{id}",
        "DELETE /estimates/{id}",
        "PUT /estimates/{id}/status",
        "POST /estimates/{id}/deliveries",
    ),
    "chalicelib.estimates.admin.outcomes": (
        "PUT /estimates/{id}/invoice",
        "GET /estimates/{id}/pdf",
    ),
    "chalicelib.estimates.admin.terms": (
        "GET /estimate-terms",
        "PUT /estimate-terms",
    ),
    "chalicelib.documents.admin.documents": (
        "POST /documents/uploads",
        "GET /documents",
        "POST /documents",
        "GET /documents/{id}",
        "PATCH /documents/{id}",
        "DELETE /documents/{id}",
        "POST /documents/{id}/deliveries",
        "GET /documents/{id}/file",
    ),
    "chalicelib.visits.admin.visits": (
        "GET /visits",
        "POST /visits",
        "GET /visits/{id}",
        "PUT /visits/{id}",
        "PUT /visits/{id}/status",
    ),
    "chalicelib.visits.admin.photos": (
        "POST /visits/{id}/uploads",
        "POST /visits/{id}/photos",
        "DELETE /visits/{id}/photos/{photo}",
    ),
    "chalicelib.visits.admin.ratings": (
        "GET /ratings",
        "GET /ratings/export",
        "GET /ratings/{id}",
        "PUT /ratings/{id}/follow-up",
    ),
    "chalicelib.visits.admin.reviews": (
        "GET /reviews",
        "GET /reviews/export",
    ),
    "chalicelib.visits.admin.reports": ("GET /reports/ratings",),
    "chalicelib.leads.admin.leads": (
        "GET /leads",
        "GET /leads/export",
        "GET /leads/{id}",
        "PUT /leads/{id}/status",
        "PUT /leads/{id}/spam",
        "POST /leads/{id}/notes",
    ),
    "chalicelib.leads.admin.installation": ("GET /widget",),
    "chalicelib.booking.admin.settings": (
        "GET /booking-settings",
        "PATCH /booking-settings",
    ),
    "chalicelib.booking.admin.bookings": (
        "GET /bookings",
        "POST /bookings",
        "GET /bookings/{id}",
    ),
    "chalicelib.booking.admin.deeds": (
        "PUT /bookings/{id}/status",
        "PUT /bookings/{id}/time",
        "PUT /bookings/{id}/proposal",
        "PUT /bookings/{id}/customer",
    ),
    "chalicelib.booking.admin.requests": ("GET /booking-requests",),
    "chalicelib.booking.admin.slots": ("GET /booking-slots",),
    "chalicelib.booking.admin.blocks": (
        "POST /booking-blocks",
        "DELETE /booking-blocks/{id}",
    ),
}


def blueprint() -> Blueprint:
    """A new blueprint with all of the API's routes."""
    made = Blueprint("chalicelib.web_api")
    for module, doors in DOORS.items():
        for door in doors:
            method, _, path = door.partition(" ")
            name = module.rpartition(".")[2] + "_" + method.lower()
            # What a body may be is the room's to say, in words of ours.
            made.route(ROOT + path, methods=[method], name=name, content_types=["*/*"])(_entry(made, module, door))
    return made


def _entry(blueprint: Blueprint, module: str, door: str) -> Any:
    def entry(**path: str) -> Response:
        from chalicelib.web.api import routes

        container = services()
        request = requests.read(blueprint.current_request, edge_keys=lambda: container.secrets.edge_keys)
        return routes.answer(container, behind(module, door), request, path)

    return entry


def behind(module: str, door: str) -> ApiRoute:
    """The route of this door, in its room."""
    method, _, path = door.partition(" ")
    found: ApiRoute = next(
        one for one in import_module(module).routes.routes if one.method == method and one.path == path
    )
    return found
