"""Forms and query strings as frozen dataclasses. Every field is text; what it means is the action's to say."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from chalicelib.errors import N_, Invalid

MAX_LENGTH = 2000
# The key of a field's metadata that allows it another length.
LONGEST = "longest"
# The key of a field's metadata for text whose reader tidies it: characters that nobody means to type are let through.
AS_TYPED = "as typed"
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}
# They turn the reading direction round, and so can make one text look like another.
_BIDI_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

F = TypeVar("F")


def parse(form: type[F], sent: Mapping[str, str]) -> F:
    """The form's fields from what was sent; a field without a default that is missing is empty text.

    Invalid, naming the field: longer than 2,000 characters (or than its metadata says), or with control characters.
    Unknown fields are ignored: browsers and their extensions add some.
    """
    values: dict[str, Any] = {}
    for field in fields(form):  # type: ignore[arg-type]
        value = sent.get(field.name)
        if value is None:
            value = "" if field.default is MISSING else field.default
        most = field.metadata.get(LONGEST, MAX_LENGTH)
        if len(value) > most:
            raise Invalid(field.name, N_("This is too long: use %(most)s characters or fewer."), most=f"{most:,}")
        if AS_TYPED not in field.metadata and any(_never_meant(c) for c in value):
            raise Invalid(field.name, N_("This has characters that can't be used here. Please type it again."))
        values[field.name] = value
    return form(**values)


def _never_meant(c: str) -> bool:
    """Whether nobody types this on purpose. Joiners of emoji and all kinds of blanks are meant, in passwords too."""
    return (unicodedata.category(c) in ("Cc", "Cs") and c not in _ALLOWED_CONTROLS) or c in _BIDI_OVERRIDES
