"""What a company may decide: each setting tidied and checked, and how the audit trail tells of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from chalicelib.errors import Invalid
from chalicelib.money import Money, least_charge
from chalicelib.plain_words import one_line
from chalicelib.tenants.rules.company import PERMISSIONS, Company, ReviewLink, check_colour, check_email

PHONE = re.compile(r"\+?[0-9(). /-]{3,40}")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
# What an address may be spelled with (RFC 3986); a browser writes any other so when it is copied.
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
# How long a mailed Portal Link may work: the least, the most.
LINK_DAYS = (1, 90)
# They turn the reading direction round, and so can make one text look like another.
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Told = Mapping[str, Any]


def decided(before: Company, wanted: Company) -> Company:
    """`wanted` with its settings tidied. Invalid names what can't be, by its place in the API's settings.

    What is as it was is not looked at: a rule may be younger than the setting, and must not stand in another's way.
    """
    tidied = {
        name: rule(wanted)
        for name, rule in _RULES.items()
        if getattr(wanted, name) != getattr(before, name)
    }  # fmt: skip
    return replace(wanted, **tidied)


def told(company: Company) -> Told:
    """All that a company decides, by its place in the API's settings."""
    return {
        "company/name": company.name,
        "company/phone": company.phone,
        "company/email": company.email,
        "company/address": list(company.address),
        "portal/on": company.on,
        **{f"permissions/{one}": company.shows(one) for one in PERMISSIONS},
        "branding/colour": company.colour,
        "branding/logo": company.logo,
        "payments/partial": company.partial_payments,
        "payments/minimum": company.minimum_payment,
        "locale/locale": company.locale,
        "locale/time_zone": company.time_zone,
        "widget/on": company.widget,
        "widget/side": company.widget_side,
        "widget/label": company.widget_label,
        "widget/colour": company.widget_colour,
        "contact_form/on": company.contact_form,
        "contact_form/email": company.leads_email,
        "messages/link_days": company.link_days,
        "reviews/links": [f"{one.name} {one.url}" for one in company.review_links],
    }


def _name(company: Company) -> str:
    name = _plain(company.name, "company/name")
    if not name:
        raise Invalid("company/name", "Give the company's name.")
    return name


def _phone(company: Company) -> str:
    phone = company.phone.strip()
    if phone and not (PHONE.fullmatch(phone) and sum(one.isdigit() for one in phone) >= 3):
        raise Invalid("company/phone", "Write a phone number, as in (303) 555-0142.")
    return phone


def _email(company: Company) -> str:
    return check_email(company.email, "company/email") if company.email.strip() else ""


def _address(company: Company) -> tuple[str, ...]:
    lines = [_plain(line, f"company/address/{place}") for place, line in enumerate(company.address)]
    return tuple(line for line in lines if line)


def _plain(text: str, field: str) -> str:
    """One line of text as people type it."""
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _BIDI_OVERRIDES for c in text.strip()):
        raise Invalid(field, "This has characters that can't be used here, such as a line break. Type it again.")
    return one_line(text)


def _colour(company: Company) -> str:
    return check_colour(company.colour, "branding/colour")


def _widget_label(company: Company) -> str:
    return _plain(company.widget_label, "widget/label")


def _widget_colour(company: Company) -> str:
    return check_colour(company.widget_colour, "widget/colour") if company.widget_colour.strip() else ""


def _leads_email(company: Company) -> str:
    if not company.leads_email.strip():
        return ""
    address = check_email(company.leads_email, "contact_form/email")
    if not address.isascii():
        raise Invalid("contact_form/email", "Use an address of plain letters: not all mail servers take others.")
    return address


def _minimum(company: Company) -> int:
    least = Money(least_charge(company.currency), company.currency)
    if 0 < company.minimum_payment < least.amount:
        raise Invalid(
            "payments/minimum",
            "Stripe charges %(least)s at least: set that or more. 0 stands for five of the currency.",
            least=least,
        )
    return company.minimum_payment


def _link_days(company: Company) -> int:
    if not LINK_DAYS[0] <= company.link_days <= LINK_DAYS[1]:
        raise Invalid("messages/link_days", f"A link works for {LINK_DAYS[0]} to {LINK_DAYS[1]} days.")
    return company.link_days


def _review_links(company: Company) -> tuple[ReviewLink, ...]:
    return tuple(_review_link(one, f"reviews/links/{place}") for place, one in enumerate(company.review_links))


def _review_link(link: ReviewLink, field: str) -> ReviewLink:
    """It is shown to customers, who trust it: an address as any browser opens it, and nobody's login in it."""
    name, url = _plain(link.name, f"{field}/name"), link.url.strip()
    if not name:
        raise Invalid(f"{field}/name", "Say which site it is, as in Google.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme != "https" or not HOST.fullmatch(host) or "@" in parts.netloc or not _ADDRESS.fullmatch(url):
        raise Invalid(
            f"{field}/url", "Copy the whole address of your page there, as in https://g.page/r/example/review."
        )
    return ReviewLink(name, url)


def _locale(company: Company) -> str:
    """Whether pages can be written in it, `web/formats.py` knows."""
    if not LOCALE.fullmatch(company.locale):
        raise Invalid("locale/locale", "Write the locale as a language and a country, as in en-US.")
    return company.locale


def _time_zone(company: Company) -> str:
    """One that every browser knows too: not a server's own names for files."""
    if company.time_zone in ("localtime", "Factory") or company.time_zone not in available_timezones():
        raise Invalid("locale/time_zone", "There is no such time zone. Write it as in America/Denver.")
    return company.time_zone


_RULES: Mapping[str, Callable[[Company], Any]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "address": _address,
    "colour": _colour,
    "minimum_payment": _minimum,
    "locale": _locale,
    "time_zone": _time_zone,
    "widget_label": _widget_label,
    "widget_colour": _widget_colour,
    "leads_email": _leads_email,
    "link_days": _link_days,
    "review_links": _review_links,
}
