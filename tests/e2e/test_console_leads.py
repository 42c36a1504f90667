"""The console's Inbound Leads report in a real browser: what came in by the widget, found again and worked on."""

from __future__ import annotations

import csv
import json
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import go, save, sure
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_company import NEW_PASSWORD, new_company
from tests.e2e.test_console_customers import overflowing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

Person = Callable[..., "BrowserContext"]
LONG_NAME = "Hubert-Wolfeschlegelsteinhausenbergerdorff-welchevoralternwarengewissenhaftschafers"
LONG = ("w" * 200 + " We have ants in the kitchen, and wasps under the porch roof." * 70)[:4000]
ARABIC = "مرحبا، لدينا نمل في المطبخ.\nهل يمكنكم الحضور يوم الثلاثاء؟"
WROTE = "Hello,\nthere is a nest under the porch.\nPlease call me."
OWNER, READER = "owner@hollowoak.example", "sam@hollowoak.example"
OFFERS = 3


class Visitor:
    """Somebody on the company's website, with the panel open since now."""

    def __init__(self, running: Running) -> None:
        self.address = f"{running.portal}/widget/v1/hollow-oak"
        self.form = self._call("/panel")["form"]

    def writes(self, **said: str) -> None:
        nothing = dict.fromkeys(("email", "phone", "service", "preferred_time", "page", "homepage"), "")
        self._call("/messages", {**nothing, "form": self.form, **said})

    def _call(self, path: str, said: dict[str, str] | None = None) -> Any:
        body = None if said is None else json.dumps(said).encode()
        request = urllib.request.Request(f"{self.address}{path}?language=en", body, {"Content-Type": "text/plain"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


def join(page: Page, email: str) -> None:
    """Take an invite to the company's team, whose page is open."""
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Hollow Oak Pest").click()
    expect(page.get_by_text(f"Signed in as {email}")).to_have_count(1)


@pytest.fixture(scope="module")
def owner(chromium: Browser, running: Running) -> Any:
    """What a browser keeps of the session of whoever runs a company that nobody else's tests write to, since one
    address may write ten messages an hour. Four people wrote, one of them sooner than anybody types; and machines."""
    invite = new_company(running, "Hollow Oak Pest", OWNER, "hollow-oak")
    page = chromium.new_page(viewport={"width": 1280, "height": 860}, locale="en-US")
    page.goto(invite)
    join(page, OWNER)
    go(page, running, "/settings/company", "Company")
    page.get_by_label("E-mail").fill("office@hollowoak.example")
    save(page)
    kept = page.context.storage_state()
    page.context.close()

    visitor = Visitor(running)
    visitor.writes(name="Hasty Ida", phone="303 555 0123", message="Do you treat wasps? <b>Soon</b>")
    # The time trap is the server's: it wants three real seconds.
    time.sleep(3.2)
    visitor.writes(
        name=LONG_NAME, email="hubert@wolfeschlegelsteinhausenbergerdorff.example", message=LONG, service="x" * 100,
        preferred_time="y" * 100, page="example.com/" + "deep/" * 20,
    )  # fmt: skip
    visitor.writes(name="ليلى", email="layla@example.com", message=ARABIC)
    visitor.writes(
        name="Wilma Ortega", email="wilma@example.com", phone="(303) 555-0177", message=WROTE, service="Wasp nest",
        preferred_time="Tuesday morning", page="example.com/wasps",
    )  # fmt: skip
    for number in range(OFFERS):
        visitor.writes(name=f"Offer {number}", email="offers@example.com", message="Buy https://a.example/1", form="")
    return kept


def console(person: Person, running: Running, kept: Any, place: str = "/leads", **options: Any) -> Page:
    """A browser of theirs at a place of the console."""
    page = person(storage_state=kept, **{"viewport": {"width": 1280, "height": 860}, **options}).new_page()
    page.goto(f"{running.portal}/console#{place}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.locator(".results .rows > li")


def history(page: Page) -> Locator:
    return page.locator(".event")


def view(page: Page, name: str) -> None:
    """Another of the lists, once it is there."""
    link = page.get_by_role("navigation", name="Leads by status").get_by_role("link", name=name)
    link.click()
    expect(link).to_have_attribute("aria-current", "true")


def opened(page: Page, running: Running, name: str, place: str = "/leads") -> None:
    go(page, running, place, "Inbound leads")
    rows(page).filter(has_text=name).first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_message_comes_in_and_is_worked_on(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner, "/")
    page.get_by_role("navigation", name="Console").get_by_role("link", name="Leads").click()
    first = rows(page).filter(has_text="Wilma Ortega")
    expect(first).to_contain_text("there is a nest under the porch")
    expect(first).to_contain_text(re.compile(r"Just now|minutes? ago"))
    expect(first.get_by_role("time")).to_have_attribute("title", re.compile(r"\d{4}"))
    expect(first).to_contain_text("Website")
    expect(first.locator(".pill")).to_have_text("New")
    view(page, "New")
    rows(page).filter(has_text="Wilma Ortega").get_by_role("link").click()

    main = page.locator("main")
    expect(page.locator("p.written")).to_have_js_property("innerText", WROTE)
    reply = main.get_by_role("link", name="Reply by e-mail")
    expect(reply).to_have_attribute(
        "href", "mailto:wilma@example.com?subject=Your%20message%20to%20Hollow%20Oak%20Pest"
    )
    expect(main.get_by_role("link", name="Call (303) 555-0177")).to_have_attribute("href", "tel:3035550177")
    for fact in ("Wasp nest", "Tuesday morning", "English", "office@hollowoak.example"):
        expect(main).to_contain_text(fact)
    expect(main.get_by_text(re.compile("^(Being mailed|Mailed) to$"))).to_be_visible()

    page.get_by_label("Add a note").fill("Called.\nWants it done before Sunday.")
    contacted = page.get_by_role("button", name="Contacted")
    contacted.click()
    expect(contacted).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".pagehead .pill")).to_have_text("Contacted")
    expect(history(page).first).to_contain_text(OWNER)
    expect(page.get_by_label("Add a note")).to_have_value("Called.\nWants it done before Sunday.")
    page.get_by_role("button", name="Add note").dblclick()
    expect(page.get_by_label("Add a note")).to_have_value("")
    page.reload()
    expect(history(page)).to_have_count(3)
    expect(history(page).nth(0)).to_contain_text("Wants it done before Sunday.")
    expect(history(page).nth(1)).to_contain_text(re.compile("New.*Contacted"))
    expect(history(page).nth(2)).to_contain_text("Came in")

    # Nothing is asked about a note that is saved, and the list is as it was left.
    page.get_by_role("link", name="Inbound leads").click()
    expect(page).to_have_url(re.compile(r"#/leads\?status=new$"))
    expect(rows(page).filter(has_text="ليلى")).to_have_count(1)
    expect(rows(page).filter(has_text="Wilma Ortega")).to_have_count(0)
    go(page, running, "/trail", "Audit trail")
    told = page.locator(".trail").filter(has_text="Changed how far a lead is").first
    expect(told).to_contain_text(re.compile("New.*Contacted"))
    expect(page.locator("main")).to_contain_text("Added a note to a lead")
    expect(page.locator("main")).not_to_contain_text("before Sunday")
    told.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wilma Ortega")


def test_suspected_ones_are_kept_apart_and_taken_back(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    expect(rows(page).filter(has_text="Wilma Ortega")).to_have_count(1)
    expect(rows(page).filter(has_text="Offer")).to_have_count(0)
    page.get_by_role("link", name="Suspected spam").click()
    expect(page.locator("main")).to_contain_text("they are kept, and were not mailed")
    rows(page).filter(has_text="Offer 2").get_by_role("link").click()
    main = page.locator("main")
    expect(main).to_contain_text("It was sent without opening your form")
    expect(main.get_by_role("link")).to_have_text(["Inbound leads"])
    expect(page.get_by_role("button", name="Contacted")).to_have_count(0)
    page.get_by_role("link", name="Inbound leads").click()
    expect(page).to_have_url(re.compile(r"spam=true$"))

    opened(page, running, "Hasty Ida", "/leads?spam=true")
    expect(main).to_contain_text("sent sooner than anybody types")
    # What somebody wrote is text, whatever it looks like.
    expect(page.locator("p.written")).to_have_text("Do you treat wasps? <b>Soon</b>")
    page.get_by_role("button", name="This is not spam").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".pagehead .pill")).to_have_text("New")
    expect(main).to_contain_text("No: it was suspected to be spam")
    expect(main.get_by_role("link", name=re.compile("^Call"))).to_have_attribute("href", "tel:3035550123")
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.locator(".pagehead .pill")).to_have_text("Suspected")
    expect(history(page)).to_contain_text(["Marked as spam", "Marked as not spam", "Came in"])


