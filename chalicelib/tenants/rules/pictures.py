"""What a logo may be: known by its first bytes, whatever its name or sender says. Pure; no picture is decoded.

No SVG: it can carry scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib import jpegs
from chalicelib.errors import Invalid

PictureType = Literal["image/png", "image/jpeg", "image/webp"]
ENDINGS: Mapping[PictureType, str] = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4096
"""Of a side."""


@dataclass(frozen=True, slots=True)
class Picture:
    type: PictureType
    width: int
    height: int


def check_size(size: int, field: str) -> None:
    """Invalid for a file of no bytes or of too many."""
    if size < 1:
        raise Invalid(field, "This file is empty. Choose another.")
    if size > MOST_BYTES:
        raise Invalid(field, "A logo may be 1 MB at the most. Make it smaller, and upload it again.")


def check_logo(content: bytes, field: str) -> Picture:
    """The picture that these bytes are. Invalid: none of the kinds, or of no sane size."""
    check_size(len(content), field)
    picture = look(content)
    if picture is None:
        raise Invalid(field, "This is no PNG, JPEG or WebP picture. Upload one of these.")
    if not (1 <= picture.width <= MOST_PIXELS and 1 <= picture.height <= MOST_PIXELS):
        raise Invalid(field, f"A logo may be {MOST_PIXELS:,} pixels wide and high at the most. Make it smaller.")
    if picture.type == "image/jpeg":
        _check_steps(content, field)
    return picture


def _check_steps(content: bytes, field: str) -> None:
    """A JPEG is drawn on papers as often as it has scans."""
    try:
        jpegs.end(content)
    except jpegs.BadJpeg:
        raise Invalid(
            field, "This picture is damaged, or builds up in far too many steps. Save a copy of it, and upload that."
        ) from None


def look(content: bytes) -> Picture | None:
    """What kind of picture these bytes are, and its size as its header says; None for none of ours."""
    for kind, size_of in _READERS.items():
        size = size_of(content)
        if size:
            return Picture(kind, *size)
    return None


Size = tuple[int, int]


def _png(content: bytes) -> Size | None:
    """PNG (ISO 15948) §5.2, §11.2.2: the signature, then the header chunk."""
    if content[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or len(content) < 33:
        return None
    return _number(content[16:20]), _number(content[20:24])


def _jpeg(content: bytes) -> Size | None:
    """JPEG (ITU T.81) annex B: segment after segment up to the one that begins a frame."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], _number(content[place + 2 : place + 4])
        if marker == 0xFF:  # a fill byte
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _number(content[place + 7 : place + 9]), _number(content[place + 5 : place + 7])
        else:
            place += 2 + max(2, length)
    return None


def _webp(content: bytes) -> Size | None:
    """WebP (RFC 9649) §2.3 to §2.7: a RIFF file; lossy, lossless or extended by the name of its first chunk."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    chunk = content[12:16]
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF
    if chunk == b"VP8L" and content[20] == 0x2F:
        bits = _little(content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X":
        return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    return None


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


_READERS: Mapping[PictureType, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
}
