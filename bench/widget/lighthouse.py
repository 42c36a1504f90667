"""Lighthouse's performance score of the example page, with the tag and without it: its own settings, which are those of
a middling phone on slow 4G."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import npm
from bench.npm import Missing
from bench.table import Figure, at_most, not_measured, shown
from bench.widget import chromium
from bench.widget.example import Pages

# 13 wants Node.js 22; this one does with any from 18 on.
VERSION = "12.8.2"
RUNS = 5
# A browser that does not start in time on a busy machine is started again.
TRIES = 2
LOST_LIMIT, CLS_LIMIT = 1, 0
NAMES = {"widget.lighthouse_lost": f"<= {LOST_LIMIT}", "widget.cls": f"<= {CLS_LIMIT}"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one run. `score` is of 100, times are in milliseconds."""

    score: int
    cls: float
    blocking: float
    largest: float
    asked: frozenset[str]


def measure(pages: Pages) -> list[Figure]:
    """Runs by turns, so that what slows the machine slows both."""
    try:
        command = [npm.node(), str(npm.package("lighthouse", VERSION) / "cli" / "index.js")]
    except Missing as why:
        return [not_measured(name, str(why), goal) for name, goal in NAMES.items()]
    tagged: list[Verdict] = []
    plain: list[Verdict] = []
    for number in range(RUNS):
        for mine in (True, False) if number % 2 else (False, True):
            (tagged if mine else plain).append(_run(command, pages.tagged if mine else pages.plain))
    _must_differ(tagged, plain, pages)
    with_it, without = median(one.score for one in tagged), median(one.score for one in plain)
    how = f"medians of {RUNS} runs by turns of Lighthouse {VERSION}, mobile"
    largest = [median(one.largest for one in runs) for runs in (tagged, plain)]
    blocking = [median(one.blocking for one in runs) for runs in (tagged, plain)]
    return [
        at_most("widget.lighthouse_lost", without - with_it, LOST_LIMIT, "points",
                f"{with_it:g} with the tag, {without:g} without it; {how}"),
        at_most("widget.cls", max(one.cls for one in tagged), CLS_LIMIT, "",
                f"layout shift with the tag, the worst of {RUNS} runs; {max(one.cls for one in plain):g} without it"),
        shown("widget.largest_paint_later", largest[0] - largest[1], "ms",
              f"largest contentful paint: {largest[0]:.0f} ms with the tag, {largest[1]:.0f} without it; {how}"),
        shown("widget.blocking_more", blocking[0] - blocking[1], "ms",
              f"total blocking time: {blocking[0]:.0f} ms with the tag, {blocking[1]:.0f} without it; {how}"),
    ]  # fmt: skip


def _run(command: list[str], url: str) -> Verdict:
    flags = " ".join(re.sub("=(.* .*)", r'="\1"', flag) for flag in ("--headless=new", *chromium.FLAGS))
    options = ["--output=json", "--output-path=stdout", "--quiet", "--no-enable-error-reporting"]
    for _ in range(TRIES):
        done = subprocess.run(
            [*command, url, *options, "--only-categories=performance", f"--chrome-flags={flags}"],
            env={**os.environ, "CHROME_PATH": chromium.program()}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if not done.returncode:
            return _verdict(json.loads(done.stdout))
    raise RuntimeError(f"Lighthouse could not judge {url}: {done.stderr[-1000:]}")


def _verdict(report: dict[str, Any]) -> Verdict:
    audits = report["audits"]
    asked = frozenset(one["url"] for one in audits["network-requests"]["details"]["items"])
    score = round(100 * report["categories"]["performance"]["score"])
    shift, blocking, largest = (
        float(audits[name]["numericValue"])
        for name in ("cumulative-layout-shift", "total-blocking-time", "largest-contentful-paint")
    )
    return Verdict(score, shift, blocking, largest, asked)


def _must_differ(tagged: list[Verdict], plain: list[Verdict], pages: Pages) -> None:
    """A tag that did nothing would cost nothing."""
    ours = [{url.partition("?")[0] for url in one.asked if url.startswith(pages.portal)} for one in tagged]
    if any(len(one) < 2 for one in ours) or any(url.startswith(pages.portal) for one in plain for url in one.asked):
        raise RuntimeError(f"the tag was not at work where it should be, or was where it should not: {ours}")
