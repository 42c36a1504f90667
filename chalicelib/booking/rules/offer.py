"""What a company offers online: its services, its hours, and the rules of its calendar. Pure.

Times of day are minutes since midnight on the company's clock (1440: the end of the day), dates are the company's.
Lengths are minutes unless their names say otherwise; money is in minor units of the company's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

# exact: it costs that; from: that or more; estimate: the company looks first, free of charge; none: nothing is said.
PriceKind = Literal["none", "exact", "from", "estimate"]
# once: a booking is confirmed as it is made; request: by the company's answer.
Confirming = Literal["once", "request"]
# any: wherever they live; flagged: outside of the area too, with a mark for the company; refused: only inside.
AreaRule = Literal["any", "flagged", "refused"]

DAY = 24 * 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` counts for 'exact' and 'from'."""

    kind: PriceKind = "none"
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask with a service. `id` stays when the words change."""

    id: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A service that can be booked. `id` is for ever, as in '/book/lawn-mowing'; `on`: whether it is offered now.

    The job takes `minutes`; `before` and `after` are kept free around it, for the way there and for clearing up: those
    of two jobs add up. They may lie outside of the opening hours.
    """

    id: str
    name: str
    words: str = ""
    minutes: int = 60
    before: int = 0
    after: int = 0
    price: Price = Price()
    questions: tuple[Question, ...] = ()
    on: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` until `closes`."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days from `since` to `until`, both included, with hours of their own; closed where there are none. `name` is why:
    'Thanksgiving', and customers may read it."""

    since: date
    until: date
    name: str = ""
    hours: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """Where the company works: postal codes as it wrote them, tidied ('80301'), and beginnings of them ('803*')."""

    rule: AreaRule = "any"
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """All that a company decides of its online booking. `hours` are those of Monday to Sunday.

    `notice` is in hours, from now to the first time that can be booked; `horizon` in days, from today to the last day;
    `step` from one start to the next; `window` how long after the start somebody may arrive, 0 for on the dot; `crews`
    how many jobs there may be at once. `cutoff` is in hours: so long before the start a customer can still move or
    cancel it; each booking keeps the cut-off and the `policy` that it was made with. `remind` is in hours before the
    start, 0 for no reminder. `version` counts the changes.
    """

    on: bool = False
    services: tuple[Service, ...] = ()
    hours: tuple[tuple[Span, ...], ...] = ((),) * 7
    special: tuple[SpecialDays, ...] = ()
    notice: int = 24
    horizon: int = 60
    step: int = 30
    window: int = 0
    crews: int = 1
    area: Area = Area()
    confirming: Confirming = "once"
    cutoff: int = 24
    policy: str = ""
    remind: int = 24
    version: int = 0

    def service(self, id: str) -> Service | None:
        """The service of this id if it is offered now."""
        return next((one for one in self.services if one.id == id and one.on), None)

    @property
    def ready(self) -> bool:
        """Whether there is anything to book: a service that is offered, and an hour in which somebody comes."""
        return any(one.on for one in self.services) and (any(self.hours) or any(one.hours for one in self.special))


# Fields that are one plain value each, and stand so in the store, in the API and in the trail.
PLAIN = ("on", "notice", "horizon", "step", "window", "crews", "confirming", "cutoff", "policy", "remind")
# What a company has that has decided nothing yet: no service, and the hours that most have.
FRESH = Offer(hours=((Span(8 * 60, 17 * 60),),) * 5 + ((),) * 2)


def clock(minutes: int) -> str:
    """A time of day as the API and the trail write it: 08:00, 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes_of(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
