"""Ratings and answers as rows of a sheet; times where the company is, with the offset they had then. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib import sheets
from chalicelib.visits.rules.rating import Rating
from chalicelib.visits.rules.review import Review

RATINGS = (
    "id", "customer", "customer_name", "title", "technician", "completed_at", "stars", "comment", "rated_at",
    "changed_at", "follow_up", "follow_up_note", "follow_up_at", "follow_up_by",
)  # fmt: skip
REVIEWS = ("id", "customer", "customer_name", "score", "group", "comment", "at", "changed_at")


def rating(customer: str, name: str, one: Rating, zone: str) -> str:
    cells = (
        f"{customer}-{one.visit}", customer, name, one.title, one.technician, _at(one.completed_at, zone),
        str(one.stars), one.comment, _at(one.rated_at, zone), _at(one.changed_at, zone), one.follow_up,
        one.follow_up_note, _at(one.follow_up_at, zone), one.follow_up_by,
    )  # fmt: skip
    return sheets.line(cells)


def review(customer: str, name: str, one: Review, zone: str) -> str:
    cells = (
        f"{customer}-{one.id}", customer, name, str(one.score), one.group, one.comment, _at(one.at, zone),
        _at(one.changed_at, zone),
    )  # fmt: skip
    return sheets.line(cells)


def _at(stored: str, zone: str) -> str:
    return datetime.fromisoformat(stored).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if stored else ""
