"""What the API says of invoices and payments. Amounts are minor units of the company's currency."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from chalicelib.billing.records import ListedStatus
from chalicelib.billing.rules import Changeable
from chalicelib.billing.rules.connection import StandingKind
from chalicelib.billing.rules.invoices import PostedKind
from chalicelib.billing.rules.payments import BackKind, BackState, PaymentState
from chalicelib.web.api.shapes import Amount, Day, ExternalId, Id, Listing, Positive, Shape, Time

QUANTITY = Meta(
    pattern=r"^-?[0-9]{1,9}([.][0-9]{1,4})?$(?!\n)", description="A number with four decimals at the most, as 1.5."
)


class LinePart(Shape):
    """A line. `amount` left out is quantity times unit price, rounded half up; given, it is taken as it is."""

    description: Annotated[str, Meta(min_length=1, max_length=500)]
    quantity: Annotated[str, QUANTITY] = "1"
    unit_price: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000, description="Minor units.")] = 0
    amount: Annotated[int, Meta(ge=-10_000_000_000, le=10_000_000_000)] | None = None


class InvoiceFields(Shape):
    """An invoice as it shall be. The total is the sum of the lines' amounts and the tax, 0 or more. `customer` can't
    change. `status` open means issued, whatever has become of it since; it can't go back to draft. `external_id` left
    out stays what it is."""

    customer: Id
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    issued_on: Day
    due_on: Day
    lines: Annotated[list[LinePart], Meta(min_length=1, max_length=200)]
    title: Annotated[str, Meta(max_length=200)] = ""
    tax: Amount = 0
    tax_name: Annotated[str, Meta(max_length=40)] = ""
    notes: Annotated[str, Meta(max_length=2000)] = ""
    bill_to: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=6)] = field(default_factory=list)
    status: Literal["draft", "open"] = "open"
    external_id: ExternalId | None = None


class LineView(Shape):
    """A line as it stands on the invoice; amounts are minor units."""

    description: str
    quantity: str
    unit_price: int
    amount: int


class InvoiceRow(Shape):
    """An invoice in a list. `due` is what is still owed, `in_flight` what is on its way."""

    id: str
    external_id: str | None
    customer: str
    customer_name: str
    number: str
    title: str
    status: ListedStatus
    issued_on: Day
    due_on: Day
    total: int
    paid: int
    credited: int
    in_flight: int
    due: int


class PostedView(Shape):
    """What a payment did to the invoice; a negative amount took it away again."""

    payment: str
    on: Day
    method: str
    amount: int
    kind: PostedKind


class InvoiceView(InvoiceRow):
    """An invoice. `changeable`: which of its parts may still change."""

    currency: str
    lines: list[LineView]
    subtotal: int
    tax: int
    tax_name: str
    notes: str
    bill_to: list[str]
    posted: list[PostedView]
    changeable: Changeable


class InvoiceList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[InvoiceRow]
    next: str | None


class InvoiceSearch(Listing):
    """Newest first. `status` or `customer` narrows it; `number` is how an invoice's number begins."""

    status: Literal["", ListedStatus] = ""
    customer: Annotated[str, Meta(max_length=110)] = ""
    number: Annotated[str, Meta(max_length=40)] = ""


class StatusSetting(Shape):
    """The state an invoice shall have. A draft can be opened; an open one voided or written off. The same again changes
    nothing."""

    status: Literal["open", "void", "written_off"]


class Credit(Shape):
    """Take this off what is owed on the invoice: a credit note."""

    amount: Positive


class Delivery(Shape):
    """Send the customer a link to this invoice: `by` e-mail or SMS, `as` an invoice or as a reminder to pay it. `to`
    left out is the customer's first address, or their first number that takes texts; it must be one of theirs."""

    to: Annotated[str, Meta(max_length=254)] = ""
    by: Literal["email", "sms"] = "email"
    as_: Literal["invoice", "reminder"] = field(default="invoice", name="as")


class AllocationView(Shape):
    """What of a payment went to an invoice; `credit` of it out of account credit."""

    invoice: str
    number: str
    amount: int
    credit: int


class RefundView(Shape):
    """Money of a payment that went back, or is on its way back."""

    id: str
    kind: BackKind
    amount: int
    state: BackState
    at: Time
    reason: str


class PaymentView(Shape):
    """A payment. `online` false: taken by hand. `refundable` is what can still be given back."""

    id: str
    customer: str
    amount: int
    credit: int
    currency: str
    state: PaymentState
    method: str
    online: bool
    at: Time
    allocations: list[AllocationView]
    refunds: list[RefundView]
    refundable: int


class PaymentList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[PaymentView]
    next: str | None


class ManualPayment(Shape):
    """Money that came in by hand. It pays `invoices` in order, or (left out) all that is owed, oldest due first; what
    is left becomes account credit. An invoice that takes no money (a draft, void, written off, paid) can't be named.
    `received_on` left out is today."""

    amount: Positive
    method: Annotated[str, Meta(min_length=1, max_length=60, description="Cash, Check 1042, Bank transfer …")]
    received_on: Day | None = None
    invoices: Annotated[list[Id], Meta(min_length=1, max_length=90)] | None = None


class CreditUse(Shape):
    """Pay an invoice, or a part of it, out of the customer's account credit."""

    invoice: Id
    amount: Positive


class Refund(Shape):
    """Give a payment or a part of it back."""

    amount: Positive
    reason: Annotated[str, Meta(max_length=200)] = ""


class StripeView(Shape):
    """Where the company stands with Stripe. `needs` says what Stripe still asks for."""

    state: StandingKind
    words: str
    needs: list[str]


class Onboarding(Shape):
    """A page of Stripe's where the company goes on; it opens once, within minutes."""

    url: str
