"""A company's settings: one document, read and changed as a whole, so that two admins can't overwrite each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import UNSET

from chalicelib.errors import Conflict, Invalid, Stale, Unconditional
from chalicelib.tenants.actions import addresses, deciding
from chalicelib.tenants.admin.settings_shapes import (
    BookingPart,
    Branding,
    CompanyPart,
    ContactFormPart,
    LocaleChange,
    LocalePart,
    MessagesPart,
    Payments,
    Permissions,
    PortalChange,
    PortalPart,
    ReviewLinkPart,
    ReviewsPart,
    Settings,
    SettingsChange,
    WidgetPart,
)
from chalicelib.tenants.rules.company import PERMISSIONS, Company, ReviewLink
from chalicelib.web import formats, pages
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import sent

routes = ApiRoutes("Settings")
LOGO_LINK_SECONDS = 60 * 60


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
    after = deciding.change(caller.store, before, _wanted(caller, before, body), caller.own_note("settings.change"))
    return tagged(present(caller, after), after.version)


# What a company calls by other names than the API does.
_FIELDS = {
    "payments/partial": "partial_payments", "payments/minimum": "minimum_payment",
    "widget/on": "widget", "widget/side": "widget_side", "widget/label": "widget_label",
    "widget/colour": "widget_colour", "contact_form/on": "contact_form", "contact_form/email": "leads_email",
}  # fmt: skip


def _wanted(caller: Admin, before: Company, body: SettingsChange) -> Company:
    """The company with what was sent in the place of what it had. Conflict: its address. Invalid: its locale."""
    _must_be_its_address(caller, before, body.portal)
    _must_be_writable(before, body.locale)
    shown = sent(body.permissions)
    values: dict[str, Any] = {"hidden": frozenset(one for one in PERMISSIONS if not shown.get(one, before.shows(one)))}
    for part in ("company", "branding", "payments", "locale", "widget", "contact_form", "messages"):
        for name, value in sent(getattr(body, part)).items():
            values[_FIELDS.get(f"{part}/{name}", name)] = tuple(value) if name == "address" else value
    if body.portal.on is not UNSET:
        values["on"] = body.portal.on
    if body.reviews.links is not UNSET:
        values["review_links"] = tuple(ReviewLink(one.name, one.url) for one in body.reviews.links)
    return replace(before, **values)


def _must_be_its_address(caller: Admin, company: Company, sent: PortalChange) -> None:
    if sent.slug in (UNSET, company.slug) and sent.url in (UNSET, _url(caller, company)):
        return
    if not company.slug:
        raise Conflict("Choose the portal's address by /settings/address first.", kind="no-address")
    raise Conflict(addresses.PERMANENT, kind="slug-permanent")


def _must_be_writable(company: Company, sent: LocaleChange) -> None:
    """In a language that pages speak, as it is written in that country. One that is so already is not looked at."""
    locale = sent.locale
    if locale is UNSET or locale == company.locale:
        return
    if locale.partition("-")[0] not in pages.LANGUAGES or not formats.can_write(locale):
        spoken = " or ".join(pages.LANGUAGES)
        raise Invalid("locale/locale", f"Write the locale as a language, {spoken}, and a country, as in en-US.")


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
