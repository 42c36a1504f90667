"""Somebody else comes in between any two calls of what one does with a booking or its place: one of them gets it, the
other hears so, and what is kept agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.booking.rules import Booking
from chalicelib.errors import Conflict, NotFound
from sandbox.world import World
from tests.billing.till import THOROUGH
from tests.billing.wire import Call, Wire, forgetting
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.builders import Company, Person

MONDAY = WEDNESDAY + timedelta(days=5)


class Scene:
    """One crew. Dana's booking on Wednesday at nine, a request for eleven, and what was proposed for one o'clock."""

    def __init__(self, diary: Diary, dana: Person) -> None:
        self.diary, self.dana = diary, dana
        diary.offers(crews=1)
        self.danas = diary.books(customer=dana)
        self.asked = diary.enters(WEDNESDAY + 2 * HOUR, confirmed=False)
        self.proposed = diary.proposes(diary.enters(WEDNESDAY + 3 * HOUR, confirmed=False), WEDNESDAY + 4 * HOUR)
        self.gone = diary.cancels(diary.books(MONDAY + HOUR))
        self.ray = diary.company.customer("Ray Ortiz", email="ray@example.com", password=None)


Does = Callable[[Scene], object]
# What wants the same place, on Monday at nine.
PLACE: dict[str, Does] = {
    "a visitor books": lambda it: it.diary.books(MONDAY),
    "dana books": lambda it: it.diary.books(MONDAY, customer=it.dana),
    "the office books": lambda it: it.diary.enters(MONDAY),
    "dana moves": lambda it: it.diary.moves(it.danas, MONDAY),
    "the office proposes": lambda it: it.diary.proposes(it.asked, MONDAY),
    "the office moves": lambda it: it.diary.shifts(it.danas, MONDAY),
}
# What changes the same booking.
SAME: dict[str, Does] = {
    "dana cancels": lambda it: it.diary.cancels(it.danas),
    "dana moves": lambda it: it.diary.moves(it.danas, MONDAY),
    "the office calls off": lambda it: it.diary.calls_off(it.danas),
    "the office moves": lambda it: it.diary.shifts(it.danas, MONDAY + 3 * HOUR),
    "it is done": lambda it: it.diary.completes(it.danas),
    "the van is on its way": lambda it: it.diary.completes(it.danas, "on_the_way"),
}
ANSWERS: dict[str, Does] = {
    "takes": lambda it: it.diary.takes(it.proposed),
    "lets go": lambda it: it.diary.lets_go(it.proposed),
    "declines": lambda it: it.diary.declines(it.proposed),
    "proposes": lambda it: it.diary.proposes(it.proposed, MONDAY),
    "attaches": lambda it: it.diary.attaches(it.proposed, it.dana),
}
BLOCKS: dict[str, Does] = {
    "blocks": lambda it: it.diary.blocks(MONDAY, 50),
    "books": lambda it: it.diary.books(MONDAY),
    "moves": lambda it: it.diary.moves(it.danas, MONDAY),
}
CLAIMS: dict[str, Does] = {
    "dana claims": lambda it: it.diary.claims(it.gone, it.dana),
    "ray claims": lambda it: it.diary.claims(it.gone, it.ray),
}
# Not each with each, unless asked to be thorough.
STEP = 1 if THOROUGH else 3
PAIRS = [
    pytest.param(one, other, id=f"{name}, {another}")
    for group in (PLACE, SAME, ANSWERS, BLOCKS, CLAIMS)
    for place, (name, one) in enumerate(group.items())
    for another, other in list(group.items())[place % STEP :: STEP]
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_whoever_comes_in_between(
    one: Does, other: Does, evergreen: Company, dana: Person, world: World, wire: Wire
) -> None:
    scene, number, came = Scene(Diary(evergreen), dana), 0, True
    while came:
        with forgetting(world):
            came, answers = _both(scene, wire, number, one, other)
            check(scene.diary)
            assert any(isinstance(answer, Done) for answer in answers), "somebody gets it"
        number += 1
    assert number > 2


class Done:
    """It went well."""


def _both(scene: Scene, wire: Wire, number: int, one: Does, other: Does) -> tuple[bool, list[object]]:
    """`other` before the call of this number of `one`; whether it came to that, and what both were answered."""
    met, answers = 0, list[object]()

    def plan(_: int, call: Call) -> None:
        nonlocal met
        met += call.what.startswith("dynamodb")
        if met == number + 1:
            wire.heal()
            answers.append(_tried(scene, other))

    wire.plan = plan
    mine = _tried(scene, one)
    wire.heal()
    return bool(answers), [mine, *answers]


def _tried(scene: Scene, does: Does) -> object:
    try:
        made = does(scene)
    except (Conflict, NotFound) as refused:
        return refused
    if isinstance(made, Booking):
        assert scene.diary.now(made).version >= made.version
    return Done()
