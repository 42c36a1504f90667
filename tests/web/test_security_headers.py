"""The headers that guard what we answer, on every kind of answer of every route.

`tests/browser.call` looks at each answer of the whole run (`guarding.py`). Here all routes are walked, by everybody who
may come, with all that may go wrong, so that no kind of answer is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest

import app as wiring
from chalicelib import errors
from chalicelib import services as composition
from chalicelib.web import routes as portal_routes
from chalicelib.web.api import parsing
from chalicelib.web.cookies import SESSION
from chalicelib.web.errors import STATUS
from chalicelib.web.routes import FORM, Route
from sandbox.world import World
from tests.access.api_scene import QUERIES, name
from tests.access.api_scene import routes as api_routes
from tests.access.scene import NOTHING, Caller, Scene, a_scene, an_address, lift_limits
from tests.access.test_portal import FORMS, OTHERS
from tests.browser import Browser, Page, call, to_page
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.test_house import routes
from tests.web.guarding import unguarded
from tests.web.switching import switch

WORDS = [word for word in STATUS if word is not errors.PortalOff]
# What must have been among the portal's answers: method, status, and what it is.
KINDS_OF_THE_PORTAL = {
    ("GET", 200, "text/html"),
    ("POST", 422, "text/html"),
    ("GET", 404, "text/html"),
    ("POST", 403, "text/html"),
    ("GET", 303, ""),
    ("POST", 303, ""),
    ("GET", 200, "text/javascript"),
    ("GET", 200, "text/calendar"),
    ("GET", 200, "application/json"),
    ("OPTIONS", 204, "text/plain"),
    ("POST", 422, "application/problem+json"),
    ("POST", 400, "text/plain"),
}


@pytest.fixture
def scene(world: World, clock: Clock, evergreen: Company, bluewave: Company, monkeypatch: pytest.MonkeyPatch) -> Scene:
    lift_limits(monkeypatch)
    return a_scene(world, clock, evergreen, bluewave)


def kind(method: str, status: int, headers: dict[str, str]) -> tuple[str, int, str]:
    return method, status, headers.get("content-type", "").partition(";")[0]


def filled(route: Route, scene: Scene) -> str:
    """Its address, with what Dana has."""
    path, has = route.path, scene.dana
    for parameter in re.findall(r"\{(\w+)\}", route.path):
        if parameter == "slug":
            value = "evergreen"
        else:
            above = route.path[: route.path.index("{" + parameter + "}")] + "{" + parameter + "}"
            value = OTHERS[above](has)[0] if above in OTHERS else NOTHING
        path = path.replace("{" + parameter + "}", value)
    return path


def from_elsewhere(path: str, content_type: str) -> Page:
    """A post with nothing in it, from another website's page."""
    headers = {"content-type": content_type, "sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    body = "{}" if content_type == "application/json" else ""
    return to_page(call(wiring.app, "POST", path, {}, headers, body, an_address()), path)


def by_method(route: Route) -> bool:
    """What is looked at before what is done: a session that is over shows less."""
    return route.method == "POST"


def test_every_route_of_the_portal(scene: Scene) -> None:
    walked, seen = set[tuple[str, str]](), set[tuple[str, int, str]]()
    for route in sorted(routes(), key=by_method):
        path, form = filled(route, scene), FORMS.get(f"{route.method} {route.path}", {})
        content_type = FORM if route.content_type == FORM else "application/json"
        callers = (
            Caller("nobody"),
            scene.customer("Dana", scene.dana.person),
            scene.customer("by link", scene.dana.person, "link"),
        )
        for caller in callers:
            page = caller.asks(route.method, path, form, content_type)
            seen.add(kind(route.method, page.status, page.headers))
        if route.method == "POST":
            page = from_elsewhere(path, content_type)
            seen.add(kind("POST", page.status, page.headers))
        walked.add((route.method, route.path))
    assert {(method, path) for path, methods in wiring.app.routes.items() for method in methods} - walked == {
        (route.method, "/api/v1" + route.path) for route in api_routes()
    }
    assert seen >= KINDS_OF_THE_PORTAL, KINDS_OF_THE_PORTAL - seen


def test_every_route_of_the_api(scene: Scene) -> None:
    owner, seen = scene.admin, set[int]()
    for route in sorted(api_routes(), key=lambda one: one.method != "GET"):
        path = re.sub(r"\{\w+\}", NOTHING, route.path) + QUERIES.get(name(route), "")
        if (route.method, route.path) != ("DELETE", "/session"):
            seen.add(owner.send(route.method, path, route.example).status)
            if route.body is not None:
                seen.add(owner.send(route.method, path, {"no such field": 1}).status)
        seen.add(Client(scene.world, address=an_address()).send(route.method, path, route.example).status)
    assert seen >= {200, 201, 204, 401, 404, 422}


@pytest.mark.parametrize("caller", ["nobody", "Dana"])
def test_whatever_goes_wrong_on_any_page(scene: Scene, monkeypatch: pytest.MonkeyPatch, caller: str) -> None:
    who = Caller("nobody") if caller == "nobody" else scene.customer("Dana", scene.dana.person)
    every, seen = cycle([*WORDS, ZeroDivisionError]), set[int]()
    for route in routes():
        if route.method == "OPTIONS":
            continue
        word = next(every)
        path = filled(route, scene)
        with monkeypatch.context() as broken:
            broken.setattr(portal_routes, "_arguments", _raising(word))
            content_type = FORM if route.content_type == FORM else "application/json"
            seen.add(who.asks(route.method, path, {}, content_type).status)
    assert seen >= {number for number, _ in (STATUS[word] for word in WORDS) if number not in (401,)} | {500}


def test_whatever_goes_wrong_in_the_api(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    every, seen, owner = cycle([*WORDS, ZeroDivisionError]), set[int](), scene.admin
    for route in api_routes():
        word = next(every)
        with monkeypatch.context() as broken:
            broken.setattr(parsing, "arguments", _raising(word))
            headers = {"content-type": "application/json", "authorization": f"Bearer {owner.token}"}
            path = "/api/v1" + re.sub(r"\{\w+\}", NOTHING, route.path)
            seen.add(call(wiring.app, route.method, path, {}, headers, "{}", an_address())["statusCode"])
    assert seen >= {400, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503}


def _raising(word: type[Exception]) -> Any:
    def arguments(*_: object) -> None:
        raise word(*([60] if word is errors.TooMany else ["field", "wrong"] if word is errors.Invalid else []))

    return arguments


def test_a_portal_that_is_off(scene: Scene) -> None:
    paths = [(route, filled(route, scene)) for route in routes()]
    dana = scene.customer("Dana", scene.dana.person)
    switch(scene.admin, portal={"on": False})
    for route, path in paths:
        for who in (Caller("nobody"), dana):
            who.asks(route.method, path, {}, FORM if route.content_type == FORM else "application/json")


def test_what_no_view_answers(evergreen: Company, browser: Browser) -> None:
    """Chalice's own refusals: a body of another kind, a method that is none, and what breaks before any view."""
    for path, content_type, status in (
        ("/evergreen/sign-in", "application/json", 415), ("/stripe/webhooks", "text/plain", 415),
    ):  # fmt: skip
        answer = call(browser.app, "POST", path, {}, {"content-type": content_type}, "{}", "203.0.113.7")
        assert answer["statusCode"] == status
    assert browser.head("/evergreen/sign-in").status == 405


def test_what_breaks_before_any_view(evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.web.requests.read", _raising(ZeroDivisionError))
    for path in ("/evergreen", "/api/v1/settings", "/evergreen/visits"):
        assert call(browser.app, "GET", path, {}, {}, None, "203.0.113.7")["statusCode"] == 500


def test_files_that_never_change_may_be_kept_and_loaded_by_mails(evergreen: Company, browser: Browser) -> None:
    """Files are the same for all: the logo and what a mail's preview loads are asked for from without our origin."""
    console = browser.get("/console").html
    files = {*re.findall(r'(?:href|src)="(/[^"]+\.(?:js|css|svg))"', console)}
    version = re.search(r"/console/(\w+)/main\.js", console)
    assert version is not None
    files |= {f"/console/{version.group(1)}/{one}" for one in ("mail.html", "mail-frame.js")}
    assert len(files) > 6
    for path in files:
        answer = browser.get(path)
        assert answer.status == 200 and "immutable" in answer.headers["cache-control"]
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_what_other_websites_may_load_is_the_widgets_alone(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    for path in ("/widget/v1.js", "/widget/v1-panel.js", "/widget/v1/evergreen", "/widget/v1/evergreen/panel",
                 "/widget/v1/nobody"):  # fmt: skip
        answer = browser.get(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/evergreen/sign-in", "/evergreen", "/console", "/api/openapi.json", "/api/v1/settings"):
        answer = browser.get(path)
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_cookies_are_sent_by_https_only_where_there_is_https(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    services = browser.world.services
    services.settings = replace(services.settings, public_url="https://my.example.com/portal")
    composition.use(services)
    secure = Browser(browser.app, browser.world, origin="https://my.example.com", prefix="/portal")
    secure.get("/portal/evergreen/sign-in")
    form = {"login": "dana@example.com", "password": "green-lawn-2026", "next": "/"}
    page = secure.post("/portal/evergreen/sign-in", form, follow=False)
    assert any(one.startswith(SESSION) for one in page.cookies)
    owner = evergreen.admin()
    refreshed = owner.post("/session/refresh")
    for one in (*page.cookies, *refreshed.cookies):
        assert one.endswith("; Secure")
    assert all("; Path=/portal/evergreen;" in one for one in page.cookies)
    assert all("; SameSite=Strict" in one and "; Path=/portal/api/v1/session;" in one for one in refreshed.cookies)


@pytest.mark.parametrize("which", ["link", "sign_in_link", "reset", "connect"])
def test_a_page_whose_address_is_a_key_tells_it_to_nobody(scene: Scene, which: str) -> None:
    """Browsers send its address to no other website; it loads nothing from any, and no cache keeps it."""
    path = {"link": "link", "sign_in_link": "sign-in/link", "reset": "password/reset", "connect": "connect"}[which]
    page = Caller("nobody").asks("GET", f"/evergreen/{path}/{getattr(scene.dana, which)}")
    # A link to sign in is for the browser that asked for it; what another is told is a page of the same address.
    assert page.status == (409 if which == "sign_in_link" else 200)
    assert page.headers["referrer-policy"] == "same-origin" and page.headers["cache-control"] == "no-store"
    loaded = re.findall(
        r'<(?:script|link|img|iframe|source|video|object|embed)\b[^>]*(?:src|href)="([^"]*)"', page.html
    )
    assert loaded and all(one.startswith("/") and not one.startswith("//") for one in loaded)


GOOD = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def a_page(body: str = "", cookies: tuple[str, ...] = (), **odd: str) -> dict[str, Any]:
    headers = {**GOOD, **{name.replace("_", "-"): value for name, value in odd.items()}}
    return {
        "statusCode": 200, "headers": {name: value for name, value in headers.items() if value}, "body": body,
        "multiValueHeaders": {"Set-Cookie": list(cookies)},
    }  # fmt: skip


def test_what_is_guarded_is_left_alone() -> None:
    assert unguarded("GET", "/evergreen", a_page(cookies=("a=b; Path=/; HttpOnly; SameSite=Lax",))) == []


@pytest.mark.parametrize(
    "answer",
    [
        *(a_page(**{header.replace("-", "_"): ""}) for header in GOOD if header != "Content-Type"),
        a_page(Content_Security_Policy=GOOD["Content-Security-Policy"] + "; script-src 'unsafe-inline'"),
        a_page(Content_Security_Policy=GOOD["Content-Security-Policy"] + "; script-src 'self' https://cdn.example"),
        a_page(Content_Security_Policy=GOOD["Content-Security-Policy"] + "; img-src *"),
        a_page(Referrer_Policy="strict-origin-when-cross-origin"),
        a_page(Strict_Transport_Security="max-age=300"),
        a_page(Access_Control_Allow_Origin="*"),
        a_page(Cache_Control="public, max-age=60"),
        a_page(body='<a href="/" referrerpolicy="unsafe-url">'),
        a_page(cookies=("a=b; Path=/; SameSite=Lax",)),
        a_page(cookies=("a=b; Path=/; HttpOnly",)),
        a_page(cookies=("a=b; Path=/; HttpOnly; SameSite=None",)),
    ],
)
def test_what_is_not_guarded_fails(answer: dict[str, Any]) -> None:
    assert unguarded("GET", "/evergreen", answer)
