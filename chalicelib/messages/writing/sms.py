"""An SMS, and its segments: one of 160 characters, or of 153 each; of 70 or 67 if one is not in GSM 03.38."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.messages.writing.language import CARRIED_OFF, TextError, fill
from chalicelib.messages.writing.values import carried_off, ways_in

# GSM 03.38: what takes one septet, and what takes two (an escape and itself).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
# Typographic signs, and what is meant by them: one of them would halve the room of the whole message.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
        "…": "...",
        "•": "-",
        "·": "-",
        "×": "x",
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS is counted: in `length` characters as its alphabet counts them, of which a segment has `room` for so
    many, `count` segments."""

    alphabet: Literal["GSM-7", "Unicode"]
    length: int
    count: int
    room: int


def write(texts: Mapping[str, str], values: Mapping[str, Any], lets_in: bool = False) -> str:
    """The finished SMS, of one line or more. `lets_in`: it is there to let its reader in. TextError: the text can't be
    filled in, or lacks the way in.

    Typographic signs become plain ones (’ is ', – is -, … is ...), in the text and in its values: they are not in the
    alphabet of SMS, and a message with one of them has 70 characters in place of 160. Letters stay as they are.
    """
    text = fill(texts["sms"], "sms", values).translate(_PLAIN)
    ways = ways_in(values)
    if carried_off(text, ways):
        raise TextError(CARRIED_OFF)
    if lets_in and ways and not any(way in text for way in ways):
        raise TextError("Filled in, the SMS has neither the link nor the code.")
    return "\n".join(line.strip() for line in text.strip().splitlines())


def segments(text: str) -> Segments:
    """How many it is sent as."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        # A sign of two septets is not divided: the segment ends before it, one short.
        return _count("GSM-7", (2 if char in _EXTENDED else 1 for char in text), 160, 153)
    return _count("Unicode", (2 if ord(char) > 0xFFFF else 1 for char in text), 70, 67)


def _count(alphabet: Literal["GSM-7", "Unicode"], sizes: Iterator[int], alone: int, each: int) -> Segments:
    length, count, used = 0, 1, 0
    for size in sizes:
        length += size
        if used + size > each:
            count, used = count + 1, 0
        used += size
    return Segments(alphabet, length, 1, alone) if length <= alone else Segments(alphabet, length, count, each)
