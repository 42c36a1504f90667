"""A page of a company's website, asking Porchlight as its browser would: another origin, and no cookies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import app as wiring
from tests.browser import call
from tests.client import Answer

TEXT = "text/plain;charset=UTF-8"


@dataclass
class Website:
    """`slug` is the company whose code is installed; `headers` go with everything."""

    slug: str = "evergreen"
    origin: str = "https://www.evergreen.example"
    address: str = "203.0.113.40"
    headers: dict[str, str] = field(default_factory=dict)

    def configuration(self, **headers: str) -> Answer:
        return self.ask("GET", "", **headers)

    def panel(self) -> Answer:
        return self.ask("GET", "/panel")

    def sends(self, body: Any = None, language: str = "", **values: Any) -> Answer:
        """A message: the values that are given, or any body instead."""
        query = {"language": language} if language else {}
        return self.ask("POST", "/messages", values if body is None else body, query)

    def pings(self, page: Any = "www.evergreen.example/contact", **headers: str) -> Answer:
        return self.ask("POST", "/pings", {"page": page}, **headers)

    def ask(
        self, method: str, below: str, body: Any = None, query: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        """Header names are spelled with underscores; a body is JSON unless it is text already."""
        return self.get(f"/widget/v1/{self.slug}{below}", method, body, query, **headers)

    def get(
        self, path: str, method: str = "GET", body: Any = None, query: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        sent = {"origin": self.origin, "sec-fetch-site": "cross-site", "accept-language": "fr-FR,fr", **self.headers}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        if text is not None:
            sent["content-type"] = TEXT
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = call(wiring.app, method, path, query or {}, sent, text, self.address)
        answer = Answer(
            raw["statusCode"], {name.lower(): value for name, value in raw["headers"].items()},
            raw.get("multiValueHeaders", {}).get("Set-Cookie", []), raw["body"],
        )  # fmt: skip
        # Whatever it says, the page that asked must be able to read it, and nothing of it hangs on who it is.
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers and not answer.cookies
        assert "vary" not in answer.headers
        return answer
