"""A month with five hundred bookings, as the console's calendar asks for it, and a week of its times on the public
page: what they read, and the processor's time they take, the store's answers replayed.

The least that they could take is to parse what the store answered, and the days' entries in it, once each: nothing is
worked out of it or said. Between that and us lie botocore's calls too, which are shown.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from bench.booking_house import BOOKINGS, DENVER, Asked, Bookings, month, offer
from bench.dynalite import Dynalite
from bench.house import NOW, Call, House, ask, recorded
from bench.npm import Missing
from bench.page_cpu import plain_calls
from bench.replay import answers, like, standing
from bench.table import Figure, at_most, interleave, many, not_measured, shown
from chalicelib import services as composition
from chalicelib.booking.rules import slots
from chalicelib.booking.rules.booking import busy_of
from chalicelib.booking.rules.day import Entry, has_room, instant
from chalicelib.booking.rules.slots import Slot

ROUNDS, CALLS, FLOOR_CALLS, SLOT_CALLS = 25, 5, 50, 20
# What is read is read once; what is made of it may take so many times as long. The same for slots.
FLOOR_LIMIT, SLOTS_LIMIT, EACH_LIMIT = 4.0, 4.0, 0.5
WEEK = date(2026, 12, 7)
WHAT = {"month": "the API's calendar of December", "week": "the public page of a week in December"}

Recorded = dict[str, tuple[Asked, str, Sequence[Call]]]


def read(here: Bookings) -> Recorded:
    """Both, as they are answered on moto."""
    found: Recorded = {}
    for name, request in {"month": here.calendar, "week": here.week}.items():
        answer, calls = recorded(here.house.services, request)
        found[name] = (request, answer["body"], calls)
    if len(json.loads(found["month"][1])["items"]) != BOOKINGS:
        raise RuntimeError("these are not all of the month's bookings")
    if "17 times" not in found["week"][1]:
        raise RuntimeError("the week has no time that can be booked")
    return found


# What is read


def sizes(found: Recorded, house: House) -> list[Figure]:
    """Bytes as they are, units by dynalite: moto makes capacity up."""
    figures = []
    for name, (_, body, calls) in found.items():
        read, sent = sum(len(one.answered) for one in calls), len(body.encode())
        how = f"{WHAT[name]}, {BOOKINGS} bookings in the month: bytes of the store's answers; {sent:,} bytes sent"
        figures.append(shown(f"booking.{name}_bytes", read, "bytes", how))
    try:
        with Dynalite() as dynalite:
            return [*figures, *_units(found, house, dynalite)]
    except Missing as why:
        return [*figures, *(not_measured(f"booking.{name}_units", str(why), unit="units") for name in found)]


def _units(found: Recorded, house: House, dynalite: Dynalite) -> list[Figure]:
    dynalite.copy(house.services.settings)
    copied, figures = like(house, dynalite.url), []
    composition.use(copied)
    try:
        for name, (request, _, _) in found.items():
            calls = recorded(copied, request)[1]
            each = " + ".join(f"{one.units:g} ({one.operation})" for one in calls)
            units = sum(one.units for one in calls)
            figures.append(shown(f"booking.{name}_units", units, "units", f"{WHAT[name]}: {each}, on dynalite"))
    finally:
        composition.use(house.services)
    return figures


# How long it takes


def times(found: Recorded, house: House) -> list[Figure]:
    services = like(house)
    with standing(services) as replay:
        figures = []
        for name, (request, body, calls) in found.items():
            replay.play(answers(calls))
            if ask(request)["body"] != body:
                raise RuntimeError(f"the {name} comes out differently")
            figures += _against(name, request, calls, services.tables.connection.client)
        return figures


def _against(name: str, request: Asked, calls: Sequence[Call], client: Any) -> list[Figure]:
    contenders: dict[str, Callable[[], object]] = {
        "ours": many(lambda: ask(request), CALLS),
        "floor": many(floor_of(calls), FLOOR_CALLS),
        "calls": many(plain_calls(client, calls), CALLS),
    }
    taken = interleave(contenders, ROUNDS, warm_up=2, clock=time.process_time)
    millis = {one: median(each) / (FLOOR_CALLS if one == "floor" else CALLS) * 1e3 for one, each in taken.items()}
    ours, floor, bare = millis["ours"], millis["floor"], millis["calls"]
    how = f"{WHAT[name]}, {BOOKINGS} bookings in the month"
    return [
        shown(f"booking.{name}_time", ours, "ms", f"{how}: processor's time; medians of {ROUNDS} interleaved rounds"),
        at_most(
            f"booking.{name}_floor", ours / floor, FLOOR_LIMIT, "x",
            f"{how}: {ours:.2f} ms against {floor:.2f} ms of json.loads of what the store answers and of the days' "
            f"entries in it; of ours {bare:.2f} ms are botocore's for {len(calls)} calls",
        ),
        shown(
            f"booking.{name}_floor_and_calls", ours / (floor + bare), "x",
            "against the same floor and botocore's calls, without which nothing is read",
        ),
    ]  # fmt: skip


def floor_of(calls: Sequence[Call]) -> Callable[[], int]:
    """Parse the answers, and each day's entries; how many there are."""
    answered = [one.answered for one in calls]

    def least() -> int:
        count = 0
        for answer in answered:
            for item in json.loads(answer).get("Items", ()):
                count += len(json.loads(item["entries"]["S"]))
        return count

    if not least():
        raise RuntimeError("the floor reads nothing")
    return least


