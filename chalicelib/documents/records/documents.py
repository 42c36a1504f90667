"""Documents' rows: beside the customer whose they are, or in the partition of everyone. A row puts itself on the
company's list, and what the company's own software calls it leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, TenantsRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.documents.rules import Document

BY_TENANT = ("by_tenant", "list", "list_key")
PREFIX = "document#"


class DocumentRow(CustomersRow):
    """`document#<id>`."""

    name = UnicodeAttribute()
    filename = UnicodeAttribute()
    category = UnicodeAttribute()
    type = UnicodeAttribute()
    inline = BooleanAttribute()
    size = NumberAttribute()
    digest = UnicodeAttribute()
    shared_at = UnicodeAttribute()
    visible_from = UnicodeAttribute()
    visible_until = UnicodeAttribute(null=True)
    visible_at = UnicodeAttribute()
    hidden_at = UnicodeAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    version = NumberAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


class ExternalRow(TenantsRow):
    """`external#document#<id>`: the company's own id, of one document only."""

    who = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Read:
    """Some documents, newest first, and whether there are more below the last of them."""

    documents: list[Document]
    more: bool


def document_key(store: Store, customer: str, document: str) -> Key:
    return store.customer_key(customer, PREFIX + document)


def to_document(item: Item) -> Document:
    until = item.get("visible_until")
    return Document(
        id=item["item"].removeprefix(PREFIX),
        customer=item["customer"].partition("#")[2],
        name=item["name"],
        filename=item["filename"],
        category=item["category"],
        type=item["type"],
        inline=item["inline"],
        size=item["size"],
        shared_at=item["shared_at"],
        visible_from=date.fromisoformat(item["visible_from"]),
        visible_until=date.fromisoformat(until) if until else None,
        visible_at=item["visible_at"],
        hidden_at=item.get("hidden_at", ""),
        digest=item["digest"],
        version=item["version"],
        external_id=item.get("external_id", ""),
    )


def _deciding(document: Document) -> dict[str, Any]:
    """What the company says of it."""
    until = document.visible_until
    return {
        "name": document.name,
        "filename": document.filename,
        "category": document.category,
        "visible_from": document.visible_from.isoformat(),
        "visible_until": until.isoformat() if until else None,
        "visible_at": document.visible_at,
        "hidden_at": document.hidden_at or None,
        "external_id": document.external_id or None,
    }


def new_document(store: Store, document: Document) -> list[Write]:
    """The document and what it is found by; "document" fails if it is there already, "external" if another one has that
    id."""
    row = DocumentRow(
        store.customer(document.customer), PREFIX + document.id, type=document.type, inline=document.inline,
        size=document.size, digest=document.digest, shared_at=document.shared_at, version=document.version,
        list=_list(store), list_key=position(document), **_deciding(document),
    )  # fmt: skip
    return [create(row, "document"), *_names(store, None, document)]


def edit_document(store: Store, before: Document, after: Document) -> list[Write]:
    """The document as the company wants it, if it is still as it was read."""
    row, same = _row(store, before), DocumentRow.version == before.version
    edited = change(row, "document", same, version=before.version + 1, **_deciding(after))
    return [edited, *_names(store, before, after)]


def remove_document(store: Store, document: Document) -> list[Write]:
    """The document gone, if it is still as it was read."""
    gone = Write("document", "delete", _row(store, document), DocumentRow.version == document.version)
    return [gone, *_names(store, document, None)]


def _row(store: Store, document: Document) -> DocumentRow:
    return DocumentRow(store.customer(document.customer), PREFIX + document.id)


def _names(store: Store, before: Document | None, after: Document | None) -> list[Write]:
    old, new = before.external_id if before else "", after.external_id if after else ""
    if old == new:
        return []
    writes = []
    if before and old:
        row = ExternalRow(store.tenant, _external(old))
        writes.append(Write("external", "delete", row, ExternalRow.who == _who(before)))
    if after and new:
        writes.append(create(ExternalRow(store.tenant, _external(new), who=_who(after)), "external"))
    return writes


def _who(document: Document) -> str:
    return f"{document.customer}-{document.id}"


def _external(external_id: str) -> str:
    return f"external#document#{external_id}"


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(_external(external_id))


def to_owner(item: Item) -> tuple[str, str]:
    """Customer (or everyone) and document behind an external id."""
    customer, _, document = item["who"].partition("-")
    return customer, document


def document(store: Store, customer: str, document: str) -> Document | None:
    """One document, strongly consistent."""
    (item,) = store.get(document_key(store, customer, document))
    return to_document(item) if item else None


def below(store: Store, customer: str, limit: int, id: str) -> Read:
    """A customer's documents, or everyone's, shared before this one, or ('') from the newest on. One Query."""
    after = {"customer": store.customer(customer), "item": PREFIX + id} if id else None
    page = store.query("customers", store.customer(customer), prefix=PREFIX, limit=limit, after=after)
    return Read([to_document(item) for item in page.items], page.last is not None)


def position(document: Document) -> str:
    """Where it stands on the company's list: the newest first."""
    return f"{document.id}#{document.customer}"


def listed(store: Store, limit: int, position: str) -> Read:
    """All of the company's documents below a position of the list or ('') from its top. One Query. It may be a moment
    behind."""
    page = store.query("customers", _list(store), index=BY_TENANT, limit=limit, below=position or None)
    return Read([to_document(item) for item in page.items], page.last is not None)


def _list(store: Store) -> str:
    return f"{store.tenant}#documents"
