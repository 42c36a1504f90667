"""Turn values into pages: HTML in the company's colours, words in the customer's language.

No I/O besides loading templates, and nothing of requests: whoever calls says who looks at what, and where.
Templates see `page`, `company`, `fmt` (amounts and dates), `url`, `asset`, and what the caller passes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.money import digits
from chalicelib.web import assets, colours
from chalicelib.web.formats import Formats

if TYPE_CHECKING:
    from gettext import NullTranslations

    from jinja2 import Template
    from markupsafe import Markup

# The languages of pages and mails, by the name each gives itself.
LANGUAGES = {"en": "English", "es": "Español"}

_TO_PAY = frozenset({"due", "overdue", "part_paid"})
_CLOSED = frozenset({"paid", "void", "written_off"})


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


class InvoiceState(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def days(self) -> int: ...


class InvoiceRow(Protocol):
    """What a list shows of an invoice; amounts in minor units."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def total(self) -> int: ...
    @property
    def due(self) -> int: ...
    @property
    def state(self) -> InvoiceState: ...
    @property
    def expected_on(self) -> date | None: ...


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
        fmt = Formats(language, company.locale, company.currency, company.time_zone)
    else:
        fmt = Formats(language, "en-US", "USD", "UTC")
    root = f"{prefix}/{company.slug}" if company else prefix
    return {
        "company": company,
        "fmt": fmt,
        "big": lambda minor, currency=None: _amount(replace(fmt, currency=currency) if currency else fmt, minor),
        "when": lambda value: _when(fmt, value),
        "pill": lambda state, until=None: _pill(fmt, state.kind, state.days, until),
        "payment_pill": lambda standing, until=None: _payment_pill(fmt, standing, until),
        "state_words": lambda state: state_words(language, state.kind, state.days),
        "tel": _tel,
        "initials": _initials,
        "languages": LANGUAGES,
        "url": _url_below(root),
        "invoice_rows": lambda items: _invoice_rows(fmt, f"{root}/invoices/", items),
        "asset": lambda name: assets.asset_url(prefix, name),
        "brand_style": _brand_style(_colour(company)),
        "errors": {},
        "values": {},
        "wait": 2,
    }


def _invoice_rows(fmt: Formats, below: str, items: Iterable[InvoiceRow]) -> Markup:
    """The rows of a list of invoices. An open one shows what is left to pay, a closed one what it came to.

    The one piece of HTML that is not a template: twenty rows cost Jinja more than the rest of the page.
    """
    from markupsafe import Markup, escape

    invoice = escape(_words(fmt.language).gettext("Invoice"))
    rows = []
    for item in items:
        kind = item.state.kind
        shown = item.due if kind in _TO_PAY else item.total
        rows.append(
            f'<li><a class="row{" closed" if kind in _CLOSED else ""}" href="{below}{escape(item.id)}">'
            f'<span class="what">{escape(item.title)}</span>'
            f'<span class="sum">{escape(fmt.money(shown))}</span>'
            f'<span class="note"><span>{invoice} {escape(item.number)}</span> '
            f"{_when(fmt, item.issued_on)}</span>"
            f"{_pill(fmt, kind, item.state.days, item.expected_on)}</a></li>\n"
        )
    return Markup(f'<ul class="rows">\n{"".join(rows)}</ul>')


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


@lru_cache(maxsize=4096)
def _amount(fmt: Formats, minor: int) -> Markup:
    """A big amount: its cents are set smaller, and a screen reader hears it whole."""
    from markupsafe import Markup

    whole = fmt.money(minor)
    places = digits(fmt.currency)
    if not places:
        return Markup("{}").format(whole)
    cut = max(whole.rfind("."), whole.rfind(","))
    end = cut + 1 + places
    return Markup(
        '<span class="hush">{}</span><span aria-hidden="true">{}<span class="cents">{}</span>{}</span>'
    ).format(whole, whole[:cut], whole[cut:end], whole[end:])


@lru_cache(maxsize=2048)
def _when(fmt: Formats, value: date) -> Markup:
    """A date as people write it, with the exact one behind it. Of an instant, the day it was where the company is."""
    from markupsafe import Markup

    value = fmt.day_of(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), fmt.long_date(value), fmt.date(value)
    )


@lru_cache(maxsize=2048)
def _pill(fmt: Formats, kind: str, days: int, until: date | None) -> Markup:
    """A state's word and shape; `until` is when the bank payment that holds it should have arrived."""
    from markupsafe import Markup

    words = state_words(fmt.language, kind, days)
    if kind == "processing" and until is not None:
        words = _words(fmt.language).gettext("Processing until %(date)s") % {"date": fmt.short_date(until)}
    return Markup('<span class="pill {}">{}</span>').format(kind.replace("_", "-"), words)


def state_words(language: str, kind: str, days: int) -> str:
    """An invoice's state as one says it; `days` until it is due, or since it was."""
    words = _words(_known(language))
    gettext, ngettext = words.gettext, words.ngettext
    if kind == "due":
        if days == 0:
            return gettext("Due today")
        return ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}
    if kind == "overdue":
        return ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", days) % {"days": days}
    return {
        "part_paid": gettext("Part paid"),
        "processing": gettext("Payment under way"),
        "paid": gettext("Paid"),
        "void": gettext("Void"),
        "written_off": gettext("Written off"),
    }[kind]


def _payment_pill(fmt: Formats, standing: str, until: date | None) -> Markup:
    """How a payment stands: its word, and the shape of an invoice's state that means as much."""
    from markupsafe import Markup

    words_of = _words(fmt.language)
    gettext = words_of.gettext
    if standing == "processing":
        return _pill(fmt, "processing", 0, until)
    shape, words = {
        "open": ("due", gettext("Not finished")),
        "paid": ("paid", words_of.pgettext("payment", "Paid")),
        "part_refunded": ("part-paid", gettext("Refunded in part")),
        "refunded": ("back-again", gettext("Refunded")),
        "taken_back": ("overdue", gettext("Taken back by the bank")),
        "failed": ("overdue", gettext("Didn’t go through")),
        "canceled": ("void", gettext("Canceled")),
    }[standing]
    return Markup('<span class="pill {}">{}</span>').format(shape, words)


def _tel(phone: str) -> str:
    """What a telephone can dial of a number written for people."""
    return "".join(c for c in phone if c.isdigit() or c == "+")


@lru_cache(maxsize=256)
def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "•"
