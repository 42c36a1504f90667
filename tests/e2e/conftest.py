"""A real browser at a running sandbox: `python -m sandbox` in a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_socket import enable_socket

from sandbox.ports import Ports
from tests import chromium, nu

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chromium.mark(items, Path(__file__).parent)


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
