"""What a program sends wrongly: each is a problem that names the place and says what to do, and none is our mistake."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.errors import Invalid
from chalicelib.web.api import parsing
from chalicelib.web.api.shapes import Shape
from tests.api.things import Program


@pytest.mark.parametrize(
    ("raw", "status", "kind"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b'{"name": "Rake"} and more', 400, "malformed"),
        (b"\xef\xbb\xbf{}", 400, "malformed"),
        (b'{"name": "\xff\xfe"}', 400, "malformed"),
        (b'{"name": "\\ud800"}', 400, "malformed"),
        (b'{"name": NaN}', 400, "malformed"),
        ('{"name": "Rake"}'.encode("utf-16"), 400, "malformed"),
        (b"[1]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b"[" * 2000, 422, "invalid"),
        (b'{"parts":' * 200, 400, "malformed"),
        (b'{"a":', 400, "malformed"),
        (b'{"name": 5, "note": "cut o', 400, "malformed"),
        (b'{"a": 1} and more', 400, "malformed"),
        (b'{"a": "\xff"}', 400, "malformed"),
        (b'{"name": "Rake", "parts": [{"amount": 1e400}]}', 422, "invalid"),
        (b'{"name": "Rake", "parts": [{"amount": 1' + b"0" * 500 + b"}]}", 422, "invalid"),
        (b'{"name": "Rake", "parts": [{"amount": -1}]}', 422, "invalid"),
        (b'{"name": "Rake", "parts": [{"amount": true}]}', 422, "invalid"),
        (b'{"name": "Rake", "on": "2026-11-23\\n"}', 422, "invalid"),
        (b'{"name": "Rake", "external_id": "a\\n"}', 422, "invalid"),
        (b'{"name": "Rake", "external_id": "a#b"}', 422, "invalid"),
        (b'{"name": "' + b"x" * 3000 + b'"}', 413, "too-large"),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, bytes) else "",
)
def test_hostile_bodies(program: Program, raw: bytes, status: int, kind: str) -> None:
    answer = program.send("POST", "/things", raw, content_type="application/json")
    assert (answer.status, answer.kind) == (status, kind)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) >= {"type", "title", "status", "detail"}
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({}, "#/name", "“name” is missing. Add it."),
        ({"name": 5}, "#/name", "Send a text."),
        ({"name": "Rake", "parts": [{"amount": 1}, {"amount": "2"}]}, "#/parts/1/amount", "Send a whole number."),
        ({"name": "Rake", "colour": "red"}, "#/colour", "no field “colour” here"),
        ({"name": "Rake", "parts": [{"amount": 1, "size": 2}]}, "#/parts/0/size", "no field “size” here"),
        ({"name": "Rake", "parts": [{}]}, "#/parts/0/amount", "“amount” is missing"),
        ({"name": "Rake", "parts": [{"amount": 1, "colour": "blue"}]}, "#/parts/0/colour", "choices: '', green, red."),
        ({"name": "Rake", "a/b~c%d": 1}, "#/a~1b~0c%d", "a/b~c%d"),
        ({"name": "Rake", "two\nlines": 1}, "#/two\nlines", "no field"),
        ({"name": "Rake", "on": "23.11.2026"}, "#/on", "A day where the company is, as 2026-11-23."),
        ({"name": "Rake", "external_id": "a b"}, "#/external_id", "letters, digits and"),
        ({"name": "nul \0"}, "#/name", "control characters"),
        ({"name": "Rake", "note": "\\u0000 as text \x1b"}, "#/note", "control characters"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(program: Program, body: object, pointer: str, words: str) -> None:
    answer = program.send("POST", "/things", body)
    assert answer.status == 422
    assert words in answer.wrong[pointer]


class Inner(Shape):
    number: int = 0


class Every(Shape):
    """A field of each sort that a shape of ours can have, and some more."""

    flag: bool = False
    text: Annotated[str, Meta(min_length=1, max_length=100)] = "x"
    word: Annotated[str, Meta(min_length=3, max_length=1)] = "x"
    spelled: Annotated[str, Meta(pattern="^x$")] = "x"
    number: Annotated[int, Meta(ge=1, le=10_000)] = 1
    below: Annotated[int, Meta(ge=-5)] = 0
    share: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    some: Annotated[list[int], Meta(min_length=1, max_length=6)] = field(default_factory=lambda: [1])
    pair: Annotated[list[int], Meta(min_length=2, max_length=2)] = field(default_factory=lambda: [1, 1])
    none: Annotated[list[int], Meta(max_length=1)] = field(default_factory=list)
    names: Annotated[dict[str, int], Meta(max_length=1)] = field(default_factory=dict)
    choice: Literal["", "red"] = ""
    maybe: Literal["red", "green"] | None = None
    set: str | UnsetType | None = UNSET
    inner: Inner | None = None
    any_of: bool | int | str | None = None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"flag": 1}, "Send true or false."),
        ({"flag": None}, "Send true or false."),
        ({"text": 1}, "Send a text."),
        ({"text": ""}, "This can't be empty. Fill it in."),
        ({"text": "x" * 101}, "Use 100 characters or fewer."),
        ({"word": "x"}, "Use 3 characters or more."),
        ({"word": "xxx"}, "Use one character."),
        ({"spelled": "y"}, "This is written in another way."),
        ({"number": "1"}, "Send a whole number."),
        ({"number": 1.5}, "Send a whole number."),
        ({"number": 0}, "Send 1 or more."),
        ({"number": 10_001}, "Send 10,000 or less."),
        (b'{"number": 1e400}', "This number is too large. Send a smaller one."),
        ({"below": -6}, "Send -5 or more."),
        ({"share": "half"}, "Send a number."),
        ({"share": 0}, "Send more than 0.0."),
        ({"share": 1}, "Send less than 1.0."),
        ({"some": {}}, "Send a list."),
        ({"some": []}, "Send at least one."),
        ({"some": [1] * 7}, "Send 6 or fewer."),
        ({"some": [None]}, "Send a whole number."),
        ({"pair": [1]}, "Send 2 or more."),
        ({"none": [1, 2]}, "Send one at the most."),
        ({"names": {"a": 1, "b": 2}}, "Send one at the most."),
        ({"choice": "blue"}, "'blue' is none of the choices: '', red."),
        ({"choice": 5}, "Send one of these: '', red."),
        ({"maybe": 5}, "Send one of these: green, red, null."),
        ({"set": 5}, "Send a text or null."),
        ({"inner": []}, "Send an object or null."),
        ({"inner": {"number": True}}, "Send a whole number."),
        ({"any_of": []}, "Send true or false or a whole number or a text or null."),
        ([], "Send an object."),
    ],
    ids=str,
)
def test_what_is_wrong_says_what_to_send(sent: Any, words: str) -> None:
    raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    with pytest.raises(Invalid) as wrong:
        parsing.decode(raw, Every)
    assert str(wrong.value) == words


def test_text_that_looks_like_a_control_character_is_text(program: Program) -> None:
    assert program.send("POST", "/things", {"name": "Rake", "note": "\\u0000 and\nmore\t\\\\b"}).status == 201


def test_of_two_fields_of_a_name_the_last_counts(program: Program) -> None:
    answer = program.send("POST", "/things", b'{"name": "First", "name": "Last"}')
    assert (answer.status, answer.json["name"]) == (201, "Last")


@pytest.mark.parametrize("sent", ["text/plain", "application/x-www-form-urlencoded", "application/jsonl", "nonsense"])
def test_another_kind_of_body(program: Program, sent: str) -> None:
    answer = program.send("POST", "/things", {"name": "Rake"}, content_type=sent)
    assert (answer.status, answer.kind) == (415, "unsupported-media-type")
    assert "application/json" in answer.json["detail"]


@pytest.mark.parametrize("sent", ["application/json", "Application/JSON; charset=utf-8", ""])
def test_json_however_it_is_called(program: Program, sent: str) -> None:
    assert program.send("POST", "/things", {"name": "Rake"}, content_type=sent).status == 201


def test_a_body_of_lines_comes_as_it_is(program: Program) -> None:
    assert program.send("POST", "/lines", b"a\nb\n", content_type="application/jsonl").json["text"] == "a\nb\n"
    answer = program.send("POST", "/lines", b"a" * 101, content_type="application/jsonl")
    assert (answer.status, answer.kind) == (413, "too-large")


@pytest.mark.parametrize(
    ("query", "pointer", "words"),
    [
        ({"limit": "x"}, "?limit", "Send a whole number."),
        ({"limit": "0"}, "?limit", "Send 1 or more."),
        ({"limit": "101"}, "?limit", "Send 100 or less."),
        ({"limit": "9" * 5000}, "?limit", ""),
        ({"colour": "blue"}, "?colour", "choices: '', green, red."),
        ({"color": "red"}, "?color", "no field “color” here"),
        ({"cursor": "x" * 2001}, "?cursor", "Use 2,000 characters or fewer."),
        ({"cursor": "\0"}, "?cursor", "control characters"),
    ],
)
def test_a_wrong_query_is_named(program: Program, query: dict[str, str], pointer: str, words: str) -> None:
    answer = program.send("GET", "/things", query=query)
    assert answer.status == 422
    assert words in answer.wrong[pointer]


def test_a_query_is_read_as_what_it_means(program: Program) -> None:
    assert program.send("GET", "/things", query={"limit": "5", "colour": "red"}).json["text"] == "red5"
    assert program.send("GET", "/things").json["text"] == "20"


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("ext%3A42", "ext:42"),
        ("dana%2Bbills%40example.com", "dana+bills@example.com"),
        ("a%2Fb", "a/b"),
        ("100%25", "100%"),
        ("%C3%A9", "é"),
        ("%ff", "\ufffd"),
    ],
)
def test_an_id_is_decoded_once(program: Program, path: str, id: str) -> None:
    assert program.send("GET", f"/things/{path}").json["text"] == id


@pytest.mark.parametrize("path", ["%00", "a%0D%0Ab", "%1b", "x" * 301, "%F0%9F%8F%A1" * 76, "%ED%A0%80%0A", "\ud800"])
def test_an_id_that_no_key_can_hold_is_nothing_we_have(program: Program, path: str) -> None:
    answer = program.send("GET", f"/things/{path}")
    assert (answer.status, answer.kind) == (404, "not-found")


def test_a_version_goes_back_as_it_came(program: Program) -> None:
    etag = program.send("GET", "/things/1").headers["etag"]
    for one in (etag, f"W/{etag}"):
        assert program.send("PUT", "/things/1", {"name": "Rake"}, if_match=one).json["text"] == "7"
    without = program.send("PUT", "/things/1", {"name": "Rake"})
    assert (without.status, without.kind) == (428, "if-match-required")
    for one in ("*", '"x"', '"-1"', '"' + "9" * 20 + '"', '"²"'):
        stale = program.send("PUT", "/things/1", {"name": "Rake"}, if_match=one)
        assert (stale.status, stale.kind) == (412, "stale")
