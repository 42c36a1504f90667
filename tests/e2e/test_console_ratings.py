"""Ratings, recommendations and reports in the console: what customers say, what follows it, and the figures."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, sign_in
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_company import NEW_PASSWORD, new_company
from tests.e2e.test_console_customers import overflowing
from tests.e2e.test_console_estimates import heading, main, press, somebody
from tests.e2e.test_console_visits import done, planned, pressed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

Person = Callable[..., "BrowserContext"]

ANGRY = "Late by an hour.\nAnd the gate stood open."


def _month(number: int, stars: list[int], asked: int, average: str | None) -> dict[str, Any]:
    ratings = sum(stars)
    response = round(100 * ratings / asked) if asked else None
    return {
        "month": f"2026-{number:02d}", "asked": asked, "ratings": ratings, "response": response, "average": average,
        "stars": stars,
    }  # fmt: skip


def _answers(number: int, promoters: int, passives: int, detractors: int, score: int | None) -> dict[str, Any]:
    answers = promoters + passives + detractors
    return {
        "month": f"2026-{number:02d}", "asked": 2 * answers, "answers": answers, "response": 50 if answers else None,
        "promoters": promoters, "passives": passives, "detractors": detractors, "score": score,
    }  # fmt: skip


MONTHS = [
    _month(9, [1, 0, 1, 2, 6], 20, "4.20"),
    _month(10, [0, 0, 0, 0, 0], 0, None),
    _month(11, [0, 1, 0, 0, 3], 5, "4.25"),
]
TOM, ANA = _month(9, [1, 1, 0, 0, 0], 4, "1.50"), _month(11, [0, 0, 1, 2, 9], 21, "4.67")
REPORT = {
    "from": "2026-09",
    "to": "2026-11",
    "months": MONTHS,
    "technicians": [
        {**TOM, "technician": "=Tom Bauer", "months": [TOM]},
        {**ANA, "technician": "Ana Castillo", "months": [ANA]},
    ],
    "reviews": [_answers(9, 6, 2, 2, 40), _answers(10, 0, 0, 0, None), _answers(11, 0, 1, 3, -75)],
    "totals": {
        "ratings": {"asked": 25, "ratings": 14, "response": 56, "average": "4.21", "stars": [1, 1, 1, 2, 9]},
        "reviews": {
            "asked": 28, "answers": 14, "response": 50, "promoters": 6, "passives": 3, "detractors": 5, "score": 7,
        },
    },
}  # fmt: skip


def reported(page: Page, running: Running) -> None:
    """The report's page, with figures of the test's own."""
    page.route("**/api/v1/reports/ratings?*", lambda route: route.fulfill(json=REPORT))
    go(page, running, "/ratings/reports", "Reports")
    expect(page.locator(".drawing svg")).to_have_count(4)


def rated(person: Person, running: Running, page: Page, name: str, stars: int, comment: str, technician: str) -> str:
    """Somebody's visit is done, and they rate it by the star in their mail; the visit's address in the console."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    customer = somebody(page, running, name, email=email)
    place = planned(page, running, customer, f"Visit to {name}", ahead=0, technician=technician)
    done(page)
    theirs = desk.press(desk.mail(person(), running, "visit", to=email), f"^{stars}")
    if theirs.get_by_role("button", name=re.compile("^Continue")).count():
        theirs.get_by_role("button", name=re.compile("^Continue")).click()
    expect(theirs.locator(f"input[name=stars][value='{stars}']")).to_be_checked()
    theirs.locator("[name=comment]").fill(comment)
    theirs.get_by_role("button", name="Send rating").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Thank you")
    return place


@pytest.fixture(scope="module")
def angry() -> dict[str, str]:
    """Where the low rating stands, once it was given."""
    return {}


def low_rating(person: Person, running: Running, angry: dict[str, str]) -> str:
    if not angry:
        page = sign_in(person, running)
        angry["visit"] = rated(person, running, page, "Pia Thorn", 1, ANGRY, "Tilda Moor")
    return angry["visit"]


