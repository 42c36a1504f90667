"""Postal codes: how they are written, where in an address, and which of them lie in a company's area. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from chalicelib.booking.rules.offer import Area
from chalicelib.errors import N_, Invalid
from chalicelib.plain_words import one_line

_CODE = re.compile(r"[0-9A-Z]{2,10}")
_US = re.compile(r"[0-9]{5}")
_CA = re.compile(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]")
# Five digits and four are a ZIP code and where in it, which no area goes by.
_ZIP_AND_FOUR = re.compile(r"([0-9]{5})[- ]{1,3}[0-9]{4}")
# How a postal code stands in an address: at the end of a line, before the country at the most.
_CODES = {
    "US": re.compile(r"(?:^|[\s,])([0-9]{5})(?:-[0-9]{4})?(?:[\s,]+(?:USA?|United States))?$", re.IGNORECASE),
    "CA": re.compile(r"(?:^|[\s,])([A-Z][0-9][A-Z][\s-]?[0-9][A-Z][0-9])(?:[\s,]+(?:CA|Canada))?$", re.IGNORECASE),
}
_ELSEWHERE = re.compile(
    r"(?:^|[\s,])([A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}|(?:[A-Z]{1,2}-)?[0-9]{4,6}|[0-9]{3} [0-9]{2})(?=[\s,]|$)"
)
# What a beginning of codes ends with, in a company's list: '803*'.
MORE = "*"


def territory(locale: str) -> str:
    """The country of a locale, whose postal codes are typed: 'US' of 'en-US'."""
    return locale.replace("_", "-").rpartition("-")[2].upper()


def tidy(code: str) -> str:
    """A postal code as all of them are compared: '80301' of ' 80301-1234', 'K1A0B1' of 'k1a 0b1'."""
    seen = one_line(unicodedata.normalize("NFKC", code)).upper()
    dashed = "".join("-" if unicodedata.category(one) == "Pd" else one for one in seen)
    found = _ZIP_AND_FOUR.fullmatch(dashed)
    return found[1] if found else re.sub(r"[\s-]", "", dashed)


def inside(area: Area, code: str) -> bool:
    """Whether a code, as it was typed, lies in the area. All do where any will do."""
    if area.rule == "any":
        return True
    wanted = tidy(code)
    return bool(wanted) and any(
        wanted.startswith(one[:-1]) if one.endswith(MORE) else wanted == one for one in area.codes
    )


def checked(code: str, territory: str, field: str) -> str:
    """The code, tidied. Invalid: it can be none in this country (ISO 3166, as in a locale: 'US')."""
    tidied = tidy(code)
    if territory == "US" and not _US.fullmatch(tidied):
        raise Invalid(field, N_("Enter a ZIP code of five digits, as in 80301."))
    if territory == "CA" and not _CA.fullmatch(tidied):
        raise Invalid(field, N_("Enter a postal code like K1A 0B1."))
    if not _CODE.fullmatch(tidied):
        raise Invalid(field, N_("Enter a postal code of letters and numbers."))
    return tidied


def code_on_file(address: Sequence[str], territory: str) -> str:
    """The postal code in an address's lines; '' where none can be told for certain."""
    pattern = _CODES.get(territory, _ELSEWHERE)
    for line in reversed(address[1:] or address):
        found = set(pattern.findall(line.strip()))
        if len(found) == 1:
            return str(found.pop())
    return ""
