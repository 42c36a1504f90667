"""Online booking as people walk it on a phone: from the company's website to a visit, and on from its mail; signed in;
without JavaScript; back and forth; beside somebody who is faster; by keyboard; and what axe says of each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from sandbox.people import PASSWORD
from tests.e2e import desk
from tests.e2e.conftest import Running, _start
from tests.e2e.console import OWNER
from tests.e2e.office import Office
from tests.e2e.test_accessibility import violations
from tests.e2e.websites import visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

DENVER = ZoneInfo("America/Denver")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
POLICY = "Please keep the dog inside."
QUESTION = "Which fence is it?"
FENCE, GATE = "Fence repair", "Gate repair"
# Nobody types a form in less than three seconds.
TYPING = 3_100


@pytest.fixture(scope="module")
def place() -> Iterator[Running]:
    """A Porchlight of its own: who books often from one address has to wait, and other tests have days of theirs."""
    yield from _start()


@pytest.fixture
def office(place: Running) -> Office:
    """Evergreen offers two services on any day from eight to noon and from one to five, and confirms at once."""
    evergreen = Office(place)
    evergreen.offer_online(
        on=True, crews=2, window=120, notice=24, step=60, horizon=60, special=[], confirming="once", cutoff=24,
        policy=POLICY, area={"rule": "flagged", "codes": ["802*"]},
        hours={day: [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}] for day in WEEK},
        services=[
            {"id": "fence", "name": FENCE, "minutes": 60, "after": 15, "price": {"kind": "from", "amount": 9_000},
             "questions": [{"id": "which", "label": QUESTION, "required": True}]},
            {"id": "gate", "name": GATE, "minutes": 60, "price": {"kind": "estimate"}},
        ],
    )  # fmt: skip
    return evergreen


def day(ahead: int) -> date:
    """Each test has days of its own."""
    return (datetime.now(DENVER) + timedelta(days=ahead)).date()


def at(on: date, hour: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=DENVER)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def main(page: Page) -> Locator:
    return page.locator("main")


def press(page: Page, button: str) -> None:
    main(page).get_by_role("button", name=button).click()


# The steps


def opens(page: Page, place: Running, on: date, service: str = "fence") -> None:
    """The times of a day."""
    page.goto(f"{place.portal}/evergreen/book/{service}?day={on}")
    expect(heading(page)).to_have_text("Choose a time")


def turns_to(page: Page, on: date) -> None:
    """From week to week, until the day is there."""
    wanted = page.locator(".strip a").filter(has_text=re.compile(rf"{on:%A}, {on:%B} {on.day},"))
    for _ in range(9):
        if wanted.count():
            break
        shown = page.locator(".weeks span").last.inner_text()
        page.get_by_role("link", name="Later").click()
        expect(page.locator(".weeks span").last).not_to_have_text(shown)
    wanted.click()
    expect(page.get_by_role("heading", level=2)).to_contain_text(f"{on:%A}, {on:%B} {on.day}")


def chooses(page: Page, time: str) -> None:
    page.locator(".slots").get_by_role("link", name=time, exact=True).click()
    expect(heading(page)).to_have_text("Your details")


def types(page: Page, name: str, **more: str) -> None:
    """The details, as a visitor is asked for them."""
    wrote = {
        "Your name": name, "E-mail address": address(name), "Street address": "7 Pine Court",
        "City": "Denver, CO", "ZIP code": "80205", QUESTION: "The one along the alley.", **more,
    }  # fmt: skip
    for label, value in wrote.items():
        page.get_by_label(label).fill(value)


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.net"


def goes_on(page: Page, title: str = "Check your booking") -> None:
    press(page, "Continue")
    expect(heading(page)).to_have_text(title)


def books(page: Page, button: str = "Book this visit", done: str = "Booked. Thank you!") -> None:
    page.wait_for_timeout(TYPING)
    press(page, button)
    expect(heading(page)).to_contain_text(done)


def booked(office: Office, name: str) -> list[dict[str, Any]]:
    """What the calendar has of somebody, with what was canceled left out."""
    found = []
    for since in (1, 31):
        rows = office.ask("GET", f"/bookings?since={day(since)}&until={day(since + 30)}")["items"]
        found += [one for one in rows if one["who"] == name]
    return found


# The mails


def entry(mail: Page, place: Running) -> Any:
    """What the attached file puts into a calendar, and how."""
    link = mail.get_by_role("link", name="booking.ics")
    answer = mail.request.get(urljoin(f"{place.desk}/", link.get_attribute("href") or ""))
    assert answer.ok and "text/calendar" in answer.headers["content-type"]
    found = Calendar.from_ical(answer.text())
    (event,) = found.walk("VEVENT")
    return found["METHOD"], str(event["UID"]), int(event.get("SEQUENCE", 0)), event["DTSTART"].dt, event


def test_a_visitor_books_from_the_website_and_changes_it_by_the_mail(
    place: Running, person: Person, office: Office
) -> None:
    context = person()
    name, on = "Rosa Marin", day(20)
    visitor = visit(context, f"http://localhost:{place.ports.website}/")
    visitor.opens()
    page = visitor.page
    visitor.dialog.get_by_role("link", name="Book online").click()
    expect(heading(page)).to_have_text("Book a visit")
    main(page).get_by_role("link", name=FENCE).click()
    expect(heading(page)).to_have_text("Choose a time")
    # The first day that is free is open, and the weeks are turned to the day that suits.
    expect(page.locator(".slots a").first).to_be_visible()
    turns_to(page, on)
    expect(main(page)).to_contain_text(re.compile(r"All times are Denver time \(M[SD]T\)"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chooses(page, "9 – 11 AM")
    types(page, name)
    goes_on(page)
    for words in (
        FENCE,
        "between 9 and 11 AM",
        "7 Pine Court",
        "80205",
        "The one along the alley.",
        "From $90",
        POLICY,
    ):
        expect(main(page)).to_contain_text(words)
    books(page)
    expect(main(page)).to_contain_text(address(name))

    (found,) = booked(office, name)
    known = office.ask("GET", f"/bookings/{found['id']}")
    assert (known["status"], known["source"], known["customer"]) == ("confirmed", "widget", None)
    assert datetime.fromisoformat(known["starts_at"]) == at(on, 9)
    desk.mail(context, place, f"New booking: {FENCE}.*by {name}", to=OWNER)
    mail = desk.mail(context, place, f"Confirmed: {FENCE}", to=address(name))
    method, uid, sequence, starts_at, _ = entry(mail, place)
    assert (method, sequence, starts_at) == ("PUBLISH", 0, at(on, 9))

    page = desk.press(mail, "See your booking")
    expect(heading(page)).to_contain_text(FENCE)
    expect(main(page)).not_to_contain_text("7 Pine Court")
    page.get_by_role("link", name="Choose another time").click()
    expect(heading(page)).to_have_text("Choose another time")
    turns_to(page, on)
    page.locator(".slots").get_by_role("link", name="2 – 4 PM").click()
    expect(heading(page)).to_have_text("Is this time right?")
    press(page, "Move my booking")
    expect(main(page)).to_contain_text("Your booking is moved.")
    expect(heading(page)).to_contain_text("between 2 and 4 PM")
    mail = desk.mail(context, place, f"New time: {FENCE}", to=address(name))
    assert entry(mail, place)[:4] == ("PUBLISH", uid, 1, at(on, 14))
    desk.mail(context, place, f"Moved: {FENCE}.*by {name}", to=OWNER)

    page = desk.press(mail, "See your booking")
    page.get_by_role("link", name="Cancel this booking").click()
    expect(heading(page)).to_have_text("Cancel this booking?")
    page.get_by_label("Would you tell us why?").fill("The fence fell over.")
    press(page, "Cancel this booking")
    expect(main(page)).to_contain_text("You canceled this booking, so nobody will come.")
    mail = desk.mail(context, place, f"Canceled: {FENCE}", to=address(name))
    method, same, sequence, _, event = entry(mail, place)
    assert (method, same, sequence, event["STATUS"]) == ("CANCEL", uid, 2, "CANCELLED")
    desk.mail(context, place, f"Canceled: {FENCE}.*by {name}", to=OWNER)
    assert booked(office, name) == []
    assert office.ask("GET", f"/bookings/{found['id']}")["happened"][-1]["note"] == "The fence fell over."


def test_a_customer_books_with_what_is_on_file_and_sees_it_among_their_visits(
    place: Running, person: Person, office: Office
) -> None:
    on = day(21)
    context = person()
    page = sign_in(context, place)
    main(page).get_by_role("link", name="Book a visit").click()
    expect(heading(page)).to_have_text("Book a visit")
    main(page).get_by_role("link", name=GATE).click()
    expect(heading(page)).to_have_text("Choose a time")
    opens(page, place, on, "gate")
    chooses(page, "1 – 3 PM")
    expect(main(page)).to_contain_text("418 Juniper Lane")
    expect(page.get_by_label("Your name")).to_have_count(0)
    page.get_by_label("Anything we should know?").fill("The latch is bent.")
    goes_on(page)
    expect(main(page)).to_contain_text("Dana Whitfield")
    press(page, "Book this visit")
    expect(heading(page)).to_contain_text("Booked. Thank you!")
    page.get_by_role("link", name="See the booking").click()
    expect(main(page)).to_contain_text("The latch is bent.")
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()

    page.goto(f"{place.portal}/evergreen")
    expect(main(page).get_by_role("link").filter(has_text=GATE)).to_be_visible()
    page.goto(f"{place.portal}/evergreen/visits")
    mine = main(page).get_by_role("link").filter(has_text=GATE)
    expect(mine).to_contain_text(f"{on:%A}, {on:%B} {on.day}, between 1 and 3 PM")
    mine.click()
    expect(heading(page)).to_contain_text(GATE)
    mail = desk.mail(context, place, f"Confirmed: {GATE}", to="dana@example.com")
    assert "418 Juniper Lane" in entry(mail, place)[4]["LOCATION"]


def sign_in(context: BrowserContext, place: Running) -> Page:
    """Dana, at her first page."""
    page = context.new_page()
    page.goto(f"{place.portal}/evergreen/sign-in")
    page.get_by_label("E-mail or user name").fill("dana@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/evergreen")
    return page


def test_all_of_it_goes_without_javascript(place: Running, person: Person, office: Office) -> None:
    on, name = day(22), "Otis Grant"
    context = person(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place.portal}/evergreen/book")
    expect(heading(page)).to_have_text("Book a visit")
    main(page).get_by_role("link", name=FENCE).click()
    opens(page, place, on)
    chooses(page, "10 AM – 12 PM")
    types(page, name, **{"E-mail address": "nobody", QUESTION: ""})
    page.locator("form.asks").evaluate("form => { form.noValidate = true; }")
    press(page, "Continue")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_label("Street address")).to_have_value("7 Pine Court")
    page.get_by_label("E-mail address").fill(address(name))
    page.get_by_label(QUESTION).fill("The low one.")
    goes_on(page)
    books(page)
    page = desk.press(desk.mail(context, place, f"Confirmed: {FENCE}", to=address(name)), "See your booking")
    page.get_by_role("link", name="Choose another time").click()
    expect(heading(page)).to_have_text("Choose another time")
    page.locator(".slots a").last.click()
    expect(heading(page)).to_have_text("Is this time right?")
    press(page, "Move my booking")
    expect(main(page)).to_contain_text("Your booking is moved.")
    page.get_by_role("link", name="Cancel this booking").click()
    expect(heading(page)).to_have_text("Cancel this booking?")
    press(page, "Cancel this booking")
    expect(main(page)).to_contain_text("You canceled this booking")
    assert booked(office, name) == []


def test_who_goes_back_loses_nothing_and_who_clicks_twice_books_once(
    place: Running, person: Person, office: Office
) -> None:
    on, name = day(23), "Pia Holm"
    page = person().new_page()
    opens(page, place, on)
    chooses(page, "8 – 10 AM")
    types(page, name)
    goes_on(page)
    page.go_back()
    expect(heading(page)).to_have_text("Your details")
    expect(page.get_by_label("Your name")).to_have_value(name)
    page.go_back()
    expect(heading(page)).to_have_text("Choose a time")
    page.go_forward()
    expect(heading(page)).to_have_text("Your details")
    page.go_forward()
    expect(heading(page)).to_have_text("Check your booking")
    # Another time, by the page's own link: what was typed comes along.
    main(page).get_by_role("link", name="Change the time").click()
    expect(heading(page)).to_have_text("Choose a time")
    page.locator(".slots").get_by_role("link", name="3 – 5 PM").click()
    expect(heading(page)).to_have_text("Check your booking")
    expect(main(page)).to_contain_text("between 3 and 5 PM")
    main(page).get_by_role("link", name="Add the notes").click()
    expect(heading(page)).to_have_text("Your details")
    expect(page.get_by_label(QUESTION)).to_have_value("The one along the alley.")
    page.get_by_label("Anything we should know?").fill("Ring twice.")
    goes_on(page)
    expect(main(page)).to_contain_text("Ring twice.")

    page.wait_for_timeout(TYPING)
    main(page).get_by_role("button", name="Book this visit").dblclick()
    expect(heading(page)).to_contain_text("Booked. Thank you!")
    page.go_back()
    expect(heading(page)).to_contain_text(re.compile("Booked. Thank you!|Check your booking"))
    if page.get_by_role("button", name="Book this visit").count():
        press(page, "Book this visit")
    expect(heading(page)).to_contain_text("Booked. Thank you!")
    (found,) = booked(office, name)
    assert datetime.fromisoformat(found["starts_at"]) == at(on, 15)


def test_who_comes_second_for_the_last_place_is_told_and_keeps_what_they_typed(
    place: Running, person: Person, office: Office
) -> None:
    office.offer_online(crews=1)
    on, names = day(24), ("Quinn Abel", "Rhea Bond")
    pages = [person().new_page() for _ in names]
    for page, name in zip(pages, names, strict=True):
        opens(page, place, on)
        chooses(page, "9 – 11 AM")
        types(page, name)
        goes_on(page)
    first, second = pages
    books(first)
    press(second, "Book this visit")
    expect(second.get_by_role("alert")).to_contain_text("Just taken")
    expect(heading(second)).to_have_text("Choose a time")
    expect(second.get_by_role("link", name="9 – 11 AM")).to_have_count(0)
    assert booked(office, names[1]) == []
    # The next free time leads straight to the review: nothing is typed again.
    second.locator(".slots a").first.click()
    expect(heading(second)).to_have_text("Check your booking")
    for words in (names[1], "7 Pine Court", "The one along the alley."):
        expect(main(second)).to_contain_text(words)
    books(second)
    times = [datetime.fromisoformat(booked(office, name)[0]["starts_at"]) for name in names]
    assert times[0] == at(on, 9) and times[1] != times[0] and times[1].astimezone(DENVER).date() == on


def test_a_day_on_which_the_last_time_has_gone_says_where_there_are_others(
    place: Running, person: Person, office: Office
) -> None:
    on, name = day(25), "Sven Dahl"
    page = person().new_page()
    opens(page, place, on)
    chooses(page, "1 – 3 PM")
    types(page, name)
    goes_on(page)
    block = {"since": at(on, 0).isoformat(), "until": at(on + timedelta(days=1), 0).isoformat(), "title": "Away"}
    office.ask("POST", "/booking-blocks", block)
    press(page, "Book this visit")
    expect(page.get_by_role("alert")).to_contain_text("Just taken")
    expect(main(page)).to_contain_text("All times of this day are taken.")
    page.locator(".others a").first.click()
    after = on + timedelta(days=1)
    expect(page.get_by_role("heading", level=2)).to_contain_text(f"{after:%A}, {after:%B} {after.day}")
    page.locator(".slots a").first.click()
    expect(heading(page)).to_have_text("Check your booking")
    expect(main(page)).to_contain_text(name)
    assert booked(office, name) == []


def test_a_request_is_answered_with_another_time_which_is_taken_from_the_mail(
    place: Running, person: Person, office: Office
) -> None:
    office.offer_online(confirming="request")
    on, name = day(27), "Tara Wynn"
    context = person()
    page = context.new_page()
    opens(page, place, on)
    chooses(page, "8 – 10 AM")
    types(page, name)
    goes_on(page, "Check your request")
    books(page, "Send the request", "We have your request. Thank you!")
    mail = desk.mail(context, place, f"We have your request: {FENCE}", to=address(name))
    assert entry(mail, place)[4]["STATUS"] == "TENTATIVE"
    desk.mail(context, place, f"Please answer: {FENCE}.*by {name}", to=OWNER)
    (found,) = booked(office, name)
    assert found["status"] == "requested"

    note = "Marco is in your street in the afternoon."
    office.ask("PUT", f"/bookings/{found['id']}/proposal", {"starts_at": at(on, 14).isoformat(), "note": note})
    mail = desk.mail(context, place, f"Does this time suit you.*{FENCE}", to=address(name))
    page = desk.press(mail, "^Answer$")
    expect(heading(page)).to_contain_text("between 2 and 4 PM")
    expect(main(page)).to_contain_text(note)
    assert office.ask("GET", f"/bookings/{found['id']}")["status"] == "proposed", "to open the page answers nothing"
    press(page, "Take this time")
    expect(main(page)).to_contain_text("Thank you. This time is yours.")
    known = office.ask("GET", f"/bookings/{found['id']}")
    assert (known["status"], datetime.fromisoformat(known["starts_at"])) == ("confirmed", at(on, 14))
    desk.mail(context, place, f"Confirmed: {FENCE}", to=address(name))
    desk.mail(context, place, f"Accepted: {FENCE}.*by {name}", to=OWNER)


def test_the_keyboard_is_enough(place: Running, person: Person, office: Office) -> None:
    on = day(28)
    page = person().new_page()
    opens(page, place, on)
    keys, focused = page.keyboard, page.locator(":focus")
    page.locator(".strip [aria-current=date]").focus()
    # Days of the strip come before times, and nothing else lies between.
    for _ in range(8):
        keys.press("Tab")
        if page.evaluate("document.activeElement.matches('.slots a')"):
            break
    expect(focused).to_have_text("8 – 10 AM")
    keys.press("Tab")
    expect(focused).to_have_text("9 – 11 AM")
    assert focused.evaluate("one => getComputedStyle(one).outlineStyle") != "none", "one sees where one is"
    box = focused.bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    keys.press("Enter")
    expect(heading(page)).to_have_text("Your details")
    page.get_by_label("Your name").focus()
    for words in ("Uma Berg", "uma@example.net", "", "7 Pine Court", "Denver, CO", "80205", "The short one."):
        keys.type(words)
        keys.press("Tab")
    expect(page.get_by_label("Anything we should know?")).to_be_focused()
    keys.press("Tab")
    expect(focused).to_contain_text("Continue")
    keys.press("Enter")
    expect(heading(page)).to_have_text("Check your booking")
    expect(main(page)).to_contain_text("The short one.")


def test_axe_finds_nothing_on_any_step(place: Running, person: Person, office: Office) -> None:
    """In the light and in the dark, and nothing is wider than a phone."""
    on, name = day(29), "Vera Lind"
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    context = person(bypass_csp=True)
    page = context.new_page()

    def check(title: str) -> None:
        expect(heading(page)).to_contain_text(title)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # Colours of buttons come slowly.
            page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
            assert violations(page) == [], (title, scheme)
        page.emulate_media(color_scheme="light")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{title} is too wide"

    page.goto(f"{place.portal}/evergreen/book")
    check("Book a visit")
    opens(page, place, on)
    check("Choose a time")
    opens(page, place, day(0))
    check("Choose a time")
    opens(page, place, on)
    chooses(page, "8 – 10 AM")
    check("Your details")
    page.locator("form.asks").evaluate("form => { form.noValidate = true; }")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_be_visible()
    check("Your details")
    types(page, name)
    goes_on(page)
    check("Check your booking")
    books(page)
    check("Booked. Thank you!")

    page = desk.press(desk.mail(context, place, f"Confirmed: {FENCE}", to=address(name)), "See your booking")
    check(FENCE)
    page.get_by_role("link", name="Cancel this booking").click()
    check("Cancel this booking?")
    page.go_back()
    page.get_by_role("link", name="Choose another time").click()
    check("Choose another time")
    page.locator(".slots a").last.click()
    check("Is this time right?")

    who = {"name": "Wes Arno", "email": address("Wes Arno"), "postal_code": "80205"}
    asked = {"service": "gate", "starts_at": at(on, 13).isoformat(), "who": who, "confirmed": False}
    id = office.ask("POST", "/bookings", asked)["id"]
    office.ask("PUT", f"/bookings/{id}/proposal", {"starts_at": at(on, 15).isoformat(), "note": ""})
    mail = desk.mail(context, place, f"Does this time suit you.*{GATE}", to=address("Wes Arno"))
    page = desk.press(mail, "^Answer$")
    check(GATE)
    page.get_by_role("link", name="No, thank you").click()
    check("Let this time go?")
    press(page, "Let it go")
    check(GATE)
    expect(main(page)).to_contain_text("You canceled this booking")
