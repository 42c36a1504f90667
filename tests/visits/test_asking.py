"""What a complete visit asks for: a rating at once, and, every 90 days at most, whether they would recommend the
company, by the first page and a day later by a message."""

from __future__ import annotations

import html
import quopri
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.messages.records import outbox
from chalicelib.visits.actions import asking
from chalicelib.visits.records import reviews
from chalicelib.visits.rules import review
from chalicelib.visits.rules.glance import Asking
from chalicelib.web import events
from tests.billing.wire import Killed, Wire
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import own_id, planned, stands
from tests.visits.rater import answers, asking_of, at_home, rating_of, report, visited, written

DAY = timedelta(days=1)


def message(person: Person, id: str) -> Any:
    found = outbox.read(person.company.store, person.id, id)
    assert found is not None
    return outbox.to_message(found)


def waiting(person: Person) -> list[str]:
    """The visits after which this customer is still to be asked by a message."""
    store = person.company.store
    page = store.query("customers", store.customer(person.id), prefix="review-ask#")
    return [item["item"].removeprefix("review-ask#") for item in page.items]


def sweep(person: Person) -> int:
    return events.sweep(person.company.world.services)["reviews"]


def counted(company: Company) -> tuple[int, int]:
    """How many were asked for a rating, and how many whether they would recommend the company."""
    totals = report(company, "?from=2025-12&to=2027-11")["totals"]
    return totals["ratings"]["asked"], totals["reviews"]["asked"]


def test_a_complete_visit_asks_for_a_rating_and_starts_asking_for_more(
    dana: Person, owner: Client, clock: Clock, evergreen: Company
) -> None:
    visit = visited(owner, dana, work="Perimeter and kitchen.")
    assert written(dana, "visit-") == [f"visit-{visit}"]
    told = message(dana, f"visit-{visit}")
    assert (told.template, told.to, told.path) == ("visit_complete", "dana@example.com", f"/visits/{visit}/rating")
    assert told.values == {
        "visit": {
            "title": "Quarterly pest control", "technician": "Marco Ruiz", "on": "2026-11-23",
            "work": "Perimeter and kitchen.",
        }
    }  # fmt: skip
    assert asking_of(dana) == Asking(clock().isoformat())
    assert waiting(dana) == [visit] and written(dana, "review-") == []
    assert counted(evergreen) == (1, 1)


def test_one_tap_in_the_mail_opens_the_page_with_the_stars_chosen(
    dana: Person, owner: Client, browser: Browser
) -> None:
    visit = visited(owner, dana)
    (mail,) = [one for one in browser.deliver_mail() if "\nTo: dana@example.com" in one]
    text = quopri.decodestring(mail.encode()).decode("utf-8", "replace")
    found = re.findall(r"http://localhost:8000/evergreen/link/[\w-]+\?stars=\d", html.unescape(text))
    links = sorted(set(found))
    assert [one[-1] for one in links] == ["1", "2", "3", "4", "5"]
    page = browser.get(links[3])
    assert rating_of(dana, visit) is None
    page = browser.submit(urlsplit(page.form(links[3].partition("?")[0].rpartition("/")[2]).action).path)
    assert urlsplit(page.url).path == f"/evergreen/visits/{visit}/rating"
    assert re.findall(r'name="stars" value="(\d)"[^>]*\bchecked', page.html) == ["4"]
    assert rating_of(dana, visit) is None, "still nothing is sent"
    assert "Thank you!" in browser.submit("/rating", comment="").text
    rating = rating_of(dana, visit)
    assert rating is not None and rating.stars == 4


@pytest.mark.parametrize("long", [499, 500, 501, 5_000])
def test_what_was_done_is_cut_to_fit_a_letterbox(dana: Person, owner: Client, long: int) -> None:
    visit = visited(owner, dana, work="x" * long)
    work = message(dana, f"visit-{visit}").values["visit"]["work"]
    assert len(work) == min(long, 500) and work.endswith("…") == (long > 500)


def test_a_day_later_a_message_asks_once(dana: Person, owner: Client, clock: Clock, browser: Browser) -> None:
    visit = visited(owner, dana)
    browser.deliver_mail()
    clock.forward(days=1, seconds=-1)
    assert sweep(dana) == 0 and written(dana, "review-") == []
    clock.forward(seconds=1)
    assert sweep(dana) == 1
    assert written(dana, "review-") == [f"review-{visit}"] and waiting(dana) == []
    told = message(dana, f"review-{visit}")
    assert (told.template, told.to, told.path) == ("review_request", "dana@example.com", "/review")
    assert told.values["visit"] == {
        "title": "Quarterly pest control", "technician": "Marco Ruiz", "on": "2026-11-23",
    }  # fmt: skip
    assert sweep(dana) == 0, "nothing is left on the list"
    assert len([one for one in browser.deliver_mail() if "\nTo: dana@example.com" in one]) == 2


