"""The widget, as a website pays for it: how much it weighs, what it costs a page in a browser; and what we pay for it.

What a browser or npm is needed for is said to be not measured where there is none.
"""

from __future__ import annotations

from bench.npm import Missing
from bench.table import Figure, not_measured
from bench.widget import chromium, endpoint, lighthouse, requests, scripting, sizes
from bench.widget.example import example

IN_A_BROWSER = {
    "scripting": scripting.LIMIT,
    "scripting_processor": scripting.LIMIT,
    "requests": requests.LIMIT,
    "requests_before_idle": 0,
    "hosts": requests.HOSTS_LIMIT,
    "lighthouse_lost": lighthouse.LOST_LIMIT,
    "cls": lighthouse.CLS_LIMIT,
}


def measure() -> list[Figure]:
    return [*sizes.ours(), *sizes.peers(), *endpoint.measure(), *in_a_browser()]


def in_a_browser() -> list[Figure]:
    """The example website of a sandbox, with the tag and without it."""
    try:
        chromium.program()
        with example() as pages:
            with chromium.running() as browser:
                figures = [*scripting.measure(browser, pages), *requests.measure(browser, pages)]
            return [*figures, *lighthouse.measure(pages)]
    except Missing as why:
        return [not_measured(f"widget.{name}", str(why), f"<= {limit}") for name, limit in IN_A_BROWSER.items()]
