"""The report as a sheet. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib import sheets
from chalicelib.leads.rules.lead import Lead

COLUMNS = (
    "id", "received_at", "status", "spam", "reasons", "source", "page", "name", "email", "phone", "service",
    "preferred_time", "message", "language", "customer", "booking",
)  # fmt: skip


def row(lead: Lead, zone: str) -> str:
    """A lead as a row; its time where the company is, with the offset it had then."""
    wrote, at = lead.wrote, datetime.fromisoformat(lead.received_at).astimezone(ZoneInfo(zone))
    cells = (
        lead.id, at.isoformat(timespec="seconds"), lead.status, "true" if lead.spam else "false",
        " ".join(lead.reasons), lead.source, wrote.page, wrote.name, wrote.email, wrote.phone, wrote.service,
        wrote.preferred_time, wrote.message, lead.language, lead.customer, lead.booking,
    )  # fmt: skip
    return sheets.line(cells)
