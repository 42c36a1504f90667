"""The console's messages in a real browser: what is sent by itself, written in the company's own words, seen before it
goes out, and looked up afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, save, sign_in, sure
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_company import NEW_PASSWORD, new_company
from tests.e2e.test_console_customers import add_customer, overflowing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page

Person = Callable[..., "BrowserContext"]
OWNER = "owner@maplecourt.example"
INVITE = "/messages/portal_invite"
HOSTILE = """<style>p { color: rgb(1, 2, 3) }</style><script>parent.document.title = 'taken'</script>
<p style="color: rgb(4, 5, 6)" onclick="alert(1)">Hello</p><img src="data:," onerror="parent.document.title = 'taken'">
<form action="/elsewhere"><button>Press</button></form>
<a href="javascript:alert(2)">Bad</a> <a href="https://elsewhere.example/">Out</a>"""


@pytest.fixture(scope="module")
def owner(chromium: Browser, running: Running) -> Any:
    """What a browser keeps of the session of whoever runs a company whose texts are nobody else's."""
    page = chromium.new_page(viewport={"width": 1280, "height": 860}, locale="en-US")
    page.goto(new_company(running, "Maple Court Pools", OWNER, "maple-court"))
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Maple Court Pools").click()
    expect(page.get_by_text(f"Signed in as {OWNER}")).to_have_count(1)
    kept = page.context.storage_state()
    page.context.close()
    return kept


