"""The portal by Tab, Enter and Space alone: everything is reached in the order it stands in, one sees where one is, and
nothing holds on to the focus."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]
PAGES = ("", "/balance", "/invoices", "/payments", "/wallet", "/estimates", "/documents", "/visits", "/review",
         "/contact", "/book", "/password")  # fmt: skip
# What the keyboard must reach, in the order of the page; of a group of radio buttons it reaches one.
STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => !one.disabled && one.type !== 'hidden' && one.tabIndex >= 0
    && one.checkVisibility({visibilityProperty: true})
    && !(one.type === 'radio' && one !== (document.querySelector(`input[name="${one.name}"]:checked`)
      || document.querySelector(`input[name="${one.name}"]:not(:disabled)`))))
  .map((one, number) => { one.dataset.stop = number; return one.outerHTML.slice(0, 90); })"""
# Where one is: the number of the stop, and whether it is seen that it has the focus (itself, or the box around it).
HERE = """() => {
  const one = document.activeElement;
  const rings = [one, one.closest('label, .input, .choice'), one.nextElementSibling].filter(Boolean)
    .map((each) => getComputedStyle(each)).some((style) => style.outlineStyle !== 'none');
  const box = one.getBoundingClientRect();
  return {stop: one.dataset.stop, rings, seen: box.bottom > 0 && box.top < innerHeight};
}"""


def come_in(person: Person, running: Running, login: str, **options: object) -> Page:
    page = person(**options).new_page()
    page.goto(f"{running.portal}/evergreen/sign-in")
    tab_to(page, "login")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type("green-lawn-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/evergreen")
    return page


def tab_to(page: Page, what: str) -> None:
    """Press Tab until there: an id, or words of a link or button."""
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count() and (here.get_attribute("id") == what or re.search(what, here.inner_text())):
            return
    raise AssertionError(f"Tab never came to {what!r} on {page.url}")


@pytest.mark.parametrize("width", [390, 1280])
def test_tab_reaches_everything_in_its_order_and_goes_on(running: Running, person: Person, width: int) -> None:
    page = come_in(person, running, "office@sunrise-elc.example", viewport={"width": width, "height": 844})
    for path in PAGES:
        page.goto(f"{running.portal}/evergreen{path}")
        stops = page.evaluate(STOPS)
        assert len(stops) > 5
        for number, stop in enumerate(stops):
            page.keyboard.press("Tab")
            assert page.evaluate(HERE) == {"stop": str(number), "rings": True, "seen": True}, (path, stop)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.stop") in (None, "0"), f"{path} holds on to the focus"


def test_the_skip_link_leads_past_the_menu(running: Running, person: Person) -> None:
    page = come_in(person, running, "office@sunrise-elc.example")
    page.goto(f"{running.portal}/evergreen/invoices")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_an_invoice_is_paid(running: Running, person: Person) -> None:
    page = come_in(person, running, "accounts@ridgeline.example")
    tab_to(page, "^Invoices$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invoices")
    tab_to(page, r"Invoice \d+")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invoices/*")
    tab_to(page, r"^Pay \$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay")
    tab_to(page, r"^Pay \$")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("/payments/|/checkout/|/pay/c/"))
    if "/payments/" not in page.url:
        tab_to(page, "4242")
        page.keyboard.press("Enter")
        page.wait_for_url("**/payments/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
