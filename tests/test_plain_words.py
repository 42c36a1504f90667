"""Texts without what nobody can see."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import plain_words

LINES = {
    "  Quarterly \t pest\ncontrol ": "Quarterly pest control",
    "\u202egnitseT\u202c": "gnitseT",
    "a\u2066b\u2069c\u200b\u200d\ufeff\u00add": "abcd",
    "a\x00b\x1bc": "a b c",
    "half\ud800": "half",
    "one\u2028two\u2029three\x85four": "one two three four",
    "\u3164\u2800\u200e": "",
    "Señora Nuñez 合同 ✓ é": "Señora Nuñez 合同 ✓ é",
}


@pytest.mark.parametrize("typed", LINES)
def test_a_line_is_what_people_see(typed: str) -> None:
    assert plain_words.one_line(typed) == LINES[typed]


def test_paragraphs_keep_their_breaks_and_tabs() -> None:
    typed = " \r\nThe gate\u202e is\topen.\r\n\r\n  Mind\u200b the\x00dog.\u2028Thanks\x0b\n"
    assert plain_words.paragraphs(typed) == "The gate is\topen.\n\n  Mind the dog.\nThanks"


@given(st.text())
def test_nothing_unseen_is_left_and_twice_is_as_once(typed: str) -> None:
    line, text = plain_words.one_line(typed), plain_words.paragraphs(typed)
    assert plain_words.one_line(line) == line and plain_words.paragraphs(text) == text
    assert all(unicodedata.category(c)[0] != "C" for c in line)
    assert all(unicodedata.category(c)[0] != "C" or c in "\n\t" for c in text)


def test_the_beginning_of_what_is_too_long_is_no_longer_than_it_may_be() -> None:
    assert plain_words.beginning("Mow the lawn", 12) == "Mow the lawn"
    assert plain_words.beginning("Mow the lawns", 12) == "Mow the law…"
    assert plain_words.beginning("Mow the lawn", 9) == "Mow the…"
