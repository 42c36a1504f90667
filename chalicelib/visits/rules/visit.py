"""A visit: one service at a customer's place, from its plan to what was done. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Status = Literal["scheduled", "on_the_way", "complete", "cancelled"]

# The longest arrival window.
LONGEST = timedelta(hours=24)
# A technician may be late: so long after its window a visit that nobody has closed is still one to come.
LATE = timedelta(hours=12)
# A visit to come began no longer ago than this.
BACK = LONGEST + LATE


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit's row says. `starts_at` to `ends_at` is its arrival window (UTC, aware; the same instant twice for
    no window), `completed_at` when it was done (None until then). `photos` is how many there are. `asked`: its customer
    was told that it is complete, and asked how it was, which is done once. `asked_month`: where that is counted, beside
    its technician; '' while it is not, since it asked nobody or was set back. `booked`: it came of an online booking of
    the same id, which says when it is and whether it takes place."""

    id: str
    title: str
    status: Status
    starts_at: datetime
    ends_at: datetime
    technician: str = ""
    completed_at: datetime | None = None
    photos: int = 0
    version: int = 0
    external_id: str = ""
    asked: bool = False
    asked_month: str = ""
    booked: bool = False

    @property
    def at(self) -> datetime:
        """When it takes place, by which lists are sorted: when it was done, until then when its window begins."""
        return self.completed_at or self.starts_at

    def is_coming(self, now: datetime) -> bool:
        """Whether it is still to come, or just now."""
        return self.status in ("scheduled", "on_the_way") and now < self.ends_at + LATE


@dataclass(frozen=True, slots=True)
class Product:
    """Something that was used: '2 oz', 'EPA 432-1363'; both may be ''."""

    name: str
    amount: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a visit, kept as `visits/<customer>/<visit>/<id>.jpg` with `…-small.jpg` beside it. `width` and
    `height` are the big one's, in pixels."""

    id: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Report:
    """What only the visit's own page shows: what was done, what was used, notes for the customer, photos."""

    work: str = ""
    products: tuple[Product, ...] = ()
    notes: str = ""
    photos: tuple[Photo, ...] = ()
