"""A customer's pages of documents: the list, one of them, and its file by a link that soon ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.documents.actions import notices, reading
from chalicelib.documents.rules import Category, Document
from chalicelib.documents.rules.document import FileType
from chalicelib.web import cursors
from chalicelib.web.access import Customer, must_show
from chalicelib.web.replies import Away, Page, Reply
from chalicelib.web.routes import Routes

routes = Routes("documents_portal")

# What people call a file of this type.
Kind = Literal["pdf", "photo", "text", "word", "sheet"]
KINDS: Mapping[FileType, Kind] = {
    "application/pdf": "pdf",
    "image/png": "photo",
    "image/jpeg": "photo",
    "image/webp": "photo",
    "image/heic": "photo",
    "text/plain": "text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "sheet",
}


@dataclass(frozen=True)
class Listing:
    cursor: str


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """A document as pages show it. `inline`: it can be looked at in place."""

    id: str
    name: str
    category: Category
    kind: Kind
    size: int
    since: datetime
    inline: bool
    new: bool


@routes.get("/{slug}/documents")
def document_list(caller: Customer, query: Listing) -> Reply:
    must_show(caller, "documents")
    key, scope = caller.services.secrets.links, f"{caller.store.tenant}#{caller.profile.id}#documents"
    after, now = cursors.read(key, scope, query.cursor), caller.services.now()
    page = reading.page(caller.store, caller.profile, now, after)
    if after is None:
        reading.note_seen(caller.store, caller.company, caller.profile, page, now)
    values = {
        "items": [item(one, one.id in page.new) for one in page.documents],
        "next_cursor": cursors.write(key, scope, page.last),
        "first_page": after is None,
    }
    return Page("documents.html", values)


@routes.get("/{slug}/documents/{id}")
def document(caller: Customer, id: str) -> Reply:
    must_show(caller, "documents")
    found = reading.one(caller.store, caller.profile.id, id, caller.services.now())
    return Page("document.html", {"document": item(found)})


@routes.get("/{slug}/documents/{id}/file")
def document_file(caller: Customer, id: str) -> Reply:
    """`?as=view` shows it in place, if it was found fit for that; anything else saves it."""
    must_show(caller, "documents")
    found = reading.one(caller.store, caller.profile.id, id, caller.services.now())
    files = caller.services.files.for_tenant(caller.store.tenant)
    return Away(reading.link(files, found, save=caller.request.query.get("as") != "view"))


def item(one: Document, new: bool = False) -> DocumentItem:
    since = datetime.fromisoformat(one.since)
    return DocumentItem(
        notices.reference(one), one.name, one.category, KINDS[one.type], one.size, since, one.inline, new
    )
