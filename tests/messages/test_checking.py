"""A template is checked as a whole: each of its texts, and that it still does what it is for."""

from __future__ import annotations

import pytest

from chalicelib.messages import standard
from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import LANGUAGES
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing import checking

GOOD = {"subject": "Hello", "html": "<p>{{ portal_button }}</p>", "text": "{{ portal_link }}"}


def said(template: str, channel: Channel, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(part, problem.text) for part, problem in checking.problems(standard.template(template), channel, texts)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", standard.names())
def test_what_comes_with_porchlight_is_right(name: str, language: str) -> None:
    template = standard.template(name)
    for channel in ("email", "sms"):
        assert checking.problems(template, channel, standard_texts(template, language, channel)) == []


def test_a_text_that_was_changed_well_may_be_saved() -> None:
    assert said("portal_invite", "email", GOOD) == []
    assert said("portal_invite", "sms", {"sms": "{{ company.name }}: {{ portal_link }}"}) == []


def test_problems_are_told_by_their_part() -> None:
    texts = {"subject": "{{ a }}", "html": "{{ b }} {{ portal_link }}", "text": "{% if %}"}
    assert [part for part, _ in said("portal_invite", "email", texts)] == ["subject", "html", "text", "text"]
    assert said("portal_invite", "sms", {"sms": "{{ portal_button }}"}) == [
        ("sms", "portal_button is for the e-mail's body. In an SMS write portal_link.")
    ]


def test_no_part_may_be_empty() -> None:
    assert said("receipt", "email", {"subject": " \n", "html": "", "text": "Thanks."}) == [
        ("subject", "The subject is empty. Write one."),
        ("html", "The e-mail's body is empty. Write one."),
    ]
    assert said("receipt", "sms", {}) == [("sms", "The SMS is empty. Write one, or turn it off.")]


def test_a_message_that_lets_somebody_in_has_the_way_in() -> None:
    assert said("portal_invite", "email", GOOD | {"html": "<p>Hello</p>"}) == [
        (
            "html",
            "Nobody could do anything with this message: write {{ portal_button }} or {{ portal_link }} into it.",
        )
    ]
    assert [part for part, _ in said("invoice_ready", "email", GOOD | {"text": "Hello"})] == ["text"]
    assert [part for part, _ in said("password_reset", "sms", {"sms": "Hello"})] == ["sms"]
    # To ask for it is not to show it.
    assert said("portal_invite", "sms", {"sms": "{% if portal_link %}Hello{% endif %}"})


def test_a_code_is_a_way_in_too() -> None:
    assert said("sign_in", "sms", {"sms": "{{ sign_in.code }}"}) == []
    assert said("sign_in", "email", GOOD) == []
    assert said("sign_in", "sms", {"sms": "Hello"}) == [
        ("sms", "Nobody could do anything with this message: write {{ sign_in.code }} or {{ portal_link }} into it.")
    ]


def test_a_message_that_only_tells_needs_no_link() -> None:
    assert said("receipt", "email", {"subject": "Thanks", "html": "<p>Thanks</p>", "text": "Thanks"}) == []
