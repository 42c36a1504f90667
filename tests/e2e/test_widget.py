"""The widget on the example company's website, on another origin: from its tab to the company's mail, and what it costs
and leaves on the page until somebody wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import sign_in
from tests.e2e.office import Office
from tests.e2e.websites import Visit, settled, visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]


ALL = {"Access-Control-Allow-Origin": "*"}

# As a browser counts it: what moves within half a second of a click does not count.
COUNT_SHIFTS = """
  window.shifted = 0;
  const count = (list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value;
  };
  new PerformanceObserver(count).observe({ type: 'layout-shift', buffered: true });
"""


def website(running: Running) -> str:
    return f"http://localhost:{running.ports.website}/"


def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    """The settings API, as the console of who is signed in on this page calls it."""
    return page.evaluate(
        """async ([method, path, body]) => {
          const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
          const { send } = await import(loaded.find((name) => /\\/console\\/[^/]+\\/api\\.js$/.test(name)));
          const { etag } = method === 'GET' ? {} : await send('GET', path);
          return (await send(method, path, { body: body || undefined, version: etag })).value;
        }""",
        [method, path, body],
    )


def test_a_message_goes_from_the_tab_to_the_company(running: Running, person: Person) -> None:
    context = person()
    visitor = visit(context, website(running))
    visitor.opens_form()
    visitor.writes(**{"Which service is it about?": "Wasps", "When would suit you?": "Friday morning"})
    # Nobody types this in less than three seconds.
    visitor.page.wait_for_timeout(3_100)
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")

    mail = desk.mail(context, running, "Rosa Marin", to="hello@evergreen.example")
    expect(mail.frame_locator("iframe").get_by_role("paragraph").filter(has_text="Wasps under")).to_be_visible()
    console = sign_in(person, running)
    lead = next(one for one in call(console, "GET", "/leads")["items"] if one["name"] == "Rosa Marin")
    assert (lead["source"], lead["status"], lead["spam"]) == ("widget", "new", False)
    assert call(console, "GET", "/widget")["sightings"][0]["seen_on"] == f"localhost:{running.ports.website}"


def test_the_account_is_the_portal(running: Running, person: Person) -> None:
    visitor = visit(person(), website(running))
    visitor.opens()
    visitor.dialog.get_by_role("link", name="My account").click()
    visitor.page.wait_for_url(f"{running.portal}/evergreen/sign-in")


@pytest.fixture
def online(running: Running) -> Iterator[Callable[[bool], None]]:
    """Evergreen offers lawn mowing online, or nothing; afterwards all is as it was."""
    office = Office(running)
    before = office.ask("GET", "/booking-settings")
    mowing = {"id": "lawn-mowing", "name": "Lawn mowing", "minutes": 60}
    hours = {day: [{"opens": "08:00", "closes": "17:00"}] for day in ("monday", "wednesday", "friday")}
    area = {"rule": "any", "codes": []}

    def book(on: bool) -> None:
        office.offer_online(on=on, services=[mowing], special=[], hours=hours, area=area)

    yield book
    office.offer_online(**before)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_third_door_leads_to_online_booking(
    running: Running, person: Person, online: Callable[[bool], None], width: int
) -> None:
    """The scripts are as they were published: they show whatever doors they are told of."""
    online(True)
    visitor = visit(person(viewport={"width": width, "height": 844}), website(running))
    expect(visitor.tab).to_have_text("Book, contact & account")
    box = visitor.tab.bounding_box() or {}
    assert box["height"] < 260 and box["y"] >= 0
    visitor.opens()
    expect(visitor.dialog.locator(".doors li")).to_have_text([
        "My accountSee and pay your invoices", "Contact usAsk us anything, or ask us to come",
        "Book onlineChoose a time that suits you",
    ])  # fmt: skip
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.dialog.get_by_role("link", name="Book online").click()
    visitor.page.wait_for_url(f"{running.portal}/evergreen/book?from=widget")
    expect(visitor.page.get_by_text("Lawn mowing")).to_be_visible()


def test_without_the_form_the_other_two_doors_are_there(
    running: Running, person: Person, online: Callable[[bool], None], settings: Callable[..., None]
) -> None:
    online(True)
    settings(contact_form={"on": False})
    visitor = visit(person(), website(running))
    expect(visitor.tab).to_have_text("Book & account")
    visitor.opens()
    expect(visitor.dialog.locator(".doors strong")).to_have_text(["My account", "Book online"])
    visitor.button("Close").click()
    # Who asks for the form all the same sees what there is.
    visitor.page.evaluate("Porchlight.open('contact')")
    expect(visitor.heading).to_have_text("How can we help?")
    assert visitor.page.evaluate("complaints") == []


@pytest.fixture
def settings(running: Running, person: Person) -> Any:
    """Change Evergreen's settings; they are as before after the test."""
    console = sign_in(person, running)

    def change(**wanted: Any) -> None:
        call(console, "PATCH", "/settings", wanted)

    yield change
    change(portal={"on": True}, widget={"on": True, "label": "", "side": "right"}, contact_form={"on": True})


