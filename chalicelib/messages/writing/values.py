"""The variables of a text, made of what a message carries: amounts, days and times as the company writes them.

What is not known is empty, never None: an empty text, link or list is false in a condition, so that a text can ask for
it by its name alone. Amounts and numbers are true even as 0, as Liquid has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.errors import N_
from chalicelib.messages import standard
from chalicelib.messages.rules import Recipient
from chalicelib.messages.rules.template import Template
from chalicelib.messages.writing.language import Lines
from chalicelib.tenants.rules import Company
from chalicelib.web.formats import Formats
from chalicelib.web.pages import translate

if TYPE_CHECKING:
    from liquid import Undefined

# What the button's words stand between, and where the stars are, until the HTML is clean: private use, which no value
# can have (`engine.py` takes it out of them).
BUTTON_BEGINS, BUTTON_ENDS, STARS = "\ue000", "\ue001", "\ue002"

# Longer names there are none; what is, would leave no room for the rest of a subject.
_TEXT_MAX = 300

_AT, _BETWEEN = N_("at %(time)s"), N_("between %(start)s and %(end)s")
_ZONE, _FROM, _ESTIMATE = N_("%(city)s time (%(zone)s)"), N_("From %(amount)s"), N_("Free estimate")
_OPEN, _LOOK = N_("Open my account"), N_("See it in the console")


@dataclass(frozen=True, slots=True)
class Links:
    """Where the message's button and link lead, and how long: '' for nowhere, and then the variables are empty.
    `days` of 0: it does not expire."""

    url: str
    days: int = 0


class Empty(str):
    """A text that says nothing: false in a condition, and the same as ''."""

    __slots__ = ()

    def __liquid__(self) -> object:
        return _nothing()


class EmptyList(list[Any]):
    """A list of nothing: false in a condition."""

    __slots__ = ()

    def __liquid__(self) -> object:
        return _nothing()


class Button:
    """`{{ portal_button }}`, with words of its own by `| label: "…"`. Nothing, and false, where there is no link."""

    __slots__ = ("url", "words")

    def __init__(self, url: str, words: str) -> None:
        self.url, self.words = url, words

    def label(self, words: str) -> Button:
        return Button(self.url, words)

    def __html__(self) -> str:
        """Its place and its words; `look.py` makes the button of them, once the HTML is clean."""
        from markupsafe import escape

        return f"{BUTTON_BEGINS}{escape(self.words)}{BUTTON_ENDS}" if self.url else ""

    def __liquid__(self) -> object:
        return self if self.url else _nothing()


class Stars:
    """`{{ rating_stars }}`: five links, each with so many stars chosen. Nothing, and false, where there is no link."""

    __slots__ = ("url",)

    def __init__(self, url: str) -> None:
        self.url = url

    def __html__(self) -> str:
        """Their place; `look.py` puts them there, once the HTML is clean."""
        return STARS if self.url else ""

    def __liquid__(self) -> object:
        return self if self.url else _nothing()


class Amount(int):
    """Money: compared as minor units, written as the company writes it."""

    fmt: Formats
    currency: str | None

    def __str__(self) -> str:
        return self.fmt.money(int(self), self.currency)


def variables(
    template: Template, values: Mapping[str, Any], company: Company, recipient: Recipient | None, links: Links,
    language: str,
) -> dict[str, Any]:  # fmt: skip
    """All that the texts of this template may say, by name."""
    fmt = Formats(language, company.locale, company.currency, company.time_zone)
    given: dict[str, Any] = {
        "company": {
            "name": company.name, "phone": company.phone, "email": company.email, "address": ", ".join(company.address),
        },
        "portal": {"days": links.days},
        **values,
    }  # fmt: skip
    if recipient is not None:
        given["customer"] = {
            "name": recipient.name, "first_name": recipient.first_name, "email": recipient.email,
            "phone": recipient.phone,
        }  # fmt: skip
    made: dict[str, Any] = {
        name: _made(standard.group(name)["variables"], given.get(name) or {}, fmt) for name in standard.groups(template)
    }
    own, words = ("console", _LOOK) if template.for_staff else ("portal", _OPEN)
    made[f"{own}_button"] = Button(links.url, translate(language, words))
    made[f"{own}_link"] = links.url or Empty()
    if template.rates:
        made["rating_stars"] = Stars(links.url)
    return made


def ways_in(values: Mapping[str, Any]) -> list[str]:
    """What lets its reader in, of these variables: where the link leads, and the code."""
    button = values.get("portal_button") or values.get("console_button")
    ways = (button.url if button else "", str(values.get("sign_in", {}).get("code", "")))
    return [way for way in ways if way]


def carried_off(text: str, ways: Collection[str]) -> bool:
    """Whether one of the ways in stands within another address, which readers of mail make a link of."""
    for way in ways:
        at = text.find(way)
        while at >= 0:
            before = text[:at]
            word = before.rsplit(None, 1)[-1].lower() if before and not before[-1].isspace() else ""
            if "//" in word or "www." in word:
                return True
            at = text.find(way, at + len(way))
    return False


def _made(types: Mapping[str, Any], given: Mapping[str, Any], fmt: Formats) -> dict[str, Any]:
    return {name: _value(about, given.get(name), given.get("currency"), fmt) for name, about in types.items()}


def _value(about: Mapping[str, Any], value: Any, currency: str | None, fmt: Formats) -> Any:
    kind = about["type"]
    if kind == "flag":
        return bool(value)
    if kind == "number":
        return value or 0
    if kind == "money":
        amount = Amount(value or 0)
        amount.fmt, amount.currency = fmt, currency
        return amount
    if kind == "list":
        return [_made(about["of"], {"currency": currency, **one}, fmt) for one in value] if value else EmptyList()
    return (_text(kind, value, fmt) if value else "") or Empty()


def _text(kind: str, value: Any, fmt: Formats) -> str:
    if kind == "date":
        return fmt.day(fmt.day_of(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value))
    if kind == "moment":
        return fmt.moment(datetime.fromisoformat(value))
    if kind == "arrival":
        return arrival(fmt, *(datetime.fromisoformat(one) for one in value))
    if kind == "zone":
        return zone(fmt, datetime.fromisoformat(value))
    if kind == "price":
        return _price(value, fmt)
    if kind == "words":
        return translate(fmt.language, value)
    if kind == "lines":
        return Lines(value.strip())
    # Two blanks between two words are a slip of whoever typed them.
    text = " ".join(part for part in str(value).split(" ") if part)
    return text if len(text) <= _TEXT_MAX else text[: _TEXT_MAX - 1] + "…"


def arrival(fmt: Formats, since: datetime, until: datetime) -> str:
    """When somebody comes, as one says it after the day: "between 9 and 11 AM", "at 9 AM"."""
    start, end = fmt.hours(since, until)
    if since == until:
        return translate(fmt.language, _AT, time=start)
    return translate(fmt.language, _BETWEEN, start=start, end=end)


def zone(fmt: Formats, at: datetime) -> str:
    """Whose clock that is: "Denver time (MST)"."""
    city, short = fmt.zone(at)
    return translate(fmt.language, _ZONE, city=city, zone=short)


def _price(value: Mapping[str, Any], fmt: Formats) -> str:
    """{"kind": "from", "amount": 4500} is "From $45.00"; '' where nothing is said of it."""
    amount = fmt.money(value.get("amount", 0))
    said = {"exact": amount, "from": translate(fmt.language, _FROM, amount=amount),
            "estimate": translate(fmt.language, _ESTIMATE)}  # fmt: skip
    return said.get(value["kind"], "")


@lru_cache(maxsize=1)
def _nothing() -> Undefined:
    """What Liquid takes for false, and is equal to '' all the same."""
    from liquid import Undefined

    class Nothing(Undefined):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return other == "" or super().__eq__(other)

        __hash__ = Undefined.__hash__

    return Nothing("nothing")


def tree(template: Template) -> dict[str, Any]:
    """What its texts may name: {"invoice": {"total": {"type": "money", …}}, "portal_link": {"type": "link"}, …}."""
    made: dict[str, Any] = {name: standard.group(name)["variables"] for name in standard.groups(template)}
    own = "console" if template.for_staff else "portal"
    made |= {f"{own}_button": {"type": "button"}, f"{own}_link": {"type": "link"}}
    return made | ({"rating_stars": {"type": "stars"}} if template.rates else {})


def samples(template: Template, *, sparse: bool = False) -> dict[str, Any]:
    """Values as a message would carry them, for a preview; `sparse` has those alone that are always there."""
    return {name: _samples(standard.group(name)["variables"], sparse) for name in standard.groups(template)}


def _samples(types: Mapping[str, Any], sparse: bool) -> dict[str, Any]:
    return {name: about.get("sample") for name, about in types.items() if not sparse or about.get("always", False)}
