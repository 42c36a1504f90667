"""The console's pages of the company's website, in a real browser: the code and where it goes, whether it is at work
there, how its tab looks, and where messages go."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from chalicelib.web import colours
from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, save, sign_in
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_company import NEW_PASSWORD, check, new_company

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

Person = Callable[..., "BrowserContext"]
HUB, TAB, CONTACT = "/settings/website", "/settings/website/tab", "/settings/website/contact"
NOW = "2026-11-22T18:00:00+00:00"


def newcomer(running: Running, person: Person, name: str, **options: Any) -> Page:
    """The owner of a company that has just been made, on the first page of the console."""
    link = new_company(running, name, f"owner@{name.split()[0].lower()}.example")
    page = person(**options).new_page()
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name=f"Join {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Welcome, {name}")
    return page


def choose_address(page: Page, running: Running, slug: str) -> None:
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Choose this address").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Use {slug} for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make it yours")


def sign_of_life(running: Running, slug: str, place: str) -> None:
    """What the widget sends as somebody leaves a page with it."""
    host = place.partition("/")[0]
    request = urllib.request.Request(
        f"{running.portal}/widget/v1/{slug}/pings", json.dumps({"page": place}).encode(),
        {"Content-Type": "text/plain", "Origin": f"https://{host}"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 204


def snippet(page: Page) -> Locator:
    return page.locator(".snippet code")


def shown_on_websites(page: Page, running: Running, slug: str) -> Any:
    """What the widget on somebody's website is told now; None where it shows nothing."""
    answer = page.request.get(f"{running.portal}/widget/v1/{slug}?language=en")
    return answer.json() if answer.status == 200 else None


def test_the_code_is_copied_and_sent_and_the_step_is_done_when_somebody_says_so(
    running: Running, person: Person
) -> None:
    page = newcomer(running, person, "Tidewater Lawns", permissions=["clipboard-read", "clipboard-write"])
    # Without an address there is no code yet; what shows the way is there, on the page and in the guide.
    for place, heading in ((HUB, "Website"), ("/guide/website", "Put it on your website")):
        go(page, running, place, heading)
        expect(page.get_by_text("Your portal has no address yet")).to_be_visible()
        expect(snippet(page)).to_have_count(0)
    page.get_by_role("link", name="Choose the address").click()
    choose_address(page, running, "tidewater")

    go(page, running, "/guide/website", "Put it on your website")
    plain = snippet(page).inner_text()
    assert f'<script async src="{running.portal}/widget/v1.js" data-portal="tidewater"></script>' in plain
    page.get_by_role("button", name="Copy the code").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied.", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == plain

    page.get_by_label("With a fingerprint").check()
    pinned = snippet(page).inner_text()
    assert 'integrity="sha' in pinned and 'crossorigin="anonymous"' in pinned
    mail = urlsplit(page.get_by_role("link", name="Send it to whoever").get_attribute("href") or "")
    (body,) = parse_qs(mail.query)["body"]
    assert mail.scheme == "mailto" and pinned.replace("\r", "") in body.replace("\r", "")

    # Where a browser doesn't let the page copy, it is marked, for the keys.
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('refused')))")
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_text("to copy.")).to_be_visible()
    assert page.evaluate("String(getSelection())").strip() == pinned.strip()

    page.get_by_role("button", name="It is on my website").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invite your first customer")
    go(page, running, "/guide", "Set up your portal")
    expect(page.locator("main li").filter(has_text="Put it on your website")).to_contain_text("Done")


