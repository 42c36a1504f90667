"""A customer rates the last visit: by a tap in a mail, on the page, twice, too late, from two tabs."""

from __future__ import annotations

import quopri
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.visits.rules.glance import Asking
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import comes_between
from tests.visits.planner import done, glance_of, own_id, planned, stands
from tests.visits.rater import (
    asking_of,
    at_home,
    rates,
    rating_of,
    report,
    stars_shown,
    visited,
    written,
)

COMMENT = "Very thorough.\nMarco even found the nest."


def checked(page: Page) -> list[str]:
    """The stars that are chosen."""
    return re.findall(r'name="stars" value="(\d)"[^>]*\bchecked', page.html)


def path(page: Page) -> str:
    return urlsplit(page.url).path


def to_the_office(browser: Browser) -> list[str]:
    """All mails to the company so far, as they read."""
    sent = [one for one in browser.deliver_mail() if "\nTo: office@evergreen.example" in one]
    return [quopri.decodestring(one.encode()).decode("utf-8", "replace") for one in sent]


@pytest.fixture
def visit(owner: Client, dana: Person) -> str:
    return visited(owner, dana)


def test_stars_and_a_comment_for_the_last_visit(dana: Person, visit: str, owner: Client) -> None:
    browser = at_home(dana)
    page = browser.get(f"/evergreen/visits/{visit}/rating")
    assert "How was your visit?" in page.text and "Quarterly pest control" in page.text and "Marco Ruiz" in page.text
    assert checked(page) == [] and "4 of 5 stars" in page.text
    thanks = browser.submit("/rating", stars="4", comment=COMMENT)
    assert path(thanks) == f"/evergreen/visits/{visit}/rating"
    assert "Thank you!" in thanks.text and "4 of 5 stars" in thanks.text and "Marco even found" in thanks.text
    found = rating_of(dana, visit)
    assert found is not None
    assert (found.stars, found.comment, found.technician) == (4, COMMENT, "Marco Ruiz")
    assert (found.month, found.follow_up, found.told) == ("2026-11", "none", False)
    assert stars_shown(dana) == 4
    assert written(dana, "low") == []


@pytest.mark.parametrize("stars", ["1", "2", "3", "4", "5"])
def test_a_tap_in_the_mail_chooses_the_stars_and_sends_nothing(dana: Person, visit: str, stars: str) -> None:
    page = at_home(dana).get(f"/evergreen/visits/{visit}/rating?stars={stars}")
    assert checked(page) == [stars]
    assert rating_of(dana, visit) is None and stars_shown(dana) == 0


@pytest.mark.parametrize("stars", ["0", "6", "-1", "4.5", "five", "٤", "", "4 ", "44", "x" * 1_000])
def test_stars_that_are_none_choose_nothing_and_are_refused(dana: Person, visit: str, stars: str) -> None:
    browser = at_home(dana)
    assert checked(browser.get(f"/evergreen/visits/{visit}/rating?stars={stars}")) == []
    refused = browser.submit("/rating", stars=stars, comment="It was fine.")
    assert refused.status == 422 and "Choose 1 to 5 stars." in refused.text
    assert "It was fine." in refused.html, "what was typed is not lost"
    assert rating_of(dana, visit) is None


def test_a_comment_has_two_thousand_characters_at_the_most(dana: Person, visit: str) -> None:
    browser = at_home(dana)
    browser.get(f"/evergreen/visits/{visit}/rating")
    refused = browser.submit("/rating", stars="5", comment="x" * 2_001)
    assert refused.status == 422 and "2,000" in refused.text and checked(refused) == ["5"]
    assert rating_of(dana, visit) is None
    lines = "x\r\n" * 999 + "xx"
    assert browser.submit("/rating", stars="5", comment=lines).status == 200, "as a browser counts and sends it"


def test_it_can_be_changed_for_seven_days_and_the_page_says_until_when(
    dana: Person, visit: str, owner: Client, clock: Clock
) -> None:
    assert "Change it until Monday, November 30" in rates(dana, visit, 3, "Late.").text
    clock.forward(days=7)
    page = at_home(dana).get(f"/evergreen/visits/{visit}/rating?change=1")
    assert checked(page) == ["3"] and "Late." in page.html
    rates(dana, visit, 5, "They came back at once.")
    found = rating_of(dana, visit)
    assert found is not None and (found.stars, found.comment) == (5, "They came back at once.")
    assert stars_shown(dana) == 5
    clock.forward(seconds=1)
    browser = at_home(dana)
    late = browser.get(f"/evergreen/visits/{visit}/rating?stars=1&change=1")
    assert "Thank you!" in late.text and "Change it" not in late.text
    refused = browser.post(f"/evergreen/visits/{visit}/rating", {"stars": "1", "comment": "After all, no."})
    assert refused.status == 409 and "can be changed for 7 days" in refused.text
    assert rating_of(dana, visit) == found
    assert report(dana.company)["totals"]["ratings"]["stars"] == [0, 0, 0, 0, 1]


