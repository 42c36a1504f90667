"""What the API says of bookings, free times and blocked time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from chalicelib.booking.rules import slots
from chalicelib.booking.rules.booking import By, Source, Status
from chalicelib.booking.rules.changing import MOST_NOTE, Deed
from chalicelib.booking.rules.checking import CREWS
from chalicelib.booking.rules.details import MOST_ANSWER, MOST_CODE, MOST_NOTES
from chalicelib.booking.rules.offer import PriceKind
from chalicelib.leads.rules.submission import MOST_EMAIL, MOST_LINE, MOST_PHONE
from chalicelib.web.api.shapes import Cursor, Day, Id, Limit, Shape

Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="A time with its offset, as in RFC 3339: 2026-12-01T08:00:00-07:00.",
        extra_json_schema={"format": "date-time"},
    ),
]
Time = Annotated[
    str,
    Meta(
        description="RFC 3339, with the offset of the company's time zone at that time.",
        extra_json_schema={"format": "date-time"},
    ),
]
OwnId = Annotated[str, Meta(max_length=60, description="A booking's id.")]
ServiceId = Annotated[str, Meta(max_length=60, description="A service's id, as in the booking settings.")]
Line = Annotated[str, Meta(max_length=MOST_LINE)]
Code = Annotated[str, Meta(max_length=MOST_CODE, description="A postal code: 80301.")]
Note = Annotated[str, Meta(max_length=MOST_NOTE)]
Why = Literal[slots.Why, "area"]


class CalendarQuery(Shape):
    """Days where the company is, both included, 42 at the most; fewer where very much is on."""

    since: Day
    until: Day


class OpenHours(Shape):
    """Open from then until then; the offset may change in between."""

    opens: Time
    closes: Time


class CalendarDay(Shape):
    """A day where the company is: its opening hours, none for closed; `name` says why they are others than usual."""

    day: Day
    name: str
    hours: list[OpenHours]


class CalendarEntry(Shape):
    """A booking, or blocked time, which has no `status`. `starts_at` to `ends_at` is the job, `busy_since` to
    `busy_until` the same with what is kept free around it. A booking takes one crew; blocked time `crews`, 0 for all.
    `title` is the service, or why the time is blocked; `who` the booking's person. `outside`: of the service area.
    What is suspected of being no real booking is not among them: it holds no time until you confirm it."""

    id: str
    kind: Literal["booking", "block"]
    starts_at: Time
    ends_at: Time
    busy_since: Time
    busy_until: Time
    title: str
    who: str
    customer: str | None
    status: Status | None
    crews: int
    outside: bool


class CalendarView(Shape):
    """What is on in these days, the earliest first; what crosses midnight is there once. `crews` is how many jobs there
    may be at once."""

    time_zone: str
    crews: int
    days: list[CalendarDay]
    items: list[CalendarEntry]


class ServiceName(Shape):
    """The service as it was called when it was booked."""

    id: str
    name: str


class PriceView(Shape):
    """What was said of the price; `amount` counts for `exact` and `from`, in minor units."""

    kind: PriceKind
    amount: int


class WhoView(Shape):
    """Who booked, and where the job is, as it was typed or on file."""

    name: str
    email: str
    phone: str
    address: list[str]
    postal_code: str


class AnswerView(Shape):
    """A question as it was asked, and the answer."""

    question: str
    answer: str


class HappenedView(Shape):
    """Something that was done: `status` and `starts_at` are the booking's since. `note` is what was said with it."""

    at: Time
    by: By
    name: str
    status: Status
    starts_at: Time
    note: str


class BookingView(Shape):
    """A booking. Somebody arrives between `starts_at` and `arrives_until`, and the job takes until `ends_at`; `before`
    and `after` are minutes kept free around it. Its customer can move or cancel it until `changeable_until`.

    `customer` is null while it is nobody's of the company's; `lead` is the inbound lead beside it, `visit` the visit of
    a customer's confirmed booking. `note` is what the company last said with it. `outside`: of the service area;
    `suspected`: of being no real booking. `happened` is the oldest first. `allowed` is what can be done with it now.
    """

    id: str
    status: Status
    service: ServiceName
    starts_at: Time
    ends_at: Time
    arrives_until: Time
    changeable_until: Time
    minutes: int
    before: int
    after: int
    window: int
    customer: str | None
    customer_name: str
    who: WhoView
    answers: list[AnswerView]
    notes: str
    price: PriceView
    policy: str
    source: Source
    outside: bool
    suspected: bool
    note: str
    lead: str | None
    visit: str | None
    happened: list[HappenedView]
    created_at: Time
    allowed: list[Deed]