def test_the_check_sees_the_code_at_work_by_itself(running: Running, person: Person) -> None:
    page = newcomer(running, person, "Driftwood Pools")
    go(page, running, "/guide/address", "Choose your portal")
    choose_address(page, running, "driftwood")
    go(page, running, HUB, "Website")
    standing = page.locator(".standing")
    expect(standing).to_have_text("Not seen yet")
    tab = page.get_by_role("link", name="The tab")
    expect(tab).to_contain_text("Shown once installed")
    go(page, running, "/settings", "Settings")
    expect(page.get_by_role("link", name="Website")).to_contain_text("Not seen yet")
    go(page, running, HUB, "Website")
    page.get_by_text("Why it may not be seen").click()
    expect(page.get_by_text('data-portal="driftwood"', exact=True)).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Not seen yet.", exact=True)).to_be_visible()

    sign_of_life(running, "driftwood", "www.driftwood.example/contact")
    expect(page.get_by_text("Your website was seen: the code works.")).to_be_visible()
    expect(standing).to_have_text(re.compile("^Seen (just now|1 minute ago) on www.driftwood.example/contact$"))
    expect(page.get_by_text("Why it may not be seen")).to_be_hidden()
    expect(tab.locator(".pill")).to_have_text("Shown")
    go(page, running, "/settings", "Settings")
    expect(page.get_by_role("link", name="Website").locator(".pill")).to_have_text("Shown")

    # Hidden, or with the portal off, nothing is shown: that is what it says then.
    go(page, running, TAB, "The tab")
    page.get_by_label("Shown on your website").uncheck()
    save(page)
    go(page, running, HUB, "Website")
    expect(standing).to_have_text("Nothing is shown now")
    expect(page.get_by_text("The tab is hidden")).to_contain_text("Show the tab. The code was last seen")
    assert shown_on_websites(page, running, "driftwood") is None
    page.get_by_role("link", name="Show the tab").click()
    page.get_by_label("Shown on your website").check()
    save(page)
    go(page, running, "/settings/portal", "Portal")
    page.get_by_role("button", name="Turn the portal off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn the portal off").click()
    expect(page.get_by_text("The portal is off.")).to_be_visible()
    go(page, running, HUB, "Website")
    expect(page.get_by_text("Your portal is off, so nothing is shown")).to_be_visible()
    expect(page.get_by_role("link", name="Turn the portal on")).to_be_visible()


class Installed:
    """The API's answer on the installation, as a test wants it; counts how often it is asked."""

    def __init__(self, page: Page, *seen: tuple[str, str]) -> None:
        self.asked = 0
        self.seen = seen
        page.route("**/api/v1/widget", self._answer)

    def _answer(self, route: Route) -> None:
        self.asked += 1
        code = '<script async src="https://portal.example/widget/v1.js" data-portal="evergreen"></script>'
        sightings = [{"seen_at": at, "seen_on": place} for at, place in self.seen]
        route.fulfill(json={"plain": code, "with_integrity": code, "now": NOW, "sightings": sightings})


@pytest.mark.parametrize(
    ("seen_at", "words"),
    [
        ("2026-11-22T17:59:40+00:00", "Seen just now on example.com/contact"),
        ("2026-11-22T17:57:00+00:00", "Seen 3 minutes ago on example.com/contact"),
        ("2026-11-16T18:00:00+00:00", "Seen 6 days ago on example.com/contact"),
        ("2026-11-01T17:00:00+00:00", "Last seen 3 weeks ago on example.com/contact"),
        ("2026-05-01T17:00:00+00:00", "Last seen May 1, 2026 on example.com/contact"),
    ],
)
def test_it_says_how_long_ago_it_was_seen_by_the_server_s_clock(
    running: Running, person: Person, seen_at: str, words: str
) -> None:
    page = sign_in(person, running)
    Installed(page, (seen_at, "example.com/contact"))
    go(page, running, HUB, "Website")
    expect(page.locator(".standing")).to_have_text(words)
    # What is a week old may be gone: the reasons are there again.
    expect(page.get_by_text("Why it may not be seen")).to_be_visible(visible=words.startswith("Last"))


