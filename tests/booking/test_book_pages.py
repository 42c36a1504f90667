"""The way to a booking over HTTP: service, time, details, review, done; by visitors and by customers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.booking.rules import Area, Price, Question, Span, SpecialDays
from chalicelib.customers.actions import link as portal_links
from chalicelib.leads.records import leads
from chalicelib.tenants.records import change_company
from tests.billing.wire import Fault, Wire, nothing
from tests.booking.offers import a_service, offering, open_daily
from tests.booking.walking import (
    at_details,
    at_review,
    booked,
    books,
    confirms,
    details_form,
    link,
    open_day,
    others,
    path,
    times,
    token,
    wrong_fields,
)  # fmt: skip
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.visits.planner import done as was_done
from tests.visits.planner import planned

TUESDAY_AT_9 = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def by_a_mailed_link(dana: Person, browser: Browser) -> None:
    portal_links.send(browser.world.services, dana.company.store, dana.now)
    sent = re.findall(r"/evergreen/link/([\w-]{43})", browser.deliver_mail()[-1].replace("=\n", ""))[0]
    browser.post(f"/evergreen/link/{sent}", {})


def test_a_visitor_books_in_four_steps_each_with_an_address(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = books(browser, clock)
    assert page.status == 200 and path(page).startswith("/book/done/")
    assert "Booked. Thank you! Tuesday, November 24, at 9 AM" in page.text.replace("\xa0", " ")
    assert "on its way to nora@example.com" in page.text
    booking = booked(evergreen, page)
    assert booking is not None
    assert (booking.status, booking.starts_at, booking.customer, booking.source) == (
        "confirmed", TUESDAY_AT_9, "", "page",
    )  # fmt: skip
    assert (booking.who.name, booking.who.address) == ("Nora Beck", ("7 Pine Court", "Denver, CO"))
    lead = leads.lead(evergreen.store, booking.lead)
    assert lead is not None and lead.source == "booking"


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en-US", ("Street address", "City", "ZIP code")), ("en-GB", ("Street and house number", "Town", "Postal code"))],
)
def test_an_address_is_asked_for_in_the_words_of_the_country(
    evergreen: Company, browser: Browser, locale: str, words: tuple[str, ...]
) -> None:
    change_company(evergreen.store, evergreen.company, locale=locale)
    offering(evergreen)
    text = at_details(browser, "9:00 AM" if locale == "en-US" else "09:00").text
    assert all(one in text for one in words)


def test_a_visitor_is_not_shown_the_link_that_proves_their_address(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    """Who opens the mailed link has shown that the address is theirs; so this page does not have it."""
    offering(evergreen)
    page = books(browser, clock)
    assert not [one for one in page.links if "/bookings/" in one or "key=" in one]
    file = browser.get(link(page, "Calendar file"))
    assert file.status == 200 and "BEGIN:VCALENDAR" in file.html and "key=" not in file.html


def test_a_service_says_what_it_is_how_long_it_takes_and_what_it_costs(evergreen: Company, browser: Browser) -> None:
    offering(
        evergreen,
        a_service(words="Front and back.", minutes=90, price=Price("exact", 12_000)),
        a_service("wasps", "Wasp nest removal", 45, price=Price("from", 18_950)),
        a_service("look", "Rodent inspection", 30, price=Price("estimate")),
        a_service("secret", "Staff only", on=False),
    )
    text = browser.get("/evergreen/book").text
    assert "Lawn mowing Front and back. About 1 hour 30 minutes $120.00" in text
    assert "Wasp nest removal About 45 minutes From $189.50" in text
    assert "Rodent inspection About 30 minutes Free estimate" in text
    assert "Staff only" not in text


def test_what_a_customer_had_comes_first(evergreen: Company, browser: Browser, dana: Person, owner: Client) -> None:
    offering(evergreen, a_service(), a_service("wasps", "Wasp nest removal"))
    was_done(owner, dana, datetime(2026, 10, 12, 18, tzinfo=UTC), title="Wasp nest removal")
    planned(owner, dana, datetime(2026, 10, 20, 18, tzinfo=UTC), title="Lawn mowing", status="cancelled")
    assert "You had this" not in browser.get("/evergreen/book").text
    browser.sign_in("evergreen")
    text = browser.get("/evergreen/book").text
    assert "Wasp nest removal You had this on Oct 12" in text
    assert text.index("Wasp nest removal") < text.index("Lawn mowing")


def test_the_first_free_day_is_open_by_itself(evergreen: Company, browser: Browser) -> None:
    offering(evergreen, special=(SpecialDays(date(2026, 11, 24), date(2026, 12, 3), "Moving house"),))
    page = browser.get("/evergreen/book/lawn-mowing")
    assert open_day(page) == "Friday, December 4"
    assert times(page)[0] == "8:00 AM" and times(page)[-1] == "4:00 PM"
    assert "All times are Denver time (MST)." in page.text
    # Its week is the one that is shown, with the way to those beside it.
    assert "Nov 30 – Dec 6" in page.text
    earlier = browser.get(link(page, "Earlier"))
    assert "Nov 23 – Nov 29" in earlier.text and times(earlier) == []
    assert "Nothing is free in this week" in earlier.text


def test_times_stand_by_the_parts_of_the_day(evergreen: Company, browser: Browser) -> None:
    offering(evergreen, step=240, hours=open_daily(8, 21))
    text = browser.get("/evergreen/book/lawn-mowing").text
    assert "Morning 8:00 AM Afternoon 12:00 PM 4:00 PM Evening 8:00 PM" in text.replace("\xa0", " ")


def test_an_arrival_window_is_said(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, window=120, step=60)
    page = browser.get("/evergreen/book/lawn-mowing")
    assert times(page)[:3] == ["8 – 10 AM", "9 – 11 AM", "10 AM – 12 PM"]
    assert "We arrive within the time you choose." in page.text
    page = books(browser, clock, "9 – 11 AM")
    assert "Tuesday, November 24, between 9 and 11 AM" in page.text.replace("\xa0", " ")


def test_an_hour_that_comes_twice_is_told_apart(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """Denver's clocks are set back at 2 in the morning of November 7, 2027."""
    clock.time = datetime(2027, 11, 5, 19, 0, tzinfo=UTC)
    offering(evergreen, hours=open_daily(0, 4), notice=1, window=0)
    page = browser.get("/evergreen/book/lawn-mowing?day=2027-11-07")
    assert times(page) == [
        "12:00 AM", "12:30 AM", "1:00 AM MDT", "1:30 AM MDT", "1:00 AM MST", "1:30 AM MST", "2:00 AM", "2:30 AM",
        "3:00 AM",
    ]  # fmt: skip
    assert "Denver time (MDT/MST)" in page.text
    page = browser.get(link(page, "1:30 AM MST"))
    assert "Sunday, November 7, at 1:30 AM (MST)" in page.text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-23", "This is too soon for us to plan"),
        ("2026-11-26", "We’re closed on this day: Thanksgiving."),
        ("2026-11-28", "We’re closed on this day."),
        ("2026-11-27", "All times of this day are taken."),
        ("2027-02-01", "We plan no further than"),
        ("2099-01-01", "We plan no further than"),
    ],
)
def test_a_day_without_times_says_why_and_where_there_are_some(
    evergreen: Company, browser: Browser, clock: Clock, day: str, told: str
) -> None:
    closed = SpecialDays(date(2026, 11, 26), date(2026, 11, 26), "Thanksgiving")
    short = SpecialDays(date(2026, 11, 27), date(2026, 11, 27), "", (Span(9 * 60, 10 * 60),))
    offering(evergreen, special=(closed, short), crews=1)
    other = Browser(browser.app, browser.world, address="203.0.113.9")
    assert path(books(other, clock, start="/book/lawn-mowing?day=2026-11-27")).startswith("/book/done/")
    page = browser.get(f"/evergreen/book/lawn-mowing?day={day}")
    assert told in page.text and times(page) == []
    assert "The next days with free times:" in page.text
    there = others(page)
    assert len(there) == 3 and all(times(browser.get(one)) for one in there)