@pytest.mark.parametrize("what", ["answered", "put off"])
def test_who_has_answered_or_put_it_off_gets_no_message(dana: Person, owner: Client, clock: Clock, what: str) -> None:
    visited(owner, dana)
    clock.forward(hours=2)
    if what == "answered":
        answers(dana, 9)
    else:
        at_home(dana).post("/evergreen/review/later", {})
    clock.forward(days=1)
    assert sweep(dana) == 1
    assert written(dana, "review-") == [] and waiting(dana) == []


def test_nobody_is_asked_again_within_ninety_days_however_many_visits_there_are(
    dana: Person, owner: Client, clock: Clock, evergreen: Company
) -> None:
    visited(owner, dana)
    first = asking_of(dana)
    for _ in range(3):
        clock.forward(days=29)
        visited(evergreen.admin(), dana)
    assert asking_of(dana) == first
    clock.forward(days=2, hours=23)
    visited(evergreen.admin(), dana)
    assert asking_of(dana) == first and counted(evergreen) == (5, 1)
    clock.forward(hours=1)
    last = visited(evergreen.admin(), dana, timedelta())
    assert asking_of(dana).asked_at == clock().isoformat()
    assert counted(evergreen) == (6, 2) and last in waiting(dana)


@pytest.mark.parametrize("after", ["answered", "put off"])
def test_the_ninety_days_begin_with_the_answer_or_the_putting_off(
    dana: Person, owner: Client, clock: Clock, evergreen: Company, after: str
) -> None:
    visited(owner, dana)
    asked = asking_of(dana).asked_at
    clock.forward(days=20)
    if after == "answered":
        answers(dana, 5)
    else:
        at_home(dana).post("/evergreen/review/later", {})
    clock.forward(days=89)
    visited(evergreen.admin(), dana)
    assert asking_of(dana).asked_at == asked
    clock.forward(days=1)
    visited(evergreen.admin(), dana, timedelta(hours=1))
    assert asking_of(dana).asked_at == clock().isoformat()


def test_history_that_is_brought_along_asks_nobody(dana: Person, owner: Client, evergreen: Company) -> None:
    for days in (700, 300, 8):
        visited(owner, dana, days * DAY)
    assert written(dana, "") == [] and waiting(dana) == [] and asking_of(dana) == Asking()
    assert counted(evergreen) == (0, 0)
    visited(owner, dana, 7 * DAY)
    assert len(written(dana, "visit-")) == 1


def test_an_earlier_visit_that_is_entered_after_a_later_one_asks_nothing(
    dana: Person, owner: Client, evergreen: Company
) -> None:
    visited(owner, dana, timedelta(hours=1))
    visited(owner, dana, timedelta(hours=5))
    assert len(written(dana, "visit-")) == 1 and counted(evergreen) == (1, 1)


def test_a_visit_that_is_complete_a_second_time_asks_once(dana: Person, owner: Client, evergreen: Company) -> None:
    made = planned(owner, dana, evergreen.world.services.now())
    for status in ("complete", "scheduled", "complete", "complete"):
        assert stands(owner, made, status).status == 200
    assert written(dana, "visit-") == [f"visit-{own_id(made)}"] and counted(evergreen) == (1, 1)


def test_a_visit_that_was_taken_back_by_the_day_sends_no_message(dana: Person, owner: Client, clock: Clock) -> None:
    made = planned(owner, dana, clock())
    stands(owner, made, "complete")
    stands(owner, made, "cancelled")
    clock.forward(days=1)
    assert sweep(dana) == 1
    assert written(dana, "review-") == [] and waiting(dana) == []


def test_without_an_address_the_first_page_asks(owner: Client, evergreen: Company) -> None:
    nobody = evergreen.customer("Nobody Reached", email="", password=None)
    visited(owner, nobody)
    assert written(nobody, "") == [] and asking_of(nobody) == Asking() and counted(evergreen) == (0, 0)
    visitor = evergreen.customer("Ines Vidal", email="", password=None, last_sign_in="2026-11-01T08:00:00+00:00")
    visited(owner, visitor)
    assert written(visitor, "") == [] and asking_of(visitor).asked_at and counted(evergreen) == (1, 1)


