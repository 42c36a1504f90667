"""The console's pages of the company itself, in a real browser: from the invite to the first customer; what a company
decides, seen by a customer; two admins at once; who may do what."""

from __future__ import annotations

import base64
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from chalicelib.web import colours
from infra.tenant import DESK_PATH
from sandbox.people import PASSWORD
from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import OWNER, READER, go, save, sign_in, sure
from tests.e2e.test_accessibility import violations
from tests.web.test_formats import SIZES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

Person = Callable[..., "BrowserContext"]
NEW_PASSWORD = "twelve quiet lanterns"
# One pixel, as a PNG.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgyOb7DwADJAGxzx0vWAAAAABJRU5ErkJggg=="
)


def new_company(running: Running, name: str, email: str, slug: str = "") -> str:
    """A company that an operator has just made, without an address unless told. The invite's link."""
    wanted = json.dumps({"name": name, "slug": slug, "email": email}).encode()
    request = urllib.request.Request(running.desk + DESK_PATH, wanted, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(json.load(answer)["invite"])


def customer(person: Person, running: Running, login: str = "accounts@ridgeline.example") -> Page:
    """A customer of Evergreen with a card on file, signed in."""
    page = person().new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")
    return page


def test_from_the_invite_through_the_guide_to_the_first_customer(running: Running, person: Person) -> None:
    link = new_company(running, "Lantern & Sons Pools", "owner@lantern.example")
    page = person().new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Lantern & Sons Pools")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Lantern & Sons Pools").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Lantern & Sons Pools")
    page.get_by_role("link", name="Begin").click()
    address = page.get_by_label("Address")
    address.fill("Evergreen")
    expect(page.get_by_text("evergreen is taken or reserved")).to_be_visible()
    page.get_by_role("button", name="Choose this address").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(address).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="evergreen-portal").click()
    address.fill("lantern-and-sons-pools")
    expect(address).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("is free.")).to_be_visible()
    page.get_by_role("button", name="Choose this address").click()
    page.get_by_role("dialog").get_by_role("button", name="Think again").click()
    expect(address).to_have_value("lantern-and-sons-pools")
    page.get_by_role("button", name="Choose this address").click()
    sure(page, "Use lantern-and-sons-pools for good")

    expect(page.get_by_role("heading", level=1)).to_have_text("Make it yours")
    page.get_by_label("Company name").fill("Lantern Pools")
    page.get_by_label("Color", exact=True).fill("#ffd60a")
    shown = page.locator(".preview.by-day .button").evaluate("one => getComputedStyle(one).backgroundColor")
    readable = colours.brand("#ffd60a").light
    assert shown == f"rgb({int(readable[1:3], 16)}, {int(readable[3:5], 16)}, {int(readable[5:], 16)})"
    page.locator("input[type=file]").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(page.get_by_role("img", name="The logo of")).to_be_visible()
    expect(page.get_by_label("Company name")).to_have_value("Lantern Pools")
    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Decide what customers can do")
    page.get_by_label("Documents").uncheck()
    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Connect Stripe")
    # Left in the middle, and gone on with later: what is done is kept.
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connect Stripe")
    page.get_by_role("link", name="All steps").click()
    expect(page.get_by_text("3 steps to go")).to_be_visible()
    page.get_by_role("link", name="Continue: Connect Stripe").click()
    page.get_by_role("button", name="Connect with Stripe").click()
    page.get_by_role("button", name="Agree and submit").click()
    expect(page.get_by_text("You can take payments.")).to_be_visible()
    page.get_by_role("button", name="Continue", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Put it on your website")
    page.get_by_role("link", name="Do this later").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Invite your first customer")
    page.get_by_label("Name").fill("Robin Marsh")
    page.get_by_label("E-mail").fill("robin@marsh.example")
    page.get_by_role("button", name="Send the invite").click()
    expect(page.get_by_text("One step to go")).to_be_visible()
    page.get_by_role("link", name="Continue: Put it on your website").click()
    page.get_by_role("button", name="It is on my website").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your portal is ready")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")

    invited = desk.press(desk.mail(person(), running, "Lantern Pools", to="robin@marsh.example"), "account|portal|open")
    expect(invited.get_by_role("button", name="Continue as Robin")).to_be_visible()
    assert "/lantern-and-sons-pools/" in invited.url
    # The invite has been used up.
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This invite doesn’t open any more")


