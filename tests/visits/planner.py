"""The office, planning visits by the API, and what tests of visits look up besides it. A test names the odd part only:
a visit is scheduled for Wednesday morning, unless it says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.tenants.records import audit
from chalicelib.visits.rules import glance
from chalicelib.visits.rules.glance import Glance
from tests.builders import Company, Person
from tests.client import Answer, Client

DENVER = ZoneInfo("America/Denver")
# Denver's Wednesday of the week that tests are in, 8 to 10 in the morning.
WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=DENVER)


def fields(person: Person | str, at: datetime = WEDNESDAY, hours: float = 2, **odd: Any) -> dict[str, Any]:
    """A visit as it is sent; its window begins `at` and has so many hours."""
    until = (at.astimezone(UTC) + timedelta(hours=hours)).astimezone(at.tzinfo)
    return {
        "customer": person if isinstance(person, str) else person.id,
        "title": "Quarterly pest control",
        "starts_at": at.isoformat(),
        "ends_at": until.isoformat(),
        "technician": "Marco Ruiz",
        **odd,
    }


def planned(client: Client, person: Person | str, at: datetime = WEDNESDAY, hours: float = 2, **odd: Any) -> Any:
    """A new visit, as the API shows it."""
    answer = client.post("/visits", fields(person, at, hours, **odd))
    assert answer.status == 201, answer.text
    return answer.json


def done(client: Client, person: Person, at: datetime, **odd: Any) -> Any:
    """A visit that was completed at this time."""
    return planned(client, person, at, status="complete", completed_at=at.isoformat(), **odd)


def stands(client: Client, visit: Any, status: str) -> Answer:
    """Say where a visit stands."""
    return client.put(f"/visits/{visit['id']}/status", {"status": status})


def own_id(visit: Any) -> str:
    """What pages and rows call it."""
    return str(visit["id"]).partition("-")[2]


def glance_of(person: Person) -> Glance:
    return glance.read(person.now.glances.visits)


def first_page(person: Person) -> tuple[str | None, str | None]:
    """The ids of the next visit and of the last complete one, as the first page knows them."""
    seen = glance_of(person)
    return (seen.next and seen.next.id, seen.last and seen.last.id)


def told(person: Person) -> list[str]:
    """The messages that were written to a customer about visits, by their names."""
    page = person.company.store.query("customers", person.company.store.customer(person.id), prefix="message#visit-")
    return [item["item"].removeprefix("message#") for item in page.items]


def trail(company: Company) -> list[tuple[str, str, dict[str, tuple[Any, Any]]]]:
    """(action, target, {field: (old, new)}) of what was done with visits, the newest first."""
    entries, _ = audit.entries(company.store, 100)
    said = [(one.action, one.target, {each.field: (each.old, each.new) for each in one.changes}) for one in entries]
    return [one for one in said if one[0].startswith("visit.")]