def console(person: Person, running: Running, kept: Any, place: str = "/messages", **options: Any) -> Page:
    page = person(storage_state=kept, **{"viewport": {"width": 1280, "height": 860}, **options}).new_page()
    page.goto(f"{running.portal}/console#{place}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def edit(page: Page, running: Running, place: str, title: str, text: str) -> None:
    """A text of a template, once it and its preview are there."""
    go(page, running, place, title)
    expect(page.get_by_role("heading", level=2).first).to_have_text(text)
    previewed(page)


def previewed(page: Page) -> None:
    """The preview is of what is typed by now."""
    page.wait_for_timeout(600)
    expect(page.get_by_label("Preview", exact=True).first).not_to_have_attribute("aria-busy", "true")


def body(page: Page) -> Locator:
    return page.get_by_label("Body", exact=True)


def letter(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='The e-mail as it is read']")


def variable(page: Page, name: str) -> None:
    """Put one into the text, from the palette."""
    palette = page.locator(".palette")
    if palette.get_attribute("open") is None:
        palette.locator("summary").click()
    palette.get_by_role("button", name=re.compile(f"^{name}")).click()


def write(page: Page, deed: str = "Save") -> None:
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.get_by_role("button", name=deed, exact=True).click()
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()


def told(page: Page) -> Locator:
    """The lines of a customer's log of messages."""
    return page.get_by_role("region", name="Messages").locator(".told")


def standing(page: Page, words: str) -> None:
    """The newest message stands like this, once the mail system has said so."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        expect(told(page).first).to_be_visible()
        if told(page).first.locator(".pill").text_content() == words:
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(told(page).first.locator(".pill")).to_have_text(words)


def test_a_message_is_written_seen_sent_and_reset(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    page.get_by_role("navigation", name="Console").get_by_role("link", name="Messages").click()
    page.get_by_role("link", name="Portal invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Portal invite")
    expect(page.get_by_text("Standard text", exact=True)).to_be_visible()
    expect(page.locator(".envelope .from")).to_contain_text("Maple Court Pools")
    standard = body(page).input_value()

    page.get_by_label("Subject", exact=True).fill("The pool is open, ")
    variable(page, "First name")
    expect(page.get_by_label("Subject", exact=True)).to_have_value("The pool is open, {{ customer.first_name }}")
    expect(page.get_by_label("Subject", exact=True)).to_be_focused()
    expect(page.locator(".envelope .subject")).to_contain_text("The pool is open, Dana")
    body(page).fill("<h1>Come on in</h1>\n<p>Says ")
    variable(page, "(Its name|Name)")
    page.keyboard.type("</p>\n")
    variable(page, "A button")
    expect(body(page)).to_have_value("<h1>Come on in</h1>\n<p>Says {{ company.name }}</p>\n{{ portal_button }}")
    expect(letter(page).get_by_role("heading", name="Come on in")).to_be_visible()
    expect(letter(page).locator("p", has_text="Says Maple Court Pools")).to_be_visible()
    expect(letter(page).get_by_role("link").first).to_be_visible()

    # A mistake: where it is, in the list and with the cursor; nothing is saved.
    page.keyboard.type("\n<p>{{ company.nmae }}</p>")
    mistake = page.get_by_role("button", name="Line 4, column")
    expect(mistake).to_contain_text("company.nmae")
    expect(page.get_by_text("Shown as it was before the mistake.")).to_be_visible()
    page.get_by_label("Subject", exact=True).focus()
    mistake.click()
    expect(body(page)).to_be_focused()
    marked = body(page).evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert marked == "company.nmae"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Line 4, column")
    body(page).focus()
    page.keyboard.press("Control+End")
    for _ in "\n<p>{{ company.nmae }}</p>":
        page.keyboard.press("Backspace")
    expect(mistake).to_have_count(0)
    write(page)
    expect(page.get_by_text("Your own text", exact=True)).to_be_visible()
    page.get_by_text("What differs from the standard").click()
    expect(page.locator(".compared ins").filter(has_text="Come on in")).to_have_count(1)

    # To the one who asks, and to a customer, in these words.
    page.get_by_role("button", name="Send a test to me").click()
    expect(page.get_by_text(f"A test is on its way to {OWNER}.")).to_be_visible()
    post = person(viewport={"width": 1280, "height": 860})
    desk.mail(post, running, "The pool is open", to=OWNER)
    add_customer(page, "Rosa Delgado", "rosa@maplecourt.example")
    page.get_by_role("button", name="Send an invite").click()
    expect(page.get_by_text("The invite is on its way")).to_be_visible()
    mail = desk.mail(post, running, "The pool is open, Rosa", to="rosa@maplecourt.example")
    expect(mail.frame_locator("iframe").locator("p", has_text="Says Maple Court Pools")).to_be_visible()

    standing(page, "Delivered")
    expect(told(page).first).to_contain_text("Portal invite")
    expect(told(page).first).to_contain_text("E-mail to rosa@maplecourt.example")
    expect(told(page).first).to_contain_text("“The pool is open, Rosa”")
    told(page).first.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("dialog")).to_contain_text("rosa@maplecourt.example")
    sure(page, "Send again")
    expect(page.get_by_text("It is on its way to rosa@maplecourt.example.")).to_be_visible()
    page.reload()
    expect(told(page)).to_have_count(2)

    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    page.get_by_role("button", name="Reset to standard").click()
    sure(page, "Reset to standard")
    expect(page.get_by_text("Standard text", exact=True)).to_be_visible()
    expect(body(page)).to_have_value(standard)
    expect(page.get_by_role("button", name="Reset to standard")).to_have_count(0)
    go(page, running, "/trail", "Audit trail")
    for done in ("Reset a message to the standard", "Sent a message again", "Changed a message"):
        expect(page.locator(".trail").filter(has_text=done).first).to_be_visible()


def test_an_sms_is_counted(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    switch = page.get_by_role("switch", name="SMS of “Portal invite”")
    expect(switch).not_to_be_checked()
    # The switch is drawn over its box: what is pressed is the label.
    switch.click()
    expect(page.get_by_text("“Portal invite” goes out by SMS.")).to_be_visible()
    page.reload()
    expect(switch).to_be_checked()
    edit(page, running, "/messages/password_changed?channel=sms", "Password changed", "SMS in English")
    text, count = page.get_by_label("Text", exact=True), page.locator(".sms .hint")
    text.fill("x" * 161)
    expect(count).to_have_text("2 segments · 161 of 306 characters")
    expect(page.locator(".bubble")).to_have_text("x" * 161)
    text.fill("Su cuenta está aquí")
    expect(count).to_contain_text("1 segment · 19 of 70 characters")
    expect(count).to_contain_text("because of “á”, “í”")
    page.locator(".palette summary").click()
    expect(page.locator(".palette")).not_to_contain_text("A button")
    text.fill("{{ portal_button }}")
    expect(page.get_by_role("button", name="Line 1, column 4")).to_contain_text("e-mail")
    page.get_by_role("link", name="Messages", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Leave without saving").click()
    expect(switch).to_be_checked()
    switch.click()
    expect(page.get_by_text("no longer goes out by SMS")).to_be_visible()


def test_what_is_needed_stays_on(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    line = page.locator(".template").filter(has_text="Sign-in code")
    expect(line.get_by_role("switch", name="E-mail")).to_have_count(0)
    expect(line).to_contain_text("Always on")
    expect(line).to_contain_text("Its e-mail is always on")


def test_the_team_is_told_by_mail_alone(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    others = page.locator(".template").filter(has_text="New lead")
    expect(others.get_by_role("switch")).to_have_count(2)
    line = page.locator(".template").filter(has_text="Team invite")
    expect(line).to_contain_text("Always sent, in our words")
    expect(line.get_by_role("switch")).to_have_count(0)
    edit(page, running, "/messages/team_invite?channel=sms", "Team invite", "E-mail in English")
    expect(page.get_by_role("link", name="SMS")).to_have_count(0)
    expect(page.get_by_role("link", name="Español")).to_be_visible()


def test_a_subject_grows_and_stays_one_line(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    edit(page, running, "/messages/refund", "Refund", "E-mail in English")
    subject = page.get_by_label("Subject", exact=True)
    subject.fill("Hello")
    low = subject.evaluate("one => one.offsetHeight")
    subject.fill(
        "{% if customer.first_name %}{{ customer.first_name }}, your{% else %}Your{% endif %}\nmoney is back " * 2
    )
    assert "\n" not in subject.input_value() and "endif %} money" in subject.input_value()
    assert subject.evaluate("one => one.offsetHeight") > low
    subject.fill("Money back")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        subject.press("Enter")
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    expect(subject).to_have_value("Money back")


def test_a_preview_for_a_customer_leads_to_their_language(running: Running, person: Person) -> None:
    page = sign_in(person, running, READER, "/messages")
    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    page.get_by_role("button", name="Choose a customer").click()
    page.get_by_role("searchbox", name="Customer").fill("Lucía")
    page.get_by_role("dialog").get_by_role("button", name="Lucía Herrera").click()
    page.get_by_role("button", name="Show it", exact=True).click()
    whose = page.locator(".whose")
    expect(whose).to_contain_text("As Lucía Herrera would get it, with made-up details. They read Spanish.")
    expect(whose.get_by_role("button", name="Show it in Spanish")).to_be_focused()
    expect(letter(page).get_by_text("Hello Lucía")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("E-mail in Spanish")
    expect(letter(page).get_by_text("Hola, Lucía")).to_be_visible()
    expect(whose.get_by_role("button", name="Somebody else")).to_be_focused()
    page.get_by_role("button", name="The made-up one").click()
    expect(whose.get_by_role("button", name="Choose a customer")).to_be_focused()


def test_nothing_typed_is_lost(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    edit(page, running, "/messages/receipt", "receipt", "E-mail in English")
    body(page).fill("<p>Half a thou")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("E-mail in Spanish")
    expect(page.get_by_role("link", name="English (not saved yet)")).to_be_visible()
    page.get_by_role("link", name="English (not saved yet)").click()
    expect(body(page)).to_have_value("<p>Half a thou")
    # Where no answer comes the preview says so, and saving too.
    page.route("**/api/v1/message-templates/**", lambda route: route.fulfill(status=403, body=""))
    body(page).fill("<p>Half a thought</p>")
    expect(page.get_by_text("The preview is not up to date.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was lost")
    page.unroute("**/api/v1/message-templates/**")
    page.locator(".told").get_by_role("button", name="Try again").click()
    expect(letter(page).locator("p", has_text="Half a thought")).to_be_visible()
    page.get_by_role("link", name="Messages", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Leave without saving?")
    page.get_by_role("button", name="Stay").click()
    expect(body(page)).to_have_value("<p>Half a thought</p>")


def test_two_who_write_at_once_see_each_other(running: Running, person: Person, owner: Any) -> None:
    place = ("/messages/lead_acknowledgement", ".", "E-mail in English")
    one, other = console(person, running, owner), console(person, running, owner)
    for page in (one, other):
        edit(page, running, *place)
    one.get_by_label("Subject", exact=True).fill("We have your message")
    write(one)
    # What is not the same goes together.
    other.get_by_label("Plain text", exact=True).fill("We have it.")
    write(other)
    expect(other.get_by_label("Subject", exact=True)).to_have_value("We have your message")
    one.get_by_label("Plain text", exact=True).fill("It is here.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.get_by_text("Somebody changed this while you were here")).to_be_visible()
    expect(one.get_by_label("Plain text", exact=True)).to_have_value("It is here.")
    one.get_by_role("button", name="Take theirs").click()
    expect(one.get_by_label("Plain text", exact=True)).to_have_value("We have it.")
    one.get_by_label("Plain text", exact=True).fill("It is here.")
    write(one)


def test_a_mail_can_do_nothing_in_its_preview(running: Running, person: Person, owner: Any) -> None:
    """Whatever came out of the API, and the browser has nothing to complain of."""
    page = console(person, running, owner)

    def hostile(route: Any) -> None:
        answer = route.fetch()
        made = answer.json()
        made["email"]["html"] = f"<!doctype html><html><body style='margin: 7px' onload='alert(3)'>{HOSTILE}"
        route.fulfill(response=answer, json=made)

    page.route("**/previews", hostile)
    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    mail = letter(page)
    expect(mail.get_by_text("Hello")).to_have_css("color", "rgb(4, 5, 6)")
    expect(mail.locator("body")).to_have_css("margin", "7px")
    expect(mail.locator("script[src], link")).to_have_count(1)
    expect(mail.locator("body :is(script, style, form, [onclick], [onerror])")).to_have_count(0)
    expect(mail.get_by_text("Bad")).not_to_have_attribute("href", re.compile("."))
    mail.get_by_role("link", name="Out").click()
    expect(mail.get_by_text("Hello")).to_be_visible()
    assert "taken" not in page.title() and mail.locator("html").evaluate("() => self.origin") == "null"


def test_an_address_that_bounced_is_stopped_and_lifted(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner, "/messages/stopped")
    expect(page.get_by_text("No address is stopped")).to_be_visible()
    add_customer(page, "Rita Bounce", "bounce.rita@maplecourt.example")
    page.get_by_role("button", name="Send an invite").click()
    expect(page.get_by_text("The invite is on its way")).to_be_visible()
    standing(page, "Bounced")
    go(page, running, "/messages", "Messages")
    page.get_by_role("link", name="Stopped addresses").click()
    line = page.locator(".rows > li").filter(has_text="bounce.rita@maplecourt.example")
    expect(line).to_contain_text("Bounced")
    line.get_by_role("link", name="Open the customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rita Bounce")
    page.go_back()
    line.get_by_role("button", name="Send there again").click()
    expect(page.get_by_role("dialog")).to_contain_text("Only if the mailbox works now")
    sure(page, "Send there again")
    expect(page.get_by_text("No address is stopped")).to_be_visible()


def test_how_long_links_work_is_set(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    page.get_by_role("link", name="Links in messages").click()
    days = page.get_by_label("Days that a link works")
    days.fill("0")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("from 1 to 90")
    days.fill("30")
    save(page)
    go(page, running, "/messages", "Messages")
    expect(page.get_by_role("link", name="Links in messages")).to_contain_text("30 days")


def test_who_may_only_look_sees_it_all_and_changes_nothing(running: Running, person: Person) -> None:
    page = sign_in(person, running, READER, "/messages")
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages")
    expect(page.get_by_text("Open one to read it.")).to_be_visible()
    expect(page.get_by_role("switch")).to_have_count(0)
    expect(page.locator(".template").filter(has_text="Portal invite")).to_contain_text(re.compile("E-mail ?On"))
    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    expect(letter(page).get_by_role("link").first).to_be_visible()
    expect(body(page)).not_to_be_editable()
    plain = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    expect(body(page)).to_have_css("background-color", plain)
    for gone in ("Save", "Reset to standard", "Send a test to me"):
        expect(page.get_by_role("button", name=gone)).to_have_count(0)
    expect(page.locator(".palette")).to_have_count(0)


def test_the_keyboard_is_enough(running: Running, person: Person, owner: Any) -> None:
    page = console(person, running, owner)
    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    keys = page.keyboard
    page.get_by_label("Subject", exact=True).focus()
    keys.press("Shift+Tab")
    expect(page.locator(".palette summary")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.locator(".variable").first).to_be_focused()
    keys.press("Escape")
    expect(page.locator(".palette summary")).to_be_focused()
    # A tab goes on to what comes next, as everywhere.
    body(page).focus()
    keys.press("Tab")
    expect(page.get_by_label("Plain text", exact=True)).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_these_pages(
    running: Running, person: Person, owner: Any, scheme: str, width: int
) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    page = console(person, running, owner, **options)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, main[aria-busy=true], aside[aria-busy=true]')")
        page.wait_for_timeout(250)
        assert violations(page) == [], what
        # A mail is made small.
        assert set(overflowing(page)) <= {"NAV.", "DIV.mail-frame"}, what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    check("the list")
    edit(page, running, INVITE, "Portal invite", "E-mail in English")
    check("an e-mail")
    page.locator(".palette summary").click()
    page.get_by_role("button", name="Computer").click()
    body(page).fill("<p>{{ company.nmae }}</p>")
    expect(page.get_by_role("button", name="Line 1, column")).to_be_visible()
    check("the palette, and a mistake")
    page.get_by_role("link", name="SMS").first.click()
    previewed(page)
    check("an SMS")
    page.get_by_role("link", name="Messages", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Leave without saving").click()
    for place, title in (("/messages/stopped", "Stopped addresses"), ("/settings/messages", "Links in messages")):
        go(page, running, place, title)
        check(place)
