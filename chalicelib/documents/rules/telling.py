"""Telling everybody of a document, and how far that has come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Telling:
    """`after` is where the next page of customers begins, None for the first; `told` how many have a message. `version`
    counts the steps: of two runs at once only one takes each."""

    document: str
    after: Mapping[str, str] | None = None
    done: bool = False
    told: int = 0
    version: int = 0


def went_on(telling: Telling, told: int, after: Mapping[str, str] | None) -> Telling:
    """A page is through; there are more of them `after`."""
    return replace(telling, told=telling.told + told, after=after, done=after is None, version=telling.version + 1)


def ended(telling: Telling) -> Telling:
    """There is nothing to be told of any more."""
    return replace(telling, done=True, version=telling.version + 1)
