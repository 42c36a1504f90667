"""Turn values into pages: HTML in the company's colours, words in the customer's language.

No I/O besides loading templates, and nothing of requests: whoever calls says who looks at what, and where.
Templates see `page`, `company`, `fmt` (amounts and dates), `url`, `asset`, and what the caller passes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from chalicelib.web import assets, colours, marks
from chalicelib.web.formats import Formats

if TYPE_CHECKING:
    from gettext import NullTranslations

    from jinja2 import Template
    from markupsafe import Markup

# The languages of pages and mails, by the name each gives itself.
LANGUAGES = {"en": "English", "es": "Español"}


@dataclass(frozen=True, slots=True)
class CompanyView:
    """What pages show of a company."""

    slug: str
    name: str
    colour: str
    logo_url: str | None
    phone: str
    email: str
    address: tuple[str, ...]
    locale: str
    currency: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PageContext:
    """Who looks at a page, in what language, and where links lead. `wallet`: whether ways to pay can be managed;
    `invoices`, `estimates`, `documents`: whether these are shown; `contact`: whether there is a form to write to the
    company; `booking`: whether visits can be booked online. `reference`: what the log has this request by, for pages
    that say what went wrong."""

    prefix: str
    company: CompanyView | None
    language: str
    me: str | None
    today: date
    path: str
    link_session: bool = False
    accounts: int = 1
    wallet: bool = False
    invoices: bool = True
    contact: bool = False
    estimates: bool = True
    documents: bool = True
    booking: bool = False
    reference: str = ""


class _OnPages(Formats):
    """Papers and messages have the hyphen: not each font and telephone has a minus sign."""

    def money(self, minor: int, currency: str | None = None) -> str:
        written = Formats.money(self, minor, currency)
        return written.replace("-", "\u2212") if minor < 0 else written


def render(template: str, context: PageContext, /, **values: object) -> str:
    """The whole HTML of a page."""
    return fill(_template(_known(context.language), template), context, values)


def fill(template: Template, context: PageContext, values: Mapping[str, object]) -> str:
    """The HTML of a template that is at hand already."""
    shared = _page_values(context.prefix, context.company, _known(context.language))
    return template.render({**shared, "page": context, **values})


def style_hash(context: PageContext) -> str:
    """The CSP source that allows the page's one inline style, the company's colours: 'sha256-…'."""
    return _style_hash(_colour(context.company))


def translate(language: str, text: str, /, **values: object) -> str:
    """A text of the catalogue in a language, its `%(name)s` places filled.

    Texts in Python are typed with the typewriter's apostrophe; pages set the printer's, as templates do.
    """
    return _words(_known(language)).gettext(text).replace("'", "\u2019") % values


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _colour(company: CompanyView | None) -> str:
    return company.colour if company else colours.PORCHLIGHT


def _words(language: str) -> NullTranslations:
    from chalicelib.web.catalogue import translations

    return translations(language)


@lru_cache(maxsize=256)
def _template(language: str, name: str) -> Template:
    from chalicelib.web.templating import environment

    return environment(language).get_template(name)


@lru_cache(maxsize=256)
def _page_values(prefix: str, company: CompanyView | None, language: str) -> dict[str, Any]:
    """What every page of a company in a language is given; made once."""
    if company:
        fmt: Formats = _OnPages(language, company.locale, company.currency, company.time_zone)
    else:
        fmt = _OnPages(language, "en-US", "USD", "UTC")
    root = f"{prefix}/{company.slug}" if company else prefix
    return {
        "company": company,
        "fmt": fmt,
        "big": lambda minor, currency=None: marks.amount(replace(fmt, currency=currency) if currency else fmt, minor),
        "when": lambda value: marks.when(fmt, value),
        "pill": lambda state, until=None, unfinished=False: marks.pill(fmt, state.kind, state.days, until, unfinished),
        "payment_pill": lambda standing, until=None: marks.payment_pill(fmt, standing, until),
        "state_words": lambda state: marks.state_words(language, state.kind, state.days),
        "tel": marks.dialled,
        "initials": marks.initials,
        "languages": LANGUAGES,
        "url": _url_below(root),
        "invoice_rows": lambda items: marks.invoice_rows(fmt, f"{root}/invoices/", items),
        "asset": lambda name: assets.asset_url(prefix, name),
        "brand_style": _brand_style(_colour(company)),
        "errors": {},
        "values": {},
        "wait": 2,
    }


def _url_below(root: str) -> Callable[[str], str]:
    """Paths of the portal: '/invoices' becomes '/api/evergreen/invoices', and '/' the portal's first page."""
    return lambda path: root + path if path != "/" else root or "/"


@lru_cache(maxsize=256)
def _brand_style(colour: str) -> Markup:
    from markupsafe import Markup

    made = colours.brand(colour)
    return Markup(
        f":root{{--accent:{made.light};--on-accent:{made.on_light}}}"
        f"@media screen and (prefers-color-scheme:dark){{"
        f":root{{--accent:{made.dark};--on-accent:{made.on_dark}}}}}"
    )


@lru_cache(maxsize=256)
def _style_hash(colour: str) -> str:
    return "sha256-" + b64encode(sha256(_brand_style(colour).encode()).digest()).decode()
