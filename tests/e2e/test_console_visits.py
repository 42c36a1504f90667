"""Visits in the console, walked as staff does: planned, on the way, done, with what was used and photos of it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, sign_in, sure
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_customers import overflowing
from tests.e2e.test_console_documents import file
from tests.e2e.test_console_estimates import dialog, heading, main, press, somebody

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

DENVER = ZoneInfo("America/Denver")


def picture(width: int = 40, height: int = 30) -> bytes:
    """A green PNG."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compress((b"\0" + b"\x2f\x6b\x3a" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def day(ahead: int) -> str:
    return (datetime.now(DENVER) + timedelta(days=ahead)).date().isoformat()


def planned(page: Page, running: Running, customer: str, title: str, ahead: int = 1, technician: str = "") -> str:
    """A visit so many days ahead, from 9 to 11, whose page is open; its address in the console."""
    go(page, running, f"/customers/{customer}/visits/new", "New visit")
    page.get_by_label("What it is").fill(title)
    page.get_by_label("Day", exact=True).fill(day(ahead))
    page.get_by_label("Arrival from").fill("09:00")
    page.get_by_label("Until (optional)").fill("11:00")
    page.get_by_label("Technician").fill(technician)
    press(page, "Plan this visit")
    expect(heading(page)).to_have_text(title)
    return page.url.partition("#")[2]


def done(page: Page) -> None:
    """Mark the visit whose page is open as complete."""
    press(page, "Complete")
    sure(page, "Yes, it is done")
    expect(page.locator(".pagehead .pill")).to_have_text("Complete")


def pressed(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True, pressed=True)


