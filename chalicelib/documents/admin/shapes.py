"""What the API says of documents."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.documents.rules import Category
from chalicelib.documents.rules.contents import MOST_BYTES
from chalicelib.documents.rules.document import FileType
from chalicelib.documents.rules.drafting import NAME_MOST
from chalicelib.web.api.shapes import Day, ExternalId, Id, Listing, Shape, Time

# Told in the description; what is wrong with a size is said in words of its own.
Size = Annotated[int, Meta(description="Bytes.", extra_json_schema={"minimum": 1, "maximum": MOST_BYTES})]
# Blanks and what nobody sees may come on top: they are tidied away, and not counted.
Name = Annotated[
    str, Meta(min_length=1, max_length=200, description=f"What people call it; {NAME_MOST} characters at most.")
]
Filename = Annotated[
    str, Meta(max_length=500, description="What it is saved as; tidied, with the ending that is right for its type.")
]


class DocumentFile(Shape):
    """The file that is to be uploaded."""

    content_type: FileType
    size: Size


class DocumentUpload(Shape):
    """Post a multipart form to `url` within `expires_in` seconds: each of `fields`, then the file as `file`. Once that
    has answered 204, send `upload` to `POST /documents`."""

    upload: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in: int


class DocumentFields(Shape):
    """A file that has arrived, and whom it is for: `customer` is null for all. It is seen from the first day to the
    last, both included: from today where `visible_from` is left out, without end where `visible_until` is. `notify`
    tells those whom it is for."""

    upload: str
    name: Name
    category: Category
    customer: Id | None
    filename: Filename = ""
    visible_from: Day | None = None
    visible_until: Day | None = None
    notify: bool = False
    external_id: ExternalId | None = None


class DocumentChange(Shape):
    """What is to change; what is left out stays as it is. Whom it is for and its file can't change: share another one,
    and delete this."""

    name: Name | UnsetType = UNSET
    filename: Filename | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    visible_from: Day | UnsetType = UNSET
    visible_until: Day | UnsetType | None = UNSET
    external_id: ExternalId | UnsetType | None = UNSET


class DocumentView(Shape):
    """A document. `customer` is null for all. `type` and `size` are what its file was found to be; `inline`: whether a
    browser may show it in place. `visible`: whether its customers see it now."""

    id: str
    external_id: str | None
    customer: str | None
    customer_name: str
    name: str
    filename: str
    category: Category
    type: FileType
    size: int
    inline: bool
    shared_at: Time
    visible_from: Day
    visible_until: Day | None
    visible: bool


class DocumentList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[DocumentView]
    next: str | None


class DocumentSearch(Listing):
    """Newest first. `customer` narrows it to what is shared with one alone, or with `everyone`."""

    customer: Annotated[str, Meta(max_length=110)] = ""
    category: Category | Literal[""] = ""


class DocumentDelivery(Shape):
    """Send the customer a link to this document. `to` left out is the customer's first address, or their first number
    that takes texts; it must be one of theirs."""

    to: Annotated[str, Meta(max_length=254)] = ""
    by: Literal["email", "sms"] = "email"


class FileLink(Shape):
    """Where the file is to be had for `expires_in` seconds: shown in place where its document is `inline`, else
    saved."""

    url: str
    expires_in: int
