"""A POST that comes again with its Idempotency-Key is done once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import Conflict, Unavailable
from chalicelib.tenants.actions import repeats
from tests.api import things
from tests.api.things import Answer, Program, a_key
from tests.conftest import Clock

KEY = {"idempotency_key": "2f1b7c1e"}


def test_the_same_again_is_answered_as_it_was(program: Program) -> None:
    first = program.make(**KEY)
    again = program.make(**KEY)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(things.made) == 1


def test_a_replay_has_the_headers_of_the_first(program: Program) -> None:
    first, again = program.make(**KEY).headers, program.make(**KEY).headers
    assert again.pop("idempotency-replayed") == "true"
    assert first.pop("ratelimit") != again.pop("ratelimit"), "it is counted as a call of its own"
    assert again == first


def test_without_a_key_it_is_done_each_time(program: Program) -> None:
    assert program.make().json["id"] != program.make().json["id"]


def test_a_key_is_for_one_request(program: Program) -> None:
    program.make("Rake", **KEY)
    for answer in (program.make("Hoe", **KEY), program.make("Rake", at="/charges", **KEY)):
        assert (answer.status, answer.kind) == (422, "idempotency-key-reused")
        assert "Idempotency-Key" in next(iter(answer.wrong))
    assert len(things.made) == 1


def test_a_key_is_its_callers_own(program: Program) -> None:
    other = Program.__new__(Program)
    other.__dict__.update(program.__dict__, token=a_key(program.company, name="Another"))
    assert program.make(**KEY).json["id"] != other.make(**KEY).json["id"]


def test_where_money_moves_a_key_is_needed(program: Program) -> None:
    without = program.make(at="/charges")
    assert (without.status, without.kind) == (422, "idempotency-key-required")
    assert program.make(at="/charges", **KEY).status == 201
    assert len(things.made) == 1


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", "a\x7fb"])
def test_a_key_that_is_none(program: Program, key: str) -> None:
    answer = program.make(idempotency_key=key)
    assert (answer.status, list(answer.wrong)) == (422, ["?Idempotency-Key"])
    assert not things.made


def test_while_it_is_under_way_it_is_not_done_again(program: Program) -> None:
    meanwhile: list[Answer] = []
    things.before.append(lambda: meanwhile.append(program.make(**KEY)))
    assert program.make(**KEY).status == 201
    assert (meanwhile[0].status, meanwhile[0].kind) == (409, "under-way")
    assert len(things.made) == 1


def test_one_that_was_refused_may_be_tried_again(program: Program) -> None:
    def refuse() -> None:
        raise Conflict("Not yet.", kind="not-yet")

    things.before.append(refuse)
    assert program.make(**KEY).kind == "not-yet"
    assert program.make(**KEY).status == 201
    assert program.make(**KEY).headers["idempotency-replayed"] == "true"


def test_one_that_broke_may_be_tried_again_and_makes_the_same(program: Program, caplog: Any) -> None:
    asked: list[str] = []
    services = program.company.world.services
    new_id = services.new_id
    services.new_id = lambda at: (asked.append(new_id(at)), asked[-1])[1]

    def break_down() -> None:
        raise RuntimeError("what nobody foresaw")

    things.before.append(break_down)
    broken = program.make(**KEY)
    assert (broken.status, broken.kind) == (500, "unexpected")
    assert "foresaw" not in broken.text and "foresaw" in caplog.text
    assert program.make(**KEY).json["id"] == asked[0]


def test_one_whose_answer_was_lost_goes_on_as_the_same(program: Program, clock: Clock) -> None:
    """The Lambda is killed in the middle: nothing tells how far it came."""

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    things.before.append(kill)
    with pytest.raises(Killed):
        program.make(**KEY)
    assert program.make(**KEY).kind == "under-way"
    clock.forward(seconds=61)
    assert program.make(**KEY).status == 201
    assert program.make(**KEY).headers["idempotency-replayed"] == "true"
    assert len(things.made) == 1


def test_an_answer_that_could_not_be_kept_is_not_lost(program: Program, clock: Clock, monkeypatch: Any) -> None:
    """The thing is made, the store fails before the answer is noted: later the same request finds its own work."""
    finish = repeats.finish

    def fail(*_: object) -> None:
        raise Unavailable()

    monkeypatch.setattr(repeats, "finish", fail)
    first = program.make(**KEY)
    assert (first.status, first.kind) == (503, "unavailable")
    monkeypatch.setattr(repeats, "finish", finish)
    clock.forward(seconds=61)
    assert program.make(**KEY).kind == "is-there", "the same id was made again, and the room says it is there"
    assert len(things.made) == 1


def test_a_day_later_a_key_is_new(program: Program, clock: Clock) -> None:
    first = program.make(**KEY)
    clock.forward(hours=23, minutes=59)
    assert program.make(**KEY).json == first.json
    clock.forward(minutes=2)
    later = program.make(**KEY)
    assert later.json["id"] != first.json["id"]
    assert program.make(**KEY).json == later.json


def test_a_secret_is_not_kept(program: Program) -> None:
    first = program.make(at="/keys", **KEY)
    things.made.clear()
    again = program.make(at="/keys", **KEY)
    assert again.json == first.json
    assert "idempotency-replayed" not in again.headers


def test_what_repeats_by_its_nature_needs_no_key(program: Program) -> None:
    assert program.make(at="/upserts", idempotency_key="x" * 300).status == 201


def test_two_at_once_make_one(program: Program, monkeypatch: Any) -> None:
    """Both have found no row when both file theirs: the store lets one."""
    begin, answers = repeats.begin, []

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(repeats, "begin", begin)
        answers.append(program.make(**KEY))
        return begin(*arguments)

    monkeypatch.setattr(repeats, "begin", meanwhile)
    answers.append(program.make(**KEY))
    assert [one.status for one in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert len(things.made) == 1
