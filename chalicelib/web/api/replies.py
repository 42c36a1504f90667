"""What a view of the API answers where its value alone does not say it: headers and cookies beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from chalicelib.web.cookies import Cookie

T = TypeVar("T")


@dataclass(frozen=True)
class Sent(Generic[T]):
    """A value with headers or cookies. `status` 0 is the route's own."""

    value: T
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()
    status: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is no JSON value of ours: JSON Lines, CSV."""

    body: str
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


def tagged(value: T, version: int) -> Sent[T]:
    """A value with its ETag."""
    return Sent(value, {"ETag": f'"{version}"'})
