"""Whatever goes wrong between any two steps, sent again it comes to one document, one message and one line of the audit
trail; and nothing leads to a file that is half shared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest

from chalicelib.documents.records import telling_key
from chalicelib.documents.rules import glance
from tests.billing.till import quietly
from tests.billing.wire import Fault, Killed, Wire, forgetting
from tests.builders import Person
from tests.client import Answer
from tests.customers.records import comes_between
from tests.documents.desk import Desk

FAULTS: tuple[Fault, ...] = ("lost before", "lost after", "killed before", "killed after", "error after")
_keys = count(1)


def marks(desk: Desk, person: Person | None) -> list[str]:
    kept = person.now.glances.documents if person else desk.company.company.documents_glance
    return [one.id for one in glance.read(kept).marks]


def everywhere(desk: Desk, wire: Wire, scene: Callable[[], tuple[Callable[[], Answer], Callable[[], None]]]) -> int:
    """Each call goes wrong in each way; it is then sent again as it was."""
    tried, number = 0, 0
    while True:
        for fault in FAULTS:
            with forgetting(desk.company.world):
                goes, check = scene()
                wire.calls.clear()
                wire.fails(number, fault)
                with suppress(Killed):
                    quietly(goes)
                reached = len(wire.calls) > number
                wire.heal()
                answer = goes()
                while answer.status == 409 and answer.kind == "under-way":
                    desk.company.world.services.clock.forward(seconds=31)  # type: ignore[attr-defined]
                    answer = goes()
                assert answer.status in (200, 201, 202, 204, 404), f"{fault} at {number}: {answer.text}"
                check()
            if not reached:
                return tried
            tried += 1
        number += 1


@pytest.mark.parametrize(("everyones", "key"), [(False, False), (False, True), (True, False)])
def test_it_is_shared_once(desk: Desk, dana: Person, wire: Wire, everyones: bool, key: bool) -> None:
    person = None if everyones else dana

    def scene() -> tuple[Callable[[], Answer], Callable[[], None]]:
        upload = desk.uploads()
        more = {"idempotency_key": f"k-{next(_keys)}"} if key else {}

        def check() -> None:
            assert marks(desk, person) == [upload]
            assert [action for action, _ in desk.trail()] == ["document.share"]
            assert len(desk.outbox(dana)) == (not everyones)
            assert [one["id"] for one in desk.client.get("/documents").json["items"]] == [
                f"{dana.id if person else 'everyone'}-{upload}"
            ]
            files = desk.company.world.services.files.for_tenant(desk.company.store.tenant)
            (place,) = [one for one in desk.files() if upload in one]
            assert files.has(place)

        return lambda: desk.sends(person, upload=upload, notify=True, external_id="doc-1", **more), check

    assert everywhere(desk, wire, scene) > 30


@pytest.mark.parametrize("everyones", [False, True])
def test_it_is_told_of_once_afterwards(desk: Desk, dana: Person, wire: Wire, everyones: bool) -> None:
    person = None if everyones else dana

    def scene() -> tuple[Callable[[], Answer], Callable[[], None]]:
        upload = desk.uploads()
        desk.sends(person, upload=upload)

        def check() -> None:
            assert [action for action, _ in desk.trail()] == ["document.tell", "document.share"]
            assert len(desk.outbox(dana)) == (not everyones)
            assert (desk.company.store.get(telling_key(desk.company.store, upload))[0] is not None) == everyones

        return lambda: desk.sends(person, upload=upload, notify=True), check

    assert everywhere(desk, wire, scene) > 10


def test_it_is_changed_once(desk: Desk, dana: Person, wire: Wire) -> None:
    def scene() -> tuple[Callable[[], Answer], Callable[[], None]]:
        made = desk.shares(dana, external_id="doc-1")
        place, wanted = f"/documents/{made['id']}", {"visible_from": "2026-12-01", "external_id": "doc-2"}

        def check() -> None:
            assert [action for action, _ in desk.trail()] == ["document.change", "document.share"]
            assert desk.client.get("/documents/ext:doc-2").json["visible_from"] == "2026-12-01"
            assert desk.client.get("/documents/ext:doc-1").status == 404
            (mark,) = glance.read(dana.now.glances.documents).marks
            assert mark.since == "2026-12-01T07:00:00+00:00"

        return lambda: desk.client.patch(place, wanted), check

    assert everywhere(desk, wire, scene) > 10


def test_it_is_taken_away_once(desk: Desk, dana: Person, wire: Wire) -> None:
    def scene() -> tuple[Callable[[], Answer], Callable[[], None]]:
        made = desk.shares(dana, external_id="doc-1", notify=True)

        def check() -> None:
            assert [action for action, _ in desk.trail()] == ["document.delete", "document.share"]
            assert marks(desk, dana) == [] and desk.client.get("/documents").json["items"] == []
            assert not [one for one in desk.files() if made["id"].partition("-")[2] in one]
            assert desk.client.get("/documents/ext:doc-1").status == 404

        return lambda: desk.client.delete(f"/documents/{made['id']}"), check

    assert everywhere(desk, wire, scene) > 10


def test_two_who_share_at_once_share_both(desk: Desk, dana: Person, wire: Wire) -> None:
    first, second = desk.uploads(), desk.uploads()
    comes_between(wire, "TransactWriteItems", lambda: desk.shares(dana, upload=second))
    desk.shares(dana, upload=first)
    assert sorted(marks(desk, dana)) == sorted([first, second])


def test_two_who_share_the_same_at_once_share_it_once(desk: Desk, dana: Person, wire: Wire) -> None:
    upload = desk.uploads()
    comes_between(wire, "TransactWriteItems", lambda: desk.shares(dana, upload=upload))
    desk.shares(dana, upload=upload)
    assert marks(desk, dana) == [upload] and [action for action, _ in desk.trail()] == ["document.share"]
