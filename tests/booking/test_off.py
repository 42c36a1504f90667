"""While the add-on is off there is no trace of it: not for customers, not for visitors, not on the company's website,
not for programs, also where it was on before. What was booked stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.api.told import the_document
from tests.booking.offers import offering
from tests.booking.office import books
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.client import Client
from tests.leads.website import Website

TRACE = re.compile(r"\bbook(?!s\b|keep)|\breserv", re.IGNORECASE)
LANGUAGES = ("en", "es")
HERE = "http://localhost:8000/evergreen"
# They end what is being walked through.
LEAVING = ("/sign-out",)


@pytest.fixture
def gone(evergreen: Company, owner: Client, dana: Person) -> str:
    """It was on, dana has booked, and it is off since; the booking's id."""
    offering(evergreen)
    id = str(books(owner, person=dana)["id"])
    offering(evergreen, on=False)
    return id


def walk(browser: Browser, start: str) -> Iterator[Page]:
    """Each page that links lead to from here."""
    seen, waiting = {start}, [start]
    while waiting:
        page = browser.get(waiting.pop())
        yield page
        links = [link.partition("#")[0] for link in page.links if not urlsplit(link).netloc]
        new = {link for link in links if link.startswith("/evergreen") and not link.endswith(LEAVING)} - seen
        seen |= new
        waiting += sorted(new)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_that_a_customer_finds_speaks_of_it(
    gone: str, evergreen: Company, dana: Person, browser: Browser, language: str
) -> None:
    dana.invoice(12_000)
    browser.headers["accept-language"] = language
    browser.sign_in("evergreen")
    pages = list(walk(browser, "/evergreen"))
    assert len({urlsplit(page.url).path for page in pages}) > 8, "a customer finds more than that"
    for page in pages:
        assert page.status == (303 if page.url.endswith("/pdf") else 200), page.url
        assert not TRACE.search(page.html), (page.url, TRACE.search(page.html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_that_a_visitor_finds_speaks_of_it(gone: str, browser: Browser, language: str) -> None:
    browser.headers["accept-language"] = language
    pages = [*walk(browser, "/evergreen"), *walk(browser, "/evergreen/contact")]
    for page in pages:
        assert not TRACE.search(page.html), (page.url, TRACE.search(page.html))


def test_these_tests_would_see_it(evergreen: Company, dana: Person, browser: Browser) -> None:
    offering(evergreen)
    browser.sign_in("evergreen")
    assert any(TRACE.search(page.html) for page in walk(browser, "/evergreen"))
    assert TRACE.search(Website().panel().text) and TRACE.search(Website().configuration().text)


def test_its_own_addresses_are_those_of_nothing(gone: str, browser: Browser) -> None:
    for path in ("/book", "/book/lawn-mowing", "/book?from=widget", f"/bookings/{gone}", f"/bookings/{gone}?key=x"):
        page = browser.get(HERE + path, follow=False)
        assert page.status == 404 and not TRACE.search(page.text), (path, page.status, page.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_widget_has_no_door_to_it(gone: str, language: str) -> None:
    site = Website()
    for below in ("", "/panel"):
        answer = site.ask("GET", below, query={"language": language})
        assert answer.status == 200 and not TRACE.search(answer.text), answer.text


def operations() -> list[tuple[str, str]]:
    """What the API's document tells of it, but for the settings that turn it on."""
    return [
        (method.upper(), path)
        for path, methods in the_document()["paths"].items()
        for method, told in methods.items()
        if isinstance(told, dict) and "Bookings" in told.get("tags", ()) and path != "/booking-settings"
    ]


def test_no_route_of_the_api_is_there(gone: str, owner: Client) -> None:
    found = operations()
    assert len(found) > 8
    for method, path in found:
        answer = owner.send(method, path.replace("{id}", gone), {} if method in ("POST", "PUT", "PATCH") else None)
        assert (answer.status, answer.kind) == (404, "not-found"), (method, path)
    assert owner.get("/booking-settings").json["on"] is False
    assert owner.get("/settings").json["booking"] == {"on": False}


def test_no_message_of_it_is_listed(gone: str, owner: Client) -> None:
    templates = owner.get("/message-templates")
    assert templates.status == 200 and not TRACE.search(json.dumps(templates.json)), TRACE.search(templates.text)


def test_what_was_booked_is_there_when_it_is_on_again(gone: str, evergreen: Company, owner: Client) -> None:
    offering(evergreen)
    assert owner.get(f"/bookings/{gone}").json["status"] == "confirmed"
    assert owner.get("/settings").json["booking"] == {"on": True}