class RequestList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[BookingView]
    next: str | None


class RequestQuery(Shape):
    """Whose answer they wait for, which page, and how many."""

    waiting_for: Literal["company", "customer"] = "company"
    cursor: Cursor = ""
    limit: Limit = 20


class Who(Shape):
    """Who it is for, and where the job is. Of a customer's booking what is left out is as on file."""

    name: Line = ""
    email: Annotated[str, Meta(max_length=MOST_EMAIL)] = ""
    phone: Annotated[str, Meta(max_length=MOST_PHONE)] = ""
    address: Annotated[list[Line], Meta(max_length=4)] = field(default_factory=list)
    postal_code: Code = ""


class Answer(Shape):
    """The id of one of the service's questions, and what was answered."""

    question: Annotated[str, Meta(max_length=60)]
    answer: Annotated[str, Meta(max_length=MOST_ANSWER)]


class BookingFields(Shape):
    """A booking that the company makes itself: for a `customer`, or for somebody else, whose name is needed then.
    `service` may be one that is switched off for customers. With `confirmed` false it waits as a request. With `tell`
    they are told by mail and SMS."""

    service: ServiceId
    starts_at: Moment
    customer: Id | None = None
    who: Who = field(default_factory=Who)
    answers: Annotated[list[Answer], Meta(max_length=20)] = field(default_factory=list)
    notes: Annotated[str, Meta(max_length=MOST_NOTES)] = ""
    confirmed: bool = True
    tell: bool = True


class BookingStatus(Shape):
    """What is decided of a booking. `note` is told to whom it is for."""

    status: Literal["confirmed", "declined", "cancelled"]
    note: Note = ""


class BookingTime(Shape):
    """When it shall begin. `note` is told to whom it is for."""

    starts_at: Moment
    note: Note = ""


class BookingCustomer(Shape):
    """Whose booking it is."""

    customer: Id


class SlotQuery(Shape):
    """Times of a service on some days, `since` and on: 31 at the most. With a `postal_code` it is said whether somebody
    comes there. `besides` is a booking that is to be moved, in the place of a service: times are for what was booked,
    and its own place counts as free."""

    since: Day
    service: ServiceId = ""
    count: Annotated[int, Meta(ge=1, le=31, description="How many days.")] = 7
    postal_code: Code = ""
    besides: OwnId = ""


class SlotView(Shape):
    """A time that can be booked: somebody arrives between `starts_at` and `arrives_until`, and the job takes until
    `ends_at`."""

    starts_at: Time
    arrives_until: Time
    ends_at: Time


class SlotDay(Shape):
    """A day's free times. Where there are none `why` says it: `closed`, open for too `short` a time, `full`, `past`,
    within the company's `notice`, beyond its `horizon`, or out of its `area`. `name` is that of a special day."""

    day: Day
    name: str
    why: Why | None
    slots: list[SlotView]


class SlotList(Shape):
    """Free times by day. `first_free` is the first of these days that has any. `area` is null where no postal code was
    given, or none is looked at; what is `flagged` can be booked, with a mark for the company."""

    time_zone: str
    service: ServiceName
    minutes: int
    area: Literal["inside", "flagged", "refused"] | None
    first_free: Day | None
    days: list[SlotDay]


class BlockFields(Shape):
    """Time in which nothing can be booked: of `crews`, 0 for all. `title` says why; customers don't see it."""

    since: Moment
    until: Moment
    title: Line = ""
    crews: Annotated[int, Meta(ge=0, le=CREWS[1])] = 0


class BlockView(Shape):
    """Blocked time, and the bookings within it, the first 1,000: they stay, and are yours to move."""

    block: CalendarEntry
    within: list[CalendarEntry]
