"""What a document's file is saved as: a name for people, and harmless wherever it comes to stand. Pure."""

from __future__ import annotations

import re

from chalicelib.documents.rules.document import ENDINGS, FileType
from chalicelib.plain_words import one_line

# Characters of a stem, and bytes: most systems take 255 with the ending.
LONGEST, MOST_BYTES = 80, 200
NAMELESS = "document"
# One after the other they come off the end: what people are told a file is must be what it is.
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
# What systems keep for themselves in names, and what spells something in addresses and headers.
_RESERVED = re.compile(r'[<>:"|?*%;=&#`$]')
# Windows takes these for its devices, whatever comes after a dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def filename(name: str, kind: FileType) -> str:
    """The name of a file without its path, with the one ending that is right for what it is."""
    last = next((part for part in reversed(re.split(r"[/\\]", name)) if part.strip(". \t\r\n")), "")
    stem = _RESERVED.sub("_", one_line(last))
    while found := _ENDING.search(stem.rstrip(". ")):
        stem = stem[: found.start()]
    stem = stem.strip(". ")[:LONGEST]
    stem = stem.encode()[:MOST_BYTES].decode("utf-8", "ignore").strip(". ")
    if _DEVICE.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem or NAMELESS}.{ENDINGS[kind]}"
