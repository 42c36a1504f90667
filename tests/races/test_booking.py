"""Fifty want one of three places at the same moment: three get it, the others hear that it is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.booking.rules import Booker, Booking
from chalicelib.errors import Conflict
from chalicelib.services import Services
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.booking.offers import a_service, open_daily
from tests.builders import Company
from tests.races.racing import ROUNDS, at_once

MANY, PLACES = 50, 3


def diaries(company: Company, containers: list[Services]) -> list[Diary]:
    """Fifty of the company's, in twenty containers."""
    return [Diary(company, containers[number % len(containers)]) for number in range(MANY)]


@contextmanager
def counted(containers: list[Services]) -> Iterator[Counter[str]]:
    """The calls that these send to the store meanwhile, by name."""
    sent: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        sent[model.name] += 1

    events = [one.tables.connection.client.meta.events for one in containers]
    for one in events:
        one.register("before-call.dynamodb", count)
    try:
        yield sent
    finally:
        for one in events:
            one.unregister("before-call.dynamodb", count)


def each(number: int) -> Booker:
    return Booker(f"Visitor {number}", f"visitor{number}@example.com")


def outcomes(answers: list[Any]) -> Counter[str]:
    return Counter(
        "booked" if isinstance(one, Booking) else one.kind if isinstance(one, Conflict) else repr(one)
        for one in answers
    )  # fmt: skip


@pytest.mark.parametrize("who", ["visitors", "customers"])
def test_fifty_at_once_for_three_places(who: str, company: Company, containers: list[Services]) -> None:
    diary = Diary(company)
    diary.offers(a_service(before=15, after=15), crews=PLACES, hours=open_daily())
    people = [
        company.customer(f"Dana {one}", email="", password=None) for one in range(MANY if who == "customers" else 0)
    ]
    for number in range(min(ROUNDS, 20)):
        at = WEDNESDAY + timedelta(days=7 * (number // 4)) + 2 * HOUR * (number % 4)
        acts = [
            partial(one.books, at, who=each(place + MANY * number), customer=people[place] if people else None)
            for place, one in enumerate(diaries(company, containers))
        ]
        with counted(containers) as sent:
            assert outcomes(at_once(acts)) == {"booked": PLACES, "slot-taken": MANY - PLACES}
        # Nobody is refused but by somebody who got a place: so each writes three times at the most, and looks (offer,
        # day; a customer's visits) once more than that.
        assert sent["TransactWriteItems"] <= MANY * PLACES
        assert sent.total() <= MANY * (PLACES * 4 + 2)
        check(diary)


def test_a_double_click_in_twenty_containers_is_one_booking(company: Company, containers: list[Services]) -> None:
    diary = Diary(company)
    diary.offers(crews=20)
    id = diary.id()
    answers = at_once([partial(one.books, id=id) for one in diaries(company, containers)[:20]])
    assert {one.id for one in answers} == {id} and len(set(answers)) == 1
    assert len(diary.entries) == 1 and len(diary.mails(answers[0])) == 2
    check(diary)


def test_many_of_one_day_that_are_not_in_each_others_way(company: Company, containers: list[Services]) -> None:
    """They share the day's item, and nothing else: all of them get their place."""
    diary = Diary(company)
    diary.offers(a_service(minutes=30), crews=2)
    acts = [
        partial(one.books, WEDNESDAY + HOUR / 2 * (place // 2), who=each(place))
        for place, one in enumerate(diaries(company, containers)[:20])
    ]
    assert outcomes(at_once(acts)) == {"booked": 20}
    check(diary)


def test_all_move_to_the_same_place_and_the_office_blocks_it(company: Company, containers: list[Services]) -> None:
    diary = Diary(company)
    diary.offers(crews=PLACES)
    made = [diary.books(WEDNESDAY + HOUR * (place // PLACES), who=each(place)) for place in range(9)]
    at = WEDNESDAY + 5 * HOUR
    others = diaries(company, containers)
    acts: list[Any] = [partial(others[place].moves, one, at) for place, one in enumerate(made)]
    answers = at_once([*acts, partial(others[9].blocks, at, 1, crews=1)])
    found = outcomes(answers[:-1])
    assert 2 <= found["booked"] <= PLACES and found["slot-taken"] == 9 - found["booked"]
    check(diary)


def test_twenty_answer_one_proposal(company: Company, containers: list[Services]) -> None:
    diary = Diary(company)
    diary.offers(confirming="request")
    for _ in range(ROUNDS):
        dana = company.customer("Dana", email="", password=None)
        one = diary.proposes(diary.books(customer=dana), WEDNESDAY + 3 * HOUR)
        crowd = diaries(company, containers)[:20]
        acts = [partial(it.takes if place % 2 else it.lets_go, one) for place, it in enumerate(crowd)]
        answers = at_once(acts)
        assert len({answer for answer in answers if isinstance(answer, Booking)}) == 1
        assert diary.now(one).version == one.version + 1
        check(diary)
        if diary.now(one).holds:
            diary.calls_off(one)
