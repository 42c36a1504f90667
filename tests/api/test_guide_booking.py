"""What docs/api.md says of online booking is so: what it sends works in its order, and its numbers are the code's."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.booking.actions.calendar import MOST_DAYS
from chalicelib.booking.rules.booking import STATUSES
from tests.api.test_guide import GUIDE, bodies
from tests.booking.office import asked_for
from tests.builders import Company

CHAPTER = GUIDE.partition("## Online booking")[2].partition("\n## ")[0]
WORDS = " ".join(CHAPTER.split())
SHOWN = "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6"


def test_what_the_guide_sends_works_as_it_is(evergreen: Company) -> None:
    """In its order; somebody asks for a time when one is to be answered."""
    owner = evergreen.admin()
    assert owner.put("/customers/ext:1042", {"name": "Dana Whitfield"}).status == 201
    assert owner.get("/bookings?since=2026-11-30&until=2026-12-06").status == 404
    sent, request = [one for one in bodies() if one[1].startswith("/booking")], ""
    assert len(sent) == 5
    answers: list[Any] = []
    for method, path, body in sent:
        if SHOWN in path and not request:
            request = asked_for(owner)["id"]
        headers = {"if_match": '"0"'} if method == "PATCH" else {}
        answer = owner.send(method, path.replace(SHOWN, request), json.loads(body), **headers)
        assert answer.status in (200, 201), (path, answer.text)
        answers.append(answer.json)
    _, booked, proposed, confirmed, blocked = answers
    assert (booked["customer_name"], booked["status"]) == ("Dana Whitfield", "confirmed")
    assert (proposed["status"], confirmed["status"]) == ("proposed", "confirmed")
    assert confirmed["starts_at"] == "2026-12-02T10:00:00-07:00" and blocked["within"] == []
    for line in CHAPTER.splitlines():
        if line.startswith("GET /api/v1"):
            assert owner.get(line.removeprefix("GET /api/v1")).status == 200, line
    calendar = owner.get("/bookings?since=2026-12-01&until=2026-12-26").json["items"]
    assert [one["kind"] for one in calendar] == ["booking", "booking", "block"]


def test_the_numbers_are_the_codes() -> None:
    assert f"with up to {MOST_DAYS} days" in WORDS
    assert {"confirmed", "declined", "cancelled"} < set(STATUSES)
