"""What a file is, known by its own bytes, whatever its name or sender says: which may be shared, and which of those a
browser may show in place. Pure; nothing is decoded but what a PDF hides its objects in.

Refused is what is none of our kinds, what is also something else, and what can do harm. This is no virus scanner: the
test signature that scanners know is refused so that it can be tried that harm does not get through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.documents.rules import archives, pdfs, photos
from chalicelib.documents.rules.document import DOCX, ENDINGS, XLSX, FileType
from chalicelib.documents.rules.refusing import refused

MOST_BYTES = 20 * 1024 * 1024
# What sniffs a type looks no further than this; so far nothing may look like another one.
HEAD = 4096

NONE_OF_OURS = (
    "This is none of the files that can be shared: PDF, PNG, JPEG, WebP or HEIC pictures, Word (.docx) and Excel "
    "(.xlsx) without macros, or plain text in UTF-8. Save it as one of these, and upload that."
)
TWO_IN_ONE = "This file is also a file of another kind. Export it anew from the program it was made with."

# EICAR's test file, in two parts so that this very file harms nobody.
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
# What makes a browser that guesses take a file for a page, or a server for a program.
_PAGE = re.compile(rb"<\s*(?:script|html|svg|iframe|body|head|object|embed|foreignobject)\b|<!doctype\s+html|<\?php",
                   re.IGNORECASE)  # fmt: skip
# Any tag: text has none. What can't begin one is passed by at once.
_MARKUP = re.compile(
    rb"<(?=[!?/a-z])(?:!--|!doctype|!\[cdata|\?xml|\?php|/?(?:a|applet|b|base|body|br|button|div|embed|font|form|frame|frameset|h1|h2"
    rb"|head|html|i|iframe|img|input|link|math|meta|object|ol|p|plaintext|pre|script|span|style|svg|table|td|template"
    rb"|textarea|title|ul|video|xml|xmp)(?=[\s/>]))",
    re.IGNORECASE,
)
# Controls but tab, line feed, form feed and carriage return.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# The end of a zip's directory, and the most that may come after it: its comment.
_ZIP_END, _ZIP_ENTRY, _ZIP_TAIL = b"PK\x05\x06", b"PK\x01\x02", 22 + 0xFFFF


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is. `inline`: a browser may show it in place."""

    type: FileType
    inline: bool


def check_size(size: int) -> None:
    """Invalid for a file of no bytes or of too many."""
    if size < 1:
        raise refused("empty", "This file is empty. Choose another.")
    if size > MOST_BYTES:
        raise refused("too-big", "A file may be 20 MB at the most. Make it smaller, and upload it again.")


def look(content: bytes, declared: str) -> Found:
    """What these bytes are, if they may be shared. Invalid says why not; `declared` is the type they were sent as."""
    check_size(len(content))
    if _EICAR in content:
        raise refused("harmful", "This file is one that virus scanners stop. It was not kept.")
    kind = next((kind for kind, is_one in _KINDS.items() if is_one(content)), None)
    if kind is None:
        raise refused("unknown-type", NONE_OF_OURS)
    inline = _CHECKS[kind](content)
    _must_be_one_thing(content, kind)
    if kind != declared:
        what = ENDINGS[kind]
        raise refused("not-as-declared", f"This file was sent as {declared}, and is {what}. Send it as what it is.")
    return Found(kind, inline)


def _must_be_one_thing(content: bytes, kind: FileType) -> None:
    head = content[:HEAD]
    also_pdf = b"%PDF-" in (head[1:] if kind == "application/pdf" else head)
    also_zip = kind not in (DOCX, XLSX) and _ZIP_END in content[-_ZIP_TAIL:] and _ZIP_ENTRY in content
    if also_pdf or also_zip or _PAGE.search(head):
        raise refused("two-in-one", TWO_IN_ONE)


def _text(content: bytes) -> bool:
    if _NO_TEXT.search(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _plain(content: bytes) -> bool:
    """Text is never shown in place: browsers guess what it is."""
    if _MARKUP.search(content):
        raise refused("markup", "This text has HTML or XML in it. Share it as a PDF instead.")
    return False


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


_KINDS: Mapping[FileType, Callable[[bytes], bool]] = {
    "application/pdf": _starts(b"%PDF-"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    "image/heic": photos.is_heic,
    DOCX: lambda content: archives.holds(content, "word/document.xml"),
    XLSX: lambda content: archives.holds(content, "xl/workbook.xml"),
    "text/plain": _text,
}
# What is wrong with one of a kind is refused; whether it may be shown in place.
_CHECKS: Mapping[FileType, Callable[[bytes], bool]] = {
    "application/pdf": pdfs.check,
    "image/png": photos.check_png,
    "image/jpeg": photos.check_jpeg,
    "image/webp": photos.check_webp,
    "image/heic": photos.check_heic,
    DOCX: archives.check,
    XLSX: archives.check,
    "text/plain": _plain,
}
