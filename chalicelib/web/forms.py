"""Forms and query strings as frozen dataclasses. Every field is text; what it means is the action's to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from chalicelib.errors import N_, Invalid

MAX_LENGTH = 2000
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}

F = TypeVar("F")


def parse(form: type[F], sent: Mapping[str, str]) -> F:
    """The form's fields from what was sent; a field without a default that is missing is empty text.

    Invalid, naming the field: longer than 2,000 characters, or with control characters. Unknown fields are ignored:
    browsers and their extensions add some.
    """
    values: dict[str, Any] = {}
    for field in fields(form):  # type: ignore[arg-type]
        value = sent.get(field.name)
        if value is None:
            value = "" if field.default is MISSING else field.default
        if len(value) > MAX_LENGTH:
            raise Invalid(field.name, N_("This is too long: use 2,000 characters or fewer."))
        if any(not c.isprintable() and c not in _ALLOWED_CONTROLS and c != "\u00a0" for c in value):
            raise Invalid(field.name, N_("This has characters that can't be used here. Please type it again."))
        values[field.name] = value
    return form(**values)
