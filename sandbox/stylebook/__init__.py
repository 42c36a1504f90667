"""The design system on one page, and every page and message with sample values: to look at and to test."""

from __future__ import annotations

from chalicelib.web import pages
from sandbox.stylebook import (
    booking,
    bookings,
    contact,
    documents,
    doors,
    estimates,
    longest,
    money,
    ratings,
    visits,
    wallet,
)
from sandbox.stylebook.messages import message_samples
from sandbox.stylebook.system import stylebook
from sandbox.stylebook.things import EVERGREEN, ITEMS, Sample, context

__all__ = ["EVERGREEN", "ITEMS", "Sample", "context", "message_samples", "page_samples", "samples", "stylebook"]


def samples() -> dict[str, str]:
    """Every page and message in both languages by a name such as 'home.en', 'mail-receipt.es' or 'texts.en'."""
    made = message_samples()
    for language in pages.LANGUAGES:
        for name, (template, page, values) in page_samples(language).items():
            made[f"{name}.{language}"] = pages.render(template, page, **values)
    return made


def page_samples(language: str) -> dict[str, Sample]:
    """Every page's template, who looks at it, and its values. A room of samples for each feature's pages."""
    rooms = (documents, doors, money, wallet, contact, estimates, ratings, visits, booking, bookings, longest)
    return {name: one for room in rooms for name, one in room.samples(language).items()}
