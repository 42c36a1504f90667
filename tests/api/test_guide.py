"""docs/api.md says what is so: its paths, bodies, problems and numbers are the API's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.billing.admin import imports
from chalicelib.billing.admin.imports import ImportLine
from chalicelib.leads.actions import report
from chalicelib.leads.rules.lead import STATUSES
from chalicelib.messages.actions import trials
from chalicelib.tenants.records import repeats
from chalicelib.web.api import limits
from chalicelib.web.api.shapes import Listing
from tests.api.told import conforms, operation, the_document

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, flags=re.DOTALL)
REQUESTS = [
    line.split(" ") for kind, text in BLOCKS if kind == "http" for line in text.splitlines() if "/api/v1" in line
]
MENTIONED = re.findall(r"`(GET|PUT|POST|PATCH|DELETE) (/api/v1/\S+)`", GUIDE)


@pytest.mark.parametrize(("method", "target"), [*REQUESTS, *MENTIONED])
def test_a_request_is_one_of_the_apis(method: str, target: str) -> None:
    parts = urlsplit(target)
    told = operation(method, parts.path.removeprefix("/api/v1"))
    known = {one["name"] for one in told.get("parameters", ()) if one.get("in") == "query"}
    assert {name for name, _ in parse_qsl(parts.query)} <= known


def bodies() -> list[Any]:
    """Each request of the guide that is followed by its body."""
    found = re.findall(r"```http\n(\w+) /api/v1(\S+)\n[^`]*```\n\n```json\n(.*?)```", GUIDE, flags=re.DOTALL)
    assert len(found) == 16
    return found


@pytest.mark.parametrize(("method", "path", "body"), bodies())
def test_a_body_is_what_the_request_takes(method: str, path: str, body: str) -> None:
    content = operation(method, path)["requestBody"]["content"]["application/json"]
    conforms(json.loads(body), content["schema"])


def test_the_imports_lines_are_lines() -> None:
    sent, answered = (text for kind, text in BLOCKS if kind == "jsonl")
    content = operation("POST", "/import")
    for line in sent.splitlines():
        conforms(json.loads(line), content["requestBody"]["content"]["application/jsonl"]["x-line"])
    for line in answered.splitlines():
        conforms(json.loads(line), content["responses"]["200"]["content"]["application/jsonl"]["x-line"])
    assert set(ImportLine.__struct_fields__) == {next(iter(json.loads(line))) for line in sent.splitlines()}


def test_the_problem_is_a_problem() -> None:
    (shown,) = (text for kind, text in BLOCKS if kind == "json" and '"type"' in text)
    conforms(json.loads(shown), {"$ref": "#/components/schemas/Problem"})


def test_the_kinds_of_problems_are_said_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "chalicelib").rglob("*.py"))
    kinds = re.findall(r"\(`([a-z]+(?:-[a-z]+)+)`\)", GUIDE)
    assert len(kinds) > 4
    for kind in kinds:
        assert f'"{kind}"' in code, kind


def test_the_statuses_are_those_that_there_are() -> None:
    named = {int(one) for row in re.findall(r"^\| ([\d, ]+) \|", GUIDE, flags=re.M) for one in row.split(", ")}
    used = {
        int(one) for path in the_document()["paths"].values() for told in path.values() for one in told["responses"]
    }
    assert named == {one for one in used if one >= 400}


def test_the_numbers_are_the_codes() -> None:
    words = " ".join(GUIDE.split())
    assert f"has {limits.CALLS} calls a minute" in words and limits.SECONDS == 60
    assert f"up to {imports.MOST_LINES:,} lines or {imports.MOST_BYTES // 1024**2} MB at once" in words
    assert f"for {repeats.LIFE.total_seconds() / 3600:.0f} hours" in words
    assert f"`limit` is {Listing().limit}, at most 100" in words
    assert f"up to {report.SHEET_ROWS:,} leads at once" in words
    assert f"at most {trials.MAILS_AN_HOUR} an hour" in words and f"at most {trials.SMS_AN_HOUR} an hour" in words
    assert all(f"`{status}`" in words for status in STATUSES)
    assert f"`{imports.JSON_LINES}`" in words or f"Content-Type: {imports.JSON_LINES}" in words
