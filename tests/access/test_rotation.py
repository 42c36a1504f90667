"""Secrets change while people are signed in: a new signing key signs nobody out, a removed one does, and no stranger
makes us ask for secrets again and again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import jwt
import pytest

from chalicelib.aws import secrets as vaults
from chalicelib.aws.secrets import BETWEEN, GOOD_FOR, BadSecrets, Secrets, parse
from chalicelib.billing.gateway import stripe_gateway
from chalicelib.customers.actions import session as sessions
from chalicelib.errors import Unauthenticated, Unavailable
from chalicelib.seals import seal, unseal
from chalicelib.services import Services
from sandbox.world import WEBHOOK_SECRET, World, secrets_path
from tests.browser import Browser, call
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.customers.test_link import mailed

OLD = {"sandbox-1": base64.b64encode(b"sandbox signing key " * 2).decode()}
NEW = {"2026-11-23": base64.b64encode(b"n" * 32).decode()}
Put = Callable[..., None]


def kept(name: str) -> str:
    return f"{secrets_path('test')}/{name}"


def stored() -> dict[str, str]:
    found = boto3.client("ssm").get_parameters_by_path(Path=secrets_path("test"), WithDecryption=True)
    return {one["Name"].rpartition("/")[2]: one["Value"] for one in found["Parameters"]}


@pytest.fixture
def put(world: World) -> Iterator[Put]:
    """What an operator puts into Parameter Store; what lay there is put back afterwards."""
    ssm, before = boto3.client("ssm"), stored()

    def operator(keys: dict[str, str] | None = None, **values: str) -> None:
        if keys:
            values["signing_keys"] = json.dumps(keys)
        for name, value in values.items():
            ssm.put_parameter(Name=kept(name), Value=value, Type="SecureString", Overwrite=True)

    yield operator
    operator(**before)
    for name in stored().keys() - before.keys():
        ssm.delete_parameter(Name=kept(name))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every reading of Parameter Store."""
    made: list[str] = []
    load = vaults.load

    def counted(*given: Any) -> Secrets:
        made.append(given[1])
        return load(*given)

    monkeypatch.setattr(vaults, "load", counted)
    return made


