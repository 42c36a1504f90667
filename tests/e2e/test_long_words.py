"""Words without blanks, as long as the API takes them, on the narrowest phones: nothing is wider than the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.console import sign_in
from tests.e2e.test_console_customers import overflowing
from tests.e2e.test_console_estimates import as_customer, somebody

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]


def told(page: Page, path: str, body: dict[str, Any]) -> Any:
    """What the API answers to the console's own session."""
    script = page.locator("script[type=module]").get_attribute("src")
    assert script
    return page.evaluate(
        "async ([url, path, body]) => (await import(url)).post(path, body)",
        [script.replace("main.js", "api.js"), path, body],
    )


def word(size: int) -> str:
    return ("Wintering" * size)[:size]


def wide(page: Page, *places: str) -> dict[str, list[str]]:
    found = {}
    for place in places:
        page.goto(place)
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
        expect(heading).not_to_have_text("Loading…")
        if "console" in place:
            expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[place] = overflowing(page)
    return found


@pytest.fixture
def written(running: Running, person: Person) -> tuple[Page, str, str, str]:
    """The console of who wrote them, the customer's address, and the ids of the estimate and the visit."""
    page = sign_in(person, running)
    email = f"long{datetime.now(UTC):%H%M%S%f}@example.com"
    customer = somebody(page, running, "Ida Long", email=email)
    today = datetime.now(UTC)
    line = {"description": word(500), "quantity": "999999999.9999", "unit_price": 1, "amount": 1_000_000_000}
    estimate = told(page, "/estimates", {
        "customer": customer, "number": word(40), "issued_on": today.date().isoformat(), "title": word(200),
        "lines": [line, line], "tax": 5_000_000, "tax_name": word(40), "notes": word(2_000), "terms": word(20_000),
    })  # fmt: skip
    product = {"name": word(120), "amount": word(40), "note": word(200)}
    visit = {"customer": customer, "title": word(200), "technician": word(100), "work": word(5_000),
             "notes": word(2_000), "products": [product]}  # fmt: skip
    ahead, ago = (today + timedelta(days=1)).isoformat(), (today - timedelta(hours=3)).isoformat()
    told(page, "/visits", {**visit, "starts_at": ahead, "ends_at": ahead})
    done = {"status": "complete", "completed_at": ago, "starts_at": ago, "ends_at": ago}
    return page, email, estimate["id"], told(page, "/visits", {**visit, **done})["id"]


def test_long_words_make_no_page_wider_than_a_phone(
    running: Running, person: Person, written: tuple[Page, str, str, str]
) -> None:
    page, email, estimate, visit = written
    page.set_viewport_size({"width": 360, "height": 800})
    customer = estimate.partition("-")[0]
    places = [f"/estimates/{estimate}", f"/estimates/{estimate}/edit", f"/visits/{visit}", f"/visits/{visit}/edit",
              "/estimates", "/visits", f"/customers/{customer}"]  # fmt: skip
    assert wide(page, *(f"{running.portal}/console?{n}#{one}" for n, one in enumerate(places))) == {}

    told(page, f"/estimates/{estimate}/deliveries", {})
    theirs = as_customer(person, running, word(20), email)
    theirs.set_viewport_size({"width": 320, "height": 700})
    root, own, done = f"{running.portal}/evergreen", estimate.partition("-")[2], visit.partition("-")[2]
    pages = ["", "/estimates", f"/estimates/{own}", f"/estimates/{own}/acceptance", f"/estimates/{own}/refusal",
             f"/estimates/{own}/changes", "/visits", f"/visits/{done}", f"/visits/{done}/rating"]  # fmt: skip
    assert wide(theirs, *(root + one for one in pages)) == {}
    assert re.search(word(200), theirs.content())
