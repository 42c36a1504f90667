"""Letters: the fonts, how wide a text is, and where its lines break."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "NotoSans-Regular", "NotoSans-Bold"

for _name in (REGULAR, BOLD):
    pdfmetrics.registerFont(TTFont(_name, str(FONTS / f"{_name}.ttf")))

# Looks the same in print, and the font has it.
_INSTEAD = {0x2212: "–", 0x2011: "-", 0x09: " "}


def clean(text: str) -> str:
    """What can be set: composed letters, and none of the invisible ones. A letter that the font lacks becomes a box."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_INSTEAD)
    return "".join(c for c in composed if c == "\n" or not _invisible(c))


def _invisible(letter: str) -> bool:
    """Controls, joiners, halves of letters, and what chooses an emoji's look."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs") or "\ufe00" <= letter <= "\ufe0f"


def width(text: str, font: str, size: float) -> float:
    measured: Any = pdfmetrics.stringWidth(text, font, size)
    return float(measured)


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """The text in lines that fit. Its own line breaks stay; a word longer than a line is cut."""
    lines = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for word in re.split(r"[ \u2002-\u200a]+", paragraph.strip()):
            longer = f"{line} {word}" if line else word
            if width(longer, font, size) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _cut(word, font, size, room)
            lines += full
        lines.append(line)
    return lines


def _cut(word: str, font: str, size: float, room: float) -> list[str]:
    pieces = []
    while len(first := _beginning(word, font, size, room) or word[:1]) < len(word):
        pieces.append(first)
        word = word[len(first) :]
    return [*pieces, word]


def _beginning(text: str, font: str, size: float, room: float) -> str:
    """As much of the text as there is room for."""
    taken = 0.0
    for place, letter in enumerate(text):
        taken += width(letter, font, size)
        if taken > room:
            return text[:place]
    return text


def fitting(text: str, font: str, size: float, room: float) -> str:
    """The text on one line, its end left out where there is no room."""
    whole = " ".join(clean(text).split())
    if _beginning(whole, font, size, room) == whole:
        return whole
    return _beginning(whole, font, size, room - width("…", font, size)).rstrip() + "…"
