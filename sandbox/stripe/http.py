"""A request and an answer, without a socket: what the loopback server and the in-process transport both
speak."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class Lost(Exception):
    """The connection broke: the caller gets no answer, and can't tell whether anything happened."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: str = ""
    raw: bytes = b""
    """The body as it came, for what is no text."""

    @classmethod
    def to(
        cls, method: str, url: str, headers: Mapping[str, str] | None = None, body: str = "", raw: bytes = b""
    ) -> Request:
        parts = urlsplit(url)
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        return cls(method.upper(), parts.path, parts.query, lowered, body, raw)


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        """Where a redirect goes; empty for any other answer."""
        return self.headers.get("Location", "")


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    encoded = json.dumps(body, indent=2, ensure_ascii=False).encode()
    return Response(status, encoded, {"Content-Type": "application/json", **(headers or {})})


def html_response(page: str, status: int = 200) -> Response:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, page.encode(), headers)


def see_other(url: str) -> Response:
    return Response(303, b"", {"Location": url, "Cache-Control": "no-store"})
