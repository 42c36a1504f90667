"""Small pieces of HTML that templates are given ready-made: amounts, dates, how invoices and payments stand.

A page may have many of the same, so what can be is remembered. Of values alone: nothing here knows who looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from chalicelib.money import digits
from chalicelib.web.formats import Formats

if TYPE_CHECKING:
    from gettext import NullTranslations

    from markupsafe import Markup

_TO_PAY = frozenset({"due", "overdue", "part_paid"})
_CLOSED = frozenset({"paid", "void", "written_off"})


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
    @property
    def unfinished(self) -> bool: ...


def invoice_rows(fmt: Formats, below: str, items: Iterable[InvoiceRow]) -> Markup:
    """The rows of a list of invoices. An open one shows what is left to pay, a closed one what it came to.

    No template: twenty rows cost Jinja more than the rest of the page.
    """
    from markupsafe import Markup, escape

    invoice = escape(_words(fmt.language).gettext("Invoice"))
    rows = []
    for item in items:
        kind = item.state.kind
        shown = item.due if kind in _TO_PAY else item.total
        rows.append(
            f'<li><a class="row go{" closed" if kind in _CLOSED else ""}" href="{below}{escape(item.id)}">'
            f'<span class="what">{escape(item.title)}</span>'
            f'<span class="sum">{escape(fmt.money(shown))}</span>'
            f'<span class="note"><span>{invoice} {escape(item.number)}</span> '
            f"{when(fmt, item.issued_on)}</span>"
            f"{pill(fmt, kind, item.state.days, item.expected_on, item.unfinished)}</a></li>\n"
        )
    return Markup(f'<ul class="rows">\n{"".join(rows)}</ul>')


@lru_cache(maxsize=4096)
def amount(fmt: Formats, minor: int) -> Markup:
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
def when(fmt: Formats, value: date) -> Markup:
    """A date as people write it, with the exact one behind it. Of an instant, the day it was where the company is."""
    from markupsafe import Markup

    value = fmt.day_of(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), fmt.long_date(value), fmt.date(value)
    )


@lru_cache(maxsize=2048)
def pill(fmt: Formats, kind: str, days: int, until: date | None, unfinished: bool = False) -> Markup:
    """A state's word and shape; `until` is when the bank payment that holds it should have arrived, `unfinished` that
    it waits for the customer."""
    from markupsafe import Markup

    words = state_words(fmt.language, kind, days)
    if kind == "processing" and unfinished:
        kind, words = "due", _words(fmt.language).gettext("Payment not finished")
    elif kind == "processing" and until is not None:
        words = _words(fmt.language).gettext("Processing until %(date)s") % {"date": fmt.short_date(until)}
    return Markup('<span class="pill {}">{}</span>').format(kind.replace("_", "-"), words)


def state_words(language: str, kind: str, days: int) -> str:
    """An invoice's state as one says it; `days` until it is due, or since it was."""
    words = _words(language)
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


def payment_pill(fmt: Formats, standing: str, until: date | None) -> Markup:
    """How a payment stands: its word, and the shape of an invoice's state that means as much."""
    from markupsafe import Markup

    words_of = _words(fmt.language)
    gettext = words_of.gettext
    if standing == "processing":
        return pill(fmt, "processing", 0, until)
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


def dialled(phone: str) -> str:
    """What a telephone can dial of a number written for people."""
    return "".join(c for c in phone if c.isdigit() or c == "+")


@lru_cache(maxsize=256)
def initials(name: str) -> str:
    """What stands in the place of a logo."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "•"


def _words(language: str) -> NullTranslations:
    from chalicelib.web.catalogue import translations

    return translations(language)