@pytest.fixture
def owner(running: Running, person: Person) -> Iterator[Page]:
    """Evergreen's owner, in the console; all that customers may do is shown again afterwards."""
    page = sign_in(person, running)
    yield page
    go(page, running, "/settings/permissions", "What customers can do")
    for one in page.locator("main input[type=checkbox]:not(:checked)").all():
        one.check()
    page.get_by_role("button", name="Save", exact=True).click()


def switch(page: Page, running: Running, permission: str, on: bool) -> None:
    go(page, running, "/settings/permissions", "What customers can do")
    page.get_by_label(permission, exact=True).set_checked(on)
    save(page)


def test_the_six_permissions_off_and_on_as_a_customer_sees_them(running: Running, person: Person, owner: Page) -> None:
    guest = customer(person, running)
    wallet = guest.get_by_role("link", name="Wallet", exact=True)
    adding = guest.get_by_role("button", name=re.compile("^Add a"))

    switch(owner, running, "Manage payment options", False)
    guest.reload()
    expect(wallet).to_have_count(0)
    assert guest.goto(f"{running.portal}/evergreen/wallet").status == 404  # type: ignore[union-attr]
    switch(owner, running, "Manage payment options", True)
    guest.goto(f"{running.portal}/evergreen")
    expect(wallet).to_be_visible()

    invoices = guest.get_by_role("link", name="Invoices", exact=True)
    expect(invoices).to_be_visible()
    switch(owner, running, "Invoices", False)
    guest.reload()
    expect(invoices).to_have_count(0)
    assert guest.goto(f"{running.portal}/evergreen/invoices").status == 404  # type: ignore[union-attr]
    switch(owner, running, "Invoices", True)
    guest.goto(f"{running.portal}/evergreen")
    expect(invoices).to_be_visible()

    def on_a_method() -> bool:
        guest.goto(f"{running.portal}/evergreen/wallet")
        guest.locator("main a[href*='/wallet/']").first.click()
        guest.wait_for_load_state()
        return guest.get_by_text(re.compile("Remove")).count() > 0

    assert on_a_method()
    switch(owner, running, "Delete cards & bank accounts", False)
    assert not on_a_method()
    switch(owner, running, "Delete cards & bank accounts", True)
    assert on_a_method()

    guest.goto(f"{running.portal}/evergreen/wallet")
    expect(adding.first).to_be_visible()
    switch(owner, running, "Add cards & bank accounts", False)
    guest.reload()
    expect(adding).to_have_count(0)
    switch(owner, running, "Add cards & bank accounts", True)
    guest.reload()
    expect(adding.first).to_be_visible()

    # Nothing of the portal shows these yet: what counts is that the switch is kept.
    for permission in ("Estimates", "Documents"):
        for on in (False, True):
            switch(owner, running, permission, on)
            owner.reload()
            expect(owner.get_by_label(permission, exact=True)).to_be_checked(checked=on)


def test_the_portal_off_and_on_as_a_customer_sees_it(running: Running, person: Person) -> None:
    page, guest = sign_in(person, running, place="/settings/portal"), customer(person, running)
    page.get_by_role("button", name="Turn the portal off").click()
    page.keyboard.press("Escape")
    guest.reload()
    expect(guest.get_by_role("heading", level=1)).not_to_contain_text("Not available")
    page.get_by_role("button", name="Turn the portal off").click()
    sure(page, "Turn the portal off")
    expect(page.get_by_text("The portal is off.")).to_be_visible()
    try:
        assert guest.goto(f"{running.portal}/evergreen").status == 404  # type: ignore[union-attr]
        expect(guest.get_by_text("not available at the moment").first).to_be_visible()
        expect(guest.get_by_role("link", name="(303) 555-0142").first).to_be_visible()
    finally:
        page.get_by_role("button", name="Turn the portal on").click()
        sure(page, "Turn the portal on")
        expect(page.get_by_text("The portal is on.")).to_be_visible()
    assert guest.goto(f"{running.portal}/evergreen").status == 200  # type: ignore[union-attr]
    expect(guest.get_by_role("button", name="Sign out")).to_be_visible()


