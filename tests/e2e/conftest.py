"""A real browser at a running sandbox: `python -m sandbox` in a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_socket import enable_socket

from sandbox.ports import Ports
from tests import nu

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)
            if CHROMIUM is None:
                reason = "no Chromium or Chrome: sudo apt-get install chromium"
                item.add_marker(pytest.mark.skip(reason=reason))


@dataclass(frozen=True)
class Running:
    """Where a sandbox answers."""

    ports: Ports
    prefix: str = ""

    @property
    def portal(self) -> str:
        return f"http://localhost:{self.ports.portal}{self.prefix}"

    @property
    def desk(self) -> str:
        return f"http://localhost:{self.ports.desk}"


def _start(prefix: str = "") -> Iterator[Running]:
    enable_socket()
    # Below 32,768, where the kernel takes ports for connections that go out: one of those may come between.
    first = next(port for port in range(21_000 + os.getpid() % 330 * 30, 32_700, 30) if _free(port))
    running = Running(Ports.family(first), prefix)
    environment = {**os.environ, "PORT": str(first), "PREFIX": prefix}
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(f"{running.portal}/evergreen/sign-in", process)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _free(first: int) -> bool:
    import socket

    for port in Ports.family(first).all:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return False
    return True


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the sandbox ended before it answered"
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within a minute")


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    yield from _start()


@pytest.fixture(scope="session")
def running_below_a_stage() -> Iterator[Running]:
    yield from _start("/api")


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


# Documents as scripts have made them, by what they are of. Of a website with the widget only what is in its shadow is
# ours, below the website's own heading.
_seen: dict[str, str] = {}
_OURS = """() => {
  const widget = document.querySelector('porchlight-widget');
  if (!widget) return `<!doctype html>${document.documentElement.outerHTML}`;
  const head = '<!doctype html><html lang="en"><head><title>The widget</title></head>';
  return `${head}<body><h1>A website</h1>${widget.shadowRoot.innerHTML}</body></html>`;
}"""


def note_markup(page: Page) -> None:
    """Keep what is there now for the checker. What has no address is a sample, and checked in `tests/web`."""
    if page.url != "about:blank":
        where = f"{os.environ.get('PYTEST_CURRENT_TEST', '').partition(' ')[0]} at {page.url}"
        _seen.setdefault(page.evaluate(_OURS), where)


@pytest.fixture(scope="session", autouse=True)
def markup() -> Iterator[None]:
    """Nu finds nothing in any state of any page that was looked at: one start of Java for all of them."""
    yield
    if _seen:
        documents = {f"{number}: {where}": document for number, (document, where) in enumerate(_seen.items())}
        found = [f"{where}: {said}" for where, said in nu.complaints(documents).items()]
        assert not found, "\n".join(found)
