"""Inbound leads: who wrote to the company by its website or portal, and how far it is with them."""

from __future__ import annotations

import msgspec

from chalicelib.errors import Invalid
from chalicelib.leads.actions import report, working
from chalicelib.leads.admin.shapes import (
    By,
    EventView,
    LeadDetail,
    LeadExport,
    LeadList,
    LeadMail,
    LeadQuery,
    LeadView,
    NewNote,
    SpamChange,
    StatusChange,
)
from chalicelib.leads.rules.lead import Event, Lead
from chalicelib.leads.rules.report import Wanted, period
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day_if_any
from chalicelib.web.api.replies import Text
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Leads")


@routes.get("/leads", "leads:read")
def list_leads(caller: Admin, query: LeadQuery) -> LeadList:
    """List inbound leads, newest first. What was just changed may take a moment to be listed.

    With `source`, or `status` and `spam`, a page looks through 500 leads at the most and may be short: go on while
    there is a `next`.
    """
    scope, wanted = parts.scope(caller, "leads", _asked(query)), _wanted(caller, query)
    page = report.page(caller.store, wanted, query.limit, parts.below(caller, scope, query.cursor))
    return LeadList([present(one) for one in page.items], parts.cursor(caller, scope, page.last))


@routes.get("/leads/export", "leads:read", content_type=parts.CSV, headers=parts.HEADERS)
def export_leads(caller: Admin, query: LeadExport) -> Text:
    """Export inbound leads as CSV (RFC 4180), newest first, up to 2,000 at once: where there is more, `Link` names the
    next part. Only the first part has the header row, so that all parts put together are one file.

    It is UTF-8 with a byte order mark, which Excel needs. Times are where the company is, with their offset. An
    apostrophe stands before what a spreadsheet would take for a formula: a = + - @ at the beginning of a cell, and of
    what follows a semicolon, a tab or a line break in one. Phone numbers such as '+1 303 555 0142 are among them.
    """
    scope, wanted = parts.scope(caller, "export", _asked(query)), _wanted(caller, query)
    sheet = report.sheet(
        caller.store, wanted, caller.company.time_zone, parts.below(caller, scope, query.cursor)
    )  # fmt: skip
    return parts.export(caller, sheet, "leads", "/leads/export", scope, _asked(query))


@routes.get("/leads/{id}", "leads:read")
def read_lead(caller: Admin, id: str) -> LeadDetail:
    """Read a lead, what was done with it, and whether the mail about it has gone out."""
    return _look(caller, id)


@routes.put("/leads/{id}/status", "leads:write", example={"status": "contacted"})
def set_lead_status(caller: Admin, id: str, body: StatusChange) -> LeadDetail:
    """Set how far you are with somebody: `new`, `contacted`, `won` or `lost`, in any order. The same again changes
    nothing."""
    working.set_status(caller.services, caller.store, id, body.status, caller.actor, caller.note)
    return _look(caller, id)


@routes.put("/leads/{id}/spam", "leads:write", example={"spam": False})
def set_lead_spam(caller: Admin, id: str, body: SpamChange) -> LeadDetail:
    """Set whether a lead is spam. Its status stays, and nothing is mailed. The same again changes nothing."""
    working.set_spam(caller.services, caller.store, id, body.spam, caller.actor, caller.note)
    return _look(caller, id)


@routes.post("/leads/{id}/notes", "leads:write", example={"text": "Called back. Wants a quote for the back yard."})
def create_lead_note(caller: Admin, id: str, body: NewNote) -> LeadDetail:
    """Create a note in a lead's history. Notes are for the company only, and are never changed."""
    working.add_note(caller.services, caller.store, id, body.text, caller.new_id(), caller.actor, caller.note)
    return _look(caller, id)


def present(lead: Lead) -> LeadView:
    wrote = lead.wrote
    return LeadView(
        lead.id, lead.received_at, wrote.name, wrote.email, wrote.phone, wrote.message, wrote.service,
        wrote.preferred_time, lead.source, wrote.page, lead.language, lead.customer or None, lead.booking or None,
        lead.status, lead.spam, list(lead.reasons),
    )  # fmt: skip


def _look(caller: Admin, id: str) -> LeadDetail:
    found = report.whole(caller.store, id)
    mail = msgspec.convert(found.mail, LeadMail, from_attributes=True) if found.mail else None
    return LeadDetail(present(found.lead), [_event(one) for one in found.history], mail)


def _event(event: Event) -> EventView:
    by = By(event.by.kind, event.by.id, event.by.name)
    return EventView(event.id, event.at, by, event.kind, event.old, event.new, event.text)


def _wanted(caller: Admin, query: LeadExport) -> Wanted:
    try:
        since, until = day_if_any("since", query.since), day_if_any("until", query.until)
        days = period(since, until, caller.company.time_zone)
    except Invalid as wrong:
        raise Invalid("?" + wrong.field, wrong.text) from None
    return Wanted(query.status, query.source, query.spam, *days)


def _asked(query: LeadExport) -> dict[str, str]:
    spam = "true" if query.spam else ""
    return {
        "status": query.status, "source": query.source, "since": query.since, "until": query.until, "spam": spam,
    }  # fmt: skip
