"""The messages as they come with Porchlight: each says something whole, by both ways and in both languages."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib.messages import standard
from chalicelib.messages.rules import Recipient
from chalicelib.messages.rules.template import LANGUAGES
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing import checking, mail, sms
from chalicelib.messages.writing.mail import Mail
from chalicelib.messages.writing.values import Links, variables
from sandbox.stylebook import messages as stylebook
from tests.web.test_pages import Structure

# A company's name, a number and a link of this length leave an SMS in one piece.
LINK = "https://portal.example/evergreen/l/" + "x" * 35
# A booking's link names it and has a key of 43 characters; with the time, two pieces are the least there can be.
BOOKING_LINK = f"https://portal.example/evergreen/bookings/{'x' * 26}?key={'x' * 43}"

ALL = [(name, language, sparse) for name in standard.names() for language in LANGUAGES for sparse in (False, True)]
EVERY = pytest.mark.parametrize(("name", "language", "sparse"), ALL)

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "header": "a\r\nBcc: all@example.com",
    "encoded": "=?utf-8?q?a=0D=0ABcc:_x?=",
    "liquid": "{{ company.email }}{% for i in (1..9) %}x{% endfor %}",
    "button": "\ue000Pay me\ue001",
    "stars": "\ue002",
    "backwards": "Dana\u202egnp.exe",
    "long": "Wolfeschlegelsteinhausenbergerdorff " * 30,
}


@cache
def email(name: str, language: str, sparse: bool) -> Mail:
    return stylebook.email(name, language, sparse=sparse)


def the_variables(name: str, language: str, sparse: bool) -> dict[str, Any]:
    return stylebook.values(standard.template(name), language, sparse=sparse)


class Words(HTMLParser):
    """What a reader sees of a mail, a line for each block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said = ""
        self.feed(html[html.index("<body") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "td", "tr", "h1", "div", "br"):
            self.said += "\n"

    def handle_data(self, data: str) -> None:
        self.said += data


def holes(said: str) -> list[str]:
    """Where a value is missing, by what is left around it."""
    found = []
    for line in said.replace("\u034f\u200c\u00a0", "").splitlines():
        inside = line.strip(" ")
        patterns = (
            r"\w  +\S",
            r" [,.;:!?](?!\w)",
            r"\(\)",
            r"\bNone\b",
            r"[{}]",
            r"%\}",
            r":\s*\.$",
            r"^[,.;:·]",
            r",$ *,",
        )
        found += [inside for pattern in patterns if re.search(pattern, inside)]
    return found


def test_all_that_were_promised_are_there() -> None:
    assert {
        "portal_invite", "portal_link", "sign_in", "password_reset", "password_changed", "invoice_ready",
        "invoice_reminder", "receipt", "payment_failed", "debit_started", "debit_returned", "refund", "dispute",
        "lead_acknowledgement", "new_lead", "debit_returned_company", "dispute_company", "dispute_won_company",
        "refund_failed_company", "team_invite", "admin_password_reset", "estimate_ready", "estimate_accepted",
        "estimate_accepted_company", "estimate_declined_company", "estimate_changes_company", "document_shared",
        "visit_complete", "review_request", "low_rating_company", "booking_requested", "booking_confirmed",
        "booking_moved", "booking_proposed", "booking_declined", "booking_cancelled", "booking_reminder",
        "booking_company", "booking_changed_company",
    } <= set(standard.names())  # fmt: skip
    orders = [standard.template(name).order for name in standard.names()]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("name", standard.names())
def test_a_template_says_what_it_is_for(name: str) -> None:
    template = standard.template(name)
    assert template.title and template.words.endswith(".")
    assert template.email and not template.sms
    # A code that was asked for is of no use later, estimates and documents are sent from their own pages, and nobody is
    # asked twice what they thought of a visit; what concerns only the team is nobody else's to write.
    once = ("sign_in", "password_reset", "estimate_ready", "document_shared", "visit_complete", "review_request")
    assert template.resend == (template.audience == "customer" and name not in once)
    assert template.editable == (template.audience != "team")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", standard.names())
def test_a_company_could_save_the_standard_texts_as_its_own(name: str, language: str) -> None:
    template = standard.template(name)
    for channel in ("email", "sms"):
        assert checking.problems(template, channel, standard_texts(template, language, channel)) == []


@EVERY
def test_no_message_has_an_empty_hole(name: str, language: str, sparse: bool) -> None:
    made = email(name, language, sparse)
    text = stylebook.text(name, language, sparse=sparse)
    for said in (made.subject, made.text, Words(made.html).said, text):
        assert holes(said) == []
        assert said.strip()


def test_a_hole_would_be_seen() -> None:
    for said in ("Hello ,", "Invoice  from Evergreen", "Paid ()", "Hello None", "by {{ x }}", "From: ."):
        assert holes(said), said
    for said in ("Hello, Dana:", "    482913", "2 · 3", "Hello,"):
        assert not holes(said), said


@EVERY
def test_an_email_is_one_line_of_subject_words_and_html(name: str, language: str, sparse: bool) -> None:
    made = email(name, language, sparse)
    assert 0 < len(made.subject) <= 200 and "\n" not in made.subject
    assert "&amp;" not in made.subject + made.text and "\n\n\n" not in made.text
    assert made.text.endswith("\n") and "--\nEvergreen Pest & Lawn\n" in made.text
    page = Structure(made.html)
    assert page.wrong == page.open == []
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == len(page.all("title")) == 1
    assert page.all("script") == page.all("link") == page.all("form") == []
    assert all(table.get("role") == "presentation" or table.get("class") == "pairs" for table in page.all("table"))


@EVERY
def test_a_link_is_there_wherever_there_is_one(name: str, language: str, sparse: bool) -> None:
    template, made = standard.template(name), email(name, language, sparse)
    url = str(the_variables(name, language, sparse).get("portal_link", "") or "")
    url = url or str(the_variables(name, language, sparse).get("console_link", "") or "")
    leads_on = bool(url) and name not in ("password_changed", "lead_acknowledgement")
    assert (stylebook.LINK in made.text) == (stylebook.LINK in made.html) == leads_on
    assert ('class="stars"' in made.html if template.rates else 'class="button"' in made.html) == leads_on
    if template.needs_link or (template.needed and name != "sign_in"):
        assert stylebook.LINK in stylebook.text(name, language, sparse=sparse)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("name", standard.names())
def test_spanish_is_not_english(name: str, sparse: bool) -> None:
    english, spanish = email(name, "en", sparse), email(name, "es", sparse)
    assert english.subject != spanish.subject and english.text != spanish.text
    assert Words(english.html).said != Words(spanish.html).said
    assert stylebook.text(name, "en", sparse=sparse) != stylebook.text(name, "es", sparse=sparse)
    # Both say the same: as many amounts, numbers and links, as many rows and buttons.
    for shape in (r"\$[\d.,]+", r"\b\d+\b", "https://"):
        assert len(re.findall(shape, english.text)) == len(re.findall(shape, spanish.text)), shape
    for shape in ('class="button"', 'class="stars"', "<tr>", "<p"):
        assert english.html.count(shape) == spanish.html.count(shape), shape


@EVERY
def test_an_sms_is_short_and_begins_with_who_writes(name: str, language: str, sparse: bool) -> None:
    template = standard.template(name)
    values = the_variables(name, language, sparse)
    for link in ("portal_link", "console_link"):
        if values.get(link):
            values[link] = BOOKING_LINK if template.part else LINK
    said = sms.write(standard_texts(template, language, "sms"), values)
    assert said.startswith("Evergreen Pest & Lawn: ")
    counted = sms.segments(said)
    assert counted.alphabet == "GSM-7", "a letter that is not in the alphabet of SMS halves the room"
    assert counted.count <= (2 if template.part else 1), f"{counted.length}: {said}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", standard.names())
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_people_typed_is_only_ever_text(kind: str, name: str, language: str) -> None:
    typed = HOSTILE[kind]
    template = standard.template(name)
    company = replace(stylebook.EVERGREEN, name=typed, phone=typed, email=typed, address=(typed,))
    given = {
        group: {one: typed if about["type"] in ("text", "lines") else about.get("sample")
                for one, about in standard.group(group)["variables"].items()}
        for group in template.groups
    }  # fmt: skip
    who = Recipient("C", typed, typed, typed, typed) if template.audience == "customer" else None
    values = variables(template, given, company, who, Links(stylebook.LINK, 7), language)
    made = mail.write(standard_texts(template, language, "email"), values, company, language, stylebook.LINK)
    text = sms.write(standard_texts(template, language, "sms"), values)
    usual = Structure(email(name, language, False).html)
    page = Structure(made.html)
    for tag in ("script", "style", "h1", "html", "body"):
        assert len(page.all(tag)) == len(usual.all(tag)), tag
    assert len(page.all("img")) == 1, "the logo alone"
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    for way in ('class="button"', 'class="stars"'):
        assert made.html.count(way) == email(name, language, False).html.count(way)
    assert len(made.subject) <= 200 and made.subject.isprintable()
    for said in (made.subject, made.text, text):
        assert not re.search("[\r\ue000-\ue002\u202e]", said)
        assert "Bcc" not in [line.partition(":")[0] for line in said.splitlines()]
    assert "\u202e" not in made.html
    if kind == "liquid":
        assert typed in made.text, "what is in braces is filled in once"


