"""Money, dates and numbers as people in the company's country write them, in the customer's language.

Babel knows how; it is heavy, so it is imported by the first call that needs it. Every answer is remembered:
a warm page formats nothing twice. Amounts are integers in the currency's minor unit (cents).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.money import digits

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True, slots=True)
class Formats:
    """How one company's amounts and dates are written in one language."""

    language: str
    locale: str
    currency: str
    time_zone: str

    def money(self, minor: int, currency: str | None = None) -> str:
        return _money(self.language, self.locale, minor, currency or self.currency)

    def read_money(self, typed: str) -> int | None:
        """An amount as somebody types it ("1,234.5", "$20", "20.00 USD"), in the company's currency; None where it
        can't be read for certain: in Denver "12,50" is neither 12.50 nor 1,250."""
        return _read_money(self.language, self.locale, typed, self.currency)

    @property
    def typing(self) -> str:
        """How amounts are typed, for the script that reads along: tag, currency, digits, decimal point, separator."""
        return _typing(self.language, self.locale, self.currency)

    def date(self, value: datetime.date) -> str:
        """A date in a list: "Nov 22, 2026"."""
        return _date(self.language, self.locale, value)

    def short_date(self, value: datetime.date) -> str:
        """A date of these weeks, where there is little room: "Nov 24"."""
        return _short_date(self.language, self.locale, value)

    def day(self, value: datetime.date) -> str:
        """A date near today, as one says it: "Tuesday, November 24"."""
        return _day(self.language, self.locale, value)

    def long_date(self, value: datetime.date) -> str:
        """A date in full: "Sunday, November 22, 2026"."""
        return _long_date(self.language, self.locale, value)

    def size(self, count: int) -> str:
        """How big a file is, as people say it: "340 KB", "1.2 MB"."""
        return _size(self.language, self.locale, count)

    def day_of(self, value: datetime.date) -> datetime.date:
        """The date itself, or, of an instant, the day it was where the company is."""
        if isinstance(value, datetime.datetime):
            return value.astimezone(ZoneInfo(self.time_zone)).date()
        return value

    def moment(self, value: datetime.datetime) -> str:
        """An instant on the company's clock: "Nov 22, 2026, 3:45 PM"."""
        return _moment(self.language, self.locale, self.time_zone, value)

    def weekday(self, value: datetime.date) -> str:
        """The day of the week where there is little room: "Tue"."""
        return _weekday(self.language, self.locale, value)

    def clock(self, value: datetime.datetime) -> str:
        """An instant's time of day on the company's clock: "9:00 AM"."""
        return _clock(self.language, self.locale, self.time_zone, value)

    def twice(self, value: datetime.datetime) -> str:
        """What the clock is called at an instant whose time it shows twice that day, when it is set back: "MDT"; '' for
        all others."""
        here = value.astimezone(ZoneInfo(self.time_zone))
        same = here.utcoffset() == here.replace(fold=1 - here.fold).utcoffset()
        return "" if same else self.zone(value)[1]

    def hours(self, first: datetime.datetime, last: datetime.datetime) -> tuple[str, str]:
        """Two instants on the company's clock, as short as one says them: ("8", "10 AM"), ("11:30 AM", "1 PM")."""
        return _hours(self.language, self.locale, self.time_zone, first, last)

    def zone(self, at: datetime.datetime) -> tuple[str, str]:
        """Whose clock the company's is, and what it is called at that instant: ("Denver", "MST"). Where it has no name
        but a number: "UTC-3"."""
        return _zone(self.language, self.locale, self.time_zone, at)


def can_write(locale: str) -> bool:
    """Whether amounts and dates can be written just as this locale asks: 'en-US', but not 'en-XX'."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale, sep="-")) == locale.replace("-", "_")
    except (UnknownLocaleError, ValueError):
        return False


@lru_cache(maxsize=64)
def _babel_locale(language: str, locale: str) -> Locale:
    """The customer's language in the company's country, or the language alone where no such pair is known."""
    from babel import Locale, UnknownLocaleError

    territory = locale.replace("_", "-").rpartition("-")[2].upper() if "-" in locale or "_" in locale else ""
    for name in (f"{language}_{territory}", language):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_US")


@lru_cache(maxsize=4096)
def _money(language: str, locale: str, minor: int, currency: str) -> str:
    from copy import copy

    babel_locale = _babel_locale(language, locale)
    places = digits(currency)
    pattern = copy(babel_locale.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    amount = Decimal(minor).scaleb(-places)
    written = pattern.apply(amount, babel_locale, currency=currency, currency_digits=False)
    # CLDR asks for a space between a code of letters and the number; Babel leaves it out.
    return re.sub(r"([A-Za-z])(?=\d)", "\\1\u00a0", written)


# A length that no amount of money has.
_LONGEST = 40
_MOST_DIGITS = 15
_SPACES = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u202f", " "))


def _read_money(language: str, locale: str, typed: str, currency: str) -> int | None:
    if len(typed) > _LONGEST:
        return None
    from babel.numbers import NumberFormatError, parse_decimal

    babel_locale = _babel_locale(language, locale)
    point, group = _separators(language, locale)
    number = _without_currency(typed.translate(_SPACES).strip(), babel_locale, currency)
    if group.isspace():
        number = number.replace(" ", group)
    elif group == "\u2019":
        number = number.replace("'", group)
    whole, _, part = number.partition(point)
    ours = set("0123456789" + group)
    if not set(whole) <= ours or not set(part) <= ours - {group} or len(part) > digits(currency):
        return None
    if not 0 < sum(c.isdigit() for c in whole + part) <= _MOST_DIGITS:
        return None
    try:
        return int(parse_decimal(number, babel_locale, strict=True).scaleb(digits(currency)))
    except NumberFormatError:
        return None


def _without_currency(typed: str, locale: Locale, currency: str) -> str:
    """What is left of an amount without its currency's sign or code, before it or after."""
    sign = str(locale.currency_symbols.get(currency, currency))
    bare = sign.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for one in (currency, sign, currency[:2] + bare, bare):
        for cut in (typed.removeprefix, typed.removesuffix, typed.upper().removeprefix, typed.upper().removesuffix):
            if one and len(left := cut(one)) < len(typed):
                return left.strip()
    return typed


