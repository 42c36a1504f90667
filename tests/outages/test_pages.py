"""Every page of the portal, every read of the API, with each service down: it is itself, and says in words what it
can't do. A new page is walked by itself, since the routes are the app's own."""

from __future__ import annotations

import html
import re

from chalicelib.web.api.routes import ApiRoute
from chalicelib.web.routes import Route
from tests.access import test_api as api
from tests.access import test_portal as portal
from tests.access.api_scene import routes as api_routes
from tests.access.scene import Caller
from tests.browser import Page
from tests.client import Answer
from tests.outages.outage import SERVICES, TRY_AGAIN, WAYS, Outage
from tests.test_house import routes

# Pages whose one thing is asked of the service: they say that it does not answer.
ASKS = {
    "Stripe": {
        "GET /{slug}/connect/{token}", "GET /{slug}/wallet/{id}/details", "GET /{slug}/wallet/added",
        "GET /{slug}/payments/{id}",
    },
    "S3": {"GET /{slug}/invoices/{id}/pdf", "GET /{slug}/payments/{id}/pdf", "GET /{slug}/estimates/{id}/pdf"},
}  # fmt: skip
# A page that would say that nothing is paid yet must not, when nobody can tell.
INSTEAD = {"GET /{slug}/payments/{id}": "Checking your payment… $50.00 $50 .00"}
# These are no pages: what they are is the file.
FILES = ASKS["S3"]
API_ASKS = {"Stripe": {"GET /settings/stripe"}, "S3": {"GET /estimates/{id}/pdf"}}
# Files that ship with the app.
SHIPPED = {"GET /assets/{name}", "GET /console/{version}/{name}"}


def pages() -> list[Route]:
    return [one for one in routes() if one.method == "GET" and portal.name(one) not in SHIPPED]


def opened(outage: Outage, route: Route, caller: Caller) -> Page:
    """As whoever has all there is opens it."""
    has = outage.scene.dana
    path = portal.path_of_kind(route, has) or portal.filled(route, has)[0]
    if "{id}" in route.path and "/payments/" in route.path and not route.path.endswith("/pdf"):
        path = {"id": has.under_way.id}
    return portal.ask(caller, route, path)


def heading(page: Page) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.html, re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def lasting(location: str) -> str:
    """Where it leads, without what is signed anew each time."""
    return re.sub(r"\?.*|[0-9A-Z]{26}", "", location)


def test_every_page_is_itself_whatever_is_down(outage: Outage) -> None:
    callers = (outage.scene.customer("Dana", outage.scene.dana.person), Caller("nobody"))
    wrong: list[str] = []
    for caller in callers:
        for route in pages():
            outage.ends()
            well, name = opened(outage, route, caller), portal.name(route)
            for service, prefix in SERVICES.items():
                for fault in WAYS:
                    outage.wire.calls.clear()
                    outage.begins(prefix, fault)
                    ill = opened(outage, route, caller)
                    at = f"{service} {fault}, {caller}: {name}"
                    if not outage.asked(prefix) and fault == WAYS[0]:
                        if (ill.status, heading(ill)) != (well.status, heading(well)):
                            wrong.append(f"{at} differs, and asked nothing: {ill.status} {ill.text[:100]}")
                        break
                    if name not in ASKS.get(service, set()):
                        wrong.append(f"{at} asks, which is not known")
                    if ill.status >= 500 or (name not in FILES and heading(ill) != INSTEAD.get(name, heading(well))):
                        wrong.append(f"{at} -> {ill.status} {heading(ill)!r}, not {heading(well)!r}")
                    elif ill.status == 303 and lasting(ill.headers["location"]) != lasting(well.headers["location"]):
                        wrong.append(f"{at} leads to {ill.headers['location']}")
                    elif ill.status != 303 and not TRY_AGAIN.search(ill.text):
                        wrong.append(f"{at} does not say to come again: {ill.text[:300]}")
                    if ill.status >= 400 and ill.headers.get("retry-after") != "60":
                        wrong.append(f"{at}: when?")
    assert not wrong, "\n".join(wrong)


def read(outage: Outage, route: ApiRoute) -> Answer:
    path = {one: api.OURS[api.upto(route, one)](outage.records) for one in api.parameters(route)}
    return api.ask(outage.owner, route, path, outage.records)


def test_every_read_of_the_console_whatever_is_down(outage: Outage) -> None:
    wrong: list[str] = []
    assert outage.records
    for route in (one for one in api_routes() if one.method == "GET"):
        name = api.name(route)
        outage.ends()
        well = read(outage, route)
        assert well.status == 200, f"{name}: {well.text}"
        for service, prefix in SERVICES.items():
            for fault in WAYS:
                outage.wire.calls.clear()
                outage.begins(prefix, fault)
                ill = read(outage, route)
                at = f"{service} {fault}: {name}"
                if not outage.asked(prefix) and fault == WAYS[0]:
                    if ill.status != 200:
                        wrong.append(f"{at}: {ill.text}")
                    break
                if name not in API_ASKS.get(service, set()):
                    wrong.append(f"{at} asks, which is not known")
                if (ill.status, ill.kind, ill.headers.get("retry-after")) != (424, "unreachable", "60"):
                    wrong.append(f"{at}: {ill.status} {ill.text}")
    assert not wrong, "\n".join(wrong)
