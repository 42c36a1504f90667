"""What the OpenAPI document says of an answer, compared with the answer."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.web.api.openapi import document
from chalicelib.web.errors import PROBLEM

PUBLIC_URL = "http://localhost:8000"
NO_CONTENT = ""


@cache
def the_document() -> dict[str, Any]:
    return document(PUBLIC_URL)


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every path of the document with what fits it, fixed segments before variables."""
    paths = sorted(the_document()["paths"], key=lambda one: one.count("{"))
    return [(one, re.compile(re.sub(r"\{\w+\}", "[^/]+", one))) for one in paths]


def operation(method: str, path: str) -> dict[str, Any]:
    """The operation behind a path."""
    fitting = next(one for one, pattern in patterns() if pattern.fullmatch(path))
    found: dict[str, Any] = the_document()["paths"][fitting][method.lower()]
    return found


def check(method: str, path: str, status: int, headers: dict[str, str], text: str) -> None:
    """AssertionError unless the document tells of an answer like this."""
    if status == 500:
        return  # what nobody foresaw is in no document; tests that cause it say so
    told = operation(method, path)["responses"]
    assert str(status) in told, f"{method} {path}: {status} is not in the document ({', '.join(told)}): {text}"
    response = resolved(told[str(status)])
    if "content" not in response:
        assert text == NO_CONTENT, f"{method} {path}: {status} has content"
        return
    ((kind, content),) = response["content"].items()
    assert headers["content-type"] == kind
    if "x-line" in content:
        for line in text.splitlines():
            conforms(json.loads(line), content["x-line"])
        return
    if content["schema"] == {"type": "string"}:
        return
    assert kind in ("application/json", PROBLEM)
    conforms(json.loads(text), content["schema"])


def conforms(value: Any, schema: dict[str, Any]) -> None:
    _validator(json.dumps(schema, sort_keys=True)).validate(value)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"components": the_document()["components"], **json.loads(schema)})


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = the_document()
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
