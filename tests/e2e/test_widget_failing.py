"""The widget when things go wrong: it says what to do, keeps what was typed, and sends one message, not two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.websites import WROTE, Visit, Website, settled, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

TOO_MANY = (429, {"type": "urn:porchlight:problem:too-many", "title": "Too many", "status": 429,
                  "detail": "That was a lot of messages. Try again in 12 minutes."})  # fmt: skip
WRONG = (422, {"type": "urn:porchlight:problem:invalid", "title": "Invalid", "status": 422, "detail": "…", "errors": [
    {"pointer": "#/email", "detail": "This is not an e-mail address."},
    {"pointer": "#/phone", "detail": "Enter a phone number with its area code."},
    {"pointer": "#/page", "detail": "Something that no field is about."},
]})  # fmt: skip
GONE = (404, {"type": "urn:porchlight:problem:not-found", "title": "Not found", "status": 404, "detail": "It is gone."})


@pytest.fixture(scope="module")
def site(running: Running) -> Iterator[Website]:
    website = Website(running)
    yield website
    website.stop()


@pytest.fixture
def visitor(site: Website, chromium: Browser) -> Iterator[Visit]:
    """Somebody on a phone with the form open. A browser says in its console which requests failed; we say nothing."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda one: errors.append(one.text) if "Failed to load resource" not in one.text else None)
    visitor = visit(context, site.page())
    visitor.opens_form()
    visitor.writes()
    yield visitor
    context.close()
    assert errors == []


def alert(visitor: Visit) -> str:
    expect(visitor.dialog.get_by_role("alert")).to_be_focused()
    return visitor.dialog.get_by_role("alert").inner_text()


def kept(visitor: Visit) -> bool:
    return all(visitor.field(label).input_value() == value for label, value in WROTE.items())


def test_a_message_that_may_be_lost_is_sent_again_as_the_same(visitor: Visit) -> None:
    visitor.answer_messages(None, 503, 500, 201)
    for _ in range(3):
        visitor.sends()
        assert "Nothing is lost" in alert(visitor)
        assert kept(visitor)
        expect(visitor.dialog.get_by_role("alert")).to_be_in_viewport()
        # Closed and opened again, it can still be sent.
        visitor.page.keyboard.press("Escape")
        visitor.tab.click()
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    assert len(visitor.sent) == 4 and all(one == visitor.sent[0] for one in visitor.sent)

    first = visitor.sent[0]["form"]
    with visitor.page.expect_response("**/panel?*"):
        visitor.button("Write another message").click()
    visitor.field("Your message").fill("And the ants, please.")
    settled(visitor.page)
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    assert visitor.sent[-1]["form"] not in ("", first)
    assert visitor.sent[-1]["name"] == "Rosa Marin"


def test_what_the_server_says_is_said(visitor: Visit) -> None:
    visitor.answer_messages(TOO_MANY, GONE, WRONG, 201)
    visitor.sends()
    assert "Try again in 12 minutes." in alert(visitor)
    visitor.sends()
    assert "It is gone." in alert(visitor)
    visitor.sends()
    said = alert(visitor)
    assert all(one["detail"] in said for one in WRONG[1]["errors"])  # type: ignore[index,attr-defined]
    assert kept(visitor)
    assert visitor.dialog.locator("[aria-invalid]").evaluate_all("(all) => all.map((one) => one.id)") == [
        "email",
        "phone",
    ]
    expect(visitor.field("E-mail address")).to_have_accessible_description("This is not an e-mail address.")
    visitor.dialog.get_by_role("alert").get_by_role("button", name="This is not").click()
    expect(visitor.field("E-mail address")).to_be_focused()
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    expect(visitor.dialog.get_by_role("alert")).to_have_count(0)


def test_of_two_ways_to_answer_neither_is_more_wrong(visitor: Visit) -> None:
    visitor.field("E-mail address").fill("")
    visitor.sends()
    said = "Give us your e-mail address or your phone number, so that we can answer."
    assert alert(visitor).split("\n")[1:] == [said]
    invalid = visitor.dialog.locator("[aria-invalid]")
    assert invalid.evaluate_all("(all) => all.map((one) => one.id)") == ["email", "phone"]
    for label in ("E-mail address", "Phone number"):
        expect(visitor.field(label)).to_have_accessible_description(said)
    visitor.dialog.get_by_role("alert").get_by_role("button").click()
    expect(visitor.field("E-mail address")).to_be_focused()
    visitor.answer_messages(201)
    visitor.field("Phone number").fill("303 555 0188")
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")


def test_what_was_wrong_is_not_said_again_when_it_is_opened_again(visitor: Visit) -> None:
    visitor.answer_messages(WRONG)
    visitor.sends()
    alert(visitor)
    visitor.button("Close").click()
    visitor.tab.click()
    expect(visitor.heading).to_have_text("Contact us")
    expect(visitor.dialog.get_by_role("alert")).to_have_count(0)
    expect(visitor.dialog.locator("[aria-invalid]")).to_have_count(0)
    assert kept(visitor)