def test_filters_live_in_the_address(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    page.locator("summary").click()
    page.get_by_label("Written in").focus()
    page.get_by_label("Written in").select_option("Portal")
    expect(page).to_have_url(re.compile(r"#/leads\?source=portal$"))
    expect(page.get_by_label("Written in")).to_be_focused()
    expect(rows(page).filter(has_text="Wilma Ortega")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect(rows(page).filter(has_text="Wilma Ortega")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"#/leads$"))

    page.get_by_label("Until").fill("2020-01-31")
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    page.get_by_label("From").fill("2020-02-01")
    expect(page.get_by_text("This day is before the first one.")).to_be_visible()
    page.get_by_label("From").fill("2020-01-01")
    expect(page).to_have_url(re.compile(r"since=2020-01-01&until=2020-01-31$"))
    page.reload()
    expect(page.locator("summary")).to_contain_text("from Jan 1, 2020, until Jan 31, 2020")
    expect(page.get_by_label("From")).to_have_value("2020-01-01")
    # The other lists are asked the same.
    view(page, "Contacted")
    expect(page).to_have_url(re.compile(r"status=contacted&since=2020-01-01&until=2020-01-31$"))
    page.get_by_role("link", name="Clear the filters").click()
    expect(page).to_have_url(re.compile(r"#/leads\?status=contacted$"))
    page.go_back()
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    # An address that means nothing shows everything.
    go(page, running, "/leads?status=gone&since=soon&source=fax", "Inbound leads")
    expect(rows(page).filter(has_text="Wilma Ortega")).to_have_count(1)


def test_what_is_shown_is_saved_as_csv(running: Running, person: Person, owner: Any, tmp_path: Path) -> None:
    page = console(person, running, owner, "/leads?spam=true")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert re.fullmatch(r"leads-suspected-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    download.value.save_as(tmp_path / "leads.csv")
    text = (tmp_path / "leads.csv").read_bytes().decode()
    assert text.startswith("\ufeff") and text.count("\ufeff") == 1
    saved = list(csv.DictReader(text.removeprefix("\ufeff").splitlines(keepends=True)))
    assert len(saved) >= OFFERS
    assert {f"Offer {number}" for number in range(OFFERS)} <= {one["name"] for one in saved}
    expect(
        page.get_by_role("status").filter(has_text=f"{len(saved)} messages saved as leads-suspected")
    ).to_be_visible()


def test_a_long_export_is_put_together(running: Running, person: Person, owner: Any, tmp_path: Path) -> None:
    """The API gives 2,000 at once. Here it seems to give the same ones three times."""
    page = console(person, running, owner)
    parts: list[int] = []

    def part(route: Route) -> None:
        answer = route.fetch()
        following = f'<{running.portal}/api/v1/leads/export?cursor=next{len(parts)}>; rel="next"'
        parts.append(len(answer.text()))
        assert ("cursor" in route.request.url) == (len(parts) > 1)
        route.fulfill(response=answer, headers={**answer.headers, **({"link": following} if len(parts) < 3 else {})})

    def later(route: Route) -> None:
        first = route.request.url.partition("?")[0]
        parts.append(0)
        answer = route.fetch(url=first)
        headers = {**answer.headers, **({"link": f'<{first}?cursor=b>; rel="next"'} if len(parts) < 3 else {})}
        route.fulfill(response=answer, body=answer.text().partition("\r\n")[2], headers=headers)

    page.route("**/api/v1/leads/export", part)
    page.route("**/api/v1/leads/export?*", later)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    download.value.save_as(tmp_path / "leads.csv")
    saved = list(csv.DictReader((tmp_path / "leads.csv").read_text("utf-8-sig").splitlines(keepends=True)))
    assert len(parts) == 3
    assert sum(one["name"] == "Wilma Ortega" for one in saved) == 3


def test_more_of_the_list_is_asked_for_by_the_cursor(running: Running, person: Person, owner: Any) -> None:
    """Here the API seems to have one page more than it has."""
    page = console(person, running, owner, "/")

    def longer(route: Route) -> None:
        answer = route.fetch(url=route.request.url.partition("?")[0])
        found = answer.json()
        if "cursor=more" not in route.request.url:
            found = {
                "items": [{**one, "id": f"{one['id']}{n}"} for n in range(7) for one in found["items"]],
                "next": "more",
            }
        route.fulfill(response=answer, json=found)

    page.route(re.compile("/api/v1/leads"), longer)
    go(page, running, "/leads", "Inbound leads")
    before = rows(page).count()
    assert before >= 20
    page.get_by_role("button", name="Show more").click()
    expect(rows(page)).to_have_count(before + before // 7)
    expect(rows(page).nth(before).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_where_few_fit_one_looks_further_step_by_step(running: Running, person: Person, owner: Any) -> None:
    """Here the API seems to look through 500 messages for each page, most of the time in vain."""
    page = console(person, running, owner)
    asked: list[str] = []

    def narrow(route: Route) -> None:
        asked.append(route.request.url)
        answer = route.fetch(url=route.request.url.partition("?")[0])
        items = answer.json()["items"][:1] if len(asked) == 23 else []
        route.fulfill(response=answer, json={"items": items, "next": "more" if len(asked) < 45 else None})

    page.route(re.compile(r"/api/v1/leads\?.*source=portal"), narrow)
    go(page, running, "/leads?source=portal", "Inbound leads")
    results, further = page.locator(".results"), page.get_by_role("button", name="Look further")
    expect(results).to_contain_text("None of the 5,000 messages that were looked through so far fits.")
    expect(rows(page)).to_have_count(0)
    assert len(asked) == 10
    further.click()
    expect(results).to_contain_text("None of the 10,000 messages")
    expect(further).to_be_focused()
    assert len(asked) == 20
    further.click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page).get_by_role("link")).to_be_focused()
    expect(results).not_to_contain_text("looked through")
    page.get_by_role("button", name="Show more").click()
    expect(results).to_contain_text("None of the next 5,000 messages fits.")
    further.click()
    expect(results.get_by_text("There are no more.")).to_be_focused()
    expect(further).to_have_count(0)
    assert len(asked) == 45


def test_looked_through_to_the_end_nothing_fits(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    asked: list[str] = []

    def nothing(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"items": [], "next": "more" if len(asked) < 15 else None})

    page.route(re.compile(r"/api/v1/leads\?.*source=portal"), nothing)
    go(page, running, "/leads?source=portal", "Inbound leads")
    page.get_by_role("button", name="Look further").click()
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    expect(page.locator(".results .empty")).to_be_focused()
    expect(page.get_by_role("button", name="Look further")).to_have_count(0)
    assert len(asked) == 15


def test_a_lost_network_loses_no_note(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    opened(page, running, "ليلى")
    page.get_by_label("Add a note").fill("She reads Arabic.")
    # The note arrives, its answer does not.
    page.route("**/api/v1/leads/*/notes", lambda route: (route.fetch(), route.fulfill(status=403, body="")))
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was lost")
    expect(page.get_by_label("Add a note")).to_have_value("She reads Arabic.")
    page.unroute("**/api/v1/leads/*/notes")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_label("Add a note")).to_have_value("")
    expect(history(page).filter(has_text="She reads Arabic.")).to_have_count(1)
    page.get_by_label("Add a note").fill("Half a thou")
    page.get_by_role("link", name="Inbound leads").click()
    expect(page.get_by_role("dialog")).to_contain_text("Leave without saving?")
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_label("Add a note")).to_have_value("Half a thou")


def test_who_may_only_look_changes_nothing(running: Running, person: Person, owner: Any) -> None:
    colleagues = console(person, running, owner, "/team")
    colleagues.get_by_role("button", name="Invite somebody").click()
    colleagues.get_by_role("dialog").get_by_label("E-mail").fill(READER)
    colleagues.get_by_role("dialog").get_by_label("Read-only").check()
    sure(colleagues, "Send the invite")
    phone = person(viewport={"width": 1280, "height": 860})
    page = desk.press(desk.mail(phone, running, "Hollow Oak", to=READER), "join|invite|accept")
    join(page, READER)
    go(page, running, "/leads", "Inbound leads")
    main = page.locator("main")
    expect(main.get_by_role("button", name="Export CSV")).to_be_visible()
    opened(page, running, "Wilma Ortega")
    expect(main).to_contain_text("Wasp nest")
    expect(history(page).last).to_contain_text("Came in")
    expect(main.get_by_role("button")).to_have_count(0)
    expect(main.get_by_role("textbox")).to_have_count(0)
    opened(page, running, "Offer 1", "/leads?spam=true")
    expect(main).to_contain_text("It was sent without opening your form")
    expect(main.get_by_role("button")).to_have_count(0)
    go(page, running, "/leads/01J00000000000000000000000", "This message isn’t there any more")
    main.get_by_role("link", name="All leads").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbound leads")


def test_what_a_newer_server_says_is_shown_all_the_same(running: Running, person: Person, owner: Any) -> None:
    """A status, a place, a reason and somebody that this console has no words for."""
    page = console(person, running, owner, "/")

    def newer(route: Route) -> None:
        answer = route.fetch()
        found = answer.json()
        by = {"kind": "rule", "id": "1", "name": "Night shift"}
        event = {"id": "1", "at": found["lead"]["received_at"], "by": by, "kind": "status", "text": ""}
        found["lead"] |= {"status": "quoted", "source": "fax", "spam": True, "reasons": ["odd", "links"]}
        route.fulfill(response=answer, json={**found, "history": [{**event, "old": "new", "new": "quoted"}]})

    page.route(re.compile("/api/v1/leads/[^/?]+$"), newer)
    opened(page, running, "Wilma Ortega")
    main = page.locator("main")
    expect(main.locator(".suspicion li")).to_have_text([re.compile("Something else"), re.compile("more links")])
    expect(main).to_contain_text("fax")
    expect(history(page).first).to_contain_text(re.compile("New.*quoted.*“Night shift”"))
    expect(main).not_to_contain_text("undefined")


def test_the_keyboard_is_enough(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    keys = page.keyboard
    rows(page).filter(has_text=LONG_NAME).get_by_role("link").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("button", name="New").focus()
    for _ in range(2):
        keys.press("Tab")
    expect(page.get_by_role("button", name="Won")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Won")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Won")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    keys.type("By hand")
    keys.press("Tab")
    keys.press("Enter")
    expect(history(page).first).to_contain_text("By hand")
    expect(page.get_by_role("button", name="Add note")).to_be_focused()


def test_before_the_first_message_the_way_to_it_is_shown(running: Running, person: Person) -> None:
    page = person().new_page()
    page.goto(new_company(running, "Quiet Hill Lawns", "owner@quiethill.example"))
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Quiet Hill Lawns").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Quiet Hill Lawns")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Leads", exact=True).click()
    expect(page.get_by_text("No messages yet")).to_be_visible()
    expect(page.get_by_role("button", name="Export CSV")).to_have_count(0)
    page.get_by_role("link", name="Put it on your website").click()
    expect(page).to_have_url(re.compile("#/settings/website$"))


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_these_pages(
    running: Running, person: Person, owner: Any, scheme: str, width: int
) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    page = console(person, running, owner, **options)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a toast comes slowly
        assert violations(page) == [], what
        # The tabs reach out to the edge by design, and what is cut is cut on purpose.
        assert set(overflowing(page)) <= {"NAV.", "SPAN.cut"}, what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    if width < 500:
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("link", name="Leads", exact=True)).to_be_visible()
        check("the menu")
        page.keyboard.press("Escape")
    for place in ("/leads", "/leads?spam=true", "/leads?status=lost&source=portal&since=2020-01-01&until=2020-01-02"):
        go(page, running, place, "Inbound leads")
        check(place)
    page.get_by_label("Until").fill("2019-01-02")
    expect(page.get_by_text("This day is before the first one.")).to_be_visible()
    check("a filter with an error")
    opened(page, running, LONG_NAME)
    check("a long message")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the note first.")
    check("a note with an error")
    opened(page, running, "ليلى")
    check("a message from right to left")
    begins, edge = page.locator("p.written").evaluate(
        "one => { const range = document.createRange(); range.selectNodeContents(one);"
        " return [range, one].map((each) => Math.max(...[...each.getClientRects()].map((box) => box.right))); }"
    )
    assert abs(begins - edge) < 2
    opened(page, running, "Offer 0", "/leads?spam=true")
    check("a suspected message")
