"""The office, booking on behalf by the API. A test names the odd part only: lawn mowing, Tuesday of next week at nine,
for somebody who is no customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bench.booking_house import fill
from chalicelib.booking.rules.day import Entry, Interval, minute
from chalicelib.tenants.records import audit
from tests.builders import Company, Person
from tests.client import Client

DENVER = ZoneInfo("America/Denver")
# The week after the one that tests are in.
TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=DENVER)


def fields(at: datetime = TUESDAY, person: Person | None = None, **odd: Any) -> dict[str, Any]:
    """A booking as it is sent."""
    whose = {"customer": person.id} if person else {"who": {"name": "Nora Beck", "email": "nora@example.com"}}
    return {"service": "lawn-mowing", "starts_at": at.isoformat(), **whose, **odd}


def books(client: Client, at: datetime = TUESDAY, person: Person | None = None, **odd: Any) -> Any:
    """A new booking, as the API shows it."""
    answer = client.post("/bookings", fields(at, person, **odd))
    assert answer.status == 201, answer.text
    return answer.json


def asked_for(client: Client, at: datetime = TUESDAY, person: Person | None = None, **odd: Any) -> Any:
    """A request that waits for an answer."""
    return books(client, at, person, confirmed=False, **odd)


def blocks(client: Client, since: datetime, until: datetime, **odd: Any) -> Any:
    """Blocked time, and what lies within it."""
    answer = client.post("/booking-blocks", {"since": since.isoformat(), "until": until.isoformat(), **odd})
    assert answer.status == 201, answer.text
    return answer.json


def crowded(company: Company, days: int, each: int, text: str = "Lawn mowing") -> None:
    """So many bookings on each day from Tuesday on, under such names."""
    first, day = minute(TUESDAY), 24 * 60
    times = [Interval(first + number * day, first + number * day + 60) for number in range(days) for _ in range(each)]
    fill(company.store, [
        Entry(f"01KB0Q8ZJ6R3V5W7X9{number:08}", "booking", one, one.start, one.end, text, text, "1" * 26, "confirmed")
        for number, one in enumerate(times)
    ])  # fmt: skip


def trail(company: Company) -> list[tuple[str, str, dict[str, tuple[Any, Any]]]]:
    """(action, target, {field: (old, new)}) of what was done with the calendar, the newest first."""
    entries, _ = audit.entries(company.store, 100)
    told = [(one.action, one.target, {each.field: (each.old, each.new) for each in one.changes}) for one in entries]
    return [one for one in told if one[0].startswith(("booking.", "block."))]


def told(company: Company, home: str) -> list[str]:
    """The messages about bookings that were written to a customer, or (`booking-<id>`) beside a booking, by their
    templates."""
    page = company.store.query("customers", company.store.customer(home), prefix="message#booking-")
    return [str(item["template"]) for item in page.items]
