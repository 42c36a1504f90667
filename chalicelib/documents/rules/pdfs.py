"""PDFs: whole from the first byte to the last, and whether one is plain enough to be shown in place. Pure.

One that can do something is not refused for that: contracts with fields that add up have scripts, and names are
looked for in all bytes, so that a picture inside may hold one by chance. It is shared to be saved, never shown in
place. One that starts programs is refused: no document needs that. PDF: ISO 32000-1 §7.3.5 (names).
"""

from __future__ import annotations

import re

from chalicelib.documents.rules import pdf_streams
from chalicelib.documents.rules.refusing import damaged, refused

# From here to the end there must be the mark that ends a PDF, and after it nothing.
TAIL = 1024
# Different names that are spelled in an odd way: more than that is somebody who hides something.
MOST_ODD = 20_000
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_NO_NAME = rb"\x00\t\n\x0c\r ()<>\[\]{}/%"
_STARTS_PROGRAMS = frozenset((b"Launch",))
_DOES_SOMETHING = frozenset(
    b"JavaScript JS EmbeddedFile EmbeddedFiles Filespec RichMedia RichMediaContent XFA SubmitForm ImportData GoToE "
    b"GoToR Rendition Movie Sound Screen Encrypt".split()
)
# Names with a #xx in them, which may be any; none of ours is longer than this, spelled so throughout.
_ODD = re.compile(rb"/(?=[^%b]{0,48}#[0-9A-Fa-f]{2})([^%b]{1,64})" % (_NO_NAME, _NO_NAME))
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def _any_of(names: frozenset[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"/(?:%b)(?![^%b])" % (b"|".join(sorted(names)), _NO_NAME))


_PROGRAM, _DEED = _any_of(_STARTS_PROGRAMS), _any_of(_DOES_SOMETHING)


def check(content: bytes) -> bool:
    """Whether it may be shown in place. Invalid: it is none, is cut off, goes on after its end, starts programs."""
    if not _HEADER.match(content):
        raise damaged("PDF")
    end = content.rfind(b"%%EOF", max(0, len(content) - TAIL))
    if end < 0:
        raise damaged("PDF")
    if content[end + 5 :].strip(b"\x00\t\n\x0c\r "):
        raise refused(
            "two-in-one", "This PDF has something else after its end. Print it to a new PDF, and upload that."
        )
    plain = _does_nothing(content)
    unpacked = pdf_streams.objects(content)
    for one in unpacked.found:
        plain = _does_nothing(one) and plain
    return plain and unpacked.all


def _does_nothing(content: bytes) -> bool:
    """Whether no name in it stands for a deed, as far as can be told. Invalid: it starts programs."""
    odd, clear = set[bytes](), True
    for found in _ODD.finditer(content):
        odd.add(found[1])
        if len(odd) > MOST_ODD:
            clear = False
            break
    spelled = {_ESCAPED.sub(lambda one: bytes.fromhex(one[1].decode()), name) for name in odd}
    if _PROGRAM.search(content) or spelled & _STARTS_PROGRAMS:
        raise refused("harmful", "This PDF starts other programs. Print it to a new PDF, and upload that.")
    return clear and not spelled & _DOES_SOMETHING and not _DEED.search(content)
