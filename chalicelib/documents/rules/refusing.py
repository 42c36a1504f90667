"""The word for a file that can't be shared. Pure."""

from __future__ import annotations

from chalicelib.errors import Invalid

MACROS = "This file has macros or other files in it. Save it without them (.docx, .xlsx) or as a PDF, and upload that."


def refused(kind: str, text: str) -> Invalid:
    """A file that can't be shared: why, by a stable word for programs and a sentence for people."""
    return Invalid("upload", text, kind=kind)


def damaged(what: str) -> Invalid:
    return refused("damaged", f"This {what} is damaged: part of it is missing. Save it again, and upload that.")