def test_two_admins_saving_at_once(running: Running, person: Person) -> None:
    """Different things go together; of the same one both are shown, and nothing typed is lost."""
    one, other = (sign_in(person, running, place="/settings/company") for _ in range(2))
    for page in (one, other):
        expect(page.get_by_label("Phone")).to_have_value("(303) 555-0142")
    one.get_by_label("Phone").fill("(303) 555-0100")
    save(one)
    expect(one.get_by_role("button", name="Save", exact=True)).to_be_focused()
    other.get_by_label("E-mail").fill("office@evergreen.example")
    save(other)
    expect(other.get_by_label("Phone")).to_have_value("(303) 555-0100")

    one.get_by_label("E-mail").fill("front@evergreen.example")
    one.get_by_label("Address").fill("1 New Street\nDenver, CO 80205")
    one.get_by_role("button", name="Save", exact=True).click()
    clash = one.locator(".clash")
    expect(clash).to_contain_text("E-mail is now: office@evergreen.example")
    expect(clash).to_be_focused()
    expect(one.get_by_label("E-mail")).to_have_value("front@evergreen.example")
    expect(one.get_by_label("Address")).to_have_value("1 New Street\nDenver, CO 80205")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.locator(".clash")).to_be_hidden()
    other.reload()
    expect(other.get_by_label("E-mail")).to_have_value("front@evergreen.example")

    other.get_by_label("Phone").fill("(303) 555-0142")
    other.get_by_label("E-mail").fill("hello@evergreen.example")
    other.get_by_label("Address").fill("2150 Larimer Street\nDenver, CO 80205")
    save(other)
    one.get_by_label("E-mail").fill("mine@evergreen.example")
    one.get_by_role("button", name="Save", exact=True).click()
    one.get_by_role("button", name="Take theirs").click()
    expect(one.get_by_label("E-mail")).to_have_value("hello@evergreen.example")
    expect(one.get_by_label("E-mail")).to_be_focused()


