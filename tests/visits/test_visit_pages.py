"""A customer reads when somebody comes, and what was done."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.rows import change
from chalicelib.tenants.records.company import PROFILE, CompanyRow
from chalicelib.visits.actions import rating
from chalicelib.web.formats import Formats
from sandbox.world import World
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.camera import added, picture
from tests.visits.planner import DENVER, WEDNESDAY, done, own_id, planned, stands

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DENVER)
DAY = timedelta(days=1)
NOTHING = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def signed_in(dana: Person, browser: Browser) -> Browser:
    browser.sign_in("evergreen")
    return browser


def visits(browser: Browser, query: str = "") -> Page:
    page = browser.get(f"/evergreen/visits{query}")
    assert page.status == 200
    return page


def page_of(browser: Browser, visit: Any) -> Page:
    return browser.get(f"/evergreen/visits/{own_id(visit)}")


def test_before_anything_was_done_the_page_says_what_will_be_here(signed_in: Browser) -> None:
    assert "No visits yet Once we have been there" in visits(signed_in).text
    page = visits(signed_in, "?filter=upcoming")
    assert "No visit is planned" in page.text


def test_who_comes_when(signed_in: Browser, owner: Client, dana: Person) -> None:
    planned(owner, dana, WEDNESDAY + 7 * DAY)
    text = visits(signed_in).text
    assert "Upcoming Wednesday, December 2, between 8 and 10 AM Scheduled Quarterly pest control" in text.replace(
        "\u00a0", " "
    )
    assert "with Marco Ruiz" in text and "History" not in text


def test_a_day_that_begins_a_line_has_a_capital_in_spanish_too(
    browser: Browser, world: World, owner: Client, dana: Person
) -> None:
    browser = Browser(browser.app, world, language="es-US")
    browser.sign_in("evergreen")
    coming = planned(owner, dana, WEDNESDAY + 7 * DAY)
    assert "Próximas Miércoles, 2 de diciembre, entre las" in visits(browser).text
    assert "Miércoles, 2 de diciembre, entre las" in browser.get("/evergreen").text
    assert "Miércoles, 2 de diciembre, entre las" in page_of(browser, coming).text
    was = done(owner, dana, NOON - DAY)
    assert re.search(r"Quarterly pest control [A-Z]\w+, \d+ de noviembre de 2026", page_of(browser, was).text)


def test_the_soonest_comes_first_and_the_latest_was_last(signed_in: Browser, owner: Client, dana: Person) -> None:
    for days in (9, 2, 5):
        planned(owner, dana, NOON + days * DAY, title=f"In {days} days")
    for days in (30, 3, 12):
        done(owner, dana, NOON - days * DAY, title=f"{days} days ago")
    text = visits(signed_in).text
    places = [text.index(one) for one in ("In 2 ", "In 5 ", "In 9 ", "3 days", "12 days", "30 days")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        (datetime(2026, 11, 23, 14, 0, tzinfo=DENVER), 2, "Today, between 2 and 4 PM"),
        (datetime(2026, 11, 24, 8, 0, tzinfo=DENVER), 4.5, "Tomorrow, between 8 AM and 12:30 PM"),
        (datetime(2026, 11, 27, 9, 30, tzinfo=DENVER), 0, "Friday, November 27, at 9:30 AM"),
        (
            datetime(2026, 11, 27, 22, 0, tzinfo=DENVER),
            4,
            "Friday, November 27, from 10 PM to Saturday, November 28, 2 AM",
        ),
        (
            datetime(2026, 11, 27, 8, 0, tzinfo=DENVER),
            24,
            "Friday, November 27, from 8 AM to Saturday, November 28, 8 AM",
        ),
        (datetime(2027, 9, 1, 8, 0, tzinfo=DENVER), 2, "Wednesday, September 1, 2027, between 8 and 10 AM"),
        # Clocks go forward at 2 and back at 2: two hours are said as they are read on the wall.
        (datetime(2027, 3, 14, 8, 0, tzinfo=UTC), 2, "Sunday, March 14, between 1 and 4 AM"),
        (datetime(2027, 3, 14, 9, 0, tzinfo=UTC), 0, "Sunday, March 14, at 3 AM"),
    ],
)
def test_a_window_in_words(
    signed_in: Browser, owner: Client, dana: Person, at: datetime, hours: float, expected: str
) -> None:
    planned(owner, dana, at, hours)
    assert expected in visits(signed_in).text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "locale", "expected"),
    [
        ("en", "en-US", ("8", "10 AM")), ("es", "en-US", ("8", "10 a.m.")), ("en", "en-GB", ("08:00", "10:00")),
        ("es", "es-ES", ("8:00", "10:00")),
    ],
)  # fmt: skip
def test_hours_as_they_are_written_there(language: str, locale: str, expected: tuple[str, str]) -> None:
    fmt = Formats(language, locale, "USD", "America/Denver")
    first, last = fmt.hours(WEDNESDAY, WEDNESDAY + timedelta(hours=2))
    assert (first, last.replace("\u00a0", " ")) == expected


def test_an_hour_that_is_there_twice_is_said_once() -> None:
    fmt, first = Formats("en", "en-US", "USD", "America/Denver"), datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
    assert [one.replace("\u00a0", " ") for one in fmt.hours(first, first + timedelta(hours=1))] == ["1 AM", "1 AM"]


def test_a_technician_is_on_the_way(signed_in: Browser, owner: Client, dana: Person) -> None:
    made = planned(owner, dana, NOON)
    stands(owner, made, "on_the_way")
    assert "On the way" in visits(signed_in).text and "on-the-way" in visits(signed_in).html
    assert "On the way" in page_of(signed_in, made).text


def test_a_visit_that_is_late_is_still_to_come_and_at_last_it_was(
    signed_in: Browser, owner: Client, dana: Person, clock: Clock
) -> None:
    planned(owner, dana, NOON - timedelta(hours=13), hours=2)
    assert "Upcoming" in visits(signed_in).text and "History" not in visits(signed_in).text
    clock.forward(hours=2)
    assert (
        "Upcoming" not in visits(signed_in).text
        and "History Quarterly pest control Scheduled" in visits(signed_in).text
    )


def test_a_cancelled_visit_says_so_where_it_was_expected(signed_in: Browser, owner: Client, dana: Person) -> None:
    stands(owner, planned(owner, dana), "cancelled")
    assert "Upcoming Wednesday, November 25, between 8 and 10" in visits(signed_in).text.replace("\u00a0", " ")
    assert "Canceled" in visits(signed_in).text


def test_what_was_done(signed_in: Browser, owner: Client, dana: Person) -> None:
    made = done(
        owner, dana, NOON - DAY, work="Sealed the gap.\nTreated the perimeter.", notes="Keep <b>pets</b> away.",
        products=[{"name": "Demand CS", "amount": "2 oz", "note": "EPA 100-1066"}, {"name": "Glue board"}],
    )  # fmt: skip
    page = page_of(signed_in, made)
    assert "Sunday, November 22, 2026 Complete" in page.text
    for words in (
        "Technician Marco Ruiz",
        "What we did Sealed the gap. Treated",
        "Demand CS 2 oz EPA 100-1066 Glue board",
    ):
        assert words in page.text
    assert "Keep &lt;b&gt;pets&lt;/b&gt; away." in page.html


def test_a_visit_of_which_nothing_was_written_says_that(signed_in: Browser, owner: Client, dana: Person) -> None:
    assert "Nothing was written down" in page_of(signed_in, done(owner, dana, NOON - DAY)).text


def test_photos_have_their_size_and_their_words_and_open_full(
    signed_in: Browser, owner: Client, dana: Person, evergreen: Company
) -> None:
    made = planned(owner, dana)
    added(owner, evergreen, made, picture(size=(1920, 960)), "The nest & its queen")
    photo = added(owner, evergreen, made, picture(size=(90, 3000))).json["photos"][1]
    page = page_of(signed_in, made)
    assert 'width="480" height="240" alt="The nest &amp; its queen"' in page.html
    assert 'width="14" height="480" alt="Photo 2"' in page.html
    assert page.html.count("X-Amz-Expires=300") == 2 and "-small.jpg" in page.html
    opened = signed_in.get(f"/evergreen/visits/{own_id(made)}/photos/{photo['id']}", follow=False)
    assert opened.status == 303 and opened.headers["cache-control"] == "no-store"
    assert f"{photo['id']}.jpg?" in opened.headers["location"]


# Stars


def rates(person: Person, visit: Any, stars: int, comment: str = "") -> None:
    company = person.company
    rating.rate(company.world.services, company.store, company.company, person.id, own_id(visit), stars, comment)


def test_the_last_visit_can_be_rated_and_no_other(signed_in: Browser, owner: Client, dana: Person) -> None:
    before, last = done(owner, dana, NOON - 3 * DAY), done(owner, dana, NOON - DAY)
    link = f"/evergreen/visits/{own_id(last)}/rating"
    assert link in page_of(signed_in, last).links and "Rate this visit" not in page_of(signed_in, before).text
    assert "Rate this visit" not in page_of(signed_in, planned(owner, dana)).text


def test_own_stars_are_shown_with_the_visit(signed_in: Browser, owner: Client, dana: Person, clock: Clock) -> None:
    made = done(owner, dana, NOON - DAY)
    rates(dana, made, 4, "Quick and kind.")
    page = page_of(signed_in, made)
    assert "4 of 5 stars ★★★★☆ Quick and kind." in page.text and "Rate this visit" not in page.text
    assert "Change it until Monday, November 30" in page.text
    assert "4 of 5 stars ★★★★☆" in visits(signed_in).text
    clock.forward(days=8)
    signed_in.sign_in("evergreen")
    assert "Change it" not in page_of(signed_in, made).text


# Pages


def test_history_goes_on_page_by_page(signed_in: Browser, owner: Client, dana: Person) -> None:
    for number in range(45):
        done(owner, dana, NOON - number * DAY, title=f"Visit {number:02d}.")
    planned(owner, dana, title="To come")
    page, found = visits(signed_in), list[str]()
    for _ in range(3):
        found += [f"{number:02d}" for number in range(45) if f"Visit {number:02d}." in page.text]
        older = [one for one in page.links if "cursor=" in one]
        if older:
            page = signed_in.get(older[0])
            assert "To come" not in page.text and "All visits" in page.text
    assert found == [f"{number:02d}" for number in range(45)] and not older


def test_all_that_is_to_come_has_pages_too(signed_in: Browser, owner: Client, dana: Person) -> None:
    for number in range(25):
        planned(owner, dana, NOON + number * DAY, title=f"Visit {number:02d}.")
    first = visits(signed_in)
    assert [f"Visit {number:02d}." in first.text for number in (0, 4, 5)] == [True, True, False]
    all_of_them = signed_in.get(next(one for one in first.links if "filter=upcoming" in one))
    assert "Visit 19." in all_of_them.text and "Visit 20." not in all_of_them.text
    later = signed_in.get(next(one for one in all_of_them.links if "cursor=" in one))
    assert "Visit 20." in later.text and "Visit 24." in later.text


def test_cursors_are_signed_and_of_one_list(
    signed_in: Browser, owner: Client, dana: Person, evergreen: Company
) -> None:
    for number in range(25):
        done(owner, dana, NOON - number * DAY)
    cursor = next(one for one in visits(signed_in).links if "cursor=" in one).partition("cursor=")[2]
    assert signed_in.get(f"/evergreen/visits?filter=upcoming&cursor={cursor}").status == 422
    assert signed_in.get(f"/evergreen/visits?cursor={cursor[:-3]}AAA").status == 422
    evergreen.customer("Lee Park", email="lee@example.com")
    signed_in.post("/evergreen/sign-out", {})
    signed_in.sign_in("evergreen", "lee@example.com")
    assert signed_in.get(f"/evergreen/visits?cursor={cursor}").status == 422


def calls(wire: Wire, browser: Browser, path: str) -> list[str]:
    wire.calls.clear()
    assert browser.get(path).status == 200
    return [call.what.removeprefix("dynamodb ") for call in wire.of("dynamodb")]


def test_pages_take_as_many_store_calls_at_any_size(
    signed_in: Browser, owner: Client, dana: Person, wire: Wire
) -> None:
    who = ["BatchGetItem"]
    for _ in range(2):
        for number in range(24):
            done(owner, dana, NOON - number * DAY)
            made = planned(owner, dana, NOON + number * DAY)
        # The history, its ratings, what is to come.
        assert calls(wire, signed_in, "/evergreen/visits") == [*who, "Query", "BatchGetItem", "Query"]
        older = next(one for one in visits(signed_in).links if "cursor=" in one)
        assert calls(wire, signed_in, older) == [*who, "Query", "BatchGetItem"]
        assert calls(wire, signed_in, "/evergreen/visits?filter=upcoming") == [*who, "Query"]
        assert calls(wire, signed_in, f"/evergreen/visits/{own_id(made)}") == [*who, "BatchGetItem"]


# Nobody else's


def test_another_customers_visit_is_not_there(
    signed_in: Browser, owner: Client, dana: Person, evergreen: Company, bluewave: Company
) -> None:
    lee, ruth = (
        evergreen.customer("Lee Park", email="lee@example.com"),
        bluewave.customer("Ruth", email="r@example.com"),
    )
    blue = bluewave.admin()
    for client, company, visit in ((owner, evergreen, planned(owner, lee)), (blue, bluewave, planned(blue, ruth))):
        photo = added(client, company, visit, picture()).json["photos"][0]["id"]
        mine = planned(owner, dana)
        for path in (
            own_id(visit), visit["id"], f"{own_id(visit)}/photos/{photo}", f"{own_id(mine)}/photos/{photo}",
            f"{NOTHING}/photos/{photo}", NOTHING, "..%2Fprofile", "ext:job-1",
        ):  # fmt: skip
            assert signed_in.get(f"/evergreen/visits/{path}", follow=False).status == 404, path


def test_times_are_those_of_the_company(signed_in: Browser, owner: Client, dana: Person, evergreen: Company) -> None:
    planned(owner, dana, datetime(2026, 12, 2, 3, 0, tzinfo=UTC))
    assert "Tuesday, December 1, between 8 and 10 PM" in visits(signed_in).text.replace("\u00a0", " ")
    row = CompanyRow(evergreen.store.tenant, PROFILE)
    evergreen.store.write(change(row, "company", time_zone="Pacific/Auckland"))
    assert "Wednesday, December 2, between 4 and 6 PM" in visits(signed_in).text.replace("\u00a0", " ")
