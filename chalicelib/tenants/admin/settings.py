"""A company's settings: one document, read and changed as a whole, so that two admins can't overwrite each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field, structs

from chalicelib.errors import Conflict, Invalid, Stale, Unconditional
from chalicelib.tenants.actions import addresses, deciding
from chalicelib.tenants.rules.company import PERMISSIONS, Company, ReviewLink, Side
from chalicelib.tenants.rules.settings import LINK_DAYS
from chalicelib.web import formats, pages
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Settings")
LOGO_LINK_SECONDS = 60 * 60

Line = Annotated[str, Meta(max_length=200)]
LinkDays = Annotated[int, Meta(ge=LINK_DAYS[0], le=LINK_DAYS[1])]


class CompanyPart(Shape):
    """Who the company is to its customers: shown on pages, papers and mails."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    phone: Annotated[str, Meta(max_length=40)]
    email: Annotated[str, Meta(max_length=254)]
    address: Annotated[list[Line], Meta(max_length=6)]


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

    colour: Annotated[str, Meta(max_length=9)]
    logo_url: str | None


class Payments(Shape):
    """`partial`: whether a part of an invoice may be paid; `minimum`: the least of it, in minor units of `currency`
    (0: five of it)."""

    partial: bool
    minimum: Annotated[int, Meta(ge=0, le=100_000_000)]
    currency: str


class LocalePart(Shape):
    """`locale` is a BCP 47 tag (en-US): how amounts and dates are written. `time_zone` an IANA name: when a day
    begins."""

    locale: Annotated[str, Meta(max_length=35)]
    time_zone: Annotated[str, Meta(max_length=50)]


class WidgetPart(Shape):
    """The tab on the company's own website, once its code is installed there: see `/widget`. `label` is empty for the
    standard words in the page's language, `colour` (#rrggbb) empty for the company's."""

    on: bool
    side: Side
    label: Annotated[str, Meta(max_length=30)]
    colour: Annotated[str, Meta(max_length=9)]


class ContactFormPart(Shape):
    """Whether visitors and customers may write a message, and where it is mailed; `email` is empty for the company's,
    and without that one for the first admin's."""

    on: bool
    email: Annotated[str, Meta(max_length=254)]


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

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET
    address: Annotated[list[Line], Meta(max_length=6)] | UnsetType = UNSET


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

    colour: Annotated[str, Meta(max_length=9)] | UnsetType = UNSET


class PaymentsChange(Shape):
    """What is to change of how customers may pay. The currency can't change."""

    partial: bool | UnsetType = UNSET
    minimum: Annotated[int, Meta(ge=0, le=100_000_000)] | UnsetType = UNSET


class LocaleChange(Shape):
    """What is to change of how amounts, dates and days are told."""

    locale: Annotated[str, Meta(max_length=35)] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET


class WidgetChange(Shape):
    """What is to change of the tab on the company's website."""

    on: bool | UnsetType = UNSET
    side: Side | UnsetType = UNSET
    label: Annotated[str, Meta(max_length=30)] | UnsetType = UNSET
    colour: Annotated[str, Meta(max_length=9)] | UnsetType = UNSET


class ContactFormChange(Shape):
    """What is to change of the contact form."""

    on: bool | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET


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


@routes.get("/settings", "settings:read")
def read_settings(caller: Admin) -> Sent[Settings]:
    """Read all settings, with their version as the ETag."""
    return tagged(present(caller, caller.company), caller.company.version)


@routes.patch(
    "/settings", "settings:write", conditional=True, errors=(Invalid, Conflict, Stale, Unconditional),
    example={"permissions": {"delete_methods": False}, "payments": {"minimum": 1000}},
)  # fmt: skip
def change_settings(caller: Admin, body: SettingsChange) -> Sent[Settings]:
    """Change some of the settings. Send the ETag of what you have read as If-Match."""
    before = caller.company
    if caller.expected_version() != before.version:
        raise Stale()
    after = deciding.change(
        caller.store, before, _wanted(caller, before, body),
        lambda told: caller.note("settings.change", before.id, told),
    )  # fmt: skip
    return tagged(present(caller, after), after.version)


def _wanted(caller: Admin, before: Company, body: SettingsChange) -> Company:
    """The company with what was sent in the place of what it had. Conflict: its address."""
    for name, value in {"slug": before.slug, "url": _url(caller, before)}.items():
        if getattr(body.portal, name) not in (UNSET, value):
            if not before.slug:
                raise Conflict("Choose the portal's address by /settings/address first.", kind="no-address")
            raise Conflict(addresses.PERMANENT, kind="slug-permanent")
    locale = body.locale.locale
    if locale is not UNSET and locale != before.locale and not _written(locale):
        spoken = " or ".join(pages.LANGUAGES)
        raise Invalid("locale/locale", f"Write the locale as a language, {spoken}, and a country, as in en-US.")
    shown = _set(body.permissions)
    hidden = frozenset(one for one in PERMISSIONS if not shown.get(one, before.shows(one)))
    payments = _set(body.payments)
    values = {**_set(body.company), **_set(body.branding), **_set(body.locale), **_set(body.messages)}
    values |= {_FIELDS.get(f"widget/{name}", f"widget_{name}"): value for name, value in _set(body.widget).items()}
    values |= {_FIELDS[f"contact_form/{name}"]: value for name, value in _set(body.contact_form).items()}
    if "address" in values:
        values["address"] = tuple(values["address"])
    if body.reviews.links is not UNSET:
        values["review_links"] = tuple(ReviewLink(one.name, one.url) for one in body.reviews.links)
    return replace(
        before, hidden=hidden, on=before.on if body.portal.on is UNSET else body.portal.on,
        partial_payments=payments.get("partial", before.partial_payments),
        minimum_payment=payments.get("minimum", before.minimum_payment), **values,
    )  # fmt: skip


_FIELDS = {"widget/on": "widget", "contact_form/on": "contact_form", "contact_form/email": "leads_email"}


def _written(locale: str) -> bool:
    """Whether pages can be written so: in a language that they speak, as it is written in that country."""
    return locale.partition("-")[0] in pages.LANGUAGES and formats.can_write(locale)


def _set(part: Shape) -> dict[str, Any]:
    """What of a part was sent."""
    return {name: value for name, value in structs.asdict(part).items() if value is not UNSET}


def present(caller: Admin, company: Company) -> Settings:
    """A company's settings as the API shows them."""
    return Settings(
        CompanyPart(company.name, company.phone, company.email, list(company.address)),
        PortalPart(company.on, company.slug, _url(caller, company)),
        Permissions(**{one: company.shows(one) for one in PERMISSIONS}),
        Branding(company.colour, _logo(caller, company)),
        Payments(company.partial_payments, company.minimum_payment, company.currency),
        LocalePart(company.locale, company.time_zone),
        WidgetPart(company.widget, company.widget_side, company.widget_label, company.widget_colour),
        ContactFormPart(company.contact_form, company.leads_email),
        MessagesPart(company.link_days),
        ReviewsPart([ReviewLinkPart(one.name, one.url) for one in company.review_links]),
        BookingPart(company.booking),
    )


def _url(caller: Admin, company: Company) -> str | None:
    return caller.services.settings.portal(company.slug) if company.slug else None


def _logo(caller: Admin, company: Company) -> str | None:
    """Where the logo is to be seen: by the portal's address, or, before there is one, by a link of an hour."""
    if not company.logo:
        return None
    if url := _url(caller, company):
        return f"{url}/logo/{company.logo}"
    return caller.services.files.for_tenant(company.id).link(f"logo/{company.logo}", LOGO_LINK_SECONDS)
