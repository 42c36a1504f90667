"""Telling everybody of a document: by a worker, a page at a time, and nobody twice whatever happens to it."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest

import app as wiring
from chalicelib.customers.records import profile
from chalicelib.documents.actions import telling
from chalicelib.errors import Unavailable
from chalicelib.messages import actions as messages
from sandbox.world import World, queued
from tests.billing.wire import Killed, Wire
from tests.browser import Browser
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.customers.records import comes_between
from tests.documents.desk import Desk


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "CUSTOMERS_A_PAGE", 2)


@pytest.fixture
def five(evergreen: Company) -> list[Person]:
    return [evergreen.customer(f"Customer {n}", email=f"c{n}@example.com", password=None) for n in range(5)]


ALL = [f"c{n}@example.com" for n in range(5)]


def work(world: World) -> int:
    """What the queue's worker does, until there is nothing left; how many messages there were."""
    count = 0
    while found := queued(world.outputs, "JobsQueueUrl"):
        for body in found:
            wiring.run_job({"Records": [{"body": json.dumps(body), "receiptHandle": "r"}]}, None)
            count += 1
    return count


def told(browser: Browser) -> list[str]:
    """Whom a mail went to, in the order of the alphabet."""
    return sorted(re.findall(r"^To: (\S+)", "\n".join(browser.deliver_mail()), flags=re.MULTILINE))


def test_everybody_who_can_see_it_is_told(desk: Desk, five: list[Person], browser: Browser, world: World) -> None:
    desk.company.customer("Without", email="", password=None)
    desk.company.customer("Off", email="off@example.com", access=False)
    made = desk.shares(None, name="Opening hours", notify=True)
    assert work(world) == 1
    assert told(browser) == ALL
    (row,) = desk.outbox(five[0])
    assert f'"/documents/{made["id"]}"' in row["body"]


def test_nobody_is_told_unless_it_is_asked_for(desk: Desk, five: list[Person], world: World) -> None:
    desk.shares(None)
    assert work(world) == 0 and desk.outbox(five[0]) == []


def test_the_same_again_tells_nobody_twice(desk: Desk, five: list[Person], browser: Browser, world: World) -> None:
    upload = desk.uploads()
    for _ in range(3):
        desk.shares(None, upload=upload, notify=True)
        work(world)
    assert told(browser) == ALL


def test_shared_again_to_be_told_of_it_is(desk: Desk, five: list[Person], browser: Browser, world: World) -> None:
    upload = desk.uploads()
    for notify in (False, True, True, False):
        desk.shares(None, upload=upload, notify=notify)
        work(world)
    assert told(browser) == ALL
    assert [action for action, _ in desk.trail()] == ["document.tell", "document.share"]


def test_when_time_runs_short_it_goes_on_later(desk: Desk, five: list[Person], browser: Browser, world: World) -> None:
    desk.shares(None, notify=True)
    runs = 0
    while found := queued(world.outputs, "JobsQueueUrl"):
        (body,) = found
        runs += 1
        telling.run(world.services, body["tenant"], body["job"], lambda: 1.0)
    assert runs == 3 and told(browser) == ALL


@pytest.mark.parametrize("how", ["taken away", "hidden", "off", "over"])
def test_it_ends_where_there_is_nothing_to_be_told_of_any_more(
    desk: Desk, five: list[Person], browser: Browser, world: World, how: str
) -> None:
    made = desk.shares(None, notify=True)
    (body,) = queued(world.outputs, "JobsQueueUrl")
    telling.run(world.services, body["tenant"], body["job"], lambda: 1.0)
    assert len(told(browser)) == 2
    if how == "taken away":
        desk.client.delete(f"/documents/{made['id']}")
    elif how == "over":
        desk.client.patch(f"/documents/{made['id']}", {"visible_from": "2027-01-01"})
    else:
        change = {"permissions": {"documents": False}} if how == "hidden" else {"portal": {"on": False}}
        desk.client.patch("/settings", change, if_match='"0"')
    work(world)
    assert sum(len(desk.outbox(one)) for one in five) == 2


def test_a_customer_who_is_gone_from_the_portal_meanwhile_is_left_out(
    desk: Desk, five: list[Person], browser: Browser, world: World
) -> None:
    desk.shares(None, notify=True)
    desk.company.store.write(profile.change_profile(desk.company.store, five[3].id, access=False))
    work(world)
    assert told(browser) == [one for one in ALL if one != "c3@example.com"]


@pytest.mark.parametrize("fault", ["lost before", "lost after", "killed before", "killed after", "doubled"])
def test_whatever_goes_wrong_everybody_is_told_once(
    desk: Desk, five: list[Person], browser: Browser, world: World, wire: Wire, clock: Clock, fault: str
) -> None:
    """At any call: the queue brings it again."""
    desk.shares(None, notify=True)
    (body,) = queued(world.outputs, "JobsQueueUrl")
    for number in range(12):
        wire.calls.clear()
        wire.fails(number, fault)  # type: ignore[arg-type]
        with suppress(Unavailable, Killed):
            telling.run(world.services, body["tenant"], body["job"], lambda: 1.0)
    wire.heal()
    while not telling.run(world.services, body["tenant"], body["job"], lambda: 99.0):
        pass
    assert [len(desk.outbox(one)) for one in five] == [1] * 5
    # What its process died over before it was handed to the sender, the sweep hands over.
    clock.forward(minutes=3)
    messages.sweep(world.services)
    assert told(browser) == ALL


def test_two_runs_at_once_tell_nobody_twice(
    desk: Desk, five: list[Person], browser: Browser, world: World, wire: Wire
) -> None:
    desk.shares(None, notify=True)
    (body,) = queued(world.outputs, "JobsQueueUrl")

    def again() -> None:
        wire.heal()
        telling.run(world.services, body["tenant"], body["job"], lambda: 99.0)

    comes_between(wire, "PutItem", again)
    assert telling.run(world.services, body["tenant"], body["job"], lambda: 99.0) is False
    assert told(browser) == ALL


def test_another_companys_customers_hear_nothing(
    desk: Desk, five: list[Person], bluewave: Company, browser: Browser, world: World
) -> None:
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    desk.shares(None, notify=True)
    work(world)
    assert Desk(bluewave, desk.client).outbox(ruth) == [] and "ruth@example.com" not in told(browser)
