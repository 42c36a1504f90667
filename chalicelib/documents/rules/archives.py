"""Word and Excel files are zips: their directory must tell the truth, so each part is unpacked to be counted, a piece
at a time, and what says which part is what is read (`office_parts.py`). Pure.

Zip: PKWARE's APPNOTE 6.3, §4.3. The parts: ECMA-376, Open Packaging Conventions.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.documents.rules import office_parts
from chalicelib.documents.rules.refusing import MACROS, damaged, refused

MOST_PARTS = 3000
MOST_UNPACKED = 300 * 1024 * 1024
# How many times its size a part may have unpacked; small ones may be anything.
MOST_RATIO, SMALL = 200, 4 * 1024 * 1024
BOMB = "This file would be far too big unpacked. Save it again, or as a PDF, and upload that."
_PARTS = ("[Content_Types].xml", "_rels/.rels")
# Programs, and what could be any file.
_HARMFUL = re.compile(
    r"vbaproject|vbadata|macrosheets?/|dialogsheets/|activex|/embeddings/|(^|/)afchunk|(^|/)customui"
    r"|\.(bin|exe|dll|js|vbs|ps1|hta|jar|bat|cmd|scr|lnk|zip|mht|mhtml|rtf|html?)$",
    re.IGNORECASE,
)
# Excel's settings of a printer, which nobody runs.
_HARMLESS = re.compile(r"xl/printersettings/printersettings\d*\.bin", re.IGNORECASE)
_END, _ENTRY, _LOCAL = struct.Struct("<4s4H2LH"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s5H3L2H")
# Windows leaves off a dot or a blank at a name's end, and reads a colon as the way to something else.
_NO_NAME = re.compile(r"[. ](/|$)|[\\\x00-\x1f:]")
# So much is read, and unpacked, at once.
PIECE, AT_ONCE = 16 * 1024, 1024 * 1024
_SIZES_FOLLOW = 8
_ENCRYPTED, _STORED, _DEFLATED = 1, 0, 8


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a zip, as the directory has it."""

    name: str
    flags: int
    method: int
    packed: int
    unpacked: int
    offset: int


def holds(content: bytes, part: str) -> bool:
    """Whether this is a zip of Office's parts with this one among them."""
    if content[:4] != b"PK\x03\x04":
        return False
    names = {one.name for one in _directory(content)}
    return names.issuperset((*_PARTS, part))


def check(content: bytes) -> bool:
    """Invalid: macros, a bomb, what leads to files elsewhere, a directory that does not tell the truth. Never shown in
    place."""
    parts = sorted(_directory(content), key=lambda one: one.offset)
    if sum(one.unpacked for one in parts) > MOST_UNPACKED:
        raise refused("bomb", BOMB)
    if len({one.name.lower() for one in parts}) < len(parts):
        raise damaged("file")  # two of one name: who reads it takes the one or the other
    place = 0
    for one in parts:
        _check_name(one)
        if one.flags & _ENCRYPTED:
            raise refused("locked", "This file is locked with a password. Save it without one, and upload that.")
        if one.method not in (_STORED, _DEFLATED):
            raise damaged("file")
        if one.unpacked > SMALL and one.unpacked > MOST_RATIO * one.packed:
            raise refused("bomb", BOMB)
        # Parts lie one after the other: those that share their bytes are how a small zip becomes petabytes.
        if one.offset < place:
            raise damaged("file")
        start = _start(content, one)
        place = start + one.packed
        office_parts.check(one.name, _unpacked(content, start, one))
    return False


def _check_name(one: Part) -> None:
    if one.name.startswith("/") or _NO_NAME.search(one.name) or ".." in one.name.split("/"):
        raise damaged("file")
    if _HARMFUL.search(one.name) and not _HARMLESS.fullmatch(one.name):
        raise refused("macros", MACROS)


def _unpacked(content: bytes, start: int, one: Part) -> bytes:
    """What a part holds, if somebody has to read it. Invalid: it holds more than its directory says, or less."""
    kept, count, machine = bytearray(), 0, zlib.decompressobj(-15)
    wanted = office_parts.is_read(one.name)
    if wanted and one.unpacked > office_parts.MOST_BYTES:
        raise refused("bomb", BOMB)
    if start + one.packed > len(content):
        raise damaged("file")
    if one.method == _STORED:
        if one.unpacked != one.packed:
            raise damaged("file")
        return content[start : start + one.packed] if wanted else b""
    for place in range(start, start + one.packed, PIECE):
        left, full = content[place : min(place + PIECE, start + one.packed)], True
        while (left or full) and not machine.eof:
            # One byte more than there may be: it is enough to know.
            most = min(AT_ONCE, one.unpacked + 1 - count)
            try:
                found = machine.decompress(left, most)
            except zlib.error:
                raise damaged("file") from None
            count, left, full = count + len(found), machine.unconsumed_tail, len(found) == most
            if count > one.unpacked:
                raise damaged("file")
            if wanted:
                kept += found
    if not machine.eof or machine.unused_data or count != one.unpacked:
        raise damaged("file")
    return bytes(kept)


def _directory(content: bytes) -> Iterator[Part]:
    """The directory at a zip's very end. Invalid: it is not there, or says what can't be."""
    if len(content) < _END.size or content[-_END.size :][:4] != b"PK\x05\x06":
        raise damaged("file")  # Office writes no comment after it, and nothing else
    _, disk, first, here, count, size, start, _ = _END.unpack(content[-_END.size :])
    end = len(content) - _END.size
    if disk or first or here != count or not 0 < count <= MOST_PARTS or start + size != end:
        raise damaged("file")
    for _ in range(count):
        if start + _ENTRY.size > end:
            raise damaged("file")
        (mark, _, _, flags, method, _, _, _, packed, unpacked, name, extra, comment, _, _, _, offset) = _ENTRY.unpack(
            content[start : start + _ENTRY.size]
        )
        if mark != b"PK\x01\x02":
            raise damaged("file")
        start += _ENTRY.size
        yield Part(content[start : start + name].decode("utf-8", "replace"), flags, method, packed, unpacked, offset)
        start += name + extra + comment
    if start != end:
        raise damaged("file")


def _start(content: bytes, one: Part) -> int:
    """Where a part's bytes begin. Invalid: what stands before them is not what the directory says: some programs go by
    that."""
    head = content[one.offset : one.offset + _LOCAL.size]
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise damaged("file")
    _, _, flags, method, _, _, _, packed, unpacked, name, extra = _LOCAL.unpack(head)
    start = one.offset + _LOCAL.size
    said = (content[start : start + name].decode("utf-8", "replace"), method, flags & _ENCRYPTED)
    if said != (one.name, one.method, one.flags & _ENCRYPTED):
        raise damaged("file")
    if not flags & _SIZES_FOLLOW and (packed, unpacked) != (one.packed, one.unpacked):
        raise damaged("file")
    return start + int(name) + int(extra)
