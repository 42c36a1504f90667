"""What the first page says of estimates that wait for the customer: kept with the customer, in the transaction of each
change of an estimate. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.estimates.rules.estimate import Estimate

# So many are kept; of more it is only known that there are.
KEPT = 20
# With fewer than these, and others that are not kept, all are read afresh.
FEW = 10
# An expired one is let go, but not on the very day: a company may move to another time zone.
KEPT_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class WaitingEstimate:
    """An estimate that waits for its customer's answer, as the first page shows it."""

    id: str
    number: str
    title: str
    total: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The estimates that wait, newest first. `more`: others wait too, which are not kept here. `version` counts the
    changes."""

    version: int = 0
    estimates: tuple[WaitingEstimate, ...] = ()
    more: bool = False

    def on(self, today: date) -> tuple[WaitingEstimate, ...]:
        """Those that can still be decided; `today` is the company's."""
        return tuple(one for one in self.estimates if one.expires_on is None or one.expires_on >= today)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A customer's estimates as they were read just now, newest first. `more`: there are older ones, not read."""

    estimates: Sequence[Estimate]
    more: bool = False


def read(glance: str) -> Waiting:
    """What `write` made; nothing for ''."""
    if not glance:
        return Waiting()
    version, more, kept = json.loads(glance)
    estimates = [
        WaitingEstimate(id, number, title, total, date.fromisoformat(day) if day else None)
        for id, number, title, total, day in kept
    ]
    return Waiting(version, tuple(estimates), bool(more))


def write(waiting: Waiting) -> str:
    kept = [
        [one.id, one.number, one.title, one.total, one.expires_on.isoformat() if one.expires_on else ""]
        for one in waiting.estimates
    ]
    return json.dumps([waiting.version, int(waiting.more), kept], ensure_ascii=False, separators=(",", ":"))


def moves(before: Estimate | None, after: Estimate) -> bool:
    """Whether this change of an estimate (None: it is new) changes what waits."""
    return _if_waiting(before) != _if_waiting(after)


def moved(waiting: Waiting, after: Estimate, today: date) -> Waiting:
    """What waits once an estimate has become `after`. `today` is the company's."""
    others = [one for one in waiting.estimates if one.id != after.id]
    # Below the oldest that is kept there are others: one that comes in among them is one of them.
    edge = waiting.estimates[-1].id if waiting.more and waiting.estimates else ""
    return _kept(waiting.version + 1, others, after, today, edge, waiting.more)


def short(waiting: Waiting) -> bool:
    """Whether what is kept says too little of what waits, and all must be read: see `afresh`."""
    return waiting.more and len(waiting.estimates) < FEW


def afresh(waiting: Waiting, after: Estimate, today: date, fresh: Fresh) -> Waiting:
    """What `moved` has made of it, with what was read put in the place of what was kept."""
    others = [waits for one in fresh.estimates if (waits := _if_waiting(one)) and one.id != after.id]
    edge = fresh.estimates[-1].id if fresh.more else ""
    return _kept(waiting.version, others, after, today, edge, fresh.more)


def _kept(
    version: int, others: Sequence[WaitingEstimate], after: Estimate, today: date, edge: str, more: bool
) -> Waiting:
    waits = _if_waiting(after)
    found = [*others, waits] if waits and waits.id >= edge else others
    still = [one for one in found if one.expires_on is None or one.expires_on + KEPT_AFTER >= today]
    still.sort(key=lambda one: one.id, reverse=True)
    return Waiting(version, tuple(still[:KEPT]), more or len(still) > KEPT)


def _if_waiting(one: Estimate | None) -> WaitingEstimate | None:
    """Where changes were asked for, the company has to act, and not the customer."""
    if one is None or one.status != "pending" or one.changes_asked:
        return None
    return WaitingEstimate(one.id, one.number, one.title, one.total, one.expires_on)
