"""Somebody whom the company doesn't know booked online: they are a lead too, written in the booking's own transaction.

Nothing is mailed of it: the company is told of the booking.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Lead, Reason, Sender, Submission


def new_lead(
    store: Store, id: str, wrote: Submission, sender: Sender, now: datetime, reasons: tuple[Reason, ...] = ()
) -> Write:
    """The lead beside the booking of this id; fails (`lead`) where it has come in before. With `reasons` it is
    suspected, and lies apart as messages do."""
    lead = Lead(
        id, now.isoformat(timespec="microseconds"), wrote, "booking", sender.language, sender.customer,
        spam=bool(reasons), reasons=reasons,
    )  # fmt: skip
    return leads.new_lead(store, lead)


def belongs_to(store: Store, id: str, customer: str) -> Write:
    """The booking of this id has been found to be this customer's, and so the lead is theirs; fails (`lead`) where
    there is none beside it."""
    return leads.belongs_to(store, id, customer)
