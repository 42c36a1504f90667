"""What customers and visitors do with JavaScript off. (Paying, estimates and booking have it in their own files.)"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]


@pytest.fixture
def page(person: Person) -> Page:
    return person(java_script_enabled=False).new_page()


def come_in(page: Page, running: Running, login: str) -> None:
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill(login)
    page.get_by_label("Password", exact=True).fill("green-lawn-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(re.compile(words))


def test_a_visitor_writes_to_the_company(running: Running, page: Page) -> None:
    page.goto(f"{running.portal}/evergreen/contact")
    page.get_by_label("Your name").fill("Ada Holm")
    page.get_by_label("E-mail").fill("ada.holm@example.com")
    page.get_by_label("Your message").fill("There are ants in the kitchen.")
    page.get_by_role("button", name="Send").click()
    says(page, "We have your message")


def test_somebody_without_a_password_comes_in_by_a_link(running: Running, page: Page) -> None:
    page.goto(f"{running.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill("kevin@example.com")
    page.get_by_role("button", name="E-mail me a sign-in link").click()
    page.wait_for_url("**/sign-in/code")
    page = desk.press(desk.mail(page.context, running, "code", to="kevin@example.com"), "Sign in")
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    page.wait_for_url("**/evergreen")


def test_a_card_is_kept_and_taken_off(running: Running, page: Page) -> None:
    come_in(page, running, "office@sunrise-elc.example")
    page.goto(f"{running.portal}/evergreen/wallet")
    before = page.locator("main a[href*='/wallet/']").count()
    page.get_by_role("button", name="Add a card").click()
    page.get_by_role("button", name=re.compile("4242")).first.click()
    page.wait_for_url("**/wallet**")
    page.goto(f"{running.portal}/evergreen/wallet")
    cards = page.locator("main a[href*='/wallet/']")
    expect(cards).to_have_count(before + 1)
    cards.filter(has_text="4242").last.click()
    page.get_by_text("Remove it", exact=True).click()
    page.get_by_role("button", name="Yes, remove this card").click()
    page.goto(f"{running.portal}/evergreen/wallet")
    expect(cards).to_have_count(before)


def test_a_visit_is_rated_and_the_company_recommended(running: Running, page: Page) -> None:
    come_in(page, running, "dana@example.com")
    page.goto(f"{running.portal}/evergreen/visits")
    page.get_by_role("link", name=re.compile("Complete")).first.click()
    page.get_by_role("link", name=re.compile("Rate this visit|Change it")).click()
    page.get_by_label(re.compile("4")).check()
    page.get_by_role("button", name=re.compile("Send|Save")).click()
    says(page, "Thank you")
    page.goto(f"{running.portal}/evergreen/review")
    page.get_by_label("9", exact=True).check()
    page.get_by_role("button", name=re.compile("Send|Save")).click()
    says(page, "Thank you")


def test_a_document_opens(running: Running, page: Page) -> None:
    come_in(page, running, "dana@example.com")
    page.goto(f"{running.portal}/evergreen/documents")
    with page.expect_popup() if page.locator("a[target]").count() else page.expect_navigation() as opened:
        page.get_by_role("link", name=re.compile("^(View|Open)")).first.click()
    assert f":{running.ports.files}/" in opened.value.url


def test_a_password_is_changed(running: Running, page: Page) -> None:
    come_in(page, running, "kevin@example.com")
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password", exact=True).fill("not the one")
    page.get_by_label("New password", exact=True).fill("eleven quiet lanterns")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Current password", exact=True).fill("green-lawn-2026")
    page.get_by_label("New password", exact=True).fill("eleven quiet lanterns")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/evergreen")
