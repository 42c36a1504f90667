"""What a program sent, as the types that views ask for: path, query, body. Whatever is wrong is said by its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from chalicelib.errors import Invalid, Malformed, NotFound, TooLarge, WrongType
from chalicelib.web.api import wording
from chalicelib.web.requests import Request

if TYPE_CHECKING:
    from chalicelib.web.api.routes import ApiRoute

# Bytes: with what a row's key puts before it, it must fit a key of DynamoDB's.
LONGEST_ID = 300
UNPRINTED = "A text can't hold control characters. Take them out."
_PLACE = re.compile(r" - at `(?:key in )?\$(.*?)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
# A JSON text may only hold these escaped. Line breaks and tabs are text, the others are in nobody's name or notes.
_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00(?:0[0-8bcef]|1[0-9a-f]|7f)|b|f)|\x7f", re.IGNORECASE)
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def arguments(route: ApiRoute, request: Request, path: dict[str, str]) -> dict[str, Any]:
    """The view's arguments. NotFound: no id could be spelled so. Malformed, WrongType, TooLarge, Invalid: the body."""
    given: dict[str, Any] = {name: _id(value) for name, value in path.items()}
    if route.query is not None:
        given["query"] = _query(route.query, request)
    if route.body is not None:
        given["body"] = _body(route, request)
    return given


def _id(value: str) -> str:
    """A path parameter, decoded: the gateway hands them over as they came."""
    decoded = unquote(value)
    if not decoded.isprintable() or len(decoded.encode()) > LONGEST_ID:
        raise NotFound()
    return decoded


def _query(kind: Any, request: Request) -> Any:
    query = dict(request.query)
    try:
        read = msgspec.convert(query, kind, strict=False)
    except msgspec.ValidationError as wrong:
        text, place = _told(wrong)
        named = wording.FIELD.match(text)
        raise Invalid("?" + (place or (named[1] if named else "")), wording.plain(text, place, kind)) from None
    if (name := _unprinted(query)) is not None:
        raise Invalid("?" + name, UNPRINTED)
    return read


def _body(route: ApiRoute, request: Request) -> Any:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent and sent != route.content_type:
        raise WrongType(f"Send the body as {route.content_type}.")
    if len(request.body) > route.limit:
        raise TooLarge(f"A body may be {route.limit // 1024:,} kB at the most. Send less at once.")
    if route.body is bytes:
        return request.body
    return decode(request.body, route.body)


def decode(raw: bytes, kind: Any) -> Any:
    """A JSON text as `kind`. Malformed: no JSON. Invalid: JSON of another shape, named by its place."""
    try:
        read = msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as wrong:
        _must_be_json(raw)
        text, place = _told(wrong)
        named = wording.FIELD.match(text)
        path = "/".join(one for one in (place, _escaped(named[1]) if named else "") if one)
        raise Invalid(path, wording.plain(text, place, kind)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed() from None
    unprinted = _unprinted(msgspec.to_builtins(read)) if _CONTROL.search(raw) else None
    if unprinted is not None:
        raise Invalid(unprinted, UNPRINTED)
    return read


def _must_be_json(raw: bytes) -> None:
    """Malformed if what was found wrong with its shape was only the first thing that is wrong with the text."""
    try:
        raw.decode()
        msgspec.json.decode(raw, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed() from None
    except RecursionError:
        pass  # nested deeper than any shape of ours: what is wrong with the shape is said


def _unprinted(value: Any) -> str | None:
    """Where a text with control characters stands, None if nowhere."""
    if isinstance(value, str):
        return "" if _UNPRINTED.search(value) else None
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for step, inside in pairs:
        if (place := _unprinted(inside)) is not None:
            return f"{step}/{place}".rstrip("/")
    return None


def _escaped(step: str) -> str:
    """A field's name as a step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def _told(wrong: msgspec.ValidationError) -> tuple[str, str]:
    """msgspec's words, and the place they are about as 'lines/0/amount'."""
    text = str(wrong)
    found = _PLACE.search(text)
    if not found:
        return text, ""
    steps = [name or number for name, number in _STEP.findall(found[1])]
    return text[: found.start()], "/".join(steps)
