"""Somebody on the way to a booking, page by page, by what each page offers. A test names the odd part only: it is lawn
mowing, at nine in the morning of the next day that is free, for Nora, who is no customer."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from chalicelib.booking.records import bookings
from chalicelib.booking.rules import Booking
from tests.browser import Browser, Form, Page
from tests.builders import Company
from tests.conftest import Clock

NORA = {"name": "Nora Beck", "email": "nora@example.com", "street": "7 Pine Court", "town": "Denver, CO"}


def link(page: Page, words: str) -> str:
    """Where the link leads that says this, or begins with it, or has it somewhere."""
    found = []
    for href, inside in re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page.html, re.S):
        said = _words(inside)
        if words in said:
            found.append((said != words, not said.startswith(words), len(found), html.unescape(href)))
    assert found, f"no link says {words!r}"
    return min(found)[-1]


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\xa0", " ").split())


def others(page: Page) -> list[str]:
    """Where there are times, as a day without any says."""
    (found,) = re.findall(r'<div class="others">(.*?)</div>', page.html, re.S)
    return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', found)]


def times(page: Page) -> list[str]:
    """The times of the day that is open."""
    found = re.findall(r'<ul class="slots.*?</ul>', page.html, re.S)
    return [_words(one) for each in found for one in re.findall(r"<li>(.*?)</li>", each, re.S)]


def open_day(page: Page) -> str:
    """The day that is open, in words; '' for none."""
    found = re.search(r'aria-current="date">\s*<span class="hush">([^<]*?, [^<]*?),', page.html)
    return found[1] if found else ""


def at_details(browser: Browser, time: str = "9:00 AM", service: str = "Lawn mowing", start: str = "/book") -> Page:
    """From the first page to the form of the details."""
    page = browser.get(f"/evergreen{start}")
    if not times(page):
        page = browser.get(link(page, service))
    return browser.get(link(page, time))


def details_form(page: Page) -> Form:
    """The form of the details."""
    return next(one for one in page.forms if "/book/" in one.action)


def at_review(browser: Browser, clock: Clock, time: str = "9:00 AM", start: str = "/book", **typed: str) -> Page:
    page = at_details(browser, time, start=start)
    clock.forward(minutes=1)
    form = details_form(page)
    asked = {name: value for name, value in NORA.items() if f'name="{name}"' in page.html}
    return browser.post(form.action, {**form.fields, **asked, **typed})


def books(browser: Browser, clock: Clock, time: str = "9:00 AM", start: str = "/book", **typed: str) -> Page:
    """To the very end."""
    at_review(browser, clock, time, start, **typed)
    return confirms(browser)


def confirms(browser: Browser) -> Page:
    """Press the button of the review."""
    assert browser.page is not None
    form = next(one for one in browser.page.forms if "/book/review/" in one.action)
    return browser.post(form.action, form.fields)


def token(page: Page) -> str:
    """The draft's token, in the page's address or in its form."""
    found = re.search(r"\b[0-9A-Z]{26}\.[\w-]{43}", page.url) or re.search(r"\b[0-9A-Z]{26}\.[\w-]{43}", page.html)
    assert found
    return found[0]


def booked(company: Company, page: Page) -> Booking | None:
    """What has become of the draft of this page."""
    return bookings.booking(company.store, token(page)[:26])


def path(page: Page) -> str:
    return urlsplit(page.url).path.removeprefix("/evergreen")


def wrong_fields(page: Page) -> list[str]:
    """The fields that the summary of errors leads to, in its order."""
    return re.findall(r'<li><a href="#([\w-]+)">', page.html)
