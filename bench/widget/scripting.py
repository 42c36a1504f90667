"""What the tag takes of a page's main thread before the page is idle, on a phone four times slower than this machine.

That is what Chromium's trace says of our script's own address: to evaluate it, and to hear that the page has loaded.
What it takes to ask for the configuration, in the first idle moment, is told apart. The clock is only good while
nothing else runs on the machine, so the processor's time is told too, and what the least script takes for the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.table import Figure, at_most, shown
from bench.widget import chromium
from bench.widget.example import LEAST, LOADER, Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SLOWER = 4
ROUNDS = 9
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Load:
    """The script's milliseconds in one page view: by the clock and of the processor's time before the page is idle, and
    of the processor's in the idle moment."""

    clock: float
    processor: float
    idle: float


def measure(browser: Browser, pages: Pages) -> list[Figure]:
    """Ours and the least by turns, on a slow phone and on this machine as it is."""
    views = [(url, slower) for slower in (SLOWER, 1) for url in (pages.tagged, pages.least)]
    loads: dict[tuple[str, int], list[Load]] = {view: [] for view in views}
    for number in range(ROUNDS + 1):
        for view in views if number % 2 else reversed(views):
            load = _load(browser, pages, *view)
            if number:  # the first is the browser's own warming up
                loads[view].append(load)
    ours, least = ([one.clock for one in loads[url, SLOWER]] for url in (pages.tagged, pages.least))
    used, floor = ([SLOWER * one.processor for one in loads[url, 1]] for url in (pages.tagged, pages.least))
    idle, idle_floor = (SLOWER * median(one.idle for one in loads[url, 1]) for url in (pages.tagged, pages.least))
    how = f"medians of {ROUNDS} rounds by turns"
    return [
        at_most("widget.scripting", median(ours), LIMIT, "ms",
                f"before the page is idle, by the clock at {SLOWER}x slowdown, from {min(ours):.1f} to "
                f"{max(ours):.1f}; {median(least):.1f} for the least script, which reads its own tag and waits; {how}"),
        at_most("widget.scripting_processor", median(used), LIMIT, "ms",
                f"the same as {SLOWER} times the processor's time, so without what else runs on this machine, from "
                f"{min(used):.1f} to {max(used):.1f}; {median(floor):.1f} for the least script; {how}"),
        shown("widget.scripting_idle", idle, "ms",
              f"and then in the idle moment, to ask for the configuration, in that time; {idle_floor:.1f} for the "
              f"least script, which sends the same request; {how}"),
    ]  # fmt: skip


def _load(browser: Browser, pages: Pages, url: str, slower: int) -> Load:
    context = chromium.phone(browser)
    page = context.new_page()
    # The process that is slowed must be the one that shows the page: with a new one it may come too late.
    page.goto(f"{url}site.css")
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    with page.expect_response(lambda response: _is_ask(response.url, pages)):
        page.goto(url)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    asked = _first(one for one in events if one["name"] == "ResourceSendRequest" and _is_ask(_about(one, "url"), pages))
    idle = _first(one for one in events if one["name"] == "FireIdleCallback")
    scripts = [one for one in _outermost(events) if _about(one, "url").endswith((LOADER, LEAST)) and one["ts"] <= asked]
    before, after = ([one for one in scripts if (one["ts"] < idle) is early] for early in (True, False))
    if not before or not after:
        raise RuntimeError(f"the script did not wait for the page to be idle: {[one['name'] for one in scripts]}")
    return Load(_milliseconds(before, "dur"), _milliseconds(before, "tdur"), _milliseconds(after, "tdur"))


def _first(events: Iterable[dict[str, Any]]) -> float:
    return min(float(one["ts"]) for one in events)


def _is_ask(url: str, pages: Pages) -> bool:
    return url.startswith(f"{pages.portal}/widget/") and not url.endswith(LOADER)


def _about(event: dict[str, Any], name: str) -> str:
    return str(event.get("args", {}).get("data", {}).get(name, ""))


def _outermost(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Runs of scripts on a main thread, without what lies within another."""
    found: list[dict[str, Any]] = []
    runs = (one for one in events if one["name"] in ("EvaluateScript", "FunctionCall") and one.get("dur"))
    for one in sorted(runs, key=lambda one: (one["ts"], -one["dur"])):
        if not found or one["ts"] >= found[-1]["ts"] + found[-1]["dur"]:
            found.append(one)
    return found


def _milliseconds(events: Iterable[dict[str, Any]], time: str) -> float:
    """A trace tells microseconds."""
    return sum(float(one[time]) for one in events) / 1000
