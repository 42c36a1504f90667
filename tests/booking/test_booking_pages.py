"""The pages of one booking: who may open them, what they say as it stands, moving, canceling, answering, claiming.

Tests are on Monday, November 23, at noon in Denver. The booking is on Wednesday at nine; its cut-off is 24 hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from chalicelib import tokens
from chalicelib.booking.actions import changing
from chalicelib.booking.rules import Booking, keys
from chalicelib.booking.rules.drafts import spell_time
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.booking.booker import NORA, WEDNESDAY, Diary
from tests.booking.offers import a_service, offering
from tests.browser import Browser, Page
from tests.builders import Company, a_company
from tests.client import Client
from tests.conftest import Clock
from tests.web.switching import switch

FRIDAY = WEDNESDAY + timedelta(days=2)
WHEN = "Wednesday, November 25, at 9 AM"


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    offering(evergreen, policy="Please keep pets inside.")
    return Diary(evergreen)


def key(diary: Diary, booking: Booking) -> str:
    """As the mailed link has it."""
    names = keys.by_mail(diary.store.tenant, booking.id, booking.customer)
    return tokens.derive(diary.services.secrets.links, *names)


def text_key(diary: Diary, booking: Booking) -> str:
    """As the link in the text message has it."""
    names = keys.by_text(diary.store.tenant, booking.id, booking.customer)
    return tokens.derive(diary.services.secrets.links, *names)


def place(booking: Booking, rest: str = "", key: str = "", **query: str) -> str:
    values = {**query, **({"key": key} if key else {})}
    tail = "&".join(f"{name}={value}" for name, value in values.items())
    return f"/evergreen/bookings/{booking.id}{rest}" + (f"?{tail}" if tail else "")


def by_mail(diary: Diary, browser: Browser, booking: Booking, rest: str = "", **query: str) -> Page:
    """As whoever opens the mail's link."""
    return browser.get(place(booking, rest, key(diary, booking), **query))


def proposed(diary: Diary, note: str = "") -> Booking:
    """Nora asked for Wednesday, and is asked whether Friday suits."""
    offering(diary.company, confirming="request")
    return diary.proposes(diary.books(), FRIDAY, note)


# Who may open it


def test_the_mail_s_link_opens_this_one_booking(diary: Diary, browser: Browser) -> None:
    page = by_mail(diary, browser, diary.books())
    assert page.status == 200 and WHEN in page.text and "Confirmed" in page.text and "Lawn mowing" in page.text
    assert page.headers["cache-control"] == "no-store" and "Sign out" not in page.text
    assert browser.get("/evergreen/visits").url.endswith("/sign-in?next=/visits")


def test_a_customer_sees_theirs_after_signing_in(diary: Diary, browser: Browser) -> None:
    booking = diary.books(customer=diary.company.customer())
    page = browser.sign_in_at(place(booking))
    assert WHEN in page.text and "Signed in as Dana" in page.text and "key=" not in page.html


def test_who_must_change_their_password_first_is_led_there(diary: Diary, browser: Browser) -> None:
    dana = diary.company.customer(must_change=True)
    browser.sign_in("evergreen")
    assert "/evergreen/password" in browser.get(place(diary.books(customer=dana))).url


def test_all_else_is_the_same_page_that_is_not_there(diary: Diary, world: World, browser: Browser) -> None:
    booking, dana = diary.books(), diary.company.customer()
    lee = diary.company.customer("Lee Ohm", email="lee@example.com")
    theirs = diary.books(FRIDAY, customer=lee)
    other = a_company(world, "Bright Pools", "bright")
    offering(other)
    far = Diary(other).books()
    good = key(diary, booking)
    addresses = [
        place(booking, key="x" * 43), place(booking, key=good[:-1]), place(booking, key="ä"),
        place(replace(booking, id="01NONE"), key=good), place(theirs, key=good), place(far, key=key(Diary(other), far)),
        place(far, key=good),
    ]  # fmt: skip
    for address in addresses:
        assert browser.get(address).status == 404, address
    browser.sign_in("evergreen")
    assert dana.id != lee.id
    for address in (*addresses, place(theirs), place(booking), place(far)):
        page = browser.get(address)
        assert page.status == 404 and "find that page" in page.text, address
    assert browser.get(place(booking, key=good)).status == 200


