"""A real browser: one a worker, and in it somebody's own for each test (tests/e2e, tests/deployed)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_socket import enable_socket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# Debian has Chromium without a screen as a package of its own, which opens a new context in less than half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()


def mark(items: Iterable[pytest.Item], folder: Path) -> None:
    """The tests of this folder need it, and the way to it; they are skipped without it."""
    for item in items:
        if Path(item.path).parent == folder:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome: sudo apt-get install chromium"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    enable_socket()
    from playwright.sync_api import expect, sync_playwright

    # As long as everything else may take: two cores are shared by all workers, and five seconds are few then.
    expect.set_options(timeout=15_000)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody's own, on a phone unless said otherwise; fails the test on any error in the console."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"viewport": {"width": 390, "height": 844}, "locale": "en-US", **options})
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    # A page that answers 4xx is noted by the console too; that is what some tests look for.
    assert [one for one in complaints if "the server responded with a status of 4" not in one] == []