def test_a_low_rating_is_followed_up(running: Running, person: Person, angry: dict[str, str]) -> None:
    visit = low_rating(person, running, angry)
    page = sign_in(person, running, place=visit)
    expect(main(page)).to_contain_text("1 of 5 stars")
    expect(page.get_by_role("button", name="Scheduled", exact=True)).to_be_disabled()

    go(page, running, "/ratings", "Ratings")
    first = page.get_by_role("region", name="To follow up").get_by_role("link", name="Pia Thorn")
    expect(first).to_contain_text("Late by an hour. And the gate stood open.")
    first.click()
    expect(heading(page)).to_have_text("Rating by Pia Thorn")
    expect(page.locator("blockquote")).to_have_js_property("innerText", ANGRY)
    expect(pressed(page, "To follow up")).to_be_visible()
    press(page, "Contacted")
    expect(pressed(page, "Contacted")).to_be_visible()
    page.get_by_label("Note").fill("Called. Tilda comes again on Friday.")
    press(page, "Save note")
    told = page.get_by_role("region", name="What was done about it")
    expect(told).to_contain_text("Called. Tilda comes again on Friday.")
    expect(told).to_contain_text("Contacted, by hello@evergreen.example")
    press(page, "Resolved")
    expect(page.locator(".pagehead .pill")).to_have_text("Resolved")
    page.reload()
    expect(page.get_by_label("Note")).to_have_value("Called. Tilda comes again on Friday.")
    expect(pressed(page, "Resolved")).to_be_visible()

    go(page, running, "/ratings?follow_up=resolved", "Ratings")
    expect(page.locator(".results .row").filter(has_text="Pia Thorn")).to_have_count(1)
    page.get_by_label("Follow-up").select_option(label="Contacted")
    expect(page.locator(".results")).not_to_contain_text("Pia Thorn")
    expect(page).to_have_url(re.compile("follow_up=contacted$"))
    go(page, running, "/trail", "Audit trail")
    expect(main(page)).to_contain_text("Followed a rating up")


def test_those_of_one_technician_are_shown_and_exported(
    running: Running, person: Person, angry: dict[str, str], tmp_path: Path
) -> None:
    low_rating(person, running, angry)
    page = sign_in(person, running, place="/ratings?technician=Tilda%20Moor")
    expect(page.locator(".results .row")).to_have_count(1)
    expect(main(page)).to_contain_text("Of visits by Tilda Moor.")
    with page.expect_download() as saved:
        press(page, "Export CSV")
    saved.value.save_as(tmp_path / "ratings.csv")
    with (tmp_path / "ratings.csv").open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["customer_name"], row["stars"], row["comment"]) == ("Pia Thorn", "1", ANGRY)
    page.get_by_role("link", name="Show everybody’s").click()
    expect(page).to_have_url(re.compile("#/ratings$"))


def test_who_may_only_look_sees_and_changes_nothing(running: Running, person: Person, angry: dict[str, str]) -> None:
    low_rating(person, running, angry)
    page = sign_in(person, running, READER, "/ratings")
    page.locator(".row.opinion").filter(has_text="Pia Thorn").first.click()
    expect(heading(page)).to_have_text("Rating by Pia Thorn")
    expect(page.locator("blockquote")).to_be_visible()
    expect(main(page).get_by_role("button")).to_have_count(0)
    expect(page.get_by_label("Note")).to_have_count(0)


