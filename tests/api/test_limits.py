"""Each key and each session has so many calls a minute, and is told how many are left."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.web.api import limits
from tests.api.things import Program, a_key
from tests.builders import Company
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def few(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "CALLS", 3)


def test_what_is_left_is_told(program: Program, clock: Clock) -> None:
    clock.forward(seconds=20)
    first = program.send("GET", "/things")
    assert first.headers["ratelimit-policy"] == '"calls";q=3;w=60'
    assert first.headers["ratelimit"] == '"calls";r=2;t=40'
    assert program.send("GET", "/things", query={"limit": "x"}).headers["ratelimit"] == '"calls";r=1;t=40'


def test_too_many_wait_for_the_next_minute(program: Program, clock: Clock) -> None:
    clock.forward(seconds=20)
    statuses = [program.send("GET", "/things").status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = program.make()
    assert (refused.status, refused.kind) == (429, "too-many")
    assert refused.headers["retry-after"] == "40"
    assert refused.json["detail"] == "At most 3 calls a minute. Wait 40 seconds, then go on."
    clock.forward(seconds=40)
    assert program.make().status == 201


def test_another_key_and_another_company_have_their_own(program: Program, bluewave: Company) -> None:
    for _ in range(4):
        program.send("GET", "/things")
    assert Program(program.company, a_key(program.company)).send("GET", "/things").status == 200
    assert Program(bluewave).send("GET", "/things").status == 200


def test_a_credential_that_is_none_is_not_counted(program: Program) -> None:
    for token in ("", "nonsense", "plk_" + "0" * 26 + "_" + "0" * 26 + "_" + "x" * 43, "ey.ey.ey", "Ünïcode"):
        answer = program.send("GET", "/things", authorization=f"Bearer {token}")
        assert (answer.status, answer.kind) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "ratelimit" not in answer.headers


def test_a_missing_scope_is_counted_and_named(program: Program) -> None:
    reader = Program(program.company, a_key(program.company, "customers:read"))
    answer = reader.make()
    assert (answer.status, answer.kind) == (403, "missing-scope")
    assert "customers:write" in answer.json["detail"]
    assert answer.headers["ratelimit"].startswith('"calls";r=2;')