def test_the_only_day_that_is_left_is_no_days(evergreen: Company, browser: Browser) -> None:
    offering(evergreen, special=(SpecialDays(date(2026, 11, 25), date(2027, 6, 1), "Moving house"),))
    page = browser.get("/evergreen/book/lawn-mowing?day=2026-11-23")
    assert "The next day with free times: Tuesday, November 24" in page.text and len(others(page)) == 1


def test_nothing_typed_is_nothing_lost(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """An address from yesterday, and nobody has typed anything."""
    offering(evergreen, crews=1)
    books(Browser(browser.app, browser.world, address="203.0.113.9"), clock)
    page = browser.get("/evergreen/book/lawn-mowing/20261124T1600Z")
    assert path(page) == "/book/lawn-mowing" and "9:00 AM" not in times(page)
    assert "Please choose another" in page.text and "taken" in page.text
    assert "nothing you typed" not in page.text and "Just taken" not in page.text


def test_what_was_not_said_can_be_added(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = at_review(browser, clock)
    assert "Notes None Add the notes" in page.text
    page = at_review(browser, clock, notes="The gate code is 4711.")
    assert "Notes The gate code is 4711. Change the notes" in page.text


def test_who_is_no_customer_yet_finds_the_way_from_the_sign_in_page(evergreen: Company, browser: Browser) -> None:
    assert "Not a customer yet?" not in browser.get("/evergreen/sign-in").text
    offering(evergreen)
    page = browser.get("/evergreen/sign-in")
    assert "Not a customer yet?" in page.text and browser.get(link(page, "Book a visit")).status == 200


def test_nothing_free_at_all_says_so_and_whom_to_ask(evergreen: Company, browser: Browser) -> None:
    offering(evergreen, special=(SpecialDays(date(2026, 11, 1), date(2027, 6, 1), "Moving house"),))
    page = browser.get("/evergreen/book/lawn-mowing")
    assert page.status == 200 and times(page) == []
    assert "Nothing is free at the moment" in page.text and "(303) 555-0142" in page.text
    assert "/evergreen/contact" in page.links


def test_a_customer_fills_in_only_what_is_missing(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    offering(evergreen, a_service(questions=(Question("pets", "Do you have pets?", True),)))
    browser.sign_in("evergreen")
    page = at_details(browser)
    assert "We come to 12 Juniper Way, Boulder, CO" in page.text
    assert "The confirmation goes to dana@example.com." in page.text
    assert not [one for one in ("name", "email", "street", "postal_code") if f'name="{one}"' in page.html]
    clock.forward(minutes=1)
    form = details_form(page)
    page = browser.post(form.action, {**form.fields, "answer-pets": "Two cats", "notes": "Mind the gate."})
    assert "Do you have pets? Two cats" in page.text and "Mind the gate." in page.text
    page = confirms(browser)
    booking = booked(evergreen, page)
    assert booking is not None
    assert (booking.customer, booking.source, booking.lead) == (dana.id, "portal", "")
    assert (booking.who.email, booking.who.address) == ("dana@example.com", ("12 Juniper Way", "Boulder, CO"))
    assert (booking.answers, booking.notes) == ((("Do you have pets?", "Two cats"),), "Mind the gate.")
    assert f"/evergreen/bookings/{booking.id}" in page.links


def test_a_customer_of_whom_nothing_is_known_is_asked(evergreen: Company, browser: Browser, clock: Clock) -> None:
    otto = evergreen.customer("Otto Brandt", email="otto@example.com", address=())
    offering(evergreen, area=Area("flagged", ("803*",)))
    browser.sign_in("evergreen", "otto@example.com")
    page = at_details(browser)
    assert [one for one in ("name", "email", "street", "town", "postal_code") if f'name="{one}"' in page.html] == [
        "street", "town", "postal_code",
    ]  # fmt: skip
    form = details_form(page)
    assert wrong_fields(browser.post(form.action, form.fields)) == ["street", "town", "postal_code"]
    typed = {"street": "7 Pine Court", "town": "Denver", "postal_code": "80205"}
    browser.post(form.action, {**form.fields, **typed})
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.customer == otto.id
    assert (booking.who.address, booking.who.postal_code, booking.outside) == (
        ("7 Pine Court", "Denver"), "80205", True,
    )  # fmt: skip


def test_who_came_by_a_mailed_link_is_not_shown_address_and_number(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    offering(evergreen)
    by_a_mailed_link(dana, browser)
    page = at_details(browser)
    assert "dana@example.com" not in page.html and "that we have for you" in page.text
    page = at_review(browser, clock)
    assert "dana@example.com" not in page.html
    page = confirms(browser)
    assert "dana@example.com" not in page.html
    booking = booked(evergreen, page)
    assert booking is not None and booking.who.email == "dana@example.com"


def test_a_browser_insists_only_on_what_we_need(evergreen: Company, browser: Browser) -> None:
    questions = (Question("pets", "Do you have pets?", True), Question("size", "How big is it?"))

    def needed() -> set[str]:
        fields = re.findall(r"<(?:input|textarea)[^>]*>", at_details(browser, start="/book?postal=80301").html)
        return {re.findall(r'name="([^"]*)"', one)[0] for one in fields if re.search(r"\brequired\b", one)}

    offering(evergreen, a_service(questions=questions))
    assert needed() == {"name", "email", "street", "town", "answer-pets"}
    offering(evergreen, area=Area("flagged", ("803*",)))
    assert needed() == {"name", "email", "street", "town", "postal_code"}


def test_a_customer_can_sign_in_on_the_way_and_comes_back_to_it(
    evergreen: Company, browser: Browser, dana: Person
) -> None:
    offering(evergreen)
    page = at_details(browser, start="/book?from=widget")
    there = page.url
    browser.get(link(page, "Sign in"))
    page = browser.submit("/sign-in", login="dana@example.com", password="green-lawn-2026")
    assert page.url == there and "We come to 12 Juniper Way" in page.text


def test_what_a_visitor_typed_is_still_there_after_signing_in(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    offering(evergreen)
    review = at_review(browser, clock, notes="The gate code is 4711.")
    browser.sign_in("evergreen")
    page = browser.get(review.url)
    assert path(page).startswith("/book/lawn-mowing/") and "The gate code is 4711." in page.text
    form = details_form(page)
    browser.post(form.action, {**form.fields, "notes": "The gate code is 4711."})
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.customer == dana.id and booking.who.name == "Dana Whitfield"


def test_the_review_says_all_of_it_and_leads_back_to_each(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, a_service(price=Price("exact", 4_500)), policy="Somebody must be at home.", cutoff=24)
    page = at_review(browser, clock, notes="The gate code is 4711.", phone="303 555 0199")
    text = page.text.replace("\xa0", " ")
    for told in (
        "Lawn mowing $45.00", "Tuesday, November 24, at 9 AM", "Denver time (MST)", "7 Pine Court Denver, CO",
        "Nora Beck nora@example.com 303 555 0199", "The gate code is 4711.", "Somebody must be at home.",
    ):  # fmt: skip
        assert told in text
    # It is Monday noon: within a day of it, nothing can be changed any more.
    assert "too close to be moved or canceled online" in text
    back = browser.get(link(page, "Change the place"))
    assert details_form(back).fields["street"] == "7 Pine Court" and "The gate code is 4711." in back.text
    assert "Book a visit" in browser.get(link(page, "Change the service")).text


def test_the_cutoff_is_said_in_words(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, cutoff=12)
    text = at_review(browser, clock).text.replace("\xa0", " ")
    assert "Until Monday, November 23, at 9 PM you can move or cancel it online." in text


def test_another_time_from_the_review_needs_nothing_typed_again(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen)
    page = at_review(browser, clock)
    page = browser.get(link(page, "Change the time"))
    page = browser.get(link(page, "2:00 PM"))
    assert path(page).startswith("/book/review/") and "at 2 PM" in page.text.replace("\xa0", " ")
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.starts_at == TUESDAY_AT_9 + timedelta(hours=5)


def test_another_service_from_the_review_keeps_what_was_typed(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    pets = Question("pets", "Do you have pets?", True)
    offering(evergreen, a_service(), a_service("wasps", "Wasp nest removal", questions=(pets,)))
    page = browser.get(link(at_review(browser, clock), "Change the service"))
    page = browser.get(link(browser.get(link(page, "Wasp nest")), "9:00 AM"))
    form = details_form(page)
    assert form.fields["name"] == "Nora Beck"
    assert wrong_fields(browser.post(form.action, form.fields)) == ["answer-pets"]
    browser.post(form.action, {**form.fields, "answer-pets": "Two cats"})
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and (booking.title, booking.answers) == (
        "Wasp nest removal", (("Do you have pets?", "Two cats"),),
    )  # fmt: skip


def test_a_time_that_is_taken_meanwhile_costs_nothing_that_was_typed(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen, crews=1)
    at_review(browser, clock, notes="The gate code is 4711.")
    other = Browser(browser.app, browser.world, address="203.0.113.9")
    assert books(other, clock, email="ann@example.com", name="Ann").status == 200
    page = confirms(browser)
    assert path(page) == "/book/lawn-mowing" and page.status == 200
    assert "Just taken: Tuesday, November 24, at 9 AM" in page.text.replace("\xa0", " ")
    assert "nothing you typed is lost" in page.text
    assert open_day(page) == "Tuesday, November 24" and "9:00 AM" not in times(page)
    page = browser.get(link(page, "10:00 AM"))
    assert path(page).startswith("/book/review/") and "The gate code is 4711." in page.text
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.starts_at == TUESDAY_AT_9 + timedelta(hours=1)


def test_a_day_that_fills_up_meanwhile_names_the_next_days(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, a_service(minutes=9 * 60), crews=1)
    at_review(browser, clock, "8:00 AM")
    other = Browser(browser.app, browser.world, address="203.0.113.9")
    books(other, clock, "8:00 AM", email="ann@example.com", name="Ann")
    page = confirms(browser)
    assert "Just taken" in page.text and times(page) == []
    page = browser.get(link(page, "Wednesday, November 25"))
    browser.get(link(page, "8:00 AM"))
    assert path(confirms(browser)).startswith("/book/done/")


def test_a_form_is_one_booking_whatever_is_clicked(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = at_review(browser, clock)
    form = next(one for one in page.forms if "/book/review/" in one.action)
    ends = {browser.post(form.action, form.fields).url for _ in range(3)}
    assert len(ends) == 1
    booking = booked(evergreen, page)
    assert booking is not None and booking.version == 0


def test_whatever_is_opened_again_of_a_booked_draft_leads_to_its_end(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen)
    details = at_details(browser)
    review = at_review(browser, clock)
    done, draft = confirms(browser), token(review)
    form = details_form(details)
    for address in (review.url, f"/evergreen/book?draft={draft}", f"/evergreen/book/lawn-mowing?draft={draft}",
                    f"/evergreen/book/lawn-mowing/20261124T1700Z?draft={draft}"):  # fmt: skip
        assert browser.get(address).url == done.url
    typed = {"form": draft, "name": "Nora", "email": "nora@example.com", "street": "9 Elm", "town": "Denver"}
    assert browser.post(form.action, typed).url == done.url
    booking = booked(evergreen, done)
    assert booking is not None and booking.who.address == ("7 Pine Court", "Denver, CO")
    assert "/evergreen/book" in done.links


def test_a_request_says_that_it_is_one(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, confirming="request")
    page = at_review(browser, clock)
    assert "Send the request" in page.text and "The time is kept for you until then." in page.text
    page = confirms(browser)
    assert "We have your request. Thank you!" in page.text and "Calendar file" not in page.text
    booking = booked(evergreen, page)
    assert booking is not None and booking.status == "requested"


def test_what_a_machine_fills_in_becomes_a_request_that_is_marked(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen)
    page = books(browser, clock, homepage="https://casino.example")
    assert "We have your request" in page.text
    booking = booked(evergreen, page)
    assert booking is not None and booking.suspected and booking.status == "requested"


def test_where_somebody_came_from_stays_with_the_booking(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = at_review(browser, clock, start="/book?from=widget")
    form = details_form(browser.get(link(page, "Change the place")))
    browser.post(form.action, form.fields)
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.source == "widget"


def test_where_the_area_is_kept_to_the_postal_code_is_asked_first(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen, area=Area("refused", ("803*",)))
    for start in ("/book?from=widget", "/book/lawn-mowing"):
        page = browser.get(f"/evergreen{start}")
        assert "Where do you need us?" in page.text and times(page) == []
    page = browser.get("/evergreen/book?from=widget&postal=99501")
    assert "We don’t come to 99501." in page.text and "(303) 555-0142" in page.text
    page = browser.get("/evergreen/book?postal=K1A+0B1")
    assert page.status == 422 and wrong_fields(page) == ["postal"] and 'value="K1A 0B1"' in page.html
    page = browser.get("/evergreen/book?from=widget&postal=80301-1234")
    assert "We come to" in page.text
    page = browser.get(link(browser.get(link(page, "Lawn mowing")), "9:00 AM"))
    form = details_form(page)
    assert form.fields["postal_code"] == "80301-1234"
    typed = {"name": "Nora", "email": "nora@example.com", "street": "7 Pine", "town": "Denver"}
    refused = browser.post(form.action, {**form.fields, **typed, "postal_code": "99501"})
    assert refused.status == 422 and wrong_fields(refused) == ["postal_code"]
    browser.post(form.action, {**form.fields, **typed})
    booking = booked(evergreen, confirms(browser))
    assert booking is not None and booking.source == "widget" and not booking.outside


def test_a_customers_postal_code_is_taken_from_the_file(evergreen: Company, browser: Browser, clock: Clock) -> None:
    evergreen.customer(address=("12 Juniper Way", "Boulder, CO 80302"))
    evergreen.customer("Otto", email="otto@example.com", address=("9 Ice Road", "Anchorage, AK 99501"))
    offering(evergreen, area=Area("refused", ("803*",)))
    browser.sign_in("evergreen")
    assert path(books(browser, clock)).startswith("/book/done/")
    other = Browser(browser.app, browser.world)
    other.sign_in("evergreen", "otto@example.com")
    for start in ("/book", "/book?postal=80301", "/book/lawn-mowing?postal=80301"):
        page = other.get(f"/evergreen{start}")
        assert "We don’t come to 99501." in page.text and 'name="postal"' not in page.html


def test_while_booking_is_off_there_is_no_page_of_it(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    review = at_review(browser, clock)
    draft, form = token(review), review.form(token(review))
    offering(evergreen, on=False)
    for address in ("/book", "/book/lawn-mowing", "/book/lawn-mowing/20261124T1600Z", f"/book/review/{draft}",
                    f"/book/done/{draft}", f"/book/done/{draft}/calendar"):  # fmt: skip
        page = browser.get(f"/evergreen{address}")
        assert page.status == 404 and "book" not in page.text.lower().replace("facebook", "")
    assert browser.post(form.action, form.fields).status == 404
    assert booked(evergreen, review) is None
    # Nothing was lost: on again, it goes on.
    offering(evergreen)
    browser.get(review.url)
    assert path(confirms(browser)).startswith("/book/done/")


def test_a_service_that_is_switched_off_meanwhile_says_so(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, a_service(), a_service("wasps", "Wasp nest removal"))
    review = at_review(browser, clock)
    form = review.form(token(review))
    offering(evergreen, a_service(on=False), a_service("wasps", "Wasp nest removal"))
    for page in (browser.post(form.action, form.fields), browser.get(review.url),
                 browser.get("/evergreen/book/lawn-mowing")):  # fmt: skip
        assert path(page) == "/book" and "isn’t offered online at the moment" in page.text
    page = browser.post(form.action, form.fields)
    page = browser.get(link(browser.get(link(page, "Wasp nest")), "9:00 AM"))
    assert details_form(page).fields["name"] == "Nora Beck"


def test_the_way_is_in_spanish_too(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = at_details(browser)
    assert 'name="next" value="/evergreen/book/lawn-mowing/20261124T1600Z"' in page.html
    page = at_review(browser, clock)
    draft = token(page)
    back = browser.submit("/language", language="es")
    assert back.url.endswith(page.url.partition("?")[0].rpartition("/")[2] + "?time=20261124T1600Z")
    assert 'lang="es"' in back.html and token(back) == draft


def test_of_more_people_than_places_the_others_lose_nothing_but_the_time(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen, a_service(minutes=9 * 60), crews=3)
    people = [Browser(browser.app, browser.world, address=f"203.0.113.{number}") for number in range(8)]
    for number, one in enumerate(people):
        at_review(one, clock, "8:00 AM", name=f"Ann {number}", email=f"ann{number}@example.com")
    ends = [confirms(one) for one in people]
    assert [path(one).startswith("/book/done/") for one in ends] == [True] * 3 + [False] * 5
    for number, one in list(enumerate(people))[3:]:
        assert "nothing you typed is lost" in ends[number].text
        page = one.get(link(one.get(others(ends[number])[number % 2]), "8:00 AM"))
        assert f"Ann {number} ann{number}@example.com" in page.text
        # On the next day there is room for three more; the other two go on to the one after it.
        end = confirms(one)
        while not path(end).startswith("/book/done/"):
            one.get(link(one.get(others(end)[0]), "8:00 AM"))
            end = confirms(one)
        booking = booked(evergreen, end)
        assert booking is not None and booking.who.name == f"Ann {number}"


@pytest.mark.parametrize("fault", ["lost before", "lost after"])
def test_a_click_whose_answer_is_lost_can_be_clicked_again(
    evergreen: Company, browser: Browser, clock: Clock, wire: Wire, fault: Fault
) -> None:
    offering(evergreen)
    page = at_review(browser, clock, notes="The gate code is 4711.")
    wire.down("dynamodb TransactWriteItems", fault)
    failed = confirms(browser)
    assert failed.status == 503 and "please try again in a minute" in failed.text
    wire.plan = nothing
    if fault == "lost before":
        # Nothing is booked: the page is there, with all of it.
        assert "The gate code is 4711." in failed.text and path(confirms(browser)).startswith("/book/done/")
    assert path(browser.get(page.url)).startswith("/book/done/")
    booking = booked(evergreen, page)
    assert booking is not None and booking.status == "confirmed"


def test_who_has_booked_too_much_is_told_and_loses_nothing(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, crews=20)
    ends = [books(browser, clock, notes="The gate code is 4711.") for _ in range(6)]
    assert [path(one).startswith("/book/done/") for one in ends] == [True] * 5 + [False]
    assert ends[-1].status in (409, 429) and path(ends[-1]).startswith("/book/review/")
    assert "Please check this" in ends[-1].text and "The gate code is 4711." in ends[-1].text


def test_each_page_asks_the_store_as_little_as_it_can(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock, wire: Wire
) -> None:
    offering(evergreen)

    def calls(url: str) -> list[str]:
        wire.calls.clear()
        assert browser.get(url, follow=False).status == 200
        return [one.what.removeprefix("dynamodb ") for one in wire.calls]

    review = at_review(browser, clock)
    root, draft = "/evergreen/book", token(review)
    look = ["BatchGetItem", "Query"]
    for session in ([], ["BatchGetItem"]):
        company = session or ["BatchGetItem"]
        history = ["Query"] if session else []
        assert calls(root) == [*company, "BatchGetItem", *history]
        assert calls(f"{root}/lawn-mowing?day=2026-11-25") == [*company, *look]
        assert calls(f"{root}/lawn-mowing/20261124T1600Z") == [*company, *look]
        if not session:
            assert calls(f"{root}/review/{draft}") == [*company, "BatchGetItem", *look]
            browser.sign_in("evergreen")
