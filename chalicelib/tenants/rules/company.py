"""What a company is, and which addresses it may choose. What it may decide is `settings.py`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.errors import N_, Invalid

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
SLUG_MIN, SLUG_MAX = 3, 40
COLOUR = re.compile(r"#[0-9a-f]{6}")

# First path segments that are or may become Porchlight's own, and names that would mislead a customer.
RESERVED = frozenset(
    """about account accounts activate admin administrator api app apps assets auth billing blog book booking careers
    cdn checkout console contact dashboard demo dev docs download email favicon files go health help home index
    invite invoice invoices legal link links local localhost login logout mail main media messages mobile new news
    oauth official operator pay payment payments ping pixel platform policy porchlight portal pricing privacy prod
    production public register robots root sandbox secure security service services settings shop signin sign-in
    signout signup sign-up sitemap staging static stats status store stripe support system team terms test tests
    undefined null none true false user users verify webhook webhooks well-known widget widgets www
    your-address""".split()
)


# What a company may hide from its customers; all of it is shown until it does.
# Manage Payment Options, Invoices, Estimates, Documents, Add and Delete Cards & Bank Accounts.
Permission = Literal["payment_options", "invoices", "estimates", "documents", "add_methods", "delete_methods"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
# What has pages of its own, by the first part of their addresses; online booking is there while it is on.
Hideable = Permission | Literal["booking"]
_PAGES: Mapping[str, Hideable] = {
    "invoices": "invoices", "estimates": "estimates", "documents": "documents",
    "book": "booking", "bookings": "booking",
}  # fmt: skip

# Which edge of a website the widget's tab hangs on.
Side = Literal["right", "left"]


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """Where the public can review the company: what the site is called, and the address (https)."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant as its customers see it. `time_zone` is an IANA name, `locale` a BCP 47 tag such as en-US. `slug` is ''
    until the company has chosen its address, and for ever the same from then on.

    `widget`: whether its tab is on the company's website, once the code is installed there; `widget_label` and
    `widget_colour` are '' for the standard words and the company's colour. `contact_form`: whether visitors may write a
    message, which is mailed to `leads_email`, '' for `email`. `link_days`: how long a mailed Portal Link works.
    `review_links` are shown to whoever has said how likely they are to recommend the company, whatever they said.

    `minimum_payment` is the least of a part payment in minor units, 0 for the currency's five (5.00); `hidden` what
    customers may not see or do. `charges_enabled` is what Stripe last said of `stripe_account`. `on`: whether customers
    may come in at all; `version` counts the changes of what the company decides. `documents_glance` is what documents
    keep here of those that are shared with all, for the first page, as `Glances` does with a customer. `booking`:
    whether the add-on of online booking is on, and there is something to book; kept by what is decided there.
    """

    id: str
    slug: str
    name: str
    colour: str = "#1f5f8b"
    logo: str = ""
    phone: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    locale: str = "en-US"
    currency: str = "USD"
    time_zone: str = "America/New_York"
    stripe_account: str = ""
    charges_enabled: bool = False
    partial_payments: bool = True
    minimum_payment: int = 0
    hidden: frozenset[Permission] = frozenset()
    on: bool = True
    version: int = 0
    widget: bool = True
    widget_side: Side = "right"
    widget_label: str = ""
    widget_colour: str = ""
    contact_form: bool = True
    leads_email: str = ""
    link_days: int = 7
    review_links: tuple[ReviewLink, ...] = ()
    documents_glance: str = ""
    booking: bool = False

    @property
    def takes_messages(self) -> bool:
        """Whether the contact form is there at all."""
        return self.on and self.contact_form

    @property
    def leads_to(self) -> str:
        """Where a new lead is mailed; '' where the company has named no address."""
        return self.leads_email or self.email

    def shows(self, permission: Permission) -> bool:
        """Whether customers may see and do this."""
        return permission not in self.hidden

    def hidden_at(self, path: str) -> Hideable | None:
        """What a path of the portal leads to ('/invoices/1'), if that is hidden: also for who was told of it before."""
        found = _PAGES.get(path.partition("?")[0].split("/", 2)[1] if path.startswith("/") else "")
        if found is None or (self.booking if found == "booking" else self.shows(found)):
            return None
        return found


def check_slug(slug: str) -> None:
    """Invalid, in words, unless this can be a portal's address. 3 to 40 of a-z, 0-9 and hyphen."""
    if not SLUG_MIN <= len(slug) <= SLUG_MAX:
        raise Invalid("slug", N_("Choose an address of 3 to 40 characters."))
    if not SLUG.fullmatch(slug) or "--" in slug:
        raise Invalid(
            "slug",
            N_("Use only a to z, 0 to 9 and single hyphens, with a letter or number at both ends."),
        )
    if slug in RESERVED or slug.isdecimal():
        raise Invalid("slug", N_("This address is reserved. Please choose another."), kind="slug-reserved")


def suggest(name: str) -> Iterator[str]:
    """Addresses made from a company's name, best first; endless, so that the caller takes the first free ones."""
    ascii_name = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[a-z0-9]+", ascii_name.lower()) if word not in _COMPANY_FORMS]
    plain = [word for word in words if word != "and"] or ["portal"]
    stems = ["-".join(plain), "".join(plain), "-".join(words), plain[0]]
    if "portal" not in plain:
        stems.append("-".join([*plain, "portal"]))
    seen: set[str] = set()
    for stem in stems:
        candidate = stem[:SLUG_MAX].strip("-")
        if candidate not in seen and _acceptable(candidate):
            seen.add(candidate)
            yield candidate
    base = (stems[0] if len(stems[0]) >= SLUG_MIN else f"{stems[0]}-portal")[: SLUG_MAX - 5].strip("-")
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


_COMPANY_FORMS = frozenset("llc inc ltd co corp gmbh the".split())


def _acceptable(slug: str) -> bool:
    try:
        check_slug(slug)
    except Invalid:
        return False
    return True


def check_colour(colour: str, field: str = "colour") -> str:
    """The colour in lower case, #rrggbb. Any will do: pages darken or lighten it until text on it can be read."""
    lower = colour.strip().lower()
    if not COLOUR.fullmatch(lower):
        raise Invalid(field, N_("Write the colour as # and six digits, such as #2f6b3a."))
    return lower


def check_email(address: str, field: str = "email") -> str:
    """The address, trimmed and in lower case. Only what is certainly no address is refused; a mail proves the rest."""
    lower = address.strip().lower()
    if _is_no_email(lower):
        raise Invalid(field, N_("Enter an e-mail address like name@example.com."))
    return lower


def _is_no_email(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    if not local or "@" in local or len(address.encode()) > 254 or re.search(r"[\s<>()\[\],;:\"\\]", address):
        return True
    if "." not in domain or ".." in domain or "#" in domain or domain.startswith(".") or domain.endswith("."):
        return True
    # An encoded word (RFC 2047) is another address to whoever decodes it.
    if "=?" in address:
        return True
    # What another spelling of the same letters would be is refused: two logins must not look alike.
    return unicodedata.normalize("NFKC", address) != address
