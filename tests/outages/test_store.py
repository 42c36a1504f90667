"""What nobody can do without: the store, and in a new container its secrets. Whoever comes is told so, kindly, and when
to come again; nothing is our mistake, and nothing is remembered of it."""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest

from chalicelib.aws.secrets import PAUSE
from chalicelib.services import services, use
from sandbox.world import secrets_path
from tests.access import test_portal as portal
from tests.access.api_scene import routes as api_routes
from tests.access.scene import Caller
from tests.billing.wire import Call, Fault
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


# As CloudFront hands everything on; whether it was CloudFront can't be known without the secrets.
EDGE = {"x-porchlight-edge": "k3y-" * 8, "x-forwarded-for": "198.51.100.7, 192.0.2.1"}


@pytest.mark.parametrize("headers", [{}, EDGE], ids=["past our CDN", "through our CDN"])
def test_a_new_container_without_its_secrets_says_so_and_asks_again(outage: Outage, headers: dict[str, str]) -> None:
    """Pages that need none are there all the same."""
    dana = replace(outage.scene.customer("Dana", outage.scene.dana.person), headers=headers)
    nobody = Caller("nobody", headers=headers)
    for fault in WAYS:
        use(replace(services()))
        outage.begins("ssm", fault)
        page = dana.asks("GET", "/evergreen")
        assert page.status == 503 and page.headers["retry-after"] == "60"
        assert "Evergreen" in page.text and "try again in a minute" in page.text
        outage.wire.calls.clear()
        assert nobody.asks("GET", "/evergreen/sign-in").status == 200
        assert nobody.asks("GET", "/widget/v1/evergreen").status == 200
        assert not outage.asked("ssm")
        outage.ends()
        outage.clock.forward(seconds=PAUSE.total_seconds())
        assert dana.asks("GET", "/evergreen").status == 200


def test_a_parameter_store_that_says_nothing_is_waited_for_once(outage: Outage) -> None:
    """A request may ask for secrets several times. Each time would take as long again, and Lambda waits 28 s."""
    dana = replace(outage.scene.customer("Dana", outage.scene.dana.person), headers=EDGE)
    use(replace(services()))
    began = outage.clock()

    def hangs(_: int, call: Call) -> Fault | None:
        if not call.what.startswith("ssm"):
            return None
        outage.clock.forward(seconds=3)
        return "lost before"

    outage.wire.calls.clear()
    outage.wire.plan = hangs
    form = {"login": "dana@example.com", "password": "green-lawn-2026", "next": "/"}
    page = dana.asks("POST", "/evergreen/sign-in", form)
    assert page.status == 503 and page.headers["retry-after"] == "60"
    assert (outage.clock() - began).total_seconds() < 10
    tries = len(outage.wire.of("ssm"))
    assert dana.asks("GET", "/evergreen").status == 503 and len(outage.wire.of("ssm")) == tries
    outage.clock.forward(seconds=PAUSE.total_seconds())
    assert dana.asks("GET", "/evergreen").status == 503 and len(outage.wire.of("ssm")) == 2 * tries


@pytest.mark.parametrize("path", ["/evergreen", "/evergreen/visits", "/api/v1/settings"])
def test_secrets_that_are_none_break_off_no_request_without_a_word(outage: Outage, path: str) -> None:
    """They are the operator's mistake: whoever needs one is told so, on our own page, and the others get theirs."""
    use(replace(services()))
    ssm, name = boto3.client("ssm"), f"{secrets_path('test')}/signing_keys"
    held = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    ssm.put_parameter(Name=name, Value='{"a": 5}', Type="SecureString", Overwrite=True)
    try:
        dana = replace(outage.scene.customer("Dana", outage.scene.dana.person), bearer="a.b.c", headers=EDGE)
        told = dana.asks("GET", path)
        assert told.status == 500 and "InternalServerError" not in told.html and "our mistake" in told.html
        assert Caller("nobody", headers=EDGE).asks("GET", "/evergreen/sign-in").status == 200
    finally:
        ssm.put_parameter(Name=name, Value=held, Type="SecureString", Overwrite=True)
