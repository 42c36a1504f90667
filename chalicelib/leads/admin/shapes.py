"""The shapes of the inbound leads report and of the widget's installation."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.leads.rules.lead import Reason, Source, Status
from chalicelib.web.api.shapes import Cursor, Day, Id, Limit, Shape, Time

Note = Annotated[str, Meta(min_length=1, max_length=4000)]

AnyStatus = Status | Literal[""]
AnySource = Source | Literal[""]
AnyDay = Day | Literal[""]


class LeadExport(Shape):
    """Which leads: by status, where they were written, the days they came in (both included, where the company is),
    and whether the suspected ones (`spam=true`) or all others. An export's `cursor` is in the address that `Link`
    gives."""

    cursor: Cursor = ""
    status: AnyStatus = ""
    source: AnySource = ""
    since: AnyDay = ""
    until: AnyDay = ""
    spam: bool = False


class LeadQuery(LeadExport):
    """The same, and how many."""

    limit: Limit = 20


class LeadView(Shape):
    """A message that came in, or somebody unknown who booked online (`source` is booking, and `booking` the id of what
    they booked, else null). `page` is where it was written, as example.com/contact; `customer` the customer who was
    signed in, null for anybody else. `reasons` say why it was suspected; `spam` what the company holds of it now."""

    id: Id
    received_at: Time
    name: str
    email: str
    phone: str
    message: str
    service: str
    preferred_time: str
    source: Source
    page: str
    language: str
    customer: str | None
    booking: str | None
    status: Status
    spam: bool
    reasons: list[Reason]


class LeadList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[LeadView]
    next: str | None


class By(Shape):
    """Who did it: somebody of the team, or a key."""

    kind: Literal["admin", "key", "operator"]
    id: str
    name: str


class EventView(Shape):
    """What the company did with it: `status` and `spam` tell what `old` became, `note` has a text."""

    id: str
    at: Time
    by: By
    kind: Literal["status", "spam", "note"]
    old: str
    new: str
    text: str


class LeadMail(Shape):
    """The mail to the company about it. `reason` says why it failed."""

    to: str
    state: Literal["pending", "sent", "failed"]
    reason: str


class LeadDetail(Shape):
    """A lead, what was done with it (newest first, the newest 200), and its mail to the company: null for none, as for
    suspected ones."""

    lead: LeadView
    history: list[EventView]
    mail: LeadMail | None


class StatusChange(Shape):
    """How far the company is with somebody."""

    status: Status


class SpamChange(Shape):
    """What the company holds of it."""

    spam: bool


class NewNote(Shape):
    """A note to keep with a lead."""

    text: Note


class SightingView(Shape):
    """When and where the widget was seen at work, as example.com/contact."""

    seen_at: Time
    seen_on: str


class Installation(Shape):
    """The code to paste before `</body>`: `plain`, and `with_integrity` for websites that pin their scripts.
    `sightings` are when and where it was last seen at work, the newest first: one a website, five at the most. `now` is
    the server's time, to say how long ago. Both codes are null until the portal has an address."""

    plain: str | None
    with_integrity: str | None
    sightings: list[SightingView]
    now: Time
