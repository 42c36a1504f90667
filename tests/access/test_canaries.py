"""The canaries can sing: an answer that carries what is another company's fails the test it was given in, by whichever
way it came there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import Invalid
from chalicelib.web import responses
from tests.access import canaries
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client


def heard() -> list[str]:
    """What was answered, which this test wanted."""
    found = list(canaries.sung)
    canaries.sung.clear()
    return found


@pytest.fixture
def ruth(bluewave: Company) -> Person:
    return bluewave.customer("Ruth Vance", email="ruth@example.com")


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Browser:
    """Dana's browser, signed in to the other company."""
    evergreen.customer()
    assert browser.sign_in("evergreen").status == 200
    return browser


def carrying(monkeypatch: pytest.MonkeyPatch, put: Callable[[Any], None]) -> None:
    """Every page goes wrong in this way."""
    respond = responses.respond

    def wrong(*given: Any) -> Any:
        response = respond(*given)
        put(response)
        return response

    monkeypatch.setattr(responses, "respond", wrong)


CANARIES: dict[str, Callable[[Person], str]] = {
    "a name": lambda ruth: "Ruth Vance",
    "an address": lambda ruth: "ruth@example.com",
    "the id of a customer": lambda ruth: ruth.id,
    "the id of an invoice": lambda ruth: ruth.invoice().id,
    "the company's id": lambda ruth: ruth.company.store.tenant,
    "the company's name": lambda ruth: "Bluewave Pools",
    "the company's office": lambda ruth: "office@bluewave.example",
}


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_page_that_carries_what_is_anothers_is_noticed(
    dana: Browser, ruth: Person, monkeypatch: pytest.MonkeyPatch, canary: Callable[[Person], str]
) -> None:
    carried = canary(ruth)
    dana.get("/evergreen")
    assert heard() == []

    def put(response: Any) -> None:
        response.body = f"{response.body}<p>{carried}</p>"

    carrying(monkeypatch, put)
    dana.get("/evergreen")
    (told,) = heard()
    assert told.startswith("GET /{slug} for ") and f" answers with {carried}, " in told


def test_headers_are_listened_to(dana: Browser, ruth: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def put(response: Any) -> None:
        response.headers["Link"] = f"</customers/{ruth.id}>"

    carrying(monkeypatch, put)
    dana.get("/evergreen")
    assert ruth.id in heard()[0]


def test_the_refusals_of_the_api_are_listened_to(
    evergreen: Company, ruth: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.customers.actions import finding

    def refuse(*_: Any) -> None:
        raise Invalid("?search", "ruth@example.com is in the way.")

    owner = evergreen.admin()
    assert owner.get("/customers").status == 200 and heard() == []
    monkeypatch.setattr(finding, "listed", refuse)
    owner.get("/customers")
    assert "ruth@example.com" in heard()[0]


def test_what_the_caller_has_sent_may_come_back(evergreen: Company, ruth: Person, browser: Browser) -> None:
    assert ruth.id in browser.get(f"/evergreen/invoices/{ruth.id}").url + browser.get(f"/evergreen/{ruth.id}").html
    assert heard() == []


def test_what_two_companies_have_alike_is_nobodys_canary(
    dana: Browser, bluewave: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person may be a customer of two."""
    there = bluewave.customer()

    def put(response: Any) -> None:
        response.body = f"{response.body}<p>Dana Whitfield dana@example.com</p>"

    carrying(monkeypatch, put)
    dana.get("/evergreen")
    assert heard() == []
    assert list(canaries.look(set(), "", f"Dana Whitfield {there.id}")) != []


def test_what_is_written_is_a_canary_whoever_writes_it(evergreen: Company, bluewave: Company) -> None:
    owner: Client = evergreen.admin()
    made = owner.post("/customers", {"name": "Mia Stone", "contacts": [{"email": "mia@example.com"}]})
    for one in ("Mia Stone", "mia@example.com", made.json["id"]):
        assert list(canaries.look({bluewave.store.tenant}, "", f"<p>{one}</p>")) == [one]
        assert list(canaries.look({evergreen.store.tenant}, "", f"<p>{one}</p>")) == []
