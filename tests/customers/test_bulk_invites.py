"""Inviting many at once: by a worker, a page at a time, and nobody twice whatever happens to it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import app as wiring
from chalicelib.customers.actions import bulk_invites
from chalicelib.errors import Unavailable
from sandbox.world import World, queued
from tests.billing.wire import Killed, Wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.customers.records import comes_between, trail


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_invites, "CUSTOMERS_A_PAGE", 2)
    monkeypatch.setattr(bulk_invites, "COUNTED_AT_ONCE", 3)


@pytest.fixture
def five(evergreen: Company) -> list[str]:
    return [evergreen.customer(f"Customer {n}", email=f"c{n}@example.com", password=None).id for n in range(5)]


def work(world: World) -> int:
    """What the queue's worker does, until there is nothing left; how many messages there were."""
    count = 0
    while found := queued(world.outputs, "JobsQueueUrl"):
        for body in found:
            wiring.run_job({"Records": [{"body": json.dumps(body), "receiptHandle": "r"}]}, None)
            count += 1
    return count


def invited(browser: Browser) -> list[str]:
    """Whom a mail went to, in the order of the alphabet."""
    return sorted(re.findall(r"^To: (\S+)", "\n".join(browser.deliver_mail()), flags=re.MULTILINE))


def test_everybody_who_never_was_is_invited(
    owner: Client, evergreen: Company, five: list[str], browser: Browser, world: World
) -> None:
    evergreen.customer("Without", email="", password=None)
    evergreen.customer("Off", email="off@example.com", access=False)
    evergreen.customer("Invited", email="in@example.com", password=None, invited_at="2026-01-01T00:00:00+00:00")
    evergreen.customer("Active", email="here@example.com", last_sign_in="2026-01-01T00:00:00+00:00")
    begun = owner.post("/bulk-invites", {})
    assert begun.status == 202
    path = f"/bulk-invites/{begun.json['id']}"
    assert begun.json == owner.get(path).json
    assert begun.json | {"id": ""} == {
        "id": "", "state": "running", "total": None, "sent": 0, "skipped": 0, "failed": 0,
        "created_at": "2026-11-23T19:00:00+00:00",
    }  # fmt: skip
    assert work(world) == 1
    told = owner.get(path).json
    assert (told["state"], told["total"], told["sent"], told["skipped"], told["failed"]) == ("done", 9, 5, 4, 0)
    assert invited(browser) == [f"c{n}@example.com" for n in range(5)]
    assert {owner.get(f"/customers/{one}").json["access"] for one in five} == {"invited"}
    assert trail(evergreen) == [("access.bulk-invite", begun.json["id"], {"customers": (None, "all")})]


def test_some_are_invited_by_either_id(
    owner: Client, five: list[str], browser: Browser, world: World, evergreen: Company
) -> None:
    mine = owner.put("/customers/ext:7", {"name": "Seven", "contacts": [{"email": "seven@example.com"}]}).json["id"]
    begun = owner.post("/bulk-invites", {"customers": [five[1], "ext:7", five[1], mine]}).json
    assert begun["total"] == 2
    work(world)
    assert invited(browser) == ["c1@example.com", "seven@example.com"]
    again = owner.post("/bulk-invites", {"customers": ["ext:7"]}).json
    work(world)
    assert owner.get(f"/bulk-invites/{again['id']}").json["skipped"] == 1
    assert len(invited(browser)) == 2


def test_nobody_to_invite_is_done_at_once(owner: Client, world: World) -> None:
    for body in ({"customers": []}, {}):
        begun = owner.post("/bulk-invites", body).json
        work(world)
        assert (
            owner.get(f"/bulk-invites/{begun['id']}").json | {"total": 0, "state": "done"}
            == owner.get(f"/bulk-invites/{begun['id']}").json
        )


def test_an_id_of_nobody_or_of_another_company_begins_nothing(
    owner: Client, five: list[str], bluewave: Company, world: World
) -> None:
    theirs = bluewave.customer().id
    for wrong in (theirs, "01JDCV0000000000000000NOPE", "ext:1"):
        answer = owner.post("/bulk-invites", {"customers": [five[0], wrong]})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/customers/1")
    assert work(world) == 0


def test_a_job_of_another_company_is_not_there(owner: Client, bluewave: Company) -> None:
    theirs = bluewave.admin().post("/bulk-invites", {}).json["id"]
    missing, foreign = owner.get("/bulk-invites/01JDCV0000000000000000NOPE"), owner.get(f"/bulk-invites/{theirs}")
    assert (missing.status, missing.text) == (foreign.status, foreign.text) == (404, foreign.text)


def test_when_time_runs_short_another_run_goes_on(
    owner: Client, evergreen: Company, five: list[str], browser: Browser, world: World
) -> None:
    begun = owner.post("/bulk-invites", {}).json
    runs = 0
    while found := queued(world.outputs, "JobsQueueUrl"):
        (body,) = found
        runs += 1
        bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1.0)
        told = owner.get(f"/bulk-invites/{begun['id']}").json
        assert told["total"] is None if runs == 1 else told["sent"] == min(2 * (runs - 2), 5)
    assert runs == 5, "two to count, three to invite"
    assert (told["state"], told["sent"]) == ("done", 5)
    assert len(invited(browser)) == 5


