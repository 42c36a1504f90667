"""Service ratings: 1 to 5 stars for the last complete visit, one a visit, and what follows a low one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from chalicelib.errors import N_, Conflict, Invalid
from chalicelib.visits.rules.visit import Visit

MOST = 5
CHANGEABLE = timedelta(days=7)
# So few stars are told to the company at once, and open a follow-up.
LOW = 2

FollowUp = Literal["none", "open", "contacted", "resolved"]
FOLLOW_UPS: tuple[FollowUp, ...] = get_args(FollowUp)
# What staff may say of one.
Handled = Literal["open", "contacted", "resolved"]


@dataclass(frozen=True, slots=True)
class Rating:
    """A visit's rating; `visit` is its id too. `rated_at` is when it was first given, `changed_at` last (UTC, ISO
    8601). `month` is the one the visit was completed in, where the company is: '2026-11'. `follow_up_note` is what
    staff last wrote, `follow_up_at` and `follow_up_by` when and who. `told`: whether the company got the message that
    it is low; once a visit."""

    visit: str
    stars: int
    comment: str
    rated_at: str
    changed_at: str
    title: str
    technician: str
    completed_at: str
    month: str
    follow_up: FollowUp = "none"
    follow_up_note: str = ""
    version: int = 0
    follow_up_at: str = ""
    follow_up_by: str = ""
    told: bool = False

    @property
    def low(self) -> bool:
        return self.stars <= LOW

    @property
    def changeable_until(self) -> datetime:
        return datetime.fromisoformat(self.rated_at) + CHANGEABLE

    def changeable(self, now: datetime) -> bool:
        return now <= self.changeable_until


def check_stars(stars: int) -> None:
    if not 1 <= stars <= MOST:
        raise Invalid("stars", N_("Choose 1 to 5 stars."))


def must_take(visit: Visit, last: str, rating: Rating | None, now: datetime) -> None:
    """Conflict unless this visit can be rated now, or its rating changed. `last` is the id of the last complete visit,
    '' for none."""
    if rating is not None:
        if not rating.changeable(now):
            raise Conflict(N_("A rating can be changed for 7 days. Yours stays as it is."), kind="too-late")
        return
    if visit.status != "complete":
        raise Conflict(N_("This visit isn't done yet. You can rate it once it is."), kind="not-complete")
    if visit.id != last:
        raise Conflict(N_("We have been there again since. Please rate the latest visit."), kind="not-last")


def rated(before: Rating | None, visit: Visit, month: str, stars: int, comment: str, now: datetime) -> Rating:
    """The visit's rating from now on: a new one, or the one it had, changed. One that becomes low opens a follow-up,
    again if that was resolved; one that is low no more leaves it as it is."""
    at = now.isoformat()
    if before is None:
        done = visit.completed_at.isoformat() if visit.completed_at else at
        made = Rating(visit.id, stars, comment, at, at, visit.title, visit.technician, done, month)
        return replace(made, follow_up="open" if made.low else "none")
    after = replace(before, stars=stars, comment=comment, changed_at=at, version=before.version + 1)
    if after.low and not before.low and before.follow_up in ("none", "resolved"):
        return replace(after, follow_up="open")
    return after
