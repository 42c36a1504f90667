"""The calendar file that goes with an e-mail about something that has a time.

A message carries what the file says, as JSON: `uid` (of the thing, without a host), `sequence`, `status`, `summary`,
`location`, and the instants `starts_at`, `ends_at`, `created_at`, `changed_at`; `arrives` is when somebody comes,
from and until. What only sending knows comes here: the link, the words in the reader's language, who sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.aws.mail import Attachment
from chalicelib.calendar_file import CONTENT_TYPE, CalendarEvent, calendar_file
from chalicelib.errors import N_
from chalicelib.messages.writing.values import arrival, zone
from chalicelib.tenants.rules import Company
from chalicelib.web.formats import Formats
from chalicelib.web.pages import translate

NAME = "booking.ics"
_COMES = N_("We come %(arrival)s, %(zone)s.")


def attachment(
    told: Mapping[str, Any], company: Company, language: str, url: str, origin: str, now: datetime
) -> Attachment:
    """The file, made `now`. `url` leads to the thing, '' for nowhere; `origin` is where the portal is, whose host makes
    the thing's id one of the whole world's."""
    fmt = Formats(language, company.locale, company.currency, company.time_zone)
    since, until = (datetime.fromisoformat(one) for one in told["arrives"])
    comes = translate(language, _COMES, arrival=arrival(fmt, since, until), zone=zone(fmt, since))
    event = CalendarEvent(
        uid=f"{told['uid']}@{urlsplit(origin).hostname}",
        sequence=told["sequence"],
        status=told["status"],
        summary=told["summary"],
        **{name: datetime.fromisoformat(told[name]) for name in ("starts_at", "ends_at", "created_at", "changed_at")},
        description="" if told["status"] == "cancelled" else comes,
        location=told["location"],
        url=url,
        organizer=(company.name, company.email),
    )
    content = calendar_file(event, now)
    return Attachment(NAME, content, CONTENT_TYPE, {"method": event.method, "charset": "utf-8"})