def test_what_was_typed_is_asked_about_once_before_it_is_left(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/settings")
    page.get_by_role("link", name="Company").click()
    phone, asked = page.get_by_label("Phone"), page.get_by_role("dialog", name="Leave without saving?")
    phone.fill("(303) 555-0111")
    page.get_by_role("link", name="Team").click()
    asked.get_by_role("button", name="Stay").click()
    expect(page).to_have_url(re.compile("/settings/company$"))
    expect(phone).to_have_value("(303) 555-0111")
    page.go_back()
    asked.get_by_role("button", name="Stay").click()
    expect(page).to_have_url(re.compile("/settings/company$"))
    expect(phone).to_have_value("(303) 555-0111")
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"), "closing the tab asks"
    page.get_by_role("link", name="Team").click()
    asked.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    page.go_back()
    expect(phone).to_have_value("(303) 555-0142")
    phone.fill("(303) 555-0112")
    phone.fill("(303) 555-0142")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    expect(asked).to_have_count(0)


def test_an_invited_colleague_joins_and_may_only_look(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/team")
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Send the invite").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Type their e-mail address.")
    dialog.get_by_label("E-mail").fill("lee@evergreen.example")
    dialog.get_by_label("Read-only").check()
    sure(page, "Send the invite")
    row = page.locator("main li").filter(has_text="lee@evergreen.example")
    expect(row).to_contain_text("Invited")
    page.route("**/invites", lambda route: route.fulfill(status=400, body="{}"), times=1)
    row.get_by_role("button", name="Send again").click()
    page.get_by_role("alert").filter(has_text="That was our mistake").get_by_role("button", name="Dismiss").click()
    expect(row.get_by_role("button", name="Send again")).to_be_focused()
    row.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Another invite is on its way to lee@evergreen.example.")).to_be_visible()

    colleague = desk.press(desk.mail(person(), running, "Evergreen", to="lee@evergreen.example"), "join|invite|accept")
    colleague.get_by_label("New password").fill(NEW_PASSWORD)
    colleague.get_by_role("button", name="Join Evergreen").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Home")
    for place, heading in (("/team", "Team"), ("/keys", "API keys"), ("/settings/portal", "Portal")):
        go(colleague, running, place, heading)
        expect(colleague.locator("main button:visible").filter(has_not_text="Copy")).to_have_count(0)
    go(colleague, running, "/settings/company", "Company")
    expect(colleague.get_by_label("Phone")).to_be_disabled()
    expect(colleague.get_by_role("button", name="Save", exact=True)).to_have_count(0)

    page.reload()
    row.get_by_role("button", name="Remove").click()
    sure(page, "Remove lee@evergreen.example")
    expect(row).to_have_count(0)
    colleague.goto(f"{running.portal}/console#/trail")
    expect(colleague.get_by_role("heading", name="You were signed out")).to_be_visible()


def test_a_key_is_shown_once_works_and_stops_when_revoked(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Route planner")
    dialog.get_by_label("Customers: read").check()
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog.get_by_role("heading", name="The key “Route planner”")).to_be_visible()
    key = dialog.locator("code").inner_text()
    dialog.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_text("Customers: read", exact=True)).to_be_visible()
    assert key not in page.content()

    def status() -> int:
        found = page.request.get(f"{running.portal}/api/v1/customers", headers={"Authorization": f"Bearer {key}"})
        return found.status

    assert status() == 200
    page.locator("main li").filter(has_text="Route planner").get_by_role("button", name="Revoke").click()
    sure(page, "Revoke Route planner")
    expect(page.get_by_text("The key is revoked.")).to_be_visible()
    assert status() == 401
    go(page, running, "/trail", "Audit trail")
    expect(page.locator("main li").first).to_contain_text(OWNER)
    expect(page.locator("main li").filter(has_text="Made an API key").first).to_contain_text("Customers: read")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"[{}\[\]]|_|nothing → nothing"))


