"""A document as the company wants it: what it sent, tidied and checked; which days it is seen on. Pure. Invalid names
the field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.documents.rules.contents import Found
from chalicelib.documents.rules.document import Category, Document
from chalicelib.documents.rules.names import filename
from chalicelib.errors import Invalid
from chalicelib.plain_words import one_line

NAME_MOST = 120
DAYS = (date(2000, 1, 1), date(2199, 12, 31))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a company says of a document. `visible_until` None is no end."""

    name: str
    filename: str
    category: Category
    visible_from: date
    visible_until: date | None = None
    external_id: str = ""


def check(draft: Draft) -> Draft:
    """The draft, tidied."""
    name = one_line(draft.name)
    if not name:
        raise Invalid("name", "Give the document a name.")
    if len(name) > NAME_MOST:
        raise Invalid("name", f"Use {NAME_MOST} characters or fewer.")
    for field, day in (("visible_from", draft.visible_from), ("visible_until", draft.visible_until)):
        if day is not None and not DAYS[0] <= day <= DAYS[1]:
            raise Invalid(field, f"Choose a day from {DAYS[0].year} to {DAYS[1].year}.")
    if draft.visible_until is not None and draft.visible_until < draft.visible_from:
        raise Invalid("visible_until", "The last day is before the first. Choose a later one.")
    return replace(draft, name=name)


def made(
    draft: Draft, id: str, customer: str, found: Found, size: int, digest: str, time_zone: str, now: datetime
) -> Document:
    """A checked draft as a document of what its file was found to be."""
    return Document(
        id=id, customer=customer, name=draft.name, filename=filename(draft.filename or draft.name, found.type),
        category=draft.category, type=found.type, inline=found.inline, size=size, shared_at=now.isoformat(),
        digest=digest, external_id=draft.external_id, **_seen(draft, time_zone),
    )  # fmt: skip


def changed(before: Document, draft: Draft, time_zone: str) -> Document:
    """The document as a checked draft wants it; its file is what it was."""
    return replace(
        before, name=draft.name, filename=filename(draft.filename or draft.name, before.type), category=draft.category,
        external_id=draft.external_id, **_seen(draft, time_zone),
    )  # fmt: skip


def draft_of(document: Document) -> Draft:
    """The draft that a document is made of."""
    return Draft(
        document.name, document.filename, document.category, document.visible_from, document.visible_until,
        document.external_id,
    )  # fmt: skip


def told(document: Document) -> dict[str, Any]:
    """What the audit trail compares."""
    until = document.visible_until
    described = {
        "name": document.name, "filename": document.filename, "category": document.category, "type": document.type,
        "size": document.size, "visible_from": document.visible_from.isoformat(),
        "visible_until": until.isoformat() if until else "", "external_id": document.external_id,
    }  # fmt: skip
    return {name: value for name, value in described.items() if value}


def _seen(draft: Draft, time_zone: str) -> dict[str, Any]:
    """The days, and the instants at which they begin and are over where the company is."""
    until = draft.visible_until
    return {
        "visible_from": draft.visible_from,
        "visible_until": until,
        "visible_at": _begins(draft.visible_from, time_zone),
        "hidden_at": _begins(until + timedelta(days=1), time_zone) if until else "",
    }


def _begins(day: date, time_zone: str) -> str:
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC).isoformat()
