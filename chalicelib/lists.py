"""Several lists of a company's as one, newest first, read as it is asked for. Pure: whoever calls reads the lists.

A thing is on one list of a few, by its state; the list of all is those merged. One that is changing its state may be on
two for a moment: the later version of it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """Something on a list. `position` is its place on all of them, `version` counts its changes."""

    @property
    def position(self) -> str: ...
    @property
    def version(self) -> int: ...


P = TypeVar("P", bound=Placed)
# Reads some of a list below a position, the newest first, and says whether there may be more.
Read = Callable[[str], tuple[list[P], bool]]


@dataclass(frozen=True, slots=True)
class Part(Generic[P]):
    """Some of a list, and the position below which the next part begins; '' at the end."""

    items: list[P]
    last: str


def newest(lists: Iterable[Read[P]], below: str) -> Iterator[P]:
    """What is on these lists below a position, newest first, each thing once."""
    before = ""
    merged = merge(*(_down(one, below) for one in lists), key=lambda one: (one.position, one.version), reverse=True)
    for one in merged:
        if one.position != before:
            yield one
        before = one.position


def _down(read: Read[P], below: str) -> Iterator[P]:
    more = True
    while more:
        found, more = read(below)
        yield from found
        below = found[-1].position if found else below
        more = more and bool(found)


def page(found: Iterable[P], takes: Callable[[P], bool], limit: int, looked_through: int) -> Part[P]:
    """The first of these that are wanted, after so many are looked through at the most."""
    items: list[P] = []
    last = ""
    for looked, one in enumerate(found):
        if len(items) == limit or looked == looked_through:
            return Part(items, last)
        if takes(one):
            items.append(one)
        last = one.position
    return Part(items, "")
