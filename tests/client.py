"""A program that talks to the API, as the gateway hands its requests to the app."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import app as wiring
from sandbox.world import World
from tests.api import told
from tests.browser import call

ROOT = "/api/v1"


@dataclass
class Answer:
    """What came back. `json` is None for no content."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.text else None

    @property
    def kind(self) -> str:
        """The last word of a problem's type."""
        return str(self.json["type"]).removeprefix("urn:porchlight:problem:")


@dataclass
class Client:
    """`token` is an access token or an API key; `cookies` are kept as a browser would."""

    world: World
    token: str = ""
    address: str = "203.0.113.9"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`body` is JSON unless it is text already; header names are spelled with underscores. What is answered must be
        as the OpenAPI document says."""
        sent = {"host": "localhost:8000", "sec-fetch-site": "same-origin", **self.headers}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        text = None
        if body is not None:
            text = body if isinstance(body, str) else json.dumps(body)
            sent["content-type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        path, _, query = path.partition("?")
        raw = call(wiring.app, method, ROOT + path, dict(parse_qsl(query)), sent, text, self.address)
        answer = Answer(
            raw["statusCode"],
            {name.lower(): value for name, value in raw["headers"].items()},
            raw.get("multiValueHeaders", {}).get("Set-Cookie", []),
            raw["body"],
        )
        told.check(method, path, answer.status, answer.headers, answer.text)
        for header in answer.cookies:
            name, _, value = header.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def sign_in(self, email: str, password: str = "bright-porch-2026", **more: str) -> Answer:
        answer = self.post("/session", {"email": email, "password": password, **more})
        if answer.status == 201:
            self.token = answer.json["access_token"]
        return answer
