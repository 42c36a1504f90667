"""Find the tags and values of a text, in time that grows with its length and no faster.

The library's own scanner takes a second for a few thousand spaces, and stops at the first thing that is not closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.messages.writing import phrases
from chalicelib.messages.writing.language import PIECES_MAX

_OPENING = re.compile(r"\{[{%]")
_NAME = re.compile(r"#|\w+")
_END_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_COMMENTS = re.compile(r"\{%-?\s*(comment|endcomment)\b[^%{]*%\}")
_STRAY = re.compile(r"\}\}|%\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as they stand, a value `{{ inner }}` or a tag `{% name inner %}`; `start` and `end` are its place in the
    source, `at` is that of what is inside."""

    kind: Literal["words", "value", "tag", "comment"]
    start: int
    end: int
    inner: str
    at: int
    name: str = ""


@dataclass(slots=True)
class Scan:
    """`faults` are (position, what is wrong). `whole`: nothing was left out, so what is not closed is really not."""

    pieces: list[Piece] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    whole: bool = True


def scan(source: str) -> Scan:
    """Its pieces, in order."""
    found = Scan()
    at, trim = 0, False
    while True:
        opening = _OPENING.search(source, at)
        _words(found, source, at, opening.start() if opening else len(source), trim)
        if not opening:
            return found
        if len(found.pieces) + len(found.faults) > 2 * PIECES_MAX:
            found.faults.append((opening.start(), phrases.TOO_MANY_PIECES))
            found.whole = False
            return found
        at, trim = _piece(found, source, opening.start())


def _words(found: Scan, source: str, start: int, end: int, trim: bool) -> None:
    words = source[start:end]
    for stray in _STRAY.finditer(words):
        opener = "{{" if stray.group() == "}}" else "{%"
        found.faults.append((start + stray.start(), f"Here is {stray.group()} without {opener} before it."))
        break
    if trim:
        words = words.lstrip()
    if source.startswith("-", end + 2):
        words = words.rstrip()
    if words:
        found.pieces.append(Piece("words", start, end, words, start))


def _piece(found: Scan, source: str, start: int) -> tuple[int, bool]:
    """Read the piece that begins here. Gives where to go on, and whether the spaces there are dropped."""
    close = "}}" if source[start + 1] == "{" else "%}"
    end = source.find(close, start + 2)
    again = _OPENING.search(source, start + 2)
    if end < 0 or (again and again.start() < end):
        found.faults.append((start, f"This {source[start : start + 2]} is not closed: write {close} where it ends."))
        found.whole = False
        return (again.start() if again else len(source)), False
    inner, at = source[start + 2 : end], start + 2
    end += 2
    if inner.startswith("-"):
        inner, at = inner[1:], at + 1
    trim = inner.endswith("-")
    inner = inner[:-1] if trim else inner
    inner, at = inner.rstrip(), at + len(inner) - len(inner.lstrip())
    inner = inner.lstrip()
    if close == "}}":
        found.pieces.append(Piece("value", start, end, inner, at))
        return end, trim
    match = _NAME.match(inner)
    if not match:
        found.faults.append((start, "This tag has no name: write {% if … %}, for instance."))
        found.whole = False
        return end, trim
    name, rest = match.group(), inner[match.end() :]
    if name == "raw":
        return _raw(found, source, start, end)
    if name == "comment":
        return _comment(found, source, start, end)
    found.pieces.append(Piece("tag", start, end, rest.lstrip(), at + len(inner) - len(rest.lstrip()), name))
    return end, trim


def _raw(found: Scan, source: str, start: int, end: int) -> tuple[int, bool]:
    closing = _END_RAW.search(source, end)
    if not closing:
        return _open_end(found, source, start, "raw")
    found.pieces.append(Piece("words", end, closing.start(), source[end : closing.start()], end))
    return closing.end(), source[closing.end() - 3] == "-"


def _comment(found: Scan, source: str, start: int, end: int) -> tuple[int, bool]:
    depth = 1
    for tag in _COMMENTS.finditer(source, end):
        depth += 1 if tag.group(1) == "comment" else -1
        if not depth:
            found.pieces.append(Piece("comment", start, tag.end(), "", end))
            return tag.end(), source[tag.end() - 3] == "-"
    return _open_end(found, source, start, "comment")


def _open_end(found: Scan, source: str, start: int, name: str) -> tuple[int, bool]:
    found.faults.append((start, phrases.not_closed(name)))
    found.whole = False
    # All the rest is inside.
    return len(source), False
