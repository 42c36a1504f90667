"""Bookings by the API: made on behalf, read in the calendar, answered, moved; safe to repeat."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.admin import bookings
from chalicelib.booking.rules import Area, Price, Question, SpecialDays
from tests.billing.wire import Fault, Wire
from tests.booking.offers import a_service, offering, open_daily, open_from
from tests.booking.office import DENVER, TUESDAY, asked_for, books, crowded, fields, told, trail
from tests.builders import Company, Person
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.customers.records import store_calls

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def offer(evergreen: Company) -> None:
    offering(evergreen)


def at_noon(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=DENVER)


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.kind


# On behalf


def test_a_booking_is_made_and_read_as_it_was_sent(evergreen: Company, owner: Client) -> None:
    gate = Question("gate", "Is there a gate?")
    mowing = a_service(minutes=90, before=15, after=30, price=Price("from", 4_500), questions=(gate,))
    offering(evergreen, mowing, window=60, cutoff=48, policy="Please call a day before.")
    who = {
        "name": "Nora Beck", "email": "nora@example.com", "phone": "(303) 555-0199",
        "address": ["12 Elm St", "Boulder"], "postal_code": "80301",
    }  # fmt: skip
    answers = [{"question": "gate", "answer": "Yes, code 77."}]
    made = books(owner, who=who, answers=answers, notes="Mind the dog.")
    assert made == {
        "id": made["id"], "status": "confirmed", "service": {"id": "lawn-mowing", "name": "Lawn mowing"},
        "starts_at": "2026-12-01T09:00:00-07:00", "ends_at": "2026-12-01T10:30:00-07:00",
        "arrives_until": "2026-12-01T10:00:00-07:00", "changeable_until": "2026-11-29T09:00:00-07:00",
        "minutes": 90, "before": 15, "after": 30, "window": 60, "customer": None, "customer_name": "", "who": who,
        "answers": [{"question": "Is there a gate?", "answer": "Yes, code 77."}], "notes": "Mind the dog.",
        "price": {"kind": "from", "amount": 4_500}, "policy": "Please call a day before.", "source": "staff",
        "outside": False, "suspected": False, "note": "", "lead": None, "visit": None,
        "happened": [{
            "at": "2026-11-23T12:00:00-07:00", "by": "company", "name": "owner@evergreen.example",
            "status": "confirmed", "starts_at": "2026-12-01T09:00:00-07:00", "note": "",
        }],
        "created_at": "2026-11-23T12:00:00-07:00", "allowed": ["move", "cancel", "attach"],
    }  # fmt: skip
    assert owner.get(f"/bookings/{made['id']}").json == made


def test_a_customers_booking_is_by_what_is_on_file_and_a_visit(owner: Client, dana: Person) -> None:
    made = books(owner, person=dana, who={"phone": "(303) 555-0123"})
    assert (made["customer"], made["customer_name"]) == (dana.id, "Dana Whitfield")
    assert made["who"] == {
        "name": "Dana Whitfield", "email": "dana@example.com", "phone": "(303) 555-0123",
        "address": ["12 Juniper Way", "Boulder, CO"], "postal_code": "",
    }  # fmt: skip
    assert made["visit"] == f"{dana.id}-{made['id']}" and "attach" not in made["allowed"]
    (visit,) = owner.get(f"/visits?customer={dana.id}").json["items"]
    assert (visit["id"], visit["title"], visit["status"]) == (made["visit"], "Lawn mowing", "scheduled")


def test_a_customer_may_be_named_by_the_companys_own_id(owner: Client) -> None:
    owner.put("/customers/ext:1042", {"name": "Lou Park", "address": ["1 Main St", "Littleton, CO 80123"]})
    made = books(owner, customer="ext:1042", who={})
    assert (made["customer_name"], made["who"]["postal_code"]) == ("Lou Park", "80123")


@pytest.mark.parametrize("sent", ["2026-12-01T16:00:00Z", "2026-12-01T21:45:59+05:45", "2026-12-01T09:00:30-07:00"])
def test_a_time_may_have_any_offset_and_is_told_on_the_companys_clock(owner: Client, sent: str) -> None:
    assert books(owner, starts_at=sent)["starts_at"] == "2026-12-01T09:00:00-07:00"


def test_the_offset_is_that_of_the_day(owner: Client) -> None:
    made = books(owner, datetime(2027, 6, 1, 9, 0, tzinfo=DENVER))
    assert (made["starts_at"], made["created_at"]) == ("2027-06-01T09:00:00-06:00", "2026-11-23T12:00:00-07:00")


@pytest.mark.parametrize(
    ("what", "at"),
    [
        ("outside of hours", at_noon(12, 1, 22)), ("a closed day", at_noon(11, 29)),
        ("without notice", at_noon(11, 23, 13)), ("between two steps", TUESDAY + timedelta(minutes=7)),
        ("beyond the horizon", at_noon(11, 24) + timedelta(days=300)),
    ],
)  # fmt: skip
def test_staff_may_book_what_customers_may_not(owner: Client, what: str, at: datetime) -> None:
    assert books(owner, at)["status"] == "confirmed", what


def test_never_in_the_past(owner: Client, evergreen: Company) -> None:
    for at in (at_noon(11, 23, 11), datetime(1999, 1, 1, 9, 0, tzinfo=DENVER)):
        assert refused(owner.post("/bookings", fields(at))) == (409, "slot-past")
    assert trail(evergreen) == []


def test_never_beyond_room(owner: Client, evergreen: Company) -> None:
    """Two crews; each job takes half an hour more to clear up. From ten to half past both are busy."""
    offering(evergreen, a_service(after=30), crews=2)
    books(owner)
    books(owner, TUESDAY + HOUR)
    for at in (TUESDAY, TUESDAY + HOUR, TUESDAY + HOUR * 0.75):
        answer = owner.post("/bookings", fields(at))
        assert refused(answer) == (409, "slot-taken"), at
        assert "taken" in answer.json["detail"]
    assert len(owner.get("/bookings?since=2026-12-01&until=2026-12-01").json["items"]) == 2
    for at in (TUESDAY - HOUR * 0.5, TUESDAY + HOUR * 1.5):
        assert books(owner, at)["status"] == "confirmed"


def test_a_service_that_is_switched_off_is_still_the_companys(owner: Client, evergreen: Company) -> None:
    offering(evergreen, a_service(), a_service("snow", "Snow removal", on=False))
    assert books(owner, service="snow")["service"]["name"] == "Snow removal"


def test_outside_of_the_area_is_marked(owner: Client, evergreen: Company) -> None:
    offering(evergreen, area=Area("refused", ("803*",)))
    codes = {"80301-1234": False, "10001": True}
    for day, (code, outside) in enumerate(codes.items()):
        made = books(owner, TUESDAY + timedelta(days=day), who={"name": "Nora Beck", "postal_code": code})
        assert (made["outside"], made["who"]["postal_code"]) == (outside, code[:5])


def test_a_request_waits(owner: Client) -> None:
    made = asked_for(owner)
    assert (made["status"], made["visit"]) == ("requested", None)
    assert made["allowed"] == ["confirm", "decline", "propose", "cancel", "attach"]


def test_who_it_is_for_is_told_unless_they_know(owner: Client, evergreen: Company, dana: Person) -> None:
    books(owner, person=dana)
    assert told(evergreen, dana.id) == ["booking_confirmed"]
    books(owner, TUESDAY + HOUR, dana, tell=False)
    assert told(evergreen, dana.id) == ["booking_confirmed"]
    nobodys = books(owner, TUESDAY + 2 * HOUR)
    assert told(evergreen, f"booking-{nobodys['id']}") == ["booking_confirmed"]


WRONG: dict[str, dict[str, Any]] = {
    "#/service": {"service": "nothing"},
    "#/customer": {"customer": "ext:nobody"},
    "#/who/name": {"who": {"email": "nora@example.com"}},
    "#/who/email": {"who": {"name": "Nora Beck", "email": "nora"}},
    "#/who/phone": {"who": {"name": "Nora Beck", "phone": "12"}},
    "#/who/postal_code": {"who": {"name": "Nora Beck", "postal_code": "K1A 0B1"}},
    "#/who/address": {"who": {"name": "Nora Beck", "address": ["a", "b", "c", "d", "e"]}},
    "#/answers/0/question": {"answers": [{"question": "gate", "answer": "Yes"}]},
    "#/answers/0/answer": {"answers": [{"question": "gate", "answer": "x" * 1001}]},
    "#/notes": {"notes": "x" * 2001},
    "#/starts_at": {"starts_at": "2026-12-01T09:00:00"},
    "#/starts_at ": {"starts_at": "9999-12-31T23:59:59-12:00"},
    "#/starts_at  ": {"starts_at": "0001-01-01T00:00:00+12:00"},
    "#/confirmed": {"confirmed": "yes"},
    "#/title": {"title": "Lawn"},
}


@pytest.mark.parametrize(("pointer", "odd"), WRONG.items())
def test_what_is_wrong_is_named(owner: Client, evergreen: Company, pointer: str, odd: dict[str, Any]) -> None:
    offering(evergreen, area=Area("flagged", ("803*",)))
    answer = owner.post("/bookings", fields(**odd))
    assert answer.status == 422, answer.text
    found = [one["pointer"] for one in answer.json["errors"]]
    assert found == [pointer.strip()] or (pointer == "#/title" and found == ["#"]), found
    assert trail(evergreen) == []


def test_a_name_is_enough(owner: Client, evergreen: Company) -> None:
    made = books(owner, who={"name": "  Nora\tBeck "})
    assert made["who"]["name"] == "Nora Beck" and told(evergreen, f"booking-{made['id']}") == []


def test_sent_again_it_is_one_booking(owner: Client, evergreen: Company) -> None:
    first, again = (owner.post("/bookings", fields(), idempotency_key="b-1") for _ in range(2))
    assert (first.status, again.text) == (201, first.text) and again.headers["idempotency-replayed"] == "true"
    assert len(trail(evergreen)) == 1
    assert owner.post("/bookings", fields(TUESDAY + HOUR), idempotency_key="b-1").kind == "idempotency-key-reused"


@pytest.mark.parametrize("fault", ["lost after", "error after", "doubled", "lost before", "throttled"])
def test_an_answer_that_is_lost_is_one_booking_all_the_same(
    owner: Client, evergreen: Company, dana: Person, wire: Wire, fault: Fault
) -> None:
    wire.down("dynamodb TransactWriteItems", fault, times=2)
    answers = [owner.post("/bookings", fields(person=dana), idempotency_key="b-1") for _ in range(2)]
    assert answers[-1].status == 201, answers[-1].text
    assert len(trail(evergreen)) == 1 and told(evergreen, dana.id) == ["booking_confirmed"]
    (item,) = owner.get("/bookings?since=2026-12-01&until=2026-12-01").json["items"]
    assert item["id"] == answers[-1].json["id"]


def test_while_the_store_is_away_nothing_is_booked(owner: Client, evergreen: Company, wire: Wire) -> None:
    wire.down("dynamodb TransactWriteItems", "lost before")
    assert refused(owner.post("/bookings", fields(), idempotency_key="b-1")) == (503, "unavailable")
    wire.heal()
    assert owner.get("/bookings?since=2026-12-01&until=2026-12-01").json["items"] == [] == trail(evergreen)
    assert owner.post("/bookings", fields(), idempotency_key="b-1").status == 201


# The calendar


def test_the_calendar_has_days_hours_and_what_is_on(owner: Client, evergreen: Company, dana: Person) -> None:
    thanksgiving = SpecialDays(datetime(2026, 11, 26).date(), datetime(2026, 11, 27).date(), "Thanksgiving")
    offering(
        evergreen, a_service(before=15, after=30), hours=(open_from(8, 12, 13, 17),) * 5 + ((),) * 2,
        special=(thanksgiving,), crews=3,
    )  # fmt: skip
    late, early = books(owner, at_noon(11, 27, 14), dana), asked_for(owner, at_noon(11, 25, 9))
    calendar = owner.get("/bookings?since=2026-11-25&until=2026-11-28").json
    assert (calendar["time_zone"], calendar["crews"]) == ("America/Denver", 3)
    hours = [
        {"opens": "2026-11-25T08:00:00-07:00", "closes": "2026-11-25T12:00:00-07:00"},
        {"opens": "2026-11-25T13:00:00-07:00", "closes": "2026-11-25T17:00:00-07:00"},
    ]
    assert calendar["days"] == [
        {"day": "2026-11-25", "name": "", "hours": hours},
        {"day": "2026-11-26", "name": "Thanksgiving", "hours": []},
        {"day": "2026-11-27", "name": "Thanksgiving", "hours": []},
        {"day": "2026-11-28", "name": "", "hours": []},
    ]
    assert [one["id"] for one in calendar["items"]] == [early["id"], late["id"]]
    assert calendar["items"][1] == {
        "id": late["id"], "kind": "booking", "starts_at": "2026-11-27T14:00:00-07:00",
        "ends_at": "2026-11-27T15:00:00-07:00", "busy_since": "2026-11-27T13:45:00-07:00",
        "busy_until": "2026-11-27T15:30:00-07:00", "title": "Lawn mowing", "who": "Dana Whitfield",
        "customer": dana.id, "status": "confirmed", "crews": 1, "outside": False,
    }  # fmt: skip
    assert (calendar["items"][0]["status"], calendar["items"][0]["customer"]) == ("requested", None)


def test_days_are_the_companys(owner: Client) -> None:
    """Ten at night in Denver is the next day in UTC; what crosses midnight is there once, on both days."""
    books(owner, at_noon(12, 1, 22))
    books(owner, at_noon(12, 2, 23) + timedelta(minutes=30))

    def on(since: int, until: int) -> list[str]:
        found = owner.get(f"/bookings?since=2026-12-{since:02}&until=2026-12-{until:02}").json["items"]
        return [one["starts_at"][8:16] for one in found]

    assert on(1, 1) == ["01T22:00"] and on(2, 2) == on(3, 3) == ["02T23:30"]
    assert on(1, 3) == ["01T22:00", "02T23:30"] and on(4, 9) == []


def test_what_was_declined_or_canceled_is_not_in_the_way(owner: Client) -> None:
    one, other = books(owner), asked_for(owner, TUESDAY + HOUR)
    owner.put(f"/bookings/{one['id']}/status", {"status": "cancelled"})
    owner.put(f"/bookings/{other['id']}/status", {"status": "declined"})
    assert owner.get("/bookings?since=2026-12-01&until=2026-12-01").json["items"] == []


def test_hours_are_right_where_the_clock_changes(owner: Client, evergreen: Company) -> None:
    offering(evergreen, hours=open_daily())
    found = owner.get("/bookings?since=2027-03-14&until=2027-03-14").json["days"][0]["hours"]
    assert found == [{"opens": "2027-03-14T00:00:00-07:00", "closes": "2027-03-15T00:00:00-06:00"}]
    days = owner.get("/bookings?since=2026-10-15&until=2026-11-25").json["days"]
    assert len(days) == 42 and days[17]["hours"][0]["closes"] == "2026-11-02T00:00:00-07:00"


def test_a_month_is_one_query(owner: Client, dana: Person, wire: Wire) -> None:
    """Besides the offer; whoever is in it, nothing of theirs is read."""
    for hour in range(8, 17):
        books(owner, at_noon(12, 1, hour), dana if hour % 2 else None)
    calls = store_calls(wire, lambda: owner.get("/bookings?since=2026-11-30&until=2027-01-10"))
    assert calls == ["BatchGetItem", "Query"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "?since"), ("since=2026-12-01", "?until"), ("since=2026-12-01&until=2026-11-30", "?until"),
        ("since=2026-12-01&until=2027-01-12", "?until"), ("since=2026-02-30&until=2026-12-01", "?since"),
        ("since=2026-12-01&until=9999-12-31", "?until"), ("since=0001-01-01&until=0001-01-02", "?since"),
        ("since=2026-12-01&until=2026-12-02&zone=UTC", "?zone"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_days_is_named(owner: Client, query: str, pointer: str) -> None:
    answer = owner.get(f"/bookings?{query}")
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_the_longest_calendar_is_six_weeks(owner: Client) -> None:
    assert len(owner.get("/bookings?since=2026-12-01&until=2027-01-11").json["days"]) == 42


def test_what_would_not_fit_one_answer_is_asked_for_in_parts(owner: Client, evergreen: Company) -> None:
    """As many on each day as there may be: six weeks of them Lambda would not answer with."""
    crowded(evergreen, 42, 400, "Lawn mowing, edges and hedges")
    refusal = owner.get("/bookings?since=2026-12-01&until=2027-01-11")
    (wrong,) = refusal.json["errors"]
    assert (refusal.status, wrong["pointer"]) == (422, "?until") and "Ask for fewer days" in wrong["detail"]
    week = owner.get("/bookings?since=2026-12-01&until=2026-12-07")
    assert week.status == 200 and len(week.json["items"]) == 7 * 400


def test_one_day_always_fits(owner: Client, evergreen: Company) -> None:
    """It touches two of UTC's, whose items can't be longer than the store takes; no letter takes more room in JSON."""
    crowded(evergreen, 1, 340, "\U0001f33f" * 100)
    answer = owner.get("/bookings?since=2026-12-01&until=2026-12-01")
    assert answer.status == 200 and 2 * len(json.dumps(answer.text)) < bookings.MOST_ANSWER


# Requests


def test_requests_are_listed_soonest_first_until_they_are_answered(owner: Client, dana: Person) -> None:
    times = [TUESDAY + timedelta(days=day) for day in (2, 0, 1)]
    later, sooner, between = (asked_for(owner, at, dana if at == TUESDAY else None) for at in times)
    books(owner, TUESDAY - timedelta(days=1))
    page = owner.get("/booking-requests?limit=2").json
    assert [one["id"] for one in page["items"]] == [sooner["id"], between["id"]]
    assert page["items"][0] == owner.get(f"/bookings/{sooner['id']}").json
    assert page["items"][0]["customer_name"] == "Dana Whitfield"
    rest = owner.get(f"/booking-requests?limit=2&cursor={page['next']}").json
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([later["id"]], None)
    owner.put(f"/bookings/{sooner['id']}/status", {"status": "confirmed"})
    owner.put(f"/bookings/{between['id']}/proposal", {"starts_at": (TUESDAY + 5 * HOUR).isoformat()})
    assert [one["id"] for one in owner.get("/booking-requests").json["items"]] == [later["id"]]


def test_proposals_are_listed_until_they_are_answered(owner: Client, dana: Person, wire: Wire) -> None:
    """Nobody else reminds the company of those who never answer."""
    path = "/booking-requests?waiting_for=customer"
    later, sooner = (asked_for(owner, TUESDAY + timedelta(days=day), dana if day else None) for day in (1, 0))
    assert owner.get(path).json["items"] == []
    for one, day in ((later, 4), (sooner, 3)):
        at = TUESDAY + timedelta(days=day, hours=2)
        assert owner.put(f"/bookings/{one['id']}/proposal", {"starts_at": at.isoformat()}).status == 200
    page = owner.get(f"{path}&limit=1").json
    assert [(one["id"], one["status"]) for one in page["items"]] == [(sooner["id"], "proposed")]
    rest = owner.get(f"{path}&limit=1&cursor={page['next']}").json
    assert [one["id"] for one in rest["items"]] == [later["id"]]
    # A page's cursor is that of its own list.
    other = owner.get(f"/booking-requests?cursor={page['next']}")
    assert (other.status, other.json["errors"][0]["pointer"]) == (422, "?cursor")
    assert store_calls(wire, lambda: owner.get(path)) == ["Query", "BatchGetItem"]
    owner.put(f"/bookings/{sooner['id']}/status", {"status": "confirmed"})
    owner.put(f"/bookings/{later['id']}/status", {"status": "declined"})
    assert owner.get(path).json["items"] == owner.get("/booking-requests").json["items"] == []


def test_requests_are_a_query_and_a_read_of_names(owner: Client, dana: Person, wire: Wire) -> None:
    for day in range(4):
        asked_for(owner, TUESDAY + timedelta(days=day), dana if day % 2 else None)
    assert store_calls(wire, lambda: owner.get("/booking-requests")) == ["Query", "BatchGetItem"]


# What is done with them


def test_a_request_is_confirmed_and_becomes_a_visit(owner: Client, evergreen: Company, dana: Person) -> None:
    made = asked_for(owner, person=dana)
    assert owner.get(f"/visits?customer={dana.id}").json["items"] == []
    path, sent = f"/bookings/{made['id']}/status", {"status": "confirmed", "note": "See you then."}
    done = owner.put(path, sent).json
    assert (done["status"], done["note"], done["visit"]) == ("confirmed", "See you then.", f"{dana.id}-{made['id']}")
    assert [(one["status"], one["note"], one["by"]) for one in done["happened"]] == [
        ("requested", "", "company"), ("confirmed", "See you then.", "company"),
    ]  # fmt: skip
    assert owner.put(path, sent).json == done
    assert [one[0] for one in trail(evergreen)] == ["booking.confirm", "booking.create"]
    assert told(evergreen, dana.id).count("booking_confirmed") == 1


def test_a_request_is_declined_for_good(owner: Client, evergreen: Company) -> None:
    made = asked_for(owner)
    path = f"/bookings/{made['id']}"
    done = owner.put(f"{path}/status", {"status": "declined", "note": "We are full that week."}).json
    assert (done["status"], done["allowed"]) == ("declined", ["attach"])
    assert owner.put(f"{path}/status", {"status": "declined"}).json == done
    for where, body in (
        ("status", {"status": "confirmed"}), ("status", {"status": "cancelled"}),
        ("time", {"starts_at": TUESDAY.isoformat()}), ("proposal", {"starts_at": TUESDAY.isoformat()}),
    ):  # fmt: skip
        assert refused(owner.put(f"{path}/{where}", body)) == (409, "booking-settled"), where
    assert trail(evergreen)[0][2]["status"] == ("requested", "declined")


def test_a_confirmed_booking_is_moved_and_its_visit_with_it(owner: Client, evergreen: Company, dana: Person) -> None:
    made = books(owner, person=dana)
    new = TUESDAY + timedelta(days=1, hours=2)
    done = owner.put(f"/bookings/{made['id']}/time", {"starts_at": new.isoformat(), "note": "Truck is ill."}).json
    assert (done["starts_at"], done["status"]) == ("2026-12-02T11:00:00-07:00", "confirmed")
    assert owner.get(f"/visits/{done['visit']}").json["starts_at"] == new.astimezone(UTC).isoformat()
    action, target, what = trail(evergreen)[0]
    assert (action, target) == ("booking.move", made["id"])
    assert what["starts_at"] == ("2026-12-01T16:00:00+00:00", "2026-12-02T18:00:00+00:00")
    on = owner.get("/bookings?since=2026-12-01&until=2026-12-02").json["items"]
    assert [one["starts_at"] for one in on] == ["2026-12-02T11:00:00-07:00"]


def test_nothing_is_moved_to_where_there_is_no_room(owner: Client, evergreen: Company) -> None:
    offering(evergreen, crews=1)
    made = books(owner)
    books(owner, TUESDAY + HOUR)
    path = f"/bookings/{made['id']}/time"
    half = (TUESDAY + timedelta(minutes=30)).isoformat()
    assert refused(owner.put(path, {"starts_at": half})) == (409, "slot-taken")
    assert refused(owner.put(path, {"starts_at": at_noon(11, 20).isoformat()})) == (409, "slot-past")
    assert owner.get(f"/bookings/{made['id']}").json == made
    # Half an hour earlier it only touches itself.
    earlier = (TUESDAY - timedelta(minutes=30)).isoformat()
    assert owner.put(path, {"starts_at": earlier}).json["starts_at"] == "2026-12-01T08:30:00-07:00"


def test_a_request_is_proposed_another_time_which_it_holds(owner: Client, evergreen: Company) -> None:
    offering(evergreen, crews=1)
    made = asked_for(owner)
    path, new = f"/bookings/{made['id']}", TUESDAY + 3 * HOUR
    done = owner.put(f"{path}/proposal", {"starts_at": new.isoformat(), "note": "Or then?"}).json
    assert (done["status"], done["starts_at"]) == ("proposed", "2026-12-01T12:00:00-07:00")
    assert owner.put(f"{path}/proposal", {"starts_at": new.isoformat()}).json == done
    assert refused(owner.post("/bookings", fields(new))) == (409, "slot-taken")
    assert books(owner, TUESDAY)["status"] == "confirmed"
    assert refused(owner.put(f"{path}/time", {"starts_at": new.isoformat()})) == (409, "not-confirmed")


def test_a_confirmed_one_is_not_proposed_another_time(owner: Client) -> None:
    made = books(owner)
    answer = owner.put(f"/bookings/{made['id']}/proposal", {"starts_at": (TUESDAY + HOUR).isoformat()})
    assert refused(answer) == (409, "not-requested") and "Move it" in answer.json["detail"]
    assert refused(owner.put(f"/bookings/{made['id']}/status", {"status": "declined"})) == (409, "not-requested")


def test_a_booking_is_canceled_and_its_place_is_free(owner: Client, evergreen: Company, dana: Person) -> None:
    offering(evergreen, crews=1)
    made = books(owner, person=dana)
    done = owner.put(f"/bookings/{made['id']}/status", {"status": "cancelled", "note": "Storm."}).json
    assert (done["status"], done["allowed"]) == ("cancelled", [])
    assert owner.get(f"/visits/{made['visit']}").json["status"] == "cancelled" and done["visit"] == made["visit"]
    assert books(owner)["status"] == "confirmed"


def test_what_was_done_stays_done(owner: Client, dana: Person, clock: Clock) -> None:
    made = books(owner, person=dana)
    clock.forward(days=8)
    owner = dana.company.admin()
    assert owner.put(f"/visits/{made['visit']}/status", {"status": "complete"}).status == 200
    assert owner.get(f"/bookings/{made['id']}").json["allowed"] == ["cancel"]
    wanted = {"starts_at": (clock() + HOUR).isoformat()}
    assert refused(owner.put(f"/bookings/{made['id']}/time", wanted)) == (409, "booking-done")
    assert owner.put(f"/bookings/{made['id']}/status", {"status": "cancelled"}).json["status"] == "cancelled"
    assert owner.get(f"/visits/{made['visit']}").json["status"] == "complete"


def test_a_booking_becomes_a_customers(owner: Client, evergreen: Company, dana: Person) -> None:
    made = books(owner)
    path = f"/bookings/{made['id']}/customer"
    done = owner.put(path, {"customer": dana.id}).json
    assert (done["customer"], done["customer_name"]) == (dana.id, "Dana Whitfield")
    assert done["visit"] == f"{dana.id}-{made['id']}" and done["who"]["name"] == "Nora Beck"
    assert owner.put(path, {"customer": dana.id}).json == done
    assert [one[0] for one in trail(evergreen)] == ["booking.attach", "booking.create"]
    lou = evergreen.customer("Lou Park", email="lou@example.com")
    assert refused(owner.put(path, {"customer": lou.id})) == (409, "booking-claimed")
    assert owner.put(path, {"customer": "ext:nobody"}).json["errors"][0]["pointer"] == "#/customer"


@pytest.mark.parametrize(
    ("where", "body", "pointer"),
    [
        ("status", {"status": "requested"}, "#/status"),
        ("status", {"status": "confirmed", "note": "x" * 1001}, "#/note"),
        ("time", {"starts_at": "2026-12-01T09:00:00"}, "#/starts_at"), ("time", {"note": "x"}, "#/starts_at"),
        ("proposal", {"starts_at": "9999-12-31T23:59:59-12:00"}, "#/starts_at"), ("customer", {}, "#/customer"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_deed_is_named(owner: Client, where: str, body: dict[str, Any], pointer: str) -> None:
    answer = owner.put(f"/bookings/{asked_for(owner)['id']}/{where}", body)
    assert answer.status == 422, answer.text
    assert answer.json["errors"][0]["pointer"] in (pointer, "#"), answer.text


def test_each_deed_has_its_line_in_the_trail(owner: Client, evergreen: Company, dana: Person) -> None:
    made = asked_for(owner)
    path = f"/bookings/{made['id']}"
    owner.put(f"{path}/proposal", {"starts_at": (TUESDAY + HOUR).isoformat()})
    owner.put(f"{path}/status", {"status": "confirmed"})
    owner.put(f"{path}/time", {"starts_at": (TUESDAY + 2 * HOUR).isoformat()})
    owner.put(f"{path}/customer", {"customer": dana.id})
    owner.put(f"{path}/status", {"status": "cancelled"})
    declined = asked_for(owner)
    owner.put(f"/bookings/{declined['id']}/status", {"status": "declined"})
    assert [one[0].partition(".")[2] for one in reversed(trail(evergreen))] == [
        "create", "propose", "confirm", "move", "attach", "cancel", "create", "decline",
    ]  # fmt: skip
    _, target, made_of = trail(evergreen)[-1]
    assert target == made["id"] and made_of["service"] == (None, "Lawn mowing")