@pytest.mark.parametrize("rest", ["", "/time", "/cancellation", "/answer", "/calendar", "/account"])
def test_no_page_of_it_opens_without_the_key(diary: Diary, browser: Browser, rest: str) -> None:
    booking = diary.books()
    assert "/sign-in?next=/bookings/" in browser.get(place(booking, rest)).url
    assert browser.get(place(booking, rest, "wrong")).status == 404


@pytest.mark.parametrize(
    ("rest", "form"),
    [
        ("/time", {"at": spell_time(FRIDAY)}), ("/cancellation", {"note": ""}), ("/answer", {"take": "no"}),
        ("/account", {"account": "x"}),
    ],
)  # fmt: skip
def test_no_form_of_it_works_with_another_key(diary: Diary, browser: Browser, rest: str, form: dict[str, str]) -> None:
    booking, other = diary.books(), diary.books(FRIDAY)
    for wrong in ("", "wrong", key(diary, other)):
        browser.post(place(booking, rest), {**form, "key": wrong, "version": str(booking.version)}, follow=False)
        assert diary.now(booking) == booking
    assert (
        browser.post(
            place(booking, rest), {**form, "key": key(diary, booking), "version": "1"},
            headers={"sec-fetch-site": "cross-site"},
        ).status == 403
    )  # fmt: skip
    assert diary.now(booking) == booking


def test_the_link_ends_a_month_after_its_time(diary: Diary, browser: Browser, clock: Clock) -> None:
    booking = diary.books(customer=diary.company.customer())
    clock.forward(days=31)
    assert by_mail(diary, browser, booking).status == 200
    clock.forward(days=2)
    assert by_mail(diary, browser, booking).status == 404
    browser.sign_in("evergreen")
    assert browser.get(place(booking)).status == 200


