"""Free times by the API: for the company's own software and its console, with why there are none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.rules import Area, SpecialDays
from tests.billing.wire import Wire
from tests.booking.offers import a_service, offering, open_from
from tests.booking.office import DENVER, TUESDAY, books
from tests.builders import Company, Person
from tests.client import Client
from tests.customers.records import store_calls


def slots(client: Client, since: str = "2026-12-01", **query: Any) -> Any:
    asked = {"service": "lawn-mowing", "since": since, **query}
    answer = client.get("/booking-slots?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert answer.status == 200, answer.text
    return answer.json


def starts(day: Any) -> list[str]:
    return [one["starts_at"][11:16] for one in day["slots"]]


def test_times_by_day_on_the_companys_clock(owner: Client, evergreen: Company) -> None:
    offering(evergreen, a_service(minutes=90), hours=(open_from(8, 12),) * 5 + ((),) * 2, step=60, window=45)
    found = slots(owner, count=1)
    assert found == {
        "time_zone": "America/Denver", "service": {"id": "lawn-mowing", "name": "Lawn mowing"}, "minutes": 90,
        "area": None, "first_free": "2026-12-01",
        "days": [{
            "day": "2026-12-01", "name": "", "why": None,
            "slots": [
                {
                    "starts_at": f"2026-12-01T{hour:02}:00:00-07:00",
                    "arrives_until": f"2026-12-01T{hour:02}:45:00-07:00",
                    "ends_at": f"2026-12-01T{hour + 1:02}:30:00-07:00",
                }
                for hour in (8, 9, 10)
            ],
        }],
    }  # fmt: skip


def test_a_week_unless_more_or_fewer_days_are_asked_for(owner: Client, evergreen: Company) -> None:
    offering(evergreen)
    assert [len(slots(owner, **odd)["days"]) for odd in ({}, {"count": 1}, {"count": 31})] == [7, 1, 31]


def test_each_empty_day_says_why(owner: Client, evergreen: Company) -> None:
    thanksgiving = SpecialDays(date(2026, 11, 26), date(2026, 11, 26), "Thanksgiving")
    short = SpecialDays(date(2026, 11, 27), date(2026, 11, 27), "The day after", open_from(8, 9))
    offering(
        evergreen, a_service(minutes=120), special=(thanksgiving, short), notice=30, horizon=9, crews=1, step=60,
        hours=(open_from(8, 10),) * 5 + ((),) * 2,
    )  # fmt: skip
    books(owner, datetime(2026, 11, 30, 9, 0, tzinfo=DENVER))
    found = slots(owner, "2026-11-22", count=12)
    assert [(one["day"][8:], one["why"], one["name"]) for one in found["days"]] == [
        ("22", "past", ""), ("23", "past", ""), ("24", "notice", ""), ("25", None, ""),
        ("26", "closed", "Thanksgiving"), ("27", "short", "The day after"), ("28", "closed", ""),
        ("29", "closed", ""), ("30", "full", ""), ("01", None, ""), ("02", None, ""), ("03", "horizon", ""),
    ]  # fmt: skip
    assert found["first_free"] == "2026-11-25"
    assert slots(owner, "2026-11-26", count=5)["first_free"] is None


def test_a_postal_code_says_whether_somebody_comes(owner: Client, evergreen: Company) -> None:
    offering(evergreen)
    assert slots(owner, postal_code="80301")["area"] is None
    offering(evergreen, area=Area("flagged", ("803*",)))
    assert [slots(owner, postal_code=one)["area"] for one in ("80301-1234", "10001")] == ["inside", "flagged"]
    assert slots(owner, postal_code="10001")["first_free"] == "2026-12-01"
    offering(evergreen, area=Area("refused", ("803*",)))
    inside, outside = (slots(owner, postal_code=one) for one in ("80301", "10001"))
    assert (inside["area"], inside["first_free"]) == ("inside", "2026-12-01")
    assert (outside["area"], outside["first_free"]) == ("refused", None)
    assert {(one["why"], len(one["slots"])) for one in outside["days"]} == {("area", 0)}


def test_what_is_moved_is_not_in_its_own_way(owner: Client, evergreen: Company) -> None:
    offering(evergreen, a_service(minutes=90), crews=1, step=30, window=60)
    made = books(owner)
    offering(evergreen, a_service(minutes=30), a_service("snow", on=False), crews=1, step=30)
    (other,) = slots(owner, count=1)["days"]
    assert "09:00" not in starts(other) and "08:30" in starts(other)
    moving = slots(owner, count=1, besides=made["id"], service="")
    (day,) = moving["days"]
    # By what was booked: an hour and a half, and its arrival window.
    assert starts(day)[:3] == ["08:00", "08:30", "09:00"] and starts(day)[-1] == "15:30"
    assert moving["minutes"] == 90 and day["slots"][0]["arrives_until"].startswith("2026-12-01T09:00")


def test_it_is_a_read_of_the_offer_and_a_query(owner: Client, evergreen: Company, wire: Wire) -> None:
    offering(evergreen)
    assert store_calls(wire, lambda: slots(owner, count=31)) == ["BatchGetItem", "Query"]


def test_a_time_that_is_offered_can_be_booked(owner: Client, evergreen: Company, dana: Person) -> None:
    offering(evergreen, a_service(minutes=50, before=10, after=20), crews=1)
    for turn in range(4):
        (day,) = slots(owner, count=1)["days"]
        starts_at = day["slots"][turn % 2 * -1]["starts_at"]
        books(owner, datetime.fromisoformat(starts_at), dana)
    assert len(owner.get("/bookings?since=2026-12-01&until=2026-12-01").json["items"]) == 4


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("service=lawn-mowing", "?since"), ("since=2026-12-01", "?service"),
        ("since=2026-12-01&service=nothing", "?service"), ("since=2026-12-01&service=a%23b", "?service"),
        ("since=2026-13-01&service=lawn-mowing", "?since"), ("since=9999-12-31&service=lawn-mowing", "?since"),
        ("since=2026-12-01&service=lawn-mowing&count=0", "?count"),
        ("since=2026-12-01&service=lawn-mowing&count=32", "?count"),
        ("since=2026-12-01&besides=nothing", "?besides"), ("since=2026-12-01&besides=..", "?besides"),
        ("since=2026-12-01&service=lawn-mowing&postal_code=K1A0B1", "?postal_code"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(owner: Client, evergreen: Company, query: str, pointer: str) -> None:
    offering(evergreen, area=Area("flagged", ("803*",)))
    answer = owner.get(f"/booking-slots?{query}")
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer), answer.text


def test_a_service_that_is_switched_off_has_no_times(owner: Client, evergreen: Company) -> None:
    offering(evergreen, a_service(), a_service("snow", "Snow removal", on=False))
    answer = owner.get("/booking-slots?service=snow&since=2026-12-01")
    assert (answer.status, answer.kind) == (409, "service-off")


def test_days_far_away_are_answered_too(owner: Client, evergreen: Company) -> None:
    offering(evergreen)
    assert {one["why"] for one in slots(owner, "2199-12-01")["days"]} == {"horizon"}
    assert {one["why"] for one in slots(owner, "1900-01-01")["days"]} == {"past"}
    assert slots(owner, (TUESDAY + timedelta(days=2)).date().isoformat())["first_free"] == "2026-12-03"
