"""An e-mail, put together: subject, plain text, and HTML in the company's look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.messages.writing.language import CARRIED_OFF, TextError, fill
from chalicelib.messages.writing.look import cleaned, dressed, has_something, leads_in, one_line, words
from chalicelib.messages.writing.values import carried_off, ways_in
from chalicelib.plain_words import beginning
from chalicelib.tenants.rules import Company

_SUBJECT_MAX = 200
# A line with nothing on it but tags, as one writes an {% if %} over several lines. No tag has another's beginning in
# it: without that, a text of beginnings would be read to its end from each of them.
_ONLY_TAGS = re.compile(r"^[ \t]*((?:\{%-?(?:[^%{]|%(?!\})|\{(?![%{]))*%\}[ \t]*)+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail ready to send: one line of subject, the words alone, and the same words dressed."""

    subject: str
    text: str
    html: str


def write(
    texts: Mapping[str, str], values: Mapping[str, Any], company: Company, language: str, logo_url: str = "",
    lets_in: bool = False,
) -> Mail:  # fmt: skip
    """The finished mail. `texts` are {"subject", "html", "text"}. `lets_in`: it is there to let its reader in.
    TextError: a text can't be filled in, says nothing, or lacks the way in."""
    subject = beginning(fill(texts["subject"], "subject", values), _SUBJECT_MAX)
    body = fill(texts["html"], "html", values)
    text = fill(_without_lines_of_tags(texts["text"]), "text", values)
    ways = ways_in(values)
    clean = cleaned(body, ways)
    for said, what in ((subject, "subject"), (has_something(clean), "body"), (text.strip(), "plain text")):
        if not said:
            raise TextError(f"Filled in, there is nothing in the {what}.")
    if carried_off(text, ways) or carried_off(words(clean), ways):
        raise TextError(CARRIED_OFF)
    if lets_in and ways:
        if not leads_in(clean, ways):
            raise TextError("Filled in, the body has neither the link nor the code.")
        if not any(way in text for way in ways):
            raise TextError("Filled in, the plain text has neither the link nor the code.")
    button = values.get("portal_button") or values.get("console_button")
    url = button.url if button else ""
    return Mail(subject, _finished(text, company), dressed(clean, subject, company, language, logo_url, url))


@lru_cache(maxsize=128)
def _without_lines_of_tags(source: str) -> str:
    """The text with the breaks taken away that stand after tags alone: they are for whoever reads it as Liquid."""
    return _ONLY_TAGS.sub(r"\1", source)


def _finished(text: str, company: Company) -> str:
    """Below the words stands who writes them; never two empty lines after another."""
    lines = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    signature = "\n".join(
        one_line(one) for one in (company.name, *company.address, company.phone, company.email) if one
    )
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + f"\n\n--\n{signature}\n"
