"""What is around the endpoints that pages of other websites ask, by itself."""

from __future__ import annotations

import json

import pytest

from chalicelib import errors
from chalicelib.web import embedded
from chalicelib.web.replies import Plain
from chalicelib.web.requests import Request


def a_request(body: bytes = b"{}", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/widget/v1/evergreen", {"language": "es"}, named, body, "203.0.113.7", {"a": "b"})


def test_a_request_counts_without_its_cookies_and_in_the_pages_own_language() -> None:
    bare = embedded.bare(a_request(cookie="a=b", accept_language="fr", origin="https://x.example"))
    assert bare.cookies == {} and bare.headers == {"accept-language": "es", "origin": "https://x.example"}


def test_texts_come_through_and_null_is_an_empty_one() -> None:
    assert embedded.sent(a_request(b'{"a": "x", "b": null, "c": "\\u0000\\ud800"}')) == {
        "a": "x", "b": "", "c": "\x00\ud800",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body", [b"", b"\xff{}", b"{}{}", b"[1]", b'{"a":"1","a":"1"}', b'{"a": NaN, "a": 1}', b"[" * 60_000]
)
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        embedded.sent(a_request(body))


def test_how_large_a_body_may_be_is_looked_at_before_it_is_read() -> None:
    fits = b'{"a":"' + b"x" * (embedded.MOST_BYTES - 8) + b'"}'
    assert len(embedded.sent(a_request(fits))["a"]) == embedded.MOST_BYTES - 8
    with pytest.raises(errors.TooLarge):
        embedded.sent(a_request(b"[" * (embedded.MOST_BYTES + 1)))


@pytest.mark.parametrize("value", [b"1", b"true", b"[]", b"{}", b"NaN", b"-Infinity", b"1e999"])
def test_what_is_no_text_is_named(value: bytes) -> None:
    with pytest.raises(errors.Invalid) as wrong:
        embedded.sent(a_request(b'{"a": "x", "b": %s}' % value))
    assert wrong.value.field == "b"


def test_a_value_is_told_as_it_is_and_nothing_as_no_content() -> None:
    assert embedded.told({"label": "Contáctenos"}, 201).body == '{"label":"Contáctenos"}'
    assert embedded.told({}, 201).status == 201
    nothing = embedded.told(None, 201)
    assert (nothing.body, nothing.status) == ("", 204)


@pytest.mark.parametrize("given", ["{}", "W/{}", '"x", {}', '"x",W/{}', "*", " * "])
def test_what_somebody_has_is_not_told_again(given: str) -> None:
    reply = Plain("words", "text/plain", headers={"Cache-Control": "public"})
    etag = embedded.unless_had(a_request(), reply).headers["ETag"]
    again = embedded.unless_had(a_request(if_none_match=given.format(etag)), reply)
    assert (again.body, again.status) == ("", 304)
    assert dict(again.headers) == {"Cache-Control": "public", "ETag": etag}
    other = embedded.unless_had(a_request(if_none_match=etag), Plain("other words"))
    assert (other.body, other.status) == ("other words", 200)


def test_a_problem_of_ours_says_no_more_than_that() -> None:
    made = embedded.unexpected(a_request())
    assert made.status_code == 500 and made.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(made.body)["type"] == "urn:porchlight:problem:unexpected"
