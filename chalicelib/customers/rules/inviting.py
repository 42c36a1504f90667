"""A bulk invite: many customers invited one after the other, and how far that has come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib.customers.rules.customer import Customer

Outcome = Literal["sent", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class BulkInvite:
    """`customers` are those to invite, in order, None for all; `place` how many of them are through. Of all they are
    counted first, then invited; `after` is where the next page of them begins. `version` counts the steps: of two runs
    at once only one takes each."""

    id: str
    created_at: datetime
    customers: tuple[str, ...] | None
    phase: Literal["counting", "inviting", "done"]
    total: int = 0
    place: int = 0
    after: Mapping[str, str] | None = None
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    version: int = 0


def begin(id: str, now: datetime, customers: tuple[str, ...] | None) -> BulkInvite:
    """A bulk invite of these, or of everybody."""
    if customers is None:
        return BulkInvite(id, now, None, "counting")
    return BulkInvite(id, now, customers, "inviting", len(customers))


def counted(job: BulkInvite, count: int, after: Mapping[str, str] | None) -> BulkInvite:
    """So many more were counted; there are more of them `after`."""
    phase: Literal["counting", "inviting"] = "counting" if after else "inviting"
    return replace(job, total=job.total + count, after=after, phase=phase)


def went_on(job: BulkInvite, outcomes: list[Outcome], after: Mapping[str, str] | None) -> BulkInvite:
    """A page is through; of everybody there are more `after`, of those that were named those that are left."""
    place = job.place + len(outcomes)
    over = after is None if job.customers is None else place >= len(job.customers)
    return replace(
        job, place=place, after=after, phase="done" if over else "inviting", sent=job.sent + outcomes.count("sent"),
        skipped=job.skipped + outcomes.count("skipped"), failed=job.failed + outcomes.count("failed"),
    )  # fmt: skip


def to_be_invited(customer: Customer, to: str) -> bool:
    """Whether an invite tells the customer anything new, and reaches them: `to` is where it would go."""
    return customer.standing == "never_invited" and bool(to)
