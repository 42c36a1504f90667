"""What the API says of visits and their photos."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from chalicelib.tenants.rules.pictures import PictureType
from chalicelib.visits.rules import Status
from chalicelib.visits.rules.photos import CAPTION, MOST_BYTES
from chalicelib.web.api.shapes import Day, ExternalId, Id, Listing, Shape, Time

Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="A time with its offset, as in RFC 3339: 2026-12-01T08:00:00-07:00.",
        extra_json_schema={"format": "date-time"},
    ),
]


class ProductPart(Shape):
    """Something that was used: `amount` as 2 oz, `note` as EPA 432-1363."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    amount: Annotated[str, Meta(max_length=40)] = ""
    note: Annotated[str, Meta(max_length=200)] = ""


class VisitFields(Shape):
    """A visit as it shall be. `customer` can't change. `starts_at` to `ends_at` is its arrival window: 24 hours at the
    most; the same time twice for no window. `completed_at` only with `complete`: null or left out keeps it as it is,
    and of a visit that was not complete it is now, or the end of its window if that is more than a day ago. `work` is
    what was done. `external_id` left out stays what it is."""

    customer: Id
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    starts_at: Moment
    ends_at: Moment
    technician: Annotated[str, Meta(max_length=100)] = ""
    status: Status = "scheduled"
    completed_at: Moment | None = None
    work: Annotated[str, Meta(max_length=5000)] = ""
    products: Annotated[list[ProductPart], Meta(max_length=40)] = field(default_factory=list)
    notes: Annotated[str, Meta(max_length=2000)] = ""
    external_id: ExternalId | None = None


class VisitFacts(Shape):
    """What lists and the visit itself say of it."""

    id: str
    external_id: str | None
    customer: str
    customer_name: str
    title: str
    status: Status
    starts_at: Time
    ends_at: Time
    technician: str
    completed_at: Time | None


class VisitRow(VisitFacts):
    """A visit in a list; `photos` is how many it has."""

    photos: int


class ProductView(Shape):
    """Something that was used."""

    name: str
    amount: str
    note: str


class PhotoView(Shape):
    """A photo: pixels of the big one, and links to both that open for five minutes."""

    id: str
    caption: str
    width: int
    height: int
    url: str
    small_url: str


class VisitRating(Shape):
    """What its customer said of the visit: 1 to 5 stars."""

    stars: int
    comment: str
    rated_at: Time


class VisitView(VisitFacts):
    """A visit, with what was done. `rating` is null until its customer gives one. `booking` is the online booking that
    says when it is and whether it takes place, null for none."""

    work: str
    products: list[ProductView]
    notes: str
    photos: list[PhotoView]
    rating: VisitRating | None
    booking: str | None


class VisitList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[VisitRow]
    next: str | None


class VisitSearch(Listing):
    """The latest first, or the soonest. A visit's time is when it was completed, until then when its window begins.
    `since` and `until` are days where the company is, both included."""

    since: Day | Literal[""] = ""
    until: Day | Literal[""] = ""
    status: Status | Literal[""] = ""
    customer: Annotated[str, Meta(max_length=110)] = ""
    order: Literal["", "soonest"] = ""


class VisitStatus(Shape):
    """The state a visit shall be in. The same again changes nothing."""

    status: Status


# Told in the description; what is wrong with a size is said in words of its own.
Size = Annotated[int, Meta(description="Bytes.", extra_json_schema={"minimum": 1, "maximum": MOST_BYTES})]


class PhotoFile(Shape):
    """The picture that is to be uploaded."""

    content_type: PictureType
    size: Size


class PhotoUpload(Shape):
    """Post a multipart form to `url` within `expires_in` seconds: each of `fields`, then the picture as `file`. Once
    that has answered 204, send `upload` to the visit's photos."""

    upload: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in: int


class PhotoChoice(Shape):
    """The id of an upload that has arrived. `caption` says what is seen, also to those who can't see it."""

    upload: str
    caption: Annotated[str, Meta(max_length=CAPTION)] = ""
