"""The demo company's own website, on another origin: plain pages with the widget's code in them, as the company would
paste it, and a button of its own that leads to the portal."""

from __future__ import annotations

from html import escape
from pathlib import Path

from chalicelib.leads.rules import widget
from sandbox.serve import text
from sandbox.stripe.http import Request, Response

PAGES = Path(__file__).parent
ART = PAGES.parent / "art"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Website:
    def __init__(self, portal_url: str) -> None:
        root, _, slug = portal_url.rpartition("/")
        code = widget.code(f"{root}/widget/v1.js", slug, portal_url, widget.MY_ACCOUNT)
        self._places = {"{{portal}}": escape(portal_url), "{{widget}}": code}

    def answer(self, request: Request) -> Response:
        if request.method != "GET":
            return text(405, "There is nothing to post here.")
        files = {path.name: path for folder in (PAGES, ART) for path in folder.iterdir() if path.suffix in TYPES}
        found = files.get(request.path.lstrip("/") or "index.html")
        if found is None:
            return text(404, "There is no such page.")
        content = found.read_text(encoding="utf-8")
        for place, value in self._places.items():
            content = content.replace(place, value)
        return Response(200, content.encode(), {"Content-Type": TYPES[found.suffix], "Cache-Control": "no-cache"})
