"""A company's settings as the API shows and takes them. A change has the same fields, and each may be left out."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.tenants.rules.company import Side
from chalicelib.tenants.rules.settings import LINK_DAYS
from chalicelib.web.api.shapes import Shape

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Phone = Annotated[str, Meta(max_length=40)]
Email = Annotated[str, Meta(max_length=254)]
Address = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=6)]
Colour = Annotated[str, Meta(max_length=9)]
Minimum = Annotated[int, Meta(ge=0, le=100_000_000)]
Locale = Annotated[str, Meta(max_length=35)]
TimeZone = Annotated[str, Meta(max_length=50)]
Label = Annotated[str, Meta(max_length=30)]
LinkDays = Annotated[int, Meta(ge=LINK_DAYS[0], le=LINK_DAYS[1])]


class CompanyPart(Shape):
    """Who the company is to its customers: shown on pages, papers and mails."""

    name: Name
    phone: Phone
    email: Email
    address: Address


class PortalPart(Shape):
    """Whether customers may come in, and where. `slug` and `url` are for ever; empty and null until the address is
    chosen, see `/settings/address`."""

    on: bool
    slug: str
    url: str | None


class Permissions(Shape):
    """What customers may see and do. What is false is not there for them: no menu, no page, no link mailed before."""

    payment_options: bool
    invoices: bool
    estimates: bool
    documents: bool
    add_methods: bool
    delete_methods: bool


class Branding(Shape):
    """`colour` is #rrggbb; pages darken or lighten it until text on it can be read. `logo_url` is null without a logo:
    upload one by `/settings/logo`."""

    colour: Colour
    logo_url: str | None


class Payments(Shape):
    """`partial`: whether a part of an invoice may be paid; `minimum`: the least of it, in minor units of `currency`
    (0: five of it)."""

    partial: bool
    minimum: Minimum
    currency: str


class LocalePart(Shape):
    """`locale` is a BCP 47 tag (en-US): how amounts and dates are written. `time_zone` an IANA name: when a day
    begins."""

    locale: Locale
    time_zone: TimeZone


class WidgetPart(Shape):
    """The tab on the company's own website, once its code is installed there: see `/widget`. `label` is empty for the
    standard words in the page's language, `colour` (#rrggbb) empty for the company's."""

    on: bool
    side: Side
    label: Label
    colour: Colour


class ContactFormPart(Shape):
    """Whether visitors and customers may write a message, and where it is mailed; `email` is empty for the company's,
    and without that one for the first admin's."""

    on: bool
    email: Email


class MessagesPart(Shape):
    """`link_days`: how many days the link in an e-mail or SMS works."""

    link_days: LinkDays


class ReviewLinkPart(Shape):
    """Where the public can review the company: what the site is called, and the address of the company's page there
    (https)."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    url: Annotated[str, Meta(min_length=1, max_length=500)]


ReviewLinks = Annotated[list[ReviewLinkPart], Meta(max_length=6)]


class ReviewsPart(Shape):
    """`links` are shown, in this order, to whoever has said how likely they are to recommend the company; to all of
    them, whatever they said: choosing by the answer is against the rules of Google and others."""

    links: ReviewLinks


class BookingPart(Shape):
    """`on`: whether there is online booking; see `/booking-settings`, where that is decided."""

    on: bool


class Settings(Shape):
    """All that a company decides. Its version is the ETag."""

    company: CompanyPart
    portal: PortalPart
    permissions: Permissions
    branding: Branding
    payments: Payments
    locale: LocalePart
    widget: WidgetPart
    contact_form: ContactFormPart
    messages: MessagesPart
    reviews: ReviewsPart
    booking: BookingPart


class CompanyChange(Shape):
    """What is to change of who the company is to its customers."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    address: Address | UnsetType = UNSET


class PortalChange(Shape):
    """`slug` can't be changed: it may only be sent as it is."""

    on: bool | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    url: str | UnsetType | None = UNSET


class PermissionsChange(Shape):
    """What is to change of what customers may see and do."""

    payment_options: bool | UnsetType = UNSET
    invoices: bool | UnsetType = UNSET
    estimates: bool | UnsetType = UNSET
    documents: bool | UnsetType = UNSET
    add_methods: bool | UnsetType = UNSET
    delete_methods: bool | UnsetType = UNSET


class BrandingChange(Shape):
    """What is to change of how pages look. The logo has routes of its own."""

    colour: Colour | UnsetType = UNSET


class PaymentsChange(Shape):
    """What is to change of how customers may pay. The currency can't change."""

    partial: bool | UnsetType = UNSET
    minimum: Minimum | UnsetType = UNSET


class LocaleChange(Shape):
    """What is to change of how amounts, dates and days are told."""

    locale: Locale | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


class WidgetChange(Shape):
    """What is to change of the tab on the company's website."""

    on: bool | UnsetType = UNSET
    side: Side | UnsetType = UNSET
    label: Label | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET


class ContactFormChange(Shape):
    """What is to change of the contact form."""

    on: bool | UnsetType = UNSET
    email: Email | UnsetType = UNSET


class MessagesChange(Shape):
    """What is to change of how messages are sent. Links that are out keep the days they were sent with."""

    link_days: LinkDays | UnsetType = UNSET


class ReviewsChange(Shape):
    """What is to change of where the public can review the company: all links, in their order."""

    links: ReviewLinks | UnsetType = UNSET


class SettingsChange(Shape):
    """What is to change; what is left out stays as it is."""

    company: CompanyChange = field(default_factory=CompanyChange)
    portal: PortalChange = field(default_factory=PortalChange)
    permissions: PermissionsChange = field(default_factory=PermissionsChange)
    branding: BrandingChange = field(default_factory=BrandingChange)
    payments: PaymentsChange = field(default_factory=PaymentsChange)
    locale: LocaleChange = field(default_factory=LocaleChange)
    widget: WidgetChange = field(default_factory=WidgetChange)
    contact_form: ContactFormChange = field(default_factory=ContactFormChange)
    messages: MessagesChange = field(default_factory=MessagesChange)
    reviews: ReviewsChange = field(default_factory=ReviewsChange)
