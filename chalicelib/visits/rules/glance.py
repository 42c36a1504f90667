"""What the first page says of visits: the next one, the last complete one and whether it is rated, and whether the
customer is being asked how likely they are to recommend the company. Kept beside the customer, in the transaction of
each change. Pure. Times are UTC, ISO 8601, '' for never."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from chalicelib.visits.rules.visit import Status, Visit

# So many visits to come are known by heart: when the window of the first has passed and nobody said anything, the
# first page shows the one after it, and needs no write for that.
KNOWN = 3


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A visit to come, as the first page shows it."""

    id: str
    title: str
    status: Status
    starts_at: str
    ends_at: str
    technician: str = ""


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The last complete visit: the one that can be rated. `stars` 0 until it is."""

    id: str
    title: str
    completed_at: str
    technician: str = ""
    stars: int = 0
    rated_at: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Where it stands with asking how likely they are to recommend the company: asked at the visit of `asked_at`,
    answered, or put off. See `review.py`."""

    asked_at: str = ""
    answered_at: str = ""
    put_off_at: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """`version` counts the changes. `next` is the soonest visit to come when it was written, `later` those after it:
    ask `coming` for the one to show."""

    version: int = 0
    next: NextVisit | None = None
    last: LastVisit | None = None
    asking: Asking = Asking()
    later: tuple[NextVisit, ...] = ()

    def coming(self, now: datetime) -> NextVisit | None:
        """The next visit as it is now; None for none."""
        known = (*([self.next] if self.next else []), *self.later)
        return next((one for one in known if _is_coming(one, now)), None)


def _is_coming(one: NextVisit, now: datetime) -> bool:
    starts_at, ends_at = datetime.fromisoformat(one.starts_at), datetime.fromisoformat(one.ends_at)
    return Visit(one.id, one.title, one.status, starts_at, ends_at).is_coming(now)


def to_next(visit: Visit) -> NextVisit:
    starts_at, ends_at = _spelled(visit.starts_at), _spelled(visit.ends_at)
    return NextVisit(visit.id, visit.title, visit.status, starts_at, ends_at, visit.technician)


def to_last(visit: Visit, stars: int = 0, rated_at: str = "") -> LastVisit:
    """A complete visit as the last one, with its rating if it has one."""
    return LastVisit(visit.id, visit.title, _spelled(visit.at), visit.technician, stars, rated_at)


def comes_after(visit: Visit, last: LastVisit | None) -> bool:
    """Whether a complete visit is later than the one that is the last so far."""
    return last is None or (visit.at, visit.id) > (datetime.fromisoformat(last.completed_at), last.id)


def _spelled(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def read(stored: str) -> Glance:
    """What `write` made; nothing for ''."""
    if not stored:
        return Glance()
    raw = json.loads(stored)
    return Glance(
        raw["version"],
        NextVisit(**raw["next"]) if raw.get("next") else None,
        LastVisit(**raw["last"]) if raw.get("last") else None,
        Asking(**raw.get("asking", {})),
        tuple(NextVisit(**one) for one in raw.get("later", ())),
    )


def write(glance: Glance) -> str:
    return json.dumps(_without_nothing(asdict(glance)), ensure_ascii=False, separators=(",", ":"))


def _without_nothing(values: dict[str, object]) -> dict[str, object]:
    small: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            value = _without_nothing(value)
        elif isinstance(value, tuple):
            value = [_without_nothing(one) for one in value]
        if value not in (None, "", {}, []):
            small[name] = value
    return small
