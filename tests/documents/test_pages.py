"""A customer's pages of documents."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from chalicelib.documents.actions import reading
from sandbox.world import World
from tests.billing.wire import Wire, on_the_wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.customers.records import comes_between
from tests.documents.desk import Desk, own, signed
from tests.documents.files import GOOD, pdf
from tests.tenants.pictures import picture


def listed(page: Page) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<a class="what"[^>]*>([^<]*)</a>', page.html)]


def new(page: Page) -> list[str]:
    """The names of those that are marked as new."""
    marked = re.findall(r'<a class="what"[^>]*>([^<]*)</a>\s*<span class="pill new">New</span>', page.html)
    return [html.unescape(one) for one in marked]


def everything(browser: Browser, path: str = "/evergreen/documents") -> tuple[list[str], int]:
    """The whole list by its links to what is older, and how many pages it has."""
    names, pages = [], 0
    while path:
        page = browser.get(path)
        assert page.status == 200
        names += listed(page)
        pages += 1
        path = next((link for link in page.links if "cursor=" in link), "")
    return names, pages


def test_a_customer_sees_their_own_and_everyones(desk: Desk, dana: Person, clock: Clock, browser: Browser) -> None:
    otto = desk.company.customer("Otto Brandt", email="otto@example.com")
    desk.shares(dana, name="Contract")
    clock.forward(seconds=1)
    desk.shares(None, picture(), "png", name="Opening hours", category="other")
    clock.forward(seconds=1)
    desk.shares(otto, name="Otto’s")
    clock.forward(seconds=1)
    desk.shares(dana, *GOOD["a letter"][:2], name="Terms", category="report")
    browser.sign_in("evergreen")
    page = browser.get("/evergreen/documents")
    assert listed(page) == ["Terms", "Opening hours", "Contract"]
    assert "Report Word document, 1 KB Nov 23, 2026" in page.text.replace("\u00a0", " ")
    assert "Contract PDF, 1 KB" in page.text.replace("\u00a0", " ") and "Otto" not in page.text
    ways = [link.partition("?as=")[2] for link in page.links if "?as=" in link]
    assert ways == ["download", "view", "download", "view", "download"]
    for name in ("Terms, Report", "Opening hours", "Contract, Contract"):
        assert f'Download<span class="hush"> {name}</span>' in page.html


def test_nothing_is_said_kindly(evergreen: Company, dana: Person, browser: Browser) -> None:
    browser.sign_in("evergreen")
    assert "No documents yet" in browser.get("/evergreen/documents").text


def test_what_was_shared_is_new_until_the_list_was_looked_at(
    desk: Desk, dana: Person, clock: Clock, browser: Browser
) -> None:
    clock.forward(seconds=1)
    desk.shares(dana, name="One")
    clock.forward(seconds=1)
    desk.shares(None, name="All")
    clock.forward(seconds=1)
    browser.sign_in("evergreen")
    assert new(browser.get("/evergreen/documents")) == ["All", "One"]
    assert new(browser.get("/evergreen/documents")) == []
    clock.forward(seconds=1)
    desk.shares(None, name="Later")
    assert new(browser.get("/evergreen/documents")) == ["Later"]


def test_what_all_could_see_before_they_came_is_not_new(desk: Desk, clock: Clock, browser: Browser) -> None:
    desk.shares(None, name="Old")
    clock.forward(days=1)
    desk.company.customer()
    browser.sign_in("evergreen")
    page = browser.get("/evergreen/documents")
    assert listed(page) == ["Old"] and new(page) == []


def test_what_is_theirs_and_everyones_too_is_new_no_more_once_they_have_looked(
    desk: Desk, dana: Person, clock: Clock, browser: Browser
) -> None:
    """One upload, shared with both at one instant."""
    clock.forward(seconds=1)
    upload = desk.uploads()
    desk.shares(dana, upload=upload, name="Mine")
    desk.shares(None, upload=upload, name="All")
    clock.forward(seconds=1)
    browser.sign_in("evergreen")
    assert "2 new documents" in browser.get("/evergreen/").text
    browser.get("/evergreen/documents")
    assert "new document" not in browser.get("/evergreen/").text


def test_looking_writes_only_where_something_was_new(
    desk: Desk, dana: Person, world: World, browser: Browser, clock: Clock
) -> None:
    desk.shares(dana)
    clock.forward(seconds=1)
    browser.sign_in("evergreen")
    with on_the_wire(world) as wire:
        calls = []
        for _ in range(2):
            wire.calls.clear()
            browser.get("/evergreen/documents")
            calls.append([call.what.removeprefix("dynamodb ") for call in wire.calls])
    assert calls == [["BatchGetItem", "Query", "Query", "UpdateItem"], ["BatchGetItem", "Query", "Query"]]


def test_the_list_is_there_though_the_look_can_not_be_noted(
    desk: Desk, dana: Person, wire: Wire, browser: Browser, clock: Clock
) -> None:
    desk.shares(dana, name="One")
    browser.sign_in("evergreen")
    wire.down("dynamodb UpdateItem")
    assert new(browser.get("/evergreen/documents")) == ["One"]
    wire.heal()
    assert new(browser.get("/evergreen/documents")) == ["One"]


def test_something_shared_at_that_moment_stays_new(
    desk: Desk, dana: Person, wire: Wire, browser: Browser, clock: Clock
) -> None:
    desk.shares(dana, name="One")
    browser.sign_in("evergreen")
    comes_between(wire, "UpdateItem", lambda: desk.shares(dana, name="Two"))
    browser.get("/evergreen/documents")
    wire.heal()
    assert "Two" in new(browser.get("/evergreen/documents"))


def test_pages_hold_everything_once_and_know_what_is_new(
    desk: Desk, dana: Person, clock: Clock, browser: Browser
) -> None:
    for number in range(45):
        clock.forward(seconds=1)
        desk.shares(None if number % 3 else dana, name=f"{number}")
    browser.sign_in("evergreen")
    clock.forward(seconds=1)
    first = browser.get("/evergreen/documents")
    older = next(link for link in first.links if "cursor=" in link)
    assert len(listed(first)) == len(new(first)) == reading.PAGE
    second = browser.get(older)
    assert len(new(second)) == reading.PAGE
    names, pages = everything(browser)
    assert (names, pages) == ([f"{44 - number}" for number in range(45)], 3)


def test_two_of_one_upload_are_both_there_at_the_end_of_a_page(
    desk: Desk, dana: Person, clock: Clock, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        clock.forward(seconds=1)
        upload = desk.uploads()
        desk.shares(dana, upload=upload, name=f"mine {number}")
        desk.shares(None, upload=upload, name=f"all {number}")
    monkeypatch.setattr(reading.page, "__defaults__", (None, 3))
    browser.sign_in("evergreen")
    names, _ = everything(browser)
    assert sorted(names) == sorted(f"{who} {number}" for who in ("mine", "all") for number in range(6))


def test_a_long_row_of_hidden_ones_ends_and_costs_what_it_costs(
    desk: Desk, dana: Person, clock: Clock, browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOOKED_THROUGH", 4)
    desk.shares(dana, name="The oldest")
    for _ in range(30):
        clock.forward(seconds=1)
        desk.shares(dana, visible_from="2027-01-01", name="Hidden")
    browser.sign_in("evergreen")
    with on_the_wire(world) as wire:
        first = browser.get("/evergreen/documents")
        assert len(wire.of("dynamodb Query")) == 2 * reading.READS
    assert listed(first) == [] and "Nothing on this page" in first.text
    assert everything(browser) == (["The oldest"], 3)


@pytest.mark.parametrize("size", [0, 60])
def test_a_page_takes_two_queries_at_any_size(
    desk: Desk, dana: Person, clock: Clock, browser: Browser, world: World, size: int
) -> None:
    for _ in range(size):
        clock.forward(seconds=1)
        desk.shares(dana), desk.shares(None)
    browser.sign_in("evergreen")
    browser.get("/evergreen/documents")
    with on_the_wire(world) as wire:
        page = browser.get("/evergreen/documents")
        for _ in range(2 if size else 0):
            wire.calls.clear()
            page = browser.get(next(link for link in page.links if "cursor=" in link))
        assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem", "dynamodb Query", "dynamodb Query"]


# When it is to be seen: the company is in Denver, seven hours behind


@pytest.fixture
def at(clock: Clock) -> Callable[[str], None]:
    """Set the clock, forward only."""
    from datetime import datetime

    def set_clock(when: str) -> None:
        clock.time = datetime.fromisoformat(when)

    return set_clock


def seen(browser: Browser, reference: str) -> tuple[bool, int, int]:
    """Whether it is listed, and what its page and its file answer."""
    browser.jar.clear()
    browser.sign_in("evergreen")
    on_list = any(link.endswith(f"/documents/{reference}") for link in browser.get("/evergreen/documents").links)
    page = browser.get(f"/evergreen/documents/{reference}").status
    return on_list, page, browser.get(f"/evergreen/documents/{reference}/file?as=view", follow=False).status


SHOWN, HIDDEN = (True, 200, 303), (False, 404, 404)


@pytest.mark.parametrize("everyones", [False, True])
def test_it_is_seen_from_the_first_instant_of_its_days_to_the_last(
    desk: Desk, dana: Person, browser: Browser, at: Callable[[str], None], everyones: bool
) -> None:
    made = desk.shares(None if everyones else dana, visible_from="2026-12-01", visible_until="2026-12-02")
    assert made["visible"] is False
    for when, right in (
        ("2026-12-01T06:59:59.999999+00:00", HIDDEN),
        ("2026-12-01T07:00:00+00:00", SHOWN),
        ("2026-12-03T06:59:59.999999+00:00", SHOWN),
        ("2026-12-03T07:00:00+00:00", HIDDEN),
    ):
        at(when)
        assert seen(browser, own(made)) == right, when


def test_days_are_as_long_as_they_are_where_the_company_is(
    desk: Desk, dana: Person, browser: Browser, at: Callable[[str], None]
) -> None:
    """The clocks go forward on 14 March 2027: that day has 23 hours."""
    made = desk.shares(dana, visible_from="2027-03-14", visible_until="2027-03-14")
    for when, right in (
        ("2027-03-14T06:59:59+00:00", HIDDEN),
        ("2027-03-14T07:00:00+00:00", SHOWN),
        ("2027-03-15T05:59:59+00:00", SHOWN),
        ("2027-03-15T06:00:00+00:00", HIDDEN),
    ):
        at(when)
        assert seen(browser, own(made)) == right, when


def test_what_begins_later_is_new_when_it_begins(
    desk: Desk, dana: Person, browser: Browser, at: Callable[[str], None]
) -> None:
    desk.shares(dana, name="Plan", visible_from="2026-12-01")
    desk.shares(dana, name="Now")
    at("2026-11-30T12:00:00+00:00")
    browser.sign_in("evergreen")
    assert new(browser.get("/evergreen/documents")) == ["Now"]
    at("2026-12-01T12:00:00+00:00")
    browser.jar.clear()
    browser.sign_in("evergreen")
    assert new(browser.get("/evergreen/documents")) == ["Plan"]


# One document


def test_its_page_offers_to_look_and_to_save(desk: Desk, dana: Person, browser: Browser) -> None:
    made = desk.shares(dana, name="Service agreement", filename="Año 2027.pdf")
    browser.sign_in("evergreen")
    page = browser.get(f"/evergreen/documents/{own(made)}")
    assert "Service agreement" in page.text and "Contract PDF, 1 KB" in page.text.replace("\u00a0", " ")
    place = f"/evergreen/documents/{own(made)}/file"
    assert f"{place}?as=view" in page.links and f"{place}?as=download" in page.links
    for how, kind in (("view", "inline"), ("download", "attachment"), ("x", "attachment")):
        answer = browser.get(f"{place}?as={how}", follow=False)
        assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
        said = signed(answer.headers["location"])
        assert (
            said["response-content-disposition"]
            == f"{kind}; filename=\"Ano 2027.pdf\"; filename*=UTF-8''A%C3%B1o%202027.pdf"
        )
        assert (said["response-content-type"], said["X-Amz-Expires"]) == ("application/pdf", "300")
        assert said["path"].endswith(desk.files()[0])


@pytest.mark.parametrize("name", [one for one in GOOD if not GOOD[one][2]])
def test_what_browsers_do_not_show_is_saved(desk: Desk, dana: Person, browser: Browser, name: str) -> None:
    content, ending, _ = GOOD[name]
    made = desk.shares(dana, content, ending)
    browser.sign_in("evergreen")
    page = browser.get(f"/evergreen/documents/{own(made)}")
    assert not [link for link in page.links if "as=view" in link]
    answer = browser.get(f"/evergreen/documents/{own(made)}/file?as=view", follow=False)
    assert signed(answer.headers["location"])["response-content-disposition"].startswith("attachment;")


def test_what_is_not_ones_own_is_not_there(desk: Desk, dana: Person, bluewave: Company, browser: Browser) -> None:
    otto = desk.company.customer("Otto Brandt", email="otto@example.com")
    theirs = Desk(bluewave, bluewave.admin())
    foreign = (
        own(desk.shares(otto)), own(theirs.shares(None)), own(theirs.shares(bluewave.customer("Ruth"))),
        "01JD0000000000000000000000", "everyone-01JD0000000000000000000000", f"{otto.id}-01JD0000000000000000000000",
        "everyone", "everyone-", "x" * 2000,
    )  # fmt: skip
    browser.sign_in("evergreen")
    for id in foreign:
        assert browser.get(f"/evergreen/documents/{id}").status == 404
        assert browser.get(f"/evergreen/documents/{id}/file?as=view", follow=False).status == 404


def test_an_own_id_does_not_open_everyones_and_the_other_way_round(desk: Desk, dana: Person, browser: Browser) -> None:
    mine, everyones = own(desk.shares(dana)), own(desk.shares(None))
    browser.sign_in("evergreen")
    assert browser.get(f"/evergreen/documents/everyone-{mine}").status == 404
    assert browser.get(f"/evergreen/documents/{everyones.removeprefix('everyone-')}").status == 404


def test_hidden_documents_are_not_there_and_are_there_again(desk: Desk, dana: Person, browser: Browser) -> None:
    made = desk.shares(dana)
    browser.sign_in("evergreen")
    places = ("/evergreen/documents", f"/evergreen/documents/{own(made)}", f"/evergreen/documents/{own(made)}/file")
    desk.client.patch("/settings", {"permissions": {"documents": False}}, if_match='"0"')
    assert [browser.get(one, follow=False).status for one in places] == [404, 404, 404]
    desk.client.patch("/settings", {"permissions": {"documents": True}}, if_match='"1"')
    assert [browser.get(one, follow=False).status for one in places] == [200, 200, 303]


def test_what_was_taken_away_is_not_there(desk: Desk, dana: Person, browser: Browser) -> None:
    made = desk.shares(dana, pdf())
    browser.sign_in("evergreen")
    desk.client.delete(f"/documents/{made['id']}")
    assert browser.get(f"/evergreen/documents/{own(made)}").status == 404
    assert "No documents yet" in browser.get("/evergreen/documents").text


def test_a_mailed_link_sees_documents_too(desk: Desk, dana: Person, browser: Browser) -> None:
    made = desk.shares(dana, notify=True)
    (mail,) = browser.deliver_mail()
    link = re.search(r"/evergreen/link/[\w-]{43}", mail.replace("=\n", ""))
    assert link
    browser.get(link[0])
    page = browser.submit(link[0])
    assert page.url.endswith(f"/evergreen/documents/{own(made)}") and "Service agreement" in page.text
