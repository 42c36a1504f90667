"""Whose paper it is: the company, the reader's language, and the size of sheet that its country's printers hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from chalicelib.web import colours
from chalicelib.web.formats import Formats
from chalicelib.web.pages import CompanyView, translate

# Points, 72 an inch.
A4, LETTER = (595.28, 841.89), (612.0, 792.0)
_LETTER_COUNTRIES = {"US", "CA", "MX"}


@dataclass(frozen=True)
class Stationery:
    """`logo` is a PNG's or JPEG's bytes, or nothing."""

    company: CompanyView
    language: str
    logo: bytes = b""

    @property
    def size(self) -> tuple[float, float]:
        territory = self.company.locale.replace("_", "-").rpartition("-")[2].upper()
        return LETTER if territory in _LETTER_COUNTRIES else A4

    @property
    def accent(self) -> str:
        """The company's colour, dark enough to be read on paper."""
        return colours.brand(self.company.colour).light

    @cached_property
    def fmt(self) -> Formats:
        company = self.company
        return Formats(self.language, company.locale, company.currency, company.time_zone)

    def say(self, text: str, /, **values: object) -> str:
        """A text of the catalogue in the reader's language."""
        return translate(self.language, text, **values)
