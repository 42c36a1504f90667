"""A document: a file that a company shares with one customer, or with all of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

Category = Literal["contract", "label", "safety_sheet", "photo", "report", "other"]
CATEGORIES: tuple[Category, ...] = get_args(Category)

# What may be shared, and the ending that each is saved with.
FileType = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/heic",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]
TYPES: tuple[FileType, ...] = get_args(FileType)
DOCX, XLSX = TYPES[6], TYPES[7]
ENDINGS: Mapping[FileType, str] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "heic",
    "text/plain": "txt",
    DOCX: "docx",
    XLSX: "xlsx",
}

# In the place of a customer, for what is shared with all. No customer is called so: their ids are ULIDs.
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Document:
    """What a document's row says. `customer` is whose it is, or EVERYONE. `name` is what people call it, `filename`
    what their browser saves it as; `type` is the media type that its own bytes were found to be, never what somebody
    said; `inline`: whether a browser may show it in place. `size` is in bytes, `digest` what they come to: the file
    lies under it, so that it can be no other than the one that was looked at.

    `visible_from` and `visible_until` are days where the company is, both included, None for no end; `visible_at` and
    `hidden_at` the same as UTC, ISO 8601 ('' for never), made when it is written. `shared_at` is when it was shared.
    """

    id: str
    customer: str
    name: str
    filename: str
    category: Category
    type: FileType
    inline: bool
    size: int
    shared_at: str
    visible_from: date
    visible_until: date | None
    visible_at: str
    hidden_at: str
    digest: str
    version: int = 0
    external_id: str = ""

    def shown(self, now: datetime) -> bool:
        """Whether customers see it now."""
        at = now.isoformat()
        return self.visible_at <= at and (not self.hidden_at or at < self.hidden_at)

    @property
    def since(self) -> str:
        """When customers first could see it: it was shared by then, and its first day had begun."""
        return max(self.visible_at, self.shared_at)
