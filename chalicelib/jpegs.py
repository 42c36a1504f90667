"""Walk a JPEG from segment to segment, as decoders do, without decoding any of it. Pure.

A picture that builds up is decoded whole once for each of its scans: a few hundred KB can keep a decoder busy for
minutes. So scans are counted before anything is drawn. ITU T.81 annex B.
"""

from __future__ import annotations

import re

# Programs write ten or so.
MOST_SCANS = 30
# Of all kinds, and fill bytes: phones write a hundred or so, with what they know of depth and light.
MOST_SEGMENTS = 3000
# The next marker in coded data: not an escaped FF, nor a restart, nor a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FILL, _END, _SCAN = 0xFF, 0xD9, 0xDA
# Those that have no length, and those that there are: a decoder skips other bytes until it finds something.
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_KNOWN = frozenset((*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE))


class BadJpeg(Exception):
    """It is cut off, or its segments don't follow each other."""


class TooManySteps(BadJpeg):
    """It has more scans, or segments, than any program writes."""


def end(content: bytes, start: int = 0) -> int:
    """Where the picture ends that starts here."""
    if content[start : start + 2] != b"\xff\xd8":
        raise BadJpeg
    place, scans = start + 2, 0
    for _ in range(MOST_SEGMENTS):
        if place + 2 > len(content) or content[place] != 0xFF:
            raise BadJpeg
        marker = content[place + 1]
        if marker == _END:
            return place + 2
        if marker == _FILL:
            place += 1
        elif marker in _ALONE:
            place += 2
        elif marker not in _KNOWN:
            raise BadJpeg
        else:
            place += 2 + max(2, int.from_bytes(content[place + 2 : place + 4], "big"))
            if marker == _SCAN:
                scans += 1
                if scans > MOST_SCANS:
                    raise TooManySteps
                found = _MARKER.search(content, place)
                place = found.start() if found else len(content)
    raise TooManySteps
