"""What a company may offer: each part of it tidied and checked. Pure.

Invalid names what can't be by its place in the API's booking settings. What is as it was is not looked at: a rule may
be younger than what it is about, and must not stand in another's way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.booking.rules import area
from chalicelib.booking.rules.offer import (
    DAY,
    STEPS,
    WEEKDAYS,
    Area,
    Offer,
    Price,
    Question,
    Service,
    Span,
    SpecialDays,
    clock,
)
from chalicelib.errors import Conflict, Invalid
from chalicelib.plain_words import one_line, paragraphs

# How many there may be of each at the most.
SERVICES, QUESTIONS, SPANS, SPECIAL, CODES = 50, 10, 6, 200, 2_000
# Characters.
NAME, LABEL, WORDS, POLICY, ID = 80, 150, 500, 2_000, 40
# The least and the most. Minutes, hours, days, crews: as `Offer` says.
MINUTES, BUFFER, NOTICE, HORIZON = (5, 1440), (0, 720), (0, 2160), (1, 730)
WINDOW, CREWS, CUTOFF, REMIND = (0, 480), (1, 100), (0, 720), (0, 336)
# A job and its buffers: a day of the calendar is one item, and what is in it should touch two at the most.
LONGEST_BUSY = DAY
# Bytes of all texts together. Each page of booking reads them, and DynamoDB takes 400 KB an item: also where the trail
# tells of all that became something else, with each emoji spelled out in twelve bytes.
LARGEST = 50_000

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
# Pages of their own, beside those of services.
TAKEN = frozenset({"review", "done"})

NOT_READY = "There is nothing to book yet. Add a service that is on, and opening hours; then turn online booking on."
NOTHING_LEFT = (
    "Customers would have nothing left to book. Keep a service that is on, and opening hours; or turn online booking "
    "off first."
)


def checked(before: Offer, wanted: Offer, territory: str = "") -> Offer:
    """`wanted`, tidied. `territory` is the company's country, by whose rule its postal codes are ('US').

    Conflict (`booking-not-ready`): it is to be on, and there is nothing to book.
    """
    tidied = {
        name: rule(wanted, territory) if name == "area" else rule(wanted)
        for name, rule in _RULES.items()
        if getattr(wanted, name) != getattr(before, name)
    }  # fmt: skip
    offer = replace(wanted, **tidied)
    if offer.notice > offer.horizon * 24 and (before.notice, before.horizon) != (offer.notice, offer.horizon):
        raise Invalid("notice", "No day is late enough for this notice. Make it shorter, or the horizon longer.")
    if offer.on and not offer.ready:
        raise Conflict(NOTHING_LEFT if before.on else NOT_READY, kind="booking-not-ready")
    if sum(len(one.encode()) for one in _texts(offer)) > LARGEST:
        raise Invalid("services", "This is too much text for one company. Use fewer words for services and questions.")
    return offer


def _texts(offer: Offer) -> Iterator[str]:
    yield offer.policy
    yield from (one.name for one in offer.special)
    for service in offer.services:
        yield from (service.name, service.words, *(one.label for one in service.questions))


def _services(offer: Offer) -> tuple[Service, ...]:
    _most(offer.services, SERVICES, "services")
    names = [_line(one.name, NAME, f"services/{place}/name") for place, one in enumerate(offer.services)]
    for place, name in enumerate(names):
        if not name:
            raise Invalid(f"services/{place}/name", "Say what it is called, as in Lawn mowing.")
        if name.casefold() in (one.casefold() for one in names[:place]):
            raise Invalid(f"services/{place}/name", "There is a service of this name already. Give it another.")
    ids = _ids([one.id for one in offer.services], names, "services", "service", TAKEN)
    return tuple(
        _service(replace(one, id=id, name=name), f"services/{place}")
        for place, (one, id, name) in enumerate(zip(offer.services, ids, names, strict=True))
    )


def _service(service: Service, field: str) -> Service:
    for name, bounds in {"minutes": MINUTES, "before": BUFFER, "after": BUFFER}.items():
        _within(getattr(service, name), bounds, f"{field}/{name}")
    if service.before + service.minutes + service.after > LONGEST_BUSY:
        raise Invalid(f"{field}/minutes", "The job and what is kept free around it are 24 hours at the most.")
    return replace(
        service, words=_text(service.words, WORDS, f"{field}/words"), price=_price(service.price, f"{field}/price"),
        questions=_questions(service.questions, f"{field}/questions"),
    )  # fmt: skip


def _price(price: Price, field: str) -> Price:
    if price.kind not in ("exact", "from"):
        return Price(price.kind)
    if price.amount < 1:
        raise Invalid(f"{field}/amount", "Say how much it is, or choose another kind of price.")
    return price


def _questions(questions: Sequence[Question], field: str) -> tuple[Question, ...]:
    _most(questions, QUESTIONS, field)
    labels = [_line(one.label, LABEL, f"{field}/{place}/label") for place, one in enumerate(questions)]
    for place, label in enumerate(labels):
        if not label:
            raise Invalid(f"{field}/{place}/label", "Write the question, as in How large is your lawn?")
        if label.casefold() in (one.casefold() for one in labels[:place]):
            raise Invalid(f"{field}/{place}/label", "This is asked already. Ask something else, or take it out.")
    ids = _ids([one.id for one in questions], labels, field, "question", frozenset())
    return tuple(
        replace(one, id=id, label=label) for one, id, label in zip(questions, ids, labels, strict=True)
    )  # fmt: skip


def _ids(given: Sequence[str], names: Sequence[str], field: str, word: str, taken: frozenset[str]) -> list[str]:
    """The ids, and for what has none one made from its name. Ids stay when names change."""
    for place, id in enumerate(given):
        if id and (not _ID.fullmatch(id) or "--" in id or len(id) > ID):
            raise Invalid(f"{field}/{place}/id", f"Use a to z, 0 to 9 and single hyphens, {ID} at the most.")
        if id in taken:
            raise Invalid(f"{field}/{place}/id", f"“{id}” has a page of its own. Choose another id.")
        if id and id in given[:place]:
            raise Invalid(f"{field}/{place}/id", "This id is another's already. Leave it out for what is new.")
    used = {*given, *taken}
    made = []
    for id, name in zip(given, names, strict=True):
        made.append(id or _unused(name, word, used))
        used.add(made[-1])
    return made


def _unused(name: str, word: str, used: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters.replace("'", ""))[: ID - 4].strip("-") or word
    found, number = stem, 2
    while found in used:
        found, number = f"{stem}-{number}", number + 1
    return found


def _hours(offer: Offer) -> tuple[tuple[Span, ...], ...]:
    return tuple(_spans(one, f"hours/{day}") for day, one in zip(WEEKDAYS, offer.hours, strict=True))


def _spans(spans: Sequence[Span], field: str) -> tuple[Span, ...]:
    """In their order. Spans that touch are one: a job may go on across."""
    _most(spans, SPANS, field)
    found: list[Span] = []
    for place, one in sorted(enumerate(spans), key=lambda pair: (pair[1].opens, pair[1].closes)):
        if not 0 <= one.opens < DAY:
            raise Invalid(f"{field}/{place}/opens", "Open between 00:00 and 23:59.")
        if not one.opens < one.closes <= DAY:
            raise Invalid(f"{field}/{place}/closes", f"Close after {clock(one.opens)}, at 24:00 at the latest.")
        if found and one.opens < found[-1].closes:
            raise Invalid(f"{field}/{place}/opens", f"Until {clock(found[-1].closes)} it is open already. Open later.")
        if found and one.opens == found[-1].closes:
            found[-1] = Span(found[-1].opens, one.closes)
        else:
            found.append(one)
    return tuple(found)


def _special(offer: Offer) -> tuple[SpecialDays, ...]:
    _most(offer.special, SPECIAL, "special")
    found: list[SpecialDays] = []
    for place, one in sorted(enumerate(offer.special), key=lambda pair: (pair[1].since, pair[1].until)):
        field = f"special/{place}"
        if one.until < one.since:
            raise Invalid(f"{field}/until", "The last of these days can't come before the first.")
        if found and one.since <= found[-1].until:
            both = f"{one.since.isoformat()} is a special day already. Each day can be in one of them only."
            raise Invalid(f"{field}/since", both)
        found.append(
            replace(one, name=_line(one.name, NAME, f"{field}/name"), hours=_spans(one.hours, f"{field}/hours"))
        )
    return tuple(found)


def _area(offer: Offer, territory: str) -> Area:
    codes = offer.area.codes
    _most(codes, CODES, "area/codes")
    tidied = dict.fromkeys(_code(one, territory, f"area/codes/{place}") for place, one in enumerate(codes))
    if offer.area.rule != "any" and not tidied:
        raise Invalid("area/codes", "Add the postal codes where you work, or take bookings from anywhere.")
    return replace(offer.area, codes=tuple(tidied))


def _code(code: str, territory: str, field: str) -> str:
    tidied = area.tidy(code)
    stem = tidied.removesuffix(area.MORE)
    if not re.fullmatch(r"[0-9A-Z]{1,10}", stem):
        raise Invalid(field, "Write a postal code, as in 80301, or how several of them begin, as in 803*.")
    if stem == tidied:
        try:
            area.checked(stem, territory, field)
        except Invalid:
            raise Invalid(
                field, f"“{stem}” is no postal code in your country. For all codes that begin so write {stem}*."
            ) from None
    return tidied


def _step(offer: Offer) -> int:
    if offer.step not in STEPS:
        raise Invalid("step", f"Send one of these: {', '.join(map(str, STEPS))}.")
    return offer.step


def _policy(offer: Offer) -> str:
    return _text(offer.policy, POLICY, "policy")


def _number(name: str, bounds: tuple[int, int]) -> Callable[[Offer], int]:
    return lambda offer: _within(getattr(offer, name), bounds, name)


def _within(value: int, bounds: tuple[int, int], field: str) -> int:
    if not bounds[0] <= value <= bounds[1]:
        raise Invalid(field, f"Send {bounds[0]:,} to {bounds[1]:,}.")
    return value


def _most(values: Sequence[Any], most: int, field: str) -> None:
    if len(values) > most:
        raise Invalid(field, f"Send {most:,} or fewer.")


def _line(text: str, longest: int, field: str) -> str:
    return _fitting(one_line(text), longest, field)


def _text(text: str, longest: int, field: str) -> str:
    return _fitting(paragraphs(text), longest, field)


def _fitting(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise Invalid(field, f"Use {longest:,} characters or fewer.")
    return text


_RULES: Mapping[str, Callable[..., Any]] = {
    "services": _services,
    "hours": _hours,
    "special": _special,
    "notice": _number("notice", NOTICE),
    "horizon": _number("horizon", HORIZON),
    "step": _step,
    "window": _number("window", WINDOW),
    "crews": _number("crews", CREWS),
    "area": _area,
    "cutoff": _number("cutoff", CUTOFF),
    "policy": _policy,
    "remind": _number("remind", REMIND),
}
