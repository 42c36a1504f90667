"""The inbound leads report: the company's leads, newest first, in as many calls at any size; as a page, and as a sheet.

A page that is narrowed by what no list is kept of looks through so many leads and no more: it may be short, though more
follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from chalicelib.aws.store import Item, Store
from chalicelib.errors import NotFound
from chalicelib.leads.records import leads as records
from chalicelib.leads.rules import sheet as sheets
from chalicelib.leads.rules.lead import Event, Folder, Lead
from chalicelib.leads.rules.report import Wanted
from chalicelib.messages import records as messages

# So many are looked through for a page that is narrowed, so many read at once.
LOOKED_THROUGH, AT_ONCE = 500, 100
# Lambda's answer may have 6 MB, with whatever is not ASCII written as JSON does.
SHEET_ROWS, SHEET_SIZE, SHEET_AT_ONCE = 2_000, 4_000_000, 500


@dataclass(frozen=True, slots=True)
class Page:
    """Some leads, and the position below which the next page begins; '' at the end."""

    items: list[Lead]
    last: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """CSV, with its header if it is the first one, and the position below which the next one begins; '' at the end."""

    text: str
    last: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail to the company about a lead. `state` is pending, sent or failed, and then `reason` says why."""

    to: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A lead, what was done with it (newest first), and the mail about it, None for none."""

    lead: Lead
    history: list[Event]
    mail: Mail | None


def page(store: Store, wanted: Wanted, limit: int, below: str = "") -> Page:
    """The first of these leads below a position. One call for each list they are on; when narrowed, one more for every
    hundred that are looked through."""
    items: list[Lead] = []
    last = ""
    for looked, one in enumerate(newest(store, wanted, AT_ONCE if wanted.narrowed else limit + 1, below)):
        if len(items) == limit or looked == LOOKED_THROUGH:
            return Page(items, last)
        if wanted.takes(one):
            items.append(one)
        last = one.position
    return Page(items, "")


def sheet(store: Store, wanted: Wanted, zone: str, below: str = "") -> Sheet:
    """As many of these leads as fit one answer, as CSV."""
    rows = [] if below else [sheets.header()]
    size, last = 0, ""
    for looked, one in enumerate(newest(store, wanted, SHEET_AT_ONCE, below)):
        if looked == SHEET_ROWS or size >= SHEET_SIZE:
            return Sheet("".join(rows), last)
        if wanted.takes(one):
            rows.append(sheets.row(one, zone))
            size += len(json.dumps(rows[-1]))
        last = one.position
    return Sheet("".join(rows), "")


def whole(store: Store, id: str) -> Whole:
    """A lead with all there is to it. NotFound: the company has none by this id."""
    lead = records.lead(store, id)
    if lead is None:
        raise NotFound()
    sent = messages.read(store, records.home(id), f"new-lead-{id}")
    return Whole(lead, records.events(store, id), _mail(sent) if sent else None)


def _mail(sent: Item) -> Mail:
    if sent.get("outcome") == "bounced":
        return Mail(sent["to"], "failed", "The address took no mail.")
    if sent["state"] in ("skipped", "failed"):
        return Mail(sent["to"], "failed", sent.get("reason", ""))
    return Mail(sent["to"], sent["state"])


def newest(store: Store, wanted: Wanted, at_once: int, below: str = "") -> Iterator[Lead]:
    """The leads of the lists that these are on, newest first, read as they are asked for."""
    lists = [_down(store, folder, at_once, wanted.since, below or wanted.before) for folder in wanted.folders]
    before = ""
    for one in merge(*lists, key=lambda lead: (lead.position, lead.version), reverse=True):
        # One that changed its status meanwhile may be on two lists for a moment: the later version comes first.
        if one.position != before:
            yield one
        before = one.position


def _down(store: Store, folder: Folder, at_once: int, since: str, below: str) -> Iterator[Lead]:
    more = True
    while more:
        found, more = records.listed(store, folder, at_once, since, below)
        yield from found
        below = found[-1].position if found else below
        more = more and bool(found)
