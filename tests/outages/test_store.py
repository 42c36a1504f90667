"""What nobody can do without: the store, and in a new container its secrets. Whoever comes is told so, kindly, and when
to come again; nothing is our mistake, and nothing is remembered of it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.services import services, use
from tests.access import test_portal as portal
from tests.access.api_scene import routes as api_routes
from tests.access.scene import Caller
from tests.outages import test_pages as pages
from tests.outages.outage import WAYS, Outage
from tests.outages.test_console import prepared


def test_while_the_store_is_down_every_page_says_so(outage: Outage) -> None:
    caller = outage.scene.customer("Dana", outage.scene.dana.person)
    told = 0
    for turn, route in enumerate(pages.pages()):
        outage.wire.calls.clear()
        outage.begins("dynamodb", WAYS[turn % len(WAYS)])
        page = pages.opened(outage, route, caller)
        if not outage.asked("dynamodb"):
            assert page.status < 400, portal.name(route)
            continue
        told += 1
        assert page.status == 503 and page.headers["retry-after"] == "60", f"{portal.name(route)}: {page.status}"
        assert "try again in a minute" in page.html.replace("\\u2019", "’"), portal.name(route)
        assert "our mistake" not in page.html
    assert told > 60
    outage.ends()
    assert caller.asks("GET", "/evergreen").status == 200


def test_while_the_store_is_down_every_call_of_the_api_says_so(outage: Outage) -> None:
    calls = {f"{route.method} {route.path}": prepared(outage, route) for route in api_routes()}
    for turn, (name, goes) in enumerate(calls.items()):
        outage.wire.calls.clear()
        outage.begins("dynamodb", WAYS[turn % len(WAYS)])
        answer = goes()
        if not outage.asked("dynamodb"):
            assert answer.status < 500, name
            continue
        assert (answer.status, answer.kind, answer.headers["retry-after"]) == (503, "unavailable", "60"), name


def test_a_new_container_without_its_secrets_says_so_and_asks_again(outage: Outage) -> None:
    """Pages that need none are there all the same."""
    dana, nobody = outage.scene.customer("Dana", outage.scene.dana.person), Caller("nobody")
    for fault in WAYS:
        use(replace(services()))
        outage.begins("ssm", fault)
        page = dana.asks("GET", "/evergreen")
        assert page.status == 503 and page.headers["retry-after"] == "60"
        assert "Evergreen" in page.text and "try again in a minute" in page.text
        assert nobody.asks("GET", "/evergreen/sign-in").status == 200
        assert nobody.asks("GET", "/widget/v1/evergreen").status == 200
        outage.ends()
        assert dana.asks("GET", "/evergreen").status == 200
