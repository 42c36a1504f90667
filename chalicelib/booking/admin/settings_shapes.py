"""The booking settings as the API reads and writes them. What is said twice, for reading and for changing, differs in
what may be left out."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.booking.rules import checking
from chalicelib.booking.rules.offer import AreaRule, Confirming, PriceKind
from chalicelib.web.api.shapes import Amount, Day, Shape


def _number(bounds: tuple[int, int], words: str) -> Meta:
    return Meta(ge=bounds[0], le=bounds[1], description=words)


ServiceId = Annotated[
    str,
    Meta(
        max_length=checking.ID,
        description="For ever, as in /book/lawn-mowing: a to z, 0 to 9, hyphens. Made from the name where it is empty.",
    ),
]
QuestionId = Annotated[
    str, Meta(max_length=checking.ID, description="Stays when the words change. Made from them where it is empty.")
]
Name = Annotated[str, Meta(min_length=1, max_length=checking.NAME)]
Words = Annotated[str, Meta(max_length=checking.WORDS, description="What customers read of it.")]
Label = Annotated[str, Meta(min_length=1, max_length=checking.LABEL)]
Minutes = Annotated[int, _number(checking.MINUTES, "How long the job takes, in minutes.")]
Buffer = Annotated[int, _number(checking.BUFFER, "Minutes that are kept free, for the way or for clearing up.")]
TimeOfDay = Annotated[
    str,
    Meta(
        pattern=r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)",
        max_length=5,
        description="A time of day where the company is, from 00:00 to 24:00.",
    ),
]
Notice = Annotated[int, _number(checking.NOTICE, "Hours from now to the first time that can be booked.")]
Horizon = Annotated[int, _number(checking.HORIZON, "Days from today to the last that can be booked.")]
Step = Annotated[
    Literal[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240],
    Meta(description="Minutes from one start to the next, counted from opening."),
]
Window = Annotated[int, _number(checking.WINDOW, "Minutes after the start in which you may arrive, 0 for on the dot.")]
Crews = Annotated[int, _number(checking.CREWS, "How many jobs there may be at once.")]
Cutoff = Annotated[int, _number(checking.CUTOFF, "Hours before the start until which customers may move or cancel.")]
Policy = Annotated[
    str,
    Meta(max_length=checking.POLICY, description="Your words on moving and canceling."),
]
Remind = Annotated[int, _number(checking.REMIND, "Hours before the start when customers are reminded, 0 for never.")]
Code = Annotated[str, Meta(max_length=20)]
Codes = Annotated[list[Code], Meta(max_length=checking.CODES)]


class PricePart(Shape):
    """`exact`: it costs that; `from`: that or more; `estimate`: you look first, free of charge; `none`: nothing is
    said. `amount` counts for the first two, in minor units of the company's currency."""

    kind: PriceKind = "none"
    amount: Amount = 0


class QuestionPart(Shape):
    """Something that is asked with a service."""

    label: Label
    id: QuestionId = ""
    required: bool = False


class ServicePart(Shape):
    """A service that can be booked; `on`: whether it is offered now. The job ends by closing; what is kept free
    `before` and `after` it may lie outside of the opening hours, and that of two jobs adds up."""

    name: Name
    minutes: Minutes
    id: ServiceId = ""
    words: Words = ""
    before: Buffer = 0
    after: Buffer = 0
    price: PricePart = field(default_factory=PricePart)
    questions: Annotated[list[QuestionPart], Meta(max_length=checking.QUESTIONS)] = field(default_factory=list)
    on: bool = True


class SpanPart(Shape):
    """Open from `opens` to `closes`. Spans that touch become one."""

    opens: TimeOfDay
    closes: TimeOfDay


Spans = Annotated[list[SpanPart], Meta(max_length=checking.SPANS)]
Services = Annotated[list[ServicePart], Meta(max_length=checking.SERVICES)]


class WeekPart(Shape):
    """The opening hours of each weekday; closed where there are none."""

    monday: Spans
    tuesday: Spans
    wednesday: Spans
    thursday: Spans
    friday: Spans
    saturday: Spans
    sunday: Spans


class SpecialPart(Shape):
    """Days from `since` to `until`, both included, with hours of their own; closed without any. `name` is why, and
    customers may read it."""

    since: Day
    until: Day
    name: Annotated[str, Meta(max_length=checking.NAME)] = ""
    hours: Spans = field(default_factory=list)


Special = Annotated[list[SpecialPart], Meta(max_length=checking.SPECIAL)]


class AreaPart(Shape):
    """Where you work. `any`: everywhere, and nobody's postal code is looked at; `flagged`: bookings from elsewhere come
    with a mark; `refused`: there are none. `codes` are postal codes, and with a * beginnings of them: 80301, 803*."""

    rule: AreaRule
    codes: Codes


class BookingSettings(Shape):
    """All that a company decides of its online booking. Its version is the ETag. `on`: whether there is any: no page,
    route or message tells of it while it is off. `confirming`: bookings are confirmed at once, or by your answer."""

    on: bool
    services: Services
    hours: WeekPart
    special: Special
    notice: Notice
    horizon: Horizon
    step: Step
    window: Window
    crews: Crews
    area: AreaPart
    confirming: Confirming
    cutoff: Cutoff
    policy: Policy
    remind: Remind


class WeekChange(Shape):
    """Which weekdays' hours are to change: all spans of such a day."""

    monday: Spans | UnsetType = UNSET
    tuesday: Spans | UnsetType = UNSET
    wednesday: Spans | UnsetType = UNSET
    thursday: Spans | UnsetType = UNSET
    friday: Spans | UnsetType = UNSET
    saturday: Spans | UnsetType = UNSET
    sunday: Spans | UnsetType = UNSET


class AreaChange(Shape):
    """What is to change of where you work: the rule, or all codes."""

    rule: AreaRule | UnsetType = UNSET
    codes: Codes | UnsetType = UNSET


class BookingSettingsChange(Shape):
    """What is to change; what is left out stays as it is. Lists are replaced as a whole: a service or a question keeps
    its `id` through a change of its name if it is sent along."""

    on: bool | UnsetType = UNSET
    services: Services | UnsetType = UNSET
    hours: WeekChange = field(default_factory=WeekChange)
    special: Special | UnsetType = UNSET
    notice: Notice | UnsetType = UNSET
    horizon: Horizon | UnsetType = UNSET
    step: Step | UnsetType = UNSET
    window: Window | UnsetType = UNSET
    crews: Crews | UnsetType = UNSET
    area: AreaChange = field(default_factory=AreaChange)
    confirming: Confirming | UnsetType = UNSET
    cutoff: Cutoff | UnsetType = UNSET
    policy: Policy | UnsetType = UNSET
    remind: Remind | UnsetType = UNSET
