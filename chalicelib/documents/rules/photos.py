"""Pictures, walked from their first byte to their last: nothing may hang on behind. Pure; no pixel is decoded.

PNG: ISO 15948. JPEG: `jpegs.py`. WebP: RFC 9649. HEIC: ISO 14496-12 §4.2, the boxes of ISO 23008-12.
"""

from __future__ import annotations

import re
from typing import Literal

from chalicelib import jpegs
from chalicelib.documents.rules.refusing import damaged, refused
from chalicelib.tenants.rules import pictures

# Of a side, and in all: more would fill a phone's memory when it is shown.
MOST_PIXELS, MOST_IN_ALL = 30_000, 120_000_000
AFTER_ITS_END = (
    "This picture has something else after its end. Open it, save a copy, and upload that: it has the picture only."
)
TOO_MANY_STEPS = (
    "This picture builds up in far too many steps. Open it, save a copy, and upload that: it looks the same."
)
# In one file, and pieces of a PNG and a HEIC: far more than programs write.
MOST_PICTURES, MOST_CHUNKS, MOST_BOXES = 8, 50_000, 1000
_ZEROS = re.compile(rb"\x00*")
_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"))


def check_png(content: bytes) -> Literal[True]:
    """Chunk after chunk to the one that ends it. Pictures that are whole may be shown in place."""
    place = 8
    for _ in range(MOST_CHUNKS):
        if place + 12 > len(content):
            break
        kind = content[place + 4 : place + 8]
        place += 12 + _number(content[place : place + 4])
        if kind == b"IEND":
            return _whole(content, place)
    raise damaged("picture")


def check_jpeg(content: bytes) -> Literal[True]:
    """One picture after the other: phones put a second one, of the light, behind the first."""
    end = 0
    for _ in range(MOST_PICTURES):
        try:
            end = jpegs.end(content, end)
        except jpegs.TooManySteps:
            raise refused("bomb", TOO_MANY_STEPS) from None
        except jpegs.BadJpeg:
            raise damaged("picture") from None
        end = _ZEROS.match(content, end).end()  # type: ignore[union-attr]
        if not content.startswith(b"\xff\xd8\xff", end):
            return _whole(content, end)
    raise refused("two-in-one", AFTER_ITS_END)


def check_webp(content: bytes) -> Literal[True]:
    """RIFF says how long it is, to an even number of bytes."""
    length = int.from_bytes(content[4:8], "little")
    return _whole(content, 8 + length + length % 2)


def is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


def check_heic(content: bytes) -> Literal[False]:
    """Box after box to the end of the file. Most browsers can't show it: it is saved."""
    place = 0
    for _ in range(MOST_BOXES):
        if place + 8 > len(content):
            break
        size = _number(content[place : place + 4])
        if size < 8 or not content[place + 4 : place + 8].isalnum():
            break  # what phones write has no box of 64 bits, none that reaches to the end, and plain names
        place += size
    if place == len(content):
        return False
    raise refused("two-in-one", AFTER_ITS_END) if place < len(content) else damaged("picture")


def _whole(content: bytes, end: int) -> Literal[True]:
    """A picture that ends where its file does, of a size that can be shown."""
    if end > len(content):
        raise damaged("picture")
    if content[end:].strip(b"\x00"):
        raise refused("two-in-one", AFTER_ITS_END)
    found = pictures.look(content)
    if found is None or min(found.width, found.height) < 1:
        raise damaged("picture")
    if max(found.width, found.height) > MOST_PIXELS or found.width * found.height > MOST_IN_ALL:
        raise refused("too-big", "This picture has too many pixels to be shown. Make it smaller, and upload that.")
    return True


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
