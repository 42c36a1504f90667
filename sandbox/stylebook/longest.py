"""Sample pages whose words have no blanks to break at, as some people and programs write: nothing may be cut off."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from sandbox.stylebook import booking, bookings, documents, estimates, money, ratings, visits
from sandbox.stylebook.things import Sample

WORD = "Sprinklersystemwinterizationandbackflowpreventerinspection22"
# What people write, on whichever page it stands.
WRITTEN = {"title", "number", "name", "description", "tax_name", "notes", "terms", "text", "signature", "reason",
           "work", "technician", "caption", "amount", "note", "comment", "bill_to", "method"}  # fmt: skip
PAGES = {
    booking: ("book-services-customer", "book-time", "book-time-exact", "book-details", "book-details-customer",
              "book-review", "book-done"),
    bookings: ("booking", "booking-proposed", "booking-visitor-accounts", "booking-cancel", "booking-time",
               "booking-move"),
    documents: ("documents", "document"),
    estimates: ("estimates", "estimate", "estimate-changes-asked", "estimate-accepted", "estimate-declined",
                "estimate-opened-again", "estimate-accept", "estimate-accept-wrong", "estimate-decline",
                "estimate-changes", "estimate-changes-expired", "estimate-decided", "estimate-declined-by-customer"),
    money: ("home-waiting", "home-waiting-many", "home-booked", "invoices", "invoice", "invoice-paid", "pay",
            "payment-balance"),
    ratings: ("rating", "rating-thanks", "rating-thanks-low", "review-thanks", "review-thanks-detractor"),
    visits: ("visits", "visits-upcoming", "visit", "visit-on-the-way", "visit-scheduled", "visit-booked"),
}  # fmt: skip


def samples(language: str) -> dict[str, Sample]:
    made = {}
    for room, names in PAGES.items():
        there = room.samples(language)
        for name in names:
            template, page, values = there[name]
            page = replace(page, me=WORD, company=page.company and replace(page.company, name=WORD))
            made[f"{name}-long"] = template, page, {key: _long(key, value) for key, value in values.items()}
    return made


def _long(name: str, value: Any) -> Any:
    """The same with a long word in the place of each that somebody wrote."""
    if isinstance(value, str):
        return f"{WORD} {WORD}" if value and name in WRITTEN else value
    if isinstance(value, list | tuple):
        return tuple(_long(name, one) for one in value)
    if isinstance(value, dict):
        return {key: _long(name, one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: _long(one.name, getattr(value, one.name)) for one in fields(value) if one.init}
        return replace(value, **changes)
    return value
