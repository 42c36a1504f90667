"""What nobody means to send on the way to a booking, and what comes back: a page that says what to do, and what was
typed. Never an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.booking.rules import Area, Question
from tests.booking.offers import a_service, offering
from tests.booking.walking import (
    NORA,
    at_details,
    at_review,
    booked,
    confirms,
    details_form,
    open_day,
    path,
    times,
    token,
    wrong_fields,
)  # fmt: skip
from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock

ODD = ("%2e%2e", "%00", "%ff", "x" * 1500, "-", "~", "%F0%9F%8F%A1", "20261124T1600Z", "2026-11-24", "'\"<b>")


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_address_is_a_page_that_is_not_there(evergreen: Company, browser: Browser, odd: str) -> None:
    offering(evergreen)
    for address in (f"/book/{odd}", f"/book/{odd}/20261124T1600Z", f"/book/review/{odd}", f"/book/done/{odd}",
                    f"/book/done/{odd}/calendar"):  # fmt: skip
        page = browser.get(f"/evergreen{address}")
        assert page.status == 404, address
    if odd != "20261124T1600Z":
        assert browser.get(f"/evergreen/book/lawn-mowing/{odd}").status == 404
        assert browser.post(f"/evergreen/book/lawn-mowing/{odd}", NORA).status == 404
    assert browser.post(f"/evergreen/book/{odd}/20261124T1600Z", NORA).status == 404
    assert browser.post(f"/evergreen/book/review/{odd}", {"time": odd}).status == 404


@pytest.mark.parametrize("name", ["day", "week", "gone", "draft", "postal", "from", "why", "time"])
@pytest.mark.parametrize("odd", [*ODD, "0000-00-00", "2026-02-30", "1999-01-01", "2099-12-31", "99999999T9999Z"])
def test_an_odd_question_is_answered_as_if_it_had_not_been_asked(
    evergreen: Company, browser: Browser, name: str, odd: str
) -> None:
    offering(evergreen)
    for address in ("/book", "/book/lawn-mowing", "/book/lawn-mowing/20261124T1600Z"):
        page = browser.get(f"/evergreen{address}?{name}={odd}")
        assert page.status == 200, (address, name)
    page = browser.get(f"/evergreen/book/lawn-mowing?{name}={odd}")
    assert times(page) or "The next days with free times" in page.text


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("20261123T1600Z", "That time is over."),  # this morning
        ("20200101T1600Z", ""),  # another year
        ("20261123T2200Z", "That is too soon for us."),  # this afternoon
        ("20261124T1603Z", "We have no time that begins then."),  # none that was ever offered
        ("20261124T0900Z", "We don’t work at that time."),  # at night
        ("20261129T1600Z", "We don’t work at that time."),  # a Sunday
        ("20270601T1600Z", "That is too far ahead for us."),
        ("20991231T2359Z", ""),
    ],
)
def test_a_time_that_is_not_offered_leads_to_those_that_are(
    evergreen: Company, browser: Browser, clock: Clock, time: str, told: str
) -> None:
    offering(evergreen)
    page = browser.get(f"/evergreen/book/lawn-mowing/{time}")
    assert page.status == 200 and path(page) == "/book/lawn-mowing" and told in page.text
    # Nor can it be booked by whoever sends it all the same; what was typed goes on to another time.
    form = details_form(at_details(browser))
    sent = {**form.fields, **NORA}
    page = browser.post(f"/evergreen/book/lawn-mowing/{time}", sent)
    assert path(page) == "/book/lawn-mowing" and "draft=" in page.url
    review = at_review(browser, clock)
    page = browser.post(f"/evergreen/book/review/{token(review)}", {"time": time})
    assert path(page) == "/book/lawn-mowing" and token(page) == token(review) and told in page.text
    assert booked(evergreen, review) is None


def test_a_past_day_opens_the_first_free_one(evergreen: Company, browser: Browser) -> None:
    offering(evergreen)
    for asked in ("day=1999-12-31", "day=2026-11-20", "week=2026-01-01"):
        assert open_day(browser.get(f"/evergreen/book/lawn-mowing?{asked}")) == "Tuesday, November 24"


def test_an_odd_time_at_the_review_is_the_one_that_was_chosen(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    offering(evergreen)
    review = at_review(browser, clock)
    for odd in ("", "now", "2026-11-24", "x" * 1900):
        page = browser.get(f"/evergreen/book/review/{token(review)}?time={odd}")
        assert page.status == 200 and "at 9 AM" in page.text.replace("\xa0", " ")


def test_huge_answers_are_refused_and_kept_on_the_page(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen, a_service(questions=(Question("pets", "Do you have pets?"),)))
    form = details_form(at_details(browser))
    for size, shown in ((2_500, 2_500), (4_000_000, 20_000)):
        sent = {**NORA, "answer-pets": "dog " * (size // 4), "notes": "note " * (size // 4), "name": "N" * size}
        page = browser.post(form.action, {**form.fields, **sent}, follow=False)
        assert page.status == 422 and wrong_fields(page) == ["name", "answer-pets", "notes"]
        assert page.html.count("dog ") >= shown // 4 - 1
        assert 'value="7 Pine Court"' in page.html and len(page.html) < 100_000
    page = browser.post(form.action, {**form.fields, **NORA, "answer-pets": "dog " * 200})
    assert path(page).startswith("/book/review/")


def test_missing_fields_and_odd_characters_never_break_it(evergreen: Company, browser: Browser) -> None:
    offering(evergreen)
    form = details_form(at_details(browser))
    page = browser.post(form.action, {"form": form.fields["form"]}, follow=False)
    assert page.status == 422 and wrong_fields(page) == ["name", "email", "street", "town"]
    odd = {**NORA, "name": "No\x00ra\u202e\u200b\ud83c\udfe1".encode("utf-8", "replace").decode(), "phone": "\x07"}
    page = browser.post(form.action, {**form.fields, **odd})
    assert path(page).startswith("/book/review/") and "\x00" not in page.html and "\u202e" not in page.html


@pytest.mark.parametrize("form", ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV." + "x" * 43, "é" * 90, "x" * 2_000])
def test_a_form_that_is_none_of_ours_is_shown_again_with_what_was_typed(
    evergreen: Company, browser: Browser, form: str
) -> None:
    offering(evergreen)
    page = browser.post("/evergreen/book/lawn-mowing/20261124T1600Z", {**NORA, "form": form}, follow=False)
    assert page.status == 422 and "look at it once more" in page.text
    assert 'value="7 Pine Court"' in page.html
    ours = details_form(page)
    assert browser.post(ours.action, ours.fields, follow=False).status == 303


@pytest.mark.parametrize("code", ["K1A 0B1", "SW1A 2AA", "80", "<b>", "８０３０１", "x" * 5_000])
def test_a_postal_code_of_another_country_is_told(
    evergreen: Company, browser: Browser, clock: Clock, code: str
) -> None:
    offering(evergreen, area=Area("flagged", ("803*",)))
    page = at_review(browser, clock, postal_code=code)
    if code == "８０３０１":
        # The same digits in another script of the keyboard are meant as ours.
        assert path(page).startswith("/book/review/")
        return
    assert page.status == 422 and wrong_fields(page) == ["postal_code"]


def test_what_is_typed_is_only_ever_text(evergreen: Company, browser: Browser, clock: Clock) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    offering(evergreen, a_service(name=hostile, words=hostile, questions=(Question("q", hostile),)), policy=hostile)
    pages = [browser.get("/evergreen/book"), browser.get("/evergreen/book/lawn-mowing")]
    form = details_form(browser.get("/evergreen/book/lawn-mowing/20261124T1600Z"))
    typed = {**form.fields, **NORA, "name": hostile, "answer-q": hostile, "notes": hostile, "street": hostile}
    pages += [browser.post(form.action, {**typed, "email": hostile}), browser.post(form.action, typed)]
    clock.forward(minutes=1)
    pages.append(confirms(browser))
    assert path(pages[-1]).startswith("/book/done/")
    assert not [page for page in pages if "<script>alert" in page.html]


def test_a_form_of_another_website_does_nothing(evergreen: Company, browser: Browser, clock: Clock) -> None:
    offering(evergreen)
    review = at_review(browser, clock)
    form = review.form(token(review))
    page = browser.post(form.action, form.fields, headers={"sec-fetch-site": "cross-site"})
    assert page.status == 403 and booked(evergreen, review) is None


texts = st.text(max_size=30)


def test_whatever_is_asked_there_is_an_answer(evergreen: Company, browser: Browser) -> None:
    offering(evergreen, area=Area("refused", ("803*",)))

    @settings(max_examples=25)
    @given(st.sampled_from(["day", "week", "gone", "draft", "postal", "why"]), texts, texts)
    def ask(name: str, value: str, code: str) -> None:
        for place in ("/book", "/book/lawn-mowing", "/book/lawn-mowing/20261124T1600Z"):
            browser.page = None
            query = {"postal": code, name: value}
            assert browser.get(f"/evergreen{place}?{_encoded(query)}").status in (200, 422)

    ask()


def _encoded(query: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value.encode("utf-8", "replace") for name, value in query.items()})