# Slots


def week_of_slots() -> list[Figure]:
    """The pure rules alone, with the entries of the whole month given."""
    entries, wanted = month(), offer()
    service = wanted.services[0]

    def ours() -> list[Slot]:
        found = slots.days_slots(wanted, service, WEEK, 7, DENVER, entries, NOW)
        return [slot for day in found for slot in day.slots]

    days = [WEEK + timedelta(days=ahead) for ahead in range(7)]
    spans = [span for day in days for span in slots.spans_on(wanted, day, DENVER)]
    starts = [at for one in spans for at in range(one.start, one.end - service.minutes + 1, wanted.step)]
    length = timedelta(minutes=service.minutes)

    def least() -> list[Slot]:
        """Put in order what is taken, look each start up in it, and make what is offered."""
        edges = sorted(edge for one in entries for edge in (one.busy.start, one.busy.end))
        return [Slot(at, at + length) for start in starts if bisect_right(edges, start) >= 0 for at in [instant(start)]]

    def each() -> list[Slot]:
        """As it is mostly done: every start against every entry."""
        return [Slot(at, at + length) for at in map(instant, starts) if _room(entries, at, wanted.crews)]

    def _room(entries: Sequence[Entry], at: Any, crews: int) -> bool:
        return has_room(entries, busy_of(at, service.minutes, service.before, service.after), crews)

    if not ours() == each() == least():
        raise RuntimeError("the contenders don't find the same slots")
    contenders = {"ours": many(ours, SLOT_CALLS), "least": many(least, SLOT_CALLS), "each": each}
    taken = interleave(contenders, ROUNDS, warm_up=2, clock=time.process_time)
    millis = {one: median(all) / (1 if one == "each" else SLOT_CALLS) * 1e3 for one, all in taken.items()}
    how = f"{len(starts)} slots of a week beside {BOOKINGS} bookings: {millis['ours']:.2f} ms against"
    return [
        at_most(
            "booking.slots_floor", millis["ours"] / millis["least"], SLOTS_LIMIT, "x",
            f"{how} {millis['least']:.2f} ms of sorting when the bookings begin and end, one bisect a start, and "
            "making the slots; all of them are free",
        ),
        at_most(
            "booking.slots_each", millis["ours"] / millis["each"], EACH_LIMIT, "x",
            f"{how} {millis['each']:.1f} ms of asking for each start whether any booking is in its way",
        ),
    ]  # fmt: skip
