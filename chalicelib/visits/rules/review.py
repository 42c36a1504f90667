"""Likely-review: how likely a customer is to recommend the company, 0 to 10, asked every 90 days at most. Pure.

Everybody gets the same public review links, whatever they answered: Google forbids to choose by the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from chalicelib.errors import N_, Invalid
from chalicelib.visits.rules.glance import Asking

MOST = 10
AGAIN = timedelta(days=90)
# How long the first page asks after a complete visit.
ASKED_FOR = timedelta(days=30)
# How long an answer can be changed.
CHANGEABLE = timedelta(days=7)

Group = Literal["promoter", "passive", "detractor"]
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, slots=True)
class Review:
    """An answer. `at` is UTC, ISO 8601; `changed_at` is '' unless it was changed, within 7 days. `month` is when it was
    given, where the company is: '2026-11'."""

    id: str
    score: int
    comment: str
    at: str
    month: str
    changed_at: str = ""
    version: int = 0

    @property
    def group(self) -> Group:
        return group(self.score)

    @property
    def changeable_until(self) -> datetime:
        return datetime.fromisoformat(self.at) + CHANGEABLE

    def changeable(self, now: datetime) -> bool:
        return now <= self.changeable_until


def check_score(score: int) -> None:
    if not 0 <= score <= MOST:
        raise Invalid("score", N_("Choose a number from 0 to 10."))


def group(score: int) -> Group:
    """0–6 detractor, 7–8 passive, 9–10 promoter."""
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def may_ask(asking: Asking, now: datetime) -> bool:
    """Whether 90 days have gone by since they were asked, answered, or put it off, whichever was last."""
    times = [_time(one) for one in (asking.asked_at, asking.answered_at, asking.put_off_at) if one]
    return not times or now - max(times) >= AGAIN


def asks(asking: Asking, now: datetime) -> bool:
    """Whether the first page asks now: for 30 days after they were asked, until they answer or put it off."""
    if not asking.asked_at:
        return False
    asked = _time(asking.asked_at)
    over = any(one and _time(one) >= asked for one in (asking.answered_at, asking.put_off_at))
    return not over and asked <= now < asked + ASKED_FOR


def may_answer(asking: Asking, now: datetime) -> bool:
    """Whether a new answer is taken, asked for or not: 90 days after the last one."""
    return not asking.answered_at or now - _time(asking.answered_at) >= AGAIN


def leads_on(asking: Asking, now: datetime) -> bool:
    """Whether the page after a rating asks for more: they are being asked anyway, or may be."""
    return asks(asking, now) or may_ask(asking, now)


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored)