@lru_cache(maxsize=64)
def _separators(language: str, locale: str) -> tuple[str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    babel_locale = _babel_locale(language, locale)
    return get_decimal_symbol(babel_locale), get_group_symbol(babel_locale)


@lru_cache(maxsize=64)
def _typing(language: str, locale: str, currency: str) -> str:
    tag = str(_babel_locale(language, locale)).replace("_", "-")
    return " ".join((tag, currency, str(digits(currency)), *_separators(language, locale)))


@lru_cache(maxsize=1024)
def _short_date(language: str, locale: str, value: datetime.date) -> str:
    from babel.dates import format_skeleton

    return format_skeleton("MMMd", value, locale=_babel_locale(language, locale))


@lru_cache(maxsize=2048)
def _date(language: str, locale: str, value: datetime.date) -> str:
    from babel.dates import format_date

    return format_date(value, "medium", locale=_babel_locale(language, locale))


@lru_cache(maxsize=1024)
def _day(language: str, locale: str, value: datetime.date) -> str:
    from babel.dates import format_date

    babel_locale = _babel_locale(language, locale)
    pattern = re.sub(r"(,\s*|\s+)('de'\s+)?y$", "", str(babel_locale.date_formats["full"].pattern))
    return format_date(value, pattern, locale=babel_locale)


@lru_cache(maxsize=2048)
def _long_date(language: str, locale: str, value: datetime.date) -> str:
    from babel.dates import format_date

    return format_date(value, "full", locale=_babel_locale(language, locale))


@lru_cache(maxsize=1024)
def _size(language: str, locale: str, count: int) -> str:
    from babel.numbers import format_decimal

    # By thousands, as most systems count by now, halves upwards: the console says the same (upload.js).
    kilobytes = max(1, (count + 500) // 1000)
    if kilobytes < 1000:
        return f"{kilobytes}\u00a0KB"
    megabytes = Decimal((count + 50_000) // 100_000) / 10
    return f"{format_decimal(megabytes, '0.#', locale=_babel_locale(language, locale))}\u00a0MB"


@lru_cache(maxsize=1024)
def _moment(language: str, locale: str, time_zone: str, value: datetime.datetime) -> str:
    day = value.astimezone(ZoneInfo(time_zone)).date()
    return f"{_date(language, locale, day)}, {_clock(language, locale, time_zone, value)}"


@lru_cache(maxsize=2048)
def _clock(language: str, locale: str, time_zone: str, value: datetime.datetime) -> str:
    from babel.dates import format_time

    here = value.astimezone(ZoneInfo(time_zone))
    clock = format_time(here, "short", tzinfo=here.tzinfo, locale=_babel_locale(language, locale))
    # CLDR puts a narrow no-break space before AM and PM, which many fonts do not have.
    return clock.replace("\u202f", "\u00a0")


@lru_cache(maxsize=256)
def _weekday(language: str, locale: str, value: datetime.date) -> str:
    from babel.dates import format_date

    return format_date(value, "ccc", locale=_babel_locale(language, locale))


@lru_cache(maxsize=2048)
def _hours(
    language: str, locale: str, time_zone: str, first: datetime.datetime, last: datetime.datetime
) -> tuple[str, str]:
    from babel.dates import format_time

    babel_locale, zone = _babel_locale(language, locale), ZoneInfo(time_zone)
    here, there = first.astimezone(zone), last.astimezone(zone)
    whole = str(babel_locale.time_formats["short"].pattern)
    # The half of the day is said once where it is the same: "8 and 10 AM".
    same = here.date() == there.date() and (here.hour < 12) == (there.hour < 12) and here != there
    short = re.sub(r"[\s\u202f\u00a0]*a$", "", whole) if same else whole

    def written(at: datetime.datetime, pattern: str) -> str:
        on_the_hour = "a" in whole and not at.minute
        pattern = pattern.replace(":mm", "") if on_the_hour else pattern
        return format_time(at, pattern, tzinfo=zone, locale=babel_locale).replace("\u202f", "\u00a0")

    return written(here, short), written(there, whole)


@lru_cache(maxsize=256)
def _zone(language: str, locale: str, time_zone: str, at: datetime.datetime) -> tuple[str, str]:
    from babel.dates import get_timezone_location

    zone = ZoneInfo(time_zone)
    city = get_timezone_location(zone, locale=_babel_locale(language, locale), return_city=True)
    name = at.astimezone(zone).tzname() or ""
    return str(city).rpartition("/")[2], name if name.isalpha() else f"UTC{name}"
