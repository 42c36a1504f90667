"""What a phone must fetch before it can show a page: HTML, style sheet and script, compressed as a gateway would."""

from __future__ import annotations

import gzip
import re
from typing import Any

from bench.house import SLUG, ask, event, house, nth_invoice
from bench.table import Figure, at_most

LIMIT = 14 * 1024
LEVEL = 6
LINKED = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')


def measure() -> list[Figure]:
    """The pages as they are served, and what their HTML links to."""
    with house() as made:
        views = {
            "sign_in": event("GET", f"/{SLUG}/sign-in"),
            "home": made.get(f"/{SLUG}"),
            "invoice": made.get(f"/{SLUG}/invoices/{nth_invoice(0).id}"),
        }
        return [first_view(f"house.first_view_{name}", request) for name, request in views.items()]


def first_view(name: str, request: dict[str, Any]) -> Figure:
    return weighed(name, ask(request)["body"])


def weighed(name: str, page: str) -> Figure:
    """A page that was answered already."""
    linked = {url.rpartition(".")[2].upper(): ask(event("GET", url))["body"] for url in LINKED.findall(page)}
    parts = {"HTML": page} | linked
    if set(parts) != {"HTML", "CSS", "JS"}:
        raise RuntimeError(f"{name} links to {', '.join(parts)}: one style sheet and one script were expected")
    sizes = {part: len(gzip.compress(body.encode(), LEVEL)) for part, body in parts.items()}
    each = " + ".join(f"{size} {part}" for part, size in sizes.items())
    return at_most(name, sum(sizes.values()), LIMIT, "bytes", f"{each}, gzip level {LEVEL}")
