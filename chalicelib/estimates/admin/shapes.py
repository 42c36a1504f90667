"""What the API says of estimates. Amounts are minor units of the company's currency."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.billing.admin.shapes import LinePart, LineView
from chalicelib.web.api.shapes import Amount, Day, ExternalId, Id, Listing, Shape, Time

Status = Literal["draft", "pending", "won", "lost", "expired"]
"""`expired` is a pending one whose last day is over, where the company is."""

Terms = Annotated[str, Meta(max_length=20_000)]


class EstimateFields(Shape):
    """An estimate as it shall be. The total is the sum of the lines' amounts and the tax, 0 or more. `expires_on` is
    the last day it can be accepted on, null for none. `customer` can't change. `status` pending means issued, whatever
    has become of it since; it can't go back to draft. `external_id` left out stays what it is.

    `terms` is what the customer agrees to; null or left out, the company's standard terms, as they are when it
    is issued: a draft shows those of now, and an issued one keeps those it has."""

    customer: Id
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    issued_on: Day
    lines: Annotated[list[LinePart], Meta(min_length=1, max_length=200)]
    expires_on: Day | None = None
    title: Annotated[str, Meta(max_length=200)] = ""
    tax: Amount = 0
    tax_name: Annotated[str, Meta(max_length=40)] = ""
    notes: Annotated[str, Meta(max_length=2000)] = ""
    terms: Terms | None = None
    status: Literal["draft", "pending"] = "pending"
    external_id: ExternalId | None = None


class EstimateRow(Shape):
    """An estimate in a list. `invoice` is the id of the one that was made of it. `changes_asked`: its customer has
    asked for changes since the offer last changed."""

    id: str
    external_id: str | None
    customer: str
    customer_name: str
    number: str
    title: str
    status: Status
    issued_on: Day
    expires_on: Day | None
    total: int
    invoice: str | None
    changes_asked: bool


class DecisionView(Shape):
    """How the estimate was decided. `by` is `customer`, or who of staff marked it so; `revision` and `total` what was
    decided on; `signature` the name as it was typed; `terms` the words agreed to. The last one stands, unless the
    estimate was re-opened since."""

    number: int
    kind: Literal["accepted", "declined"]
    at: Time
    by: str
    revision: int
    total: int
    signature: str
    reason: str
    terms: str
    terms_version: int
    address: str
    agent: str


class ChangeRequestView(Shape):
    """What the customer would like changed, and of which revision."""

    id: str
    at: Time
    revision: int
    text: str


class EstimateView(EstimateRow):
    """An estimate. `revision` counts what its customer may have seen: it rises when the offer changes, and nobody
    accepts another one than they were looking at. `terms_version` is the one of the company's standard terms that these
    words are, 0 for words of its own. `changeable`: whether it may still change. Decisions and change requests: the
    oldest first."""

    currency: str
    lines: list[LineView]
    subtotal: int
    tax: int
    tax_name: str
    notes: str
    terms: str
    terms_version: int
    revision: int
    decisions: list[DecisionView]
    change_requests: list[ChangeRequestView]
    changeable: Literal["all", "nothing"]


class EstimateList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[EstimateRow]
    next: str | None


class EstimateSearch(Listing):
    """Newest first. `status` or `customer` narrows it; `number` is how an estimate's number begins."""

    status: Literal["", "draft", "pending", "won", "lost", "expired"] = ""
    customer: Annotated[str, Meta(max_length=110)] = ""
    number: Annotated[str, Meta(max_length=40)] = ""


class EstimateStatus(Shape):
    """The state an estimate shall have: `pending` issues a draft, and has a decided one wait again; `won` and `lost`
    say that it was decided elsewhere, for this `reason`. The same again changes nothing."""

    status: Literal["pending", "won", "lost"]
    reason: Annotated[str, Meta(max_length=2000)] = ""


class EstimateDelivery(Shape):
    """Send the customer a link to this estimate: `by` e-mail or SMS. `to` left out is the customer's first address, or
    their first number that takes texts; it must be one of theirs."""

    to: Annotated[str, Meta(max_length=254)] = ""
    by: Literal["email", "sms"] = "email"


class EstimateInvoice(Shape):
    """How the invoice shall be. Left out, `number` is the estimate's, `issued_on` today, and `due_on` two weeks after
    that. Lines, tax and notes are the estimate's."""

    number: Annotated[str, Meta(max_length=40)] = ""
    issued_on: Day | None = None
    due_on: Day | None = None
    status: Literal["draft", "open"] = "open"


class EstimatePaper(Shape):
    """`decision` is the number of one that accepted the estimate; 0 is the estimate as it stands now."""

    decision: Annotated[
        int, Meta(ge=0, le=999_999, description="The number of an acceptance; 0 for how it stands.")
    ] = 0


class EstimatePdf(Shape):
    """Where the PDF is to be had for so many seconds."""

    url: str
    expires_in: int


class EstimateTermsFields(Shape):
    """The standard terms as they shall be; empty for none."""

    text: Terms


class EstimateTerms(Shape):
    """The standard terms. `version` counts their changes, 0 for none yet."""

    text: str
    version: int