def test_who_may_not_come_in_is_not_asked(owner: Client, evergreen: Company, clock: Clock) -> None:
    off = evergreen.customer(access=False)
    visited(owner, off)
    assert written(off, "") == [] and asking_of(off) == Asking() and counted(evergreen) == (0, 0)


def test_access_that_is_turned_off_by_the_day(dana: Person, owner: Client, clock: Clock) -> None:
    visited(owner, dana)
    assert owner.patch(f"/customers/{dana.id}/access", {"on": False}).status == 200
    clock.forward(days=1)
    assert sweep(dana) == 1 and written(dana, "review-") == [] and waiting(dana) == []


def test_a_text_for_who_has_a_number_only(owner: Client, evergreen: Company) -> None:
    lou = evergreen.customer("Lou Park", email="", password=None, phones=("(303) 555-0119",), language="es")
    visit = visited(owner, lou)
    told = message(lou, f"visit-{visit}")
    assert (told.to, told.phone, told.language) == ("", "(303) 555-0119", "es")


# The sweep


def test_one_that_fails_does_not_stop_the_others(
    owner: Client, evergreen: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people = [evergreen.customer(f"Customer {n}", email=f"c{n}@example.com", password=None) for n in range(3)]
    for person in people:
        visited(owner, person)
        clock.forward(minutes=1)
    clock.forward(days=1)
    store = evergreen.store
    broken = people[0]
    (profile,) = store.get(store.customer_key(broken.id, "profile"))
    assert profile is not None
    real = asking.customers.to_customer

    def reads(item: Any) -> Any:
        if item["customer"].endswith(broken.id):
            raise ValueError("a row that can't be read")
        return real(item)

    monkeypatch.setattr(asking.customers, "to_customer", reads)
    assert sweep(broken) == 3
    assert [bool(written(person, "review-")) for person in people] == [False, True, True]
    assert "is left for later" in caplog.text
    assert sweep(broken) == 0, "it goes down the list"
    monkeypatch.setattr(asking.customers, "to_customer", real)
    clock.forward(hours=1)
    assert sweep(broken) == 1 and written(broken, "review-")


@pytest.mark.parametrize("fault", ["lost before", "lost after", "error", "error after", "throttled", "doubled"])
def test_one_message_whatever_the_network_does(
    dana: Person, owner: Client, clock: Clock, wire: Wire, fault: Any, evergreen: Company
) -> None:
    visit = visited(owner, dana)
    clock.forward(days=1)
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    sweep(dana)
    wire.plan = lambda number, call: None
    clock.forward(hours=2)
    sweep(dana)
    assert written(dana, "review-") == [f"review-{visit}"] and waiting(dana) == []


def test_a_process_that_dies_between_the_two_leaves_the_message_to_the_sweep(
    dana: Person, owner: Client, clock: Clock, wire: Wire, browser: Browser
) -> None:
    visit = visited(owner, dana)
    clock.forward(days=1)
    wire.down("dynamodb TransactWriteItems", "killed after", times=1)
    with pytest.raises(Killed):
        sweep(dana)
    wire.plan = lambda number, call: None
    clock.forward(minutes=5)
    assert sweep(dana) == 0
    browser.deliver_mail()
    item = outbox.read(dana.company.store, dana.id, f"review-{visit}")
    assert item is not None and item["state"] == "sent"


def test_asking_is_seen_to_even_if_the_message_was_written_before(dana: Person, owner: Client, clock: Clock) -> None:
    """Two sweeps at once; or the row of one that was asked already."""
    visit = visited(owner, dana)
    clock.forward(days=1)
    store = dana.company.store
    asking.ask(dana.company.world.services, store, dana.id, visit)
    store.write(reviews.ask_later(store, dana.id, visit, clock()))
    asking.ask(dana.company.world.services, store, dana.id, visit)
    asking.ask(dana.company.world.services, store, dana.id, visit)
    assert waiting(dana) == [] and written(dana, "review-") == [f"review-{visit}"]


def test_the_first_page_asks_until_it_is_over(dana: Person, owner: Client, clock: Clock) -> None:
    visited(owner, dana)
    now: datetime = clock()
    assert review.asks(asking_of(dana), now)
    clock.forward(days=30)
    assert not review.asks(asking_of(dana), clock())