def test_the_other_websites_it_was_seen_on_stand_below(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    installed = Installed(page, ("2026-11-22T17:57:00+00:00", "example.com/contact"))
    go(page, running, HUB, "Website")
    also = page.get_by_role("list", name="Other websites").get_by_role("listitem")
    expect(page.locator(".standing")).to_have_text("Seen 3 minutes ago on example.com/contact")
    expect(also).to_have_count(0)
    installed.seen += (("2026-11-22T16:00:00+00:00", "shop.example.com/cart"),)
    installed.seen += (("2026-11-08T18:00:00+00:00", "example.net"),)
    page.get_by_role("button", name="Check again").click()
    expect(also).to_have_text(["Also on shop.example.com/cart, 2 hours ago", "Also on example.net, 2 weeks ago"])
    # What a browser told is shown as text, never as a link.
    expect(also.get_by_role("link")).to_have_count(0)


def test_it_asks_ever_more_slowly_and_not_while_nobody_looks(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    installed = Installed(page)
    page.clock.install()
    go(page, running, HUB, "Website")
    expect(page.locator(".standing")).to_have_text("Not seen yet")

    def asked_in(seconds: int) -> int:
        before = installed.asked
        for _ in range(seconds):
            page.clock.run_for(1000)
        return installed.asked - before

    first, later = asked_in(60), asked_in(60)
    assert 4 <= first <= 8 and later < first
    look = "hidden => {Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    look += "document.dispatchEvent(new Event('visibilitychange'))}"
    page.evaluate(look, True)
    asked_in(5)  # What was under way may still come in.
    assert asked_in(120) == 0
    # Somebody comes back from the website: it is asked at once, and found.
    installed.seen = ((NOW, "example.com/"),)
    page.evaluate(look, False)
    expect(page.locator(".standing")).to_have_text("Seen just now on example.com/")
    page.clock.run_for(5000)
    assert asked_in(150) == 0
    expect(page.locator(".standing")).to_have_text("Seen 2 minutes ago on example.com/")
    go(page, running, "/settings", "Settings")
    assert asked_in(60) == 0


def test_the_tab_is_as_the_company_wants_it(running: Running, person: Person) -> None:
    page = newcomer(running, person, "Cobalt Cleaning", viewport={"width": 1280, "height": 860})
    go(page, running, "/guide/address", "Choose your portal")
    choose_address(page, running, "cobalt")
    standard = shown_on_websites(page, running, "cobalt")
    go(page, running, TAB, "The tab")
    words, tab = page.get_by_label("Words"), page.locator(".by-day .tab")
    # What the console says is standard is what a website shows.
    expect(words).to_have_attribute("placeholder", standard["label"])
    expect(tab).to_have_text(standard["label"])
    words.fill("Pay your bill")
    page.get_by_label("Left").check()
    page.get_by_label("Color", exact=True).fill("#ffd60a")
    expect(tab).to_have_text("Pay your bill")
    readable = colours.brand("#ffd60a")
    for kind, colour in (("by-day", readable.light), ("by-night", readable.dark)):
        painted = page.locator(f".{kind} .tab").evaluate("one => getComputedStyle(one).backgroundColor")
        assert painted == f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:], 16)})"
    box, site = tab.bounding_box(), page.locator(".by-day.site").bounding_box()
    assert box and site and box["x"] - site["x"] < 2
    save(page)
    told = shown_on_websites(page, running, "cobalt")
    assert (told["label"], told["side"], told["colours"][0]) == ("Pay your bill", "left", readable.light)

    page.get_by_label("Color", exact=True).fill("yellow")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("#2f6b3a")
    page.get_by_role("button", name="Use our color").click()
    expect(page.get_by_label("Color", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Use our color")).to_be_hidden()
    words.fill("")
    save(page)
    told = shown_on_websites(page, running, "cobalt")
    assert (told["label"], told["colours"]) == (standard["label"], standard["colours"])
    go(page, running, HUB, "Website")
    expect(page.get_by_role("link", name="The tab")).to_contain_text("On the left")


def test_messages_go_where_the_company_wants_them(running: Running, person: Person) -> None:
    page = newcomer(running, person, "Fernside Gardens")
    go(page, running, "/guide/address", "Choose your portal")
    choose_address(page, running, "fernside")
    go(page, running, HUB, "Website")
    expect(page.get_by_role("link", name="Contact form")).to_contain_text("the first admin of your team")
    page.get_by_role("link", name="Contact form").click()
    nowhere = page.get_by_text("until you name an address")
    expect(nowhere).to_be_visible()
    page.get_by_label("Send new messages to").fill("desk@fernside.example")
    expect(nowhere).to_be_hidden()
    save(page)
    go(page, running, HUB, "Website")
    expect(page.get_by_role("link", name="Contact form")).to_contain_text("desk@fernside.example")
    expect(page.get_by_text(f"{running.portal}/fernside/contact", exact=True)).to_be_visible()

    go(page, running, CONTACT, "Contact form")
    page.get_by_label("Send new messages to").fill("nobody at all")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("name@example.com")
    page.get_by_label("Send new messages to").fill("")
    page.get_by_role("switch", name="Contact form").uncheck()
    expect(page.get_by_text("Nobody can write to you by a form.")).to_be_visible()
    expect(nowhere).to_be_hidden()
    save(page)
    go(page, running, HUB, "Website")
    expect(page.get_by_text("There is no contact page while the contact form is off.")).to_be_visible()
    assert not shown_on_websites(page, running, "fernside")["contact"]
    go(page, running, "/settings", "Settings")
    expect(page.get_by_role("link", name="Website")).to_contain_text("the contact form, which is off")


def test_who_may_only_look_sees_all_and_changes_nothing(running: Running, person: Person) -> None:
    page = sign_in(person, running, READER, HUB)
    expect(page.get_by_role("button", name="Copy the code")).to_be_visible()
    page.get_by_text("Shopify", exact=True).click()
    expect(page.get_by_text("theme.liquid")).to_be_visible()
    for place, heading, label in ((TAB, "The tab", "Words"), (CONTACT, "Contact form", "Send new messages to")):
        go(page, running, place, heading)
        expect(page.get_by_label(label)).to_be_disabled()
        expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)

    def hidden(route: Route) -> None:
        answer = route.fetch()
        found = answer.json()
        route.fulfill(response=answer, json={**found, "widget": {**found["widget"], "on": False}})

    # To what they may not change, no link leads.
    page.route("**/api/v1/settings", hidden)
    page.goto(f"{running.portal}/console#{HUB}")
    page.reload()
    expect(page.get_by_text("The tab is hidden, so nothing is shown")).to_be_visible()
    expect(page.get_by_role("link", name="Show the tab")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_the_website(
    running: Running, person: Person, scheme: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    page = sign_in(person, running, **options)
    installed = Installed(page)
    for place in (HUB, TAB, CONTACT, "/guide/website"):
        check(page, running, place)
    go(page, running, HUB, "Website")
    for shut in page.locator("summary").all():
        shut.click()
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    long = "a-rather-long-name-for-a-website.example.com/service-areas/denver/west/" + "pest-control" * 8
    for seen_at in ("2026-11-22T17:57:00+00:00", "2026-11-01T17:00:00+00:00"):
        installed.seen = ((seen_at, long), ("2026-05-01T17:00:00+00:00", f"shop.{long}"))
        page.get_by_role("button", name="Check again").click()
        expect(page.locator(".standing")).to_contain_text(long)
        expect(page.locator("main [aria-busy]")).to_have_count(0)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    go(page, running, TAB, "The tab")
    page.get_by_label("Words").fill("W" * 30)
    page.get_by_label("Color", exact=True).fill("#ffd60a")
    page.wait_for_timeout(250)  # a toast comes slowly
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check(sign_in(person, running, READER, **options), running, TAB)
