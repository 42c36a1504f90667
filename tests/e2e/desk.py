"""Reading the desk as a person does: find a mail, click its button."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.conftest import Running


def mail(
    context: BrowserContext, running: Running, subject: str, to: str = "dana@example.com", *, count: int = 1
) -> Page:
    """The newest mail with these words in its subject, opened at the desk; waits until so many were sent."""
    page = context.new_page()
    until = time.monotonic() + 15
    while time.monotonic() < until:
        page.goto(f"{running.desk}/?show=mail")
        rows = page.locator("a[href*='/mail/'], a[href^='mail/']").filter(has_text=re.compile(subject, re.I))
        mine = rows.filter(has_text=to)
        if mine.count() >= count:
            mine.first.click()
            page.locator("iframe").wait_for()
            return page
        time.sleep(0.3)
    raise AssertionError(f"no mail about {subject!r} to {to}")


def press(page: Page, button: str) -> Page:
    """Click a link of the mail; it opens a tab of its own."""
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name=re.compile(button, re.I)).first.click()
    opened.value.wait_for_load_state()
    return opened.value


def text(context: BrowserContext, running: Running, number: str, words: str) -> Page:
    """What a phone received, opened at the desk; waits for a text with these words."""
    page = context.new_page()
    until = time.monotonic() + 15
    while time.monotonic() < until:
        answer = page.goto(f"{running.desk}/texts/{number.lstrip('+')}")
        if answer and answer.ok and page.locator(".bubble").filter(has_text=words).count():
            return page
        time.sleep(0.3)
    raise AssertionError(f"no text with {words!r} to {number}")


def follow(page: Page) -> Page:
    """Tap the link of the newest text; it opens a tab of its own."""
    with page.expect_popup() as opened:
        page.locator(".talk a").last.click()
    opened.value.wait_for_load_state()
    return opened.value
