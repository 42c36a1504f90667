"""The demo company's own website, on another origin: plain pages that lead to the portal by one link."""

from __future__ import annotations

from html import escape
from pathlib import Path

from sandbox.serve import text
from sandbox.stripe.http import Request, Response

PAGES = Path(__file__).parent
ART = PAGES.parent / "art"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
PLACE = "{{portal}}"


class Website:
    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url

    def answer(self, request: Request) -> Response:
        if request.method != "GET":
            return text(405, "There is nothing to post here.")
        files = {path.name: path for folder in (PAGES, ART) for path in folder.iterdir() if path.suffix in TYPES}
        found = files.get(request.path.lstrip("/") or "index.html")
        if found is None:
            return text(404, "There is no such page.")
        content = found.read_text(encoding="utf-8").replace(PLACE, escape(self._portal_url))
        return Response(200, content.encode(), {"Content-Type": TYPES[found.suffix], "Cache-Control": "no-cache"})