def test_while_booking_is_off_there_is_no_such_page(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    offering(diary.company, on=False)
    for rest in ("", "/time", "/cancellation", "/answer", "/calendar", "/account"):
        assert by_mail(diary, browser, booking, rest).status == 404


def test_who_has_the_link_is_told_that_the_visit_stands_while_booking_is_off(
    diary: Diary, browser: Browser, clock: Clock
) -> None:
    booking, other = diary.books(), diary.cancels(diary.books(FRIDAY))
    offering(diary.company, on=False)
    for rest in ("", "/time", "/cancellation", "/answer", "/calendar", "/account"):
        page = by_mail(diary, browser, booking, rest)
        assert page.status == 404 and "Nothing has changed about your visit" in page.text
        assert "(303) 555-0142" in page.text
    # Nobody else learns of it, and nobody of what does not take place.
    for page in (browser.get(place(booking)), browser.get(place(booking, key="wrong")), by_mail(diary, browser, other)):
        assert page.status == 404 and "Nothing has changed" not in page.text
    clock.forward(days=33)
    assert "Nothing has changed" not in by_mail(diary, browser, booking).text


def test_looking_changes_nothing_whoever_looks(diary: Diary, browser: Browser) -> None:
    """Mail scanners open links, and all that they lead to."""
    booking = proposed(diary)
    diary.company.customer("Nora Beck", email="nora@example.com")
    for rest in ("", "/time", "/cancellation", "/answer", "/calendar", "/account"):
        by_mail(diary, browser, booking, rest, take="yes", at=spell_time(FRIDAY + timedelta(hours=1)), account="x")
        browser.head(place(booking, rest, key(diary, booking)))
    assert diary.now(booking) == booking


def test_another_language_keeps_the_key(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    by_mail(diary, browser, booking)
    page = browser.submit("/language", language="es")
    assert page.status == 200 and "Lawn mowing" in page.text and 'lang="es"' in page.html
    assert f"key={key(diary, booking)}" in page.url


# What it says


def test_what_a_visitor_typed_is_not_repeated(diary: Diary, browser: Browser) -> None:
    """The address may be a stranger's, to whom somebody would like to write through us."""
    booking = diary.books(notes="Call 555-0100 to get rich", answers=(("Gate code?", "at spam.example"),))
    page = by_mail(diary, browser, booking)
    assert not [word for word in ("Nora", "rich", "Aspen", "555-0199", "80301", "spam", "Gate") if word in page.text]


def test_a_customer_reads_what_they_told_us(diary: Diary, browser: Browser) -> None:
    dana = diary.company.customer()
    booking = diary.books(customer=dana, notes="Mind the roses.", answers=(("Gate code?", "1234"),))
    browser.sign_in("evergreen")
    text = browser.get(place(booking)).text
    assert "Mind the roses." in text and "Gate code? 1234" in text and "7 Aspen Ct" in text
    assert "Please keep pets inside." in text and "Denver time (MST)" in text


def test_a_request_says_that_it_is_one(diary: Diary, browser: Browser) -> None:
    offering(diary.company, confirming="request")
    text = by_mail(diary, browser, diary.books()).text
    assert "Requested" in text and "will confirm this time" in text and "Add it to your calendar" not in text


@pytest.mark.parametrize("deed", ["declines", "calls_off", "cancels"])
def test_what_is_over_says_so_and_offers_to_book_again(diary: Diary, browser: Browser, deed: str) -> None:
    offering(diary.company, confirming="request")
    booking = getattr(diary, deed)(diary.books(), "The mower broke.")
    page = by_mail(diary, browser, booking)
    words = {"declines": "can’t take this booking", "calls_off": "had to cancel", "cancels": "You canceled"}
    assert words[deed] in page.text and "nobody will come" in page.text
    assert ("The mower broke." in page.text) == (deed != "cancels")
    assert "/evergreen/book/lawn-mowing" in page.links and not [one for one in page.links if "cancellation" in one]


def test_what_was_says_so(diary: Diary, browser: Browser, clock: Clock) -> None:
    booking = diary.books()
    clock.forward(days=3)
    page = by_mail(diary, browser, booking)
    assert "Past" in page.text and "Book again" in page.text and "Choose another time" not in page.text


def test_what_was_never_answered_is_regretted(diary: Diary, browser: Browser, clock: Clock) -> None:
    offering(diary.company, confirming="request")
    booking = diary.books()
    clock.forward(days=3)
    assert "never confirmed" in by_mail(diary, browser, booking).text


def test_what_was_done_before_its_time_says_so(diary: Diary, browser: Browser) -> None:
    dana = diary.company.customer()
    booking = diary.books(customer=dana)
    diary.completes(booking)
    browser.sign_in("evergreen")
    page = browser.get(place(booking))
    assert "Done" in page.text and "Confirmed" not in page.text
    assert f"/evergreen/visits/{booking.id}" in page.links and not [one for one in page.links if "/time" in one]
    first = browser.get("/evergreen")
    assert not [one for one in first.links if "/evergreen/bookings/" in one], "and the first page knows it too"


def test_a_moved_request_is_no_canceled_visit(diary: Diary, browser: Browser) -> None:
    dana = diary.company.customer()
    booking = diary.books(customer=dana)
    offering(diary.company, confirming="request")
    diary.moves(booking, FRIDAY)
    browser.sign_in("evergreen")
    assert "Canceled" not in browser.get("/evergreen/visits").text


def test_after_the_cut_off_it_says_whom_to_call(diary: Diary, browser: Browser, clock: Clock) -> None:
    booking = diary.books()
    assert "Until Tuesday, November 24, at 9 AM, you can move or cancel" in by_mail(diary, browser, booking).text
    clock.forward(hours=22)
    page = by_mail(diary, browser, booking)
    assert "Until Tuesday, November 24, at 9 AM, this could be changed here" in page.text
    assert "tel:3035550142" in page.links and not [one for one in page.links if "/time" in one]
    assert by_mail(diary, browser, booking, "/time").url.split("?")[0].endswith(booking.id)
    assert "tell us why" not in by_mail(diary, browser, booking, "/cancellation").text
    form = {"key": key(diary, booking), "version": str(booking.version), "note": "", "at": spell_time(FRIDAY)}
    for rest in ("/time", "/cancellation"):
        page = browser.post(place(booking, rest), form)
        assert page.status == 409 and "too late" in page.text
    assert diary.now(booking) == booking


def test_a_look_costs_the_same_few_reads(diary: Diary, browser: Browser, world: World) -> None:
    booking = diary.books(customer=diary.company.customer())
    browser.sign_in("evergreen")
    browser.get(place(booking))
    with on_the_wire(world) as wire:
        browser.get(place(booking))
    assert len(wire.calls) == 3


# Calendars


def test_the_file_says_when_and_where(diary: Diary, browser: Browser) -> None:
    booking = diary.books(customer=diary.company.customer())
    page = by_mail(diary, browser, booking, "/calendar")
    assert page.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert page.headers["content-disposition"] == 'attachment; filename="booking.ics"'
    assert page.headers["cache-control"] == "no-store"
    (entry,) = Calendar.from_ical(page.html).walk("VEVENT")
    assert entry["dtstart"].dt == WEDNESDAY and entry["uid"] == f"{booking.id}@localhost"
    assert entry["description"].startswith("We come at 9 AM, Denver time (MST).")
    assert entry["url"] == f"http://localhost:8000{place(booking, key=key(diary, booking))}"
    assert browser.get(place(booking, key=key(diary, booking))).status == 200


def test_the_file_of_what_is_cancelled_takes_it_out(diary: Diary, browser: Browser) -> None:
    page = by_mail(diary, browser, diary.cancels(diary.books()), "/calendar")
    assert "METHOD:CANCEL" in page.html and "SEQUENCE:1" in page.html


def test_no_calendar_of_others_is_given_the_key(diary: Diary, browser: Browser) -> None:
    booking = diary.books(customer=diary.company.customer())
    links = [one for one in by_mail(diary, browser, booking).links if "google" in one or "outlook" in one]
    assert len(links) == 2 and not [one for one in links if key(diary, booking) in one]


# Moving


def choose(diary: Diary, browser: Browser, booking: Booking, at: str = spell_time(FRIDAY)) -> Page:
    """From the mail to the review of another time."""
    by_mail(diary, browser, booking)
    page = browser.get(next(one for one in browser.page.links if "/time" in one))  # type: ignore[union-attr]
    day = next(one for one in page.links if "day=2026-11-27" in one)
    page = browser.get(day)
    return browser.get(next(one for one in page.links if f"at={at}" in one))


def test_another_time_is_chosen_looked_at_and_then_moved_to(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    page = choose(diary, browser, booking)
    assert WHEN in page.text and "Friday, November 27, at 9 AM" in page.text and diary.now(booking) == booking
    page = browser.submit("/time")
    assert "Your booking is moved." in page.text and "Friday, November 27, at 9 AM" in page.text
    moved = diary.now(booking)
    assert moved.starts_at == FRIDAY and moved.status == "confirmed" and moved.sequence == 1


def test_sent_twice_it_is_moved_once(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    form = choose(diary, browser, booking).form("/time").fields
    first = browser.post(place(booking, "/time"), form)
    again = browser.post(place(booking, "/time"), form)
    assert first.status == again.status == 200 and diary.now(booking).version == booking.version + 1


def test_where_each_is_confirmed_a_move_asks_again(diary: Diary, browser: Browser) -> None:
    offering(diary.company, confirming="request")
    booking = diary.confirms(diary.books())
    page = choose(diary, browser, booking)
    assert "will confirm the new time" in page.text
    page = browser.submit("/time")
    assert "tell you as soon as it’s confirmed" in page.text and diary.now(booking).status == "requested"


def test_its_own_place_counts_as_free(diary: Diary, browser: Browser) -> None:
    """Half an hour later overlaps nobody but itself."""
    offering(diary.company, crews=1)
    booking = diary.books()
    links = by_mail(diary, browser, booking, "/time", day="2026-11-25").links
    half_past = spell_time(WEDNESDAY + timedelta(minutes=30))
    assert [one for one in links if half_past in one]


def test_the_time_that_is_theirs_already_is_none_to_move_to(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    page = by_mail(diary, browser, booking, "/time", day="2026-11-25")
    assert not [one for one in page.links if spell_time(WEDNESDAY) in one]
    assert [one for one in page.links if spell_time(WEDNESDAY + timedelta(hours=1)) in one]
    assert "So far: Wednesday, November 25, at 9 AM" in page.text


def test_a_day_with_no_time_but_theirs_has_none(diary: Diary, browser: Browser) -> None:
    offering(diary.company, a_service(minutes=9 * 60))
    at_eight = WEDNESDAY - timedelta(hours=1)
    page = by_mail(diary, browser, diary.books(at_eight), "/time", day="2026-11-25")
    assert "All times of this day are taken." in page.text and "next days with free times" in page.text
    assert not [one for one in page.links if spell_time(at_eight) in one]


def test_a_time_taken_meanwhile_is_said_and_others_offered(diary: Diary, browser: Browser) -> None:
    offering(diary.company, crews=1)
    booking = diary.books()
    choose(diary, browser, booking)
    diary.books(FRIDAY, who=replace(NORA, email="lee@example.com", phone=""))
    page = browser.submit("/time")
    assert page.status == 409 and "taken" in page.text.lower() and "Friday, November 27" in page.text
    assert diary.now(booking) == booking
    assert [one for one in page.links if f"at={spell_time(FRIDAY + timedelta(hours=1))}" in one]
    # The same by its address.
    assert "nothing you typed" not in page.text
    page = by_mail(diary, browser, booking, "/time", at=spell_time(FRIDAY))
    assert "nothing you typed" not in page.text
    assert page.status == 409 and [one for one in page.links if "at=" in one]


@pytest.mark.parametrize(
    "at", ["20200101T1600Z", "20261128T1600Z", "20261127T1607Z", "20261123T1930Z", "20991127T1600Z"]
)
def test_a_time_that_is_not_offered_can_not_be_chosen(diary: Diary, browser: Browser, at: str) -> None:
    booking = diary.books()
    assert by_mail(diary, browser, booking, "/time", at=at).status == 409
    form = {"key": key(diary, booking), "version": str(booking.version), "at": at}
    assert browser.post(place(booking, "/time"), form).status == 409
    assert diary.now(booking) == booking


@pytest.mark.parametrize("at", ["", "tomorrow", "20261127T1600", "2026-11-27T16:00Z", "20261327T1600Z"])
def test_what_is_no_time_leads_to_the_days(diary: Diary, browser: Browser, at: str) -> None:
    booking = diary.books()
    assert "Choose another time" in by_mail(diary, browser, booking, "/time", at=at).text
    form = {"key": key(diary, booking), "version": "0", "at": at}
    assert "Choose another time" in browser.post(place(booking, "/time"), form).text


def test_what_changed_meanwhile_is_looked_at_again(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    choose(diary, browser, booking)
    diary.shifts(booking, FRIDAY + timedelta(hours=2))
    page = browser.submit("/time")
    assert page.status == 409 and "has changed in the meantime" in page.text and "at 11 AM" in page.text
    assert diary.now(booking).starts_at == FRIDAY + timedelta(hours=2)


def test_too_many_changes_a_day_are_too_many(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    for turn in range(changing.MOST_OF_A_VISITOR):
        booking = diary.moves(booking, FRIDAY + timedelta(hours=turn % 2))
    form = {"key": key(diary, booking), "version": str(booking.version),
            "at": spell_time(FRIDAY + timedelta(hours=1))}  # fmt: skip
    page = browser.post(place(booking, "/time"), form)
    assert page.status == 429 and "retry-after" in page.headers and "changed many times today" in page.text


# Canceling


def test_cancelling_asks_once_and_says_what_happens(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    page = by_mail(diary, browser, booking)
    page = browser.get(next(one for one in page.links if "/cancellation" in one))
    assert "Nobody will come" in page.text and "Please keep pets inside." in page.text
    assert diary.now(booking) == booking
    page = browser.submit("/cancellation", note="We are away.")
    assert "You canceled this booking" in page.text and page.status == 200
    done = diary.now(booking)
    assert done.status == "cancelled" and done.happened[-1].note == "We are away."


def test_cancelled_twice_is_cancelled_once(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    form = by_mail(diary, browser, booking, "/cancellation").form("/cancellation").fields
    for _ in range(2):
        assert browser.post(place(booking, "/cancellation"), {**form, "note": ""}).status == 200
    assert diary.now(booking).version == booking.version + 1


def test_a_reason_that_is_too_long_is_not_lost(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    by_mail(diary, browser, booking, "/cancellation")
    page = browser.submit("/cancellation", note="why " * 400)
    assert page.status == 422 and "why why" in page.html and diary.now(booking) == booking


def test_what_was_moved_meanwhile_is_not_cancelled_unseen(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    by_mail(diary, browser, booking, "/cancellation")
    diary.shifts(booking, FRIDAY)
    page = browser.submit("/cancellation")
    assert page.status == 409 and "Friday, November 27" in page.text and diary.now(booking).status == "confirmed"


# Answering


def test_a_proposal_is_taken_with_one_press(diary: Diary, browser: Browser) -> None:
    booking = proposed(diary, "Marcus could come on Friday.")
    page = by_mail(diary, browser, booking)
    assert "can’t come on Wednesday, November 25, at 9 AM" in page.text and "Marcus could come" in page.text
    assert "Friday, November 27, at 9 AM" in page.text
    page = browser.submit("/answer", take="yes")
    assert "This time is yours." in page.text and "Confirmed" in page.text
    assert diary.now(booking).status == "confirmed" and diary.now(booking).starts_at == FRIDAY


def test_what_they_asked_for_is_said_as_they_were_promised_it(diary: Diary, browser: Browser) -> None:
    offering(diary.company, confirming="request", window=120)
    page = by_mail(diary, browser, diary.proposes(diary.books(), FRIDAY))
    assert "can’t come on Wednesday, November 25, between 9 and 11 AM, and asks" in page.text.replace("\xa0", " ")


def test_letting_it_go_is_asked_once_more(diary: Diary, browser: Browser) -> None:
    booking = proposed(diary)
    page = by_mail(diary, browser, booking)
    page = browser.get(next(one for one in page.links if "/answer" in one))
    assert "Let this time go?" in page.text and [one for one in page.links if "/time" in one]
    form = page.form("/answer").fields
    for _ in range(2):
        page = browser.post(place(booking, "/answer"), {**form, "take": "no"})
        assert page.status == 200 and "You canceled" in page.text
    assert diary.now(booking).version == booking.version + 1


def test_another_time_can_be_asked_for_instead(diary: Diary, browser: Browser) -> None:
    booking = proposed(diary)
    choose(diary, browser, booking, spell_time(FRIDAY + timedelta(hours=2)))
    browser.submit("/time")
    now = diary.now(booking)
    assert (now.status, now.starts_at) == ("requested", FRIDAY + timedelta(hours=2))


def test_a_newer_proposal_is_not_taken_unseen(diary: Diary, browser: Browser) -> None:
    booking = proposed(diary)
    by_mail(diary, browser, booking)
    diary.proposes(booking, FRIDAY + timedelta(hours=3))
    page = browser.submit("/answer", take="yes")
    assert page.status == 409 and "at 12 PM" in page.text and diary.now(booking).status == "proposed"


def test_once_its_time_has_come_it_can_not_be_taken(diary: Diary, browser: Browser, clock: Clock) -> None:
    booking = proposed(diary)
    form = by_mail(diary, browser, booking).form("/answer").fields
    clock.forward(days=3, hours=21, minutes=30)
    page = by_mail(diary, browser, booking)
    assert "Take this time" not in page.text and "(303) 555-0142" in page.text
    assert browser.post(place(booking, "/answer"), {**form, "take": "yes"}).status == 409
    assert diary.now(booking).status == "proposed"


def test_an_answer_that_is_none_asks_again(diary: Diary, browser: Browser) -> None:
    booking = proposed(diary)
    form = by_mail(diary, browser, booking).form("/answer").fields
    assert "Let this time go?" in browser.post(place(booking, "/answer"), {**form, "take": "maybe"}).text
    assert diary.now(booking) == booking


def test_an_answer_to_nothing_leads_to_the_booking(diary: Diary, browser: Browser) -> None:
    booking = diary.books()
    assert by_mail(diary, browser, booking, "/answer").url.split("?")[0].endswith(booking.id)
    form = {"key": key(diary, booking), "version": str(booking.version), "take": "yes"}
    assert browser.post(place(booking, "/answer"), form).status == 200
    assert diary.now(booking) == booking


# This is me


def test_who_has_the_address_can_have_it_in_their_account(diary: Diary, browser: Browser) -> None:
    nora = diary.company.customer("Nora Beck", email="nora@example.com")
    booking = diary.books()
    page = by_mail(diary, browser, booking)
    assert "Are you a customer" in page.text and "Nora Beck" in page.text
    page = browser.submit("/account", account=nora.id)
    assert "in your account now" in page.text and "Are you a customer" not in page.text
    assert diary.now(booking).customer == nora.id
    browser.sign_in("evergreen", "nora@example.com")
    assert WHEN in browser.get("/evergreen/visits").text


def test_of_several_accounts_one_is_chosen(diary: Diary, browser: Browser) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com")
    sons = diary.company.customer("Beck & Sons", email="nora@example.com", password=None)
    booking = diary.books()
    page = by_mail(diary, browser, booking)
    assert "Nora Beck" in page.text and "Beck & Sons" in page.text
    browser.submit("/account", account=sons.id)
    assert diary.now(booking).customer == sons.id


def test_nobody_else_s_account_can_be_named(diary: Diary, browser: Browser) -> None:
    dana, booking = diary.company.customer(), diary.books()
    assert "Are you a customer" not in by_mail(diary, browser, booking).text
    form = {"key": key(diary, booking), "version": str(booking.version)}
    for account in (dana.id, "", "nobody"):
        assert browser.post(place(booking, "/account"), {**form, "account": account}).status == 404
    assert diary.now(booking) == booking


def test_a_text_message_proves_no_e_mail_address(diary: Diary, browser: Browser) -> None:
    """Who books with Dana's address and their own number has the number, and no more."""
    dana = diary.company.customer()
    booking = diary.books(who=replace(NORA, name="Mallory", email="dana@example.com"))
    sms = text_key(diary, booking)
    page = browser.get(place(booking, key=sms))
    assert WHEN in page.text and "Dana" not in page.text and dana.id not in page.html
    form = {"key": sms, "version": str(booking.version), "account": dana.id}
    assert browser.post(place(booking, "/account"), form).status == 404
    assert diary.now(booking) == booking
    # The rest it opens as the mail's does.
    assert browser.get(place(booking, "/cancellation", sms)).status == 200
    assert "account of Dana Whitfield" in by_mail(diary, browser, booking).text


def test_accounts_of_one_name_are_told_apart_by_a_hint_only(diary: Diary, browser: Browser) -> None:
    for address in ("7 Aspen Court", "12 Juniper Way"):
        diary.company.customer("Nora Beck", email="nora@example.com", password=None, address=(address, "Boulder, CO"))
    diary.company.customer("Beck & Sons", email="nora@example.com", password=None, address=("9 Secret Lane",))
    text = by_mail(diary, browser, diary.books()).text
    assert "Nora Beck 7 Asp…" in text and "Nora Beck 12 Ju…" in text and "Beck & Sons" in text
    assert not [one for one in ("Aspen", "Juniper", "Secret", "9 S", "Boulder") if one in text]


def test_a_link_from_before_it_was_in_an_account_shows_no_more_than_it_did(diary: Diary, browser: Browser) -> None:
    """It may have gone to a stranger, since an address was mistyped."""
    dana = diary.company.customer()
    before = diary.books(who=replace(NORA, email="typo@stranger.example"), notes="Gate code 4711")
    after = diary.attaches(before, dana)
    hidden = ("Aspen", "4711", "Dana")
    for old in (key(diary, before), text_key(diary, before)):
        page = browser.get(place(after, key=old))
        assert WHEN in page.text and "Cancel this booking" in page.text
        file = browser.get(place(after, "/calendar", old))
        assert "LOCATION" not in file.html
        assert not [one for one in hidden if one in page.html + file.html]
    for new in (key(diary, after), text_key(diary, after)):
        assert new not in (key(diary, before), text_key(diary, before))
        text = browser.get(place(after, key=new)).text
        assert "7 Aspen Ct" in text and "Gate code 4711" in text
        assert "LOCATION:7 Aspen Ct" in browser.get(place(after, "/calendar", new)).html


@pytest.mark.parametrize("of", [key, text_key])
def test_who_never_booked_it_gets_rid_of_it_until_it_begins(
    diary: Diary, browser: Browser, clock: Clock, of: Callable[[Diary, Booking], str]
) -> None:
    """The mail says so; and whoever typed their address may have done it after the cut-off."""
    offering(diary.company, cutoff=48)
    booking = diary.books()
    clock.time = booking.starts_at - timedelta(minutes=30)
    page = browser.get(place(booking, key=of(diary, booking)))
    assert "Cancel this booking" not in page.text and "Choose another time" not in page.text
    page = browser.get(place(booking, "/cancellation", of(diary, booking)))
    assert "You didn’t book this?" in page.text and "tell us why" not in page.text
    page = browser.submit("/cancellation")
    assert "Canceled" in page.text and diary.now(booking).status == "cancelled"
    assert diary.now(booking).happened[-1].note == "I didn’t book this." and diary.entries == []


def test_nobody_disowns_what_has_begun_or_is_in_an_account(diary: Diary, browser: Browser, clock: Clock) -> None:
    offering(diary.company, cutoff=48)
    theirs, nobodys = diary.books(customer=diary.company.customer()), diary.books()
    for booking, since in ((theirs, -30), (nobodys, 1)):
        clock.time = booking.starts_at + timedelta(minutes=since)
        assert "didn’t book" not in by_mail(diary, browser, booking).text
        assert by_mail(diary, browser, booking, "/cancellation").url.partition("?")[0].endswith(booking.id)
        form = {"key": key(diary, booking), "version": str(booking.version), "disowned": "yes"}
        assert browser.post(place(booking, "/cancellation"), form).status == 409
        assert diary.now(booking) == booking


def test_nothing_is_claimed_that_was_not_done(diary: Diary, browser: Browser) -> None:
    """Anybody can write an address with `done` in it."""
    booking = diary.cancels(diary.books())
    for done in ("moved", "taken", "account", "<b>"):
        assert 'role="status"' not in by_mail(diary, browser, booking, done=done).html


def test_while_the_portal_is_off_it_is_too(diary: Diary, browser: Browser, owner: Client) -> None:
    booking = diary.books()
    switch(owner, portal={"on": False})
    page = by_mail(diary, browser, booking)
    assert page.status == 404 and "keep your link" in page.text
