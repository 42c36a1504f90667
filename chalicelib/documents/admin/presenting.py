"""Documents as the API shows them, and what was sent of one as a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.documents.actions.sharing import target
from chalicelib.documents.admin.shapes import DocumentChange, DocumentView
from chalicelib.documents.rules import EVERYONE, Document
from chalicelib.documents.rules.drafting import Draft
from chalicelib.web.api.days import day
from chalicelib.web.api.shapes import sent


def view(one: Document, customer_name: str, now: datetime) -> DocumentView:
    return DocumentView(
        target(one), one.external_id or None, None if one.customer == EVERYONE else one.customer, customer_name,
        one.name, one.filename, one.category, one.type, one.size, one.inline, one.shared_at,
        one.visible_from.isoformat(), one.visible_until.isoformat() if one.visible_until else None, one.shown(now),
    )  # fmt: skip


def edited(draft: Draft, change: DocumentChange) -> Draft:
    """The draft with what was sent in the place of what it had."""
    values = sent(change)
    for name in ("visible_from", "visible_until"):
        if values.get(name):
            values[name] = day(name, values[name])
    if "external_id" in values:
        values["external_id"] = values["external_id"] or ""
    return replace(draft, **values)