def test_a_forgotten_password_is_chosen_anew_by_the_mailed_link(running: Running, person: Person) -> None:
    link = new_company(running, "Forgetful Gardens", "owner@forgetful.example")
    page = person().new_page()
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Forgetful Gardens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Forgetful Gardens")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Forgot your password?").click()
    # The page before it asks for an e-mail address too.
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    page.get_by_label("E-mail").fill("owner@forgetful.example")
    page.get_by_role("button", name="Send a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    mail = desk.mail(person(), running, "password", to="owner@forgetful.example")
    again = desk.press(mail, "password")
    again.get_by_label("New password").fill("short")
    again.get_by_role("button", name="Save new password").click()
    expect(again.get_by_role("alert")).to_contain_text("10 characters")
    again.get_by_label("New password").fill("thirteen loud bells")
    again.get_by_role("button", name="Save new password").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Sign in")
    again.get_by_label("E-mail").fill("owner@forgetful.example")
    again.get_by_label("Password", exact=True).fill("thirteen loud bells")
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Welcome, Forgetful Gardens")


def test_somebody_who_serves_two_companies_chooses(running: Running, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{running.portal}/console")
    page.get_by_label("E-mail").fill("books@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Bluewave Pools").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    expect(page.get_by_text("/bluewave").first).to_be_visible()


def test_a_session_outlives_a_reload_and_the_token_is_kept_nowhere(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/settings", fresh=True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert kept == '[{},{},""]'
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_without_a_network_it_says_so_and_tries_again(running: Running, chromium: Browser) -> None:
    # A browser of its own: that nothing loads is an error to those that other tests use.
    with closing(chromium.new_context()) as context:
        page = sign_in(lambda **_: context, running, place="/settings", fresh=True)
        context.route("**/api/v1/**", lambda route: route.abort())
        page.get_by_role("link", name="Team").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
        context.unroute("**/api/v1/**")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Team")


def test_an_answer_that_got_lost_and_is_asked_for_again_does_nothing_twice(
    running: Running, person: Person, chromium: Browser
) -> None:
    with closing(chromium.new_context()) as context:
        page = sign_in(lambda **_: context, running, place="/team", fresh=True)
        page.get_by_role("button", name="Invite somebody").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("E-mail").fill("twice@evergreen.example")

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/api/v1/team", lose, times=1)
        dialog.get_by_role("button", name="Send the invite").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Nothing you typed is lost.")
        sure(page, "Send the invite")
        go(page, running, "/trail", "Audit trail")
        invited = page.locator("main li").filter(has_text="Invited somebody").filter(has_text="twice@evergreen.example")
        expect(invited).to_have_count(1)


def test_calls_that_find_the_token_expired_renew_it_once(running: Running, person: Person) -> None:
    # Home asks for more a moment after it is shown.
    page = sign_in(person, running, place="/team")
    page.wait_for_load_state("networkidle")
    calls: dict[str, int] = {"refresh": 0}
    slow: list[Route] = []

    def expire(route: Route) -> None:
        """The first call to each finds its token expired; that to the trail hears of it when there is a new one."""
        path = route.request.url.rpartition("/")[2]
        calls[path] = calls.get(path, 0) + 1
        if path == "audit" and calls[path] == 1:
            return slow.append(route)
        if calls[path] == 2 and slow:
            late = slow.pop()
            late.continue_(headers={**late.request.headers, "authorization": "Bearer x"})
        expired = {"authorization": "Bearer x"} if path != "refresh" and calls[path] == 1 else {}
        return route.continue_(headers={**route.request.headers, **expired})

    page.route("**/api/v1/**", expire)
    api = page.locator("script").get_attribute("src")
    assert api
    found = page.evaluate(
        "async (url) => { const api = await import(url);"
        " const all = await Promise.all(['/team', '/keys', '/audit'].map((one) => api.get(one)));"
        " return all.map((one) => typeof one); }",
        api.replace("main.js", "api.js"),
    )
    assert found == ["object"] * 3
    assert calls == {"refresh": 1, "team": 2, "keys": 2, "audit": 2}


def test_a_console_left_open_over_a_deployment_starts_again_by_itself(running: Running, person: Person) -> None:
    """Its own version's files are gone then."""
    page = sign_in(person, running)
    asked = []

    def gone(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404, body="") if len(asked) == 1 else route.continue_()

    page.route("**/team.js", gone)
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    assert len(asked) == 2


def test_who_waits_sees_that_something_happens(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    held: list[Route] = []
    page.route("**/api/v1/team", lambda route: held.append(route))
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_text("Loading…")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")


def test_somebody_changes_their_password(running: Running, person: Person) -> None:
    link = new_company(running, "Careful Lawns", "owner@careful.example")
    page = person(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join Careful Lawns").click()
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password").fill("wrong")
    page.get_by_role("button", name="Show password").first.click()
    page.get_by_role("button", name="Hide password").click()
    page.get_by_label("New password").fill("thirteen loud bells")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Current password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Careful Lawns")


def test_a_session_that_ends_in_a_form_loses_nothing_typed(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/settings/company")
    page.get_by_label("Phone").fill("(303) 555-0199")
    page.context.clear_cookies()
    page.route(
        "**/api/v1/settings",
        lambda route: route.continue_(headers={**route.request.headers, "authorization": "Bearer x"}),
        times=1,
    )
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What you typed is still there.")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    sure(page, "Sign in")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_label("Phone").fill("(303) 555-0142")
    save(page)


def test_below_a_stage_it_works_too(running_below_a_stage: Running, person: Person) -> None:
    page = sign_in(person, running_below_a_stage, place="/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.reload()
    expect(page.get_by_text("localhost").first).to_contain_text("/api/evergreen")


def test_the_keyboard_is_enough(running: Running, person: Person) -> None:
    page = person(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{running.portal}/console")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(OWNER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_role("link", name="Team").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Team · Evergreen Pest & Lawn")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Invite somebody")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("E-mail")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Invite somebody")).to_be_focused()


def test_escape_closes_the_menu_of_whoever_is_signed_in_now(running: Running, person: Person) -> None:
    page = sign_in(person, running, fresh=True, viewport={"width": 390, "height": 844})
    menu = page.get_by_role("button", name="Menu")
    for _ in range(2):
        menu.click()
        expect(menu).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(menu).to_have_attribute("aria-expanded", "false")
        expect(menu).to_be_focused()
        menu.click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("E-mail").fill(OWNER)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()


def test_the_menu_closes_on_the_way_back_too(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/team", viewport={"width": 390, "height": 844})
    menu = page.get_by_role("button", name="Menu")
    go(page, running, "/settings", "Settings")
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("navigation", name="Console")).to_be_hidden()


SHAPE = """kind => [...document.querySelectorAll(`.${kind}, .${kind} *`)].map((one) => {
  const { display, gap, fontSize, fontWeight, margin, padding } = getComputedStyle(one);
  const { width, height } = one.getBoundingClientRect();
  return [display, gap, fontSize, fontWeight, margin, padding, Math.round(width), Math.round(height)].join(' ');
})"""


@pytest.mark.parametrize("place", ["/settings/branding", "/settings/website/tab"])
def test_pictures_by_day_and_by_night_differ_in_their_colours_alone(
    running: Running, person: Person, place: str
) -> None:
    """Lists by day have a heading each, in the portal and here: a class of that name would dress the picture too."""
    page = sign_in(person, running, place=place)
    expect(page.locator(".by-night")).to_be_visible()
    by_day = page.evaluate(SHAPE, "by-day")
    assert len(by_day) > 3 and by_day == page.evaluate(SHAPE, "by-night")
    assert page.locator(".by-day").evaluate("one => getComputedStyle(one).color") == "rgb(31, 28, 25)"


def test_a_file_is_as_big_here_as_in_the_portal(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    asked = """sizes => import(document.querySelector('script[type=module]').src.replace('main.js', 'upload.js'))
      .then(({ sizeWords }) => sizes.map(sizeWords))"""
    assert page.evaluate(asked, list(SIZES)) == list(SIZES.values())


PLACES = (
    "/", "/settings", "/settings/portal", "/settings/company", "/settings/branding", "/settings/permissions",
    "/settings/payments", "/settings/stripe", "/settings/region", "/team", "/keys", "/trail", "/password", "/guide",
    "/guide/address", "/guide/branding", "/guide/permissions", "/guide/stripe", "/guide/invite", "/nowhere",
)  # fmt: skip
OPEN = ("/sign-in", "/forgotten", "/reset/unknown", "/invite/01J00000000000000000000000/unknown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_page(running: Running, person: Person, scheme: str, width: int) -> None:
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    outside = person(**options).new_page()
    for place in OPEN:
        check(outside, running, place)
    outside.goto(f"{running.portal}/console#/sign-in")
    outside.get_by_role("button", name="Sign in").click()
    assert violations(outside) == []
    page = sign_in(person, running, **options)
    for place in PLACES:
        check(page, running, place)
    go(page, running, "/team", "Team")
    page.get_by_role("button", name="Invite somebody").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    if width == 390:
        page.get_by_role("button", name="Menu").click()
        assert violations(page) == []
    reader = sign_in(person, running, READER, **options)
    for place in ("/", "/settings/company", "/settings/permissions", "/keys"):
        check(reader, running, place)


def check(page: Page, running: Running, place: str) -> None:
    url = f"{running.portal}/console#{place}"
    if page.url != url:
        # What is there now is not the page that is asked for.
        page.evaluate("for (const one of document.querySelectorAll('h1')) one.dataset.before = ''")
        page.goto(url)
    page.locator("main h1:not([data-before])").wait_for()
    assert violations(page) == [], place
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"