def test_hidden_or_switched_off_there_is_nothing_of_it(
    running: Running, person: Person, settings: Callable[..., None]
) -> None:
    for off in ({"widget": {"on": False}}, {"widget": {"on": True}, "portal": {"on": False}}):
        settings(**off)
        page = person().new_page()
        asked, said = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        with page.expect_response("**/widget/v1/evergreen?*") as answer:
            page.goto(website(running))
        assert answer.value.status == 204
        page.evaluate("Porchlight.open('contact')")
        settled(page)
        expect(page.locator("porchlight-widget")).to_have_count(0)
        assert said == []
        assert not [url for url in asked if "panel" in url]


def test_without_anything_else_the_tab_is_the_way_to_the_account(
    running: Running, person: Person, online: Callable[[bool], None], settings: Callable[..., None]
) -> None:
    online(False)
    settings(contact_form={"on": False}, widget={"label": "My Evergreen", "side": "left"})
    visitor = visit(person(viewport={"width": 1280, "height": 800}), website(running))
    expect(visitor.tab).to_have_text("My Evergreen")
    assert visitor.tab.get_attribute("aria-haspopup") is None
    assert (visitor.tab.bounding_box() or {})["x"] == 0
    # Who asks for the form all the same is told how else to reach the company.
    visitor.page.evaluate("Porchlight.open('contact')")
    expect(visitor.dialog.get_by_role("link")).to_have_text([
        "My accountSee and pay your invoices", "(303) 555-0142", "hello@evergreen.example",
    ])  # fmt: skip
    plain = visit(person(), website(running))
    asked: list[str] = []
    plain.page.on("request", lambda request: asked.append(request.url))
    plain.tab.click()
    plain.page.wait_for_url(f"{running.portal}/evergreen/sign-in")
    assert not [url for url in asked if "panel" in url]
    # What fails leads to the account: there is no page with a form.
    broken = visit(person(), website(running))
    broken.page.route("**/v1-panel.js", lambda route: route.fulfill(status=404, headers=ALL))
    broken.page.evaluate("Porchlight.open('contact')")
    broken.page.wait_for_url(f"{running.portal}/evergreen/sign-in")


def test_it_waits_until_the_page_is_idle_and_asks_two_things_of_one_host(running: Running, person: Person) -> None:
    page = person().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("addEventListener('load', () => { window.loadedAt = performance.now(); });")
    page.goto(website(running))
    visitor = Visit(page)
    expect(visitor.tab).to_be_visible()
    settled(page)
    own = [url for url in asked if not url.startswith(website(running))]
    assert [url.partition("?")[0] for url in own] == [
        f"{running.portal}/widget/v1.js", f"{running.portal}/widget/v1/evergreen",
    ]  # fmt: skip
    begun = page.evaluate("performance.getEntriesByType('resource').find(({name}) => name.includes('/v1/')).startTime")
    assert begun >= page.evaluate("loadedAt")

    visitor.opens()
    visitor.button("Close").click()
    assert {url.split("/")[2] for url in asked} == {
        f"localhost:{running.ports.website}", f"localhost:{running.ports.portal}",
    }  # fmt: skip


def test_it_moves_nothing_and_keeps_nothing(running: Running, person: Person) -> None:
    context = person()
    page = context.new_page()
    page.add_init_script(COUNT_SHIFTS)
    page.goto(website(running))
    visitor = Visit(page)
    visitor.answer_messages(201)
    visitor.opens_form()
    visitor.writes()
    # Longer than what a click excuses.
    page.wait_for_timeout(600)
    visitor.button("Send message").evaluate("(button) => button.click()")
    expect(visitor.heading).to_have_text("We have your message")
    settled(page)
    assert page.evaluate("[shifted, document.cookie, localStorage.length, sessionStorage.length]") == [0, "", 0, 0]
    assert page.evaluate("indexedDB.databases()") == []
    assert context.cookies() == []
    assert page.evaluate("Object.keys(window).filter((name) => /porch/i.test(name))") == ["Porchlight"]
    assert page.evaluate("Object.keys(Porchlight)") == ["open", "close", "on"]
