"""Error words as RFC 9457 problems: a stable `type`, a `detail` that says what to do, pointers to what is wrong.

English, for programs and those who write them; the console shows `detail` to people.
"""

from __future__ import annotations

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib import errors
from chalicelib.web.errors import INSTANCE, KINDS, PROBLEM, PROBLEM_TYPE, UNEXPECTED, UNEXPECTED_TEXT, status
from chalicelib.web.requests import Request

# Where a page's heading says too little or another thing to a program.
_TITLES: dict[type[errors.PortalError], str] = {
    errors.NotFound: "Not found",
    errors.Conflict: "Not possible now",
}
NO_ADDRESS = "There is no such address in the API: see /api/openapi.json."


class Wrong(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that is wrong: where, as a JSON pointer into the body ('#/lines/0/amount') or the name of a parameter
    ('?limit'), and what to do."""

    pointer: str
    detail: str


class Problem(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What went wrong (RFC 9457). `type` never changes; `detail` says what to do; `instance` names the request, for
    whoever asks us about it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] = []
    instance: str = ""


def kind(error: errors.PortalError) -> str:
    return error.kind or KINDS[type(error)]


def problem(error: errors.PortalError) -> Problem:
    """The document of an error word."""
    number, title = status(error)
    made = Problem(PROBLEM_TYPE + kind(error), _TITLES.get(type(error), title), number, str(error))
    if isinstance(error, errors.NotFound) and error.text == errors.NotFound.text:
        made.detail = "There is nothing by this id. Check it; your own ids are written as ext:<your id>."
    if isinstance(error, errors.Invalid) and error.field:
        made.errors = [
            Wrong(pointer(error.field), str(error)),
            *(Wrong(pointer(field), text) for field, text in error.also),
        ]
    return made


def pointer(field: str) -> str:
    """'lines/0/amount' as a JSON pointer in a URI fragment (RFC 6901 §6); '?limit' stays what it is."""
    return field if field.startswith("?") else f"#/{field}"


def answer(request: Request, error: errors.PortalError, headers: dict[str, str]) -> Response:
    extra: dict[str, str] = {}
    if isinstance(error, errors.Unauthenticated):
        extra["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.WAIT):
        extra["Retry-After"] = str(error.retry_after)
    return _respond(request, problem(error), {**headers, **extra})


def unforeseen() -> Problem:
    """The document of what nobody foresaw; it tells no details."""
    number, title = UNEXPECTED
    return Problem(PROBLEM_TYPE + "unexpected", title, number, UNEXPECTED_TEXT)


def unexpected(request: Request, headers: dict[str, str]) -> Response:
    return _respond(request, unforeseen(), headers)


def _respond(request: Request, made: Problem, headers: dict[str, Any]) -> Response:
    made.instance = INSTANCE + request.id
    body = msgspec.json.encode(made).decode()
    return Response(body, {**headers, "Content-Type": PROBLEM}, made.status)
