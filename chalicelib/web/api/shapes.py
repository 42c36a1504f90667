"""What all types of the API share, and the small ones that many rooms use."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, structs


class Shape(Struct, forbid_unknown_fields=True):
    """What is sent and answered: a field that is not known is an error that names it."""


def sent(change: Shape) -> dict[str, Any]:
    """What of a change was sent, by name: the fields that are not UNSET."""
    return {name: value for name, value in structs.asdict(change).items() if value is not UNSET}


Cursor = Annotated[str, Meta(max_length=2000, description="`next` of the page before; empty for the first page.")]
Limit = Annotated[int, Meta(ge=1, le=100, description="How many at most.")]


class Listing(Shape):
    """Which page of a list."""

    cursor: Cursor = ""
    limit: Limit = 20


Id = Annotated[str, Meta(min_length=1, max_length=110, description="An id of Porchlight's, or ext:<your own id>.")]
# In Python `$` alone lets a newline follow.
ExternalId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9._~-]{1,100}$(?!\n)",
        description="Your own id: letters, digits and . _ ~ -, 100 at most.",
    ),
]
Amount = Annotated[int, Meta(ge=0, le=10_000_000_000, description="Minor units: cents for USD.")]
Positive = Annotated[int, Meta(ge=1, le=10_000_000_000, description="Minor units: cents for USD.")]
Day = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        max_length=10,
        description="A day where the company is, as 2026-11-23.",
        extra_json_schema={"format": "date"},
    ),
]
Time = Annotated[str, Meta(description="UTC, ISO 8601 as in RFC 3339.", extra_json_schema={"format": "date-time"})]
# No format: an empty text is no time.
TimeIfAny = Annotated[str, Meta(description="UTC, ISO 8601 as in RFC 3339; empty for never.")]


class MailSent(Shape):
    """What is on its way: a mail to this address."""

    to: str
