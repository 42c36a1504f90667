"""The objects that a PDF hides in packed streams: each stream is unpacked once, and not more of all than a document
has. Pure. ISO 32000-1 §7.5.7 (streams of objects), §7.5.8 (streams of cross-references).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

# Of all packed objects together, as they are packed and as they are not. What has more is never shown in place.
MOST_PACKED, MOST_UNPACKED = 8 * 1024 * 1024, 32 * 1024 * 1024
# Streams of any kind, and those of objects.
MOST_STREAMS, MOST_OF_OBJECTS = 40_000, 8_000
# So much of a stream is unpacked at once: there may be thousands, and none must cost a copy of all that follows it.
PIECE = 16 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_END = rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
# A name's letters may each be spelled as #xx.
_SPELLED = {
    name: b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name)
    for name in (b"ObjStm", b"First", b"N", b"XRef", b"W", b"Size", b"Predictor", b"DecodeParms")
}
_KEYS = re.compile(rb"/(?:%b)%b" % (b"|".join(b"(%b)" % spelled for spelled in _SPELLED.values()), _END))
_NAMES = tuple(_SPELLED)
_PREDICTED = frozenset((b"Predictor", b"DecodeParms"))


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What lay in streams of objects, and whether that is all of it."""

    found: list[bytes]
    all: bool


def objects(content: bytes) -> Unpacked:
    """What the streams of objects hold. A stream is one by what stands anywhere between it and the one before: who
    hides it well may leave out its type, but no reader finds a way into it without its other keys."""
    marked, crossed, clear = list[tuple[int, bool]](), False, True
    unnamed = set[int]()
    before = 0
    for count, stream in enumerate(_STREAM.finditer(content)):
        if count >= MOST_STREAMS:
            clear = False
            break
        keys = _keys(content, before, stream.start())
        before = stream.end()
        crossed = crossed or b"XRef" in keys or {b"W", b"Size"} <= keys
        if b"ObjStm" in keys or {b"First", b"N"} <= keys:
            if b"ObjStm" not in keys:
                unnamed.add(stream.end())
            marked.append((stream.end(), bool(keys & _PREDICTED)))
    if not crossed:
        # Without a stream of cross-references nothing leads into streams of objects but their own type.
        marked = [one for one in marked if one[0] not in unnamed]
    return _unpack(content, marked[:MOST_OF_OBJECTS], clear and len(marked) <= MOST_OF_OBJECTS)


def _keys(content: bytes, start: int, end: int) -> set[bytes]:
    """Which of the names that say what a stream is stand here."""
    found = set[bytes]()
    for one in _KEYS.finditer(content, start, end):
        found.add(_NAMES[(one.lastindex or 1) - 1])
        if len(found) == len(_NAMES):
            break
    return found


def _unpack(content: bytes, marked: list[tuple[int, bool]], clear: bool) -> Unpacked:
    found, read, room = list[bytes](), MOST_PACKED, MOST_UNPACKED
    for start, predicted in marked:
        if predicted:
            clear = False  # rows are predicted from those before: packed in another way than we read
            continue
        unpacked, taken, whole = _one(content, start, read, room)
        found.append(unpacked)
        read, room, clear = read - taken, room - len(unpacked), clear and whole
        if read <= 0 or room <= 0:
            return Unpacked(found, False)
    return Unpacked(found, clear)


def _one(content: bytes, start: int, read: int, room: int) -> tuple[bytes, int, bool]:
    """What a stream holds, how many bytes were read for that, and whether it is all: there may be more than `read` or
    `room`, or it may be packed in another way."""
    machine, found, taken = zlib.decompressobj(), bytearray(), 0
    try:
        while not machine.eof and taken < min(read, len(content) - start) and len(found) < room:
            piece = content[start + taken : start + taken + PIECE]
            taken += len(piece)
            found += machine.decompress(piece, room - len(found))
    except zlib.error:
        return bytes(found), taken, False
    return bytes(found), taken - len(machine.unused_data), machine.eof
