"""What the pages of other websites may ask of us: JSON for everybody, with no cookies and so with nobody's account.

CORS is `*` without credentials. A body is JSON whatever it is called: as `text/plain` a browser sends it without asking
first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header); whoever asks is told yes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from chalice.app import Response

from chalicelib import errors
from chalicelib.errors import N_
from chalicelib.services import Services
from chalicelib.web import problems
from chalicelib.web.access import Anyone, Caller
from chalicelib.web.errors import INSTANCE, KINDS, PROBLEM, PROBLEM_TYPE, UNEXPECTED, UNEXPECTED_TEXT, status
from chalicelib.web.guards import FOR_ALL
from chalicelib.web.replies import Plain
from chalicelib.web.requests import Request

# A message of 4,000 characters and all else fits many times over.
MOST_BYTES = 64 * 1024
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    **FOR_ALL,
}
ASKED_FIRST = {
    **OPEN,
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "86400",
}
_READ = {"", "text/plain", "application/json"}
_PROBLEM = {"Cache-Control": "no-store", "Content-Type": PROBLEM}


def bare(request: Request) -> Request:
    """The request as it counts: no cookies, whoever sends some; and not the browser's languages but the page's own, by
    `?language=`, since one visitor's answer is kept for the next."""
    headers = {**request.headers, "accept-language": request.query.get("language", "")}
    headers.pop("cookie", None)
    return replace(request, headers=headers, cookies={})


def sent(request: Request) -> dict[str, str]:
    """The texts of a posted JSON object, null for ''. WrongType, TooLarge, Malformed; Invalid names what is no text."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _READ:
        raise errors.WrongType("Send the body as JSON: application/json, or text/plain.")
    if len(request.body) > MOST_BYTES:
        raise errors.TooLarge(f"A body may be {MOST_BYTES // 1024} kB at the most. Send a shorter message.")
    try:
        body = json.loads(request.body.decode(), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise errors.Malformed() from None
    if not isinstance(body, dict):
        raise errors.Malformed()
    for name, value in body.items():
        if value is not None and not isinstance(value, str):
            raise errors.Invalid(_pointer(name), N_("This must be a text."))
    return {name: value or "" for name, value in body.items()}


def _pointer(name: str) -> str:
    """A name as a part of a JSON pointer. Half a surrogate pair can be in JSON, and can't be sent back."""
    return name[:100].encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name twice")
    return made


def told(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Plain:
    """A value as JSON; no content for None."""
    text = "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Plain(
        text, "application/json", 204 if value is None else status, {"Cache-Control": "no-store", **(headers or {})}
    )


def unless_had(request: Request, reply: Plain) -> Plain:
    """The reply under an ETag of what it says, or the word that the browser has it already."""
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {**reply.headers, "ETag": etag}
    # A cache that compresses calls the tag a weak one.
    had = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if not {etag, "*"}.isdisjoint(had):
        return Plain("", reply.content_type, 304, headers)
    return replace(reply, headers=headers)


def problem(services: Services, caller: Caller, error: errors.PortalError) -> Response:
    """An error word as an RFC 9457 problem, in the reader's language."""
    made, headers = _told(services, caller, error)
    return Response(made, {**OPEN, **headers}, status(error)[0])


def refused(services: Services, caller: Caller, *wrong: errors.Invalid) -> Plain:
    """The same for several fields at once."""
    made, headers = _told(services, caller, *wrong)
    return Plain(made, headers["Content-Type"], status(wrong[0])[0], headers)


def unexpected(request: Request) -> Response:
    number, title = UNEXPECTED
    made = {
        "type": f"{PROBLEM_TYPE}unexpected", "title": title, "status": number, "detail": UNEXPECTED_TEXT,
        "instance": INSTANCE + request.id,
    }  # fmt: skip
    return Response(json.dumps(made), {**OPEN, **_PROBLEM}, number)


def _told(services: Services, caller: Caller, *wrong: errors.PortalError) -> tuple[str, dict[str, str]]:
    """The document and its headers; the first of what is wrong says what kind of problem it is."""
    error, headers = wrong[0], dict(_PROBLEM)
    if isinstance(error, errors.WAIT):
        headers["Retry-After"] = str(error.retry_after)
    number, title = status(error)
    made: dict[str, Any] = {
        "type": PROBLEM_TYPE + (error.kind or KINDS[type(error)]),
        "title": _say(services, caller, title),
        "status": number,
        "detail": _say(services, caller, error.text, **error.values),
        "instance": INSTANCE + caller.request.id,
    }
    fields = [one for one in wrong if isinstance(one, errors.Invalid) and one.field]
    if fields:
        made["errors"] = [
            {"pointer": f"#/{one.field}", "detail": _say(services, caller, one.text, **one.values)} for one in fields
        ]
    return json.dumps(made, ensure_ascii=False), headers


def _say(services: Services, caller: Caller, text: str, **values: object) -> str:
    try:
        return problems.say(services, caller, text, values)
    except errors.PortalError:
        # The store does not even say whose portal this is.
        return problems.say(services, Anyone(services, caller.request), text, values)
