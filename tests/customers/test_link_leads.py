"""Where a Portal Link leads: to the page its message is about, with the star that was pressed chosen there already."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from chalicelib.customers.rules.customer import Glances
from tests.booking.offers import offering
from tests.browser import Browser
from tests.builders import Company
from tests.customers.test_link import mailed, texted, with_a_phone
from tests.web.switching import switch

RATING = "/visits/01JDVISIT/rating"


def let_in(browser: Browser, link: str, query: str = "") -> str:
    """Open a mailed link, and press the button; where one is sent."""
    page = browser.get(link + query)
    form = page.form("/link/" + link.rsplit("/", 1)[1])
    return browser.post(form.action, form.fields, follow=False).headers["location"]


@pytest.mark.parametrize("stars", "12345")
def test_the_star_that_was_pressed_is_chosen(evergreen: Company, browser: Browser, stars: str) -> None:
    link = mailed(browser, evergreen.customer(), path=RATING)
    assert let_in(browser, link, f"?stars={stars}") == f"/evergreen{RATING}?stars={stars}"
    assert let_in(browser, link) == f"/evergreen{RATING}"


def test_by_a_text_message_too(evergreen: Company, browser: Browser) -> None:
    link = texted(browser, with_a_phone(evergreen), path=RATING)
    assert let_in(browser, link, "?stars=4") == f"/evergreen{RATING}?stars=4"
    assert browser.post(link, {"stars": "3"}, follow=False).headers["location"] == f"/evergreen{RATING}?stars=3"


HOSTILE = [
    "9", "0", "6", "44", "-1", "4.5", " 4", "4 ", "٤", "４", "../", "../../x", "4&next=//evil.example", "4#x",
    "4%0d%0aX: y", "//evil.example", "javascript:alert(1)", '"><script>alert(1)</script>', "4\r\nSet-Cookie: x=y",
    "1,2", "x" * 1_900,
]  # fmt: skip


@pytest.mark.parametrize("stars", HOSTILE)
def test_nothing_but_one_to_five_goes_further(evergreen: Company, browser: Browser, stars: str) -> None:
    link = mailed(browser, evergreen.customer(), path=RATING)
    page = browser.get(f"{link}?stars={quote(stars)}")
    assert page.status == 200 and 'name="stars"' not in page.html and "alert(1)" not in page.html
    sent = browser.post(link, {"stars": stars}, follow=False)
    assert sent.headers["location"] == f"/evergreen{RATING}"


@pytest.mark.parametrize("path", ["/", "/invoices", "/visits/01JDVISIT", "/review", "/visits/01JDVISIT/rating/x"])
def test_on_another_page_a_star_says_nothing(evergreen: Company, browser: Browser, path: str) -> None:
    link = mailed(browser, evergreen.customer(), path=path)
    assert 'name="stars"' not in browser.get(f"{link}?stars=4").html
    sent = browser.post(link, {"stars": "4"}, follow=False).headers["location"]
    assert sent == ("/evergreen" if path == "/" else f"/evergreen{path}") and not urlsplit(sent).query


def test_opening_and_even_posting_it_rates_nothing(evergreen: Company, browser: Browser) -> None:
    """A scanner follows all five stars of a mail: each opens a page, and the link goes on working."""
    dana = evergreen.customer()
    link = mailed(browser, dana, path=RATING)
    for stars in "12345":
        scanner = Browser(browser.app, browser.world)
        assert scanner.get(f"{link}?stars={stars}").status == 200
        assert scanner.post(link, {"stars": stars}, follow=False).status == 303
    assert dana.now.glances == Glances()
    assert let_in(browser, link, "?stars=5").endswith("stars=5")


def test_a_star_of_a_link_that_is_over_says_so(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer(), path=RATING)
    clock.forward(days=8)
    assert browser.get(f"{link}?stars=4").status == 410
    assert browser.post(link, {"stars": "4"}).status == 410
    assert browser.post("/evergreen/link/" + "x" * 43, {"stars": "4"}).status == 404


@pytest.mark.parametrize("permission", ["invoices", "estimates", "documents"])
def test_what_is_hidden_by_now_opens_the_first_page(evergreen: Company, browser: Browser, permission: str) -> None:
    owner, dana = evergreen.admin(), evergreen.customer()
    links = {path: mailed(browser, dana, path=path) for path in (f"/{permission}", f"/{permission}/01JDTHING")}
    for path, link in links.items():
        assert let_in(browser, link) == f"/evergreen{path}"
    switch(owner, permissions={permission: False})
    for link in links.values():
        assert let_in(browser, link) == "/evergreen"
        assert browser.post(link, {}).status == 200
    switch(owner, permissions={permission: True})
    for path, link in links.items():
        assert let_in(browser, link) == f"/evergreen{path}"


def test_what_led_to_online_booking_opens_the_first_page_once_there_is_none(
    evergreen: Company, browser: Browser
) -> None:
    dana = evergreen.customer()
    links = {path: mailed(browser, dana, path=path) for path in ("/book", "/book/lawn-mowing", "/bookings/01JDTHING")}
    for link in links.values():
        assert let_in(browser, link) == "/evergreen"
    offering(evergreen)
    for path, link in links.items():
        assert let_in(browser, link) == f"/evergreen{path}"
