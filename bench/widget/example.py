"""The example website of a running sandbox, three times: as it is, with the widget's tag taken out, and with the least
script in its place that could do what the tag does until the page is idle.

They are answered from memory, by servers of one kind; what the scripts ask goes to the sandbox's portal, as ever.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox import serve
from sandbox.people import SLUG
from sandbox.ports import Ports
from sandbox.serve import PortInUse, check_free, free_port
from sandbox.stripe.http import Request, Response

ROOT = Path(__file__).parent.parent.parent
TAG = re.compile(rb"<script\b[^>]*\bdata-portal=[^>]*></script>\s*(<noscript>.*?</noscript>\s*)?", re.DOTALL)
KEPT = ("Content-Type", "Cache-Control", "Content-Security-Policy")
STARTS_WITHIN = 60
LOADER, LEAST = "/widget/v1.js", "/least.js"
LEAST_TAG = f'<script async src="{LEAST}" data-ask="{{portal}}/widget/v1/{SLUG}?language=en"></script>'
LEAST_SCRIPT = """\
(() => {
  const tag = document.currentScript;
  const ask = () => {
    const call = new XMLHttpRequest();
    call.open('GET', tag.dataset.ask);
    call.send();
  };
  addEventListener('load', () => requestIdleCallback(ask));
})();
"""


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses: the page with the tag, without it, with the least script, and the portal that the tag is from."""

    tagged: str
    plain: str
    least: str
    portal: str


@contextmanager
def example() -> Iterator[Pages]:
    """A sandbox in a process of its own, since whoever measures must not be who answers."""
    ports = _free_family()
    environment = {**os.environ, "PORT": str(ports.portal), "PREFIX": ""}
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        portal, website = (f"http://localhost:{port}" for port in (ports.portal, ports.website))
        _wait(f"{portal}/{SLUG}/sign-in", process)
        with (
            _answering(_copy(website)) as tagged,
            _answering(_copy(website, _instead(""))) as plain,
            _answering(_copy(website, _instead(LEAST_TAG.format(portal=portal)))) as least,
        ):
            yield Pages(tagged, plain, least, portal)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _copy(website: str, change: Callable[[bytes], bytes] = bytes) -> serve.Answer:
    """Answers what a website answers, asked once for each path."""

    @cache
    def fetched(path: str) -> Response:
        if path == LEAST:
            return Response(200, LEAST_SCRIPT.encode(), {"Content-Type": "text/javascript; charset=utf-8"})
        try:
            with urllib.request.urlopen(website + path, timeout=10) as answer:
                headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
                content = answer.read()
        except urllib.error.HTTPError as refused:
            return serve.text(refused.code, str(refused))
        return Response(200, change(content) if path == "/" else content, headers)

    return lambda request: fetched(request.path)


def _instead(tag: str) -> Callable[[bytes], bytes]:
    """What puts this where the widget's tag is."""

    def change(page: bytes) -> bytes:
        changed, found = TAG.subn(tag.encode(), page)
        if found != 1:
            raise RuntimeError(f"the example page has {found} tags of the widget; there must be one")
        return changed

    return change


@contextmanager
def _answering(answer: serve.Answer) -> Iterator[str]:
    """The address at which this answers. Its start page is there before anybody measures."""
    answer(Request("GET", "/"))
    port = free_port()
    server = serve.listen(port, answer)
    server.start()
    try:
        yield f"http://localhost:{port}/"
    finally:
        server.stop()


def _free_family() -> Ports:
    for first in range(24_000 + os.getpid() % 200 * 30, 32_700, 30):
        with suppress(PortInUse):
            check_free(Ports.family(first).all)
            return Ports.family(first)
    raise RuntimeError("no family of ports is free")


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the sandbox ended before it answered")
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the sandbox did not answer within {STARTS_WITHIN} seconds")
