"""The widget for everybody: by keyboard, by screen reader, on a phone, large, dark, without motion, in forced colours,
and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.test_accessibility import violations
from tests.e2e.websites import Website, visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Person = Callable[..., "BrowserContext"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
# What the tab says where all three doors are.
TAB = "Book, contact & account"
FOCUSED = """() => {
  let one = document.activeElement;
  while (one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
  return one.getAttribute('aria-label') || one.id || one.textContent;
}"""


@pytest.fixture(scope="module")
def site(running: Running) -> Iterator[Website]:
    website = Website(running)
    yield website
    website.stop()


@pytest.fixture(scope="module")
def page(site: Website) -> str:
    """A page of paragraphs, longer than any screen, that has a dark side."""
    text = "<p>We clean pools, and open them in spring.</p>" * 60
    return site.page(
        f'<button id="before">Prices</button>{text}', head='<meta name="color-scheme" content="light dark">'
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_any_state(page: str, person: Person, scheme: str, viewport: dict[str, int]) -> None:
    visitor = visit(person(viewport=viewport, color_scheme=scheme, reduced_motion="reduce"), page)
    visitor.answer_messages((429, {"detail": "That was a lot of messages."}), 201)
    found = {"tab": violations(visitor.page)}
    visitor.opens()
    found["doors"] = violations(visitor.page)
    visitor.button("Contact us").click()
    found["form"] = violations(visitor.page)
    visitor.sends()
    expect(visitor.dialog.get_by_role("alert")).to_contain_text("Please check this")
    found["errors"] = violations(visitor.page)
    visitor.writes()
    visitor.sends()
    expect(visitor.dialog.get_by_role("alert")).to_contain_text("a lot of messages")
    found["failed"] = violations(visitor.page)
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    found["sent"] = violations(visitor.page)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def test_by_keyboard_alone(page: str, person: Person) -> None:
    visitor = visit(person(viewport=DESK), page)
    visitor.answer_messages(201)
    press = visitor.page.keyboard.press
    focused = lambda: visitor.page.evaluate(FOCUSED)  # noqa: E731

    visitor.page.locator("#before").focus()
    press("Tab")
    assert focused() == TAB
    press("Enter")
    expect(visitor.heading).to_be_focused()

    # Round and round, both ways.
    stops = ["Close", "My accountSee and pay your invoices", "Contact usAsk us anything, or ask us to come",
             "Book onlineChoose a time that suits you", "(303) 555-0142", "hello@evergreen.example"]  # fmt: skip
    for stop in (*stops, stops[0]):
        press("Tab")
        assert focused() == stop
    for stop in reversed(stops):
        press("Shift+Tab")
        assert focused() == stop
    for stop in (*reversed(stops[3:]), stops[2]):
        press("Shift+Tab")
        assert focused() == stop
    press("Enter")
    expect(visitor.heading).to_have_text("Contact us")
    expect(visitor.heading).to_be_focused()

    # Enter in a field sends; what is missing is said, and leads to its field.
    press("Tab")
    press("Tab")
    assert focused() == "name"
    press("Enter")
    expect(visitor.dialog.get_by_role("alert")).to_be_focused()
    press("Tab")
    assert focused() == "Tell us your name."
    press("Enter")
    expect(visitor.field("Your name")).to_be_focused()
    expect(visitor.field("Your name")).to_have_accessible_description("Tell us your name.")
    for typed in ("Rosa Marin", "rosa@example.net", "", "Wasps under our eaves."):
        visitor.page.keyboard.type(typed)
        press("Tab")
    assert focused() == "service"

    # Closed and opened again it is as it was left, and who opened it has the focus.
    press("Escape")
    expect(visitor.dialog).to_have_count(0)
    assert focused() == TAB
    press("Space")
    expect(visitor.field("Your name")).to_have_value("Rosa Marin")
    visitor.field("When would suit you?").focus()
    press("Tab")
    assert focused() == "Send message"
    press("Tab")
    assert focused() == "Back"
    press("Shift+Tab")
    press("Space")
    expect(visitor.heading).to_have_text("We have your message")
    expect(visitor.heading).to_be_focused()
    for stop in ("Close", "(303) 555-0142", "Write another message"):
        press("Tab")
        assert focused() == stop
    press("Enter")
    # The next one is about something else; who wrote it is still the same.
    expect(visitor.field("Your message")).to_have_value("")
    expect(visitor.field("Your name")).to_have_value("Rosa Marin")


def test_the_page_s_shortcuts_leave_what_is_typed_alone(site: Website, person: Person) -> None:
    shortcuts = "<script>window.keys = []; addEventListener('keydown', (event) => keys.push(event.key));</script>"
    visitor = visit(person(viewport=DESK), site.page(head=shortcuts))
    visitor.opens_form()
    visitor.field("Your name").press_sequentially("s/k")
    assert visitor.page.evaluate("keys") == []


def test_its_words_and_roles_are_said(page: str, person: Person) -> None:
    visitor = visit(person(viewport=DESK), page)
    expect(visitor.page.get_by_role("complementary", name=TAB)).to_have_count(1)
    expect(visitor.tab).to_have_attribute("aria-haspopup", "dialog")
    visitor.opens_form()
    expect(visitor.page.get_by_role("dialog", name="Contact us")).to_have_attribute("aria-modal", "true")
    expect(visitor.dialog.get_by_role("group", name="How can we answer you?")).to_have_count(1)
    wanted = {
        "Your name": ("name", "text", "text"), "E-mail address": ("email", "email", "email"),
        "Phone number": ("tel", "tel", "tel"),
    }  # fmt: skip
    for label, (autocomplete, inputmode, kind) in wanted.items():
        one = visitor.field(label)
        assert one.evaluate("(one) => [one.autocomplete, one.getAttribute('inputmode'), one.type]") == [
            autocomplete, inputmode, kind,
        ]  # fmt: skip
    for label in ("Your name", "Your message"):
        assert visitor.field(label).evaluate("(one) => one.required")
    expect(visitor.dialog.get_by_text("(optional)")).to_have_count(2)
    trap = visitor.dialog.locator("#homepage")
    assert trap.evaluate("(one) => [one.tabIndex, one.autocomplete]") == [-1, "off"]
    expect(visitor.dialog.locator("[aria-hidden=true] #homepage")).to_have_count(1)
    assert trap.evaluate("(one) => one.closest('.hush').getBoundingClientRect().width") == 1


def test_on_a_desk_it_hangs_beside_its_tab_and_all_of_the_form_is_seen(page: str, person: Person) -> None:
    visitor = visit(person(viewport=DESK, reduced_motion="reduce"), page)

    def beside() -> bool:
        tab, dialog = (one.bounding_box() or {} for one in (visitor.tab, visitor.dialog))
        middle = tab["y"] + tab["height"] / 2
        return abs(dialog["y"] + dialog["height"] / 2 - middle) < 1 and dialog["x"] + dialog["width"] <= tab["x"]

    visitor.answer_messages(201)
    visitor.opens()
    assert beside()
    visitor.button("Contact us").click()
    assert visitor.dialog.locator(".body").evaluate("(one) => one.scrollHeight <= one.clientHeight") and beside()
    visitor.writes()
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    assert beside()
    expect(visitor.dialog.get_by_text("Is it urgent? Call us:")).to_contain_text("(303) 555-0142")


def test_on_a_phone_it_is_a_sheet_from_below(page: str, person: Person) -> None:
    visitor = visit(person(viewport=PHONE, has_touch=True, reduced_motion="reduce"), page)
    tab = visitor.tab.bounding_box() or {}
    assert tab["width"] <= 36 and tab["x"] + tab["width"] == 390
    # Small to see, large to hit.
    hit = visitor.page.evaluate("([x, y]) => document.elementFromPoint(x, y).localName", [390 - 43, tab["y"] + 20])
    assert hit == "porchlight-widget" and tab["height"] >= 44
    visitor.opens()
    sheet = visitor.dialog.bounding_box() or {}
    assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, 390, 844)
    assert visitor.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    visitor.button("Contact us").click()
    visitor.page.set_viewport_size({"width": 390, "height": 420})
    # The sheet hears of it by an event, when the page has its new size already.
    for _ in range(100):
        sheet = visitor.dialog.bounding_box() or {}
        if sheet["y"] >= 16:
            break
        visitor.page.wait_for_timeout(50)
    assert sheet["y"] >= 16 and sheet["y"] + sheet["height"] == 420
    visitor.button("Send message").scroll_into_view_if_needed()
    expect(visitor.button("Close")).to_be_in_viewport()
    # Beside it is out of it.
    visitor.page.mouse.click(200, 5)
    expect(visitor.dialog).to_have_count(0)
    visitor.page.wait_for_function("document.documentElement.style.overflow === ''")


def test_it_keeps_above_the_keyboard_of_a_phone(page: str, person: Person) -> None:
    """A keyboard makes the visual viewport smaller, and the page no smaller. No browser here has one, so we play it."""
    context = person(viewport=PHONE, reduced_motion="reduce")
    context.add_init_script(
        """const real = visualViewport; let height = 844;
        const mine = Object.assign(new EventTarget(), { offsetTop: 0, scale: 1 });
        Object.defineProperty(mine, 'height', { get: () => height });
        Object.defineProperty(window, 'visualViewport', { value: mine });
        window.type = (to) => { height = to; mine.dispatchEvent(new Event('resize')); };"""
    )
    visitor = visit(context, page)
    visitor.opens_form()
    visitor.field("When would suit you?").focus()
    visitor.page.evaluate("type(500)")
    expect(visitor.field("When would suit you?")).to_be_in_viewport()
    sheet = visitor.dialog.bounding_box() or {}
    assert sheet["y"] + sheet["height"] == 500 and sheet["y"] >= 16
    visitor.page.evaluate("type(844)")
    sheet = visitor.dialog.bounding_box() or {}
    assert sheet["y"] + sheet["height"] == 844


@pytest.mark.parametrize("width, height", [(320, 568), (640, 360), (700, 300)])
def test_small_screens_and_large_print_lose_nothing(page: str, person: Person, width: int, height: int) -> None:
    """320 pixels, and 1280 x 720 at 200 %."""
    visitor = visit(person(viewport={"width": width, "height": height}, reduced_motion="reduce"), page)
    visitor.opens_form()
    box = visitor.dialog.bounding_box() or {}
    assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    assert visitor.dialog.locator(".body").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    visitor.button("Send message").scroll_into_view_if_needed()
    expect(visitor.button("Send message")).to_be_in_viewport()
    expect(visitor.button("Close")).to_be_in_viewport()
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_click_beside_it_closes_it_and_selecting_text_does_not(page: str, person: Person) -> None:
    visitor = visit(person(viewport=DESK), page)
    visitor.opens_form()
    visitor.field("Your name").fill("Rosa")
    box = visitor.field("Your name").bounding_box() or {}
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 50, box["y"] + 20)
    mouse.down()
    mouse.move(200, 300)
    mouse.up()
    expect(visitor.dialog).to_have_count(1)
    mouse.click(200, 300)
    expect(visitor.dialog).to_have_count(0)


def test_nothing_moves_for_who_wants_no_motion(page: str, person: Person) -> None:
    for wanted, moving in (("reduce", "none"), ("no-preference", "in")):
        visitor = visit(person(viewport=DESK, reduced_motion=wanted), page)
        visitor.opens()
        assert visitor.dialog.evaluate("(one) => getComputedStyle(one).animationName") == moving


def test_it_is_dark_where_the_page_is_dark(site: Website, page: str, person: Person) -> None:
    """Not where only the system is, and the page is light all the same."""
    grounds = []
    for url, scheme in ((page, "light"), (page, "dark"), (site.page(), "dark")):
        visitor = visit(person(viewport=DESK, color_scheme=scheme), url)
        visitor.opens()
        grounds.append(visitor.dialog.evaluate("(one) => getComputedStyle(one).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(33, 31, 28)", "rgb(255, 255, 255)"]


def test_it_has_edges_in_forced_colours_and_is_not_printed(page: str, person: Person) -> None:
    visitor = visit(person(viewport=DESK, forced_colors="active"), page)
    border = (
        "(one) => [getComputedStyle(one).borderTopStyle, getComputedStyle(one).borderTopColor !== 'rgba(0, 0, 0, 0)']"
    )
    assert visitor.tab.evaluate(border) == ["solid", True]
    visitor.opens_form()
    assert visitor.button("Send message").evaluate(border) == ["solid", True]
    visitor.page.emulate_media(media="print")
    assert visitor.page.locator("porchlight-widget").evaluate("(one) => getComputedStyle(one).display") == "none"
