"""A lead's rows: the message itself, and what the company did with it, in a partition of its own.

It lies in the customers table, though nobody is a customer yet: there it can be on the company's lists (`by_tenant`)
and has its mails beside it. See docs/decisions/0011-leads-and-widget.md.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.leads.rules.lead import Event, Folder, Lead, Submission
from chalicelib.tenants.rules.access import Actor

BY_TENANT = ("by_tenant", "list", "list_key")
LEAD = "lead"
EVENT = "event#"
# The newest of what happened that a lead's page shows.
MOST_EVENTS = 200


class LeadRow(CustomersRow):
    received_at = UnicodeAttribute()
    wrote = UnicodeAttribute()
    source = UnicodeAttribute()
    language = UnicodeAttribute()
    person = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    spam = BooleanAttribute()
    reasons = UnicodeAttribute(null=True)
    version = NumberAttribute()
    list = UnicodeAttribute()
    list_key = UnicodeAttribute()


class EventRow(CustomersRow):
    """`event#<ulid>`: written once."""

    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    number = NumberAttribute()
    kind = UnicodeAttribute()
    old = UnicodeAttribute(null=True)
    new = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)


def home(lead: str) -> str:
    """What stands in a customer's place in the keys of a lead's rows and messages."""
    return f"lead-{lead}"


def lead_key(store: Store, lead: str) -> Key:
    return store.customer_key(home(lead), LEAD)


def new_lead(store: Store, lead: Lead) -> Write:
    """The lead as it came in; fails (`lead`) where it has come in before."""
    return create(
        LeadRow(
            store.customer(home(lead.id)),
            LEAD,
            received_at=lead.received_at,
            wrote=json.dumps({name: value for name, value in asdict(lead.wrote).items() if value}),
            source=lead.source,
            language=lead.language,
            person=lead.customer or None,
            reasons=json.dumps(lead.reasons) if lead.reasons else None,
            status=lead.status,
            spam=lead.spam,
            version=lead.version,
            list=_list(store, lead.folder),
            list_key=lead.position,
        ),
        "lead",
    )


def work(store: Store, before: Lead, after: Lead) -> Write:
    """Where the lead stands now; fails (`lead`) if that has changed since `before` was read."""
    row = LeadRow(store.customer(home(after.id)), LEAD)
    return change(
        row, "lead", LeadRow.version == before.version, status=after.status, spam=after.spam, version=after.version,
        list=_list(store, after.folder),
    )  # fmt: skip


def belongs_to(store: Store, lead: str, customer: str) -> Write:
    """Whose lead it is, now that somebody knows; fails (`lead`) where there is no such lead."""
    return change(LeadRow(store.customer(home(lead)), LEAD), "lead", person=customer)


def new_event(store: Store, lead: str, event: Event) -> Write:
    """What the company did; fails (`event`) where it is written already."""
    return create(
        EventRow(
            store.customer(home(lead)),
            EVENT + event.id,
            at=event.at,
            actor=json.dumps([event.by.kind, event.by.id, event.by.name]),
            number=event.number,
            kind=event.kind,
            old=event.old or None,
            new=event.new or None,
            text=event.text or None,
        ),
        "event",
    )


def lead(store: Store, id: str) -> Lead | None:
    (item,) = store.get(lead_key(store, id))
    return to_lead(item) if item else None


def events(store: Store, lead: str) -> list[Event]:
    """What the company did with it, newest first."""
    found = store.query("customers", store.customer(home(lead)), prefix=EVENT, limit=MOST_EVENTS, consistent=True)
    return sorted(map(_to_event, found.items), key=lambda one: one.number, reverse=True)


def listed(store: Store, folder: Folder, limit: int, since: str, below: str) -> tuple[list[Lead], bool]:
    """The company's leads of this list from `since` on and below a position ('' for either: no bound), newest first,
    and whether there may be more.

    One Query. It may be a moment behind.
    """
    first, last = since or "0", _last_below(below) if below else "~"
    if first > last:
        return [], False
    page = store.query("customers", _list(store, folder), index=BY_TENANT, limit=limit, between=(first, last))
    return [to_lead(item) for item in page.items], page.last is not None


def _last_below(position: str) -> str:
    """The last that can stand before a position: DynamoDB's BETWEEN includes both ends."""
    return position[:-1] + chr(ord(position[-1]) - 1) + "~"


def _list(store: Store, folder: Folder) -> str:
    return f"{store.tenant}#leads#{folder}"


def to_lead(item: Item) -> Lead:
    """The lead in a `lead` item of the customers table."""
    return Lead(
        id=item["customer"].partition("#lead-")[2],
        received_at=item["received_at"],
        wrote=Submission(**{"name": "", "email": "", "phone": "", "message": "", **json.loads(item["wrote"])}),
        source=item["source"],
        language=item["language"],
        customer=item.get("person", ""),
        status=item["status"],
        spam=item["spam"],
        reasons=_reasons(item),
        version=item["version"],
    )


def _reasons(item: Item) -> tuple[Any, ...]:
    return tuple(json.loads(item.get("reasons", "[]")))


def _to_event(item: Item) -> Event:
    kind, id, name = json.loads(item["actor"])
    return Event(
        item["item"].removeprefix(EVENT), item["at"], Actor(kind, id, name), item["number"], item["kind"],
        item.get("old", ""), item.get("new", ""), item.get("text", ""),
    )  # fmt: skip
