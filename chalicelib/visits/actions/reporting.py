"""The company's ratings and answers: as lists, as sheets, and as a report by months. In as many calls at any size.

A page that is narrowed by what no list is kept of looks through so many and no more: it may be short, though more
follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Generic, Literal, Protocol, TypeVar

from chalicelib import lists, sheets
from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.lists import Part, Placed
from chalicelib.sheets import Sheet
from chalicelib.visits.records import counts, ratings, reviews
from chalicelib.visits.rules import report as rules
from chalicelib.visits.rules import sheet as columns
from chalicelib.visits.rules.rating import FOLLOW_UPS, FollowUp
from chalicelib.visits.rules.report import RatingReport, person
from chalicelib.visits.rules.review import GROUPS, Group

# So many are looked through for a page of one technician's, so many read at once.
LOOKED_THROUGH, AT_ONCE = 500, 100
# Lambda's answer may have 6 MB, with whatever is not ASCII written as JSON does.
SHEET_ROWS, SHEET_SIZE, SHEET_AT_ONCE = 2_000, 4_000_000, 500
# As many customers as one call reads.
NAMES_AT_ONCE = 100


AnyFollowUp = FollowUp | Literal[""]
AnyGroup = Group | Literal[""]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ratings with this follow-up, of this technician; '' for any."""

    follow_up: AnyFollowUp = ""
    technician: str = ""

    def takes(self, one: ratings.Listed) -> bool:
        return not self.technician or person(one.rating.technician) == person(self.technician)


class Theirs(Placed, Protocol):
    """Something of a customer's, on a list."""

    @property
    def customer(self) -> str: ...


T = TypeVar("T", bound=Theirs)


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """Something of a list, with its customer's name."""

    one: T
    name: str

    @property
    def position(self) -> str:
        return self.one.position

    @property
    def version(self) -> int:
        return self.one.version


def page_of_ratings(store: Store, wanted: Wanted, limit: int, below: str = "") -> Part[Named[ratings.Listed]]:
    """A page, newest first, with the customers' names. Two calls for one kind of follow-up, five for all; of a
    technician's, one more for every hundred that are looked through."""
    found = _ratings(store, wanted, AT_ONCE if wanted.technician else limit + 1, below)
    part = lists.page(found, wanted.takes, limit, LOOKED_THROUGH)
    return Part(list(_named(store, part.items)), part.last)


def page_of_reviews(store: Store, group: AnyGroup, limit: int, below: str = "") -> Part[Named[reviews.Listed]]:
    """A page, newest first, with the customers' names. Two calls for one group, four for all."""
    part = lists.page(_reviews(store, group, limit + 1, below), lambda one: True, limit, LOOKED_THROUGH)
    return Part(list(_named(store, part.items)), part.last)


def sheet_of_ratings(store: Store, wanted: Wanted, zone: str, below: str = "") -> Sheet:
    """As many of these ratings as fit one answer, as CSV."""
    head = "" if below else sheets.header(columns.RATINGS)
    found = _named(store, _ratings(store, wanted, SHEET_AT_ONCE, below))

    def row(named: Named[ratings.Listed]) -> str | None:
        one = named.one
        return columns.rating(one.customer, named.name, one.rating, zone) if wanted.takes(one) else None

    return sheets.fill(head, found, row, SHEET_ROWS, SHEET_SIZE)


def sheet_of_reviews(store: Store, group: AnyGroup, zone: str, below: str = "") -> Sheet:
    """As many of these answers as fit one answer, as CSV."""
    head = "" if below else sheets.header(columns.REVIEWS)
    found = _named(store, _reviews(store, group, SHEET_AT_ONCE, below))

    def row(named: Named[reviews.Listed]) -> str:
        return columns.review(named.one.customer, named.name, named.one.review, zone)

    return sheets.fill(head, found, row, SHEET_ROWS, SHEET_SIZE)


def report(store: Store, months: Sequence[str]) -> RatingReport:
    """What these months come to. Two calls, whatever there was to count."""
    return rules.report(
        months, counts.ratings(store, months[0], months[-1]), counts.reviews(store, months[0], months[-1])
    )


def _ratings(store: Store, wanted: Wanted, at_once: int, below: str) -> Iterator[ratings.Listed]:
    kinds = [one for one in FOLLOW_UPS if wanted.follow_up in ("", one)]
    return lists.newest([partial(ratings.listed, store, kind, at_once) for kind in kinds], below)


def _reviews(store: Store, group: AnyGroup, at_once: int, below: str) -> Iterator[reviews.Listed]:
    groups = [one for one in GROUPS if group in ("", one)]
    return lists.newest([partial(reviews.listed, store, one, at_once) for one in groups], below)


def _named(store: Store, found: Iterable[T]) -> Iterator[Named[T]]:
    """These with their customers' names, which are read a hundred at a time."""
    rest = iter(found)
    while some := list(islice(rest, NAMES_AT_ONCE)):
        read = customers.customers(store, list(dict.fromkeys(one.customer for one in some)))
        names = {one.id: one.name for one in read}
        yield from (Named(one, names.get(one.customer, "")) for one in some)
