"""Documents as the API shows them, and what was sent of one as a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from msgspec import UNSET, structs

from chalicelib.documents.actions.sharing import target
from chalicelib.documents.admin.shapes import DocumentChange, DocumentView
from chalicelib.documents.rules import EVERYONE, Document
from chalicelib.documents.rules.drafting import Draft
from chalicelib.errors import Invalid


def view(one: Document, customer_name: str, now: datetime) -> DocumentView:
    return DocumentView(
        target(one), one.external_id or None, None if one.customer == EVERYONE else one.customer, customer_name,
        one.name, one.filename, one.category, one.type, one.size, one.inline, one.shared_at,
        one.visible_from.isoformat(), one.visible_until.isoformat() if one.visible_until else None, one.shown(now),
    )  # fmt: skip


def day(field: str, text: str) -> date:
    """Invalid: there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "There is no such day. Write it as 2026-11-23.") from None


def edited(draft: Draft, sent: DocumentChange) -> Draft:
    """The draft with what was sent in the place of what it had."""
    values = {name: value for name, value in structs.asdict(sent).items() if value is not UNSET}
    for name in ("visible_from", "visible_until"):
        if values.get(name):
            values[name] = day(name, values[name])
    if "external_id" in values:
        values["external_id"] = values["external_id"] or ""
    return replace(draft, **values)
