"""What the parts of a Word or Excel file say of each other: which are macros whatever they are called, and what is
fetched from elsewhere when the file is opened. Pure. ECMA-376 part 2, §9.1.2 (content types), §9.3 (relationships).
"""

from __future__ import annotations

import re
from xml.parsers import expat

from chalicelib.documents.rules.refusing import MACROS, damaged, refused

# Of such a part. A report of a thousand links has a quarter of this.
MOST_BYTES = 1024 * 1024
ELSEWHERE = (
    "This file takes its template, or an object in it, from elsewhere when it is opened. Save it as a PDF, and upload "
    "that."
)
_TYPES = "[content_types].xml"
_HARMFUL_TYPE = re.compile(r"vbaproject|vbadata|macroenabled|macrosheet|activex|oleobject", re.IGNORECASE)
# By the last word of a relationship's kind: parts that run, or that hold files of any kind.
_HARMFUL_KINDS = frozenset(
    "vbaproject wordvbadata oleobject package control activexcontrolbinary afchunk extensibility usercustomization "
    "xlmacrosheet xlintlmacrosheet".split()
)
# These, where they lead out of the file.
_FETCHED = frozenset("attachedtemplate oleobject frame subdocument afchunk package control".split())


def is_read(name: str) -> bool:
    """Whether a part says what others are."""
    return name.lower() == _TYPES or name.lower().endswith(".rels")


def check(name: str, content: bytes) -> None:
    """Invalid: by what this part says the file has macros or objects, or fetches some."""
    if not is_read(name):
        return
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler = _type if name.lower() == _TYPES else _relationship
    reader.StartDoctypeDeclHandler = _no_doctype
    try:
        reader.Parse(content, True)
    except expat.ExpatError:
        raise damaged("file") from None


def _type(_: str, said: dict[str, str]) -> None:
    if _HARMFUL_TYPE.search(said.get("ContentType", "")):
        raise refused("macros", MACROS)


def _relationship(_: str, said: dict[str, str]) -> None:
    kind = said.get("Type", "").rstrip("/").rpartition("/")[2].lower()
    if said.get("TargetMode", "").strip().lower() == "external" and kind in _FETCHED:
        raise refused("macros", ELSEWHERE)
    if kind in _HARMFUL_KINDS:
        raise refused("macros", MACROS)


def _no_doctype(*_: object) -> None:
    """No part has one; it is how a few letters become a flood."""
    raise damaged("file")
