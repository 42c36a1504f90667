"""A report as a sheet: CSV (RFC 4180) that a spreadsheet opens as it is meant, and in which nobody's words are a
formula. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.lists import P

# Without it Excel takes UTF-8 for something else.
MARK = "\ufeff"
# A cell that begins so is a formula to a spreadsheet, in its wide form too, after spaces too: +1-303-555-0142 would be
# a sum. To one that separates by semicolons or tabs a cell begins after each of them, whatever our quotes are around,
# and a row with each line.
_RISKY = re.compile(
    r"""^(?=[\t\r\n]) | (?:^|(?<=[;\t\r\n])) (?=[\ "\u00a0\u200b\u3000\ufeff]* [=+\-@＝＋－＠])""", re.VERBOSE
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """CSV, with its header if it is the first part, and the position below which the next one begins; '' at the end."""

    text: str
    last: str


def header(columns: Iterable[str]) -> str:
    return MARK + line(columns)


def line(cells: Iterable[str]) -> str:
    """A row."""
    made = io.StringIO(newline="")
    csv.writer(made).writerow(map(harmless, cells))
    return made.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet would take for a formula. Nothing of it is lost."""
    return _RISKY.sub("'", text)


def fill(head: str, found: Iterable[P], row: Callable[[P], str | None], most: int, most_bytes: int) -> Sheet:
    """As many of these as fit one answer, under `head` ('' for a part that has none): so many are looked through, and
    so many bytes written as JSON writes them. `row` is None for what is not wanted."""
    rows = [head] if head else []
    size, last = 0, ""
    for looked, one in enumerate(found):
        if looked == most or size >= most_bytes:
            return Sheet("".join(rows), last)
        if (made := row(one)) is not None:
            rows.append(made)
            size += len(json.dumps(made))
        last = one.position
    return Sheet("".join(rows), "")