def test_a_double_click_rates_once(dana: Person, visit: str, owner: Client) -> None:
    browser = at_home(dana)
    browser.get(f"/evergreen/visits/{visit}/rating")
    for _ in range(3):
        assert browser.post(f"/evergreen/visits/{visit}/rating", {"stars": "2", "comment": "Hm."}).status == 200
    found = rating_of(dana, visit)
    assert found is not None and found.version == 0
    assert report(dana.company)["totals"]["ratings"]["stars"] == [0, 1, 0, 0, 0]
    assert written(dana, "low") == [f"low-{visit}-company"]


def test_a_second_tab_changes_what_the_first_has_sent(dana: Person, visit: str, owner: Client) -> None:
    first, second = at_home(dana), at_home(dana)
    for tab in (first, second):
        tab.get(f"/evergreen/visits/{visit}/rating")
    first.submit("/rating", stars="5", comment="Great!")
    second.submit("/rating", stars="4", comment="Good.")
    found = rating_of(dana, visit)
    assert found is not None and (found.stars, found.comment) == (4, "Good.")
    assert report(dana.company)["totals"]["ratings"]["stars"] == [0, 0, 0, 1, 0]


def test_a_newer_visit_that_was_done_meanwhile(dana: Person, visit: str, owner: Client) -> None:
    browser = at_home(dana)
    browser.get(f"/evergreen/visits/{visit}/rating")
    newer = visited(owner, dana, timedelta(hours=1), title="Wasp nest removal")
    refused = browser.submit("/rating", stars="5", comment="")
    assert refused.status == 409 and "Please rate the latest visit" in refused.text
    assert rating_of(dana, visit) is None
    browser.get(next(one for one in refused.links if one.endswith(f"/visits/{newer}/rating")))
    assert "Wasp nest removal" in browser.submit("/rating", stars="5", comment="").text
    opened = at_home(dana).get(f"/evergreen/visits/{visit}/rating?stars=5")
    assert opened.status == 200 and "Please rate the latest visit" in opened.text and not checked(opened)


def test_a_visit_that_is_done_in_that_very_moment(dana: Person, visit: str, owner: Client, wire: Wire) -> None:
    """Between our reading and our writing."""
    newer: list[str] = []
    comes_between(wire, "TransactWriteItems", lambda: newer.append(visited(owner, dana, timedelta(hours=1))))
    refused = at_home(dana).post(f"/evergreen/visits/{visit}/rating", {"stars": "5", "comment": ""})
    assert refused.status == 409 and rating_of(dana, visit) is None
    assert (seen := glance_of(dana).last) and (seen.id, seen.stars) == (newer[0], 0)
    assert report(dana.company)["totals"]["ratings"] == {
        "asked": 2, "ratings": 0, "response": 0, "average": None, "stars": [0, 0, 0, 0, 0],
    }  # fmt: skip


def test_a_rating_of_an_earlier_visit_can_still_be_changed(dana: Person, visit: str, owner: Client) -> None:
    rates(dana, visit, 3)
    newer = visited(owner, dana, timedelta(hours=1))
    rates(dana, visit, 4, "On second thoughts.")
    found = rating_of(dana, visit)
    assert found is not None and found.stars == 4
    assert (seen := glance_of(dana).last) and (seen.id, seen.stars) == (newer, 0), "the first page shows the newer one"


@pytest.mark.parametrize("status", ["scheduled", "on_the_way", "cancelled"])
def test_a_visit_that_is_not_done(dana: Person, owner: Client, clock: Clock, status: str) -> None:
    made = planned(owner, dana)
    if status != "scheduled":
        stands(owner, made, status)
    browser = at_home(dana)
    opened = browser.get(f"/evergreen/visits/{own_id(made)}/rating?stars=5")
    assert opened.status == 200 and "isn’t done yet" in opened.text
    refused = browser.post(f"/evergreen/visits/{own_id(made)}/rating", {"stars": "5", "comment": ""})
    assert refused.status == 409 and rating_of(dana, own_id(made)) is None


