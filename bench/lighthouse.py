"""Lighthouse's scores of the portal's pages as `make run` serves them: its own settings, a middling phone on slow 4G.

The sandbox compresses nothing, which CloudFront does, so pages come a little faster than here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench import npm
from bench.npm import Missing
from bench.table import Figure, at_least, not_measured
from bench.widget import chromium
from bench.widget.lighthouse import TRIES, VERSION
from sandbox import people
from sandbox.run import Sandbox

CATEGORIES = {"performance": "performance", "accessibility": "accessibility", "best-practices": "best_practices"}
PAGES = ("sign_in", "home", "invoice", "estimate", "booking", "booking_time")
GOAL, RUNS = 100, 3

Report = dict[str, Any]


def measure() -> list[Figure]:
    try:
        command = [npm.node(), str(npm.package("lighthouse", VERSION) / "cli" / "index.js")]
    except Missing as why:
        names = [_name(page, word) for page in PAGES for word in CATEGORIES.values()]
        return [not_measured(name, str(why), f">= {GOAL}", "points") for name in names]
    with Sandbox() as sandbox:
        visitor = Visitor(sandbox.portal_url)
        visitor.sign_in()
        return [figure for page, path in _pages(visitor) for figure in _judged(command, page, visitor, path)]


class Visitor:
    """Somebody who has signed in and follows links, to learn the addresses of pages."""

    def __init__(self, origin: str) -> None:
        self._origin, self.cookie = origin, ""

    def sign_in(self) -> None:
        one = people.SIGN_INS[0]
        form = urlencode({"login": one.login, "password": one.password}).encode()
        post = urllib.request.Request(self.at("/sign-in"), form, {"Origin": self._origin})
        try:
            headers = urllib.request.build_opener(_Stay).open(post).headers
        except urllib.error.HTTPError as redirect:
            headers = redirect.headers
        self.cookie = _session(headers)

    def at(self, path: str) -> str:
        return f"{self._origin}/{people.SLUG}{path}"

    def link(self, path: str, below: str) -> str:
        """Where the first link of a page leads that goes further below."""
        asked = urllib.request.Request(self.at(path), headers={"Cookie": self.cookie})
        with urllib.request.urlopen(asked) as answer:
            page = answer.read().decode()
        found = re.search(rf'href="/{people.SLUG}({below}[^"]+)"', page)
        if found is None:
            raise RuntimeError(f"{path} has no link to {below}…")
        return found[1].replace("&amp;", "&")


class _Stay(urllib.request.HTTPRedirectHandler):
    """The cookie is on the answer that sends on."""

    def redirect_request(self, *_: object) -> None:
        return None


def _session(headers: HTTPMessage) -> str:
    for one in headers.get_all("Set-Cookie") or ():
        if one.startswith("porchlight_session="):
            return one.partition(";")[0]
    raise RuntimeError("nobody was signed in")


def _pages(visitor: Visitor) -> Iterator[tuple[str, str]]:
    yield "sign_in", "/sign-in"
    yield "home", ""
    yield "invoice", visitor.link("/invoices", "/invoices/")
    yield "estimate", visitor.link("/estimates", "/estimates/")
    yield "booking", "/book"
    yield "booking_time", visitor.link("/book", "/book/")


def _judged(command: list[str], page: str, visitor: Visitor, path: str) -> list[Figure]:
    """Somebody who has signed in is sent on from the page for signing in: that one is seen without the cookie."""
    headers = {} if page == "sign_in" else {"Cookie": visitor.cookie}
    reports = [_report(command, visitor.at(path), headers) for _ in range(RUNS)]
    return [_figure(page, category, word, reports) for category, word in CATEGORIES.items()]


def _figure(page: str, category: str, word: str, reports: list[Report]) -> Figure:
    scores = [round(100 * report["categories"][category]["score"]) for report in reports]
    lost = sorted({one for report in reports for one in _lost(report, category)})
    how = f"median of {', '.join(map(str, scores))}; Lighthouse {VERSION}, mobile"
    how += f"; {_times(reports)}" * (word == "performance")
    how += f"; below full marks: {', '.join(lost)}" * bool(lost)
    return at_least(_name(page, word), median(scores), GOAL, "points", how)


def _lost(report: Report, category: str) -> list[str]:
    """The audits that cost points."""
    weights = {one["id"]: one["weight"] for one in report["categories"][category]["auditRefs"]}
    audits = {name: report["audits"][name]["score"] for name, weight in weights.items() if weight}
    return [name for name, score in audits.items() if score is not None and score < 1]


def _times(reports: list[Report]) -> str:
    first, blocking = (
        median(report["audits"][name]["numericValue"] for report in reports)
        for name in ("first-contentful-paint", "total-blocking-time")
    )
    return f"first paint {first:.0f} ms, blocked {blocking:.0f} ms"


def _name(page: str, word: str) -> str:
    return f"operate.lighthouse_{page}_{word}"


def _report(command: list[str], url: str, headers: dict[str, str]) -> Report:
    flags = " ".join(re.sub("=(.* .*)", r'="\1"', flag) for flag in ("--headless=new", *chromium.FLAGS))
    options = ["--output=json", "--output-path=stdout", "--quiet", "--no-enable-error-reporting"]
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / "headers.json"
        sent.write_text(json.dumps(headers), "utf-8")
        for _ in range(TRIES):
            done = subprocess.run(
                [*command, url, *options, f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={sent}",
                 f"--chrome-flags={flags}"],
                env={**os.environ, "CHROME_PATH": chromium.program()}, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            if not done.returncode:
                return _of(url, json.loads(done.stdout))
    raise RuntimeError(f"Lighthouse could not judge {url}: {done.stderr[-1000:]}")


def _of(url: str, report: Report) -> Report:
    """It judges whatever it is sent on to; that would be another page's score."""
    if report["finalDisplayedUrl"] != url:
        raise RuntimeError(f"{url} was asked for and {report['finalDisplayedUrl']} was judged")
    return report
