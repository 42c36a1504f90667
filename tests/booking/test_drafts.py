"""What is typed on the way to a booking: whose it is, how long it is kept, and what its token opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.rules import Area, Question, drafts
from chalicelib.booking.rules import details as rules
from chalicelib.booking.rules.area import code_on_file
from chalicelib.booking.rules.details import ANSWER, Asked, Given
from chalicelib.booking.rules.drafts import Draft
from chalicelib.customers.rules import Customer
from chalicelib.leads.rules import forms
from chalicelib.services import new_ulid
from tests.booking.offers import a_service, offering
from tests.booking.walking import (
    NORA,
    at_details,
    at_review,
    booked,
    books,
    confirms,
    details_form,
    path,
    token,
    wrong_fields,
)  # fmt: skip
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock

KEY = b"k" * 32
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
words = st.text(max_size=40)


@given(words, words, st.lists(st.tuples(words, words), max_size=3), st.sampled_from(["page", "widget", "portal"]))
def test_a_draft_is_read_as_it_was_written(name: str, notes: str, answers: list[tuple[str, str]], source: str) -> None:
    draft = Draft(
        "lawn", AT, Given(name, notes=notes, answers=tuple(answers)), "01CUSTOMER", source,  # type: ignore[arg-type]
        kept_at="2026-11-23T19:00:00+00:00",
    )  # fmt: skip
    assert drafts.to_draft(drafts.write(draft)) == draft


def test_a_token_is_ours_for_one_company_only() -> None:
    id = new_ulid(AT)
    token = drafts.mint(KEY, "evergreen", id)
    assert drafts.read(KEY, "evergreen", token) == id
    assert forms.shown_at(id) == AT
    for other in (token[:-1], token + "x", "", ".", id, token.lower(), "é" * 70, token.replace(".", "")):
        assert drafts.read(KEY, "evergreen", other) == ""
    assert drafts.read(KEY, "bluewave", token) == "" == drafts.read(b"x" * 32, "evergreen", token)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)))
def test_a_time_in_an_address_is_that_minute(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0, tzinfo=UTC)
    assert drafts.read_time(drafts.spell_time(at)) == at


@pytest.mark.parametrize(
    "text", ["", "now", "20261124", "20261324T1600Z", "20261124T2460Z", "20261124T1600", "19991124T1600Z"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert drafts.read_time(text) is None


@pytest.mark.parametrize(
    ("address", "country", "code"),
    [
        (("12 Juniper Way", "Boulder, CO 80302"), "US", "80302"),
        (("12 Juniper Way", "Boulder, CO 80302-1234", "USA"), "US", "80302"),
        (("12 Juniper Way, Boulder, CO 80302",), "US", "80302"),
        (("12345 Juniper Way", "Boulder, CO"), "US", ""),
        (("12345 Juniper Way",), "US", ""),
        (("24 Sussex Drive", "Ottawa ON K1M 1M4"), "CA", "K1M 1M4"),
        (("Lindenstr. 5", "10115 Berlin"), "DE", "10115"),
        (("10 Downing Street", "London SW1A 2AA"), "GB", "SW1A 2AA"),
        ((), "US", ""),
    ],
)
def test_a_postal_code_is_found_in_an_address_only_where_it_is_certain(
    address: tuple[str, ...], country: str, code: str
) -> None:
    assert code_on_file(address, country) == code


def test_nobody_is_asked_for_what_is_on_file() -> None:
    known = Customer("01", "Dana", "Dana", ("dana@example.com",), address=("12 Juniper Way", "Boulder, CO"))
    kept_to = Area("refused", ("803*",))
    assert rules.asked_of(Area(), "US", known) == Asked(False, "", False, "")
    assert rules.asked_of(kept_to, "US", known) == Asked(False, "", False, "needed")
    assert rules.asked_of(kept_to, "US", None) == Asked(True, "email", True, "needed")
    assert rules.asked_of(Area(), "US", Customer("01", "Dana", "Dana")) == Asked(False, "either", True, "optional")
    # What is sent all the same is not taken: nobody changes by a booking what is on file.
    sent = Given("Mallory", "m@example.com", "1", "9 Elm", "Denver", "80301", "Hello")
    assert rules.tidy(sent, Asked(False, "", False, ""), a_service()) == Given(notes="Hello")


def test_what_is_wrong_is_said_in_the_order_of_the_form() -> None:
    service = a_service(questions=(Question("pets", "Pets?", True), Question("size", "How big?")))
    asked, area = Asked(True, "email", True, "needed"), Area("refused", ("803*",))
    nothing = rules.wrong(Given(), asked, service, area, "US")
    assert [one.field for one in nothing] == ["name", "email", "street", "town", "postal_code", "answer-pets"]
    much = Given(
        "n" * 101, "nora@", "12", "s" * 101, "t" * 101, "K1A 0B1", "n" * 2001, (("pets", "Two"), ("size", "s" * 1001))
    )
    assert [one.field for one in rules.wrong(much, asked, service, area, "US")] == [
        "name", "email", "phone", "street", "town", "postal_code", ANSWER + "size", "notes",
    ]  # fmt: skip
    good = Given("Nora", "nora@example.com", "", "7 Pine", "Denver", "80301-1234", "", (("pets", "Two"),))
    assert rules.wrong(good, asked, service, area, "US") == []


def test_a_draft_is_there_for_a_day(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, horizon=30)
    review = at_review(browser, clock, "9:00 AM", "/book/lawn-mowing?day=2026-11-27")
    clock.forward(hours=23)
    assert "Check your booking" in browser.get(review.url).text
    clock.forward(hours=2)
    page = browser.get(review.url)
    assert path(page) == "/book" and "What you typed was kept for a day, and is gone now." in page.text
    # Of what was booked there is the mail, then.
    page = books(browser, clock, start="/book/lawn-mowing?day=2026-11-27")
    clock.forward(hours=23)
    assert "Booked. Thank you!" in browser.get(page.url).text
    clock.forward(hours=2)
    page = browser.get(page.url)
    assert path(page) == "/book" and "our message to you has the link" in page.text and "nora" not in page.html


def test_what_was_typed_lies_nowhere_by_its_token(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    draft = token(at_review(browser, clock))
    tables = evergreen.world.services.tables
    rows = str(tables.call("Scan", {"TableName": tables.tokens})["Items"])
    assert "nora@example.com" in rows and draft not in rows and draft.partition(".")[2] not in rows


def test_a_visitors_draft_is_seen_in_their_browser(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """Whoever makes up a link with a token of theirs does not read what its reader types, nor change it."""
    offering(evergreen)
    other = Browser(browser.app, browser.world, address="198.51.100.66")
    bait = token(at_details(other))
    review = at_review(browser, clock, start=f"/book?draft={bait}", notes="Key under the mat")
    assert token(review) == bait and "Key under the mat" in review.text
    addresses = (f"/book/review/{bait}", f"/book?draft={bait}", f"/book/lawn-mowing?draft={bait}",
                 f"/book/lawn-mowing/20261124T1600Z?draft={bait}", f"/book/done/{bait}")  # fmt: skip
    for address in addresses:
        page = other.get(f"/evergreen{address}")
        assert page.status == 200 and not [one for one in ("Nora", "nora@", "Pine", "the mat") if one in page.html]
    seen = review.form(bait).fields
    page = other.post(f"/evergreen/book/review/{bait}", seen)
    assert path(page) == "/book" and "shown only in the browser in which you typed it" in page.text
    # What they type under it becomes a draft of theirs.
    typed = {**NORA, "form": bait, "email": "mallory@evil.example"}
    theirs = other.post("/evergreen/book/lawn-mowing/20261124T1600Z", typed)
    assert token(theirs) != bait and "mallory@evil.example" in theirs.text and "mat" not in theirs.text
    browser.page = review
    booking = booked(evergreen, done := confirms(browser))
    assert booking is not None and booking.who.email == "nora@example.com"
    assert path(other.get(done.url)) == "/book"
    assert other.get(done.url + "/calendar").status == 404
    # Another browser's token, booked already, is none to go on with either.
    again = other.post("/evergreen/book/lawn-mowing/20261124T1700Z", typed)
    assert path(again).startswith("/book/review/") and token(again) != bait
    assert "Booked. Thank you!" in browser.get(done.url).text


def test_a_draft_is_bound_by_a_cookie_that_no_script_reads(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    offering(evergreen)
    form = details_form(at_details(browser))
    assert browser.page is not None and not browser.page.cookies
    (kept,) = browser.post(form.action, {**form.fields, **NORA}, follow=False).cookies
    name, _, value = kept.partition(";")[0].partition("=")
    assert name == "porchlight_draft" and len(value) == 43
    assert kept.endswith("; Path=/evergreen; Max-Age=86400; HttpOnly; SameSite=Lax")
    # One browser, one cookie; and in no table.
    (again,) = browser.post(form.action, {**form.fields, **NORA}, follow=False).cookies
    assert again == kept
    tables = evergreen.world.services.tables
    assert value not in str(tables.call("Scan", {"TableName": tables.tokens})["Items"])
    # Nobody is given one of somebody else's making, and a customer needs none.
    odd = Browser(browser.app, browser.world)
    odd.jar[("porchlight_draft", "/evergreen")] = "x"
    form = details_form(at_details(odd))
    (other,) = odd.post(form.action, {**form.fields, **NORA}, follow=False).cookies
    assert other not in (kept, "") and "porchlight_draft=x;" not in other
    browser.sign_in("evergreen")
    form = details_form(at_details(browser))
    assert browser.post(form.action, form.fields, follow=False).cookies == []


def test_a_customers_draft_is_seen_by_nobody_else(
    evergreen: Company, bluewave: Company, browser: Browser, dana: Person, clock: Clock
) -> None:
    evergreen.customer("Otto Brandt", email="otto@example.com")
    offering(evergreen)
    offering(bluewave)
    browser.sign_in("evergreen")
    review = at_review(browser, clock, notes="The gate code is 4711.")
    draft = token(review)
    otto = Browser(browser.app, browser.world)
    otto.sign_in("evergreen", "otto@example.com")
    visitor = Browser(browser.app, browser.world)
    addresses = (f"/book/review/{draft}", f"/book?draft={draft}", f"/book/lawn-mowing?draft={draft}",
                 f"/book/lawn-mowing/20261124T1600Z?draft={draft}")  # fmt: skip
    for address in addresses:
        page = otto.get(f"/evergreen{address}")
        assert page.status == 404 and "4711" not in page.html
        page = visitor.get(f"/evergreen{address}")
        assert path(page) == "/sign-in" and "4711" not in page.html
    assert otto.post(f"/evergreen/book/review/{draft}", {"time": ""}).status == 404
    assert path(visitor.post(f"/evergreen/book/review/{draft}", {"time": ""})) == "/sign-in"
    assert visitor.get(f"/bluewave/book/review/{draft}").status == 404
    assert booked(evergreen, review) is None
    done = confirms(browser)
    assert otto.get(done.url).status == 404 and path(visitor.get(done.url)) == "/sign-in"
    assert otto.get(done.url + "/calendar").status == 404
    # Who signs in as Dana comes back to it.
    visitor.get(f"/evergreen/book/done/{draft}")
    page = visitor.submit("/sign-in", login="dana@example.com", password="green-lawn-2026")
    assert page.url == done.url and "Booked. Thank you!" in page.text


def test_who_must_choose_a_password_first_is_not_sent_to_and_fro(
    evergreen: Company, browser: Browser, dana: Person, clock: Clock, owner: Client
) -> None:
    offering(evergreen)
    browser.sign_in("evergreen")
    review = at_review(browser, clock)
    assert owner.patch(f"/customers/{dana.id}/access", {"must_change_password": True}).status == 200
    assert path(browser.get(review.url)) == "/password"


def test_from_one_address_only_so_much_is_kept(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    page = at_details(browser)
    form = details_form(page)
    typed = {**form.fields, "name": "Nora", "email": "nora@example.com", "street": "7 Pine", "town": "Denver"}
    for _ in range(60):
        assert browser.post(form.action, typed, follow=False).status == 303
    page = browser.post(form.action, {**typed, "notes": "The gate code is 4711."}, follow=False)
    assert page.status == 429 and int(page.headers["retry-after"]) > 0
    assert "Please wait" in page.text and "The gate code is 4711." in page.text and wrong_fields(page) == []
    other = Browser(browser.app, browser.world, address="203.0.113.9")
    assert other.post(form.action, typed, follow=False).status == 303


def test_what_was_typed_twice_is_what_was_typed_last(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    form = details_form(at_details(browser))
    typed = {**form.fields, "name": "Nora", "email": "nora@example.com", "street": "7 Pine", "town": "Denver"}
    clock.forward(minutes=1)
    browser.post(form.action, {**typed, "notes": "One"})
    clock.forward(minutes=1)
    page = browser.post(form.action, {**typed, "notes": "Two"})
    assert "Two" in page.text and "One" not in page.text
    assert (clock.time - forms.shown_at(token(page)[:26])) == timedelta(minutes=2)