def test_anothers_visit_a_foreign_one_and_none_are_the_same_404(
    dana: Person, owner: Client, evergreen: Company, bluewave: Company
) -> None:
    lou = evergreen.customer("Lou Park", email="lou@example.com")
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    theirs = visited(owner, lou)
    foreign = own_id(done(bluewave.admin(), ruth, bluewave.world.services.now()))
    browser = at_home(dana)
    pages = []
    for one in (theirs, foreign, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00", "x" * 2_000, f"{lou.id}-{theirs}"):
        address = f"/evergreen/visits/{one}/rating"
        pages += [browser.get(address), browser.post(address, {"stars": "1", "comment": "Ha"})]
    assert {page.status for page in pages} == {404}
    assert rating_of(lou, theirs) is None and rating_of(ruth, foreign) is None


def test_one_or_two_stars_tell_the_company_once_a_visit(
    dana: Person, visit: str, owner: Client, browser: Browser, evergreen: Company
) -> None:
    page = rates(dana, visit, 2, "The back yard was left out.")
    assert "We’re sorry that it wasn’t better." in page.text
    found = rating_of(dana, visit)
    assert found is not None and (found.follow_up, found.told) == ("open", True)
    (mail,) = to_the_office(browser)
    assert "The back yard was left out." in mail and "Dana Whitfield" in mail and "2 of 5" in mail
    assert f"/console#/ratings/{dana.id}-{visit}" in mail
    for stars in (5, 1, 4, 2):
        rates(dana, visit, stars, "Hm.")
    assert len(to_the_office(browser)) == 1
    found = rating_of(dana, visit)
    assert found is not None and (found.stars, found.follow_up) == (2, "open")


def test_three_stars_that_become_one_tell_the_company(dana: Person, visit: str) -> None:
    rates(dana, visit, 3)
    assert written(dana, "low") == []
    rates(dana, visit, 1, "It came back.")
    assert written(dana, "low") == [f"low-{visit}-company"]
    found = rating_of(dana, visit)
    assert found is not None and found.follow_up == "open"


def test_a_company_that_named_no_address_has_the_follow_up(dana: Person, visit: str, owner: Client) -> None:
    owner.patch("/settings", {"company": {"email": "", "phone": ""}}, if_match='"0"')
    rates(dana, visit, 1)
    found = rating_of(dana, visit)
    assert found is not None and (found.follow_up, found.told) == ("open", False)
    assert written(dana, "low") == []


def test_the_page_leads_on_to_the_next_question_while_it_may_be_asked(dana: Person, visit: str, clock: Clock) -> None:
    assert asking_of(dana).asked_at
    page = rates(dana, visit, 5)
    assert "/evergreen/review" in page.links
    browser = at_home(dana)
    browser.post("/evergreen/review/later", {})
    assert asking_of(dana).put_off_at
    assert "/evergreen/review" not in browser.get(f"/evergreen/visits/{visit}/rating").links


def test_a_get_changes_nothing(dana: Person, visit: str, wire: Wire) -> None:
    browser, before = at_home(dana), dana.now
    wire.calls.clear()
    for query in ("", "?stars=1", "?change=1", "?stars=5&comment=Great"):
        browser.get(f"/evergreen/visits/{visit}/rating{query}")
    assert {call.what for call in wire.calls} == {"dynamodb BatchGetItem"}
    assert dana.now == before and before.glances.visits


def test_the_page_takes_two_reads_and_sending_one_more_with_the_write(dana: Person, visit: str, wire: Wire) -> None:
    browser = at_home(dana)
    browser.get(f"/evergreen/visits/{visit}/rating")
    wire.calls.clear()
    browser.get(f"/evergreen/visits/{visit}/rating")
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"] * 2
    wire.calls.clear()
    browser.post(f"/evergreen/visits/{visit}/rating", {"stars": "5", "comment": ""}, follow=False)
    made = [call.what for call in wire.calls]
    assert made == ["dynamodb BatchGetItem", "dynamodb BatchGetItem", "dynamodb TransactWriteItems"]


def test_it_works_by_a_mailed_link(dana: Person, visit: str) -> None:
    browser = at_home(dana, "link")
    browser.get(f"/evergreen/visits/{visit}/rating?stars=4")
    assert "Thank you!" in browser.submit("/rating", comment="").text, "the stars that the link chose are sent"
    found = rating_of(dana, visit)
    assert found is not None and found.stars == 4


def test_who_was_never_asked_may_rate_all_the_same(owner: Client, evergreen: Company, dana: Person) -> None:
    """A visit of long ago, entered now: nobody was written to, and it is the last one."""
    old = visited(owner, dana, timedelta(days=200))
    assert asking_of(dana) == Asking() and written(dana, "visit-") == []
    assert "Thank you!" in rates(dana, old, 5).text
    months = {one["month"]: one for one in report(dana.company)["months"]}
    assert (months["2026-05"]["asked"], months["2026-05"]["ratings"]) == (1, 1), "counted in the month of the visit"