def test_the_words_of_a_visitor_keep_their_lines() -> None:
    made = email("new_lead", "en", False)
    assert "There are wasps below our porch.<br>" in made.html
    assert "\n> There are wasps below our porch.\n>" in made.text


def test_a_receipt_says_what_was_paid_and_what_is_left() -> None:
    made = email("receipt", "en", False)
    assert made.subject == "Receipt: you paid Evergreen Pest & Lawn $309.00"
    assert "your payment of $309.00" in made.text
    assert "Paid with: Visa •••• 4242 · $284.00\n" in made.text and "From account credit: $25.00\n" in made.text
    assert "  Invoice 1061: $120.00\n" in made.text and "Became account credit: $10.00\n" in made.text
    assert "Still to pay on your account: $506.50" in made.text
    credit_alone = stylebook.email("receipt", payment={"total": 2500, "credit": 2500})
    assert "Paid with" not in credit_alone.text + credit_alone.html
    assert "Está todo pagado." in stylebook.email("receipt", "es", payment={"total": 2500}).text


def test_days_and_minutes_are_counted_as_people_do() -> None:
    assert "for 7 days." in email("portal_link", "en", False).text
    assert "for 1 day." in email("portal_link", "en", True).text
    assert "durante 1 día." in email("portal_link", "es", True).text
    assert "once, for 1 minute." in stylebook.email("sign_in", sign_in={"code": "482913", "minutes": 1}).text
    late = stylebook.email("invoice_reminder", invoice={"number": "7", "due": 100, "overdue": True, "days_overdue": 1})
    assert "It was due 1 day ago." in late.text and late.subject.startswith("Overdue: ")


def test_an_invoice_in_another_currency_is_written_in_it() -> None:
    made = stylebook.email("invoice_ready", invoice={"number": "7", "total": 120000, "due": 120000, "currency": "JPY"})
    assert "¥120,000" in made.text and "$" not in made.text


def test_an_invoice_that_is_paid_asks_for_nothing() -> None:
    made = stylebook.email("invoice_ready", invoice={"number": "7", "total": 12000, "due": 0})
    assert "nothing left to pay" in made.text and "To pay" not in made.text and "See it online" in made.html