def test_the_same_message_twice_and_twice_at_once_invites_nobody_twice(
    owner: Client, evergreen: Company, five: list[str], browser: Browser, world: World, wire: Wire
) -> None:
    begun = owner.post("/bulk-invites", {}).json
    (body,) = queued(world.outputs, "JobsQueueUrl")

    def run() -> None:
        bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)

    comes_between(wire, "TransactWriteItems", run)
    run()
    wire.heal()
    run()
    told = owner.get(f"/bulk-invites/{begun['id']}").json
    assert (told["sent"], told["skipped"], told["total"]) == (5, 0, 5)
    assert invited(browser) == [f"c{n}@example.com" for n in range(5)]


def test_wherever_a_run_dies_the_next_one_ends_it_and_counts_right(
    owner: Client, evergreen: Company, browser: Browser, world: World, wire: Wire
) -> None:
    for number in range(3):
        evergreen.customer(f"Customer {number}", email=f"c{number}@example.com", password=None)
    mailed, died = 0, 0
    for number in range(40):
        for fault in ("killed before", "killed after"):
            begun = owner.post("/bulk-invites", {}).json
            (body,) = queued(world.outputs, "JobsQueueUrl")
            wire.calls.clear()
            wire.fails(number, fault)  # type: ignore[arg-type]
            ended = _dies(world, body)
            wire.heal()
            bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)
            told = owner.get(f"/bulk-invites/{begun['id']}").json
            mailed += 3
            assert (told["state"], told["total"], told["sent"], told["skipped"]) == ("done", 3, 3, 0), (number, fault)
            _forget_invites(evergreen)
            died += ended
        if not ended:
            break
    assert died >= 20
    browser.deliver_mail()


def _dies(world: World, body: dict[str, str]) -> bool:
    try:
        bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)
    except Killed:
        return True
    return False


def _forget_invites(company: Company) -> None:
    """As if nobody had been invited: for the next try."""
    from chalicelib.customers import records
    from chalicelib.customers.records import profile

    for id in profile.customer_ids(company.store, 100)[0]:
        company.store.write(records.change_profile(company.store, id, invited_at=None))


@pytest.mark.parametrize("what", ["TransactWriteItems", "UpdateItem", "BatchGetItem", "Query"])
@pytest.mark.parametrize("fault", ["lost after", "lost before", "throttled"])
def test_answers_that_are_lost_count_nothing_twice(
    owner: Client, five: list[str], browser: Browser, world: World, wire: Wire, what: str, fault: Any
) -> None:
    begun = owner.post("/bulk-invites", {}).json
    (body,) = queued(world.outputs, "JobsQueueUrl")
    wire.down(f"dynamodb {what}", fault, times=3)
    bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)
    wire.heal()
    told = owner.get(f"/bulk-invites/{begun['id']}").json
    assert (told["state"], told["sent"], told["skipped"], told["failed"]) == ("done", 5, 0, 0)
    assert len(invited(browser)) == 5


def test_a_store_that_stays_away_leaves_it_to_the_queue(
    owner: Client, five: list[str], browser: Browser, world: World, wire: Wire
) -> None:
    owner.post("/bulk-invites", {})
    (body,) = queued(world.outputs, "JobsQueueUrl")
    wire.down("dynamodb Query")
    with pytest.raises(Unavailable):
        bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)
    wire.heal()
    assert bulk_invites.run(world.services, body["tenant"], body["job"], lambda: 1_000.0)
    assert len(invited(browser)) == 5


def test_a_queue_that_does_not_take_it_is_told_and_the_same_request_goes_on(
    owner: Client, five: list[str], browser: Browser, world: World, wire: Wire, evergreen: Company
) -> None:
    wire.down("sqs SendMessageBatch")
    assert owner.post("/bulk-invites", {}, idempotency_key="k").status == 424
    wire.heal()
    assert owner.post("/bulk-invites", {}, idempotency_key="k").status == 202
    assert work(world) == 1
    assert len(invited(browser)) == 5
    assert len(trail(evergreen)) == 1


def test_two_bulk_invites_at_once_mail_nobody_twice(
    owner: Client, evergreen: Company, five: list[str], browser: Browser, world: World, wire: Wire
) -> None:
    first, second = owner.post("/bulk-invites", {}).json, owner.post("/bulk-invites", {}).json

    def run(job: str) -> None:
        bulk_invites.run(world.services, evergreen.store.tenant, job, lambda: 1_000.0)

    comes_between(wire, "TransactWriteItems", lambda: run(second["id"]))
    run(first["id"])
    counts = [owner.get(f"/bulk-invites/{one['id']}").json for one in (first, second)]
    assert sum(one["sent"] for one in counts) == 5 == sum(one["skipped"] for one in counts)
    assert invited(browser) == [f"c{n}@example.com" for n in range(5)]


def test_a_reader_may_look_and_not_begin(owner: Client, evergreen: Company) -> None:
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert reader.post("/bulk-invites", {}).status == 403
    begun = owner.post("/bulk-invites", {}).json["id"]
    assert reader.get(f"/bulk-invites/{begun}").status == 200
