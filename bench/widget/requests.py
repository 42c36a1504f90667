"""What the tag asks of the network before anybody touches it, and whom."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.table import Figure, at_most
from bench.widget import chromium
from bench.widget.example import LOADER, Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUIET = 5_000
LIMIT, HOSTS_LIMIT = 2, 1


def measure(browser: Browser, pages: Pages) -> list[Figure]:
    """A visitor's first page view, and five seconds in which nothing is touched."""
    asked, early = _asked(browser, pages.tagged)
    plain, _ = _asked(browser, pages.plain)
    own = urlsplit(pages.tagged).netloc
    more = [url for url in asked if urlsplit(url).netloc != own]
    hosts = {urlsplit(url).netloc for url in more}
    if len(asked) - len(more) != len(plain) or len(more) < 2:
        raise RuntimeError(f"the tag did nothing, or the page itself did something else: {asked} and {plain}")
    others = [url for url in early if url in more and not url.endswith(LOADER)]
    paths = ", ".join(urlsplit(url).path for url in more)
    return [
        at_most("widget.requests", len(more), LIMIT, "requests",
                f"more than without the tag, until {QUIET / 1000:g} s after the page is idle: {paths}"),
        at_most("widget.requests_before_idle", len(others), 0, "requests",
                "for anything but the script itself, before the page has loaded"),
        at_most("widget.hosts", len(hosts), HOSTS_LIMIT, "hosts", "asked by the tag; its own is the one allowed"),
    ]  # fmt: skip


def _asked(browser: Browser, url: str) -> tuple[list[str], list[str]]:
    """All addresses that a page view asks for, and those that were asked for before it had loaded."""
    context = chromium.phone(browser)
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url))
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(QUIET)
    early: list[str] = page.evaluate(
        """() => {
            const loaded = performance.getEntriesByType('navigation')[0].loadEventStart
            const all = performance.getEntriesByType('resource')
            return all.filter((one) => one.startTime < loaded).map((one) => one.name)
        }"""
    )
    context.close()
    return seen, early
