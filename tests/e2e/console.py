"""The console as a person uses it: sign in, go somewhere, press a button of a dialog."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from sandbox.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import Running

OWNER, READER = "hello@evergreen.example", "frontdesk@evergreen.example"


# Signing in is throttled, and each test that did it anew would be one try more: the cookie of the first time is kept.
_cookies: dict[tuple[str, str], Any] = {}


def sign_in(
    person: Callable[..., BrowserContext], running: Running, email: str = OWNER, place: str = "/", *,
    fresh: bool = False, **options: Any,
) -> Page:  # fmt: skip
    """A browser of their own, at a place of the console, signed in. `fresh`: in a session that nobody else is in."""
    options = {"viewport": {"width": 1280, "height": 860}, **options}
    known = None if fresh else _cookies.get((running.portal, email))
    page = person(**options, storage_state=known).new_page()
    page.goto(f"{running.portal}/console#{place}")
    if known is None:
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Console").or_(page.get_by_role("button", name="Menu"))).to_be_visible()
    if not fresh:
        _cookies[(running.portal, email)] = page.context.storage_state()
    return page


def go(page: Page, running: Running, place: str, heading: str) -> None:
    page.goto(f"{running.portal}/console#{place}")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))


def save(page: Page) -> None:
    """Save a change of the settings; it is there once this is through."""
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def sure(page: Page, deed: str) -> None:
    """Press the button of the dialog that asks."""
    page.get_by_role("dialog").get_by_role("button", name=deed, exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def answered(page: Page, address: re.Pattern[str]) -> Any:
    """A file at such an address is answered in here, in whichever tab. Chromium without a screen shows no PDF in place,
    and leaves a tab of it where it was."""
    return page.context.expect_event("response", lambda one: bool(address.search(one.url)) and one.ok)
