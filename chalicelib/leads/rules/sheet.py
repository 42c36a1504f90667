"""The report as a sheet: CSV (RFC 4180) that a spreadsheet opens as it is meant, and in which nobody's words are a
formula. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.leads.rules.lead import Lead

COLUMNS = (
    "id", "received_at", "status", "spam", "reasons", "source", "page", "name", "email", "phone", "service",
    "preferred_time", "message", "language", "customer",
)  # fmt: skip
# Without it Excel takes UTF-8 for something else.
MARK = "\ufeff"
# A cell that begins so is a formula to a spreadsheet, in its wide form too, after spaces too: +1-303-555-0142 would be
# a sum. To one that separates by semicolons or tabs a cell begins after each of them, whatever our quotes are around,
# and a row with each line.
_RISKY = re.compile(
    r"""^(?=[\t\r\n]) | (?:^|(?<=[;\t\r\n])) (?=[\ "\u00a0\u200b\u3000\ufeff]* [=+\-@＝＋－＠])""", re.VERBOSE
)


def header() -> str:
    return MARK + _line(COLUMNS)


def row(lead: Lead, zone: str) -> str:
    """A lead as a row; its time where the company is, with the offset it had then."""
    wrote, at = lead.wrote, datetime.fromisoformat(lead.received_at).astimezone(ZoneInfo(zone))
    cells = (
        lead.id, at.isoformat(timespec="seconds"), lead.status, "true" if lead.spam else "false",
        " ".join(lead.reasons), lead.source, wrote.page, wrote.name, wrote.email, wrote.phone, wrote.service,
        wrote.preferred_time, wrote.message, lead.language, lead.customer,
    )  # fmt: skip
    return _line(map(harmless, cells))


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet would take for a formula. Nothing of it is lost."""
    return _RISKY.sub("'", text)


def _line(cells: Iterable[str]) -> str:
    made = io.StringIO(newline="")
    csv.writer(made).writerow(cells)
    return made.getvalue()
