"""Sample pages of documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.documents.portal import DocumentItem, Kind
from chalicelib.documents.rules import Category
from sandbox.stylebook.things import Sample, context


def a_document(
    number: int, name: str, category: Category, kind: Kind, size: int, day: int, *, new: bool = False
) -> DocumentItem:
    since = datetime(2026, 11, day, 17, 30, tzinfo=UTC)
    return DocumentItem(f"01JE{number:022d}", name, category, kind, size, since, kind in ("pdf", "photo"), new)


DOCUMENTS = (
    a_document(9, "Service agreement 2027", "contract", "pdf", 345_600, 21, new=True),
    a_document(8, "Wasp nest under the roof, before we took it down", "photo", "photo", 2_411_724, 20, new=True),
    a_document(7, "Termidor SC", "label", "pdf", 1_258_291, 12),
    a_document(6, "Termidor SC", "safety_sheet", "pdf", 812_000, 12),
    a_document(5, "What we treat, month by month", "report", "sheet", 48_200, 9),
    a_document(4, "How to get your home ready", "other", "text", 900, 3),
    a_document(3, "Terms of the yearly plan", "contract", "word", 91_000, 2),
)


def samples(language: str) -> dict[str, Sample]:
    def listing(items: Any, cursor: str | None = None, first: bool = True) -> Sample:
        values = {"items": items, "next_cursor": cursor, "first_page": first}
        return "documents.html", context(language, "/documents"), values

    def page(one: DocumentItem) -> Sample:
        return "document.html", context(language, f"/documents/{one.id}"), {"document": one}

    return {
        "documents": listing(DOCUMENTS, cursor="bmV4dA=="),
        "documents-none": listing(()),
        "documents-end": listing((), first=False),
        "documents-hidden": listing((), cursor="bmV4dA=="),
        "document": page(DOCUMENTS[0]),
        "document-to-save": page(DOCUMENTS[6]),
    }
