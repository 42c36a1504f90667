"""Fifty visitors who want one of three places at the same moment, each in a Lambda of their own, on ministack, whose
transactions are as atomic as DynamoDB's.

All of them share this machine's processor with ministack: the times are those of the crowd, not of one who is alone.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from bench.booking_house import DENVER, SERVICE, offer
from bench.house import NOW, Recorder
from bench.ministack import Ministack, Missing
from bench.table import Figure, at_most, not_measured, shown
from bench.webhooks import settings_on
from chalicelib import services as composition
from chalicelib.booking.actions import calendar, making, offering
from chalicelib.booking.actions.making import Wanted
from chalicelib.booking.records import offers
from chalicelib.booking.rules import Booker
from chalicelib.errors import Conflict
from chalicelib.services import Services, new_ulid
from chalicelib.tenants import records as tenants
from chalicelib.tenants.actions import activation
from chalicelib.tenants.rules import Company

MANY, PLACES, ROUNDS = 50, 3, 3
# An attempt is two reads and a transaction. Only another's success makes one fail; a winner ends with its own.
WINNER_CALLS, LOSER_CALLS = 3 * PLACES, 3 * PLACES + 2
HOUR = timedelta(hours=1)
FIGURES = {"wrong": "<= 0", "time": "", "winner_calls": f"<= {WINNER_CALLS}", "loser_calls": f"<= {LOSER_CALLS}"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was answered: 'booked', or why not; after so many seconds and calls of the store."""

    what: str
    seconds: float
    calls: int


def crowd() -> list[Figure]:
    """Three times, each for an hour of its own."""
    try:
        with Ministack() as aws:
            return _measure(aws)
    except Missing as why:
        return [not_measured(f"booking.crowd_{name}", str(why), goal) for name, goal in FIGURES.items()]
    finally:
        composition.use(None)


def _measure(aws: Ministack) -> list[Figure]:
    settings = settings_on(aws.install("bench"), aws.url, "")
    lambdas = [Services(settings, clock=lambda: NOW) for _ in range(MANY)]
    company = _company(lambdas[0])
    rounds = [_at_once(lambdas, company, number) for number in range(ROUNDS + 1)][1:]  # the first one warms them
    every = [answer for answers, _ in rounds for answer in answers]
    won, lost = ([one for one in every if (one.what == "booked") is booked] for booked in (True, False))
    wrong = sum(abs(left) for _, left in rounds) + sum(one.what != "slot-taken" for one in lost)
    said = dict(Counter(one.what for one in every))
    how = f"{MANY} at once for {PLACES} places, {ROUNDS} times, on ministack"
    slowest = median(max(one.seconds for one in answers) for answers, _ in rounds)
    each = {name: median(one.seconds for one in some) for name, some in (("won", won), ("lost", lost)) if some}
    return [
        at_most("booking.crowd_wrong", wrong, 0, "answers", f"{how}: {said}, and as many stand in the calendar"),
        shown(
            "booking.crowd_time", slowest, "s",
            f"{how}: until the last has an answer; half of those who got a place had theirs after {each['won']:.2f} s, "
            f"half of the others after {each['lost']:.2f} s; all on this machine",
        ),
        _calls("winner", won, WINNER_CALLS, how),
        _calls("loser", lost, LOSER_CALLS, how),
    ]  # fmt: skip


def _calls(who: str, answers: list[Answer], most: int, how: str) -> Figure:
    counts = [one.calls for one in answers]
    return at_most(
        f"booking.crowd_{who}_calls", max(counts), most, "calls",
        f"{how}: the most of the store that a {who} needed, retries too; half needed {median(counts):g} or fewer",
    )  # fmt: skip


def _company(services: Services) -> Company:
    wanted = Company("", "evergreen", "Evergreen Pest & Lawn", "#2f6b3a", time_zone="America/Denver",
                     email="office@evergreen.example")  # fmt: skip
    made = activation.activate(services, wanted, "owner@evergreen.example").company
    store = services.tables.for_tenant(made.id)
    store.transact(
        offers.keep_offer(store, offering.read(store), replace(offer(), crews=PLACES)), tenants.set_booking(store, True)
    )
    return replace(made, booking=True)


def _at_once(lambdas: list[Services], company: Company, number: int) -> tuple[list[Answer], int]:
    """What each was answered, and how many more than there are places stand in the calendar."""
    at = datetime(2026, 12, 9, 8, tzinfo=DENVER) + 2 * HOUR * number
    answers: list[Answer] = []
    start = threading.Barrier(MANY)

    def books(place: int) -> None:
        services, id = lambdas[place], new_ulid(NOW)
        who = Booker("Nora Beck", f"visitor{number}-{place}@example.com")
        store = services.tables.for_tenant(company.id)
        with Recorder(services) as recorder:
            start.wait()
            began, what = time.perf_counter(), "booked"
            try:
                making.make(services, store, company, id, Wanted(SERVICE, at, who), address=f"198.51.100.{place}")
            except Conflict as refused:
                what = refused.kind
            except Exception as wrong:
                what = repr(wrong)
            answers.append(Answer(what, time.perf_counter() - began, len(recorder.calls)))

    threads = [threading.Thread(target=books, args=(place,)) for place in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = lambdas[0].tables.for_tenant(company.id)
    return answers, len(calendar.between(store, at, at + HOUR)) - PLACES
