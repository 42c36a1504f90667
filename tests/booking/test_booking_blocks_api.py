"""Blocked time by the API: nothing can be booked in it, and what is booked stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.rules import checking
from tests.billing.wire import Wire
from tests.booking.offers import a_service, offering
from tests.booking.office import DENVER, TUESDAY, blocks, books, crowded, fields, trail
from tests.builders import Company, Person
from tests.client import Client

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def offer(evergreen: Company) -> None:
    offering(evergreen)


def items(client: Client, since: str = "2026-12-01", until: str = "2026-12-01") -> list[Any]:
    found: list[Any] = client.get(f"/bookings?since={since}&until={until}").json["items"]
    return found


def test_nothing_can_be_booked_in_it(owner: Client) -> None:
    made = blocks(owner, TUESDAY, TUESDAY + 2 * HOUR, title=" Team  meeting ")
    block = made["block"]
    assert made == {
        "block": {
            "id": block["id"], "kind": "block", "starts_at": "2026-12-01T09:00:00-07:00",
            "ends_at": "2026-12-01T11:00:00-07:00", "busy_since": "2026-12-01T09:00:00-07:00",
            "busy_until": "2026-12-01T11:00:00-07:00", "title": "Team meeting", "who": "", "customer": None,
            "status": None, "crews": 0, "outside": False,
        },
        "within": [],
    }  # fmt: skip
    assert items(owner) == [block]
    for at in (TUESDAY, TUESDAY - HOUR / 2, TUESDAY + 1.5 * HOUR):
        assert owner.post("/bookings", fields(at)).kind == "slot-taken"
    assert books(owner, TUESDAY - HOUR)["status"] == books(owner, TUESDAY + 2 * HOUR)["status"] == "confirmed"
    (day,) = owner.get("/booking-slots?service=lawn-mowing&since=2026-12-01&count=1").json["days"]
    assert not {one["starts_at"][11:16] for one in day["slots"]} & {"08:30", "09:00", "09:30", "10:00", "10:30"}


def test_one_crew_may_be_away(owner: Client) -> None:
    blocks(owner, TUESDAY, TUESDAY + HOUR, crews=1)
    books(owner)
    assert owner.post("/bookings", fields()).kind == "slot-taken"


def test_what_is_booked_stays_and_is_named(owner: Client, evergreen: Company, dana: Person) -> None:
    offering(evergreen, a_service(after=30))
    first, second = books(owner, person=dana), books(owner, TUESDAY + HOUR)
    books(owner, TUESDAY + 4 * HOUR)
    made = blocks(owner, TUESDAY + 1.25 * HOUR, TUESDAY + 3 * HOUR)
    # The first is over by then, but for the half hour that is kept free after it.
    assert [one["id"] for one in made["within"]] == [first["id"], second["id"]]
    assert owner.get(f"/bookings/{first['id']}").json == first
    path, inside = f"/bookings/{second['id']}/time", (TUESDAY + 1.5 * HOUR).isoformat()
    assert owner.put(path, {"starts_at": inside}).kind == "slot-taken"
    assert owner.put(path, {"starts_at": (TUESDAY + 6 * HOUR).isoformat()}).status == 200


def test_of_very_much_within_it_the_first_are_named(owner: Client, evergreen: Company) -> None:
    """Two months of a large company would not fit one answer."""
    crowded(evergreen, 4, 300)
    made = blocks(owner, TUESDAY, TUESDAY + timedelta(days=60))
    booked = [one for one in items(owner, until="2026-12-04") if one["kind"] == "booking"]
    assert len(booked) == 1_200 and made["within"] == booked[:1_000]


def test_over_several_days_it_is_one(owner: Client) -> None:
    since, until = datetime(2026, 12, 24, 12, 0, tzinfo=DENVER), datetime(2027, 1, 2, 0, 0, tzinfo=DENVER)
    block = blocks(owner, since, until)["block"]
    assert items(owner, "2026-12-20", "2027-01-05") == items(owner, "2026-12-28", "2026-12-28") == [block]
    assert items(owner, "2027-01-02", "2027-01-02") == [] == items(owner, "2026-12-23", "2026-12-23")


def test_freed_it_can_be_booked_again(owner: Client, evergreen: Company) -> None:
    block = blocks(owner, TUESDAY, TUESDAY + HOUR, title="Team meeting")["block"]
    assert owner.delete(f"/booking-blocks/{block['id']}").status == 204
    assert owner.delete(f"/booking-blocks/{block['id']}").status == 404
    assert items(owner) == [] and books(owner)["status"] == "confirmed"
    deeds = [one for one in trail(evergreen) if one[0].startswith("block.")]
    assert [one[:2] for one in deeds] == [("block.delete", block["id"]), ("block.create", block["id"])]
    assert deeds[1][2]["title"] == (None, "Team meeting") and deeds[0][2]["title"] == ("Team meeting", None)


def test_as_many_crews_are_blocked_as_a_company_may_have(owner: Client, evergreen: Company) -> None:
    offering(evergreen, crews=checking.CREWS[1])
    assert blocks(owner, TUESDAY, TUESDAY + HOUR, crews=checking.CREWS[1])["block"]["crews"] == checking.CREWS[1]


def test_a_booking_is_no_blocked_time_nor_the_other_way_round(owner: Client) -> None:
    made, block = books(owner), blocks(owner, TUESDAY, TUESDAY + HOUR)["block"]
    assert owner.delete(f"/booking-blocks/{made['id']}").status == 404
    assert owner.get(f"/bookings/{block['id']}").status == 404
    assert len(items(owner)) == 2


def test_sent_again_it_is_one(owner: Client, evergreen: Company) -> None:
    sent = {"since": TUESDAY.isoformat(), "until": (TUESDAY + HOUR).isoformat()}
    first, again = (owner.post("/booking-blocks", sent, idempotency_key="k-1") for _ in range(2))
    assert first.text == again.text and len(items(owner)) == len(trail(evergreen)) == 1


@pytest.mark.parametrize("fault", ["lost after", "error after", "doubled", "lost before", "throttled"])
def test_an_answer_that_is_lost_is_one_block_all_the_same(
    owner: Client, evergreen: Company, wire: Wire, fault: Any
) -> None:
    sent = {"since": TUESDAY.isoformat(), "until": (TUESDAY + HOUR).isoformat()}
    wire.down("dynamodb TransactWriteItems", fault, times=2)
    answers = [owner.post("/booking-blocks", sent, idempotency_key="k-1") for _ in range(2)]
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    block = answers[-1].json["block"]["id"]
    freed = owner.delete(f"/booking-blocks/{block}")
    wire.heal()
    assert answers[-1].status == 201 and freed.status == 204
    assert [one[0] for one in trail(evergreen)] == ["block.delete", "block.create"] and items(owner) == []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"until": TUESDAY.isoformat()}, "until"),
    ({"until": "2026-12-01T15:00:00Z"}, "until"),
    ({"until": "2027-12-01T15:00:00Z"}, "until"),
    ({"until": "9999-12-31T23:59:59-12:00"}, "until"),
    ({"since": "0001-01-01T00:00:00+12:00"}, "since"),
    ({"since": "1999-01-01T00:00:00Z", "until": "1999-01-01T01:00:00Z"}, "since"),
    ({"since": "2026-12-01"}, "since"),
    ({"crews": -1}, "crews"),
    ({"crews": checking.CREWS[1] + 1}, "crews"),
    ({"title": "x" * 101}, "title"),
]


@pytest.mark.parametrize(("odd", "field"), WRONG)
def test_what_is_wrong_is_named(owner: Client, evergreen: Company, odd: dict[str, Any], field: str) -> None:
    sent = {"since": TUESDAY.isoformat(), "until": (TUESDAY + HOUR).isoformat(), **odd}
    answer = owner.post("/booking-blocks", sent)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, f"#/{field}"), answer.text
    assert trail(evergreen) == []
