"""The inbound leads report: the company's leads, newest first, in as many calls at any size; as a page, and as a sheet.

A page that is narrowed by what no list is kept of looks through so many leads and no more: it may be short, though more
follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib import lists, sheets
from chalicelib.aws.store import Item, Store
from chalicelib.errors import NotFound
from chalicelib.leads.records import leads as records
from chalicelib.leads.rules import sheet as columns
from chalicelib.leads.rules.lead import Event, Lead
from chalicelib.leads.rules.report import Wanted
from chalicelib.lists import Part
from chalicelib.messages import records as messages
from chalicelib.sheets import Sheet

# So many are looked through for a page that is narrowed, so many read at once.
LOOKED_THROUGH, AT_ONCE = 500, 100
# Lambda's answer may have 6 MB, with whatever is not ASCII written as JSON does.
SHEET_ROWS, SHEET_SIZE, SHEET_AT_ONCE = 2_000, 4_000_000, 500


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


def page(store: Store, wanted: Wanted, limit: int, below: str = "") -> Part[Lead]:
    """The first of these leads below a position. One call for each list they are on; when narrowed, one more for every
    hundred that are looked through."""
    found = newest(store, wanted, AT_ONCE if wanted.narrowed else limit + 1, below)
    return lists.page(found, wanted.takes, limit, LOOKED_THROUGH)


def sheet(store: Store, wanted: Wanted, zone: str, below: str = "") -> Sheet:
    """As many of these leads as fit one answer, as CSV."""
    head = "" if below else sheets.header(columns.COLUMNS)
    found = newest(store, wanted, SHEET_AT_ONCE, below)
    return sheets.fill(
        head, found, lambda one: columns.row(one, zone) if wanted.takes(one) else None, SHEET_ROWS, SHEET_SIZE
    )


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
    folders = [partial(records.listed, store, folder, at_once, wanted.since) for folder in wanted.folders]
    return lists.newest(folders, below or wanted.before)