def signed_by(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def session(browser: Browser) -> str:
    return next(value for (name, _), value in browser.jar.items() if name == "porchlight_session")


def other_container(world: World) -> Services:
    """One that starts now, so with the secrets that are there now."""
    return Services(world.services.settings, clock=world.services.clock)


def made_up(world: World, kid: str) -> str:
    own = Secrets({kid: b"f" * 32}, kid, b"", "", ())
    return seal(own, "portal", {"sub": "dana"}, world.services.now() + timedelta(hours=1))


def test_a_new_key_signs_and_whoever_is_signed_in_stays(
    evergreen: Company, browser: Browser, world: World, clock: Clock, put: Put
) -> None:
    dana = evergreen.customer()
    for _ in range(40):
        dana.invoice(1_000)
    link = mailed(browser, dana)
    browser.sign_in("evergreen")
    more = next(one for one in browser.get("/evergreen/invoices").links if "cursor=" in one)
    owner = evergreen.admin()
    key = owner.post("/keys", {"name": "Office software", "scopes": ["settings:read"]}).json["key"]
    form = json.loads(Browser(browser.app, world).get("/widget/v1/evergreen/panel").html)["form"]
    clock.forward(minutes=5)
    choice = sessions.offer(world.services, evergreen.store, [dana.id], "password", "/")

    put({**OLD, **NEW})
    clock.forward(seconds=GOOD_FOR.total_seconds() - 300)

    assert signed_by(session(browser)) == signed_by(owner.token) == "sandbox-1"
    assert browser.get("/evergreen/invoices").url.endswith("/invoices") and browser.get(more).status == 200
    assert owner.get("/settings").status == 200
    assert Client(world, token=key).get("/settings").status == 200
    said = json.dumps({"form": form, "name": "Ann", "email": "ann@example.com", "message": "Do you do hedges?"})
    headers = {"content-type": "text/plain"}
    sent = call(browser.app, "POST", "/widget/v1/evergreen/messages", {}, headers, said, "203.0.113.8")
    assert sent["statusCode"] == 201
    assert sessions.choice(world.services, evergreen.store, choice, None).accounts[0].id == dana.id
    by_link = Browser(browser.app, world)
    by_link.get(urlsplit(link).path)
    assert by_link.submit(urlsplit(link).path).status == 200 and signed_by(session(by_link)) == "2026-11-23"
    assert owner.post("/session/refresh").status == 200
    assert signed_by(owner.cookies["porchlight_admin"]) == "2026-11-23"


def test_a_removed_key_opens_nothing_after_ten_minutes(
    evergreen: Company, browser: Browser, clock: Clock, put: Put
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    owner = evergreen.admin()
    put(NEW)
    clock.forward(seconds=GOOD_FOR.total_seconds() - 1)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    clock.forward(seconds=1)
    assert browser.get("/evergreen").url.endswith("/sign-in")
    assert owner.get("/settings").status == owner.post("/session/refresh").status == 401


def test_who_signed_in_at_a_newer_container_is_known_at_an_older_one(
    evergreen: Company, browser: Browser, world: World, clock: Clock, put: Put, asked: list[str]
) -> None:
    """The rotation lies a minute back; this container has not heard of it."""
    evergreen.customer()
    browser.sign_in("evergreen")
    put({**OLD, **NEW})
    clock.forward(seconds=BETWEEN.total_seconds())
    claims = unseal(world.services.secrets, "portal", session(browser), clock())
    (name,) = (one for one in browser.jar if one[0] == "porchlight_session")
    expires = clock() + timedelta(hours=1)
    browser.jar[name] = seal(other_container(world).secrets, "portal", claims, expires)
    asked.clear()

    assert signed_by(session(browser)) == "2026-11-23"
    assert browser.get("/evergreen").url.endswith("/evergreen") and len(asked) == 1
    assert browser.get("/evergreen").url.endswith("/evergreen") and len(asked) == 1
    assert world.services.secrets.current == "2026-11-23"


def test_made_up_keys_make_us_ask_once_a_minute_at_the_most(
    evergreen: Company, browser: Browser, world: World, clock: Clock, asked: list[str]
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    clock.forward(seconds=BETWEEN.total_seconds())
    asked.clear()
    for number in range(50):
        thief = Browser(browser.app, world)
        thief.jar["porchlight_session", "/evergreen"] = made_up(world, f"key-{number}")
        assert thief.get("/evergreen").url.endswith("/sign-in")
        assert Client(world, token=made_up(world, f"admin-{number}")).get("/settings").status == 401
    assert len(asked) == 1
    assert browser.get("/evergreen").url.endswith("/evergreen")


@pytest.mark.parametrize("kid", ["", "sandbox-1"])
def test_a_nameless_or_a_known_key_makes_us_ask_nothing(world: World, clock: Clock, kid: str, asked: list[str]) -> None:
    assert world.services.secrets.current == "sandbox-1"
    clock.forward(seconds=BETWEEN.total_seconds())
    asked.clear()
    for token in (made_up(world, kid), "x", "a.b.c", ""):
        with pytest.raises(Unauthenticated):
            unseal(world.services.secrets, "portal", token, clock())
    assert asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        "no answer",
        "{}",
        '{"2026-11-23": "c2hvcnQ="}',
        "not JSON",
        '{"a": 5}',
        '{"a": null}',
        "[]",
        "5",
        '{"a": "\u00e9"}',
    ],
)
def test_what_can_not_be_read_again_leaves_what_is_held(
    evergreen: Company,
    browser: Browser,
    world: World,
    clock: Clock,
    put: Put,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    if wrong == "no answer":
        with monkeypatch.context() as down:
            down.setattr(vaults, "load", _down)
            clock.forward(seconds=GOOD_FOR.total_seconds())
            assert browser.get("/evergreen").url.endswith("/evergreen")
    else:
        put(signing_keys=wrong)
        clock.forward(seconds=GOOD_FOR.total_seconds())
        assert browser.get("/evergreen").url.endswith("/evergreen")
        with pytest.raises(BadSecrets):  # a new container refuses to start
            assert other_container(world).secrets
    put({**OLD, **NEW})
    clock.forward(seconds=GOOD_FOR.total_seconds())
    assert world.services.secrets.current == "2026-11-23"


def _down(*_: Any) -> Secrets:
    raise Unavailable()


def test_the_newest_key_signs_and_the_order_is_the_operators(put: Put, world: World) -> None:
    put({**NEW, **OLD})
    assert other_container(world).secrets.current == "sandbox-1"


def test_stripes_secrets_that_are_replaced_count_in_a_container_that_runs(
    world: World, clock: Clock, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that has leaked is rolled at once: a container that kept it could take no payment until it ends."""
    monkeypatch.setattr(stripe_gateway, "StripeGateway", lambda *told: told)
    services = other_container(world)
    first = services.payments
    assert first[:2] == ("sk_test_sandbox", (WEBHOOK_SECRET,))  # type: ignore[index]
    put({**OLD, **NEW})
    clock.forward(seconds=GOOD_FOR.total_seconds())
    assert services.payments is first, "what did not change is kept, with its connections"
    put(stripe_secret_key="sk_test_rolled", stripe_webhook_secrets=f"whsec_new {WEBHOOK_SECRET}")
    clock.forward(seconds=GOOD_FOR.total_seconds())
    assert services.payments[:2] == ("sk_test_rolled", ("whsec_new", WEBHOOK_SECRET))  # type: ignore[index]


def test_secrets_tell_nothing_of_themselves(world: World) -> None:
    held = replace(world.services.secrets, edge_keys=("e" * 32,))
    for told in (repr(held), str(held)):
        assert "sandbox signing" not in told and "sk_test" not in told and "eeee" not in told and "whsec" not in told


def test_an_edge_key_that_can_be_guessed_is_none() -> None:
    values = {"signing_keys": json.dumps(OLD), "link_key": OLD["sandbox-1"], "stripe_secret_key": "sk_test",
              "stripe_webhook_secrets": "whsec_a whsec_b"}  # fmt: skip
    assert parse(values).edge_keys == parse({**values, "edge_key": " "}).edge_keys == ()
    assert parse({**values, "edge_key": "e" * 32}).edge_keys == ("e" * 32,)
    assert parse({**values, "edge_key": "d" * 32 + " " + "e" * 32}).edge_keys == ("d" * 32, "e" * 32)
    for weak in ("e" * 31, "e" * 32 + " x"):
        with pytest.raises(BadSecrets, match="edge_key"):
            parse({**values, "edge_key": weak})
