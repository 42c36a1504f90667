"""The mail to the company says all there is, and answers go to the visitor; theirs repeats nothing that was typed."""

from __future__ import annotations

from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock
from tests.leads.writing import OFFICE, decides, kept, mails, to, words, writes

EVERYTHING = {
    "name": "Nora Field", "email": "nora@example.com", "phone": "(303) 555-0199", "service": "Ant control",
    "preferred_time": "Weekday mornings", "message": "There are ants.\r\n\r\nIn the kitchen & the hall.",
    "page": "www.evergreen.example/ants",
}  # fmt: skip


def test_the_company_reads_everything_and_answers_the_visitor(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    writes(browser, clock, **EVERYTHING)
    (mail,) = to(mails(browser), OFFICE)
    (lead,) = kept(evergreen)
    assert mail["Subject"] == "New message from Nora Field"
    assert mail["Reply-To"] == "nora@example.com"
    assert "Evergreen Pest & Lawn" in mail["From"]
    text, html = words(mail), words(mail, "html")
    for value in ("Nora Field", "nora@example.com", "(303) 555-0199", "Ant control", "Weekday mornings", "/ants"):
        assert value in text and value in html
    assert "> There are ants.\n>\n> In the kitchen & the hall.\n" in text
    assert "There are ants.<br>\n<br>\nIn the kitchen &amp; the hall." in html
    for written in (text, html):
        assert f"http://localhost:8000/console#/leads/{lead.id}" in written
        assert "on your contact page" in written
        assert "Answer this e-mail, and your answer goes to Nora Field." in written


def test_a_phone_is_called_and_an_address_written_to_by_a_tap(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    writes(browser, clock, **EVERYTHING)
    html = words(to(mails(browser), OFFICE)[0], "html")
    assert 'href="tel:3035550199"' in html and 'href="mailto:nora@example.com"' in html


def test_without_an_address_of_the_company_the_first_admin_is_told(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    decides(evergreen, email="")
    clock.forward(days=1)
    evergreen.admin("late@evergreen.example")
    evergreen.admin("reads@evergreen.example", role="read-only")
    evergreen.admin()
    writes(browser, clock)
    told = [mail["To"] for mail in mails(browser) if "New message" in mail["Subject"]]
    assert told == ["owner@evergreen.example"]


def test_what_was_left_empty_is_left_out(evergreen: Company, browser: Browser, clock: Clock) -> None:
    writes(browser, clock)
    (mail,) = to(mails(browser), OFFICE)
    for written in (words(mail), words(mail, "html")):
        for label in ("Phone number", "Service", "Preferred time", "Came from", "signed in"):
            assert label not in written
    assert "\n\n\n" not in words(mail)


def test_of_a_customer_it_says_who_it_is(evergreen: Company, browser: Browser, clock: Clock) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    writes(browser, clock, name="Dana’s son", email="", phone="(303) 555-0117")
    (mail,) = to(mails(browser), OFFICE)
    assert mail["Subject"] == "New message from Dana’s son"
    assert "Customer, signed in: Dana Whitfield" in words(mail)
    assert "in the customer portal" in words(mail)


def test_nobody_smuggles_a_header_or_a_script_in(evergreen: Company, browser: Browser, clock: Clock) -> None:
    bad = {
        "name": "Nora\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>", "service": "<b>Ants</b>",
        "phone": "303 555 0199 <img src=x>", "preferred_time": '"><script>alert(2)</script>',
        "message": "<script>alert(3)</script>\r\n\r\n--boundary\r\n\r\n{{ company }} %(name)s %s {% raw %}",
    }  # fmt: skip
    writes(browser, clock, **bad)
    (mail,) = to(mails(browser), OFFICE)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "New message from Nora Bcc: all@example.com <script>alert(1)</script>"
    assert mail["To"] == OFFICE and mail["Reply-To"] == "nora@example.com"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    html = words(mail, "html")
    assert not [tag for tag in ("<script", "<b>", "<img src=x") if tag in html]
    assert "{{ company }} %(name)s %s {% raw %}" in words(mail)


def test_the_acknowledgement_repeats_nothing_of_what_was_typed(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    writes(browser, clock, **EVERYTHING)
    (mail,) = to(mails(browser), "nora@example.com")
    assert mail["Subject"] == "Evergreen Pest & Lawn has your message"
    assert mail["Reply-To"] == OFFICE
    whole = mail["Subject"] + words(mail) + words(mail, "html")
    for value in ("Nora", "nora@", "0199", "Ant", "ants", "Weekday", "kitchen", "localhost:8000", 'href="http:'):
        assert value not in whole
    assert "Is it urgent? Call us: (303) 555-0142" in words(mail)
    assert "typed your e-mail address by mistake" in words(mail)


def test_without_a_telephone_number_nobody_is_told_to_call(evergreen: Company, browser: Browser, clock: Clock) -> None:
    decides(evergreen, phone="")
    writes(browser, clock)
    (mail,) = to(mails(browser), "nora@example.com")
    assert "urgent" not in words(mail) + words(mail, "html")


def test_each_is_in_its_readers_language(evergreen: Company, browser: Browser, clock: Clock) -> None:
    browser.headers = {"accept-language": "es"}
    writes(browser, clock)
    theirs, ours = to(mails(browser), "nora@example.com")[0], to(mails(browser), OFFICE)[0]
    assert '<html lang="es"' in words(theirs, "html") and '<html lang="en"' in words(ours, "html")
