"""A request as Porchlight reads it: everything a client can send, decoded once, None nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is below the gateway's stage; `address` is the caller's as the gateway saw it; header names lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    cookies: Mapping[str, str] = field(default_factory=dict)

    def form(self) -> dict[str, str]:
        """A posted form. The first of repeated names counts; bytes that are no UTF-8 become U+FFFD."""
        values: dict[str, str] = {}
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
        for name, value in pairs[:200]:
            values.setdefault(name, value)
        return values


def read(request: Any, *, trust_cloudfront: bool) -> Request:
    """Chalice's request as ours.

    The address is the gateway's own (or CloudFront's viewer header, where CloudFront is the only way in); never
    X-Forwarded-For, which anybody can write.
    """
    event = request.to_original_event()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    address = (event.get("requestContext", {}).get("identity") or {}).get("sourceIp") or "unknown"
    if trust_cloudfront and "cloudfront-viewer-address" in headers:
        address = headers["cloudfront-viewer-address"].rpartition(":")[0]
    return Request(
        method=request.method,
        path=event.get("path") or "/",
        query=dict(event.get("queryStringParameters") or _first(event.get("multiValueQueryStringParameters"))),
        headers=headers,
        body=request.raw_body or b"",
        address=address,
        cookies=_cookies(headers.get("cookie", "")),
    )


def _first(many: Mapping[str, list[str]] | None) -> dict[str, str]:
    return {name: values[0] for name, values in (many or {}).items() if values}


def _cookies(header: str) -> dict[str, str]:
    """Cookies by name; the first of a name counts, as browsers send the most specific path first."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            cookies.setdefault(name, value)
    return cookies