def test_charts_and_their_tables_tell_the_same(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    reported(page, running)
    tiles = page.locator(".tile")
    expect(tiles.nth(0)).to_contain_text("4.21")
    expect(tiles.nth(1)).to_contain_text("56%")
    expect(tiles.nth(2)).to_contain_text("+7")
    average, answered = page.locator("figure").nth(0), page.locator("figure").nth(2)
    expect(average.get_by_role("img")).to_have_attribute(
        "aria-label", "Average stars by month: September 2026 4.20, November 2026 4.25."
    )
    # A month without ratings is a gap, and no zero.
    expect(average.locator(".dot")).to_have_count(2)
    expect(average.locator(".way")).to_have_count(0)
    average.locator("summary").click()
    expect(average.get_by_role("row", name=re.compile("October 2026 — 0 0 —"))).to_be_visible()
    expect(average.get_by_role("row", name=re.compile("November 2026 4.25 4 5 80%"))).to_be_visible()
    expect(answered.locator("rect.detractor.part-of")).to_have_count(3)  # two months, and the legend
    expect(answered.get_by_role("img")).to_have_attribute("aria-label", re.compile("November 2026 −75"))
    heights = answered.locator(".drawing rect.part-of").evaluate_all(
        "all => all.slice(0, 3).map((one) => Math.round(10 * one.getAttribute('height')))"
    )
    assert [round(10 * height / sum(heights)) for height in heights] == [2, 2, 6]

    stars = page.get_by_role("table", name="How many stars")
    expect(stars.get_by_role("row", name=re.compile("5 of 5 stars.* 9 64%"))).to_be_visible()
    people = page.get_by_role("table", name="By technician")
    expect(people.get_by_role("rowheader")).to_have_text([re.compile("Ana Castillo"), re.compile("=Tom Bauer")])
    page.get_by_text("Month by month").click()
    expect(page.get_by_role("table", name="Averages by technician and month")).to_contain_text("4.67")
    people.get_by_role("link", name="Ana Castillo").click()
    expect(page).to_have_url(re.compile("technician=Ana%20Castillo$"))


def test_the_figures_are_saved_as_files(running: Running, person: Person, tmp_path: Path) -> None:
    page = sign_in(person, running)
    reported(page, running)
    found: dict[str, list[list[str]]] = {}
    for export in page.get_by_role("button", name="Export CSV").all():
        with page.expect_download() as saved:
            export.click()
        name = saved.value.suggested_filename
        saved.value.save_as(tmp_path / name)
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as lines:
            found[name.removesuffix("-2026-09-2026-11.csv")] = list(csv.reader(lines))
    assert found["ratings-by-month"][1:3] == [
        ["2026-09", "4.2", "10", "20", "50", "1", "0", "1", "2", "6"],
        ["2026-10", "", "0", "0", "", "0", "0", "0", "0", "0"],
    ]
    assert found["recommendations-by-month"][3] == ["2026-11", "-75", "0", "1", "3", "4", "8", "50"]
    # Not taken for a formula.
    assert found["ratings-by-technician"][3][:3] == ["'=Tom Bauer", "all", "1.5"]


def test_other_months_are_chosen(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/ratings/reports")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/reports/ratings" in one.url else None)
    expect(page.get_by_label("From")).to_be_hidden()
    page.get_by_label("Period", exact=True).select_option(label="Last 3 months")
    expect(page).to_have_url(re.compile(r"#/ratings/reports\?from=\d{4}-\d\d&to=\d{4}-\d\d$"))
    page.reload()
    expect(page.get_by_label("Period", exact=True)).to_have_value("3")
    page.get_by_label("Period", exact=True).select_option(label="Other months")
    expect(page.get_by_label("From")).to_be_focused()
    page.get_by_label("From").select_option(index=40)
    expect(page.get_by_text("Choose 24 months at the most.")).to_be_visible()
    page.get_by_label("Until").select_option(index=45)
    expect(page.get_by_text("This month is before the first one.")).to_be_visible()
    page.get_by_label("Until").select_option(index=30)
    expect(main(page)).to_contain_text("Nothing in these months")
    assert len(asked) == 3


def test_recommendations_are_told_by_group(running: Running, person: Person) -> None:
    answer = {"id": "1-2", "customer": "01J", "customer_name": "Quin Ash", "changed_at": ""}
    given = [
        {**answer, "score": 10, "group": "promoter", "comment": "Ask for Marco.", "at": "2026-11-20T18:00:00+00:00"},
        {**answer, "score": 3, "group": "detractor", "comment": "", "at": "2026-11-19T18:00:00+00:00"},
    ]
    page = sign_in(person, running)

    def answers(route: Route) -> None:
        group = re.search("group=([a-z]+)", route.request.url)
        route.fulfill(json={"items": [one for one in given if not group or one["group"] == group[1]], "next": None})

    page.route(re.compile(r"/api/v1/reviews\b(?!/)"), answers)
    go(page, running, "/ratings/recommendations", "Recommendations")
    rows = page.locator(".results .row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("10 of 10")
    expect(rows.first).to_contain_text("Promoter")
    page.get_by_label("Who").select_option(label="Detractors, 0 to 6")
    expect(rows).to_have_count(1)
    page.get_by_label("Who").select_option(label="Passives, 7 or 8")
    expect(main(page)).to_contain_text("Nobody answered so")


def test_before_the_first_visit_each_page_says_what_will_be_here(running: Running, person: Person) -> None:
    page = person().new_page()
    page.goto(new_company(running, "Still Pond Care", "owner@stillpond.example"))
    page.get_by_label("New password").fill(NEW_PASSWORD)
    press(page, "Join Still Pond Care")
    expect(heading(page)).to_have_text("Welcome, Still Pond Care")
    for path, title, words in (
        ("/ratings", "Ratings", "No ratings yet"), ("/ratings/recommendations", "Recommendations", "No answers yet"),
        ("/ratings/reports", "Reports", "Nothing in these months"), ("/visits", "Visits", "No visits to come"),
        ("/visits?view=past", "Visits", "No visits before today"), ("/documents", "Documents", "No documents yet"),
    ):  # fmt: skip
        go(page, running, path, title)
        expect(main(page)).to_contain_text(words)
        expect(page.get_by_role("button", name="Export CSV")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(
    running: Running, person: Person, angry: dict[str, str], width: int, scheme: Any
) -> None:
    visit = low_rating(person, running, angry)
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a toast comes slowly
        assert violations(page) == [], what
        # Wide tables are moved sideways in a place of their own; a long comment is cut on purpose.
        assert set(overflowing(page)) <= {"NAV.", "INPUT.", "DIV.scrolled"}, what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    go(page, running, "/ratings?follow_up=open&technician=Nobody", "Ratings")
    expect(main(page)).to_contain_text("Nothing fits")
    check("no ratings of somebody")
    for path, title in (
        (visit.replace("/visits/", "/ratings/"), "Rating by"), ("/ratings/recommendations", "Recommendations"),
        ("/ratings", "Ratings"),
    ):  # fmt: skip
        go(page, running, path, title)
        check(path)
    reported(page, running)
    for one in page.locator("summary").all():
        one.click()
    page.get_by_label("Period", exact=True).select_option(label="Other months")
    check("the report")
