"""The calendar in the console, walked as staff does: requests answered, visits booked on somebody's behalf, moved and
canceled, time blocked; by day and by week, where the clock is changed, by keyboard, and for who may only look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, sign_in, sure
from tests.e2e.office import Office
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_customers import overflowing
from tests.e2e.test_console_estimates import dialog, heading, main, press

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

DENVER = ZoneInfo("America/Denver")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAWN, PEST = "lawn-mowing", "pest-inspection"
CREWS = 2


@pytest.fixture(scope="module")
def office(running: Running) -> Iterator[Office]:
    """Evergreen takes bookings each day from eight to five, two at once."""
    evergreen = Office(running)
    before = evergreen.ask("GET", "/booking-settings")
    evergreen.offer_online(
        on=True, crews=CREWS, window=0, notice=2, step=30, horizon=60, special=[], area={"rule": "any", "codes": []},
        hours={day: [{"opens": "08:00", "closes": "17:00"}] for day in WEEK},
        services=[
            {"id": LAWN, "name": "Lawn mowing", "minutes": 60, "after": 30, "price": {"kind": "from", "amount": 4500},
             "questions": [{"id": "size", "label": "How big is your lawn?"}]},
            {"id": PEST, "name": "Pest inspection", "minutes": 30, "price": {"kind": "estimate"}},
        ],
    )  # fmt: skip
    yield evergreen
    evergreen.offer_online(**before)


# The demo has weeks of its own in the calendar; beyond them nothing is booked but by these tests.
BEYOND = 16


def day(ahead: int) -> date:
    return (datetime.now(DENVER) + timedelta(days=BEYOND + ahead)).date()


def at(on: date, hour: int, minute: int = 0, fold: int = 0) -> str:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=DENVER, fold=fold).isoformat()


def asked_for(office: Office, name: str, starts_at: str, service: str = PEST, **odd: Any) -> str:
    """A request of somebody who is no customer; its id."""
    who = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
    body = {"service": service, "starts_at": starts_at, "who": who, "confirmed": False, "tell": False, **odd}
    return str(office.ask("POST", "/bookings", body)["id"])


def booked(office: Office, name: str, starts_at: str, service: str = PEST, **odd: Any) -> str:
    return asked_for(office, name, starts_at, service, confirmed=True, **odd)


def standing(page: Page) -> Locator:
    return page.locator(".pagehead .pill")


def card(page: Page, name: str) -> Locator:
    return page.locator(".request").filter(has_text=name)


def entries(page: Page) -> Locator:
    return page.locator(".entries > li")


def of_day(on: date, view: str = "day") -> str:
    return f"/calendar?view={view}&day={on}"


def test_a_request_is_confirmed_where_it_is_read(running: Running, person: Person, office: Office) -> None:
    on = day(10)
    asked_for(office, "Ada Brook", at(on, 9), notes="The dog is friendly.")
    asked_for(office, "Ben Cole", at(on, 9, 30))
    page = sign_in(person, running)
    go(page, running, "/calendar/requests", "Calendar")
    waiting = page.get_by_role("navigation", name="Console").get_by_role("link", name=re.compile("to answer"))
    before = int(re.sub(r"\D", "", waiting.inner_text()))
    ada = card(page, "Ada Brook")
    expect(ada).to_contain_text("9:00")
    expect(ada).to_contain_text("The dog is friendly.")
    expect(ada).to_contain_text("Not among your customers")
    press(ada, "Confirm")
    page.get_by_label("Words to them").fill("Please keep the gate open.")
    sure(page, "Confirm it")
    expect(ada).to_contain_text("Confirmed")
    expect(ada.get_by_role("paragraph")).to_be_focused()
    expect(ada.get_by_role("button")).to_have_count(0)
    expect(card(page, "Ben Cole").get_by_role("button", name="Confirm")).to_be_visible()
    expect(waiting).to_contain_text(str(before - 1))
    ada.get_by_role("link", name="Pest inspection").click()
    expect(heading(page)).to_have_text("Pest inspection")
    expect(standing(page)).to_have_text("Confirmed")
    expect(main(page)).to_contain_text("Please keep the gate open.")


def test_another_time_is_proposed_and_nothing_typed_is_lost_if_it_is_taken(
    running: Running, person: Person, office: Office
) -> None:
    on = day(11)
    booking = asked_for(office, "Cleo Dunn", at(on, 9))
    page = sign_in(person, running)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    page.get_by_role("link", name="Propose another time").click()
    expect(heading(page)).to_have_text("Propose another time")
    press(page, "Propose this time")
    expect(page.get_by_role("alert")).to_contain_text("Choose a time.")
    page.get_by_role("radio", name="10:00 AM", exact=True).check()
    page.get_by_label("Words to them").fill("We are in your street then.")
    for other in range(CREWS):
        booked(office, f"Faster {other}", at(on, 10))
    press(page, "Propose this time")
    expect(page.get_by_role("alert")).to_contain_text("taken")
    expect(page.get_by_label("Words to them")).to_have_value("We are in your street then.")
    expect(page.get_by_role("radio", name="10:00 AM", exact=True)).to_have_count(0)
    page.get_by_role("radio", name="10:30 AM", exact=True).check()
    press(page, "Propose this time")
    expect(heading(page)).to_have_text("Pest inspection")
    expect(standing(page)).to_have_text("Another time proposed")
    expect(main(page)).to_contain_text("We are in your street then.")
    expect(page.locator(".sheet")).to_contain_text("10:30")
    # It is listed until they answer.
    go(page, running, "/calendar/requests", "Calendar")
    theirs = page.get_by_role("region", name="Waiting for them")
    expect(theirs).to_contain_text("Cleo Dunn")
    # The time that it has is none to choose.
    go(page, running, f"/bookings/{booking}/proposal/new", "Propose another time")
    expect(page.get_by_text("It has 10:30 AM now.")).to_be_visible()
    expect(page.get_by_role("radio", name="10:30 AM", exact=True)).to_have_count(0)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    # They agree on the phone.
    press(page, "They agreed: confirm it")
    sure(page, "Confirm it")
    expect(standing(page)).to_have_text("Confirmed")
    expect(heading(page)).to_be_focused()


def test_a_request_is_declined_with_words(running: Running, person: Person, office: Office) -> None:
    on = day(12)
    booking = asked_for(office, "Dora Eck", at(on, 9))
    page = sign_in(person, running)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    press(page, "Decline")
    expect(dialog(page)).to_contain_text("This can’t be undone.")
    page.get_by_label("Words to them").fill("We are fully booked in your town.")
    sure(page, "Decline it")
    expect(standing(page)).to_have_text("Declined")
    expect(main(page)).to_contain_text("We are fully booked in your town.")
    for name in ("Confirm", "Decline"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    go(page, running, of_day(on), "Calendar")
    expect(main(page)).to_contain_text("Nothing is booked on this day")


def test_what_somebody_else_has_answered_is_shown_as_it_is(running: Running, person: Person, office: Office) -> None:
    booking = asked_for(office, "Eli Ford", at(day(13), 9))
    page = sign_in(person, running)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    press(page, "Confirm")
    office.ask("PUT", f"/bookings/{booking}/status", {"status": "declined", "note": ""})
    press(dialog(page), "Confirm it")
    expect(dialog(page).get_by_role("alert")).to_contain_text("canceled or declined already")
    press(dialog(page), "Cancel")
    expect(standing(page)).to_have_text("Declined")


def test_a_visit_is_booked_for_a_customer_moved_and_canceled(running: Running, person: Person, office: Office) -> None:
    on = day(14)
    customer, _ = office.customer("Flora Gates")
    page = sign_in(person, running)
    go(page, running, of_day(on), "Calendar")
    main(page).get_by_role("link", name="Book a visit").first.click()
    press(page, "Book it")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    page.get_by_label("Customer", exact=True).fill("Flora")
    page.get_by_role("button", name="Flora Gates").click()
    page.get_by_label("How big is your lawn?").fill("About 5,000 sq ft")
    page.get_by_role("radio", name="9:00 AM", exact=True).check()
    expect(page.get_by_role("status").filter(has_text="9:00 AM")).to_be_visible()
    page.get_by_label("Notes (optional)").fill("The gate is open.")
    press(page, "Book it")
    expect(heading(page)).to_have_text("Lawn mowing")
    expect(standing(page)).to_have_text("Confirmed")
    for words in ("About 5,000 sq ft", "The gate is open.", "From $45.00", "By your team", "30 minutes after"):
        expect(main(page)).to_contain_text(words)
    expect(page.get_by_role("link", name="Flora Gates")).to_have_attribute("href", f"#/customers/{customer}")
    expect(page.get_by_role("link", name="Open the visit")).to_be_visible()

    # Outside of the hours, since staff may.
    page.get_by_role("link", name="Move it").click()
    page.get_by_label("Any other time").check()
    page.get_by_label("Begins at").fill("18:00")
    press(page, "Move it")
    expect(page.locator(".sheet")).to_contain_text("6:00")
    expect(main(page)).to_contain_text("Moved")
    page.get_by_role("link", name="Calendar", exact=True).first.click()
    expect(entries(page).filter(has_text="Lawn mowing")).to_contain_text("6:00")
    page.get_by_role("link", name="Lawn mowing").click()
    press(page, "Cancel it")
    expect(dialog(page)).to_contain_text("the visit is canceled with it")
    sure(page, "Cancel this booking")
    expect(standing(page)).to_have_text("Canceled")
    go(page, running, of_day(on), "Calendar")
    expect(entries(page)).to_have_count(0)


def test_a_visit_is_booked_for_somebody_else_who_turns_out_to_be_a_customer(
    running: Running, person: Person, office: Office
) -> None:
    office.customer("Gwen Hart")
    page = sign_in(person, running)
    go(page, running, f"/bookings/new?day={day(15)}", "Book a visit")
    page.get_by_label("Somebody else").check()
    press(page, "Book it")
    expect(page.get_by_role("alert")).to_contain_text("Say who it is for.")
    page.get_by_label("Name", exact=True).fill("Gwen H.")
    page.get_by_label("E-mail (optional)").fill("no address")
    page.get_by_label("Service").select_option(label="Pest inspection · 30 minutes")
    expect(page.get_by_label("How big is your lawn?")).to_be_hidden()
    page.get_by_role("radio", name="11:00 AM", exact=True).check()
    press(page, "Book it")
    expect(page.get_by_label("E-mail (optional)")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("E-mail (optional)").fill("gwen@example.com")
    page.get_by_label("It is agreed").uncheck()
    press(page, "Book it")
    expect(standing(page)).to_have_text("Requested")
    expect(main(page)).to_contain_text("Not among your customers")
    press(page, "Choose the customer it belongs to")
    dialog(page).get_by_label("Customer").fill("Gwen")
    dialog(page).get_by_role("button", name="Gwen Hart").click()
    sure(page, "It is theirs")
    expect(page.get_by_role("link", name="Gwen Hart")).to_be_visible()
    expect(main(page)).to_contain_text("Typed as")


def test_time_is_blocked_what_lies_within_is_named_and_it_is_opened_again(
    running: Running, person: Person, office: Office
) -> None:
    on = day(16)
    booked(office, "Hugo Ivers", at(on, 9))
    page = sign_in(person, running)
    go(page, running, of_day(on), "Calendar")
    page.get_by_role("link", name="Block time").click()
    page.get_by_label("Some hours").check()
    press(page, "Block this time")
    expect(page.get_by_role("alert")).to_contain_text("Say from when.")
    page.get_by_label("From", exact=True).fill("08:00")
    page.get_by_label("Until", exact=True).fill("07:00")
    page.get_by_label("Why").fill("Team day")
    press(page, "Block this time")
    expect(page.get_by_role("alert")).to_contain_text("This is not after the time it begins.")
    page.get_by_label("Until", exact=True).fill("12:00")
    press(page, "Block this time")
    expect(heading(page)).to_have_text("This time is blocked")
    expect(main(page)).to_contain_text("One booking lies within it and stays as it is")
    expect(page.get_by_role("link", name="Pest inspection")).to_contain_text("Hugo Ivers")
    page.get_by_role("link", name="Back to the calendar").click()
    block = page.get_by_role("button", name=re.compile("Team day"))
    expect(block).to_contain_text("8:00")
    expect(block).to_contain_text("All crews")
    block.focus()
    page.keyboard.press("Enter")
    sure(page, "Open it again")
    expect(entries(page)).to_have_count(1)


def test_a_whole_day_that_is_blocked_is_said_and_drawn_as_a_day(
    running: Running, person: Person, office: Office
) -> None:
    on = day(19)
    booked(office, "Nell Orr", at(on, 9))
    page = sign_in(person, running)
    go(page, running, f"/calendar/blocks/new?day={on}", "Block time")
    press(page, "Block this time")
    said = f"on {on:%b} {on.day}, {on.year}, all day"
    expect(main(page)).to_contain_text(f"Nobody can book any more {said}.")
    go(page, running, of_day(on, "week"), "Calendar")
    # The week is as long as the hours: not as the night is.
    expect(page.locator(".hours > span").filter(has_text=re.compile("^(3|11) (AM|PM)$"))).to_have_count(2)
    expect(page.locator(".hours > span").filter(has_text=re.compile("^3 AM|^11 PM"))).to_have_count(0)
    page.get_by_role("button", name=re.compile("All day")).last.click()
    expect(dialog(page)).to_contain_text(f"It is blocked {said}.")
    sure(page, "Open it again")


def test_whole_days_are_blocked_for_one_crew(running: Running, person: Person, office: Office) -> None:
    on = day(17)
    page = sign_in(person, running)
    go(page, running, f"/calendar/blocks/new?day={on}", "Block time")
    page.get_by_label("Last day").fill((on + timedelta(days=1)).isoformat())
    page.get_by_label("Who is away").select_option(label="1 of 2 crews")
    press(page, "Block this time")
    for then in (on, on + timedelta(days=1)):
        go(page, running, of_day(then), "Calendar")
        expect(entries(page)).to_have_count(1)
        expect(entries(page)).to_contain_text("All day")
        expect(entries(page)).to_contain_text("1 crew")


def test_days_and_weeks_are_turned_to_and_the_focus_stays(running: Running, person: Person, office: Office) -> None:
    on = day(20)
    booked(office, "Ida June", at(on, 9))
    booked(office, "Jim Kay", at(on, 9), LAWN)
    page = sign_in(person, running)
    go(page, running, of_day(on), "Calendar")
    # Side by side, since both are at nine.
    left, right = (entries(page).nth(index).bounding_box() for index in (0, 1))
    assert left and right and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"] + 1
    later = page.get_by_role("button", name="Next day")
    later.focus()
    page.keyboard.press("Enter")
    expect(main(page)).to_contain_text("Nothing is booked on this day")
    expect(later).to_be_focused()
    assert page.url.endswith(of_day(on + timedelta(days=1)))
    press(page, "Previous day")
    expect(entries(page)).to_have_count(2)
    press(page, "Today")
    expect(page.locator(".period")).to_contain_text("Today, ")
    page.get_by_label("Go to day").fill(on.isoformat())
    expect(entries(page)).to_have_count(2)

    page.get_by_role("link", name="Week", exact=True).click()
    expect(page.locator(".on-day")).to_have_count(7)
    press(page, "Today")
    expect(page.locator(".is-today")).to_have_count(1)
    page.get_by_label("Go to day").fill(on.isoformat())
    expect(page.locator(".is-today")).to_have_count(0)
    # As weeks begin in the United States.
    expect(page.locator(".on-day h3").first).to_contain_text("Sunday")
    this = page.get_by_role("region", name=re.compile(f"{on:%A}, {on:%B} {on.day}"))
    expect(this.get_by_role("listitem")).to_have_count(2)
    expect(this).to_contain_text("8 AM")
    press(page, "Next week")
    expect(this).to_have_count(0)
    press(page, "Previous week")
    this.get_by_role("heading").get_by_role("link").click()
    expect(page.locator(".period")).to_contain_text(f"{on:%A}, {on:%B} {on.day}")


def test_a_phone_has_lists(running: Running, person: Person, office: Office) -> None:
    on = day(21)
    asked_for(office, "Kim Lane", at(on, 14))
    booked(office, "Lea Moss", at(on, 9))
    page = sign_in(person, running, viewport={"width": 390, "height": 844})
    go(page, running, of_day(on, "week"), "Calendar")
    rows = page.get_by_role("region", name=re.compile(f"{on:%A}, {on:%B} {on.day}")).get_by_role("link")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(re.compile("9:00.*Confirmed.*Lea Moss", re.S))
    expect(rows.nth(2)).to_contain_text(re.compile("2:00.*Requested.*Kim Lane", re.S))
    expect(page.locator(".hours")).to_be_hidden()
    go(page, running, "/calendar", "Calendar")
    expect(page.get_by_role("link", name="Day", exact=True)).to_have_attribute("aria-current", "true")


def test_a_day_is_as_long_as_it_lasts_where_the_clock_is_changed(
    running: Running, person: Person, office: Office
) -> None:
    """In Denver it is put forward on March 14, 2027, from two to three, and back on November 7, from two to one."""
    spring, autumn = date(2027, 3, 14), date(2027, 11, 7)
    booked(office, "Mia Nash", at(spring, 1, 30), LAWN)
    for fold in (0, 1):
        booked(office, f"Ned Oak {fold}", at(autumn, 1, 0, fold))
    page = sign_in(person, running)
    hours = page.locator(".hours > span")
    go(page, running, of_day(spring), "Calendar")
    expect(main(page)).to_contain_text("The clock is put forward on this day")
    expect(hours.filter(has_text=re.compile("^2 AM"))).to_have_count(0)
    expect(hours.filter(has_text=re.compile("^3 AM"))).to_have_count(1)
    expect(entries(page)).to_contain_text("1:30 – 3:30 AM")
    box = entries(page).bounding_box()
    # An hour is 64 pixels.
    assert box and round(box["height"]) == 64
    go(page, running, of_day(autumn), "Calendar")
    expect(main(page)).to_contain_text("The clock is put back on this day")
    expect(hours.filter(has_text=re.compile("^1 AM"))).to_have_text(["1 AM MDT", "1 AM MST"])
    first, second = (entries(page).nth(index).bounding_box() for index in (0, 1))
    assert first and second and round(second["y"] - first["y"]) == 64
    # Side by side with other days there is one clock, and nothing lies over anything else.
    expect(entries(page)).to_contain_text(["1:00 – 1:30 AM MDT", "1:00 – 1:30 AM MST"])
    go(page, running, of_day(autumn, "week"), "Calendar")
    expect(page.locator(".on-day")).to_have_count(7)
    first, second = (entries(page).nth(index).bounding_box() for index in (0, 1))
    assert first and second and first["y"] == second["y"] and first["x"] + first["width"] <= second["x"] + 1


def test_times_are_those_of_the_company_wherever_the_browser_is(
    running: Running, person: Person, office: Office
) -> None:
    on = day(22)
    booked(office, "Ora Pine", at(on, 16))
    page = sign_in(person, running, timezone_id="Asia/Tokyo")
    go(page, running, of_day(on), "Calendar")
    expect(entries(page)).to_contain_text("4:00 – 4:30 PM")
    go(page, running, f"/bookings/new?day={on}", "Book a visit")
    expect(page.get_by_role("radio", name="8:00 AM", exact=True)).to_have_count(1)


def test_who_may_only_look_sees_and_changes_nothing(running: Running, person: Person, office: Office) -> None:
    on = day(23)
    booking = asked_for(office, "Pia Quill", at(on, 9))
    office.ask("POST", "/booking-blocks", {"since": at(on, 12), "until": at(on, 13), "title": "Lunch"})
    page = sign_in(person, running, READER, of_day(on))
    expect(heading(page)).to_have_text("Calendar")
    expect(entries(page)).to_have_count(2)
    expect(main(page).get_by_role("link", name=re.compile("Book a visit|Block time"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Lunch"))).to_have_count(0)
    go(page, running, "/calendar/requests", "Calendar")
    expect(card(page, "Pia Quill")).to_be_visible()
    expect(card(page, "Pia Quill").get_by_role("button")).to_have_count(0)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    expect(main(page)).to_contain_text("Pia Quill")
    for name in ("Confirm", "Decline", "Propose another time", "Choose the customer it belongs to"):
        expect(main(page).get_by_text(name, exact=True)).to_have_count(0)
    for form in (
        "/bookings/new",
        "/calendar/blocks/new",
        f"/bookings/{booking}/time/new",
        f"/bookings/{booking}/proposal/new",
    ):
        go(page, running, form, "For reading only")


def test_the_keyboard_is_enough(running: Running, person: Person, office: Office) -> None:
    on = day(24)
    booking = booked(office, "Ray Sand", at(on, 9))
    page = sign_in(person, running)
    keys = page.keyboard
    go(page, running, of_day(on), "Calendar")
    page.get_by_label("Go to day").focus()
    # Month, day, year and the picker of the field, then what is on.
    for _ in range(6):
        keys.press("Tab")
        if page.evaluate("document.activeElement.matches('.entries a')"):
            break
    keys.press("Enter")
    expect(heading(page)).to_have_text("Pest inspection")
    go(page, running, f"/bookings/{booking}/time/new", "Move this booking")
    page.get_by_role("button", name=re.compile(f"{on:%A}, {on:%B} {on.day}")).focus()
    keys.press("Tab")
    for _ in range(7):
        if page.evaluate("document.activeElement.matches('input[type=radio]')"):
            break
        keys.press("Tab")
    keys.press("Space")
    chosen = page.locator(".time :checked")
    expect(chosen).to_have_count(1)
    was = chosen.get_attribute("value")
    keys.press("ArrowRight")
    expect(chosen).not_to_have_attribute("value", str(was))
    page.get_by_role("button", name="Later days").focus()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Later days")).to_be_focused()


def test_while_it_is_off_there_is_no_calendar(running: Running, person: Person, office: Office) -> None:
    office.offer_online(on=False)
    try:
        page = sign_in(person, running)
        go(page, running, "/", "Home")
        expect(page.get_by_role("link", name="Calendar")).to_have_count(0)
        # Mails of the company lead there, too.
        for place in ("/calendar", "/calendar/requests", f"/bookings/{'0' * 26}"):
            go(page, running, place, "Online booking is off")
        expect(main(page).get_by_role("link", name="Online booking")).to_have_attribute("href", "#/settings/booking")
    finally:
        office.offer_online(on=True)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(
    running: Running, person: Person, office: Office, width: int, scheme: Any
) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a dialog's backdrop and a toast come slowly
        assert violations(page) == [], what
        # What lies on the grid is cut where it has no room, or is there to be read aloud; all of it is in the title.
        cut = {f"SPAN.{name}" for name in ("what", "when", "note", "how", "first-line", "in-full")}
        cut = {*cut, "A.thing", "BUTTON.thing", "TIME.", "P.hint nothing"} if width > 700 else set()
        assert set(overflowing(page)) <= {"NAV.", "INPUT."} | cut, what

    on = day(30 + 3 * (width > 700) + 6 * (scheme == "dark"))
    name = f"Bartholomew Featherstonehaugh-Cholmondeley {width}"
    booked(office, name, at(on, 9), LAWN)
    booking = asked_for(office, name, at(on, 9, 30), notes="A long word: " + "w" * 90)
    office.ask("POST", "/booking-blocks", {"since": at(on, 12), "until": at(on, 14), "title": "Team day"})
    for path, title, what in (
        (of_day(on), "Calendar", "day"), (of_day(on, "week"), "Calendar", "week"),
        (of_day(on + timedelta(days=1)), "Calendar", "an empty day"), ("/calendar/requests", "Calendar", "requests"),
        (f"/bookings/{booking}", "Pest inspection", "a booking"), ("/", "Home", "home"),
        (f"/bookings/{booking}/proposal/new", "Propose another time", "a proposal"),
        (f"/calendar/blocks/new?day={on}", "Block time", "blocking"),
    ):  # fmt: skip
        go(page, running, path, title)
        check(what)
    go(page, running, f"/bookings/{booking}", "Pest inspection")
    press(page, "Decline")
    check("asking")
    press(dialog(page), "Cancel")
    go(page, running, f"/bookings/new?day={on}", "Book a visit")
    page.get_by_label("Somebody else").check()
    press(page, "Book it")
    expect(page.get_by_role("alert")).to_be_visible()
    check("a form with errors")