@pytest.mark.parametrize("status", [400, 413, 415])
def test_what_is_meant_for_programs_is_not_said_to_people(visitor: Visit, status: int) -> None:
    visitor.answer_messages((status, {"detail": "A body may be 64 kB at the most."}))
    visitor.sends()
    said = alert(visitor)
    assert "Nothing is lost" in said and "kB" not in said


def test_no_field_takes_more_than_can_be_sent(visitor: Visit) -> None:
    most = visitor.dialog.locator("input, textarea").evaluate_all("(all) => all.map((one) => [one.id, one.maxLength])")
    assert dict(most) == {
        "name": 100, "email": 254, "phone": 40, "message": 4000, "service": 100, "preferred_time": 100, "homepage": 100,
    }  # fmt: skip


@pytest.mark.parametrize("status", [200, 422, 502])
def test_an_answer_that_is_none_of_ours_is_no_answer(visitor: Visit, status: int) -> None:
    bodies = ["", "<html>Bad gateway</html>", "null", "[]", '{"errors": 1}', '{"detail": 5}']
    visitor.page.route(
        "**/messages?*",
        lambda route: route.fulfill(status=status, body=bodies.pop(), headers={"Access-Control-Allow-Origin": "*"}),
    )
    while bodies:
        visitor.sends()
        assert "Please check this" in alert(visitor)
        assert kept(visitor)
        expect(visitor.button("Send message")).to_be_enabled()


def test_while_it_is_sent_it_can_t_be_sent_again(visitor: Visit) -> None:
    waiting: list[Route] = []
    visitor.page.route("**/messages?*", lambda route: waiting.append(route))
    visitor.sends()
    expect(visitor.button("Sending…")).to_have_attribute("aria-disabled", "true")
    expect(visitor.field("Your message")).not_to_be_editable()
    visitor.button("Sending…").click(force=True)
    visitor.field("Your name").press("Enter")
    settled(visitor.page)
    assert len(waiting) == 1
    waiting[0].fulfill(status=201, json={"received": True}, headers={"Access-Control-Allow-Origin": "*"})
    expect(visitor.heading).to_have_text("We have your message")


def test_without_a_connection_the_tab_waits_and_with_one_it_goes_on(site: Website, chromium: Browser) -> None:
    context = chromium.new_context()
    url = site.page()
    visitor = visit(context, url)
    context.set_offline(True)
    visitor.tab.click()
    expect(visitor.tab).to_have_attribute("aria-busy", "false")
    assert visitor.page.url == url
    context.set_offline(False)
    visitor.opens()
    context.close()


def test_an_outage_leads_to_the_portal_s_own_page(site: Website, chromium: Browser) -> None:
    context = chromium.new_context()
    visitor = visit(context, site.page())
    context.route("**/panel?*", lambda route: route.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"}))
    visitor.page.evaluate("Porchlight.open('contact')")
    visitor.page.wait_for_url(f"{site.portal}/evergreen/contact")
    context.close()


def test_switched_off_meanwhile_it_goes_away(site: Website, chromium: Browser) -> None:
    context = chromium.new_context()
    url = site.page()
    visitor = visit(context, url)
    context.route("**/panel?*", lambda route: route.fulfill(status=204, headers={"Access-Control-Allow-Origin": "*"}))
    visitor.tab.click()
    expect(visitor.tab).to_have_count(0)
    assert visitor.page.url == url
    context.close()


def test_closed_before_it_is_there_it_does_not_come(site: Website, chromium: Browser) -> None:
    context = chromium.new_context()
    visitor = visit(context, site.page())
    waiting: list[Route] = []
    context.route("**/panel?*", lambda route: waiting.append(route))
    with visitor.page.expect_response("**/v1-panel.js"):
        visitor.tab.click()
    settled(visitor.page)
    visitor.page.evaluate("Porchlight.close()")
    waiting[0].continue_()
    expect(visitor.tab).to_have_attribute("aria-busy", "false")
    expect(visitor.dialog).to_have_count(0)
    visitor.opens()
    context.close()


@pytest.mark.parametrize("status", [404, 500, 200])
def test_a_configuration_that_is_none_shows_nothing_and_breaks_nothing(
    site: Website, chromium: Browser, status: int
) -> None:
    context = chromium.new_context()
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.route(
        "**/widget/v1/*",
        lambda route: route.fulfill(status=status, body="<h1>?</h1>", headers={"Access-Control-Allow-Origin": "*"}),
    )
    with page.expect_response("**/widget/v1/*"):
        page.goto(site.page())
    settled(page)
    page.evaluate("Porchlight.open(); Porchlight.open('contact'); Porchlight.close(); Porchlight.on('ready', () => {})")
    assert page.locator("porchlight-widget").count() == 0
    assert errors == []
    context.close()
