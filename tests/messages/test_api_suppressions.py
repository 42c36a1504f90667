"""Addresses that get no more mail, by the API: listed, with why; lifted."""

from __future__ import annotations

import pytest

from chalicelib.customers.actions import link
from chalicelib.messages.records import suppressions
from chalicelib.tenants.records import audit
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client

THEN = "2026-11-20T08:00:00+00:00"


@pytest.fixture
def owner(world: World, evergreen: Company) -> Client:
    return evergreen.admin()


def stop(company: Company, address: str, cause: suppressions.Cause = "bounced", customer: str = "team") -> str:
    store = company.store
    store.write(suppressions.suppress(store, address, cause, "550 5.1.1 No such user", THEN, customer, "receipt-1"))
    return suppressions.suppression_id(address)


def lifted(company: Company) -> list[str]:
    return [one.target for one in audit.entries(company.store, 50)[0] if one.action == "suppression.lift"]


def test_they_are_listed_with_why(owner: Client, evergreen: Company) -> None:
    assert owner.get("/suppressions").json == {"items": [], "next": None}
    dana = evergreen.customer()
    id = stop(evergreen, "Dana@Example.com", "complained", dana.id)
    assert owner.get("/suppressions").json["items"] == [
        {
            "id": id, "address": "Dana@Example.com", "cause": "complained", "detail": "550 5.1.1 No such user",
            "at": THEN, "customer": dana.id,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("partition", ["team", "leads", "lead-01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_who_is_no_customer_is_none(owner: Client, evergreen: Company, partition: str) -> None:
    stop(evergreen, "office@evergreen.example", customer=partition)
    assert owner.get("/suppressions").json["items"][0]["customer"] is None


def test_page_by_page_each_once(owner: Client, evergreen: Company, world: World) -> None:
    ids = {stop(evergreen, f"gone-{number}@example.com") for number in range(7)}
    seen, cursor, pages = [], "", 0
    while True:
        with on_the_wire(world) as wire:
            page = owner.get(f"/suppressions?limit=3&cursor={cursor}").json
        assert len(wire.of("dynamodb Query")) == 1
        seen += [one["id"] for one in page["items"]]
        pages += 1
        if not page["next"]:
            break
        cursor = page["next"]
    assert (sorted(seen), pages) == (sorted(ids), 3)


@pytest.mark.parametrize("query", ["cursor=garbage", "limit=0", "limit=101", "order=newest"])
def test_what_can_not_be_asked(owner: Client, query: str) -> None:
    refused = owner.get(f"/suppressions?{query}")
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "?" + query.partition("=")[0])


def test_lifted_mail_goes_there_again(owner: Client, evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    id = stop(evergreen, "dana@example.com", customer=dana.id)
    link.send(browser.world.services, evergreen.store, dana.now)
    assert browser.deliver_mail() == []
    answer = owner.delete(f"/suppressions/{id}")
    assert (answer.status, answer.text) == (204, "")
    assert owner.get("/suppressions").json["items"] == []
    assert lifted(evergreen) == ["dana@example.com"]
    (line,) = (one for one in audit.entries(evergreen.store, 5)[0] if one.action == "suppression.lift")
    assert [(one.field, one.old, one.new) for one in line.changes] == [("cause", "bounced", None)]
    link.send(browser.world.services, evergreen.store, dana.now)
    assert len(browser.deliver_mail()) == 1


def test_twice_is_once(owner: Client, evergreen: Company, world: World) -> None:
    id = stop(evergreen, "dana@example.com")
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        assert owner.delete(f"/suppressions/{id}").status == 204
    assert owner.delete(f"/suppressions/{id}").status == 404
    assert lifted(evergreen) == ["dana@example.com"]


@pytest.mark.parametrize("id", ["nothing", "dana@example.com", "%23", "..", "0" * 32])
def test_what_is_not_stopped_can_not_be_lifted(owner: Client, evergreen: Company, id: str) -> None:
    stop(evergreen, "dana@example.com")
    assert owner.delete(f"/suppressions/{id}").status == 404
    assert len(owner.get("/suppressions").json["items"]) == 1


def test_another_companys_are_its_own(owner: Client, evergreen: Company, bluewave: Company) -> None:
    id = stop(bluewave, "ruth@example.com")
    assert owner.get("/suppressions").json["items"] == [] and owner.delete(f"/suppressions/{id}").status == 404
    theirs = bluewave.admin()
    assert [one["id"] for one in theirs.get("/suppressions").json["items"]] == [id]
    for number in range(2):
        stop(bluewave, f"{number}@example.com")
    cursor = theirs.get("/suppressions?limit=1").json["next"]
    assert owner.get(f"/suppressions?cursor={cursor}").status == 422


def test_who_may_only_read_lifts_nothing(evergreen: Company) -> None:
    id = stop(evergreen, "dana@example.com")
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert len(reader.get("/suppressions").json["items"]) == 1
    refused = reader.delete(f"/suppressions/{id}")
    assert (refused.status, refused.kind) == (403, "missing-scope")
