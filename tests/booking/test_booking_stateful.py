"""Whatever customers, visitors, the office, the clock and the network do with a few bookings, in any order and in
between each other: no more is booked at once than there are crews, no place is lost, and the days, the visits, the
first page, the lists and the messages agree with the bookings. `PORCHLIGHT_THOROUGH=1` tries many more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.store import ConditionFailed
from chalicelib.booking.rules import Booking
from chalicelib.booking.rules.day import EPOCH, MINUTE
from chalicelib.errors import PortalError
from sandbox.world import World
from tests.billing.till import THOROUGH
from tests.billing.wire import FAULTS, Call, Killed, Wire, forgetting
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.booking.offers import a_service, open_daily
from tests.builders import Company, Person
from tests.conftest import Clock

# So near each other that most are in each other's way; two lie about UTC's midnight.
TIMES = tuple(WEDNESDAY + HOUR * hours for hours in (0, 0.5, 1, 1.5, 2.5, 7, 7.5, 8))


@dataclass
class Scene:
    """Those who act, and the bookings as they have last seen them."""

    diary: Diary
    dana: Person
    ray: Person
    clock: Clock
    seen: list[Booking] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


Deed = Callable[[Scene, Booking, datetime], object]

DEEDS: dict[str, Deed] = {
    "a visitor books": lambda scene, one, at: scene.diary.books(at),
    "the same form again": lambda scene, one, at: scene.diary.books(at, id=one.id),
    "dana books": lambda scene, one, at: scene.diary.books(at, customer=scene.dana),
    "ray books": lambda scene, one, at: scene.diary.books(at, customer=scene.ray),
    "a robot books": lambda scene, one, at: scene.diary.books(at, suspected=("trap",)),
    "the office books": lambda scene, one, at: scene.diary.enters(at, customer=scene.dana),
    "the office notes a request": lambda scene, one, at: scene.diary.enters(at, confirmed=False),
    "move": lambda scene, one, at: scene.diary.moves(one, at),
    "cancel": lambda scene, one, at: scene.diary.cancels(one),
    "take": lambda scene, one, at: scene.diary.takes(one),
    "let go": lambda scene, one, at: scene.diary.lets_go(one),
    "claim": lambda scene, one, at: scene.diary.claims(one, scene.dana),
    "confirm": lambda scene, one, at: scene.diary.confirms(one),
    "decline": lambda scene, one, at: scene.diary.declines(one),
    "propose": lambda scene, one, at: scene.diary.proposes(one, at),
    "shift": lambda scene, one, at: scene.diary.shifts(one, at),
    "call off": lambda scene, one, at: scene.diary.calls_off(one),
    "attach": lambda scene, one, at: scene.diary.attaches(one, scene.ray),
    "block": lambda scene, one, at: scene.blocks.append(scene.diary.blocks(at, 2).block.id),
    "block one crew": lambda scene, one, at: scene.blocks.append(scene.diary.blocks(at, 30, crews=1).block.id),
    "unblock": lambda scene, one, at: scene.diary.unblocks(scene.blocks[-1]) if scene.blocks else None,
    "complete": lambda scene, one, at: scene.diary.completes(one),
    "set back": lambda scene, one, at: scene.diary.completes(one, "scheduled"),
    "on the way": lambda scene, one, at: scene.diary.completes(one, "on_the_way"),
    "each is confirmed": lambda scene, one, at: _offers(scene.diary, confirming="request"),
    "all at once": lambda scene, one, at: _offers(scene.diary, confirming="once"),
    "some hours": lambda scene, one, at: scene.clock.forward(hours=9),
}  # fmt: skip


def _offers(diary: Diary, **odd: object) -> None:
    # That the settings are kept whatever happens is tested with them.
    with suppress(ConditionFailed):
        diary.offers(
            a_service(before=15, after=15), crews=2, notice=0, cutoff=6, hours=open_daily(), window=90, **odd
        )  # fmt: skip


deeds = st.sampled_from(sorted(DEEDS))
# Meanwhile, at a call to the store: nothing, a fault of the wire, or another deed with the same booking or its time.
trouble = st.none() | st.tuples(st.integers(0, 4), st.sampled_from([*FAULTS, *DEEDS]))
steps = st.lists(st.tuples(deeds, st.integers(0, 5), st.sampled_from(TIMES), trouble), max_size=16)


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    _offers(made)
    return made


@pytest.fixture
def ray(evergreen: Company) -> Person:
    return evergreen.customer("Ray Ortiz", email="ray@example.com", password=None)


@settings(max_examples=1_500 if THOROUGH else 30)
@given(steps)
def test_no_place_is_taken_twice_or_lost_whatever_happens(
    diary: Diary, dana: Person, ray: Person, world: World, wire: Wire, clock: Clock,
    what: list[tuple[str, int, datetime, tuple[int, str] | None]],
) -> None:  # fmt: skip
    started = clock.time
    with forgetting(world):
        scene = Scene(diary, dana, ray, clock)
        first, second = diary.books(TIMES[0], customer=dana), diary.enters(TIMES[5], confirmed=False)
        scene.seen += [first, diary.proposes(second, TIMES[6])]
        try:
            for deed, which, at, meanwhile in what:
                _step(scene, wire, deed, which, at, meanwhile)
                check(scene.diary)
        finally:
            wire.heal()
            wire.calls.clear()
            clock.time = started


def _step(scene: Scene, wire: Wire, deed: str, which: int, at: datetime, meanwhile: tuple[int, str] | None) -> None:
    """One deed with one of the bookings, as it was seen last."""
    wire.calls.clear()
    place, calls = which % len(scene.seen), [0]
    one, mixed = scene.seen[place], False

    def plan(_: int, call: Call) -> object:
        nonlocal mixed
        if meanwhile is None or not call.what.startswith("dynamodb"):
            return None
        calls[0] += 1
        if calls[0] - 1 != meanwhile[0]:
            return None
        if meanwhile[1] in FAULTS:
            return meanwhile[1]
        wire.heal()
        mixed = True
        with suppress(PortalError):
            _keep(scene, DEEDS[meanwhile[1]](scene, one, at))
        return None

    wire.plan = plan  # type: ignore[assignment]
    known = {each.id for each in scene.seen}
    made: object = None
    with suppress(PortalError, Killed):
        made = DEEDS[deed](scene, one, at)
    wire.heal()
    _keep(scene, made)
    if isinstance(made, Booking) and not mixed:
        moved = made.id == one.id and made.starts_at != one.starts_at and made.version == one.version + 1
        if made.holds and (moved or made.id not in known):
            _took_a_free_place(scene, made)
    if which % 2:
        # They look at it again, as it is by now.
        with suppress(PortalError):
            scene.seen[place] = scene.diary.now(one)


def _keep(scene: Scene, made: object) -> None:
    if isinstance(made, Booking) and all(one.id != made.id for one in scene.seen):
        scene.seen.append(made)


def _took_a_free_place(scene: Scene, made: Booking) -> None:
    """Who has a new place has one that nothing blocked."""
    for minute in range(made.busy.start, made.busy.end, 5):
        there = [one for one in scene.diary.entries if one.busy.start <= minute < one.busy.end]
        taken = sum((one.crews or 2) if one.kind == "block" else 1 for one in there)
        assert taken <= 2, f"at {EPOCH + minute * MINUTE}"
