"""axe finds nothing, on any page, in any light; and no page is wider than a phone. What it saw in the light goes to the
Nu HTML checker at the end of the run (`markup` in conftest.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import axe_core_python
import pytest

from chalicelib.web import assets
from sandbox.stylebook import samples
from tests.e2e.conftest import Running, note_markup

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
OPEN = ("/evergreen/sign-in", "/evergreen/password/forgotten", "/evergreen/signed-out", "/nowhere",
        "/evergreen/link/unknown", "/evergreen/accounts")  # fmt: skip
SIGNED_IN = ("/evergreen", "/evergreen/balance", "/evergreen/invoices", "/evergreen/invoices?filter=all",
             "/evergreen/payments", "/evergreen/estimates", "/evergreen/documents", "/evergreen/visits",
             "/evergreen/review")  # fmt: skip


# What a page is made of is the same in the dark, at the same width; its colours are not.
OF_COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page) -> list[str]:
    """All of axe's rules in the light; in the dark those that are about colours."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    if not dark:
        note_markup(page)
    options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": OF_COLOURS}} if dark else {})}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def check(page: Page, url: str) -> None:
    page.goto(url)
    assert violations(page) == [], url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{url} is too wide"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(running: Running, person: Callable[..., BrowserContext], scheme: str, width: int) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    context = person(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in OPEN:
        check(page, running.portal + path)
    page.goto(f"{running.portal}/evergreen/sign-in")
    # Somebody whom no journey pays for: there is an invoice to pay, whichever test comes first.
    page.get_by_label("E-mail or user name").fill("office@sunrise-elc.example")
    page.get_by_label("Password", exact=True).fill("green-lawn-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")
    for path in SIGNED_IN:
        check(page, running.portal + path)
    page.goto(f"{running.portal}/evergreen/invoices")
    invoice = page.locator("main a[href*='/invoices/']").first.get_attribute("href") or ""
    origin = running.portal
    check(page, origin + invoice)
    check(page, f"{origin}{invoice}/pay")
    for kind in ("estimates", "documents", "visits"):
        page.goto(f"{origin}/evergreen/{kind}")
        check(page, origin + (page.locator(f"main a[href*='/{kind}/']").first.get_attribute("href") or ""))


DESK = ("/", "/?show=mail", "/?show=texts", "/?show=events", "/?show=charges", "/?show=runs", "/style")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_at_the_desk(
    running: Running, person: Callable[..., BrowserContext], scheme: str, width: int
) -> None:
    page = person(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True).new_page()
    for path in DESK:
        check(page, running.desk + path)
        # What is listed there, opened: a mail, a text, an event, a charge, a run.
        if path.startswith("/?") and (rows := page.locator("a.row")).count():
            check(page, running.desk + (rows.first.get_attribute("href") or ""))


# What is too wide for the page or for its box, and so can't be read; what is there for ears only lies outside of both.
# A box of one line that people type into scrolls by itself.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  if (one.closest(".hush, .skip, svg, input")) return false;
  const box = one.getBoundingClientRect();
  const cuts = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth;
  return cuts || (box.width && (box.right > innerWidth + .5 || box.left < -.5));
}).map((one) => `${one.localName}.${one.className}`)"""


# A figure that is broken over two lines reads as another one; an empty card as something that failed.
BROKEN = r"""() => {
  const found = [...document.querySelectorAll(".card")].filter((one) => !one.innerText.trim()).map(() => "empty card");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const sum of texts.currentNode.data.matchAll(/[-−]?\$[\d,.]*\d|\d[\d.,]*\s?[$€]/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, sum.index);
    range.setEnd(texts.currentNode, sum.index + sum[0].length);
    if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) found.push(sum[0]);
  }
  return found;
}"""


def test_nothing_is_cut_off_on_a_phone(person: Callable[..., BrowserContext]) -> None:
    """On any sample, also of those with words that have no blanks: what it costs, and what is agreed to, is seen."""
    sheet = (Path(assets.STATIC) / "portal.css").read_text("utf-8")
    page = person().new_page()
    found = {}
    for name, html in samples().items():
        if name.startswith(("mail-", "texts")):
            continue
        page.set_content(re.sub(r"<link[^>]*portal[^>]*>", f"<style>{sheet}</style>", html))
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            if wrong := ["the page"] * wide + page.evaluate(CUT_OFF) + page.evaluate(BROKEN):
                found[name, width] = wrong[:3]
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_sample(person: Callable[..., BrowserContext], scheme: str) -> None:
    """Every page and state that the stylebook knows, in both languages: errors, empty ones, receipts, refusals."""
    sheet = (Path(assets.STATIC) / "portal.css").read_text("utf-8")
    page = person(viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True).new_page()
    found = {}
    for name, html in samples().items():
        if name.startswith("mail-"):
            continue
        page.set_content(re.sub(r"<link[^>]*portal[^>]*>", f"<style>{sheet}</style>", html))
        if wrong := violations(page):
            found[name] = wrong
    assert found == {}
