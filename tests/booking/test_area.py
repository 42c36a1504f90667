"""Postal codes as people write them, and which of them a company works in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.rules import Area, area
from chalicelib.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("80301", "80301"),
        (" 80 301 ", "80301"),
        ("80301-1234", "80301"),
        ("80301 1234", "80301"),
        ("80301 - 1234", "80301"),
        ("80301–1234", "80301"),
        ("８０３０１", "80301"),
        ("\u200f80301\u202c", "80301"),
        ("k1a 0b1", "K1A0B1"),
        ("K1A-0B1", "K1A0B1"),
        ("sw1a 1aa", "SW1A1AA"),
        ("150-0001", "1500001"),
        ("00-950", "00950"),
        ("01310-100", "01310100"),
        ("803*", "803*"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_a_code_is_compared_without_what_people_put_into_it(typed: str, tidied: str) -> None:
    assert area.tidy(typed) == tidied


@given(st.text("0189AKaz*-–. \u200b８", max_size=30))
def test_what_is_tidied_stays_so(typed: str) -> None:
    once = area.tidy(typed)
    assert area.tidy(once) == once


BOULDER = Area("refused", ("80301", "803*", "K1A*", "9021"))


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("80301", True),
        ("80301-1234", True),
        ("80399", True),
        ("80299", False),
        ("8030", True),
        ("803", True),
        ("80", False),
        ("k1a 0b1", True),
        ("90210", False),
        ("9021", True),
        ("", False),
        ("*", False),
        ("Boulder", False),
    ],
)
def test_the_area_is_codes_and_beginnings_of_them(code: str, inside: bool) -> None:
    assert area.inside(BOULDER, code) is inside
    assert area.inside(Area("flagged", BOULDER.codes), code) is inside


@pytest.mark.parametrize("code", ["80301", "", "nowhere"])
def test_nobody_looks_at_it_where_any_will_do(code: str) -> None:
    assert area.inside(Area("any", ("1",)), code)


@pytest.mark.parametrize(
    ("typed", "territory", "code"),
    [
        ("80301-1234", "US", "80301"),
        ("k1a0b1", "CA", "K1A0B1"),
        ("sw1a 1aa", "GB", "SW1A1AA"),
        ("10115", "DE", "10115"),
        ("AD500", "", "AD500"),
    ],
)
def test_a_code_of_the_country(typed: str, territory: str, code: str) -> None:
    assert area.checked(typed, territory, "postal_code") == code


@pytest.mark.parametrize(
    ("typed", "territory", "words"),
    [
        ("K1A 0B1", "US", "ZIP code"),
        ("8030", "US", "ZIP code"),
        ("803012", "US", "ZIP code"),
        ("803*", "US", "ZIP code"),
        ("٨٠٣٠١", "US", "ZIP code"),
        ("", "US", "ZIP code"),
        ("80301", "CA", "K1A 0B1"),
        ("A", "GB", "letters and numbers"),
        ("12345678901", "DE", "letters and numbers"),
        ("10115; drop", "DE", "letters and numbers"),
        ("", "", "letters and numbers"),
    ],
)
def test_a_code_that_can_be_none_there(typed: str, territory: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        area.checked(typed, territory, "who/postal_code")
    assert refused.value.field == "who/postal_code"
