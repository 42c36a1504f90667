"""A request as Porchlight reads it: everything a client can send, decoded once, None nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from chalicelib import tokens
from chalicelib.errors import Unavailable

log = logging.getLogger(__name__)

# What CloudFront adds to each request of ours: infra/aws/edge.json.
EDGE_KEY = "x-porchlight-edge"


@dataclass(frozen=True)
class Request:
    """`path` is below the gateway's stage; `seen` is whose address the gateway saw, and `viewer` says whose it is if
    that was our CDN; header names lower case; `id` is what the log knows it by."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    seen: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    viewer: Callable[[], str] = field(default=str, repr=False, compare=False)

    @cached_property
    def address(self) -> str:
        """The caller's. Whether our CDN called is a secret's matter, so only who asks for the address waits for it."""
        return self.viewer() or self.seen

    def form(self) -> dict[str, str]:
        """A posted form. The first of repeated names counts; bytes that are no UTF-8 become U+FFFD."""
        values: dict[str, str] = {}
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
        for name, value in pairs[:200]:
            values.setdefault(name, value)
        return values


def read(request: Any, *, edge_keys: Callable[[], Sequence[str]]) -> Request:
    """Chalice's request as ours.

    The address is the gateway's own. Only where our CDN's key shows that the request came through it, its viewer's: the
    last that X-Forwarded-For names beside the CDN itself. Whatever else stands there anybody can have written. The keys
    are asked for only if somebody claims to have one, and an address is needed.
    """
    event = request.to_original_event()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    seen = (event.get("requestContext", {}).get("identity") or {}).get("sourceIp") or "unknown"
    claimed, named = headers.pop(EDGE_KEY, ""), _viewer(headers.pop("x-forwarded-for", ""), seen)
    return Request(
        method=request.method,
        path=event.get("path") or "/",
        query=dict(event.get("queryStringParameters") or _first(event.get("multiValueQueryStringParameters"))),
        headers=headers,
        body=request.raw_body or b"",
        seen=seen,
        cookies=_cookies(headers.get("cookie", "")),
        id=event.get("requestContext", {}).get("requestId") or "",
        viewer=lambda: named if claimed and named and _is_edge(claimed, edge_keys) else "",
    )


def _viewer(forwarded: str, cdn: str) -> str:
    """Whom CloudFront answers: it writes its viewer last, and the gateway the CDN's own address after that."""
    named = [one.strip() for one in forwarded.split(",")]
    if named[-1] == cdn:
        named.pop()
    return named[-1] if named else ""


def _is_edge(claimed: str, edge_keys: Callable[[], Sequence[str]]) -> bool:
    """Without the secrets nobody is: who needs one says so in its own words, and a caller is who the gateway says."""
    try:
        keys = edge_keys()
    except Unavailable:
        return False
    except Exception:
        log.exception("whether our CDN calls can't be known")
        return False
    return any(tokens.same(claimed, key) for key in keys if key)


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
