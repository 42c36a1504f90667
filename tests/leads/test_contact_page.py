"""The contact page over HTTP: who sees it, what it says to wrong input, and what it never loses."""

from __future__ import annotations

import re

import pytest

from chalicelib.customers.actions import link
from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.leads.writing import NORA, OFFICE, a_form, decides, done, kept, mails, sends, to, words, writes


def test_a_visitor_writes_and_is_told_what_happens_now(evergreen: Company, browser: Browser, clock: Clock) -> None:
    browser.get("/evergreen/contact")
    clock.forward(minutes=1)
    page = browser.submit("/contact", **NORA)
    assert page.status == 200 and page.url.endswith("/evergreen/contact/sent")
    assert "We have your message" in page.text
    assert "Is it urgent? Call us: (303) 555-0142" in page.text
    assert "Back to your account" not in page.text
    assert len(kept(evergreen)) == 1


def test_the_way_there_is_in_the_footer_of_every_page(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    assert "/evergreen/contact" in browser.get("/evergreen/sign-in").links
    assert "/evergreen/contact" in browser.get("/evergreen/no/such").links
    browser.sign_in("evergreen")
    assert "/evergreen/contact" in browser.get("/evergreen").links


def test_a_customer_is_recognised(evergreen: Company, browser: Browser, clock: Clock) -> None:
    dana = evergreen.customer(phones=("(303) 555-0117",))
    browser.sign_in("evergreen")
    fields = browser.get("/evergreen/contact").form("/contact").fields
    assert (fields["name"], fields["email"], fields["phone"]) == (
        "Dana Whitfield", "dana@example.com", "(303) 555-0117",
    )  # fmt: skip
    clock.forward(minutes=1)
    page = browser.submit("/contact", message="When do you come?")
    assert "Back to your account" in page.text and "Sign out" in page.text
    (lead,) = kept(evergreen)
    assert (lead.source, lead.customer, lead.wrote.name) == ("portal", dana.id, "Dana Whitfield")


def test_a_customer_without_contacts_fills_it_in(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(email="", password=None)
    evergreen.customer("Otto Brandt", email="otto@example.com")
    browser.sign_in("evergreen", "otto@example.com")
    fields = browser.get("/evergreen/contact").form("/contact").fields
    assert (fields["email"], fields["phone"]) == ("otto@example.com", "")


def by_a_mailed_link(dana: Person, browser: Browser) -> None:
    link.send(browser.world.services, dana.company.store, dana.now)
    token = re.findall(r"/evergreen/link/([\w-]{43})", browser.deliver_mail()[-1].replace("=\n", ""))[0]
    browser.post(f"/evergreen/link/{token}", {})


def test_who_came_by_a_mailed_link_is_recognised_too(evergreen: Company, browser: Browser, clock: Clock) -> None:
    dana = evergreen.customer()
    by_a_mailed_link(dana, browser)
    assert done(writes(browser, clock))
    assert [(one.source, one.customer) for one in kept(evergreen)] == [("portal", dana.id)]


def test_who_came_by_a_mailed_link_is_answered_and_not_shown_where(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    """A mailed link may have been passed on: what is on file is used, and whoever has the link does not learn it."""
    by_a_mailed_link(evergreen.customer(phones=("(303) 555-0117",)), browser)
    told = [browser.get("/evergreen/contact")]
    fields = told[0].form("/contact").fields
    assert (fields["name"], fields["email"], fields["phone"]) == ("Dana Whitfield", "", "")
    assert "Leave both empty" in told[0].text
    clock.forward(minutes=1)
    told.append(browser.submit("/contact", message=""))
    assert told[1].status == 422 and re.findall(r'<li><a href="#(\w+)">', told[1].html) == ["message"]
    told.append(browser.submit("/contact", message="When do you come?"))
    assert told[2].url.endswith("/contact/sent")
    for page in told:
        assert not [one for one in ("dana@", "555-0117") if one in page.html]
    (lead,) = kept(evergreen)
    assert (lead.wrote.email, lead.wrote.phone) == ("dana@example.com", "(303) 555-0117")
    (mail,) = to(mails(browser), OFFICE)
    assert mail["Reply-To"] == "dana@example.com"
    for written in (words(mail), words(mail, "html")):
        assert "Customer, by a mailed link" in written and "signed in" not in written


def test_by_a_mailed_link_with_another_address_it_is_that_one(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    by_a_mailed_link(evergreen.customer(phones=("(303) 555-0117",)), browser)
    assert done(writes(browser, clock, email="", phone="303 555 0199"))
    (lead,) = kept(evergreen)
    assert (lead.wrote.email, lead.wrote.phone) == ("", "303 555 0199")


def test_whose_session_has_ended_writes_as_anybody(evergreen: Company, browser: Browser, clock: Clock) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    form = a_form(browser, clock)
    clock.forward(hours=13)
    assert done(sends(browser, form))
    assert [(one.source, one.customer) for one in kept(evergreen)] == [("page", "")]


def test_nobody_is_recognised_at_another_company(
    evergreen: Company, bluewave: Company, browser: Browser, clock: Clock
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    assert "Dana" not in browser.get("/bluewave/contact").html
    assert done(writes(browser, clock, "bluewave"))
    assert [(one.source, one.customer) for one in kept(bluewave)] == [("page", "")]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Tell us your name."),
        ("name", "x" * 101, "use 100 characters or fewer"),
        ("email", "nora@", "Enter an e-mail address like name@example.com."),
        ("email", "", "Give us your e-mail address or your phone number"),
        ("phone", "soon", "with its area code"),
        ("message", "  \r\n ", "Write your message."),
        ("message", "x" * 4001, "use 4,000 characters or fewer"),
        ("service", "x" * 101, "use 100 characters or fewer"),
        ("preferred_time", "x" * 101, "use 100 characters or fewer"),
    ],
)
def test_a_wrong_field_is_told_at_its_place_and_all_that_was_typed_is_kept(
    evergreen: Company, browser: Browser, clock: Clock, field: str, value: str, says: str
) -> None:
    form = a_form(browser, clock, **{"service": "Ants & <wasps>", "preferred_time": "Mornings", field: value})
    page = sends(browser, form)
    assert page.status == 422
    assert f'<a href="#{field}">' in page.html and page.text.count(says) == 2
    assert f'id="{field}-error"' in page.html and page.html.count('aria-invalid="true"') == 1
    fields = page.form("/contact").fields
    for name in {"name", "email", "service", "preferred_time"} - {field}:
        assert fields[name] == form[name]
    assert form["message"].strip() in page.html
    assert fields["form"] == form["form"], "it is no longer the same message"
    assert kept(evergreen) == kept(evergreen, "spam") == []


def test_all_wrong_fields_are_told_at_once(evergreen: Company, browser: Browser, clock: Clock) -> None:
    page = sends(browser, a_form(browser, clock, name="", email="", message=""))
    assert re.findall(r'<li><a href="#(\w+)">', page.html) == ["name", "email", "message"]


def test_an_empty_post_is_the_form_with_a_token_of_its_own(evergreen: Company, browser: Browser, clock: Clock) -> None:
    page = sends(browser, {})
    assert page.status == 422
    clock.forward(minutes=1)
    assert done(browser.submit("/contact", follow=False, **NORA))
    assert len(kept(evergreen)) == 1


@pytest.mark.parametrize("field", ["name", "email", "phone", "message", "service", "preferred_time"])
@pytest.mark.parametrize("much", ["x" * 20_001, "x" * 1_000_000, " " * 20_000 + "wasps"])
def test_what_is_much_too_long_comes_back_with_all_else(
    evergreen: Company, browser: Browser, clock: Clock, field: str, much: str
) -> None:
    form = a_form(browser, clock, **{"service": "Ants", "phone": "303 555 0142", field: much})
    page = sends(browser, form)
    assert page.status == 422 and len(page.html) < 40_000
    assert re.findall(r'<li><a href="#(\w+)">', page.html) == [field]
    assert page.text.count("This is much too long, and we read only its beginning") == 2
    fields = page.form("/contact").fields
    for name in {"name", "email", "phone", "service", "form"} - {field}:
        assert fields[name] == form[name]
    assert much[:2000].strip() in page.html and (field == "message" or form["message"] in page.html)
    assert kept(evergreen) == kept(evergreen, "spam") == []


def test_what_nobody_sees_is_no_persons_mistake(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """To name the trap would be to give it away."""
    for much in ("x" * 1_000_000, "\x00\u202e"):
        for field in ("form", "homepage", "page"):
            assert done(writes(browser, clock, **{field: much}))
    assert [one.reasons for one in kept(evergreen, "spam")] == [("trap",), ("no_form",)] * 2
    assert [one.wrote.page for one in kept(evergreen)] == ["", ""]


def test_too_many_keep_what_was_typed_and_say_when(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    for number in range(11):
        page = sends(browser, {**form, "message": f"Message {number}."})
    assert page.status == 429
    assert re.search(r"Please wait \d+ minutes and send it again", page.text)
    assert "Message 10." in page.html
    clock.forward(seconds=int(page.headers["retry-after"]))
    assert done(browser.submit("/contact", follow=False, message="Message 10."))
    assert len(kept(evergreen)) == 11


def test_at_the_end_of_an_hour_the_wait_is_said_in_good_english(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    form = a_form(browser, clock)
    clock.forward(seconds=3600 - 10 - clock().timestamp() % 3600)
    for number in range(11):
        page = sends(browser, {**form, "message": f"Message {number}."})
    assert page.status == 429 and int(page.headers["retry-after"]) == 10
    assert "Please wait 2 minutes and" in page.text


def test_what_comes_with_a_paste_is_no_reason_to_refuse(evergreen: Company, browser: Browser, clock: Clock) -> None:
    assert done(writes(browser, clock, name="Nora\x0bField\x00", message="Ants\x0bin the kitchen\u202e.\x07"))
    wrote = kept(evergreen)[0].wrote
    assert (wrote.name, wrote.message) == ("Nora Field", "Ants\nin the kitchen.")


def test_markup_stays_text(evergreen: Company, browser: Browser, clock: Clock) -> None:
    bad = '"><script>alert(1)</script>'
    page = sends(
        browser, a_form(browser, clock, name=bad, message=f"</textarea>{bad}", page=bad, service=bad, email="")
    )
    assert page.status == 422
    assert "<script>" not in page.html.replace('<script src="', "") and "</textarea>&#34;" not in page.html
    assert page.html.count("</textarea>") == 1


def test_the_website_they_came_from_is_kept_without_its_secrets(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    def page(referer: str) -> str:
        browser.headers = {"accept-language": "en", "referer": referer}
        return browser.get("/evergreen/contact").form("/contact").fields["page"]

    assert page("https://www.evergreen.example/ants?session=secret#x") == "www.evergreen.example/ants"
    assert page("https://www.evergreen.example/") == "www.evergreen.example"
    assert page("http://localhost:8000/evergreen/invoices") == ""
    assert page("javascript:alert(1)") == ""
    assert page("android-app://com.example") == ""
    browser.headers = {"accept-language": "en", "referer": "https://www.evergreen.example/ants"}
    form = a_form(browser, clock)
    browser.headers = {"accept-language": "en"}
    assert done(sends(browser, form))
    assert kept(evergreen)[0].wrote.page == "www.evergreen.example/ants"


def test_the_trap_is_there_for_machines_only(evergreen: Company, browser: Browser) -> None:
    html = browser.get("/evergreen/contact").html
    (trap,) = re.findall(r'<div class="hush" aria-hidden="true" inert>.*?</div>', html, flags=re.S)
    assert 'name="homepage"' in trap and 'tabindex="-1"' in trap and 'autocomplete="off"' in trap


def test_it_is_in_the_readers_language(evergreen: Company, browser: Browser, clock: Clock) -> None:
    browser.headers = {"accept-language": "es-MX"}
    assert browser.get("/evergreen/contact").headers["content-language"] == "es"
    writes(browser, clock)
    assert kept(evergreen)[0].language == "es"


def test_the_page_is_of_that_moment_and_no_search_engines(evergreen: Company, browser: Browser) -> None:
    page = browser.get("/evergreen/contact")
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.html
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_a_form_on_another_website_does_not_send(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    assert sends(browser, form, **{"sec-fetch-site": "cross-site"}).status == 403
    assert kept(evergreen) == kept(evergreen, "spam") == []


PATHS = ("/evergreen/contact", "/evergreen/contact/sent")


@pytest.mark.parametrize("signed_in", [False, True])
def test_while_the_form_is_off_no_trace_of_it_is_there(
    evergreen: Company, browser: Browser, clock: Clock, signed_in: bool
) -> None:
    evergreen.customer()
    if signed_in:
        browser.sign_in("evergreen")
    form = a_form(browser, clock)
    decides(evergreen, contact_form=False)
    for path in PATHS:
        page = browser.get(path)
        assert page.status == 404
        assert "Please call us or write an e-mail" in page.text and "(303) 555-0142" in page.text
        assert "Page not found" not in page.text
    assert sends(browser, form).status == 404
    for path in ("/evergreen/sign-in", "/evergreen", "/evergreen/contact"):
        assert not [one for one in browser.get(path).links if "/contact" in one]
    assert kept(evergreen) == kept(evergreen, "spam") == []
    decides(evergreen, contact_form=True)
    assert done(sends(browser, form))


def test_while_the_portal_is_off_so_is_the_form(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    decides(evergreen, on=False)
    for path in PATHS:
        page = browser.get(path)
        assert page.status == 404 and "is closed for now" in page.text
        assert not [one for one in page.links if "/contact" in one]
    page = sends(browser, form)
    assert page.status == 404 and "What you just sent was not done." in page.text
    assert kept(evergreen) == kept(evergreen, "spam") == []
    decides(evergreen, on=True)
    assert done(sends(browser, form))


def test_at_nobodys_address_nothing_is_kept(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    assert browser.get("/nowhere/contact").status == 404
    assert sends(browser, form, "nowhere").status == 404
    assert mails(browser) == []


def test_it_asks_the_store_as_little_as_it_can(evergreen: Company, browser: Browser, clock: Clock, wire: Wire) -> None:
    a_form(browser, clock)
    for signed_in in (False, True):
        if signed_in:
            evergreen.customer()
            browser.sign_in("evergreen")
        wire.calls.clear()
        form = a_form(browser, clock)
        assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"]
        wire.calls.clear()
        sends(browser, form)
        told = [call.what.split()[1] for call in wire.calls]
        # Who and which company; limits, lead and mails; and the queue. Nora has been thanked by then.
        once_more = ["TransactWriteItems"] if signed_in else []
        assert told[:2] == ["BatchGetItem", "TransactWriteItems"]
        assert told[2:] == [*once_more, "SendMessage"] + ([] if signed_in else ["SendMessage"])