def test_a_visit_is_planned_goes_on_the_way_and_is_done(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Gus Hale", email="gus@example.com")
    expect(main(page)).to_contain_text("No visits yet")
    page.get_by_role("link", name="New visit").click()
    press(page, "Plan this visit")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    page.get_by_label("What it is").fill("Wasp nest")
    page.get_by_label("Arrival from").fill("23:00")
    page.get_by_label("Until (optional)").fill("22:00")
    press(page, "Plan this visit")
    expect(page.get_by_role("alert")).to_contain_text("This is before the arrival begins.")
    page.get_by_label("Until (optional)").fill("23:30")
    page.get_by_label("Technician").fill("Marco Ruiz")
    press(page, "Plan this visit")
    expect(heading(page)).to_have_text("Wasp nest")
    expect(main(page)).to_contain_text("Today, ")
    expect(main(page)).to_contain_text(re.compile("11:00 . 11:30 PM"))

    press(page, "On the way")
    expect(pressed(page, "On the way")).to_be_visible()
    expect(page.locator(".pagehead .pill")).to_have_text("On the way")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("The work").fill("Took the nest down.\nSealed the gap.")
    press(page, "Add a product")
    press(page, "Save changes")
    expect(page.get_by_role("alert")).to_contain_text("Name the product, or remove it.")
    page.get_by_label("Product", exact=True).fill("Demand CS")
    page.get_by_label("Amount (optional)").fill("2 oz")
    page.get_by_label("Note (optional)").fill("EPA 100-1066")
    page.get_by_label("Notes for the customer").fill("Keep pets inside until it is dry.")
    press(page, "Save changes")
    expect(heading(page)).to_have_text("Wasp nest")
    expect(page.get_by_role("row", name=re.compile("Demand CS.*2 oz"))).to_be_visible()

    press(page, "Complete")
    expect(dialog(page)).to_contain_text("Gus Hale gets a message")
    press(dialog(page), "Cancel")
    expect(pressed(page, "On the way")).to_be_visible()
    done(page)
    desk.mail(person(), running, "visit", to="gus@example.com")
    go(page, running, f"/customers/{customer}", "Gus Hale")
    row = page.get_by_role("region", name="Visits").get_by_role("link", name="Wasp nest")
    expect(row).to_contain_text("Complete")
    expect(row).to_contain_text("Marco Ruiz")


def test_what_is_cancelled_can_only_be_planned_anew(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Hal Reed", email="hal@example.com")
    planned(page, running, customer, "Fence line")
    press(page, "Canceled")
    expect(pressed(page, "Canceled")).to_be_visible()
    for name in ("On the way", "Complete"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    press(page, "Scheduled")
    expect(pressed(page, "Scheduled")).to_be_visible()
    expect(page.get_by_role("button", name="Complete", exact=True)).to_be_enabled()


def test_times_are_those_of_the_company_wherever_the_browser_is(running: Running, person: Person) -> None:
    page = sign_in(person, running, timezone_id="Asia/Tokyo")
    customer = somebody(page, running, "Ivy Stone", email="ivy@example.com")
    go(page, running, f"/customers/{customer}/visits/new", "New visit")
    page.get_by_label("What it is").fill("Before sunrise")
    page.get_by_label("Day", exact=True).fill("2030-03-10")
    page.get_by_label("Arrival from").fill("02:30")
    press(page, "Plan this visit")
    # Clocks in Denver are put forward from two to three on that day.
    expect(page.get_by_role("alert")).to_contain_text("There is no 02:30 on this day")
    page.get_by_label("Arrival from").fill("03:30")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/visits")) as sent:
        press(page, "Plan this visit")
    assert sent.value.post_data_json["starts_at"] == "2030-03-10T03:30:00-06:00"
    expect(heading(page)).to_have_text("Before sunrise")
    expect(main(page)).to_contain_text("Sunday, March 10, 2030")
    expect(main(page)).to_contain_text("3:30 AM")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Day", exact=True)).to_have_value("2030-03-10")
    expect(page.get_by_label("Arrival from")).to_have_value("03:30")
    expect(page.get_by_label("Until (optional)")).to_have_value("")


def test_what_an_edit_does_not_touch_stays_as_it_is(running: Running, person: Person) -> None:
    """In the hour that there is twice, and over midnight, as other software may have written it."""
    page = sign_in(person, running)
    customer = somebody(page, running, "Jon Vale", email="jon@example.com")
    planned(page, running, customer, "Night watch")
    bearer: list[str] = []
    page.on("request", lambda one: bearer.append(one.headers["authorization"]) if "/api/v1/visits" in one.url else None)
    page.reload()
    expect(heading(page)).to_have_text("Night watch")
    place = page.url.partition("#")[2]
    visit = f"{running.portal}/api/v1{place}"
    as_sent = {
        "customer": customer, "title": "Night watch", "starts_at": "2030-11-03T01:30:00-07:00",
        "ends_at": "2030-11-04T00:30:00-07:00", "products": [{"name": "Bait"}], "work": "One\ntwo",
    }  # fmt: skip
    assert page.request.put(visit, headers={"Authorization": bearer[-1]}, data=as_sent).ok
    go(page, running, f"{place}/edit", "Edit")
    expect(page.get_by_label("Until the day")).to_have_value("2030-11-04")
    page.get_by_label("Technician").fill("Ana Castillo")
    press(page, "Save changes")
    expect(heading(page)).to_have_text("Night watch")
    kept = page.request.get(visit, headers={"Authorization": bearer[-1]}).json()
    assert kept["technician"] == "Ana Castillo"
    for name in ("starts_at", "ends_at"):
        assert datetime.fromisoformat(kept[name]) == datetime.fromisoformat(as_sent[name])
    assert (kept["work"], kept["products"][0]["name"]) == ("One\ntwo", "Bait")


def test_photos_are_added_with_words_refused_and_removed(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Kit Marsh", email="kit@example.com")
    planned(page, running, customer, "Deck")
    expect(main(page)).to_contain_text("No photos yet")
    lie = file("lie.jpg", "image/jpeg", b"<svg onload='alert(1)'>")
    page.locator("input[type=file]").set_input_files(
        [file("before.png", "image/png", picture()), lie, file("after.png", "image/png", picture())]
    )
    page.get_by_label("Words below before.png").fill("Before: the north side")
    press(page, "Add these 3 photos")
    expect(page.get_by_role("alert")).to_contain_text("lie.jpg: This is no PNG, JPEG or WebP picture")
    expect(page.get_by_label("Words below lie.jpg")).to_have_attribute("aria-invalid", "true")
    photos = page.locator(".gallery figure")
    expect(photos).to_have_count(2)
    expect(photos.first.get_by_role("img", name="Before: the north side")).to_be_visible()
    # Asked again and again by Playwright itself: the page's own policy lets no script make one of words.
    for shown in photos.get_by_role("img").all():
        expect(shown).to_have_js_property("complete", True)
        assert shown.evaluate("one => one.naturalWidth") > 0
    with page.expect_popup() as big:
        photos.first.get_by_role("link").click()
    big.value.wait_for_url(re.compile(rf"^http://localhost:{running.ports.files}/.*\.jpg"))
    page.get_by_role("button", name="Don’t add it lie.jpg").click()
    expect(page.get_by_role("button", name="Add photos")).to_be_focused()

    page.get_by_role("button", name="Remove Before: the north side").click()
    sure(page, "Remove it")
    expect(photos).to_have_count(1)
    page.reload()
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    go(page, running, "/visits", "Visits")
    expect(page.locator(".results .row").filter(has_text="Kit Marsh")).to_contain_text("1 photo")


def test_visits_stand_by_day_and_are_found_again(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Lou Page", email="lou@example.com")
    for title, ahead in (("Far away", 400), ("Very far away", 401), ("Long ago", -400)):
        planned(page, running, customer, title, ahead)
    go(page, running, f"/visits?customer={customer}", "Visits of Lou Page")
    rows = page.locator(".results .row .what")
    expect(rows).to_have_text(["Far away", "Very far away"])
    expect(page.locator(".dated")).to_have_count(2)
    page.get_by_role("link", name="Before today").click()
    expect(rows).to_have_text(["Long ago"])
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("How far").select_option(label="Complete")
    expect(main(page)).to_contain_text("Nothing fits these filters")
    page.reload()
    expect(page.get_by_text("Filters (1)")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(rows).to_have_text(["Long ago"])
    page.get_by_label("From").fill(day(-399))
    expect(main(page)).to_contain_text("Nothing fits these filters")
    page.get_by_label("Until").fill(day(-401))
    expect(page.get_by_text("This day is before the first one.")).to_be_visible()


def test_who_may_only_look_sees_and_changes_nothing(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "May Lark", email="may@example.com")
    place = planned(page, running, customer, "To be looked at")
    looking = sign_in(person, running, READER, place)
    expect(heading(looking)).to_have_text("To be looked at")
    expect(main(looking)).to_contain_text("May Lark")
    for name in ("Edit", "Add photos", "Complete"):
        expect(main(looking).get_by_text(name, exact=True)).to_have_count(0)
    for form in ("/visits/new", f"{place}/edit", f"/customers/{customer}/visits/new"):
        go(looking, running, form, "For reading only")
    go(looking, running, "/visits", "Visits")
    expect(looking.get_by_role("link", name="New visit")).to_have_count(0)


def test_the_keyboard_is_enough(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Ned Frost", email="ned@example.com")
    planned(page, running, customer, "By hand")
    keys = page.keyboard
    page.get_by_role("button", name="Scheduled", exact=True).focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(pressed(page, "On the way")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(dialog(page)).to_be_visible()
    keys.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Complete", exact=True)).to_be_focused()
    expect(pressed(page, "On the way")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(running: Running, person: Person, width: int, scheme: Any) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a dialog's backdrop and a toast come slowly
        assert violations(page) == [], what
        # What is typed may be longer than its field, and the tabs reach out to the edge by design.
        assert set(overflowing(page)) <= {"NAV.", "INPUT."}, what

    customer = somebody(page, running, f"Oda Winter {width} {scheme}", email=f"oda{width}{scheme}@example.com")
    place = planned(page, running, customer, f"A visit {'with a long name ' * 5}".strip(), technician="Marco Ruiz")
    page.locator("input[type=file]").set_input_files([file("before.png", "image/png", picture())])
    check("a photo that waits")
    press(page, "Add this photo")
    expect(page.locator(".gallery figure")).to_have_count(1)
    check("a visit with a photo")
    press(page, "Complete")
    check("asking whether it is done")
    press(dialog(page), "Cancel")
    for path, title in (
        ("/visits", "Visits"), (f"{place}/edit", "Edit"), ("/visits?view=past&status=cancelled", "Visits"),
        (f"/customers/{customer}", "Oda Winter"),
    ):  # fmt: skip
        go(page, running, path, title)
        check(path)
    go(page, running, "/visits/new", "New visit")
    page.get_by_text("What was done", exact=True).click()
    press(page, "Add a product")
    press(page, "Plan this visit")
    expect(page.get_by_role("alert")).to_be_visible()
    check("a form with errors")
