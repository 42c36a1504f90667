"""Guessing a password is slowed down; somebody who knows theirs is not."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import passwords
from sandbox.world import World
from tests.billing.wire import Call, on_the_wire
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Client
from tests.conftest import Clock

OWNER = "owner@evergreen.example"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are compared as they are: argon2 would take its time, some dozen times."""
    monkeypatch.setattr(passwords, "verify", lambda password, _: password == ADMIN_PASSWORD)


def sign_in(world: World, password: str = ADMIN_PASSWORD, **more: str) -> int:
    return Client(world).sign_in(OWNER, password, **more).status


@pytest.mark.usefixtures("quick")
def test_signing_in_again_and_again_shuts_nobody_out(evergreen: Company, bluewave: Company, world: World) -> None:
    """Nor does it where the console asks for somebody's companies first."""
    evergreen.admin()
    bluewave.admin(OWNER)
    for _ in range(12):
        listed = Client(world).post("/session/companies", {"email": OWNER, "password": ADMIN_PASSWORD})
        assert listed.status == 200
        assert sign_in(world, company=evergreen.store.tenant) == 201


@pytest.mark.usefixtures("quick")
def test_only_wrong_tries_count_and_a_right_one_takes_none_of_them_off(evergreen: Company, world: World) -> None:
    evergreen.admin()
    for number in range(10):
        assert sign_in(world, f"guess {number}") == 422
        assert sign_in(world) == (201 if number < 9 else 429)


@pytest.mark.usefixtures("quick")
def test_a_try_that_went_well_is_taken_off_the_window_it_was_counted_in(
    evergreen: Company, world: World, clock: Clock, monkeypatch: Any
) -> None:
    evergreen.admin()
    clock.forward(minutes=15)

    def slowly(password: str, _: str | None) -> bool:
        if password == ADMIN_PASSWORD:
            monkeypatch.setattr(passwords, "verify", lambda password, _: password == ADMIN_PASSWORD)
            clock.forward(minutes=15)
            assert sign_in(world, "a guess") == 422
        return password == ADMIN_PASSWORD

    monkeypatch.setattr(passwords, "verify", slowly)
    assert sign_in(world) == 201
    assert [sign_in(world, "a guess") for _ in range(10)] == [422] * 9 + [429]


@pytest.mark.usefixtures("quick")
def test_of_many_at_once_only_so_many_get_through(evergreen: Company, world: World, monkeypatch: Any) -> None:
    """All are under way when the first is told that it was wrong."""
    evergreen.admin()
    answers: list[int] = []

    def and_another(password: str, _: str | None) -> bool:
        if len(answers) < 30:
            answers.append(0)
            answers.append(sign_in(world, "a guess"))
        return password == ADMIN_PASSWORD

    monkeypatch.setattr(passwords, "verify", and_another)
    assert sign_in(world) == 201
    assert answers.count(422) == 9 and set(answers) == {0, 422, 429}


@pytest.mark.usefixtures("quick")
def test_a_try_that_can_not_be_given_back_counts_and_does_no_harm(evergreen: Company, world: World) -> None:
    owner, counting = evergreen.admin(), []

    def lose(_: int, call: Call) -> Any:
        if "{'N': '-1'}" not in str(call.body) or "tries" not in str(call.body):
            return None
        counting.append(call)
        return "lost before"

    with on_the_wire(world) as wire:
        wire.plan = lose
        assert sign_in(world) == 201
    assert len(counting) > 1 and owner.get("/session").status == 200
    assert len({call.body["ClientRequestToken"] for call in counting}) == 1, "sent again it takes off one, not two"


@pytest.mark.usefixtures("quick")
def test_a_password_of_ones_own_is_changed_without_counting(evergreen: Company, world: World) -> None:
    owner = evergreen.admin()
    for _ in range(12):
        answer = owner.put("/session/password", {"current": ADMIN_PASSWORD, "password": "short"})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/password")
