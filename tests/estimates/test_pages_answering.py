"""Accepting, declining and asking for changes as a browser does it: once, by a form, and never by opening a page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.estimates.offers import TERMS, Offer, offer

NAME = "Dana Whitfield"
NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    """Signed in."""
    made = evergreen.customer()
    browser.headers["user-agent"] = FIREFOX
    assert browser.sign_in("evergreen").status == 200
    return made


def fields(browser: Browser, one: Offer, way: str) -> dict[str, str]:
    return dict(browser.get(f"{one.path}/{way}").form(f"/{way}").fields)


def accept(browser: Browser, one: Offer, **values: str) -> Page:
    browser.get(f"{one.path}/acceptance")
    return browser.submit("/acceptance", **{"agreed": "yes", "signature": NAME, **values})


def late(browser: Browser, clock: Clock) -> None:
    """An hour before midnight in Denver, with a new session."""
    clock.forward(hours=11)
    browser.jar.clear()
    browser.sign_in("evergreen")


def outbox(browser: Browser) -> list[str]:
    """The templates of what was sent, by subject."""
    return [mail.partition("Subject: ")[2].partition("\n")[0] for mail in browser.deliver_mail()]


# Accepting


def test_the_question_is_what_is_accepted_for_how_much_and_on_which_terms(dana: Person, browser: Browser) -> None:
    one = offer(dana, notes="We start at the back.")
    page = browser.get(f"{one.path}/acceptance")
    for words in (
        "Fall cleanup", "$1,200.00", "Good until Saturday, December 5", "Leaves, beds and edges",
        "We start at the back.", "1. We come on a dry day.", "I agree to these terms", "Type your full name",
        "Accept for $1,200.00",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.form("/acceptance").fields == {"revision": "1", "signature": ""}, "nothing is agreed to beforehand"
    assert 'role="region" aria-labelledby="terms-name" tabindex="0"' in page.html


def test_accepting_keeps_who_agreed_to_what_and_when_and_tells_everybody(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    page = accept(browser, one, signature="  Dana   Whitfield ")
    assert page.status == 200 and page.url.endswith(f"{one.path}/acceptance")
    for words in (
        "Accepted. Thank you!",
        "$1,200.00",
        NAME,
        "Nov 23, 2026, 12:00",
        "What happens now",
        "Signed estimate (PDF)",
    ):
        assert words in page.text, words
    (made,) = one.now.decisions
    assert (made.kind, made.by, made.signature, made.revision, made.total) == ("accepted", "customer", NAME, 1, 120_000)
    assert (made.terms, made.address, made.agent) == (TERMS, "203.0.113.7", FIREFOX)
    assert made.at == "2026-11-23T19:00:00+00:00" and one.estimate.status == "won"
    assert len(outbox(browser)) == 2, "the customer, and the company"


def test_an_offer_without_terms_asks_for_none(dana: Person, browser: Browser) -> None:
    one = offer(dana, terms="")
    browser.get(f"{one.path}/acceptance")
    assert "I agree" not in browser.page.text  # type: ignore[union-attr]
    assert "Accepted. Thank you!" in browser.submit("/acceptance", signature=NAME).text


def test_opening_a_page_decides_nothing(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    for way in ("acceptance", "refusal", "changes"):
        browser.get(f"{one.path}/{way}?revision=1&agreed=yes&signature={NAME}&text=more&reason=no&request={NOBODYS}")
    assert one.estimate.status == "pending" and one.now.decisions == () and one.now.change_requests == ()


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    page = accept(browser, one, agreed="")
    assert page.status == 422 and 'href="#agreed"' in page.html and "tick the box" in page.text
    assert page.form("/acceptance").fields["signature"] == NAME
    page = browser.submit("/acceptance", agreed="yes", signature=" ")
    assert page.status == 422 and 'href="#signature"' in page.html and "Type your full name" in page.text
    assert page.form("/acceptance").fields["agreed"] == "yes", "the tick stays"
    assert page.html.count("Error:") >= 2 and 'aria-invalid="true"' in page.html
    assert one.estimate.status == "pending"
    page = browser.submit("/acceptance", signature="", agreed="")
    assert 0 < page.html.find('href="#agreed"') < page.html.find('href="#signature"'), "all of it at once, in order"
    assert "Accepted. Thank you!" in browser.submit("/acceptance", agreed="yes", signature=NAME).text


@pytest.mark.parametrize("typed", ["", " ", "-", "7", "x" * 101, "x" * 15_000, "\x00", "a\x1bb", "\u202eanaD", "😀"])
def test_what_is_no_name_is_no_signature(dana: Person, browser: Browser, typed: str) -> None:
    one = offer(dana)
    page = accept(browser, one, signature=typed)
    assert page.status == 422 and 'href="#signature"' in page.html
    assert one.estimate.status == "pending"


def test_a_signature_that_is_too_long_is_told_so(dana: Person, browser: Browser) -> None:
    page = accept(browser, offer(dana), signature="x" * 101)
    assert page.status == 422 and "This is too long: use 100 characters at the most." in page.text
    assert "Type your full name: it is your signature." not in page.text
    page = browser.submit("/acceptance", signature="x" * 101, agreed="")
    assert "use 100 characters at the most" in page.text and 'href="#agreed"' in page.html, "all of it at once"


@pytest.mark.parametrize("name", ["Nguyễn Thị Hồng", "O’Brien-Smith", "李小龍", "José Núñez <b>", "Åse"])
def test_names_of_all_kinds_sign(dana: Person, browser: Browser, name: str) -> None:
    one = offer(dana)
    page = accept(browser, one, signature=name)
    assert "Accepted. Thank you!" in page.text and name in page.text and "<b>" not in page.html
    assert one.now.decisions[0].signature == name


@pytest.mark.parametrize("way", ["acceptance", "refusal", "changes"])
@pytest.mark.parametrize("sent", ["", "0", "2", "-1", "1e0", "٣", "9" * 400, "x"])
def test_another_revision_than_the_one_there_is_decides_nothing(
    dana: Person, browser: Browser, way: str, sent: str
) -> None:
    one = offer(dana)
    form = fields(browser, one, way)
    more = {"agreed": "yes", "signature": NAME, "text": "Less, please"}
    page = browser.post(f"{one.path}/{way}", {**form, **more, "revision": sent})
    assert page.status == 409 and "changed since you opened it" in page.text
    assert one.estimate.status == "pending" and one.now.change_requests == ()


def test_what_has_changed_since_is_shown_anew_and_must_be_agreed_to_anew(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/acceptance")
    one.changed(total=150_000, terms="All is new.")
    page = browser.submit("/acceptance", agreed="yes", signature=NAME)
    assert page.status == 409 and "changed since you opened it" in page.text
    assert "$1,500.00" in page.text and "All is new." in page.text and "<details open>" in page.html
    form = page.form("/acceptance").fields
    assert form == {"revision": "2", "signature": NAME}, "the name stays, the tick does not"
    assert "Accepted. Thank you!" in browser.submit("/acceptance", agreed="yes").text
    assert (one.now.decisions[0].total, one.now.decisions[0].terms) == (150_000, "All is new.")


def test_a_double_click_accepts_once(dana: Person, browser: Browser, clock: Clock) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "acceptance"), "agreed": "yes", "signature": NAME}
    first = browser.post(f"{one.path}/acceptance", form)
    clock.forward(seconds=2)
    again = browser.post(f"{one.path}/acceptance", {**form, "signature": "Somebody Else"})
    assert (again.status, again.url) == (200, first.url) and again.text == first.text
    assert len(one.now.decisions) == 1 and len(outbox(browser)) == 2


def test_a_form_of_before_it_was_opened_again_decides_nothing(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "acceptance"), "agreed": "yes", "signature": NAME}
    browser.post(f"{one.path}/acceptance", form)
    one.opened_again()
    assert browser.post(f"{one.path}/acceptance", form).status == 409
    assert one.estimate.status == "pending"


def test_what_was_declined_in_another_tab_is_told_calmly(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    accepting, declining = fields(browser, one, "acceptance"), fields(browser, one, "refusal")
    browser.post(f"{one.path}/refusal", {**declining, "reason": "Too dear"})
    page = browser.post(f"{one.path}/acceptance", {**accepting, "agreed": "yes", "signature": NAME})
    assert page.status == 200 and page.url.endswith("/refusal") and "You declined this estimate" in page.text
    assert "Nov 23, 2026" in page.text and "Too dear" in page.text and len(one.now.decisions) == 1


@pytest.mark.parametrize("signature", [NAME, ""])
def test_what_was_accepted_in_another_tab_is_told_calmly(dana: Person, browser: Browser, signature: str) -> None:
    one = offer(dana)
    accepting, declining = fields(browser, one, "acceptance"), fields(browser, one, "refusal")
    accept(browser, one)
    page = browser.post(f"{one.path}/refusal", declining)
    assert page.status == 200 and page.url.endswith("/acceptance") and "Accepted. Thank you!" in page.text
    page = browser.post(f"{one.path}/acceptance", {**accepting, "agreed": "yes", "signature": signature})
    assert page.status == 200 and "Accepted. Thank you!" in page.text and len(one.now.decisions) == 1


@pytest.mark.parametrize("way", ["acceptance", "refusal"])
def test_an_expired_one_can_be_neither_accepted_nor_declined(
    dana: Person, browser: Browser, clock: Clock, way: str
) -> None:
    late(browser, clock)
    one = offer(dana, good_for=0)
    form = fields(browser, one, way)
    clock.forward(hours=2)
    page = browser.post(f"{one.path}/{way}", {**form, "agreed": "yes", "signature": NAME})
    assert page.url.endswith(one.path) and "can’t be accepted any more" in page.text
    assert browser.get(f"{one.path}/{way}").url.endswith(one.path)
    assert one.now.decisions == ()


def test_its_last_day_is_the_companys(dana: Person, browser: Browser, clock: Clock) -> None:
    one = offer(dana, good_for=0)
    clock.forward(hours=10, minutes=30)  # 22:30 in Denver, the next day in London
    assert "Accepted. Thank you!" in accept(browser, one).text


def test_what_staff_marked_is_told_as_theirs(dana: Person, browser: Browser) -> None:
    won, lost = offer(dana), offer(dana)
    won.marked("won")
    lost.marked("lost", "a note of ours")
    page = browser.get(f"{won.path}/acceptance")
    assert "Accepted" in page.text and "Thank you!" not in page.text and "Signed estimate" not in page.text
    page = browser.get(f"{lost.path}/acceptance")
    assert page.url.endswith("/refusal") and "This estimate was declined" in page.text
    assert "a note of ours" not in page.text


@pytest.mark.parametrize("way", ["acceptance", "refusal", "changes"])
def test_from_another_website_nothing_is_answered(dana: Person, browser: Browser, way: str) -> None:
    one = offer(dana)
    form = {**fields(browser, one, way), "agreed": "yes", "signature": NAME, "text": "Less, please"}
    other = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert browser.post(f"{one.path}/{way}", form, headers=other).status == 403
    assert one.estimate.status == "pending" and one.now.change_requests == ()


@pytest.mark.parametrize("what", ["dynamodb BatchGetItem", "dynamodb TransactWriteItems"])
def test_when_the_store_does_not_answer_nothing_is_decided_and_the_form_works_afterwards(
    dana: Person, browser: Browser, wire: Wire, what: str
) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "acceptance"), "agreed": "yes", "signature": NAME}
    wire.down(what, "throttled")
    page = browser.post(f"{one.path}/acceptance", form)
    wire.heal()
    assert page.status == 503 and "Nothing was lost" in page.text and one.estimate.status == "pending"
    assert "Accepted. Thank you!" in browser.post(f"{one.path}/acceptance", form).text


@pytest.mark.parametrize("call", ["s3", "s3 PutObject"])
def test_without_s3_the_acceptance_stands_and_its_paper_is_drawn_later(
    dana: Person, browser: Browser, wire: Wire, call: str
) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "acceptance"), "agreed": "yes", "signature": NAME}
    wire.down(call, "error")
    page = browser.post(f"{one.path}/acceptance", form)
    assert page.status == 200 and "Accepted. Thank you!" in page.text and one.estimate.status == "won"
    assert browser.get(f"{one.path}/pdf", follow=False).status == 424
    wire.heal()
    assert browser.get(f"{one.path}/pdf", follow=False).status == 303


# Declining


def test_declining_needs_no_reason(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/refusal")
    page = browser.submit("/refusal")
    assert page.status == 200 and page.url.endswith("/refusal") and "You declined this estimate" in page.text
    assert "What you told us" not in page.text and "(303) 555-0142" in page.text
    assert one.estimate.status == "lost" and len(outbox(browser)) == 1, "the company is told"


def test_a_reason_is_kept_in_the_customers_words(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/refusal")
    page = browser.submit("/refusal", reason="Too dear.\r\nSorry <b>")
    assert "Too dear. Sorry <b>" in page.text and "<b>" not in page.html
    assert one.now.decisions[0].reason == "Too dear.\nSorry <b>"


@pytest.mark.parametrize(("way", "field"), [("refusal", "reason"), ("changes", "text")])
@pytest.mark.parametrize("typed", ["x" * 2_001, "x" * 15_000, "a\x00b", "a\u202eb"])
def test_what_can_not_be_kept_is_said_at_its_field_and_stays(
    dana: Person, browser: Browser, way: str, field: str, typed: str
) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/{way}")
    page = browser.submit(f"/{way}", **{field: typed})
    assert page.status == 422 and f'href="#{field}"' in page.html and typed[:1] in page.html
    assert ("x" * 2_001 in page.html) == (len(typed) > 2_000)
    assert one.estimate.status == "pending" and one.now.change_requests == ()


# Asking for changes


def test_asking_for_changes_tells_the_company_and_leaves_the_offer_open(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/changes")
    page = browser.submit("/changes", text="Leave out the beds, please.\nAnd on a weekday.")
    assert page.status == 200 and "has your message and will answer you" in page.text
    assert "Changes asked for" in page.text and "Accept for $1,200.00" in page.text
    assert "Leave out the beds, please. And on a weekday." in page.text
    (asked,) = one.now.change_requests
    assert asked.text == "Leave out the beds, please.\nAnd on a weekday." and one.estimate.changes_asked
    assert len(outbox(browser)) == 1
    assert "You asked for changes" in browser.get(one.path).text
    assert "Changes asked for" in browser.get("/evergreen/estimates").text
    assert "Accepted. Thank you!" in accept(browser, one).text


def test_sent_twice_it_is_asked_for_once(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "changes"), "text": "Less, please"}
    for _ in range(3):
        assert browser.post(f"{one.path}/changes", form).url.endswith("?done=changes")
    assert len(one.now.change_requests) == 1 and len(outbox(browser)) == 1
    assert fields(browser, one, "changes")["request"] != form["request"], "another form asks anew"


def test_one_form_at_two_estimates_asks_for_both(dana: Person, browser: Browser) -> None:
    """Somebody who changes the address changes nothing of whose request it is."""
    one, other = offer(dana), offer(dana)
    form = {**fields(browser, one, "changes"), "text": "Less, please"}
    for each in (one, other, one, other):
        assert browser.post(f"{each.path}/changes", form).status == 200
        assert len(each.now.change_requests) == 1
    assert len(outbox(browser)) == 2


def test_nothing_is_no_wish(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.get(f"{one.path}/changes")
    page = browser.submit("/changes", text="  \n ")
    assert page.status == 422 and 'href="#text"' in page.html and one.now.change_requests == ()


@pytest.mark.parametrize("request_id", ["", "x", "#", "x" * 1_999, "../..", NOBODYS.lower(), "I" * 26])
def test_a_form_that_is_not_ours_gets_one_of_ours(dana: Person, browser: Browser, request_id: str) -> None:
    one = offer(dana)
    form = fields(browser, one, "changes")
    page = browser.post(f"{one.path}/changes", {**form, "request": request_id, "text": "Less, please"})
    assert page.status == 422 and one.now.change_requests == ()
    assert len(page.form("/changes").fields["request"]) == 26
    assert "will answer you" in browser.submit("/changes", text="Less, please").text


def test_of_an_expired_one_a_new_one_can_be_asked_for(dana: Person, browser: Browser, clock: Clock) -> None:
    late(browser, clock)
    one = offer(dana, good_for=0)
    clock.forward(hours=2)
    page = browser.get(f"{one.path}/changes")
    assert "Ask for a new estimate" in page.text
    page = browser.submit("/changes", text="The same again, please.")
    assert page.status == 200 and "will answer you" in page.text and "Expired" in page.text
    assert len(one.now.change_requests) == 1


@pytest.mark.parametrize("status", ["won", "lost"])
def test_of_a_decided_one_nothing_is_asked_for(dana: Person, browser: Browser, status: str) -> None:
    one = offer(dana)
    form = {**fields(browser, one, "changes"), "text": "Less, please"}
    one.marked(status)
    assert browser.get(f"{one.path}/changes").url.endswith(one.path)
    page = browser.post(f"{one.path}/changes", form)
    assert page.status == 200 and page.url.endswith(one.path) and one.now.change_requests == ()


def test_too_many_wishes_a_day_are_refused_in_words_and_what_was_typed_stays(dana: Person, browser: Browser) -> None:
    one, page = offer(dana), None
    for number in range(25):
        form = {**fields(browser, one, "changes"), "text": f"Wish {number}"}
        page = browser.post(f"{one.path}/changes", form)
        if page.status != 200:
            break
    assert page and page.status == 429 and "Wish 20" in page.html and int(page.headers["retry-after"]) > 0
    assert len(one.now.change_requests) == 20


@pytest.mark.parametrize("field", ["revision", "agreed", "signature", "reason", "text", "request"])
@pytest.mark.parametrize("value", ["x" * 10_000, "\x00", "\u202e" * 5, "../..#", "<b>"])
def test_no_field_makes_a_mistake_of_ours(dana: Person, browser: Browser, field: str, value: str) -> None:
    one = offer(dana)
    for way in ("changes", "refusal", "acceptance"):
        form: dict[str, Any] = {**fields(browser, one, way), "agreed": "yes", "signature": NAME, "text": "Less"}
        if field not in form and way != "refusal":
            continue
        page = browser.post(f"{one.path}/{way}", {**form, field: value}, follow=False)
        assert page.status in (303, 409, 422), json.dumps([way, page.status, page.text])
        assert "<b>" not in page.html
        if one.estimate.status != "pending":
            one.opened_again()
