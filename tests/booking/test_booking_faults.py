"""Whatever goes wrong at any call of what is done with a booking, done again it has happened once, and told once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from chalicelib.errors import Unavailable
from sandbox.world import World
from tests.billing.till import THOROUGH
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.builders import Company, Person

MONDAY = WEDNESDAY + timedelta(days=5)
ID = "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6"


@dataclass(frozen=True)
class Run:
    """What goes wrong, and may be done again by whoever did it; `done` tells whether it came to what was wanted."""

    goes: Callable[[], object]
    done: Callable[[], bool]


def make(diary: Diary, dana: Person) -> Run:
    return Run(lambda: diary.books(id=ID), lambda: [one.id for one in diary.entries] == [ID])


def make_as_customer(diary: Diary, dana: Person) -> Run:
    return Run(lambda: diary.books(id=ID, customer=dana), lambda: [one.customer for one in diary.entries] == [dana.id])


def enter(diary: Diary, dana: Person) -> Run:
    return Run(lambda: diary.enters(id=ID, customer=dana), lambda: diary.trail() == [("booking.create", ID)])


def move(diary: Diary, dana: Person) -> Run:
    one = diary.books(customer=dana)
    return Run(
        lambda: diary.moves(one, MONDAY), lambda: (diary.now(one).starts_at, diary.now(one).version) == (MONDAY, 1)
    )


def cancel(diary: Diary, dana: Person) -> Run:
    one = diary.books(customer=dana)
    return Run(lambda: diary.cancels(one), lambda: diary.entries == [] and diary.now(one).version == 1)


def claim(diary: Diary, dana: Person) -> Run:
    one = diary.books()
    return Run(lambda: diary.claims(one, dana), lambda: diary.now(one).customer == dana.id)


def confirm(diary: Diary, dana: Person) -> Run:
    one = diary.enters(customer=dana, confirmed=False)
    return Run(
        lambda: diary.confirms(one), lambda: diary.trail() == [("booking.confirm", one.id), ("booking.create", one.id)]
    )


def decline(diary: Diary, dana: Person) -> Run:
    one = diary.enters(customer=dana, confirmed=False)
    return Run(lambda: diary.declines(one), lambda: diary.entries == [] and len(diary.trail()) == 2)


def propose(diary: Diary, dana: Person) -> Run:
    one = diary.enters(customer=dana, confirmed=False)
    return Run(lambda: diary.proposes(one, MONDAY), lambda: diary.now(one).version == 1 and len(diary.trail()) == 2)


def answer(diary: Diary, dana: Person) -> Run:
    one = diary.proposes(diary.enters(customer=dana, confirmed=False), MONDAY)
    return Run(lambda: diary.takes(one), lambda: diary.now(one).status == "confirmed")


def shift(diary: Diary, dana: Person) -> Run:
    one = diary.enters(customer=dana)
    return Run(lambda: diary.shifts(one, MONDAY), lambda: diary.now(one).version == 1 and len(diary.trail()) == 2)


def call_off(diary: Diary, dana: Person) -> Run:
    one = diary.enters(customer=dana)
    return Run(lambda: diary.calls_off(one), lambda: diary.entries == [] and len(diary.trail()) == 2)


def attach(diary: Diary, dana: Person) -> Run:
    one = diary.enters()
    return Run(
        lambda: diary.attaches(one, dana), lambda: diary.now(one).customer == dana.id and len(diary.trail()) == 2
    )


def block(diary: Diary, dana: Person) -> Run:
    diary.books(WEDNESDAY + HOUR)
    return Run(
        lambda: diary.blocks(WEDNESDAY, 40, id=ID), lambda: diary.trail("block.") == [("block.create", ID)]
    )  # fmt: skip


def unblock(diary: Diary, dana: Person) -> Run:
    diary.blocks(WEDNESDAY, 40, id=ID)

    def goes() -> None:
        if len(diary.trail("block.")) == 1:
            diary.unblocks(ID)

    return Run(goes, lambda: diary.entries == [] and len(diary.trail("block.")) == 2)


FLOWS = (
    make, make_as_customer, enter, move, cancel, claim, confirm, decline, propose, answer, shift, call_off, attach,
    block, unblock,
)  # fmt: skip


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_done_again_it_has_happened_once(
    flow: Callable[[Diary, Person], Run], evergreen: Company, dana: Person, world: World, wire: Wire
) -> None:
    diary = Diary(evergreen)
    diary.offers(crews=1)
    run = flow(diary, dana)
    with forgetting(world):
        wire.calls.clear()
        run.goes()
        calls = [one.what for one in wire.calls]
        assert run.done()
        told = _told(diary)
    assert len(calls) >= 2
    for number, what in enumerate(calls):
        for fault in _worth(what):
            with forgetting(world):
                _try(run, diary, wire, number, fault, told)


def _worth(what: str) -> tuple[Fault, ...]:
    if THOROUGH:
        return FAULTS
    if what == "dynamodb TransactWriteItems":
        return ("lost after", "doubled", "killed before", "killed after")
    return ("throttled", "killed before")


def _told(diary: Diary) -> list[str]:
    return sorted(row["item"] for row in diary.rows if row["item"].startswith("message#"))


def _try(run: Run, diary: Diary, wire: Wire, number: int, fault: Fault, told: list[str]) -> None:
    before, why = _told(diary), f"{fault} at call {number}"
    wire.calls.clear()
    wire.fails(number, fault)
    with suppress(Killed, Unavailable):
        run.goes()
    wire.heal()
    check(diary)
    assert _told(diary) in (before, told), f"all of it or nothing: {why}"
    assert run.done() is (_told(diary) == told) or told == before, why
    run.goes()
    assert run.done(), why
    assert _told(diary) == told, why
    check(diary)


@pytest.mark.parametrize("what", ["booked", "moved", "called off"])
def test_a_lost_answer_is_no_error_and_is_sent(what: str, evergreen: Company, dana: Person, wire: Wire) -> None:
    """The connection breaks once, when all is written: it is a success to whoever did it, and the messages go out."""
    diary, lost = Diary(evergreen), [True]
    diary.offers(crews=1)
    one = None if what == "booked" else diary.books(customer=dana)

    def plan(_: int, call: Call) -> Fault | None:
        return "lost after" if call.what == "dynamodb TransactWriteItems" and lost and lost.pop() else None

    wire.calls.clear()
    wire.plan = plan
    if one is None:
        made, told = diary.books(customer=dana), 2
    elif what == "moved":
        made, told = diary.moves(one, MONDAY), 2
    else:
        made, told = diary.calls_off(one), 1
    wire.heal()
    assert made == diary.now(made) and made.version == (0 if one is None else 1) and not lost
    assert len(wire.of("sqs SendMessage")) == told
    check(diary)
