"""What the first page says of documents: how many are new. Kept beside the customer, and beside the company for what is
shared with all, in the transaction of each change. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.documents.rules.document import EVERYONE, Document

# So many are kept, the newest: what is older is on the list, and counts as new no more.
KEPT = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """When a document is to be seen: UTC, ISO 8601, `until` '' for no end."""

    id: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest documents of a customer, or of all, and when the customer last looked at the list ('' for never; what
    was shared with all before they were a customer's is old too: see `new`). `version` counts the changes."""

    version: int = 0
    seen_at: str = ""
    marks: tuple[Mark, ...] = ()


def read(stored: str) -> Glance:
    """What `write` made; nothing for ''."""
    if not stored:
        return Glance()
    version, seen_at, marks = json.loads(stored)
    return Glance(version, seen_at, tuple(Mark(*one) for one in marks))


def write(glance: Glance) -> str:
    marks = [[one.id, one.since, one.until] for one in glance.marks]
    return json.dumps([glance.version, glance.seen_at, marks], separators=(",", ":"))


def moved(glance: Glance, document: Document, *, gone: bool = False) -> Glance:
    """The glance once this document is so, or gone."""
    kept = [one for one in glance.marks if one.id != document.id]
    if not gone:
        kept.append(Mark(document.id, document.since, document.hidden_at))
    kept.sort(key=lambda one: one.id, reverse=True)
    return replace(glance, version=glance.version + 1, marks=tuple(kept[:KEPT]))


def looked(glance: Glance, now: datetime) -> Glance:
    """The glance of a customer who has just looked at the list."""
    return replace(glance, version=glance.version + 1, seen_at=now.isoformat())


def is_new(document: Document, mine: Glance, joined_at: str) -> bool:
    """Whether a customer has not seen this one."""
    return document.since > (_known_until(mine, joined_at) if document.customer == EVERYONE else mine.seen_at)


def new(own: str, everyones: str, joined_at: str, now: datetime) -> int:
    """How many documents a customer has not seen. `joined_at` is when they became a customer: what all could see by
    then is not new to them."""
    mine, at = read(own), now.isoformat()
    unseen = [one for one in mine.marks if one.since > mine.seen_at]
    unseen += [one for one in read(everyones).marks if one.since > _known_until(mine, joined_at)]
    return sum(one.since <= at and (not one.until or at < one.until) for one in unseen)


def _known_until(mine: Glance, joined_at: str) -> str:
    """What was shared with all by then is not new to this customer."""
    return mine.seen_at or joined_at
