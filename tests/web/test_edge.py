"""Who calls, when our CDN stands before us: its viewer, if it shows its key; else whoever the gateway saw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from chalice.app import Request as ChaliceRequest

from chalicelib import services as composition
from chalicelib.aws import secrets as vaults
from chalicelib.aws.secrets import BadSecrets
from chalicelib.errors import Unavailable
from chalicelib.web import requests
from sandbox.world import secrets_path
from tests.browser import Browser, call
from tests.builders import Company
from tests.conftest import Clock

KEY, OLD = "k3y-" * 8, "0ld-" * 8


def never() -> tuple[str, ...]:
    raise AssertionError("there is no need to know the key")


def request(**headers: str) -> ChaliceRequest:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": "/", "identity": {"sourceIp": "192.0.2.1"}},
        "headers": sent,
        "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None, "body": None,
        "isBase64Encoded": False, "path": "/",
    }  # fmt: skip
    return ChaliceRequest(event, None)


@pytest.mark.parametrize("viewer", ["198.51.100.7", "2001:db8::7"])
@pytest.mark.parametrize("forged", ["", "10.0.0.1, ", "10.0.0.1, 192.0.2.1, ", "nonsense, ,"])
@pytest.mark.parametrize("cdn", ["", ", 192.0.2.1"], ids=["as CloudFront wrote it", "with what the gateway adds"])
def test_behind_our_cdn_its_viewer_counts_whatever_that_viewer_wrote(viewer: str, forged: str, cdn: str) -> None:
    asked = request(X_Forwarded_For=forged + viewer + cdn, X_Porchlight_Edge=KEY)
    assert requests.read(asked, edge_keys=lambda: (KEY,)).address == viewer


@pytest.mark.parametrize("guess", ["", "x", KEY[:-1], KEY + "x", KEY.upper(), "k\xe9y"])
@pytest.mark.parametrize("keys", [(), ("",), (KEY,), (OLD, KEY)])
def test_whoever_guesses_the_key_is_who_the_gateway_saw(guess: str, keys: tuple[str, ...]) -> None:
    asked = request(X_Forwarded_For="198.51.100.7, 192.0.2.1", X_Porchlight_Edge=guess)
    assert requests.read(asked, edge_keys=lambda: keys).address == "192.0.2.1"


@pytest.mark.parametrize("sent", [OLD, KEY])
def test_while_the_key_is_replaced_the_old_and_the_new_one_count(sent: str) -> None:
    asked = request(X_Forwarded_For="198.51.100.7, 192.0.2.1", X_Porchlight_Edge=sent)
    assert requests.read(asked, edge_keys=lambda: (OLD, KEY)).address == "198.51.100.7"


def test_a_viewer_without_a_key_is_not_believed_and_costs_nothing() -> None:
    asked = request(X_Forwarded_For="198.51.100.7, 192.0.2.1")
    assert requests.read(asked, edge_keys=never).address == "192.0.2.1"


def test_the_key_without_a_viewer_costs_nothing_either() -> None:
    assert requests.read(request(X_Porchlight_Edge=KEY), edge_keys=never).address == "192.0.2.1"


def test_the_key_goes_no_further_than_the_door() -> None:
    for given in (KEY, "a guess"):
        asked = request(X_Forwarded_For="198.51.100.7, 192.0.2.1", X_Porchlight_Edge=given)
        assert (
            not {"x-porchlight-edge", "x-forwarded-for"} & requests.read(asked, edge_keys=lambda: (KEY,)).headers.keys()
        )


@pytest.mark.parametrize("why", [Unavailable(), BadSecrets("edge_key needs 32 characters or more")], ids=type)
def test_without_secrets_the_caller_is_who_the_gateway_saw(why: Exception) -> None:
    def down() -> tuple[str, ...]:
        raise why

    asked = request(X_Forwarded_For="198.51.100.7, 192.0.2.1", X_Porchlight_Edge=KEY)
    assert requests.read(asked, edge_keys=down).address == "192.0.2.1"


def test_who_calls_is_looked_into_when_somebody_asks_and_once() -> None:
    asked: list[int] = []

    def keys() -> tuple[str, ...]:
        asked.append(1)
        return (KEY,)

    read = requests.read(request(X_Forwarded_For="198.51.100.7", X_Porchlight_Edge=KEY), edge_keys=keys)
    assert read.path == "/" and not asked
    assert read.address == read.address == "198.51.100.7" and len(asked) == 1


def test_nothing_shows_the_key() -> None:
    asked = request(X_Forwarded_For="198.51.100.7", X_Porchlight_Edge=KEY)
    assert KEY not in repr(requests.read(asked, edge_keys=lambda: (KEY,)))


def test_limits_by_address_count_viewers_and_not_the_cdn(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """All that comes through the CDN has few addresses of its own: one guesser must not lock everybody else out."""
    ssm, name = boto3.client("ssm"), f"{secrets_path('test')}/edge_key"
    ssm.put_parameter(Name=name, Value=KEY, Type="SecureString")
    clock.forward(seconds=vaults.GOOD_FOR.total_seconds())
    try:
        through = {"x-porchlight-edge": KEY}
        assert _tries(browser, {**through, "x-forwarded-for": "198.51.100.7, 192.0.2.1"}) == 429
        assert _tries(browser, {**through, "x-forwarded-for": "198.51.100.8, 192.0.2.1"}, times=1) == 422
        # Who goes past the CDN and says to be another viewer each time is still one address.
        changing = [{"x-forwarded-for": f"198.51.100.{n}", "x-porchlight-edge": "x" * 32} for n in range(200)]
        assert 429 in {_tries(browser, one, times=1, address="192.0.2.66") for one in changing}
    finally:
        ssm.delete_parameter(Name=name)


def _tries(browser: Browser, headers: dict[str, str], *, times: int = 200, address: str = "192.0.2.1") -> int:
    """Sign-ins with wrong passwords; the status of the last."""
    status = 0
    for number in range(times):
        form = f"login=nobody{number}%40example.com&password=wrong&next=%2F"
        sent = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", **headers}
        status = int(call(browser.app, "POST", "/evergreen/sign-in", {}, sent, form, address)["statusCode"])
        if status == 429:
            break
    return status


@pytest.mark.parametrize("through", [{}, {"x-porchlight-edge": KEY, "x-forwarded-for": "198.51.100.7"}])
def test_a_page_that_needs_no_secret_waits_for_none(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch, through: dict[str, str]
) -> None:
    """Neither does one that comes through our CDN, as all of them do."""

    def load(*_: Any) -> None:
        raise AssertionError("Parameter Store was asked")

    monkeypatch.setattr(vaults, "load", load)
    composition.use(replace(composition.services()))
    browser.headers |= through
    assert browser.get("/evergreen/sign-in").status == 200
    assert browser.get("/widget/v1/evergreen").status == 200
