"""Which leads of the report somebody wants to see, and where their days begin. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.errors import Invalid
from chalicelib.leads.rules.lead import STATUSES, Folder, Lead, Source, Status


@dataclass(frozen=True, slots=True)
class Wanted:
    """The suspected ones if `spam`, else all others; of one status, from one source, '' for any. They came in from
    `since` on and before `before`, times as a lead's `received_at`, '' for no bound."""

    status: Status | Literal[""] = ""
    source: Source | Literal[""] = ""
    spam: bool = False
    since: str = ""
    before: str = ""

    @property
    def folders(self) -> tuple[Folder, ...]:
        """The lists they are all on."""
        if self.spam:
            return ("spam",)
        return (self.status,) if self.status else STATUSES

    @property
    def narrowed(self) -> bool:
        """Whether there are others on those lists."""
        return bool(self.source or (self.spam and self.status))

    def takes(self, lead: Lead) -> bool:
        """Whether a lead of those lists is one of them."""
        return self.status in ("", lead.status) and self.source in ("", lead.source)


def period(since: date | None, until: date | None, zone: str) -> tuple[str, str]:
    """The bounds of these days, both included, where the company is; None for no bound."""
    if since and until and until < since:
        raise Invalid("until", "These days end before they begin. Send an until that is since, or later.")
    return _begins(since, zone) if since else "", _ends(until, zone) if until else ""


def _begins(day: date, zone: str) -> str:
    """The first moment of a day, also of one that begins at one o'clock since the clocks went forward at midnight."""
    try:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:  # the first day there is, east of Greenwich
        return ""


def _ends(day: date, zone: str) -> str:
    return _begins(day + timedelta(days=1), zone) if day < date.max else ""
