"""What people type, without what nobody can see: characters of no width, those that turn the reading direction round,
controls, halves of pairs. For texts that other people read, so that none looks like what it is not; and the beginning
of what is too long to be said whole. Pure.

They are left out, not refused: they come along unseen when something is copied, and nobody could find them to delete
them. What is typed as a password or a signature has a rule of its own.
"""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Letters and marks by their category, and nothing at all to the eye.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def one_line(text: str) -> str:
    """In one line, with single blanks."""
    return " ".join("".join(_seen(c) for c in unicodedata.normalize("NFC", text)).split())


def paragraphs(text: str) -> str:
    """With its line breaks, each as one character, and its tabs; without the blanks around it."""
    broken = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    return "".join(c if c in "\n\t" else _seen(c) for c in broken).strip()


def beginning(text: str, most: int) -> str:
    """So many characters of it at the most, of which one is the … where something is left out."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _seen(c: str) -> str:
    """The character, a blank for what parts words, or nothing."""
    kind = unicodedata.category(c)
    if c.isspace() or kind in ("Cc", "Zl", "Zp"):
        return " "
    # Joiners and direction marks; halves of pairs; what is no character, or nobody's.
    return "" if c in _EMPTY or kind in ("Cf", "Cs", "Co", "Cn") else c
