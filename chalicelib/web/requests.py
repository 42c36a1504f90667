"""A request as Porchlight reads it: everything a client can send, decoded once, None nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from chalicelib import tokens
from chalicelib.errors import Unavailable

# What CloudFront adds to each request of ours: infra/aws/edge.json.
EDGE_KEY = "x-porchlight-edge"


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is below the gateway's stage; `address` is the caller's as the gateway saw it; header names lower case;
    `id` is what the log knows it by."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    id: str = ""

    def form(self) -> dict[str, str]:
        """A posted form. The first of repeated names counts; bytes that are no UTF-8 become U+FFFD."""
        values: dict[str, str] = {}
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
        for name, value in pairs[:200]:
            values.setdefault(name, value)
        return values


def read(request: Any, *, edge_key: Callable[[], str]) -> Request:
    """Chalice's request as ours.

    The address is the gateway's own. Only where our CDN's key shows that the request came through it, its viewer's: the
    last that X-Forwarded-For names beside the CDN itself. Whatever else stands there anybody can have written. The key
    is asked for only if somebody claims to have it.
    """
    event = request.to_original_event()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    address = (event.get("requestContext", {}).get("identity") or {}).get("sourceIp") or "unknown"
    claimed, forwarded = headers.pop(EDGE_KEY, ""), headers.pop("x-forwarded-for", "")
    viewer = _viewer(forwarded, address)
    if claimed and viewer and _is_edge(claimed, edge_key):
        address = viewer
    return Request(
        method=request.method,
        path=event.get("path") or "/",
        query=dict(event.get("queryStringParameters") or _first(event.get("multiValueQueryStringParameters"))),
        headers=headers,
        body=request.raw_body or b"",
        address=address,
        cookies=_cookies(headers.get("cookie", "")),
        id=event.get("requestContext", {}).get("requestId") or "",
    )


def _viewer(forwarded: str, cdn: str) -> str:
    """Whom CloudFront answers: it writes its viewer last, and the gateway the CDN's own address after that."""
    named = [one.strip() for one in forwarded.split(",")]
    if named[-1] == cdn:
        named.pop()
    return named[-1] if named else ""


def _is_edge(claimed: str, edge_key: Callable[[], str]) -> bool:
    try:
        key = edge_key()
    except Unavailable:
        # Who needs a secret says so in its own words; until then a caller is who the gateway says.
        return False
    return bool(key) and tokens.same(claimed, key)


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
