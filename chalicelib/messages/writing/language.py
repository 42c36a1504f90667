"""Liquid, within bounds: what a company's text may say is checked when it is saved, and filled in when it is sent.

Nothing is read from files or the network, and time, memory and output of one text are bounded: what could grow without
end (ranges, `append`, `split`, `capture`, `include`) is not part of it, and going through lists is on a budget.
`scanning.py` finds tags and values, `examining.py` says what is wrong with them, `engine.py` is python-liquid with the
few tags and filters of here, `markup.py` the HTML. The library is imported at first use, since that takes long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.messages.rules.template import HTML_MAX, SMS_MAX, SUBJECT_MAX, TEXT_MAX

if TYPE_CHECKING:
    from liquid import BoundTemplate

# Where a text stands: `subject` is one line, `text` and `sms` are plain text, `html` is HTML.
Place = Literal["subject", "html", "text", "sms"]

TAGS = ("if", "unless", "case", "for", "assign", "comment", "raw")
# What only stands inside those.
INNER_TAGS = ("elsif", "else", "when", "break", "continue")
# The filters, and what they are for.
FILTERS: Mapping[str, str] = {
    "label": "the words on a button",
    "default": "what to say where there is nothing",
    "upcase": "all in capitals",
    "downcase": "all in small letters",
    "capitalize": "the first letter a capital, the others small",
    "strip": "without spaces around it",
    "truncate": "at most so many characters",
    "size": "how many are in a list, or how many characters a text has",
    "first": "the first of a list",
    "last": "the last of a list",
}

# How long a text may be as it is written, in characters.
SOURCE_MAX: Mapping[Place, int] = {"subject": SUBJECT_MAX, "html": HTML_MAX, "text": TEXT_MAX, "sms": SMS_MAX}
# How long it may become. An SMS of more than 1,600 characters is not taken by any network.
OUTPUT_MAX: Mapping[Place, int] = {"subject": 1_000, "html": 200_000, "text": 100_000, "sms": 1_600}
# Tags and values in one text, characters of one, names assigned, ands and ors in one condition, blocks in blocks.
PIECES_MAX, EXPRESSION_MAX, NAMES_MAX, TERMS_MAX, NESTING_MAX = 500, 500, 50, 20, 10
# The budget of going through lists, in characters: every round costs as many as stand between {% for %} and
# {% endfor %}. An invoice of 200 lines with 500 characters each takes a third of it, all of it less than half a second.
STEPS_MAX = 300_000
PROBLEMS_MAX = 20
CARRIED_OFF = "The link or the code stands within another address. Put a space before it."


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a text, and where: lines and columns count from 1."""

    line: int
    column: int
    text: str


class TextError(Exception):
    """A text that can't be filled in: it is not Liquid, or takes too long, too much memory or too much room."""


class Lines(str):
    """A value whose line breaks are kept, of the type "lines": in HTML they become <br>, in plain text its lines begin
    with "> ". All other values are made one line, so that none can begin a line that looks like ours."""

    __slots__ = ()


def check(source: str, place: Place, allowed: Mapping[str, Any]) -> list[Problem]:
    """What speaks against this text, in order; none if it may be saved. `allowed` are the variables of its template,
    as `values.tree()` gives them."""
    from chalicelib.messages.writing.examining import examine

    return examine(source, place, allowed).problems


def shown(source: str, place: Place) -> frozenset[str]:
    """The variables whose values it shows or assigns, "invoice.total"; those it only asks about are not among them."""
    from chalicelib.messages.writing.examining import examine

    return frozenset(examine(source, place, None).shown)


def fill(source: str, place: Place, values: Mapping[str, Any]) -> str:
    """The text with its variables filled in, each escaped for its place. TextError says why not.

    A variable that there is not says nothing: that it should be there was checked when the text was saved.
    """
    try:
        text = _parsed(source, place).render(values)
    except TextError:
        raise
    except Exception as error:
        from chalicelib.messages.writing.engine import why

        raise TextError(why(error, place)) from error
    if place == "subject":
        text = " ".join(text.split())
    if len(text) > OUTPUT_MAX[place]:
        raise TextError(too_much(place))
    return text


def fits(kind: str, place: Place) -> bool:
    """Whether a variable of this type may be named in such a text."""
    return {"button": place == "html", "stars": place == "html", "link": place != "subject"}.get(kind, True)


def too_much(place: Place) -> str:
    """What is said of a text that becomes too long."""
    return f"Filled in, the text has more than {OUTPUT_MAX[place]:,} characters. Shorten it."


# Parsed texts: those of the system templates stay, those of companies come and go.
@lru_cache(maxsize=128)
def _parsed(source: str, place: Place) -> BoundTemplate:
    from chalicelib.messages.writing.engine import environment
    from chalicelib.messages.writing.examining import examine

    # What the library is given is well-formed, short and flat, so that it can't be led astray.
    for problem in examine(source, place, None).problems:
        raise TextError(f"Line {problem.line}, column {problem.column}: {problem.text}")
    return environment(place).from_string(source)
