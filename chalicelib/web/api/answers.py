"""From a view's value to Chalice's response: JSON, never kept by anybody on the way."""

from __future__ import annotations

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.services import Services
from chalicelib.web.api.replies import Sent, Text

COOKIES_BELOW = "/api/v1/session"


def respond(services: Services, status: int, sent: Sent[Any] | Text, headers: dict[str, str]) -> Response:
    """The value as JSON; no content for None."""
    if isinstance(sent, Text):
        return Response(sent.body, {**headers, **sent.headers, "Content-Type": sent.content_type}, status)
    given: dict[str, Any] = {**headers, **sent.headers}
    if sent.cookies:
        path = services.settings.prefix + COOKIES_BELOW
        given["Set-Cookie"] = [one.header(path, services.settings.secure) for one in sent.cookies]
    if sent.value is None:
        return Response("", given, sent.status or 204)
    given["Content-Type"] = "application/json"
    return Response(msgspec.json.encode(sent.value).decode(), given, sent.status or status)
